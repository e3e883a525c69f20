"""Streams of a source (reference R0): HLS or DASH in the user's own variants."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from reelmill.model.value import Rational
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.stream.recipe import StreamRecipe, Variant
from reelmill.recipes.words import number
from reelmill.web.caller import TheCaller
from reelmill.web.conversions import InputObject
from reelmill.web.fields import checked
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.making import Asked, make, reference
from reelmill.web.options import JobOptions, PlainText
from reelmill.web.problems import responses
from reelmill.web.routes.converting import Converting, saying
from reelmill.web.site import TheSite

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["convert"])


class StreamRequest(JobOptions):
    """A source, and how it is to be streamed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "input": "/storage/input/video.mp4",
                    "type": "hls",
                    "variants": [
                        {"resolution": "1280x720", "bitrate": "2800k"},
                        {"resolution": "640x360", "bitrate": "800k"},
                    ],
                    "segment_duration": 6,
                }
            ]
        }
    )

    input: InputObject
    output: Annotated[PlainText | None, Field(max_length=4096)] = None
    """Left aside: the stream is kept with the job, as master.m3u8 or manifest.mpd."""
    type: Literal["hls", "dash"] = "hls"
    variants: tuple[Variant, ...] = Field(default=(), max_length=12)
    segment_duration: Annotated[Rational, BeforeValidator(number), Field(ge=1, le=60)] | None = None
    segments: Literal["mpegts", "fmp4"] | None = None
    codec: Literal["h264", "hevc", "av1", "vp9"] = "h264"
    preset: Annotated[str, StringConstraints(pattern="^[a-z0-9]{1,12}$")] = "medium"
    hdr: Literal["tone_map", "keep"] = "tone_map"
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")] | None = None

    def recipe(self) -> StreamRecipe:
        """What it means.

        Raises:
            InvalidFieldsError: what contradicts itself.
        """
        names = ("type", "variants", "segments", "codec", "preset", "hdr", "language")
        said = {name: getattr(self, name) for name in names}
        if self.segment_duration is not None:
            said["segment_seconds"] = self.segment_duration
        return checked(StreamRecipe, said)


@router.post(
    "/stream",
    operation_id="stream",
    summary="Make HLS or DASH of a file, in variants of your own",
    status_code=202,
    response_model=Converting,
    responses=responses(400, 404, 409, 413, 415, 422, 507),
)
async def stream(
    request: Request, asked: StreamRequest, site: TheSite, caller: TheCaller
) -> Response:
    """Variants larger than the source are left out, and said to be."""

    def wanted() -> Asked:
        sources = {MAIN: reference(asked.input.path, "input")}
        return Asked(asked, asked.recipe(), sources, saying(site, ()))

    return await make(site, request, caller, wanted)
