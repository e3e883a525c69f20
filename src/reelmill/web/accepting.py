"""The last step of every way of making a job: it is committed, and promised to the client."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from anyio import to_thread
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from reelmill.jobs.ports import Answer
from reelmill.jobs.submit import Submission, new_job
from reelmill.model.errors import NotFoundError, ReelmillError, UrlBlockedError
from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import Job, NewJob, SourceRef, SourceType
from reelmill.recipes.recipe import MAIN, Recipe, stamp
from reelmill.web.addresses import base_url
from reelmill.web.caller import Caller
from reelmill.web.documents.job import EXAMPLE_ID, JobLinks, links_of
from reelmill.web.fields import about, wrong
from reelmill.web.idempotency import Promise
from reelmill.web.options import JobOptions
from reelmill.web.playback import Links
from reelmill.web.site import Site


class Accepted(BaseModel):
    """The promise of a job."""

    job_id: str
    status: Literal["pending"] = "pending"
    message: str
    created_at: str
    priority: int
    links: JobLinks

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "job_id": EXAMPLE_ID,
                    "status": "pending",
                    "message": "Job queued successfully",
                    "created_at": "2026-11-18T14:30:22Z",
                    "priority": 5,
                    "links": {},
                }
            ]
        }
    }


@dataclass(frozen=True)
class Candidate:
    """A request whose sources are where they will stay, and were looked at."""

    job_id: str
    filename: str
    source_type: SourceType
    options: JobOptions
    recipe: Recipe
    sources: Mapping[str, SourceRef]
    facts: Mapping[str, SourceFacts]
    say: "Say"


Say = Callable[[NewJob, Mapping[str, SourceFacts], JobLinks], Awaitable[BaseModel]]
"""Makes the answer that promises a job, of what its sources' headers say, if they are here."""


def promising(message: str) -> Say:
    """The reference's own answer."""

    async def say(job: NewJob, _: Mapping[str, SourceFacts], links: JobLinks) -> Accepted:
        return Accepted(
            job_id=job.job.job_id,
            message=message,
            created_at=stamp(job.job.created_at),
            priority=job.priority,
            links=links,
        )

    return say


def new_id() -> str:
    """Of a job."""
    return str(uuid.uuid4())


def links_for(site: Site, request: Request) -> Links:
    """Makes the URLs of the answer to a request."""
    return Links(base_url(request, site.config), site.config)


async def check_options(site: Site, options: JobOptions) -> None:
    """Refuse what cannot be kept.

    Raises:
        InvalidFieldsError: events for nobody.
        UrlBlockedError: a webhook to where nobody is asked.
    """
    if options.webhook_url is not None:
        await check_receiver(site, options.webhook_url, "webhook_url")
    elif "webhook_events" in options.model_fields_set:
        raise wrong("/webhook_events", "there is no webhook_url to tell them to")


async def check_receiver(site: Site, url: str, field: str) -> None:
    """Refuse a URL that would not be told anything.

    Raises:
        UrlBlockedError: it leads to where nobody is asked.
    """
    try:
        await to_thread.run_sync(site.fetcher.check, url)
    except UrlBlockedError as error:
        error.output = field
        raise


async def look_at(
    site: Site, paths: Mapping[str, Path], recipe: Recipe, fields: Mapping[str, str]
) -> dict[str, SourceFacts]:
    """Probe sources by their headers, and refuse those of which nothing can be made.

    Args:
        site: where.
        paths: of the sources that are here, by their names.
        recipe: what is to be made of them.
        fields: of the request that name them, for errors.

    Raises:
        ReelmillError: what `Inspector.probe` and `Recipe.check` raise.
    """

    def look() -> dict[str, SourceFacts]:
        facts: dict[str, SourceFacts] = {}
        for name, path in paths.items():
            with about(fields[name]):
                facts[name] = site.inspector.probe(path, name)
        try:
            recipe.check(facts, site.terms.limits)
        except ReelmillError as error:
            error.output = fields.get(error.output or MAIN)
            raise
        return facts

    return await to_thread.run_sync(look)


def job_of(candidate: Candidate, caller: Caller) -> NewJob:
    """The job that a candidate becomes."""
    return new_job(
        Submission(
            job=Job(
                job_id=candidate.job_id,
                created_at=datetime.now(UTC),
                filename=candidate.filename,
                user_metadata=candidate.options.metadata,
            ),
            key_id=caller.key.key_id,
            source_type=candidate.source_type,
            sources=candidate.sources,
            facts=candidate.facts,
            priority=candidate.options.priority,
            recipe=candidate.recipe,
            webhook=candidate.options.webhook,
        )
    )


async def accept(
    site: Site,
    request: Request,
    caller: Caller,
    candidate: Candidate,
    promise: Promise,
    request_fingerprint: str,
    undo: Callable[[], Awaitable[None]] | None = None,
) -> Response:
    """Commit a job with the answer that promises it.

    Args:
        site: where.
        request: that asked for it.
        caller: whose it is.
        candidate: what it is.
        promise: under which it is answered.
        request_fingerprint: of what was asked.
        undo: takes back what was done for it, once it is certain that it was not accepted.

    Raises:
        QueueFullError: there are too many.
        OSError: the database cannot be reached.
    """
    links = links_of(candidate.job_id, links_for(site, request))
    job = job_of(candidate, caller)
    try:
        said = await candidate.say(job, candidate.facts, links)
    except BaseException:
        if undo is not None:
            await undo()
        raise
    answer = Answer(status=202, body=said.model_dump_json())
    reservation = promise.reservation(request_fingerprint, answer)
    try:
        await site.jobs.accept(job, reservation, site.config.max_queued_jobs)
    except (ReelmillError, OSError) as error:
        if not await accepted_after_all(site, candidate.job_id, error):
            if undo is not None:
                await undo()
            raise
    promise.kept = True
    site.dispatcher.wake("io")
    return Response(answer.body, answer.status, {"Location": links.self}, "application/json")


async def accepted_after_all(site: Site, job_id: str, error: Exception) -> bool:
    """Whether a job was committed although the store said no: the link may have broken after.

    If nobody can say, the error goes on and nothing is taken back: the sweep removes the files of
    jobs that there are not.
    """
    if isinstance(error, ReelmillError):
        return False
    try:
        await site.jobs.job(job_id)
    except NotFoundError:
        return False
    return True
