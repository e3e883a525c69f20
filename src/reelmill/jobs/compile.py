"""Inspection's other half: from what a job's sources are to everything that will run for it."""

from reelmill.jobs.submit import CLOSING_TASKS, STORED_BY, around, described
from reelmill.model.facts import Capabilities, Facts, SourceFacts
from reelmill.model.jobs import NewJob
from reelmill.model.records import JobProgram
from reelmill.model.steps import Plan, Policy, Step
from reelmill.model.value import Value
from reelmill.model.work import Expansion
from reelmill.planner.plan import plan
from reelmill.recipes.book import recipe_of
from reelmill.recipes.recipe import MAIN, Recipe
from reelmill.recipes.sources import SourceLimits


class Terms(Value):
    """What this installation takes and prefers."""

    limits: SourceLimits = SourceLimits()
    policy: Policy = Policy()


def recipe_for(job: NewJob | JobProgram) -> Recipe:
    """How a job was asked for."""
    return recipe_of(job.recipe, job.settings)


def planned(job: NewJob, sources: tuple[SourceFacts, ...], host: Capabilities, of: Terms) -> Plan:
    """What would run for a job.

    Raises:
        ReelmillError: the sources are refused, or this host cannot do it.
    """
    recipe_for(job).check({facts.source: facts for facts in sources}, of.limits)
    return plan(job.graph, Facts(sources=sources, capabilities=host), of.policy)


def compiled(
    job: JobProgram,
    sources: tuple[SourceFacts, ...],
    host: Capabilities,
    terms: Terms,
    *,
    link_originals: bool = False,
) -> Expansion:
    """Facts, plan, tasks and steps of a job whose sources were probed.

    Args:
        job: as it is.
        sources: what they are.
        host: what it can do.
        terms: what is taken.
        link_originals: whether originals that stay are not copied.

    Raises:
        ReelmillError: as `planned`.
    """
    by_name = {facts.source: facts for facts in sources}
    recipe = recipe_for(job)
    recipe.check(by_name, terms.limits)
    facts = Facts(sources=sources, capabilities=host)
    made = plan(job.graph, facts, terms.policy)
    kept_bytes = 0 if link_originals else by_name[MAIN].size_bytes
    keep = KEEP.but(cost=KEEP.cost.but(size_bytes=kept_bytes))
    keeping = (keep,) if recipe.keeps_original and job.source_type not in STORED_BY else ()
    steps = (*keeping, *made.steps)
    outputs = tuple(name for step in steps for name in step.outputs)
    return Expansion(
        facts=facts,
        plan=made,
        tasks=around(made.tasks, job.source_type, recipe),
        steps=(*steps, CLOSE.but(after=outputs)),
        video_info=described(by_name[MAIN], job.filename),
    )


KEEP = Step(
    id="keep", executor="keep", resource="io", outputs=("original",), tasks=("upload_to_minio",)
)
"""Stores a copy of a source that is not ours, beside the work on it."""

CLOSE = Step(
    id="close",
    executor="close",
    resource="io",
    outputs=tuple(CLOSING_TASKS.values()),
    tasks=tuple(CLOSING_TASKS),
)
"""The last step: metadata.json, and nothing left behind."""
