"""From PyAV's stream, and one decoded frame of it, to the facts of a stream."""

import re
from fractions import Fraction
from typing import Any, NamedTuple, cast

import av.logging
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.sidedata.sidedata import Type
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream as AvSubtitleStream
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from reelmill.ffmpeg.probe_frame import (
    read_colour,
    read_mastering,
    read_orientation,
    sane_aspect,
    side_data,
)
from reelmill.ffmpeg.probe_timing import Cadence
from reelmill.model.facts import (
    AnyStream,
    AudioStream,
    FieldOrder,
    Hdr,
    OtherStream,
    SubtitleStream,
    VideoStream,
)

# AVFieldOrder. Of TB and BT libavcodec/defs.h says "coded first", then "displayed first"; what
# FFmpeg's encoders and Matroska (RFC 9559, FieldOrder 9 and 14) mean is: top, bottom field first.
_FIELD_ORDERS: dict[int, FieldOrder] = {1: "progressive", 2: "tff", 3: "bff", 4: "tff", 5: "bff"}
_DOVI = re.compile(r"DOVI configuration record:.* profile: (\d+).* compatibility id: (\d+)")

_CROPPING = re.compile(r"Frame Cropping: (\d+)/(\d+)/(\d+)/(\d+)")


class Span(NamedTuple):
    """Where a stream starts and ends, in seconds on the container's clock."""

    start: Fraction | None = None
    end: Fraction | None = None


def is_picture(stream: Stream) -> bool:
    """Whether it is video that plays: no cover art, and a decoder exists."""
    return (
        isinstance(stream, AvVideoStream)
        and not stream.disposition & Disposition.attached_pic
        and has_decoder(stream)
    )


def has_decoder(stream: Stream) -> bool:
    """Whether PyAV can decode it; else its context is None, whatever the stub promises."""
    return cast(object, stream.codec_context) is not None


USUAL_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""av_channel_layout_default (libavutil/channel_layout.c)."""


def describe_stream(
    stream: Stream, span: Span, frame: VideoFrame | None = None, cadence: Cadence | None = None
) -> AnyStream:
    """One stream as facts."""
    common = _common(stream, span)
    if isinstance(stream, AvVideoStream):
        if not has_decoder(stream):
            return VideoStream(**common, width=0, height=0)
        return _describe_video(stream, common, frame, cadence)
    if isinstance(stream, AvAudioStream):
        if not has_decoder(stream):
            return AudioStream(**common, sample_rate=0, channels=0)
        return AudioStream(
            **common,
            profile=stream.profile,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            channel_layout=_layout(stream),
        )
    if isinstance(stream, AvSubtitleStream):
        return SubtitleStream(**common)
    return OtherStream(**common, kind="attachment" if stream.type == "attachment" else "data")


def _layout(stream: AvAudioStream) -> str | None:
    """Which channel is which. Where a file does not say, FFmpeg's command takes the usual layout.

    PCM in AVI and Matroska only counts its channels; libavutil then calls them "2 channels".
    """
    if stream.layout.name.endswith(" channels") or not stream.layout.name:
        return USUAL_LAYOUTS.get(stream.channels)
    return stream.layout.name


def _common(stream: Stream, span: Span) -> dict[str, Any]:
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    language = tags.get("language")
    return {
        "index": stream.index,
        "codec": _codec_name(stream),
        "decodable": has_decoder(stream),
        "default": bool(stream.disposition & Disposition.default),
        "forced": bool(stream.disposition & Disposition.forced),
        "language": language if language != "und" else None,
        "title": tags.get("title") or (tags.get("filename") if stream.type != "data" else None),
        "time_base": stream.time_base or Fraction(1),
        "start_seconds": span.start,
        "end_seconds": span.end,
        "bit_rate": getattr(stream.codec_context, "bit_rate", None) or None,
    }


def _codec_name(stream: Stream) -> str:
    if has_decoder(stream):
        return stream.codec_context.codec.canonical_name
    return (stream.name if stream.type == "data" else None) or "unknown"


def _describe_video(
    stream: AvVideoStream,
    common: dict[str, Any],
    frame: VideoFrame | None,
    cadence: Cadence | None,
) -> VideoStream:
    context = stream.codec_context
    pixels: VideoFormat | None = frame.format if frame is not None else context.format
    matrix = side_data(frame, Type.DISPLAYMATRIX)
    degrees, flipped = read_orientation(matrix) if matrix else (0, False)
    colour = read_colour(context, frame)
    dolby_vision = _read_dolby_vision(stream, pixels, frame)
    width = frame.width if frame is not None else context.width
    height = frame.height if frame is not None else context.height
    across, down = _read_cropping(stream, width, height)
    return VideoStream(
        **common,
        profile=stream.profile,
        level=context.level if context.level > 0 else None,
        width=width - across,
        height=height - down,
        coded_width=width if across or down else None,
        coded_height=height if across or down else None,
        pix_fmt=pixels.name if pixels else None,
        bit_depth=max((part.bits for part in pixels.components), default=8) if pixels else 8,
        has_alpha=_has_alpha(stream, pixels),
        sample_aspect=sane_aspect(stream.sample_aspect_ratio),
        rotation_degrees=degrees,
        flipped=flipped,
        average_rate=stream.average_rate or None,
        nominal_rate=cadence.nominal_rate if cadence else None,
        variable_rate=cadence.variable if cadence else False,
        field_order=_read_field_order(stream, frame),
        colour=colour,
        hdr=_classify_hdr(colour.transfer, dolby_vision),
        dolby_vision_profile=dolby_vision and dolby_vision[0],
        mastering=read_mastering(
            side_data(frame, Type.MASTERING_DISPLAY_METADATA),
            side_data(frame, Type.CONTENT_LIGHT_LEVEL),
        ),
        attached_picture=bool(stream.disposition & Disposition.attached_pic),
        frame_count=stream.frames or None,
    )


def _has_alpha(stream: AvVideoStream, pixels: VideoFormat | None) -> bool:
    """By pixel format, or by WebM's mark: VP8 and VP9 keep alpha in a second bitstream."""
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    in_pixels = pixels is not None and any(part.is_alpha for part in pixels.components)
    return in_pixels or tags.get("alpha_mode") == "1"


def _read_field_order(stream: AvVideoStream, frame: VideoFrame | None) -> FieldOrder:
    order = _FIELD_ORDERS.get(stream.codec_context.field_order)
    if order is None and frame is not None:
        if not frame.interlaced_frame:
            return "progressive"
        # PyAV hides which field is first; DV (IEC 61834) is bottom first, nearly all else is top.
        return "bff" if _codec_name(stream) == "dvvideo" else "tff"
    return order or "unknown"


def _read_dolby_vision(
    stream: AvVideoStream, pixels: VideoFormat | None, frame: VideoFrame | None
) -> tuple[int, int] | None:
    """Profile and base layer compatibility from the configuration record (dvcC, dvvC).

    Logging is global, so only ask about streams that can be Dolby Vision.
    """
    deep = pixels is not None and pixels.components[0].bits >= 10
    tagged = stream.codec_tag[:2].lower() in ("dv", "da") if stream.codec_tag else False
    if not tagged and not (deep and _codec_name(stream) in ("hevc", "av1", "h264")):
        return None
    own = _description(stream)
    if record := _DOVI.search(own):
        return int(record[1]), int(record[2])
    if side_data(frame, Type.DOVI_METADATA):
        return 8, 1  # only the metadata NAL units are left: what is shown is the base layer
    return None


def _read_cropping(stream: AvVideoStream, width: int, height: int) -> tuple[int, int]:
    """By how much the container crops each frame (`clap`, Matroska's PixelCrop), across and down.

    FFmpeg's command applies it, PyAV does not.
    """
    container = stream.container
    if container.format.name.partition(",")[0] not in ("mov", "matroska"):
        return 0, 0
    found = _CROPPING.search(_description(stream))
    if found is None:
        return 0, 0
    left, right, top, bottom = (int(one) for one in found.groups())
    if left + right >= width or top + bottom >= height:
        return 0, 0
    return left + right, top + bottom


def _description(stream: AvVideoStream) -> str:
    """FFmpeg's own words on a stream, in which its side data is: PyAV does not hand that out."""
    container = stream.container
    assert isinstance(container, InputContainer)  # noqa: S101 - it was opened to be read
    av.logging.set_level(av.logging.INFO)
    try:
        description = cast(Any, container).dumps_format()  # not in PyAV's stub
    finally:
        av.logging.set_level(None)
    parts = re.split(rf"^  Stream #0:{stream.index}\b", description, flags=re.MULTILINE)
    return re.split(r"^  Stream #0:", parts[-1], flags=re.MULTILINE)[0] if len(parts) > 1 else ""


def _classify_hdr(transfer: str | None, dolby_vision: tuple[int, int] | None) -> Hdr | None:
    if dolby_vision and dolby_vision[1] == 0:
        return "dolby_vision"
    if transfer == "smpte2084":
        return "hdr10"
    return "hlg" if transfer == "arib-std-b67" else None
