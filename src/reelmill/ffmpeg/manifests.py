"""What FFmpeg's DASH muxer guesses or adds of its own, put right on the finished files."""

import re
from pathlib import Path

from reelmill.ffmpeg.playlists import read_playlist

CLOCK_LINE = "#EXT-X-PROGRAM-DATE-TIME:"
"""The time of encoding, which means nothing on demand and makes two equal runs differ."""
REPRESENTATION = re.compile(r'(<Representation id="(\d+)"[^>]* bandwidth=")\d+(")')


def settle(manifest: Path) -> None:
    """Make a finished presentation say what was measured.

    The manifest gets each representation's peak bit rate (the muxer takes that of the first
    segment); the media playlists are said to be whole, and lose the time of their encoding.
    A manifest or playlist that is missing is left to verification.

    Raises:
        OutputInvalidError: a playlist that names what is not there.
        OSError: a file that cannot be written.
    """
    if not manifest.is_file():
        return
    peaks: dict[str, int] = {}
    for path in manifest.parent.glob("media_*.m3u8"):
        peaks[path.stem.removeprefix("media_")] = read_playlist(path).measured().peak_bit_rate
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(CLOCK_LINE)]
        if "#EXT-X-PLAYLIST-TYPE:VOD" not in kept:
            kept.insert(2, "#EXT-X-PLAYLIST-TYPE:VOD")
        path.write_text("\n".join([*kept, ""]), encoding="utf-8")

    def measured(found: re.Match[str]) -> str:
        head, number, tail = found.groups()
        return f"{head}{peaks[number]}{tail}" if number in peaks else found[0]

    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(REPRESENTATION.sub(measured, text), encoding="utf-8")
