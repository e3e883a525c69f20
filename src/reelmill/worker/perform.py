"""One attempt at a step, from its sources to its published outputs, in one thread."""

import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from reelmill.ffmpeg.child import StopRequested
from reelmill.ffmpeg.meters import TargetMeter
from reelmill.jobs.compile import Terms, compiled, recipe_for
from reelmill.jobs.decide import decide
from reelmill.jobs.papers import papers
from reelmill.jobs.ports import Fetcher, Inspector, Storage
from reelmill.jobs.retention import beside_of, uploads_of
from reelmill.jobs.submit import original_key
from reelmill.model.errors import InternalError, ReelmillError, StorageFullError
from reelmill.model.facts import SandboxLevel
from reelmill.model.records import JobProgram
from reelmill.model.results import Artifact, Failure
from reelmill.model.room import with_margin
from reelmill.model.steps import Cost, Notice, Plan
from reelmill.model.work import Claim, Ending, Expansion
from reelmill.worker.board import TaskBoard, failure_of
from reelmill.worker.execute import Executor, Limits, StepResult, storage_error
from reelmill.worker.fetch import bring
from reelmill.worker.finish import METADATA, write_metadata
from reelmill.worker.lease import Lease, LeaseLostError
from reelmill.worker.notices import damage_notices, separated_notice
from reelmill.worker.publish import job_folder, publish
from reelmill.worker.sources import check_unchanged, source_paths

MAIN = "main"
log = structlog.get_logger("reelmill.worker")
NO_COST = Cost(wall_seconds=0, cpu_seconds=0, size_bytes=0)


@dataclass(frozen=True)
class Shop:
    """What attempts work with.

    Attributes:
        ffmpeg: the program.
        link_originals: whether sources from the file system are kept as links, not as copies.
        sandbox: how children are shut in here, as proven.
        reserve_bytes: of the storage, which are kept free.
    """

    storage: Storage
    inspector: Inspector
    fetcher: Fetcher
    ffmpeg: Path
    terms: Terms = field(default_factory=Terms)
    limits: Limits = field(default_factory=Limits)
    link_originals: bool = False
    sandbox: SandboxLevel = "none"
    reserve_bytes: int = 0

    def room_bytes(self) -> int | None:
        """How much there is for steps, what others have reserved included; None: nobody knows."""
        free_bytes = self.storage.free_bytes()
        return None if free_bytes is None else free_bytes - self.reserve_bytes


def perform(shop: Shop, lease: Lease, record: JobProgram) -> Ending | Expansion:
    """Do a step of a job.

    Args:
        shop: what to work with.
        lease: the claim.
        record: its job, as it is now.

    Raises:
        LeaseLostError: the claim was lost; nothing that was done counts.
    """
    started = time.monotonic()
    try:
        done = _do(shop, lease, record)
    except StopRequested:
        lease.confirm()
        return Ending(outcome="given_back")
    except ReelmillError as error:
        done = _failed(lease.claim, dict.fromkeys(lease.claim.step.outputs, error))
    except OSError as error:
        why = storage_error(error)
        done = _failed(lease.claim, dict.fromkeys(lease.claim.step.outputs, why))
    except LeaseLostError:
        raise
    except Exception as error:
        # A bug of ours ends this attempt, not the worker with all the others.
        log.exception("attempt_broke")
        bug = InternalError(f"{type(error).__name__} in Reelmill; its log has more")
        done = _failed(lease.claim, dict.fromkeys(lease.claim.step.outputs, bug))
    if isinstance(done, Ending):
        level = shop.sandbox if lease.claim.step.executor == "ffmpeg" else None
        return done.but(wall_seconds=round(time.monotonic() - started, 3), sandbox=level)
    return done


def _do(shop: Shop, lease: Lease, record: JobProgram) -> Ending | Expansion:
    match lease.claim.step.executor:
        case "fetch":
            return bring(
                *(shop.fetcher, shop.storage, shop.inspector, lease, record, shop.terms),
                shop.room_bytes,
            )
        case "inspect":
            return _inspect(shop, record)
        case "keep":
            return _keep(shop, lease.claim, record)
        case "close":
            return _close(shop, lease, record)
        case "ffmpeg" | "document":
            return _run(shop, lease)
        case other:
            raise InternalError(f"this worker cannot {other}")


def _inspect(shop: Shop, record: JobProgram) -> Expansion:
    paths = source_paths(record.sources, shop.storage)
    keys = record.graph.asks_for_key_frames
    found = tuple(shop.inspector.probe(path, name, key_frames=keys) for name, path in paths.items())
    check_unchanged(record.sources, shop.storage)
    host, link = shop.inspector.capabilities(), shop.link_originals
    return compiled(record, found, host, shop.terms, link_originals=link)


def _keep(shop: Shop, claim: Claim, record: JobProgram) -> Ending:
    source = source_paths(claim.sources, shop.storage)[MAIN]
    shop.storage.keep_original(source, _original(record), link=shop.link_originals)
    check_unchanged(claim.sources, shop.storage)
    return Ending(outcome="completed", made=("original",))


def _original(record: JobProgram) -> str:
    if record.facts is None:
        raise InternalError("the job was never inspected")
    return original_key(record.job_id, record.facts.of(MAIN), record.filename)


def _close(shop: Shop, lease: Lease, record: JobProgram) -> Ending:
    """The papers, the reference to an original that stays, and nothing left of what came along."""
    folder = job_folder(record.job_id)
    document = papers(record, datetime.now(UTC))
    lease.confirm()
    gone = beside_of(record)
    if recipe_for(record).keeps_original:
        key = _original(record)
        shop.storage.refer(f"{folder}/raw/video_original{Path(key).suffix}", key)
    else:
        gone += uploads_of(record)
    with shop.storage.workplace() as place:
        write_metadata(place / "out", document)
        size_bytes = (place / "out" / METADATA).stat().st_size
        pairs = [(place / "out" / METADATA, f"{folder}/{METADATA}")]
        shop.storage.put_all(pairs, lease.confirm)
    for one in gone:
        shop.storage.remove(one)
    made = Artifact(output="metadata", path=METADATA, size_bytes=size_bytes)
    return Ending(
        outcome="completed", made=lease.claim.step.outputs, artifacts=(made,), papers=document
    )


def _run(shop: Shop, lease: Lease) -> Ending:
    claim = lease.claim
    paths = source_paths(claim.sources, shop.storage)
    made = {one.output: one for one in claim.made}
    board = TaskBoard(Plan(steps=(claim.step,), tasks=claim.tasks, cost=NO_COST))
    board.begin(claim.step)
    with shop.storage.workplace(paths) as place:
        executor = Executor(shop.ffmpeg, place, shop.limits, lease.stop)
        _bring_outputs(shop.storage, claim, executor.out)

        def report(meters: dict[str, TargetMeter], frames: dict[str, int]) -> None:
            board.report(claim.step, meters, frames)
            lease.progress = board.progress()

        result = executor.execute(claim.step, made, report)
        written_bytes = _size_bytes(executor.out)
        if not result.errors:
            lease.progress = board.progress()
        check_unchanged(claim.sources, shop.storage)
        publish(shop.storage, lease, executor.out, set(result.artifacts))
    ended = _ended(claim, result)
    # More than this it would have written: a better guess than that of the plan.
    more = with_margin(written_bytes) if ended.outcome == "no_room" else 0
    return ended.but(room_bytes=max(ended.room_bytes, more))


def _size_bytes(folder: Path) -> int:
    found = (path.lstat() for path in folder.rglob("*"))
    return sum(one.st_size for one in found if stat.S_ISREG(one.st_mode))


def _bring_outputs(storage: Storage, claim: Claim, out: Path) -> None:
    """Published outputs of other steps that this one opens stand where it looks for them."""
    for one in claim.step.process.inputs if claim.step.process else ():
        if one.origin != "output" or one.path is None:
            continue
        published = storage.local_path(f"{job_folder(claim.job_id)}/{one.path}")
        if published is None:
            raise InternalError(f"{one.name} is not in the storage any more")
        (out / one.path).parent.mkdir(parents=True, exist_ok=True)
        (out / one.path).symlink_to(published.absolute())


def _ended(claim: Claim, result: StepResult) -> Ending:
    outcome = _failed(claim, result.errors)
    found: list[Notice] = list(outcome.warnings)
    found += damage_notices(result.damage, claim.step.expects, result.artifacts)
    return outcome.but(
        artifacts=tuple(result.artifacts.values()),
        qualities=tuple(result.qualities.values()),
        warnings=tuple(found),
        log=result.log,
        cpu_seconds=round(result.cpu_seconds, 3),
    )


def _failed(claim: Claim, errors: Mapping[str, ReelmillError]) -> Ending:
    """How an attempt ends that did not make these outputs; completed, if there are none."""
    failures: dict[str, Failure] = {}
    for name, error in errors.items():
        if error.output is None and [*errors.values()].count(error) == 1:
            error.output = name  # it is about this one, not about all that the step makes
        failures[name] = failure_of(error)
    outcome, delay_seconds, steps = decide(claim, failures)
    needed = [one.needed_bytes for one in errors.values() if isinstance(one, StorageFullError)]
    warnings: tuple[Notice, ...] = ()
    if outcome == "separated":
        warnings = (separated_notice(claim.step.id, next(iter(failures.values())).message),)
    elif outcome == "failed":
        optional = {name for task in claim.tasks if not task.required for name in task.outputs}
        warnings = tuple(
            Notice(code=why.code, message=f"{name}: {why.message}")
            for name, why in failures.items()
            if name in optional
        )
    return Ending(
        outcome=outcome,
        failures=failures,
        delay_seconds=delay_seconds,
        room_bytes=max(needed) if outcome == "no_room" else 0,
        steps=steps,
        warnings=warnings,
    )
