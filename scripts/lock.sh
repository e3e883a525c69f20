#!/bin/sh
# Compiles the hash-pinned requirements. Pins that still satisfy their inputs stay as they are.
# Usage: scripts/lock.sh [--upgrade | --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."

# fewest: one version of a package for every Python, so that all of them run the same code.
compile() {
    UV_CUSTOM_COMPILE_COMMAND="make lock" scripts/uv.sh pip compile --quiet \
        --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url "$@"
}

compile "$@" --output-file requirements/runtime.txt pyproject.toml
compile "$@" --output-file requirements/dev.txt --constraints requirements/runtime.txt \
    pyproject.toml requirements/dev.in
compile "$@" --output-file requirements/uv.txt requirements/uv.in
