"""What an operator decides about jobs that have ended: how they are told, and for how long kept."""

from typing import Annotated

from pydantic import Field

from reelmill.model.value import Value

HOUR = 3600.0
MOST_DELAY_SECONDS = 24 * HOUR


class WebhookTerms(Value):
    """How webhooks are sent."""

    retry_seconds: tuple[Annotated[float, Field(ge=0, le=MOST_DELAY_SECONDS)], ...] = (
        *(5.0, 300.0, 1800.0),
        *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24)),
    )
    """What is waited after each attempt that failed; after the last one it is given up."""
    timeout_seconds: float = Field(default=20.0, gt=0, le=60)
    """For one request, with its answer."""


Days = Annotated[float, Field(ge=0, le=100_000)] | None


class Retention(Value):
    """Days; None: for ever."""

    failed_jobs_days: Days = 30
    """Records and files of failed and cancelled jobs."""
    failed_uploads_days: Days = 7
    """Uploaded sources of failed and cancelled jobs: without them there is no retry."""
    logs_days: Days = 90
    """What children said."""
    completed_jobs_days: Days = None
    """Records and files of completed jobs."""
    deliveries_days: Days = 30
    """What webhooks told, and what was answered."""
