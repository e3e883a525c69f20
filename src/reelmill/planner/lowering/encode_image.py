"""Encoders of pictures, still and moving, and of subtitles."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.codecs import TEXT_SUBTITLES
from reelmill.model.errors import InvalidRequestError, MediaLimitError
from reelmill.model.operations import EncodeAnimation, EncodeImage, EncodeSubtitles
from reelmill.model.process import EncodedStream, Options
from reelmill.model.steps import ExpectedStream
from reelmill.planner.context import Context
from reelmill.planner.lowering.site import Coded, Lowering, encoded, is_there, there
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Subtitles

IMAGE_ENCODERS = {"mjpeg": "mjpeg", "png": "png", "webp": "libwebp"}
MOST_ANIMATED_SECONDS = 30
"""All frames are held until the palette is known (reference R3)."""
SUBTITLE_ENCODERS = {
    "subrip": "subrip",
    "webvtt": "webvtt",
    "ass": "ass",
    "mov_text": "mov_text",
}


@encoded.register
def encode_image(op: EncodeImage, to: Lowering) -> Coded:
    """A baseline JPEG, a PNG, or a WebP whose quality is as FFmpeg's scale means it."""
    picture = to.picture(op.input)
    quality: dict[str, Options] = {
        "mjpeg": (("q", str(op.quality)),),
        "png": (),
        "webp": (("quality", str(round(100 - (op.quality - 2) * 100 / 29))),),
    }
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="image",
        pad=picture.pad,
        encoder=IMAGE_ENCODERS[op.codec],
        options=(*quality[op.codec], ("threads", "1")),
    )
    width, height = int(picture.width), int(picture.height)
    expected = ExpectedStream(kind="image", codec=op.codec, width=width, height=height)
    return Coded(stream, expected, picture.end, picture.pictures)


@encoded.register
def encode_animation(op: EncodeAnimation, to: Lowering) -> Coded:
    """A GIF by the palette of its own frames (palettegen, paletteuse), or an animated WebP.

    Raises:
        MediaLimitError: it is too long, or nobody knows how long.
    """
    picture, builder = to.picture(op.input), to.builder
    if picture.end is None or picture.end > MOST_ANIMATED_SECONDS:
        raise MediaLimitError(
            f"a moving picture for pages has {MOST_ANIMATED_SECONDS} s at most: trim it before"
        )
    pad = picture.pad
    if op.codec == "gif":
        made = (("max_colors", str(op.colours)), ("stats_mode", "diff"))
        palette = builder.filter("palettegen", made, (pad,))
        pad = builder.filter("paletteuse", (("dither", op.dither),), (pad, palette))
        encoder, options = "gif", ()
    else:
        encoder, options = "libwebp_anim", (("quality", str(op.quality)),)
    stream = EncodedStream(
        id=builder.encode_id(), kind="video", pad=pad, encoder=encoder, options=options
    )
    expected = ExpectedStream(
        kind="video",
        codec=op.codec,
        width=int(picture.width),
        height=int(picture.height),
    )
    one = op.codec == "webp" and picture.frame_count == 1  # a still, which has no length
    return Coded(stream, expected, None if one else picture.end)


@there.register
def _is_text(op: EncodeSubtitles, context: Context) -> bool:
    """Pictures cannot become text: they are left out, and said to be."""
    if not is_there(op.input, context):
        return False
    stream = Lowering.alone(context).track(op.input).stream
    if stream.codec in TEXT_SUBTITLES or stream.codec in op.kept:
        return True
    context.notice("subtitles_dropped", f"{stream.codec} subtitles are pictures, and left out")
    return False


@encoded.register
def encode_subtitles(op: EncodeSubtitles, to: Lowering) -> Coded:
    """Text in another format; where it is that format already, it is copied."""
    track = to.track(op.input)
    if not isinstance(track, Subtitles):
        raise InvalidRequestError(f"{op.input!r} is not subtitles")
    other = to.beside(op.end_with)
    if other is not None and other.end is not None and _outlasts(track, other.end):
        track = replace(track, end=other.end)
    own = track.stream.codec
    same = own == op.codec or own in op.kept
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="subtitle",
        pad=track.pad,
        encoder="copy" if same else SUBTITLE_ENCODERS[op.codec],
        options=_cues(track),
        language=op.language or track.stream.language,
    )
    codec = own if same else op.codec
    return Coded(stream, ExpectedStream(kind="subtitle", codec=codec), None)


def _outlasts(track: Subtitles, end: Fraction) -> bool:
    last = track.stream.end_seconds
    own = None if last is None else (last - track.begin) / track.factor
    return not any(moment is not None and moment <= end for moment in (track.end, own))


def _cues(track: Subtitles) -> Options:
    """Cues of a part, and at another speed: packets dropped, moved and shortened.

    By the bitstream filters noise and setts (FFmpeg, "Bitstream Filters").
    """
    if not track.begin and track.end is None and track.factor == 1:
        return ()
    begin = decimal(track.begin)
    drop, last = f"lte((pts+d)*tb,{begin})*gt(d,0)", "(PTS+DURATION)*TB"
    if track.end is not None:
        end = decimal(track.begin + track.end * track.factor)
        drop, last = f"{drop}+gte(pts*tb,{end})", f"min({last},{end})"
    faster = f"/TB/{track.factor.numerator}*{track.factor.denominator}"
    first = f"max(PTS*TB,{begin})"
    words = f"noise=amount=0:drop={drop}".replace(",", "\\,")
    moved = f"ts=({first}-{begin}){faster}:duration=({last}-{first}){faster}".replace(",", "\\,")
    return (("bsf", f"{words},setts={moved}"),)
