#!/bin/sh
# Make a ladder of a file with curl alone, and print where it plays: ladder.sh FILE
set -eu

api="$REELMILL_URL/api/v1"
# A key that the command line does not show to everybody on this machine.
ask() { printf 'header = "X-API-Key: %s"\n' "$REELMILL_API_KEY" | curl -sS --fail-with-body -K - "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# The same Idempotency-Key makes the same job, however often this line is repeated.
job=$(ask --retry 3 -H "Idempotency-Key: $(basename "$1")-$$" -F "file=@$1" \
    -F 'metadata={"from": "an example"}' "$api/jobs/upload" | field job_id)

# Server-sent events: all that happens, until it has ended.
ask -N "$api/jobs/$job/events" | grep --line-buffered '^event:' >&2

ask "$api/jobs/$job" | field master_playlist_url
