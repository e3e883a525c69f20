"""`reelmill run`: a video becomes a ladder."""

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from reelmill.cli import ladder_options as options
from reelmill.cli.bars import Bars
from reelmill.cli.closing import print_result
from reelmill.cli.stopping import stopping
from reelmill.model.errors import InvalidRequestError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from reelmill.model.events import Progress

EXAMPLES = """
Examples:

reelmill run talk.mp4

reelmill run talk.mp4 -o /srv/videos --rungs 360p,720p,1080p --title "My talk"

reelmill run film.mov --codec hevc --hdr keep --packaging hls-fmp4,cmaf

reelmill run talk.mp4 --json | jq -r .folder
"""


def run(
    source: Annotated[Path, typer.Argument(metavar="INPUT", readable=False, help="The video.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", readable=False, help="The storage: results go to processed/ in it."
        ),
    ] = Path("reelmill-out"),
    rungs: options.Rungs = "360p,720p",
    codec: options.Codec = "h264",
    preset: options.Preset = None,
    packaging: options.Packaging = None,
    segment_seconds: options.SegmentSeconds = "10",
    hdr: options.Hdr = "tone_map",
    language: options.Language = None,
    no_quality: options.NoQuality = False,
    thumbnail: Annotated[
        Path | None,
        typer.Option(
            "--thumbnail", readable=False, help="A JPEG, PNG or WebP as primary thumbnail."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Goes into metadata.json.")] = None,
    metadata: Annotated[
        Path | None,
        typer.Option(
            "--metadata", readable=False, help="A JSON object that goes into metadata.json."
        ),
    ] = None,
    job_id: Annotated[
        str | None, typer.Option("--job-id", help="Name of the result; a random UUID by default.")
    ] = None,
    original: Annotated[
        str, typer.Option("--original", help="copy the source to raw/, link it, or none.")
    ] = "copy",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Make 360p and 720p MP4, HLS, MP3, thumbnails and metadata.json of a video.

    Everything appears at once in OUTPUT/processed/JOB_ID when all of it is verified. Ctrl-C
    stops, and leaves nothing behind.
    """
    from reelmill.app import run as run_job

    wanted = options.ladder_settings(
        rungs, codec, preset, packaging, segment_seconds, hdr, language, no_quality=no_quality
    )
    console = Console(stderr=True, quiet=quiet)
    with stopping() as stop, Bars(console) as bars:

        def show(progress: "Progress") -> None:
            stop.working = progress.tasks[-1].status == "pending"  # storing does not look either
            bars.show(progress)

        result = run_job(
            source,
            output,
            wanted,
            thumbnail=thumbnail,
            user_metadata=_user_metadata(metadata, title),
            job_id=job_id,
            original=original,
            on_progress=show,
            stop=stop.event,
        )
    if json:
        typer.echo(result.to_json())
    else:
        print_result(result)


def _user_metadata(path: Path | None, title: str | None) -> "dict[str, JsonValue]":
    found: dict[str, JsonValue] = {}
    if path is not None:
        try:
            read: JsonValue = jsonlib.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise InvalidRequestError(f"{path} cannot be read as JSON: {error}") from error
        if not isinstance(read, dict):
            raise InvalidRequestError(f"{path} holds no JSON object")
        found.update(read)
    return {**found, "title": title} if title is not None else found
