"""Plans of the library: what would run for files of this machine."""

from collections.abc import Mapping
from pathlib import Path

from reelmill.app.configuration import terms
from reelmill.ffmpeg.inspector import capabilities_here, probe
from reelmill.model.facts import Facts
from reelmill.model.graph import Graph
from reelmill.model.steps import Plan
from reelmill.model.value import Value
from reelmill.planner.plan import plan
from reelmill.recipes.recipe import Recipe


class Planned(Value):
    """A plan with the graph and the facts that it was made from."""

    graph: Graph
    facts: Facts
    plan: Plan


def planned(recipe: Recipe, sources: Mapping[str, Path]) -> Planned:
    """What a recipe makes of files.

    Raises:
        ReelmillError: a source that is not there, not readable or not taken.
    """
    allowed = terms()
    graph = recipe.graph(sources)
    keys = graph.asks_for_key_frames
    facts = {name: probe(p, source=name, key_frames=keys) for name, p in sources.items()}
    recipe.check(facts, allowed.limits)
    known = Facts(sources=tuple(facts.values()), capabilities=capabilities_here())
    return Planned(graph=graph, facts=known, plan=plan(graph, known, allowed.policy))
