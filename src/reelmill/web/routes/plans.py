"""What would run, or runs, for a job: why, how long, how big."""

from collections.abc import Mapping
from typing import Annotated, Self

from anyio import to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, JsonValue, model_validator

from reelmill.jobs.compile import Terms, planned, recipe_for
from reelmill.jobs.explained import asked, doing
from reelmill.jobs.submit import described
from reelmill.model.errors import ConflictError
from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import NewJob
from reelmill.model.steps import Cost, Notice, Plan, Step, Task
from reelmill.model.value import Said
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.ladder.validate import validation
from reelmill.recipes.recipe import MAIN
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.conversions import Conversion
from reelmill.web.fields import about, within, wrong
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.options import LadderOptions
from reelmill.web.paths import allowed
from reelmill.web.presets import with_preset
from reelmill.web.problems import responses
from reelmill.web.routes.jobs import JobId
from reelmill.web.site import Site, TheSite
from reelmill.web.sketch import sketch, sketched

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["plan"])


class PlanRequest(Said):
    """Exactly one of a file, a job and a conversion."""

    file_path: Annotated[str | None, Field(max_length=4096, examples=["/data/talk.mp4"])] = None
    job_id: Annotated[str | None, Field(max_length=64)] = None
    """Plans anew what an earlier job had as its source."""
    convert: Conversion | None = None
    """As `POST /convert` takes it; its sources must be here."""
    settings: LadderOptions | None = None
    """None: the reference's ladder, or the earlier job's own."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = (self.file_path, self.job_id, self.convert)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give one of file_path, job_id and convert")
        if self.convert is not None and self.settings is not None:
            raise ValueError("settings are a ladder's; a conversion has its own fields")
        return self


class OutputDocument(BaseModel):
    """What is wanted: an output, and how it comes about."""

    output: str
    chains: list[str]


class StepDocument(BaseModel):
    """A physical piece of work."""

    id: str
    executor: str
    resource: str
    tasks: list[str]
    outputs: list[str]
    after: list[str]
    does: list[str]
    """In words."""
    why: list[str]
    separately: list[str]
    """The steps that are tried in its stead if one output fails."""
    estimate: Cost


class PlanDocument(BaseModel):
    """Everything that will run, why, how long and how big."""

    asked: list[OutputDocument]
    steps: list[StepDocument]
    tasks: list[Task]
    warnings: list[Notice]
    estimate: Cost


class ValidationDocument(BaseModel):
    """Whether a source is taken, and what can be made of it (reference, section 3.1)."""

    valid: bool
    video_info: dict[str, JsonValue]
    transcoding_options: dict[str, bool]
    problems: list[dict[str, str]] = []
    plan: PlanDocument | None = None
    """None: it is not taken."""


@router.post(
    "/plan",
    operation_id="plan",
    summary="What would run for a source; nothing runs",
    response_model=ValidationDocument,
    responses=responses(400, 404, 413, 415, 422),
)
async def make_plan(
    request: Request, asked_for: PlanRequest, site: TheSite, caller: TheCaller
) -> ValidationDocument:
    """Looks at the file's header only."""
    terms = await site.calibrated()
    if asked_for.convert is not None:
        said = (await request.json())["convert"]
        with within("convert"):
            whole = await with_preset(site, caller, Conversion, said)
            job, facts = await sketched(site, caller, whole, said)
        return await to_thread.run_sync(_planned, site, terms, job, facts)
    settings = asked_for.settings.checked() if asked_for.settings is not None else None
    if asked_for.job_id is not None and settings is None:
        record = await site.jobs.program(asked_for.job_id, caller.scope)
        if record.recipe != "ladder" and record.facts is not None:
            facts = {one.source: one for one in record.facts.sources}
            job = sketch(recipe_for(record), facts)
            return await to_thread.run_sync(_planned, site, terms, job, facts)
    found, settings = await _source(site, caller, asked_for, settings)
    return await to_thread.run_sync(_answer, site, terms, found, settings)


@router.get(
    "/jobs/{job_id}/plan",
    operation_id="getJobPlan",
    summary="What runs for a job, why, how long and how big",
    response_model=PlanDocument,
    responses=responses(404, 409),
)
async def get_plan(job_id: JobId, site: TheSite, caller: TheCaller) -> PlanDocument:
    """The plan that is stored with the job: a retry runs it too."""
    record = await site.jobs.program(job_id, caller.scope)
    if record.plan is None:
        raise ConflictError("there is no plan before the sources are inspected")
    return _told(record.graph, record.plan)


async def _source(
    site: Site, caller: Caller, request: PlanRequest, settings: LadderRecipe | None
) -> tuple[SourceFacts, LadderRecipe]:
    if request.file_path is not None:
        roots = site.config.roots
        path, _ = await to_thread.run_sync(allowed, request.file_path, roots)
        with about("file_path"):
            facts = await to_thread.run_sync(site.inspector.probe, path, MAIN)
        return facts, settings or LadderRecipe()
    record = await site.jobs.program(request.job_id or "", caller.scope)
    if record.facts is None:
        raise wrong("/job_id", "this job's source was never inspected")
    return record.facts.of(MAIN), settings or LadderRecipe.model_validate(record.settings)


def _planned(
    site: Site, terms: Terms, job: NewJob, facts: Mapping[str, SourceFacts]
) -> ValidationDocument:
    """What would run for a conversion; what it does not take is an error of the request."""
    made = planned(job, tuple(facts.values()), site.inspector.capabilities(), terms)
    return ValidationDocument(
        valid=True,
        video_info=described(facts[MAIN], ""),
        transcoding_options={},
        plan=_told(job.graph, made),
    )


def _answer(
    site: Site, terms: Terms, facts: SourceFacts, settings: LadderRecipe
) -> ValidationDocument:
    said = ValidationDocument.model_validate(validation(facts, terms.limits, settings))
    if not said.valid:
        return said
    job = sketch(settings, {MAIN: facts})
    made = planned(job, (facts,), site.inspector.capabilities(), terms)
    return said.model_copy(update={"plan": _told(job.graph, made)})


def _told(graph: Graph, plan: Plan) -> PlanDocument:
    return PlanDocument(
        asked=[OutputDocument(output=head, chains=lines) for head, lines in asked(graph)],
        steps=[_step(one) for one in plan.steps],
        tasks=list(plan.tasks),
        warnings=list(plan.warnings),
        estimate=plan.cost,
    )


def _step(step: Step) -> StepDocument:
    return StepDocument(
        id=step.id,
        executor=step.executor,
        resource=step.resource,
        tasks=list(step.tasks),
        outputs=list(step.outputs),
        after=[*step.needs, *step.after],
        does=doing(step),
        why=list(step.why),
        separately=[one.id for one in step.split],
        estimate=step.cost,
    )
