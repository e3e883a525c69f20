#!/usr/bin/env bash
# What the tests talk to and pip has not: installed where the distribution and our rights allow it.
# What is missing afterwards is skipped by the tests, loudly; in CI it fails them.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

# program: package, of Debian and Ubuntu
peers=(chromium:chromium)

missing=()
for peer in "${peers[@]}"; do
    command -v "${peer%%:*}" >/dev/null || missing+=("${peer#*:}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing for the tests: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        >/dev/null; then
        exit 0
    fi
fi
say "Not installed, so not all is tested: ${missing[*]}"
