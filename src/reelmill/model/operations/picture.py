"""Operations on the picture."""

from typing import ClassVar, Literal

from pydantic import Field

from reelmill.model.operations.base import Unary

PixelFormat = Literal["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"]


class Deinterlace(Unary):
    """Whole frames from interlaced ones, at the same rate; nothing where it is progressive."""

    op: Literal["deinterlace"] = "deinterlace"


class Scale(Unary):
    """Square pixels and even sides, with the given short side; without one, the displayed size."""

    op: Literal["scale"] = "scale"
    short_side: int | None = Field(default=None, ge=2, le=16384)


class Colour(Unary):
    """Samples as the target wants them: `web` 4:2:0, `jpeg` full range BT.601.

    `pix_fmt` asks for finer ones. HDR is tone-mapped to BT.709 unless `hdr` says keep;
    transparency is laid on black. `range` is that of `web`: tv (limited) is what players expect.
    """

    op: Literal["colour"] = "colour"
    target: Literal["web", "jpeg"] = "web"
    hdr: Literal["tone_map", "keep"] = "tone_map"
    pix_fmt: PixelFormat | None = None
    range: Literal["tv", "pc"] = "tv"


class Adjust(Unary):
    """Levels and colours: brightness is added, the others multiply; 0 and 1 change nothing."""

    op: Literal["adjust"] = "adjust"
    brightness: float = Field(default=0.0, ge=-1, le=1)
    contrast: float = Field(default=1.0, ge=0, le=2)
    saturation: float = Field(default=1.0, ge=0, le=3)
    gamma: float = Field(default=1.0, ge=0.1, le=10)
    """Above 1 the dark parts get lighter."""
    hue_degrees: float = Field(default=0.0, ge=-360, le=360)


class Denoise(Unary):
    """Less noise, by comparing each pixel with its neighbours in the picture and in time."""

    op: Literal["denoise"] = "denoise"
    strength: Literal["weak", "medium", "strong"] = "medium"


class Stabilise(Unary):
    """A steadier camera: its way is found first, then made smooth; edges are zoomed away."""

    op: Literal["stabilise"] = "stabilise"
    chunkable: ClassVar[bool] = False
    shakiness: int = Field(default=5, ge=1, le=10)
    """How shaky it is, and how quick the camera: more takes longer."""
    smoothing: int = Field(default=15, ge=1, le=200)
    """Frames before and after each one that its place is smoothed over."""


class Sharpen(Unary):
    """Clearer edges: 0 changes nothing, 1 is strong (an unsharp mask of five pixels)."""

    op: Literal["sharpen"] = "sharpen"
    amount: float = Field(default=0.5, ge=0, le=5)


class Blur(Unary):
    """Gaussian blur; `sigma` is its radius in pixels."""

    op: Literal["blur"] = "blur"
    sigma: float = Field(gt=0, le=200)
