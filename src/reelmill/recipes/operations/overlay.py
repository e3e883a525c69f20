"""Operations of users that lay something on the picture."""

import unicodedata
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from reelmill.model.operations import (
    BurnSubtitles,
    Overlay,
    Position,
    SelectSubtitles,
    SelectVideo,
    Text,
)
from reelmill.model.operations.overlay import Place
from reelmill.model.value import Rational
from reelmill.recipes.chain import Chain
from reelmill.recipes.colours import Colour
from reelmill.recipes.operations.base import Kind, UserOperation
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.words import Seconds, number


def _placed(given: object) -> object:
    """`top-right`, `top_right` and `center` are known; `top-center` is `top`."""
    if not isinstance(given, str):
        return given
    words = given.lower().replace("-", "_").replace("center", "centre").replace("middle", "centre")
    if words == "centre_centre":
        return "centre"
    return words.replace("_centre", "").replace("centre_", "")


def _drawable(text: str) -> str:
    """Tabs and line breaks of every kind are drawn as what they are.

    Raises:
        ValueError: another control character, for which a font has a box at most.
    """
    for one in text:
        if unicodedata.category(one) == "Cc" and one not in "\t\n\v\f\r\x85":
            raise ValueError(f"U+{ord(one):04X} is a control character, and cannot be drawn")
    return text


Placed = Annotated[Position, BeforeValidator(_placed)]
SourceWord = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Watermark(UserOperation):
    """An image or a text on the picture, for all of it or for a while."""

    brings: ClassVar[tuple[str, ...]] = ("image",)
    needs: ClassVar[Kind | None] = "picture"

    type: Literal["watermark"] = "watermark"
    image: SourceWord | None = Field(default=None, alias="image_path")
    """A file below an allowed folder, a URL, or `upload:ID`; a video is shown until its end."""
    text: (
        Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_drawable)]
        | None
    ) = None
    """Taken literally, in any script that a font is there for."""
    position: Placed = "bottom_right"
    margin: int = Field(default=16, ge=0, le=4096)
    x: Place | None = None
    y: Place | None = None
    opacity: float = Field(default=1.0, ge=0, le=1)
    scale: Annotated[Rational, BeforeValidator(number), Field(gt=0, le=4)] | None = None
    """Of an image: its width as a share of the picture's."""
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    font_size: int = Field(default=32, ge=4, le=1000)
    color: Colour = "#ffffff"
    bold: bool = False
    outline: int = Field(default=2, ge=0, le=100)
    outline_color: Colour = "#000000"
    box_color: Colour | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.image is None) == (self.text is None):
            raise ValueError("give either an image or a text")
        if self.text is not None and (self.x is not None or self.y is not None):
            raise ValueError("a text has a position, not x and y")
        if self.end_time is not None and self.end_time <= (self.start_time or 0):
            raise ValueError("end_time comes after start_time")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        same = {
            "position": self.position,
            "margin": self.margin,
            "opacity": self.opacity,
            "start_seconds": self.start_time,
            "end_seconds": self.end_time,
        }
        if self.text is not None:
            fonts = {"font_size": self.font_size, "colour": self.color, "bold": self.bold}
            around = {"outline": self.outline, "outline_colour": self.outline_color}
            chain.on_picture(Text, text=self.text, **same, **fonts, **around, box=self.box_color)
            return
        image = chain.add(SelectVideo, source=chain.bring())
        where = {"x": self.x, "y": self.y, "scale": self.scale}
        chain.on_picture(Overlay, image=image, **same, **where)


class Subtitles(UserOperation):
    """Draw subtitles into the picture: of a file (SRT, WebVTT, ASS), or the film's own track."""

    brings: ClassVar[tuple[str, ...]] = ("source",)

    type: Literal["subtitles", "burn_subtitles"] = "subtitles"
    source: SourceWord | None = Field(default=None, alias="path")
    """None: the film's own."""
    track: int | None = Field(default=None, ge=0)
    """Its index among all streams of the source; None: the first that can be drawn."""
    font_size: int | None = Field(default=None, ge=4, le=1000)
    color: Colour | None = None
    outline_color: Colour | None = None

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_picture(
            BurnSubtitles,
            source=MAIN if self.source is None else chain.bring(),
            track=self.track,
            font_size=self.font_size,
            colour=self.color,
            outline_colour=self.outline_color,
        )


class EmbedSubtitles(UserOperation):
    """A file of subtitles (SRT, WebVTT, ASS) as a track of the output, which players can turn off.

    They begin with the picture at this place of the chain, and later operations move them along.
    """

    encodes: ClassVar[bool] = False
    brings: ClassVar[tuple[str, ...]] = ("source",)
    needs: ClassVar[Kind | None] = "subtitles"

    type: Literal["embed_subtitles"] = "embed_subtitles"
    source: SourceWord = Field(alias="path")
    language: Annotated[str, StringConstraints(pattern="^[a-z]{3}$")] | None = None
    """ISO 639-2: eng, deu, ara."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.embedded.append((chain.add(SelectSubtitles, source=chain.bring()), self.language))
