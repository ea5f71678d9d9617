#!/usr/bin/env bash
# Checks the licences, bans and sources of everything that is linked (deny.toml) with cargo-deny, and
# installs that under target/tools where it is missing. A debug build of it is done in half the time,
# and checks as well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.20.2
tools=target/tools
if ! "$tools/bin/cargo-deny" --version 2>/dev/null | grep -qF "$version"; then
    cargo install --locked --debug --root "$tools" "cargo-deny@$version"
fi
PATH="$PWD/$tools/bin:$PATH" cargo deny --locked check licenses bans sources
