"""Probing and capabilities, as the interfaces and the worker ask for them."""

from pathlib import Path

from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.reader.reader import reader
from reelmill.ffmpeg.sandbox.selftest import remembered_proof
from reelmill.model.facts import Capabilities, SourceFacts


class FfmpegInspector:
    """See `jobs.ports.Inspector`."""

    def probe(self, path: Path, source: str, *, key_frames: bool = False) -> SourceFacts:
        """See `Inspector.probe`."""
        return probe(path, source=source, key_frames=key_frames)

    def capabilities(self) -> Capabilities:
        """See `Inspector.capabilities`."""
        return capabilities_here()


def probe(path: Path, *, source: str = "main", key_frames: bool = False) -> SourceFacts:
    """What a file is, read in a child that is shut in; see `Reader.probe`."""
    return reader().probe(path, source=source, key_frames=key_frames)


def capabilities_here() -> Capabilities:
    """What this host can do, and how it shuts its children in.

    Raises:
        FfmpegUnavailableError: there is no FFmpeg here.
        SandboxUnavailableError: it does not run inside the sandbox.
    """
    ffmpeg = find_ffmpeg()
    level = remembered_proof(ffmpeg.path).level
    return probe_capabilities(ffmpeg).but(sandbox=level)
