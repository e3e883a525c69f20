"""Colour: what untagged pictures mean, and what a web player or a JPEG reader takes for granted."""

from reelmill.model.facts import Colour, VideoStream
from reelmill.model.process import Options

BT709 = Colour(range="tv", matrix="bt709", primaries="bt709", transfer="bt709")
BT601 = Colour(range="tv", matrix="smpte170m", primaries="smpte170m", transfer="smpte170m")
PAL = Colour(range="tv", matrix="bt470bg", primaries="bt470bg", transfer="smpte170m")
KEPT = {"bt709": BT709, "smpte170m": BT601, "bt470bg": PAL}
"""Matrices that every player knows; others are converted to BT.709."""


def is_rgb(pix_fmt: str) -> bool:
    """Whether samples are red, green and blue (or an index of them), with no matrix."""
    return pix_fmt.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal", "x2"))


def tagged(stream: VideoStream) -> Colour:
    """The stream's colour with every gap filled the way players guess.

    HD is BT.709, anything smaller BT.601; full range only where the file or its format says so.
    """
    colour, pix_fmt = stream.colour, stream.pix_fmt or ""
    if is_rgb(pix_fmt):
        return Colour(
            range="pc",
            matrix="gbr",
            primaries=colour.primaries or "bt709",
            transfer=colour.transfer or "bt709",
        )
    guess = BT709 if stream.width >= 1280 or stream.height > 576 else BT601
    base = KEPT.get(colour.matrix or "", guess)
    return Colour(
        range=colour.range or ("pc" if pix_fmt.startswith("yuvj") else "tv"),
        matrix=colour.matrix or guess.matrix,
        primaries=colour.primaries or base.primaries,
        transfer=colour.transfer or base.transfer,
    )


def pinned(tags: Colour) -> tuple[str, Options]:
    """The filter that tags frames: what follows neither guesses nor asks its neighbours."""
    named = {
        "range": tags.range,
        "colorspace": tags.matrix,
        "color_primaries": tags.primaries,
        "color_trc": tags.transfer,
    }
    return "setparams", tuple((name, value) for name, value in named.items() if value)
