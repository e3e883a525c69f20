"""How long a worker waits for a step while a thousand jobs are queued, in the real store."""

import asyncio
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clock import Cost
from benchmarks.service.findings import Finding, percentiles
from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.app.stores import make_data_dir, open_stores
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.jobs.compile import Terms, compiled
from reelmill.jobs.submit import Submission, new_job
from reelmill.model.facts import Capabilities, SourceFacts
from reelmill.model.jobs import Job, NewJob, SourceRef
from reelmill.model.work import Claim, Expansion, Resource

QUEUED = 1_000
WORKER = "worker-of-the-benchmark"
PERCENTS = (50, 95)
CLAIM_MS = 5.0


def claiming(small: Path, work: Path, samples: int) -> list[Finding]:
    """Claims of both kinds of steps; never are fewer than a thousand jobs queued for them."""
    host = probe_capabilities(find_ffmpeg())
    return asyncio.run(_measured(work / "claiming", probe(small, source="main"), host, samples))


async def _measured(
    folder: Path, facts: SourceFacts, host: Capabilities, samples: int
) -> list[Finding]:
    make_data_dir(folder)
    count = QUEUED + samples
    inspections: list[Cost] = []
    encodes: list[Cost] = []
    async with open_stores(folder) as stores:
        jobs = stores.jobs
        for _ in range(count):
            await jobs.accept(_job(facts))
        expansion: Expansion | None = None
        for _ in range(count):
            claim, cost = await _claimed(jobs, "io")
            inspections.append(cost)
            # all were asked for the same: what comes of one comes of each
            expansion = expansion or compiled(
                await jobs.program(claim.job_id), (facts,), host, Terms()
            )
            assert await jobs.expand(claim, expansion)
        for _ in range(samples):
            claim, cost = await _claimed(jobs, "cpu")
            encodes.append(cost)
            await jobs.cancel(claim.job_id)
    return [*_findings("inspection", inspections[:samples]), *_findings("encode", encodes)]


def _findings(what: str, costs: list[Cost]) -> list[Finding]:
    return [
        percentiles(f"claim of an {what}", [cost.wall for cost in costs], PERCENTS, CLAIM_MS),
        # which says more than the wall where others are at work
        percentiles("- its CPU", [cost.cpu for cost in costs], PERCENTS),
    ]


async def _claimed(jobs: SqlJobStore, resource: Resource) -> tuple[Claim, Cost]:
    began, cpu = time.perf_counter(), time.process_time()
    claim = await jobs.claim(WORKER, resource)
    cost = Cost(time.perf_counter() - began, time.process_time() - cpu)
    assert claim is not None
    return claim, cost


def _job(facts: SourceFacts) -> NewJob:
    job_id = str(uuid.uuid4())
    source = SourceRef(kind="stored", location=f"raw/{job_id}", size_bytes=facts.size_bytes)
    return new_job(
        Submission(
            job=Job(job_id=job_id, created_at=datetime.now(UTC), filename="clip.mp4"),
            key_id="key-of-the-benchmark",
            source_type="upload",
            sources={"main": source},
            facts={"main": facts},
        )
    )
