"""Streams in the library: a file in, HLS or DASH out."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reelmill.app.ladder import run
from reelmill.local_run import Result
from reelmill.model.errors import InvalidRequestError
from reelmill.recipes.stream.recipe import StreamRecipe

STREAMING = frozenset(StreamRecipe.model_fields)


def stream(source: Path | str, output: Path | str, **said: Any) -> Result:
    """Make HLS or DASH of a file, in variants of one's own.

    Args:
        source: a file on this machine.
        output: the storage: a folder, made if it is missing; the stream is below
            `processed/{job_id}`.
        said: the recipe's fields (type, variants, segment_seconds, segments, codec, preset, hdr,
            language), and what `reelmill.run` takes besides: job_id, on_progress, stop.

    Raises:
        ReelmillError: what `reelmill.run` raises.
    """
    fields = {name: value for name, value in said.items() if name in STREAMING}
    others = {name: value for name, value in said.items() if name not in STREAMING}
    try:
        recipe = StreamRecipe.model_validate(fields)
    except ValidationError as error:
        raise InvalidRequestError(str(error.errors()[0]["msg"])) from error
    return run(source, output, recipe=recipe, original="none", **others)
