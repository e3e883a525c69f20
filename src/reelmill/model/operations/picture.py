"""Operations on the picture."""

from typing import Literal

from pydantic import Field

from reelmill.model.operations.base import Unary

PixelFormat = Literal["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"]


class Deinterlace(Unary):
    """Whole frames from interlaced ones, at the same rate; nothing where it is progressive."""

    op: Literal["deinterlace"] = "deinterlace"


class Scale(Unary):
    """Square pixels and even sides: with a short side, or as big as fits in a box, or as shown."""

    op: Literal["scale"] = "scale"
    short_side: int | None = Field(default=None, ge=2, le=16384)
    width: int | None = Field(default=None, ge=2, le=16384)
    height: int | None = Field(default=None, ge=2, le=16384)


class Colour(Unary):
    """Samples as the target wants them: `web` 4:2:0 limited range, `jpeg` full range BT.601.

    `pix_fmt` asks for finer ones. HDR is tone-mapped to BT.709 unless `hdr` says keep;
    transparency is laid on black.
    """

    op: Literal["colour"] = "colour"
    target: Literal["web", "jpeg"] = "web"
    hdr: Literal["tone_map", "keep"] = "tone_map"
    pix_fmt: PixelFormat | None = None
