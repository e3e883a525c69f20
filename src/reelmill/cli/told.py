"""What a service tells of a job, in the words of a run on this machine."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reelmill.model.errors import (
    InputUnreadableError,
    InternalError,
    InvalidRequestError,
    error_of_code,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reelmill.client import Artifact as ToldArtifact
    from reelmill.client import Job
    from reelmill.model.events import Progress, TaskProgress
    from reelmill.model.results import Artifact, Outcome

PAPERS = "metadata.json"


def progress_of(job: "Job") -> "Progress":
    """How far its tasks are."""
    from reelmill.model.events import Progress

    return Progress(tasks=tuple(_task(one) for one in job.tasks))


def _task(told: "Mapping[str, Any]") -> "TaskProgress":
    from reelmill.model.events import TaskProgress

    percent = told["progress_percent"]
    return TaskProgress(
        name=told["name"],
        status=told["status"],
        fraction=None if percent is None or told["status"] == "pending" else percent / 100,
        frames_per_second=told["fps"],
        speed=told["speed"],
        eta_seconds=told["eta_seconds"],
        reason=told["reason"],
    )


def outcome_of(job: "Job", made: "Sequence[ToldArtifact]") -> "Outcome":
    """What came of it; of the CPU a service says nothing."""
    from reelmill.model.results import Outcome

    names = ("name", "status", "required", "reason", "duration_seconds", "output_size_bytes")
    qualities = [one.document["quality"] for one in made if one.document["quality"]]
    return Outcome.model_validate(
        {
            "status": job.status,
            "tasks": [{name: one[name] for name in names} for one in job.tasks],
            "artifacts": [_artifact(one) for one in made if one.path != PAPERS],
            "qualities": qualities,
            "warnings": job.document["warnings"],
            "wall_seconds": job.document["processing_time_seconds"] or 0.0,
        }
    )


def _artifact(told: "ToldArtifact") -> "Artifact":
    from reelmill.model.results import Artifact

    known = {name: told.document[name] for name in Artifact.model_fields}
    parts = [one["segments"] for one in known["renditions"]] or [known["segments"]]
    beside = sum(one["size_bytes"] for one in parts if one is not None)
    return Artifact.model_validate({**known, "size_bytes": told.size_bytes - beside})


@contextmanager
def in_our_words(url: str) -> Generator[None]:
    """What a client says, as errors of the domain.

    Raises:
        ReelmillError: whatever it was.
    """
    import httpx

    from reelmill.app.ladder import storage_error
    from reelmill.client import ApiError, BrokenDownloadError, JobFailedError, SourceChangedError

    try:
        yield
    except ApiError as error:
        more = [f"{where}: {why}" for where, why in error.fields.items()]
        detail = "\n".join(more) if len(more) > 1 else ""
        raise error_of_code(error.code, error.detail, output=None, detail=detail) from error
    except JobFailedError as error:
        raise error_of_code(error.code, error.message, output=None, detail=error.detail) from error
    except httpx.InvalidURL as error:
        raise InvalidRequestError(f"{url} is no URL: {error}") from error
    except httpx.HTTPError as error:
        raise InternalError(f"{url} does not answer: {error}") from error
    except (BrokenDownloadError, FileExistsError) as error:
        raise InternalError(str(error)) from error
    except OSError as error:
        raise storage_error(error) from error
    except SourceChangedError as error:
        raise InputUnreadableError(str(error)) from error
