"""Probing and capabilities, as the interfaces and the worker ask for them."""

from pathlib import Path

from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.facts import Capabilities, SourceFacts


class FfmpegInspector:
    """See `jobs.ports.Inspector`."""

    def probe(self, path: Path, source: str) -> SourceFacts:
        """See `Inspector.probe`."""
        return probe(path, source=source)

    def capabilities(self) -> Capabilities:
        """See `Inspector.capabilities`."""
        return probe_capabilities(find_ffmpeg())
