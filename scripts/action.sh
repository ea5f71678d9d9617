#!/usr/bin/env bash
# The shell part of action.yml. `install` puts edactl on the job's PATH; `verify` runs it and hands on
# what came out. Inputs come as variables, so that no text of a workflow is ever read as code.
set -euo pipefail

install() {
    local bin
    if [ "${EDACTL_VERSION:-source}" = source ]; then
        cargo build --release --locked --manifest-path "$ACTION_PATH/Cargo.toml" --bin edactl \
            --target-dir "$ACTION_PATH/target"
        bin="$ACTION_PATH/target/release"
    else
        local where
        where=$(mktemp -d)
        gh release download "$EDACTL_VERSION" --repo "$EDACTL_REPOSITORY" \
            --pattern "edactl-*-$(uname -m)-linux.tar.gz" --dir "$where"
        tar -xzf "$where"/edactl-*.tar.gz -C "$where" --strip-components 1
        bin="$where/bin"
    fi
    "$bin/edactl" --version
    echo "$bin" >>"$GITHUB_PATH"
}

verify() {
    # Both are lists of words by their documentation; globs are edactl's to expand.
    set -f
    # shellcheck disable=SC2206
    local events=(${EDACTL_EVENTS:-}) arguments=(${EDACTL_ARGUMENTS:-})
    set +f
    local report verdict code=0
    report="${RUNNER_TEMP:-/tmp}/edactl-report.json"
    # An empty pipeline is as if unset.
    [ -n "${EDACTL_PIPELINE:-}" ] || unset EDACTL_PIPELINE
    edactl verify ${arguments[@]+"${arguments[@]}"} ${events[@]+"${events[@]}"} || code=$?
    echo "exit-code=$code" >>"$GITHUB_OUTPUT"
    # The report is of this verify only where that came to one.
    case $code in
        0 | 1 | 4)
            if GITHUB_ACTIONS=false edactl report -o json >"$report"; then
                echo "report=$report" >>"$GITHUB_OUTPUT"
                verdict=$(grep -o -m 1 '"verdict": *"[a-z]*"' "$report" | head -n 1 | cut -d'"' -f4)
                echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
            fi
            ;;
    esac
    exit "$code"
}

case "${1:-}" in
    install) install ;;
    verify) verify ;;
    *) echo "usage: action.sh install | verify" >&2; exit 2 ;;
esac
