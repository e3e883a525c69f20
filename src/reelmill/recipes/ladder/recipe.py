"""The ladder as a way of asking."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import Job
from reelmill.model.results import Outcome
from reelmill.recipes.ladder.graph import PICTURE_SOURCE, ladder
from reelmill.recipes.ladder.metadata import metadata
from reelmill.recipes.ladder.settings import LadderSettings
from reelmill.recipes.ladder.thumbnail import MAX_BYTES, check_thumbnail
from reelmill.recipes.ladder.validate import check
from reelmill.recipes.recipe import MAIN, Recipe
from reelmill.recipes.sources import SourceLimits


class LadderRecipe(Recipe, LadderSettings):
    """The reference's pipeline: a ladder, and the source's original beside it."""

    name: ClassVar[str] = "ladder"
    keeps_original: ClassVar[bool] = True
    unbuilt: ClassVar[tuple[str, ...]] = ("transcribe_video",)

    def graph(self, sources: Collection[str]) -> Graph:
        """See `Recipe.graph`."""
        return ladder(self, custom_thumbnail=PICTURE_SOURCE in sources)

    def check(self, facts: Mapping[str, SourceFacts], limits: SourceLimits) -> None:
        """See `Recipe.check`."""
        if MAIN in facts:
            check(facts[MAIN], limits)
        if PICTURE_SOURCE in facts:
            check_thumbnail(facts[PICTURE_SOURCE])

    def papers(
        self,
        job: Job,
        facts: Mapping[str, SourceFacts],
        outcome: Outcome,
        completed_at: datetime,
    ) -> dict[str, JsonValue]:
        """The reference's own (section 2.6)."""
        return metadata(job, facts[MAIN], self, outcome, completed_at)

    def most_bytes(self, source: str, limits: SourceLimits) -> int:
        """A picture that comes along is small."""
        return MAX_BYTES if source == PICTURE_SOURCE else limits.max_size_bytes
