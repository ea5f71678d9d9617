#!/usr/bin/env bash
# Builds both functions for this machine's architecture, and packs each as Lambda wants it:
# target/deploy/producer.zip and consumer.zip, with the binary as `bootstrap`. Needs zip, objdump.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What provided.al2023 has. A binary that wants a newer one would fail at its first cold start.
floor=2.34

cargo build --locked --profile bootstrap --package edactl-lambda-bin
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$target/deploy"
for function in producer consumer; do
    install -m 755 "$target/bootstrap/edactl-$function" "$work/bootstrap"
    newest=$(objdump -T "$work/bootstrap" | grep -o 'GLIBC_[0-9.]*' | sort -V | tail -n 1)
    if [[ $(printf '%s\n' "${newest#GLIBC_}" "$floor" | sort -V | tail -n 1) != "$floor" ]]; then
        echo "$function wants $newest, Lambda has $floor: build it with cargo lambda" \
            "(deploy/README.md)" >&2
        exit 1
    fi
    # One time stamp for all, so that the same build is the same zip.
    touch -d 2000-01-01T00:00:00Z "$work/bootstrap"
    rm -f "$target/deploy/$function.zip"
    TZ=UTC zip --quiet --junk-paths -X "$target/deploy/$function.zip" "$work/bootstrap"
    echo "$target/deploy/$function.zip: $(stat -c %s "$target/deploy/$function.zip") bytes," \
        "up to $newest"
done
