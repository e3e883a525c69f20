"""Operations of users on the picture's shape, colours and detail."""

from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from reelmill.model.operations import (
    Adjust,
    Blur,
    Deinterlace,
    Denoise,
    FrameRate,
    Sharpen,
    Stabilise,
)
from reelmill.model.operations import Crop as CropNode
from reelmill.model.operations import Flip as FlipNode
from reelmill.model.operations import Pad as PadNode
from reelmill.model.operations import Resize as ResizeNode
from reelmill.model.operations import Rotate as RotateNode
from reelmill.model.operations.geometry import Offset, Side
from reelmill.model.value import Rational
from reelmill.recipes.chain import Chain
from reelmill.recipes.colours import Colour
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.wishes import ColourRange, Resolution, VideoWish
from reelmill.recipes.words import number, resized

Number = Annotated[Rational, BeforeValidator(number)]
BLACK = "#000000"


class Filter(UserOperation):
    """Levels, colours and detail; what is left out stays as it is.

    They are done in the order in which they stand here.
    """

    type: Literal["filter"] = "filter"
    denoise: Literal["weak", "medium", "strong"] | None = None
    brightness: float = Field(default=0.0, ge=-1, le=1)
    contrast: float = Field(default=1.0, ge=0, le=2)
    saturation: float = Field(default=1.0, ge=0, le=3)
    gamma: float = Field(default=1.0, ge=0.1, le=10)
    hue: float = Field(default=0.0, ge=-360, le=360)
    """Degrees around the circle of colours."""
    sharpen: float | None = Field(default=None, ge=0, le=5)
    blur: float | None = Field(default=None, gt=0, le=200)
    """Radius in pixels."""
    hdr: Literal["tone_map", "keep"] | None = None
    """HDR to SDR, or left as it is; where nothing is said it becomes SDR."""
    color_range: ColourRange | None = None
    """Of what is written: limited is what players expect."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        written = {"hdr": self.hdr, "color_range": self.color_range}
        said = {name: value for name, value in written.items() if value is not None}
        chain.video = chain.video.over(VideoWish.model_validate(said))
        if self.denoise is not None:
            chain.on_picture(Denoise, strength=self.denoise)
        levels = {
            "brightness": self.brightness,
            "contrast": self.contrast,
            "saturation": self.saturation,
            "gamma": self.gamma,
            "hue_degrees": self.hue,
        }
        usual = Adjust(id="usual", input="usual")
        if any(value != getattr(usual, name) for name, value in levels.items()):
            chain.on_picture(Adjust, **levels)
        if self.sharpen is not None:
            chain.on_picture(Sharpen, amount=self.sharpen)
        if self.blur is not None:
            chain.on_picture(Blur, sigma=self.blur)


class Stabilize(UserOperation):
    """Make a shaky camera steadier: the whole picture is looked at first."""

    type: Literal["stabilize", "stabilise"] = "stabilize"
    shakiness: int = Field(default=5, ge=1, le=10)
    smoothing: int = Field(default=15, ge=1, le=200)
    """Frames before and after each one."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(Stabilise, shakiness=self.shakiness, smoothing=self.smoothing)


class Deinterlaced(UserOperation):
    """Whole frames from interlaced ones; it is done by itself where the source says that it is."""

    type: Literal["deinterlace"] = "deinterlace"

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(Deinterlace)


class Resize(UserOperation):
    """Another size: `fit` inside it, `fill` it and lose the edges, `pad` with bars, or `stretch`.

    With one side only, or a name such as 720p, the shape is kept.
    """

    type: Literal["resize", "scale"] = "resize"
    width: Side | None = None
    height: Side | None = None
    resolution: Resolution | None = None
    mode: Literal["fit", "shrink", "fill", "pad", "stretch"] = "fit"
    color: Colour = BLACK
    """Of the bars."""

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        sides = self.width is not None or self.height is not None
        if sides == (self.resolution is not None):
            raise ValueError("give width, height or both, or a resolution")
        if self.resolution is not None:
            resized(self.resolution)
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        if self.resolution is not None:
            kind, fields = resized(self.resolution)
            fields = fields if kind is not ResizeNode else {**fields, "mode": self.mode}
            chain.on_picture(kind, **fields)
            return
        size = {"width": self.width, "height": self.height}
        chain.on_picture(ResizeNode, **size, mode=self.mode, colour=self.color)


class Rotate(UserOperation):
    """Turn it clockwise; other than by quarters it stands on a larger ground."""

    type: Literal["rotate"] = "rotate"
    degrees: Annotated[Number, Field(ge=-360, le=360)] = Field(
        validation_alias=AliasChoices("degrees", "angle")
    )
    color: Colour = BLACK

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(RotateNode, degrees=self.degrees, colour=self.color)


class Flip(UserOperation):
    """Mirror it left to right (horizontal) or top to bottom (vertical)."""

    type: Literal["flip"] = "flip"
    direction: Literal["horizontal", "vertical"] = "horizontal"

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(FlipNode, direction=self.direction)


class Crop(UserOperation):
    """Keep a part of the picture, from `x` and `y` at its left and top; by default its centre."""

    type: Literal["crop"] = "crop"
    width: Side
    height: Side
    x: Offset | None = None
    y: Offset | None = None

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        names = ("width", "height", "x", "y")
        chain.on_picture(CropNode, **{name: getattr(self, name) for name in names})


class Pad(UserOperation):
    """Put it on a larger ground, at `x` and `y`; by default in the middle."""

    type: Literal["pad"] = "pad"
    width: Side
    height: Side
    x: Offset | None = None
    y: Offset | None = None
    color: Colour = BLACK

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        names = ("width", "height", "x", "y")
        fields = {name: getattr(self, name) for name in names}
        chain.on_picture(PadNode, **fields, colour=self.color)


class Fps(UserOperation):
    """Frames at exactly this rate: some are shown twice, or left out."""

    type: Literal["fps"] = "fps"
    rate: Annotated[Number, Field(ge=1, le=240)] = Field(
        validation_alias=AliasChoices("rate", "fps")
    )

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(FrameRate, rate=self.rate)
