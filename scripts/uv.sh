#!/bin/sh
# Runs uv: the one on PATH, else the pinned one, which is fetched into .tools/ first.
# Usage: scripts/uv.sh pip list
#
# pip is needed only for that fetch. --target installs into a folder, not into the
# system, so an externally managed Python (PEP 668) allows it.
set -eu
cd "$(dirname "$0")/.."

pins=requirements/uv.txt
local_uv=.tools/uv/bin/uv

say() { printf '%s\n' "$*" >&2; }

has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# A Python that can run pip; uv is one binary, so any version of Python 3 will do.
find_pip() {
    for candidate in "${PYTHON:-python3}" python3 /usr/bin/python3; do
        if has_pip "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    # No pip, but perhaps what pip can be made from (python3-venv in Debian's words).
    if "${PYTHON:-python3}" -m venv --clear .tools/pip >/dev/null 2>&1; then
        printf '%s\n' .tools/pip/bin/python
        return
    fi
    rm -rf .tools/pip
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Neither uv nor pip found: installing python3-pip with apt-get."
        apt-get update -qq >&2 || say "apt-get update failed; trying with the lists at hand."
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends python3-pip >&2
        if has_pip /usr/bin/python3; then
            printf '%s\n' /usr/bin/python3
            return
        fi
    fi
    say "Neither uv nor pip found. Install one of them and try again, for instance:"
    say "  Debian, Ubuntu: sudo apt-get install python3-pip"
    say "  Fedora:         sudo dnf install python3-pip"
    say "  macOS:          brew install uv"
    exit 1
}

# Trust what the machine trusts (a company's proxy has its own authority), as pip does; uv's own
# list of authorities serves where the machine has none.
if [ -n "$(ls /etc/ssl/certs 2>/dev/null)" ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
fi

if uv --version >/dev/null 2>&1; then
    exec uv "$@"
fi

if ! [ -x "$local_uv" ] || [ "$pins" -nt "$local_uv" ]; then
    python=$(find_pip)
    say "uv not found on PATH: fetching the pinned one into .tools/"
    rm -rf .tools/uv
    PIP_ROOT_USER_ACTION=ignore PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 "$python" -m pip install \
        --quiet --disable-pip-version-check --no-input \
        --only-binary :all: --require-hashes --target .tools/uv -r "$pins" >&2
    rm -rf .tools/pip
    touch "$local_uv"  # the wheel's own time may be older than the pins
fi
exec "$local_uv" "$@"
