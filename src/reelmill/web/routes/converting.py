"""Conversions and analyses (reference R0): made, and estimated."""

from collections.abc import Iterable, Mapping
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from reelmill.jobs.compile import planned
from reelmill.jobs.estimates import Estimate, estimate
from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import NewJob
from reelmill.model.steps import Notice, Plan
from reelmill.recipes.recipe import stamp
from reelmill.web.accepting import Say
from reelmill.web.analyses import AnalysisRequest
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.conversions import ConvertRequest, asked_for
from reelmill.web.documents.job import JobLinks
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.making import Asked, make
from reelmill.web.presets import with_preset
from reelmill.web.problems import responses
from reelmill.web.site import Site, TheSite
from reelmill.web.sketch import sketched

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["convert"])


class QueuedJob(BaseModel):
    """A job that was just accepted."""

    id: str
    status: Literal["queued"] = "queued"
    priority: int
    progress: float = 0.0
    stage: str = "queued"
    created_at: str
    links: JobLinks


class CostDocument(BaseModel):
    """What it is going to take; None: nobody knows before the source is here."""

    processing_time: float | None
    """In seconds."""
    credits: float | None
    """Minutes of a CPU."""
    calibrated_by: int | None = None
    """Finished steps of its kind that this was held against; 0: none, it is from a table alone."""


class Converting(BaseModel):
    """The promise of a conversion."""

    job: QueuedJob
    estimated_cost: CostDocument
    warnings: list[Notice]


@router.post(
    "/convert",
    operation_id="convert",
    summary="Convert a file, with operations on the way",
    status_code=202,
    response_model=Converting,
    responses=responses(400, 404, 409, 413, 415, 422, 507),
)
async def convert(
    request: Request, asked: ConvertRequest, site: TheSite, caller: TheCaller
) -> Response:
    """The input is a file below an allowed folder, a URL, or `upload:ID`."""

    async def wanted() -> Asked:
        said = asked if asked.preset is None else await _whole(site, caller, request)
        return asked_for(said, saying(site, said.notices), await request.json())

    return await make(site, request, caller, wanted)


@router.post(
    "/analyze",
    operation_id="analyze",
    summary="How close a picture is to a reference, frame by frame",
    status_code=202,
    response_model=Converting,
    responses=responses(400, 404, 409, 413, 415, 422, 507),
)
async def analyze(
    request: Request, asked: AnalysisRequest, site: TheSite, caller: TheCaller
) -> Response:
    """A job; its document has `quality_metrics` in the end, and quality.json every frame's own."""

    async def wanted() -> Asked:
        return Asked(asked, asked.recipe(), asked.sources, saying(site, ()))

    return await make(site, request, caller, wanted)


async def _whole(site: Site, caller: Caller, request: Request) -> ConvertRequest:
    """A request with its preset."""
    return await with_preset(site, caller, ConvertRequest, await request.json())


def saying(site: Site, notices: Iterable[Notice]) -> Say:
    """Makes the answer that promises a job, with what its plan costs.

    Args:
        site: where it would run.
        notices: what is not quite as asked, by the request alone.
    """

    async def say(job: NewJob, facts: Mapping[str, SourceFacts], links: JobLinks) -> BaseModel:
        plan = await _planned(site, job, facts) if facts else None
        cost = plan.cost if plan else None
        return Converting(
            job=QueuedJob(
                id=job.job.job_id,
                priority=job.priority,
                created_at=stamp(job.job.created_at),
                links=links,
            ),
            estimated_cost=CostDocument(
                processing_time=cost.wall_seconds if cost else None,
                credits=round(cost.cpu_seconds / 60, 3) if cost else None,
                calibrated_by=cost.calibrated_by if cost else None,
            ),
            warnings=[*notices, *(plan.warnings if plan else ())],
        )

    return say


@router.post(
    "/estimate",
    operation_id="estimate",
    summary="How long a conversion would take, and how big its output would be; nothing runs",
    response_model=Estimate,
    responses=responses(400, 404, 409, 413, 415, 422),
)
async def make_estimate(
    request: Request, asked: ConvertRequest, site: TheSite, caller: TheCaller
) -> Estimate:
    """From the plan that would run. The input must be here: a file, or an upload."""
    if asked.preset is not None:
        asked = await _whole(site, caller, request)
    job, facts = await sketched(site, caller, asked, await request.json())
    plan = await _planned(site, job, facts)
    return estimate(plan, facts, site.inspector.capabilities(), len(asked.operations))


async def _planned(site: Site, job: NewJob, facts: Mapping[str, SourceFacts]) -> Plan:
    host = await to_thread.run_sync(site.inspector.capabilities)
    terms = await site.calibrated()
    return await to_thread.run_sync(planned, job, tuple(facts.values()), host, terms)
