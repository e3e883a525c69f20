"""Analyze as a way of asking."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import JsonValue

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Comparison, Graph, Source
from reelmill.model.jobs import Job
from reelmill.model.metrics import ALONE
from reelmill.model.operations import Deinterlace, Node, SelectVideo
from reelmill.model.results import Outcome
from reelmill.recipes.convert.papers import papers
from reelmill.recipes.ladder.validate import video_info
from reelmill.recipes.operations.analysis import USUAL_METRICS, Metrics
from reelmill.recipes.recipe import MAIN, Recipe, refuse
from reelmill.recipes.sources import SourceLimits

REFERENCE = "reference"
"""The source that the main one is held against."""
OUTPUT, TASK = "quality", "measure_quality"


class AnalyzeRecipe(Recipe):
    """The main source, held against a reference if one came along."""

    name: ClassVar[str] = "analyze"

    metrics: Metrics = USUAL_METRICS
    """With a reference; by itself a picture shows how blurred it is, and how blocky."""
    mode: Literal["exact", "fast"] = "exact"

    def graph(self, sources: Collection[str]) -> Graph:
        """See `Recipe.graph`."""
        there = REFERENCE in sources
        names = (MAIN, REFERENCE) if there else (MAIN,)
        nodes: list[Node] = []
        for name in names:
            nodes.append(SelectVideo(id=f"picture_{name}", source=name))
            nodes.append(Deinterlace(id=name, input=f"picture_{name}"))
        output = Comparison(
            name=OUTPUT,
            task=TASK,
            path=f"{OUTPUT}.json",
            picture=MAIN,
            reference=REFERENCE if there else None,
            metrics=tuple(dict.fromkeys(self.metrics)) if there else ALONE,
            mode=self.mode if there else "exact",
        )
        return Graph(
            sources=tuple(Source(id=name) for name in names), nodes=tuple(nodes), outputs=(output,)
        )

    def check(self, facts: Mapping[str, SourceFacts], limits: SourceLimits) -> None:
        """See `Recipe.check`."""
        for name, one in facts.items():
            refuse(one, limits)
            if one.picture is None:
                which = "the reference" if name == REFERENCE else "the input"
                message = f"{which} has no picture to look at"
                other = name if name != MAIN else None
                raise UnsupportedMediaError(message, output=other)

    def papers(
        self,
        job: Job,
        facts: Mapping[str, SourceFacts],
        outcome: Outcome,
        completed_at: datetime,
    ) -> dict[str, JsonValue]:
        """As of a conversion, with what the sources are."""
        said = papers(job, facts[MAIN], outcome, completed_at)
        said["input_info"] = said.pop("source")
        other = facts.get(REFERENCE)
        said["reference_info"] = video_info(other, REFERENCE) if other is not None else None
        return said
