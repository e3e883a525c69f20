"""Convert as a way of asking."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, JsonValue, model_validator

from reelmill.model.codecs import TAKES, takers
from reelmill.model.containers import PlainFormat
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import Job
from reelmill.model.results import Outcome
from reelmill.recipes.convert.graph import Wanted, asked_at, convert
from reelmill.recipes.convert.papers import papers
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.base import Place
from reelmill.recipes.operations.encoding import ExtractAudio
from reelmill.recipes.operations.joining import Audio, Concat
from reelmill.recipes.recipe import MAIN, Recipe, refuse
from reelmill.recipes.sources import SourceLimits
from reelmill.recipes.wishes import AudioWish, VideoWish

MOST_OPERATIONS = 50


class ConvertRecipe(Recipe):
    """A file of a format, after operations one after another."""

    name: ClassVar[str] = "convert"

    format: PlainFormat | None = "mp4"
    """None: there is no main output, only what operations make beside it."""
    stem: str = Field(default="output", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$")
    """Of the output's file name."""
    operations: tuple[AnyOperation, ...] = Field(default=(), max_length=MOST_OPERATIONS)
    video: VideoWish = VideoWish()
    audio: AudioWish = AudioWish()
    audio_tracks: Literal["default", "all"] = "default"
    language: str | None = None
    """ISO 639-2, of the audio track to use; None: the default track."""
    subtitles: Literal["keep", "drop"] = "keep"
    """Those that the format takes; the others are told as dropped."""
    keep_metadata: bool = True
    metadata: dict[str, str] = Field(default_factory=dict)
    """What the file says of itself: title, artist and the like."""
    preset: str | None = None
    """The version of a preset that is in all of this already."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wanted = self.wanted()
        chain = convert(wanted)[0]
        if self.format is None:
            return self
        for one in self.operations:
            if isinstance(one, ExtractAudio) and one.format not in (None, self.format):
                raise ValueError(f"extract_audio says {one.format}, the output {self.format}")
        takes = TAKES[self.format]
        for kind, asked, known in (
            ("video", chain.video.codec, takes.video),
            ("audio", chain.audio.codec, takes.audio),
        ):
            if asked in (None, "copy") or not known or asked in known:
                continue
            others = ", ".join(takers(str(asked)))
            raise ValueError(
                f"{takes.title} does not take {asked} {kind}, only {', '.join(known)};"
                f" {asked} goes into {others}"
            )
        return self

    def wanted(self) -> Wanted:
        """What the graph is made of."""
        return Wanted(
            format=self.format,
            stem=self.stem,
            operations=self.operations,
            video=self.video,
            audio=self.audio,
            all_audio=self.audio_tracks == "all",
            language=self.language,
            subtitles=self.subtitles == "keep",
            keep_metadata=self.keep_metadata,
            tags=tuple(self.metadata.items()),
        )

    def graph(self, sources: Collection[str]) -> Graph:  # noqa: ARG002 - its operations name them
        """See `Recipe.graph`."""
        return convert(self.wanted())[1]

    def check(self, facts: Mapping[str, SourceFacts], limits: SourceLimits) -> None:
        """See `Recipe.check`."""
        for one in facts.values():
            refuse(one, limits)
        for name, (number, *_) in self.places.items():
            wanted = self.operations[number].needs
            if wanted and name in facts and getattr(facts[name], wanted) is None:
                verb = "are" if wanted == "subtitles" else "is"
                message = f"the source whose {wanted} {verb} wanted has none"
                raise UnsupportedMediaError(message, output=name)

        brought = any(isinstance(one, Audio | Concat) for one in self.operations)
        for one in self.operations:
            if isinstance(one, ExtractAudio) and facts[MAIN].sound is None and not brought:
                at = asked_at(self.operations, one)
                raise UnsupportedMediaError("the source has no sound to extract", output=at)

    @property
    def references(self) -> dict[str, str]:
        """The sources beside the main one, in the user's words, by their names in the graph."""
        words = [word for one in self.operations for _, word in one.references]
        return {f"input_{number}": word for number, word in enumerate(words, 1)}

    @property
    def places(self) -> dict[str, tuple[int, *Place]]:
        """Where each of them is named: the number of its operation, and where in that."""
        found = [
            (number, *place)
            for number, one in enumerate(self.operations)
            for place, _ in one.references
        ]
        return {f"input_{number}": place for number, place in enumerate(found, 1)}

    def papers(
        self,
        job: Job,
        facts: Mapping[str, SourceFacts],
        outcome: Outcome,
        completed_at: datetime,
    ) -> dict[str, JsonValue]:
        """See `Recipe.papers`."""
        return papers(job, facts[MAIN], outcome, completed_at)
