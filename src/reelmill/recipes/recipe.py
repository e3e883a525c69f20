"""What every way of asking is: settings that become a graph, with a say about its sources."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import Job
from reelmill.model.results import Outcome
from reelmill.model.value import Value
from reelmill.recipes.sources import SourceLimits, problems

MAIN = "main"
"""The source that a job is about; it may have others."""


class Recipe(Value):
    """A request, as it is stored with its job."""

    name: ClassVar[str]
    keeps_original: ClassVar[bool] = False
    """Whether the source stays in the storage beside what is made of it."""
    unbuilt: ClassVar[tuple[str, ...]] = ()
    """Tasks that its users expect, and that nobody does yet."""

    @abstractmethod
    def graph(self, sources: Collection[str]) -> Graph:
        """What it means.

        Args:
            sources: the names of those that came with it.
        """

    @abstractmethod
    def check(self, facts: Mapping[str, SourceFacts], limits: SourceLimits) -> None:
        """Refuse sources, by their headers alone, of which nothing can be made.

        Args:
            facts: of those that are here; the others may still be fetched.
            limits: what is taken.

        Raises:
            ReelmillError: what is wrong with them; `output` is the source's name, if it is not the
                main one.
        """

    @abstractmethod
    def papers(
        self,
        job: Job,
        facts: Mapping[str, SourceFacts],
        outcome: Outcome,
        completed_at: datetime,
    ) -> dict[str, JsonValue]:
        """metadata.json of a completed job."""

    def most_bytes(self, source: str, limits: SourceLimits) -> int:  # noqa: ARG002 - for those whose sources differ
        """How big a source may be."""
        return limits.max_size_bytes


def refuse(facts: SourceFacts, limits: SourceLimits) -> None:
    """Refuse a source that no recipe takes.

    Raises:
        ReelmillError: the gravest thing that is wrong with it; `output` is the source's name, if
            it is not the main one.
    """
    for problem in problems(facts, limits):
        problem.output = facts.source if facts.source != MAIN else None
        raise problem


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
