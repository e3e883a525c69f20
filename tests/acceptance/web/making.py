"""Jobs, and what a worker would make of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from reelmill.jobs.compile import Terms, compiled
from reelmill.jobs.papers import papers
from reelmill.jobs.ports import JobStore
from reelmill.model.results import Artifact, Segments
from reelmill.model.steps import Expectation
from reelmill.model.work import Ending
from tests.media.clips import clip_file

from .service import Service

VIDEO = bytes(range(256)) * 40


def upload(client: httpx.Client, clip: str = "plain_720p", **data: Any) -> httpx.Response:
    path = clip_file(clip)
    headers = data.pop("headers", {})
    with path.open("rb") as file:
        return client.post(
            "/api/v1/jobs/upload", files={"file": (path.name, file)}, data=data, headers=headers
        )


def finish(here: Service, job_id: str) -> None:
    """Do what a worker does, with invented files."""
    here.do(_finish(here, job_id))


async def _finish(here: Service, job_id: str) -> None:
    jobs: JobStore = here.site.jobs
    claim = await jobs.claim("w", "io")
    assert claim is not None
    assert claim.job_id == job_id
    record = await jobs.program(job_id)
    path = here.storage_folder / record.sources["main"].location
    facts = here.site.inspector.probe(path, "main")
    host = here.site.inspector.capabilities()
    assert await jobs.expand(claim, compiled(record, (facts,), host, Terms()))
    while True:
        claim = await jobs.claim("w", "cpu") or await jobs.claim("w", "io")
        if claim is None:
            return
        step = claim.step
        made = [_made(here, job_id, one) for one in step.expects]
        if step.document is not None:
            made.append(_written(here, job_id, step.document.output, step.document.path))
        if step.executor == "close":
            made.append(_written(here, job_id, "metadata", "metadata.json"))
        files = {one.output for one in made}
        ending = Ending(
            outcome="completed",
            artifacts=tuple(made),
            made=tuple(name for name in step.outputs if name not in files),
            papers=papers(await jobs.program(job_id), datetime.now(UTC))
            if step.executor == "close"
            else None,
            log=("frame=250 fps=100",),
        )
        assert await jobs.finish(claim, ending)


def _made(here: Service, job_id: str, expected: Expectation) -> Artifact:
    segments = None
    if expected.path.endswith("playlist.m3u8"):
        folder = str(Path(expected.path).parent)
        _put(here, job_id, f"{folder}/segment_000.ts", VIDEO)
        segments = Segments(
            count=1,
            size_bytes=len(VIDEO),
            longest_seconds=10,
            peak_bit_rate=1,
            average_bit_rate=1,
        )
    made = _written(here, job_id, expected.output, expected.path)
    video = next((one for one in expected.streams if one.kind == "video"), None)
    width, height = (video.width, video.height) if video else (None, None)
    return made.but(segments=segments, width=width, height=height, bit_rate=1000)


def _written(here: Service, job_id: str, output: str, path: str) -> Artifact:
    content = b"#EXTM3U\nsegment_000.ts\n" if path.endswith(".m3u8") else VIDEO
    _put(here, job_id, path, content)
    return Artifact(output=output, path=path, size_bytes=len(content))


def _put(here: Service, job_id: str, path: str, content: bytes) -> None:
    place = here.storage_folder / "processed" / job_id / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
