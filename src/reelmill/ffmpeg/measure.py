"""Reads finished outputs: what is really in the file, and what was really cut into segments."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from reelmill.ffmpeg.codec_names import codec_name, vp9_configuration
from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import VideoRange

TRANSFERS: dict[int, VideoRange] = {16: "PQ", 18: "HLG"}
"""By the numbers of ITU-T H.273; whatever else there is shows as SDR."""
HEAD_BYTES = 1 << 16
"""Where decoder configurations stand in our files: their index is in front."""


@dataclass(frozen=True)
class MeasuredStream:
    """One stream of an output."""

    kind: str
    codec: str
    codec_string: str | None
    """RFC 6381."""
    width: int | None = None
    height: int | None = None
    pix_fmt: str | None = None
    frame_rate: Fraction | None = None
    frame_count: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    video_range: VideoRange | None = None
    duration_seconds: Fraction | None = None


@dataclass(frozen=True)
class MeasuredFile:
    """One file that was written."""

    size_bytes: int
    duration_seconds: Fraction | None
    bit_rate: int | None
    streams: tuple[MeasuredStream, ...]


def measure_file(path: Path, *, decode_first: bool = False) -> MeasuredFile:
    """What a finished file says of itself.

    Args:
        path: the file.
        decode_first: decode the first frame too, for what only decoding shows (a picture).

    Raises:
        OutputInvalidError: missing, empty, or not readable as media.
    """
    size = _size(path)
    with _reading(path), av.open(f"file:{path}") as container:
        if decode_first:
            next(container.decode(video=0))
        with path.open("rb") as file:
            streams = _streams(container, file.read(HEAD_BYTES))
        length = container.duration
        return MeasuredFile(
            size_bytes=size,
            duration_seconds=Fraction(length, av.time_base) if length is not None else None,
            bit_rate=container.bit_rate or None,
            streams=streams,
        )


def measure_segment(path: Path, init: Path | None) -> tuple[MeasuredStream, ...]:
    """The streams of a segment, read behind its initialisation section if it has one.

    Raises:
        OutputInvalidError: as `measure_file`.
    """
    _size(path)
    with _reading(path):
        data = (init.read_bytes() if init is not None else b"") + path.read_bytes()
        with av.open(io.BytesIO(data), mode="r") as container:
            return _streams(container, data[:HEAD_BYTES])


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise OutputInvalidError("it was not written") from error
    if size == 0:
        raise OutputInvalidError("it is empty")
    return size


@contextmanager
def _reading(path: Path) -> Generator[None]:
    try:
        yield
    except (av.error.FFmpegError, StopIteration, EOFError) as error:
        raise OutputInvalidError(f"{path.name} cannot be read back: {error}") from error


def _streams(container: av.container.InputContainer, head: bytes) -> tuple[MeasuredStream, ...]:
    return tuple(
        _stream(stream, head)
        for stream in container.streams
        if isinstance(stream, VideoStream | AudioStream)
    )


def _stream(stream: VideoStream | AudioStream, head: bytes) -> MeasuredStream:
    codec = stream.codec_context
    name = codec.name.partition("-")[0].removeprefix("lib")
    name = {"dav1d": "av1", "vpx": "vp9", "mp3float": "mp3"}.get(name, name)
    length = stream.duration
    seconds = length * stream.time_base if length is not None and stream.time_base else None
    if isinstance(stream, VideoStream):
        return MeasuredStream(
            kind="video",
            codec=name,
            codec_string=codec_name(name, codec.extradata or vp9_configuration(head)),
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            pix_fmt=stream.codec_context.pix_fmt,
            frame_rate=stream.average_rate,
            frame_count=stream.frames or None,
            video_range=TRANSFERS.get(stream.codec_context.color_trc, "SDR"),
            duration_seconds=seconds,
        )
    return MeasuredStream(
        kind="audio",
        codec=name,
        codec_string=codec_name(name, codec.extradata),
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        duration_seconds=seconds,
    )
