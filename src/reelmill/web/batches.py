"""A batch as it is asked for, and how it is accepted: whole, or as far as its jobs are sound."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import AfterValidator, ConfigDict, Field, GetJsonSchemaHandler, JsonValue
from pydantic_core import CoreSchema

from reelmill.jobs.ports import Answer
from reelmill.model.batches import MOST_JOBS, NewBatch, Refusal
from reelmill.model.errors import NotFoundError, ReelmillError
from reelmill.model.steps import Notice
from reelmill.model.value import Said
from reelmill.model.webhooks import BATCH_COMPLETED, JobWebhook, WebhookEvent
from reelmill.web.accepting import (
    Candidate,
    check_options,
    check_receiver,
    job_of,
    links_for,
    look_at,
    new_id,
    promising,
)
from reelmill.web.caller import Caller
from reelmill.web.conversions import ConvertRequest, asked_for
from reelmill.web.documents.batch import (
    BatchAccepted,
    QueuedBatchJob,
    RefusedJob,
    batch_links,
    refused_job,
)
from reelmill.web.fields import FieldProblem, InvalidFieldsError, about, below, wrong
from reelmill.web.growing import claimed
from reelmill.web.idempotency import Promise
from reelmill.web.making import Asked, Found, candidate_of, forget, found_sources, take
from reelmill.web.options import PRIORITIES, HttpUrl, Metadata, PlainText, Priority
from reelmill.web.presets import with_preset
from reelmill.web.problems import status_of
from reelmill.web.site import Site

FAULT = 500
"""From this status on it is not the job that is wrong."""


class _ShownAs:
    """Raw JSON that the description shows as something else: it is judged later, one by one."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(self._kind.__pydantic_core_schema__)


def _once(events: tuple[WebhookEvent, ...]) -> tuple[WebhookEvent, ...]:
    return tuple(dict.fromkeys(events))


class BatchRequest(Said):
    """Conversions that are asked for together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "jobs": [
                        {"input": "/storage/input/one.mov", "preset": "web-720p"},
                        {"input": "https://example.com/two.mkv", "output": "two.mp4"},
                    ],
                    "batch_name": "Tuesday",
                    "webhook_url": "https://example.com/hooks/reelmill",
                }
            ]
        }
    )

    jobs: Annotated[
        tuple[Annotated[JsonValue, _ShownAs(ConvertRequest)], ...],
        Field(min_length=1, max_length=MOST_JOBS),
    ]
    batch_name: Annotated[PlainText, Field(max_length=255)] | None = None
    webhook_url: HttpUrl | None = None
    webhook_events: Annotated[
        tuple[WebhookEvent, ...], Field(min_length=1, max_length=16), AfterValidator(_once)
    ] = (BATCH_COMPLETED,)
    """Those of jobs are told of all jobs that have no `webhook_url` of their own."""
    validate_files: bool = True
    """Whether files are looked at before the answer; uploads always are."""
    partial_success: bool = False
    """Whether the good jobs are made if there are bad ones."""
    priority: Priority = PRIORITIES["batch"]
    """Of jobs that don't say theirs."""
    metadata: Metadata = Field(default_factory=dict[str, JsonValue])


@dataclass
class Looked:
    """What was found out about the jobs of a batch.

    Attributes:
        good: jobs that can be made, by their places.
        notices: what is to be said of each of these.
        refused: the others.
        problems: of these, with pointers into the request.
    """

    good: dict[int, tuple[Candidate, Found]] = field(
        default_factory=dict[int, tuple[Candidate, Found]]
    )
    notices: dict[int, list[Notice]] = field(default_factory=dict[int, list[Notice]])
    refused: list[Refusal] = field(default_factory=list[Refusal])
    problems: list[FieldProblem] = field(default_factory=list[FieldProblem])

    def refuse(self, index: int, error: ReelmillError) -> None:
        """A job is none."""
        at = f"/jobs/{index}"
        if isinstance(error, InvalidFieldsError):
            found = below(error.fields, at)
        else:
            pointer = f"{at}/{error.output}" if error.output else at
            found = [FieldProblem(pointer=pointer, message=error.message)]
        self.problems += found
        message = "; ".join(f"{one.pointer}: {one.message}" for one in found)
        self.refused.append(
            Refusal(index=index, code=error.code, message=message, retryable=error.retryable)
        )


async def accept_batch(
    site: Site, request: Request, caller: Caller, asked: BatchRequest, promise: Promise, marked: str
) -> Response:
    """Commit a batch with all its jobs, and with the answer that promises them.

    Raises:
        InvalidFieldsError: jobs that are none, unless the others are to be made.
        QueueFullError: not all of them have room.
        OSError: the database cannot be reached.
    """
    if asked.webhook_url is not None:
        await check_receiver(site, asked.webhook_url, "webhook_url")
    elif "webhook_events" in asked.model_fields_set:
        raise wrong("/webhook_events", "there is no webhook_url to tell them to")
    with ExitStack() as stack:
        looked = await _look(site, caller, asked, stack)
        if looked.refused and not (asked.partial_success and looked.good):
            raise InvalidFieldsError(looked.problems)
        batch = _batch(asked, caller, looked)
        undo = await take(site, looked.good.values())
        try:
            jobs = {index: job_of(one, caller) for index, (one, _) in looked.good.items()}
            answer = Answer(status=202, body=_said(site, request, batch, looked).model_dump_json())
            reservation = promise.reservation(marked, answer)
        except BaseException:
            await undo()
            raise
        try:
            await site.batches.accept(batch, jobs, reservation, site.config.max_queued_jobs)
        except (ReelmillError, OSError) as error:
            if not await _accepted_after_all(site, batch.batch_id, error):
                await undo()
                raise
        promise.kept = True
        site.dispatcher.wake("io")
        uploads = {
            u.upload_id: u for _, found in looked.good.values() for u in found.uploads.values()
        }
        await forget(site, uploads.values())
    location = {"Location": links_for(site, request).batch(batch.batch_id)}
    return Response(answer.body, answer.status, location, "application/json")


async def _look(site: Site, caller: Caller, asked: BatchRequest, stack: ExitStack) -> Looked:
    """Look at all jobs; uploads that they name are nobody else's as long as the stack lasts."""
    looked = Looked()
    held: set[Path] = set()
    for index, said in enumerate(asked.jobs):
        try:
            request = await _whole(site, caller, asked, said)
            wanted = asked_for(request, promising(""), said)
            looked.good[index] = await _candidate(site, caller, asked, wanted, stack, held)
            looked.notices[index] = request.notices
        except ReelmillError as error:
            if status_of(error) >= FAULT:
                raise
            looked.refuse(index, error)
    return looked


async def _whole(
    site: Site, caller: Caller, asked: BatchRequest, said: JsonValue
) -> ConvertRequest:
    """A job with its preset, and with what the batch says for all."""
    request = await with_preset(site, caller, ConvertRequest, said)
    given = request.model_fields_set
    common: dict[str, object] = {}
    if "priority" not in given:
        common["priority"] = asked.priority
    events = tuple(one for one in asked.webhook_events if one != BATCH_COMPLETED)
    if asked.webhook_url and events and not given & {"webhook_url", "webhook_events"}:
        common |= {"webhook_url": asked.webhook_url, "webhook_events": events}
    return request.model_copy(update=common)


async def _candidate(
    site: Site,
    caller: Caller,
    asked: BatchRequest,
    wanted: Asked,
    stack: ExitStack,
    held: set[Path],
) -> tuple[Candidate, Found]:
    await check_options(site, wanted.options)
    found = await found_sources(site, caller, wanted.sources)
    for name in found.uploads:
        if found.paths[name] not in held:
            with about(wanted.fields[name]):
                stack.enter_context(claimed(found.paths[name]))
            held.add(found.paths[name])
    # Where an upload goes depends on what it is.
    whole = asked.validate_files or found.uploads
    facts = await look_at(site, found.paths, wanted.recipe, wanted.fields) if whole else {}
    return candidate_of(wanted, found, facts), found


def _batch(asked: BatchRequest, caller: Caller, looked: Looked) -> NewBatch:
    webhook = None
    if asked.webhook_url is not None:
        webhook = JobWebhook(url=asked.webhook_url, events=asked.webhook_events)
    return NewBatch(
        batch_id=new_id(),
        key_id=caller.key.key_id,
        name=asked.batch_name,
        created_at=datetime.now(UTC),
        user_metadata=asked.metadata,
        webhook=webhook,
        refused=tuple(looked.refused),
    )


def _said(site: Site, request: Request, batch: NewBatch, looked: Looked) -> BatchAccepted:
    links = links_for(site, request)
    jobs: dict[int, QueuedBatchJob | RefusedJob] = {
        one.index: refused_job(one) for one in looked.refused
    }
    for index, (candidate, _) in looked.good.items():
        jobs[index] = QueuedBatchJob(
            index=index,
            job_id=candidate.job_id,
            url=links.job(candidate.job_id),
            warnings=looked.notices[index],
        )
    return BatchAccepted(
        batch_id=batch.batch_id,
        batch_name=batch.name,
        created_at=batch.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        total=len(looked.good),
        refused=len(looked.refused),
        jobs=[jobs[index] for index in sorted(jobs)],
        links=batch_links(batch.batch_id, links),
    )


async def _accepted_after_all(site: Site, batch_id: str, error: Exception) -> bool:
    """Whether it was committed although the store said no; see `accepting`."""
    if isinstance(error, ReelmillError):
        return False
    try:
        await site.batches.batch(batch_id)
    except NotFoundError:
        return False
    return True
