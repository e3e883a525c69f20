"""Reads finished outputs: what is really in the file. Runs in the reader (reader/zygote.py)."""

import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction

import av
import av.container
import av.error
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from reelmill.ffmpeg.codec_names import codec_name, vp9_configuration
from reelmill.ffmpeg.measured import MeasuredFile, MeasuredStream
from reelmill.ffmpeg.probe_webp import Animation, read_animation
from reelmill.model.errors import OutputInvalidError
from reelmill.model.facts import VideoRange

TRANSFERS: dict[int, VideoRange] = {16: "PQ", 18: "HLG"}
"""By the numbers of ITU-T H.273; whatever else there is shows as SDR."""
SUBTITLES = {
    "srt": "subrip",
    "ssa": "ass",
    "dvdsub": "dvd_subtitle",
    "dvbsub": "dvb_subtitle",
    "pgssub": "hdmv_pgs_subtitle",
}
"""Codecs by the names of their decoders, where these differ."""
GUESSED = frozenset(("aac", "mpegts", "mpeg"))
"""Formats without an index, whose length FFmpeg guesses from their bit rate or last packets."""
DEMUXERS = {"mpegts": "mpegts", "adts": "aac", "ac3": "ac3", "mp3": "mp3"}
"""By muxers without a signature: what FFmpeg would take for something else where it is silent."""
HEAD_BYTES = 1 << 16
"""Where decoder configurations stand in our files: their index is in front."""


def measure_file(
    descriptor: int, *, muxer: str | None = None, decode_first: bool = False
) -> MeasuredFile:
    """What a finished file says of itself.

    Args:
        descriptor: the file, open for reading; its name does not matter.
        muxer: what wrote it; None: whatever FFmpeg takes it for.
        decode_first: decode the first frame too, for what only decoding shows (a picture).

    Raises:
        OutputInvalidError: not readable as media.
    """
    size = os.fstat(descriptor).st_size
    animation = read_animation(descriptor)
    if animation is not None:
        return _animation(animation, size)
    os.lseek(descriptor, 0, os.SEEK_SET)
    options = {"fd": str(descriptor), "protocol_whitelist": "fd"}
    demuxer = DEMUXERS.get(muxer or "")
    with _reading(), _open("fd:", demuxer, options) as container:
        if decode_first:
            next(container.decode(video=0))
        streams = _streams(container, os.pread(descriptor, HEAD_BYTES, 0))
        length = container.duration
        guessed = container.format.name in GUESSED
        told = Fraction(length, av.time_base) if length is not None else None
        seconds = _counted_seconds(container) if guessed else told
        return MeasuredFile(
            size_bytes=size,
            duration_seconds=seconds,
            bit_rate=container.bit_rate or None,
            streams=streams,
        )


def _counted_seconds(container: av.container.InputContainer) -> Fraction | None:
    """The length of the longest stream, by the times of all its packets."""
    spans: dict[int, tuple[Fraction, Fraction]] = {}
    for packet in container.demux():
        if packet.pts is None:
            continue
        begin = packet.pts * packet.time_base
        end = begin + (packet.duration or 0) * packet.time_base
        first, last = spans.get(packet.stream_index, (begin, end))
        spans[packet.stream_index] = (min(first, begin), max(last, end))
    return max((last - first for first, last in spans.values()), default=None)


def _animation(found: Animation, size_bytes: int) -> MeasuredFile:
    stream = MeasuredStream(
        kind="video",
        codec="webp",
        width=found.width,
        height=found.height,
        frame_count=len(found.frame_milliseconds),
        duration_seconds=found.seconds,
    )
    return MeasuredFile(size_bytes=size_bytes, duration_seconds=found.seconds, streams=(stream,))


def measure_segment(descriptor: int, init: int | None) -> MeasuredFile:
    """A segment, read behind its initialisation section if it has one; both are open files.

    Raises:
        OutputInvalidError: as `measure_file`.
    """
    parts = [os.pread(one, os.fstat(one).st_size, 0) for one in (init, descriptor) if one]
    data = b"".join(parts)
    with _reading(), _open(io.BytesIO(data)) as container:
        return MeasuredFile(
            size_bytes=len(parts[-1]), streams=_streams(container, data[:HEAD_BYTES])
        )


def _open(
    file: str | io.BytesIO, demuxer: str | None = None, options: dict[str, str] | None = None
) -> av.container.InputContainer:
    """Tags may be no UTF-8: what a source has is kept."""
    return av.open(file, "r", format=demuxer, container_options=options, metadata_errors="replace")


@contextmanager
def _reading() -> Generator[None]:
    try:
        yield
    except (av.error.FFmpegError, StopIteration, EOFError) as error:
        raise OutputInvalidError(f"it cannot be read back: {error}") from error


def _streams(container: av.container.InputContainer, head: bytes) -> tuple[MeasuredStream, ...]:
    return tuple(
        _stream(stream, head)
        for stream in container.streams
        if isinstance(stream, VideoStream | AudioStream | SubtitleStream)
    )


def _stream(stream: VideoStream | AudioStream | SubtitleStream, head: bytes) -> MeasuredStream:
    if isinstance(stream, SubtitleStream):
        name = stream.codec_context.name
        return MeasuredStream(kind="subtitle", codec=SUBTITLES.get(name, name))
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
