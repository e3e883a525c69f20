"""`reelmill run`: a video becomes a ladder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from reelmill.cli import ladder_options as options
from reelmill.cli.bars import Bars
from reelmill.cli.closing import print_result
from reelmill.cli.remote import REMOTE, Remote, Wish, refuse, run_there
from reelmill.cli.stopping import stopping

if TYPE_CHECKING:
    from pydantic import JsonValue

    from reelmill.app.ladder import LadderSettings, Result
    from reelmill.model.events import Progress

EXAMPLES = """
Examples:

reelmill run talk.mp4

reelmill run talk.mp4 -o /srv/videos --rungs 360p,720p,1080p --title "My talk"

reelmill run film.mov --codec hevc --hdr keep --packaging hls-fmp4,cmaf

reelmill run talk.mp4 --json | jq -r .folder

reelmill --server https://video.example run talk.mp4 -o videos
"""


def run(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="The video; a URL too, with --server.")
    ],
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
        str | None,
        typer.Option(
            "--thumbnail", metavar="PATH", help="A JPEG, PNG or WebP as primary thumbnail."
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
    detach: Annotated[
        bool,
        typer.Option("--detach", help="With --server: leave the job to the service; print its id."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Make 360p and 720p MP4, HLS, MP3, thumbnails and metadata.json of a video.

    Everything appears at once in OUTPUT/processed/JOB_ID when all of it is verified. Ctrl-C
    stops, and leaves nothing behind. With --server a service does the work: the file is sent
    there, or fetched by it, and what it makes comes here.
    """
    wanted = options.ladder_settings(
        rungs, codec, preset, packaging, segment_seconds, hdr, language, no_quality=no_quality
    )
    words = options.user_metadata(metadata, title)
    console = Console(stderr=True, quiet=quiet)
    remote = context.find_object(Remote)
    refuse(context, REMOTE if remote is None else remote.refused(detach=detach))
    if remote is not None:
        wish = Wish(source, output, thumbnail, words, options.service_settings(wanted))
        result = run_there(remote, wish, console, detach=detach, json=json)
    else:
        picture = Path(thumbnail) if thumbnail is not None else None
        result = _run_here(Path(source), output, wanted, picture, words, job_id, original, console)
    if result is None:
        return
    if json:
        typer.echo(result.to_json())
    else:
        print_result(result)


def _run_here(
    source: Path,
    output: Path,
    wanted: "LadderSettings",
    thumbnail: Path | None,
    words: "dict[str, JsonValue]",
    job_id: str | None,
    original: str,
    console: Console,
) -> "Result":
    from reelmill.app.ladder import run as run_job

    with stopping() as stop, Bars(console) as bars:

        def show(progress: "Progress") -> None:
            stop.working = progress.tasks[-1].status == "pending"  # storing does not look either
            bars.show(progress)

        return run_job(
            source,
            output,
            wanted,
            thumbnail=thumbnail,
            user_metadata=words,
            job_id=job_id,
            original=original,
            on_progress=show,
            stop=stop.event,
        )
