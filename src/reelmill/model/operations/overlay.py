"""Operations that lay something on the picture."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from reelmill.model.operations.base import Name, Unary
from reelmill.model.operations.geometry import BLACK, WHITE, Hue
from reelmill.model.value import Rational

Position = Literal[
    "top_left",
    "top",
    "top_right",
    "left",
    "centre",
    "right",
    "bottom_left",
    "bottom",
    "bottom_right",
]
Place = Annotated[int, Field(ge=-16384, le=16384)]


class _Shown(Unary):
    position: Position = "bottom_right"
    margin: int = Field(default=16, ge=0, le=4096)
    """Pixels between it and the picture's edges."""
    opacity: float = Field(default=1.0, ge=0, le=1)
    start_seconds: Rational | None = Field(default=None, ge=0)
    end_seconds: Rational | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _is_shown_for_a_while(self) -> Self:
        if self.end_seconds is not None and (self.start_seconds or 0) >= self.end_seconds:
            raise ValueError(f"{self.id!r} ends before it begins")
        return self


class Overlay(_Shown):
    """Another picture on top: a still one for the whole length, a video until its own end.

    `x` and `y`, of its upper left corner, stand instead of a position. `scale` is its width as a
    share of the picture's; without it, it keeps its size.
    """

    op: Literal["overlay"] = "overlay"
    image: Name
    x: Place | None = None
    y: Place | None = None
    scale: Rational | None = Field(default=None, gt=0, le=4)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The picture, and what is laid on it."""
        return (self.input, self.image)


class Text(_Shown):
    """Words on top, taken literally, in any script that a font is there for."""

    op: Literal["text"] = "text"
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    font_size: int = Field(default=32, ge=4, le=1000)
    """Pixels of an em."""
    colour: Hue = WHITE
    bold: bool = False
    outline: int = Field(default=2, ge=0, le=100)
    """Pixels around the letters."""
    outline_colour: Hue = BLACK
    box: Hue | None = None
    """The colour of a box behind the words; None: there is none."""
    box_opacity: float = Field(default=0.5, ge=0, le=1)


class BurnSubtitles(Unary):
    """Subtitles drawn into the picture: a subtitle file's, or a text track of a film.

    Those of the picture's own film stay with what was said; those of another file begin with the
    picture.
    """

    op: Literal["burn_subtitles"] = "burn_subtitles"
    source: Name
    track: int | None = Field(default=None, ge=0)
    """Its index among all streams of the source; None: the first that can be drawn."""
    font_size: int | None = Field(default=None, ge=4, le=1000)
    """Pixels of an em; None: a twentieth of the picture's height. ASS brings its own sizes."""
    colour: Hue | None = None
    outline_colour: Hue | None = None
