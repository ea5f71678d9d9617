#!/usr/bin/env bash
# Packs edactl for this machine's architecture: target/package/edactl-VERSION-ARCH-OS.tar.gz with
# binary, completions, man pages and licences, and on Linux a .deb of the same (cargo-deb, installed
# under target/tools where it is missing).
#
#   scripts/package.sh              builds for packages (the profile dist), and packs
#   scripts/package.sh --no-build   packs the binary that stands in target/dist
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo_deb=3.8.0
target=${CARGO_TARGET_DIR:-target}
tools=$PWD/target/tools

case "${1:-}" in
    "") cargo build --locked --profile dist --bin edactl ;;
    --no-build) ;;
    *) echo "usage: scripts/package.sh [--no-build]" >&2; exit 2 ;;
esac
version=$("$target/dist/edactl" --version | cut -d' ' -f2)
os=$(uname -s | tr '[:upper:]' '[:lower:]')
name="edactl-$version-$(uname -m)-$os"
out="$target/package"
stage="$out/$name"
rm -rf "$stage"
mkdir -p "$stage/bin" "$stage/completions" "$stage/man"
install -m 755 "$target/dist/edactl" "$stage/bin/edactl"
install -m 644 completions/edactl.bash completions/_edactl completions/edactl.fish "$stage/completions"
install -m 644 completions/man/*.1 "$stage/man"
install -m 644 README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$stage"
tar -C "$out" -czf "$out/$name.tar.gz" "$name"
rm -rf "$stage"
echo "$out/$name.tar.gz: $(wc -c <"$out/$name.tar.gz") bytes"

if [ "$os" = linux ]; then
    if ! "$tools/bin/cargo-deb" --version 2>/dev/null | grep -qF "$cargo_deb"; then
        cargo install --locked --debug --root "$tools" "cargo-deb@$cargo_deb"
    fi
    "$tools/bin/cargo-deb" --no-build --no-strip --profile dist --locked --output "$out/"
fi
echo "binary: $(wc -c <"$target/dist/edactl") bytes"
