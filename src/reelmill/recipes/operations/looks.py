"""Operations of users that make pictures of the picture, beside what is made of it."""

import re
from abc import abstractmethod
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, WithJsonSchema, model_validator

from reelmill.model.codecs import TAKES
from reelmill.model.containers import Plain, PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.graph import FileOutput, SheetsOutput, Storyboard
from reelmill.model.operations import (
    Colour,
    Deinterlace,
    EncodeImage,
    Representative,
    Resize,
    Scale,
    Still,
    Tiles,
)
from reelmill.recipes.chain import Chain
from reelmill.recipes.formats import EXTENSIONS, FORMATS
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.words import MOST_SECONDS, Seconds, seconds

MOST_THUMBNAILS = 200
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%")


def _moment(given: object) -> object:
    """Seconds as a rational, or a share of the length such as "50%"."""
    if isinstance(given, str) and (found := _PERCENT.fullmatch(given.strip())) is not None:
        if Fraction(found[1]) > 100:
            raise ValueError("a share of the length is at most 100%")
        return f"{found[1]}%"
    said = seconds(given)
    if isinstance(said, bool) or not isinstance(said, int | str | Fraction):
        raise ValueError("a moment is a number of seconds, HH:MM:SS.mmm, or a share such as 50%")
    at = Fraction(said)
    if not 0 <= at <= MOST_SECONDS:
        raise ValueError(f"a moment is between 0 and {MOST_SECONDS} s")
    return str(at)


Moment = Annotated[
    str,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}],
            "description": "seconds, HH:MM:SS.mmm, or a share of the length",
            "examples": [12.5, "00:01:30.500", "50%"],
        }
    ),
]
ImageFormat = Annotated[
    Literal["image", "png", "webp"] | None,
    BeforeValidator(
        lambda given: FORMATS.get(given.lower(), given) if isinstance(given, str) else given
    ),
    WithJsonSchema({"type": "string", "enum": ["jpg", "jpeg", "png", "webp"]}),
]


class Look(UserOperation):
    """Something to look at, made of the picture as it is at this place of the chain.

    It leaves the chain as it was.
    """

    encodes: ClassVar[bool] = False
    looks: ClassVar[bool] = True

    format: ImageFormat = None
    """jpg, png or webp; None: that of the output, if it is one of them, else jpg."""
    quality: int | None = Field(default=None, ge=1, le=100)
    """Of a JPEG or WebP."""

    @abstractmethod
    def made(self, chain: Chain, frames: str) -> None:
        """Put the nodes and outputs for it behind the whole frames of a node."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`.

        Raises:
            InvalidRequestError: there is no picture at this place.
        """
        if chain.picture is None:
            raise InvalidRequestError("there is no picture here to look at")
        self.made(chain, chain.add(Deinterlace, input=chain.picture))

    def encoded(self, chain: Chain, of: str) -> tuple[str, Plain]:
        """A node as pictures of the format, and what they are written as."""
        format_: PlainFormat = self.format or chain.image_format
        jpeg = format_ == "image"
        toned = chain.add(Colour, input=of, target="jpeg" if jpeg else "web")
        scale = (
            {} if self.quality is None else {"quality": 2 + round((100 - self.quality) * 29 / 99)}
        )
        codec = TAKES[format_].video[0]
        return chain.add(EncodeImage, input=toned, codec=codec, **scale), Plain(format=format_)


def _file(name: str, task: str, image: tuple[str, Plain]) -> FileOutput:
    node, container = image
    path = f"{name}.{EXTENSIONS[container.format]}"
    return FileOutput(name=name, task=task, path=path, streams=(node,), container=container)


class Thumbnail(Look):
    """Frames as pictures: one at a time, several, N evenly spaced, or the best of each part.

    Without any of these: one, a tenth into the picture. `best` chooses by content: the frame that
    is most like the others of its part (FFmpeg's thumbnail filter), so no flash, fade or slate.
    """

    type: Literal["thumbnail"] = "thumbnail"
    at: Moment | None = Field(
        default=None, validation_alias=AliasChoices("at", "time", "timestamp", "position")
    )
    times: tuple[Moment, ...] = Field(default=(), max_length=MOST_THUMBNAILS)
    count: int | None = Field(default=None, ge=1, le=MOST_THUMBNAILS)
    best: bool = False
    width: int | None = Field(default=None, ge=16, le=8192)
    height: int | None = Field(default=None, ge=16, le=8192)
    """With a width too: as big as fits in both."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.at is not None, bool(self.times), self.count is not None or self.best]
        if sum(ways) > 1:
            raise ValueError("at, times and count exclude each other; best goes with count alone")
        return self

    def made(self, chain: Chain, frames: str) -> None:
        """See `Look.made`."""
        chosen = self._best(chain, frames) if self.best else self._stills(chain, frames)
        for node in chosen:
            sized = self._sized(chain, node)
            name = chain.name("thumbnail", alone=len(chosen) == 1)
            image = self.encoded(chain, sized)
            chain.outputs.append(_file(name, "generate_thumbnail", image))

    def _sized(self, chain: Chain, node: str) -> str:
        if self.width is None and self.height is None:
            return chain.add(Scale, input=node)
        return chain.add(Resize, input=node, width=self.width, height=self.height)

    def _best(self, chain: Chain, frames: str) -> list[str]:
        count = self.count or 1
        parts = [(Fraction(n, count), Fraction(n + 1, count)) for n in range(count)]
        return [chain.add(Representative, input=frames, begin=a, end=b) for a, b in parts]

    def _stills(self, chain: Chain, frames: str) -> list[str]:
        return [chain.add(Still, input=frames, **moment) for moment in self._moments()]

    def _moments(self) -> list[dict[str, Fraction]]:
        if self.count is not None:
            shares = [Fraction(n + 1, self.count + 1) for n in range(self.count)]
            return [{"position": share} for share in shares]
        said = self.times or (self.at or "10%",)
        return [
            {"position": Fraction(one[:-1]) / 100}
            if one.endswith("%")
            else {"at_seconds": Fraction(one)}
            for one in said
        ]


class _Sheet(Look):
    """Tiles on sheets."""

    columns: int = Field(default=4, ge=1, le=100)
    rows: int = Field(default=4, ge=1, le=100)
    width: int = Field(
        default=160, ge=16, le=4096, validation_alias=AliasChoices("tile_width", "width")
    )
    """Of a tile, in pixels; made even."""
    spacing: int = Field(default=0, ge=0, le=256)
    """Pixels between tiles; made even."""

    def tiles(self, chain: Chain, of: str, **more: object) -> str:
        """The sheets as a node."""
        shape = {"columns": self.columns, "rows": self.rows, "width": self.width // 2 * 2}
        return chain.add(Tiles, input=of, **shape, spacing=self.spacing // 2 * 2, **more)


class ThumbnailGrid(_Sheet):
    """One sheet of evenly spaced frames, row by row: each from the middle of its part."""

    type: Literal["thumbnail_grid"] = "thumbnail_grid"

    def made(self, chain: Chain, frames: str) -> None:
        """See `Look.made`."""
        sheet = self.tiles(chain, frames, count=self.columns * self.rows)
        name = chain.name("thumbnail_grid", alone=True)
        image = self.encoded(chain, sheet)
        chain.outputs.append(_file(name, "generate_thumbnail_grid", image))


class StoryboardOperation(_Sheet):
    """Sheets of small frames, and WebVTT that says which stands for which part: for seek bars.

    One frame for every `interval` (10 s where nothing is said), or `count` of them. `exact`
    shows the middle of each part; `key` the key frame before that, for a tenth of the work;
    auto: key frames where they stand as dense as the tiles, and nothing else is decoded.
    """

    type: Literal["storyboard"] = "storyboard"
    interval: Seconds | None = None
    count: int | None = Field(default=None, ge=1, le=10_000)
    columns: int = Field(default=5, ge=1, le=100)
    rows: int = Field(default=5, ge=1, le=100)
    frames: Literal["auto", "exact", "key"] = "auto"

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.interval is not None and self.count is not None:
            raise ValueError("give either interval or count")
        if self.interval is not None and self.interval < Fraction(1, 10):
            raise ValueError("interval is at least 0.1 s")
        return self

    def made(self, chain: Chain, frames: str) -> None:
        """See `Look.made`."""
        interval = None if self.count else self.interval or Fraction(10)
        sheet = self.tiles(
            chain, frames, count=self.count, interval_seconds=interval, frames=self.frames
        )
        node, container = self.encoded(chain, sheet)
        name, task = chain.name("storyboard", alone=True), "generate_storyboard"
        extension = EXTENSIONS[container.format]
        chain.outputs += [
            SheetsOutput(
                name=f"{name}_sheets",
                task=task,
                path=f"{name}/sheet_001.{extension}",
                streams=(node,),
                container=container,
            ),
            Storyboard(name=name, task=task, path=f"{name}/storyboard.vtt", of=(f"{name}_sheets",)),
        ]
