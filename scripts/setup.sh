#!/bin/sh
# Makes .venv with everything needed to run, check and test Reelmill.
# Called by make, which skips it while .venv/.ready is newer than what it depends on.
# PYTHON names the interpreter to prefer (default: python3).
set -eu
cd "$(dirname "$0")/.."

here=$(pwd -P)
ready=.venv/.ready

say() { printf '%s\n' "$*" >&2; }

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.12 python3.13 python3.11; do
        if recent_enough "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    say "Reelmill needs Python 3.11 or newer; ${PYTHON:-python3} is missing or older, and none of"
    say "python3.12, python3.13, python3.11 is on PATH. Install one of them, or say where it is:"
    say "  make setup PYTHON=/path/to/python3.12"
    exit 1
}

uv() { scripts/uv.sh "$@"; }

# A half-made environment, one whose Python is gone, or one that was made in another folder
# (its scripts and the editable install name that folder) is made again from nothing.
usable=no
if [ "$(cat "$ready" 2>/dev/null)" = "$here" ] && recent_enough .venv/bin/python; then
    usable=yes
fi
rm -f "$ready"

# uv must use what is installed, and the environment made here, whatever the shell has active.
unset VIRTUAL_ENV CONDA_PREFIX UV_SYSTEM_PYTHON UV_PYTHON
export UV_PYTHON_DOWNLOADS=never UV_PYTHON_PREFERENCE=only-system
# Half of a start would be compiling, where Python may not write what it has compiled.
export UV_COMPILE_BYTECODE=1

if [ "$usable" = no ]; then
    python=$(find_python)
    say "Making .venv with $("$python" -V) ($python)"
    rm -rf .venv
    PYTHON=$python uv venv --quiet --no-project --python "$python" .venv
fi

# --no-build: a source distribution would fetch build dependencies that nobody pinned.
uv pip sync --quiet --python .venv/bin/python --require-hashes --no-build requirements/dev.txt
# hatchling, the build backend, is among them, so the project builds without fetching anything.
uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .

if ! uv pip check --quiet --python .venv/bin/python; then
    say "pyproject.toml asks for what requirements/ doesn't pin: make lock"
    exit 1
fi

printf '%s\n' "$here" >"$ready"
