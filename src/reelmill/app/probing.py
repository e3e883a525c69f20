"""`reelmill.probe`: what a file is. Apart from the rest, which needs ten times as much."""

from pathlib import Path

from reelmill.ffmpeg.inspector import probe as probe_file
from reelmill.model.facts import SourceFacts


def probe(source: Path | str, *, key_frames: bool = False) -> SourceFacts:
    """What a file is.

    Args:
        source: a file on this machine.
        key_frames: list the key frames too, which reads the whole file.

    Raises:
        NotFoundError, InputUnreadableError, UnsupportedMediaError: as their names say.
    """
    return probe_file(Path(source), key_frames=key_frames)
