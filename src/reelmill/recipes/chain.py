"""A graph under construction: the picture and the sound of a source, operation by operation."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from pydantic import ValidationError

from reelmill.model.containers import PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.graph import Chapter, Output
from reelmill.model.metrics import Metric
from reelmill.model.operations import (
    ConstantRate,
    Deinterlace,
    Node,
    Operation,
    SelectAudio,
    SelectVideo,
    Sound,
)
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.wishes import AudioWish, VideoWish

MOST_RATE = Fraction(240)
PIX_FMTS = {"prores": "yuv422p10le", "dnxhd": "yuv422p"}
"""Of the codecs that edit suites use, which have finer colours than others."""


@dataclass(frozen=True)
class Analysis:
    """What is to be measured of the output.

    Attributes:
        against: the node of a picture; None: what goes into the encoder.
    """

    metrics: tuple[Metric, ...]
    mode: Literal["exact", "fast"]
    against: str | None


@dataclass
class Chain:
    """Where the picture and the sound have got to, and how they are to be encoded.

    Attributes:
        nodes: of the graph, in their order.
        outputs: beside the main one: pictures, sheets and the like.
        picture: the node that the picture is now; None: it is not wanted.
        sound: the same of the sound.
        subtitles: the nodes of the film's own that go along with them.
        embedded: those of other files, with their languages.
        video: how the picture is to be encoded in the end.
        audio: the same of the sound.
        image_format: of pictures beside the main output, where nothing is said.
        analyses: of the main output.
        tags: what the file is to say of itself.
        chapters: that it is to get; None: those of the source, unless they move.
        sources: those beside the main one, as operations ask for them.
        idle: those of the request that had nothing to change (`Graph.idle`).
        usual_codec: of the picture, where nothing is said.
        asked: what of the request the next nodes are made for (`Operation.asked`).
    """

    nodes: list[Node] = field(default_factory=list[Node])
    outputs: list[Output] = field(default_factory=list[Output])
    picture: str | None = None
    sound: str | None = None
    subtitles: list[str] = field(default_factory=list[str])
    embedded: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])
    video: VideoWish = field(default_factory=VideoWish)
    audio: AudioWish = field(default_factory=AudioWish)
    image_format: PlainFormat = "image"
    analyses: list[Analysis] = field(default_factory=list[Analysis])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    chapters: tuple[Chapter, ...] | None = None
    sources: list[str] = field(default_factory=list[str])
    idle: list[str] = field(default_factory=list[str])
    usual_codec: str = "h264"
    asked: str | None = None
    _counts: Counter[str] = field(default_factory=Counter[str])

    @classmethod
    def of(
        cls, source: str = MAIN, *, language: str | None = None, track: int | None = None
    ) -> "Chain":
        """The picture and the sound of a source."""
        chain = cls()
        chain.picture = chain.add(SelectVideo, source=source)
        chain.sound = chain.add(SelectAudio, source=source, language=language, track=track)
        return chain

    def bring(self) -> str:
        """Another source: the name of the next that came along."""
        self.sources.append(f"input_{len(self.sources) + 1}")
        return self.sources[-1]

    def name(self, stem: str, *, alone: bool) -> str:
        """A name for an output: `stem`, or `stem_1` and on where there are several."""
        self._counts[f"output {stem}"] += 1
        count = self._counts[f"output {stem}"]
        return stem if alone and count == 1 else f"{stem}_{count}"

    def select(self, source: str) -> tuple[str, str]:
        """The picture and the sound of another source, on one clock from 0."""
        picture = self.add(SelectVideo, source=source)
        sound = self.add(SelectAudio, source=source)
        return self.steady(picture, sound)

    def steady(self, picture: str, sound: str) -> tuple[str, str]:
        """Whole frames at a constant rate, and sound without gaps, as long as each other."""
        picture = self.add(Deinterlace, input=picture)
        picture = self.add(ConstantRate, input=picture, max_rate=MOST_RATE, hold_for=sound)
        return picture, self.add(Sound, input=sound, max_channels=8, pad_to=picture)

    def add(self, kind: type[Operation], **fields: Any) -> str:
        """Put an operation behind those that it reads; the name of its node.

        Raises:
            InvalidRequestError: its fields contradict each other.
        """
        stem = str(kind.model_fields["op"].default)
        self._counts[stem] += 1
        name = stem if self._counts[stem] == 1 else f"{stem}_{self._counts[stem]}"
        try:
            node = kind.model_validate({"id": name, "asked": self.asked, **fields})
        except ValidationError as error:
            message = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise InvalidRequestError(f"{stem}: {message}") from error
        self.nodes.append(node)  # pyright: ignore[reportArgumentType] - each kind is a Node
        return name

    def on_picture(self, kind: type[Operation], **fields: Any) -> None:
        """Change the picture, if there is to be one."""
        if self.picture is not None:
            self.picture = self.add(kind, input=self.picture, **fields)
        elif self.asked is not None:
            self.idle.append(self.asked)

    def on_sound(self, kind: type[Operation], **fields: Any) -> None:
        """Change the sound, if there is to be any."""
        if self.sound is not None:
            self.sound = self.add(kind, input=self.sound, **fields)
        elif self.asked is not None:
            self.idle.append(self.asked)

    def on_both(self, kind: type[Operation], **fields: Any) -> None:
        """Change both alike."""
        self.on_picture(kind, **fields)
        self.on_sound(kind, **fields)

    def on_all(self, kind: type[Operation], **fields: Any) -> None:
        """Change them and what is read with them alike."""
        self.on_both(kind, **fields)
        self.subtitles = [self.add(kind, input=one, **fields) for one in self.subtitles]
        self.embedded = [(self.add(kind, input=one, **fields), of) for one, of in self.embedded]
