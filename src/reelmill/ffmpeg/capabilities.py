"""What this host's FFmpeg can do, proven by short encodes: a listed encoder may still not run."""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from reelmill.ffmpeg.fonts import font_files, font_folders, read_fonts
from reelmill.ffmpeg.locate import Ffmpeg, recall, remember
from reelmill.model.errors import FfmpegUnavailableError
from reelmill.model.facts import Capabilities

_TIMEOUT_SECONDS = 20
_AT_ONCE = 2
_SURFACE = ("-vf", "format=nv12,hwupload")

SOFTWARE: Mapping[str, tuple[str, ...]] = {
    "libx264": (
        *("-preset", "veryfast", "-profile:v", "high", "-crf", "23", "-maxrate", "1M"),
        *("-bufsize", "2M", "-g", "30", "-keyint_min", "30", "-sc_threshold", "0", "-threads", "2"),
    ),
    "libx265": ("-preset", "ultrafast", "-crf", "28", "-tag:v", "hvc1", "-x265-params", "pools=2"),
    "libsvtav1": ("-preset", "10", "-crf", "35", "-g", "30"),
    "libvpx-vp9": (
        *("-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "33", "-b:v", "0"),
    ),
    "mjpeg": ("-pix_fmt", "yuvj420p", "-q:v", "3"),
    "aac": ("-b:a", "128k"),
    "libmp3lame": ("-b:a", "128k"),
    "libopus": ("-b:a", "96k"),
    "flac": (),
    "ffv1": ("-level", "3"),
    "pcm_s16le": (),
    "pcm_s24le": (),
    "prores_ks": ("-profile:v", "hq", "-pix_fmt", "yuv422p10le"),
    "dnxhd": ("-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p"),
    "mpeg4": ("-q:v", "4", "-pix_fmt", "yuv420p"),
    "mpeg2video": ("-q:v", "4", "-pix_fmt", "yuv420p"),
    "wmv2": ("-q:v", "4", "-pix_fmt", "yuv420p"),
    "png": ("-pix_fmt", "rgb24"),
    "gif": ("-pix_fmt", "rgb8"),
    "libwebp": (),
    "libwebp_anim": (),
    "libvorbis": ("-q:a", "3"),
    "alac": (),
    "ac3": ("-b:a", "192k"),
    "mp2": ("-b:a", "192k"),
    "wmav2": ("-b:a", "128k"),
}
"""Encoders of which a host has nearly all, with flags as in production."""

HARDWARE: Mapping[str, tuple[str, ...]] = {
    "h264_nvenc": ("-preset", "p4", "-b:v", "1M"),
    "hevc_nvenc": ("-preset", "p4", "-b:v", "1M"),
    "av1_nvenc": ("-preset", "p4", "-b:v", "1M"),
    "h264_qsv": ("-b:v", "1M"),
    "hevc_qsv": ("-b:v", "1M"),
    "h264_vaapi": (*_SURFACE, "-b:v", "1M"),
    "hevc_vaapi": (*_SURFACE, "-b:v", "1M"),
    "h264_amf": ("-b:v", "1M"),
    "hevc_amf": ("-b:v", "1M"),
    "h264_videotoolbox": ("-b:v", "1M"),
    "hevc_videotoolbox": ("-b:v", "1M"),
}
"""Encoders that need a device; tried one by one, as one that fails takes its process along."""

_AUDIO = {"aac", "libmp3lame", "libopus", "flac", "pcm_s16le", "pcm_s24le"} | {
    *("libvorbis", "alac", "ac3", "mp2", "wmav2"),
}
_ELSEWHERE = {"libwebp": ("webp", b"RIFF"), "libwebp_anim": ("webp", b"RIFF")}
"""The muxers of what Matroska does not take, and what their files begin with."""
_TOPIC = f"capabilities-{crc32(repr((SOFTWARE, HARDWARE)).encode()):08x}"
"""What is remembered is forgotten when other encoders or flags are asked for."""
_LISTED = re.compile(r"^ [.A-Z|]{2,6}\s+(\w[\w-]*)\s", re.MULTILINE)


def probe_capabilities(ffmpeg: Ffmpeg) -> Capabilities:
    """What this FFmpeg can do here. Takes seconds once; then it is remembered on disk.

    It is tried again when the binary, the host or its render devices change.

    Raises:
        FfmpegUnavailableError: the binary does not run any more.
    """
    files = font_files(font_folders())
    topic = f"{_TOPIC}-{_mark(files)}"
    kept = recall(ffmpeg.path, topic)
    if kept is not None:
        try:
            capabilities = Capabilities.model_validate(kept)
        except ValueError:  # of another version of Reelmill
            kept = None
        else:
            if capabilities.ffmpeg_version == ffmpeg.version:
                return capabilities.but(cpu_count=_cpu_count())
    built_in = _list(ffmpeg, "-encoders")
    software = [name for name in SOFTWARE if name in built_in]
    proven = set(_try_together(ffmpeg, software))
    alone = [name for name in (*software, *HARDWARE) if name in built_in and name not in proven]

    def works(encoder: str) -> bool:
        return _try(ffmpeg, encoder) is None

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        proven |= {name for name, ok in zip(alone, pool.map(works, alone), strict=True) if ok}
    fonts, glyphs = read_fonts(files)
    capabilities = Capabilities(
        ffmpeg_version=ffmpeg.version,
        encoders=tuple(name for name in (*SOFTWARE, *HARDWARE) if name in proven),
        filters=tuple(sorted(_list(ffmpeg, "-filters"))),
        fonts=fonts,
        glyphs=glyphs,
        cpu_count=_cpu_count(),
    )
    if proven.issuperset(software):  # else a busy moment would be remembered for ever
        remember(ffmpeg.path, topic, capabilities.model_dump(mode="json"))
    return capabilities


def _mark(files: list[Path]) -> str:
    """Changes when fonts come or go."""
    found = [(str(path), path.stat().st_mtime_ns) for path in files if path.exists()]
    return f"{crc32(repr(found).encode()):08x}"


def why_not(ffmpeg: Ffmpeg, encoder: str) -> str | None:
    """Why an encoder does not work here, in a few words, by trying it; None: it works."""
    if encoder not in _list(ffmpeg, "-encoders"):
        return "not in this FFmpeg"
    return _try(ffmpeg, encoder)


def _try(ffmpeg: Ffmpeg, encoder: str) -> str | None:
    with TemporaryDirectory(prefix="reelmill-") as folder:
        try:
            result = _encode(ffmpeg, [encoder], Path(folder))
        except subprocess.TimeoutExpired:
            return f"no result within {_TIMEOUT_SECONDS} s"
        if result.returncode == 0 and _wrote(Path(folder), encoder):
            return None
    lines = [line for line in result.stderr.decode(errors="replace").splitlines() if line.strip()]
    # The first complaint names the cause, those after it are its consequences.
    return re.sub(r"^(\[[^]]*\] ?)+", "", lines[0]).strip()[:80] if lines else "no output"


def _try_together(ffmpeg: Ffmpeg, encoders: list[str]) -> list[str]:
    """The encoders, in one process for all; none of them if any fails."""
    if not encoders:
        return []
    with TemporaryDirectory(prefix="reelmill-") as folder:
        try:
            result = _encode(ffmpeg, encoders, Path(folder))
        except subprocess.TimeoutExpired:
            return []
        if result.returncode:
            return []
        return [name for name in encoders if _wrote(Path(folder), name)]


def _encode(
    ffmpeg: Ffmpeg, encoders: Iterable[str], folder: Path
) -> "subprocess.CompletedProcess[bytes]":
    arguments = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=0.4"]
    arguments += ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.4"]
    for encoder in encoders:
        if encoder.endswith("_vaapi"):
            arguments = ["-init_hw_device", "vaapi=gpu", "-filter_hw_device", "gpu", *arguments]
        kind = ("-map", "1:a", "-c:a") if encoder in _AUDIO else ("-map", "0:v", "-c:v")
        pixels = () if encoder in _AUDIO or "_" in encoder else ("-pix_fmt", "yuv420p")
        flags = SOFTWARE.get(encoder) or HARDWARE.get(encoder, ())
        muxer, _ = _ELSEWHERE.get(encoder, ("matroska", b""))
        arguments += [*kind, encoder, *pixels, *flags, "-f", muxer, str(folder / encoder)]
    return _run(ffmpeg, arguments)


def _wrote(folder: Path, encoder: str) -> bool:
    """Exit code 0 proves nothing: a header alone is about 600 bytes without a Cluster."""
    written = folder / encoder
    _, sign = _ELSEWHERE.get(encoder, ("", b"\x1f\x43\xb6\x75"))
    return written.is_file() and sign in written.read_bytes()


def _list(ffmpeg: Ffmpeg, what: str) -> set[str]:
    try:
        output = _run(ffmpeg, [what]).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FfmpegUnavailableError(f"{ffmpeg.path} does not answer: {error}.") from error
    return set(_LISTED.findall(output.decode(errors="replace")))


def _run(ffmpeg: Ffmpeg, arguments: list[str]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [ffmpeg.path, "-hide_banner", "-nostdin", "-loglevel", "error", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
        start_new_session=True,
    )


def _cpu_count() -> int:
    """The processors this process may use, not those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
