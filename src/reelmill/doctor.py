"""Can this host do the work, and if not, what is missing?"""

import os
import platform
import shutil
from pathlib import Path

import av

from reelmill.ffmpeg.capabilities import SOFTWARE, probe_capabilities, why_not
from reelmill.ffmpeg.locate import find_ffmpeg, read_licence
from reelmill.ffmpeg.sandbox.selftest import Proof, prove_sandbox
from reelmill.model.errors import SandboxUnavailableError
from reelmill.model.facts import SandboxLevel
from reelmill.model.value import Value

LADDER_ENCODERS = {"libx264", "aac", "libmp3lame", "mjpeg"}
LADDER_FILTERS = {"scale", "fps", "format", "setsar", "setparams", "aresample", "split", "select"}
FONT_SUFFIXES = {".ttf", ".otf", ".ttc"}


class Findings(Value):
    """What was found on this host."""

    ladder: bool
    """Whether the reference ladder can run here."""
    ffmpeg_path: str
    ffmpeg_version: str
    ffmpeg_licence: str
    encoders: tuple[str, ...]
    """Those that made a test encode."""
    hardware: tuple[str, ...]
    """The encoders among them that need a device."""
    missing: dict[str, str]
    """Encoders and filters that would be of use, each with why it is not."""
    font_count: int
    fonts: tuple[str, ...]
    """The first few by name."""
    sandbox: SandboxLevel
    """How children are shut in, as tried just now."""
    sandbox_holes: tuple[str, ...] = ()
    """What got through all the same."""
    disk_free_bytes: int
    """Where the command was given."""
    cpu_count: int
    python_version: str
    pyav_version: str


def examine(folder: Path) -> Findings:
    """Look at this host.

    Args:
        folder: whose disk is looked at.

    Raises:
        FfmpegUnavailableError: there is no FFmpeg to examine.
    """
    ffmpeg = find_ffmpeg()
    capabilities = probe_capabilities(ffmpeg)
    encoders, filters = set(capabilities.encoders), set(capabilities.filters)
    missing = {
        name: why_not(ffmpeg, name) or "works only sometimes"
        for name in SOFTWARE
        if name not in encoders
    }
    missing |= dict.fromkeys(sorted(LADDER_FILTERS - filters), "no such filter")
    fonts = find_fonts()
    proof = _proof(ffmpeg.path)
    return Findings(
        ladder=encoders >= LADDER_ENCODERS and filters >= LADDER_FILTERS,
        ffmpeg_path=str(ffmpeg.path),
        ffmpeg_version=ffmpeg.version,
        ffmpeg_licence=read_licence(ffmpeg),
        encoders=capabilities.encoders,
        hardware=tuple(name for name in capabilities.encoders if name not in SOFTWARE),
        missing=missing,
        font_count=len(fonts),
        fonts=fonts[:3],
        sandbox=proof.level,
        sandbox_holes=proof.holes,
        disk_free_bytes=shutil.disk_usage(folder).free,
        cpu_count=capabilities.cpu_count,
        python_version=platform.python_version(),
        pyav_version=av.__version__,
    )


def _proof(ffmpeg: Path) -> Proof:
    try:
        return prove_sandbox(ffmpeg)
    except SandboxUnavailableError as error:
        return Proof(level="none", holes=(error.message, *error.detail.splitlines()[-3:]))


def find_fonts() -> tuple[str, ...]:
    """Font files in the folders that fontconfig looks at by default, by name."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts")
    names = {
        name
        for folder in (*folders, Path.home() / ".fonts")
        for _, _, files in os.walk(folder)
        for name in files
        if Path(name).suffix.lower() in FONT_SUFFIXES
    }
    return tuple(sorted(names))
