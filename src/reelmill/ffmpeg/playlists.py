"""HLS media playlists (RFC 8216): read back whole, or not valid."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Segments


@dataclass(frozen=True)
class Playlist:
    """A media playlist and the files it names."""

    init: Path | None
    segments: tuple[tuple[Path, float], ...]
    """Each segment with its duration in seconds."""

    @property
    def duration_seconds(self) -> float:
        """The sum of the segments' durations."""
        return sum(seconds for _, seconds in self.segments)

    def measured(self) -> Segments:
        """Counts, bytes and the two bit rates of section 4.3.4.2.

        The peak is that of the single segment with most bits per second, among those at least
        half the target duration long, as a short last one says little.
        """
        sizes = [(path.stat().st_size, seconds) for path, seconds in self.segments]
        longest = max(seconds for _, seconds in sizes)
        counted = [(size, s) for size, s in sizes if s >= longest / 2]
        total = sum(size for size, _ in sizes)
        return Segments(
            count=len(sizes),
            size_bytes=total,
            longest_seconds=round(longest, 6),
            peak_bit_rate=max(round(size * 8 / seconds) for size, seconds in counted),
            average_bit_rate=round(total * 8 / self.duration_seconds),
        )


def read_playlist(path: Path) -> Playlist:
    """A finished VOD playlist with every file that it names.

    Raises:
        OutputInvalidError: missing, without its end, or naming a segment that is missing or
            empty: what a full disk leaves behind while FFmpeg exits with 0. Or it is no playlist
            at all: a child that was taken over may write anything.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OutputInvalidError(f"{path.name} was not written") from error
    try:
        return _read(path, lines)
    except ValueError as error:
        raise OutputInvalidError(f"{path.name} is no playlist") from error


def _read(path: Path, lines: list[str]) -> Playlist:
    if "#EXT-X-ENDLIST" not in lines:
        raise OutputInvalidError(f"{path.name} has no end")
    init: Path | None = None
    segments: list[tuple[Path, float]] = []
    seconds = 0.0
    for line in lines:
        if line.startswith("#EXTINF:"):
            seconds = float(line.removeprefix("#EXTINF:").partition(",")[0])
        elif line.startswith("#EXT-X-MAP:"):
            init = path.with_name(line.partition('URI="')[2].partition('"')[0])
        elif line and not line.startswith("#"):
            segments.append((path.with_name(line), seconds))
    for segment in [one for one, _ in segments] + ([init] if init else []):
        if not segment.is_file() or segment.stat().st_size == 0:
            raise OutputInvalidError(f"{segment.name} is missing or empty")
    total = sum(length for _, length in segments)
    if not isfinite(total) or total <= 0 or any(length < 0 for _, length in segments):
        raise OutputInvalidError(f"{path.name} names no segments")
    return Playlist(init=init, segments=tuple(segments))
