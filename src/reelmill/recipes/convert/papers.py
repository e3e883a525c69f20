"""metadata.json of a conversion: what came in, what came out."""

from datetime import datetime

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import Job
from reelmill.model.results import Artifact, Outcome
from reelmill.recipes.ladder.validate import as_number, video_info
from reelmill.recipes.recipe import stamp


def papers(
    job: Job, facts: SourceFacts, outcome: Outcome, completed_at: datetime
) -> dict[str, JsonValue]:
    """The document of a completed job.

    Args:
        job: its identity and the user's own words.
        facts: what the source is.
        outcome: what was made.
        completed_at: when.
    """
    return {
        "job_id": job.job_id,
        "created_at": stamp(job.created_at),
        "completed_at": stamp(completed_at),
        "processing_time_seconds": round((completed_at - job.created_at).total_seconds(), 3),
        "status": outcome.status,
        "user_metadata": job.user_metadata,
        "source": {"filename": job.filename, **video_info(facts, job.filename)},
        "outputs": {one.output: output_info(one) for one in outcome.artifacts},
        "quality_metrics": quality_metrics(outcome),
        "hardware_acceleration": None,
    }


def quality_metrics(outcome: Outcome) -> dict[str, JsonValue]:
    """What was measured, by the names of outputs (reference R0, quality_metrics)."""
    files = {one.output: one.path for one in outcome.artifacts}
    return {
        one.output: {
            **{name: pooled.model_dump() for name, pooled in one.metrics.items()},
            "frame_count": one.frame_count,
            "model": one.model,
            "approximate": one.approximate,
            "frames": files.get(one.output),
        }
        for one in outcome.qualities
    }


def output_info(made: Artifact) -> dict[str, JsonValue]:
    """A file that was made (reference R0, output_info)."""
    rate = made.frame_rate
    return {
        "path": made.path,
        "size_bytes": made.size_bytes,
        "file_count": made.file_count,
        "duration_seconds": made.duration_seconds,
        "bit_rate": made.bit_rate,
        "width": made.width,
        "height": made.height,
        "frame_rate": as_number(float(rate)) if rate else None,
        "sample_rate": made.sample_rate,
        "codecs": made.codecs,
    }
