"""How attempts end: each in one transaction with everything that follows from it."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import Connection, delete, func, insert, select, update

from reelmill.adapters.sql.accepting import add_steps, set_order
from reelmill.adapters.sql.claims import holds
from reelmill.adapters.sql.opened import AnyRow, OpenJob, open_job, told
from reelmill.adapters.sql.settling import settle
from reelmill.adapters.sql.tables import artifacts, attempts, qualities, steps
from reelmill.adapters.sql.usage import count
from reelmill.model.errors import InternalError
from reelmill.model.results import Artifact, Failure
from reelmill.model.work import Claim, Ending, Expansion


def expand(connection: Connection, now: datetime, claim: Claim, expansion: Expansion) -> bool:
    """See `JobStore.expand`."""
    row = _held(connection, claim)
    if row is None:
        return False
    job = open_job(connection, now, row.job_number)
    outputs = tuple(dict.fromkeys((*row.made, *row.step.outputs)))
    _set_step(job, row, status="completed", made=outputs, progress=None)
    _end_attempt(job, claim, outcome="completed")
    job.changes |= {
        "status": "processing",
        "facts": expansion.facts,
        "plan": expansion.plan,
        "video_info": expansion.video_info,
    }
    job.warn(*expansion.plan.warnings)
    job.log("job.processing")
    set_order(job, expansion.tasks)
    mine = steps.c.job_number == job.number
    known = {one.id for one in connection.execute(select(steps.c.step).where(mine)).scalars()}
    last = connection.execute(select(func.max(steps.c.position)).where(mine)).scalar_one()
    add_steps(job, [step for step in expansion.steps if step.id not in known], last + 1)
    settle(job)
    job.close()
    return True


def finish(connection: Connection, now: datetime, claim: Claim, ending: Ending) -> bool:
    """See `JobStore.finish`."""
    row = _held(connection, claim)
    if row is None:
        return False
    job = open_job(connection, now, row.job_number)
    _keep(job, ending)
    _end_step(job, row, ending)
    _end_attempt(
        job,
        claim,
        outcome=ending.outcome,
        failure=ending.failure,
        log=ending.log,
        wall_seconds=ending.wall_seconds,
        cpu_seconds=ending.cpu_seconds,
        sandbox=ending.sandbox,
    )
    if ending.outcome != "given_back":
        count(connection, job.was.key_id, now, processing_seconds=ending.wall_seconds)
    job.warn(*ending.warnings)
    if ending.sources:
        size_bytes = sum(one.size_bytes for one in ending.sources.values())
        job.changes |= {"sources": ending.sources, "size_bytes": size_bytes}
        for name, one in ending.sources.items():
            job.log("source.fetched", source=name, size_bytes=one.size_bytes, sha256=one.sha256)
        count(connection, job.was.key_id, now, input_bytes=size_bytes)
    if ending.papers is not None:
        job.changes["papers"] = ending.papers
    settle(job)
    job.close()
    return True


def _held(connection: Connection, claim: Claim) -> AnyRow | None:
    return connection.execute(select(steps).where(holds(claim)).with_for_update()).one_or_none()


def _set_step(job: OpenJob, row: AnyRow, **values: object) -> None:
    job.connection.execute(update(steps).where(steps.c.number == row.number).values(values))


def _end_attempt(job: OpenJob, claim: Claim, **values: object) -> None:
    this = (attempts.c.step_number == claim.number) & (attempts.c.attempt == claim.attempt)
    job.connection.execute(update(attempts).where(this).values(ended_at=job.now, **values))


def _end_step(job: OpenJob, row: AnyRow, ending: Ending) -> None:
    """The step's row, and the steps that come in its stead."""
    made = tuple(sorted({*row.made, *ending.outputs()}))
    name = row.step.id
    match ending.outcome:
        case "completed":
            made = tuple(sorted({*made, *row.step.outputs}))
            _set_step(job, row, status="completed", made=made, progress=None)
        case "failed":
            failed = _failed(row, made, ending)
            _set_step(job, row, status="failed", made=made, failed=failed, progress=None)
        case "separated":
            _set_step(job, row, status="completed", made=made, progress=None)
            add_steps(job, ending.steps, row.position + 1, row.number)
            job.log("step.separated", step=name, into=[one.id for one in ending.steps])
        case "again":
            delay = ending.delay_seconds
            _set_step(
                job,
                row,
                status="waiting",
                failures=row.failures + 1,
                delay_seconds=delay,
                not_before=job.now + timedelta(seconds=delay),
                made=made,
                progress=None,
            )
            job.log("step.delayed", step=name, delay_seconds=delay, **told(ending.failure))
        case "no_room":
            delay = ending.delay_seconds
            _set_step(
                job,
                row,
                status="waiting",
                waits=row.waits + 1,
                lacks_room=True,
                room_bytes=max(row.room_bytes, ending.room_bytes),
                delay_seconds=delay,
                not_before=job.now + timedelta(seconds=delay),
                made=made,
                progress=None,
            )
            job.log("step.waiting_for_room", step=name, delay_seconds=delay, **told(ending.failure))
        case "given_back":
            _set_step(job, row, status="ready", made=made, progress=None)
            job.log("step.given_back", step=name, attempt=row.attempt, worker=row.worker)


def _failed(row: AnyRow, made: tuple[str, ...], ending: Ending) -> dict[str, Failure]:
    """Why each output that is not made never will be."""
    unsaid = Failure(code=InternalError.code, message="it was not made, and nobody said why")
    why = ending.failure or unsaid
    return {
        output: ending.failures.get(output, why)
        for output in dict.fromkeys((*ending.failures, *row.step.outputs))
        if output not in made
    }


def _keep(job: OpenJob, ending: Ending) -> None:
    """What was published and measured; what there was of the same name is replaced."""
    for one in ending.artifacts:
        this = (artifacts.c.job_number == job.number) & (artifacts.c.output == one.output)
        job.connection.execute(delete(artifacts).where(this))
        size_bytes = one.size_bytes + (one.segments.size_bytes if one.segments else 0)
        row = {
            "job_number": job.number,
            "output": one.output,
            "path": one.path,
            "folder": _folder(one),
            "size_bytes": size_bytes,
            "artifact": one,
        }
        job.connection.execute(insert(artifacts).values(row))
        job.log("artifact.published", output=one.output, path=one.path, size_bytes=size_bytes)
    for quality in ending.qualities:
        this = (qualities.c.job_number == job.number) & (qualities.c.output == quality.output)
        job.connection.execute(delete(qualities).where(this))
        values = {"job_number": job.number, "output": quality.output, "quality": quality}
        job.connection.execute(insert(qualities).values(values))


def _folder(artifact: Artifact) -> str | None:
    """The folder of segments or sheets that an artifact is, if it has one below the job's own."""
    if artifact.segments is None and not artifact.renditions and artifact.file_count == 1:
        return None
    folder = str(PurePosixPath(artifact.path).parent)
    return None if folder == "." else folder
