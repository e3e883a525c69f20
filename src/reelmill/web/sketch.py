"""A job that is only looked at: what it would be, of sources that are here."""

from collections.abc import Mapping

from pydantic import JsonValue

from reelmill.jobs.submit import Submission, new_job
from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import Job, NewJob, SourceRef
from reelmill.recipes.recipe import Recipe
from reelmill.web.accepting import look_at
from reelmill.web.caller import BEGINNING, Caller
from reelmill.web.conversions import Conversion, other_sources
from reelmill.web.fields import wrong
from reelmill.web.making import found_sources
from reelmill.web.site import Site


async def sketched(
    site: Site, caller: Caller, asked: Conversion, written: JsonValue
) -> tuple[NewJob, dict[str, SourceFacts]]:
    """The job that a conversion would be, and its sources' facts.

    Args:
        site: where.
        caller: whose it would be.
        asked: the conversion, with its preset.
        written: the conversion as it came, for errors.

    Raises:
        InvalidFieldsError: a source is elsewhere, so nobody knows what it is.
        ReelmillError: a source is not there, or not taken.
    """
    recipe = asked.recipe()
    sources = {**asked.sources, **other_sources(recipe, written)}
    for one in sources.values():
        if one.kind == "url":
            raise wrong(f"/{one.field}", "what is elsewhere is not fetched for this")
    found = await found_sources(site, caller, sources)
    fields = {name: one.field for name, one in sources.items()}
    facts = await look_at(site, found.paths, recipe, fields)
    return sketch(recipe, facts), facts


def sketch(recipe: Recipe, facts: Mapping[str, SourceFacts]) -> NewJob:
    """A job that is never accepted."""
    sources = {
        name: SourceRef(kind="stored", location="", size_bytes=one.size_bytes)
        for name, one in facts.items()
    }
    return new_job(
        Submission(
            job=Job(job_id="plan", created_at=BEGINNING, filename=""),
            key_id="",
            source_type="upload",
            sources=sources,
            facts=facts,
            recipe=recipe,
        )
    )
