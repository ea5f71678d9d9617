#!/usr/bin/env bash
# Mutation testing of the core and its facts with cargo-mutants: what the tests would not notice.
#
#   scripts/mutants.sh --in-diff BRANCH   mutants of what changed since BRANCH (daily work)
#   scripts/mutants.sh --shard K/N        a sample: each N-th of all, from the K-th on (K from 0)
#   scripts/mutants.sh                    all of them: hours
#
# The score is caught / (caught + missed). What no test can notice is left out by .cargo/mutants.toml,
# each with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=27.1.0
tools=target/tools
if ! "$tools/bin/cargo-mutants" --version 2>/dev/null | grep -qF "$version"; then
    cargo install --locked --debug --root "$tools" "cargo-mutants@$version"
fi

arguments=()
case "${1:-}" in
    --in-diff)
        diff=$(mktemp)
        trap 'rm -f "$diff"' EXIT
        git diff "${2:?a branch or commit}" -- crates/edactl-core crates/edactl-facts >"$diff"
        arguments=(--in-diff "$diff")
        ;;
    --shard) arguments=(--shard "${2:?K/N}" --sharding round-robin) ;;
    "") ;;
    *) echo "usage: scripts/mutants.sh [--in-diff BRANCH | --shard K/N]" >&2; exit 2 ;;
esac

output=target/mutants
mkdir -p "$output"
# Random tests with few cases: a mutant that only luck finds is not caught. Reading reports back is
# tested where it is asked for.
code=0
PROPTEST_CASES=64 "$tools/bin/cargo-mutants" mutants --output "$output" --baseline run \
    --package edactl-core --package edactl-facts --features edactl-core/read \
    --test-package edactl-core --test-package edactl-facts "${arguments[@]}" || code=$?
lists="$output/mutants.out"
caught=$(cat "$lists/caught.txt" "$lists/timeout.txt" 2>/dev/null | wc -l)
missed=$(wc -l <"$lists/missed.txt")
echo "caught $caught, missed $missed"
if [ $((caught + missed)) -gt 0 ]; then
    echo "score $((100 * caught / (caught + missed))) %"
fi
exit "$code"
