"""What jobs made: lists, downloads, playback."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from reelmill.model.facts import VideoRange
from reelmill.model.records import JobRecord
from reelmill.model.results import Artifact, Quality, Rendition, Segments
from reelmill.model.value import Rational
from reelmill.web.accepting import links_for
from reelmill.web.caller import TheCaller
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.playback import Links, check
from reelmill.web.problems import responses
from reelmill.web.routes.jobs import JobId, checked_id
from reelmill.web.serving import attachment, media_type, serve
from reelmill.web.site import TheSite

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["artifacts"])
playback = APIRouter(tags=["playback"])

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, Accept-Ranges, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Browsers show a video or a picture in a page of their own, which is under its policy.
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; "
    "style-src 'unsafe-inline'",
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": {"application/octet-stream": {}}},
    206: {"description": "a part of it"},
    304: {"description": "it is the version that you have"},
    416: {"description": "it has no such part"},
}


class ArtifactDocument(BaseModel):
    """A file, or a playlist with its segments."""

    output: Annotated[str, Field(examples=["mp4_720p"])]
    path: Annotated[str, Field(examples=["720p/video_720p.mp4"])]
    kind: Annotated[str, Field(examples=["video/mp4"])]
    """Its media type."""
    url: str
    """Plays without a key, for a while."""
    download_url: str
    """With a key."""
    size_bytes: int
    """With its segments."""
    duration_seconds: float | None
    bit_rate: int | None
    width: int | None
    height: int | None
    frame_rate: Rational | None
    sample_rate: int | None
    codecs: str | None
    video_range: VideoRange | None
    file_count: int
    """More than one of numbered pictures: `sheet_001.jpg` and so on."""
    segment_count: int | None
    segments: Segments | None
    renditions: tuple[Rendition, ...]
    """Of a presentation whose tracks are apart."""
    quality: Quality | None
    """Of a video: how close it is to what it was made of."""


class ArtifactList(BaseModel):
    """All that a job made."""

    job_id: str
    artifacts: list[ArtifactDocument]


@router.get(
    "/jobs/{job_id}/artifacts",
    operation_id="listArtifacts",
    summary="What a job made",
    response_model=ArtifactList,
    responses=responses(404),
)
async def list_artifacts(
    request: Request, job_id: JobId, site: TheSite, caller: TheCaller
) -> ArtifactList:
    """Verified files only; while a job runs, more may come."""
    record = await site.jobs.job(job_id, caller.scope)
    links = links_for(site, request)
    made = [_told(record, one, links) for one in record.artifacts]
    return ArtifactList(job_id=job_id, artifacts=made)


@router.head(
    "/jobs/{job_id}/artifacts/{path:path}",
    operation_id="headArtifact",
    summary="The headers of a download",
    responses={**responses(404), **FILES},
)
@router.get(
    "/jobs/{job_id}/artifacts/{path:path}",
    operation_id="downloadArtifact",
    summary="Download an artifact, or a part of it",
    responses={**responses(404), **FILES},
)
async def download(
    request: Request, job_id: JobId, path: str, site: TheSite, caller: TheCaller
) -> Response:
    """With Range, If-Range and If-None-Match; Want-Repr-Digest (RFC 9530): its SHA-256."""
    await site.jobs.job(job_id, caller.scope)
    headers = {"Content-Disposition": attachment(path), "Cache-Control": "private, no-cache"}
    digest = "sha-256" in request.headers.get("want-repr-digest", "").lower()
    return await serve(site, request, job_id, path, headers, digest=digest)


PLAYED = {status: responses(404)[status] for status in (403, 404, 429, 500, 503)} | FILES


@playback.head("/v/{token}/{job_id}/{path:path}", operation_id="headPlayback", responses=PLAYED)
@playback.get("/v/{token}/{job_id}/{path:path}", operation_id="play", responses=PLAYED)
async def play(request: Request, token: str, job_id: str, path: str, site: TheSite) -> Response:
    """The files of one job for whoever has its playback URL, until that expires."""
    check(site.config.signing_secret, await checked_id(job_id), token, time.time())
    return await serve(site, request, job_id, path, {**OPEN, "Cache-Control": "max-age=3600"})


@playback.options("/v/{token}/{job_id}/{path:path}", include_in_schema=False)
async def preflight() -> Response:
    """Players in browsers may send these headers."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers={**OPEN, **allowed})


def _told(record: JobRecord, made: Artifact, links: Links) -> ArtifactDocument:
    parts = [one.segments for one in made.renditions] or [made.segments]
    segments = [one for one in parts if one is not None]
    qualities = {one.output: one for one in record.qualities}
    return ArtifactDocument(
        output=made.output,
        path=made.path,
        kind=media_type(made.path),
        url=links.playback(record.job_id, made.path),
        download_url=links.job(record.job_id, f"/artifacts/{made.path}"),
        size_bytes=made.size_bytes + sum(one.size_bytes for one in segments),
        duration_seconds=made.duration_seconds,
        bit_rate=made.bit_rate,
        width=made.width,
        height=made.height,
        frame_rate=made.frame_rate,
        sample_rate=made.sample_rate,
        codecs=made.codecs,
        video_range=made.video_range,
        file_count=made.file_count,
        segment_count=sum(one.count for one in segments) if segments else None,
        segments=made.segments,
        renditions=made.renditions,
        quality=qualities.get(made.output.replace("mp4_", "quality_")),
    )
