"""A job: what a user asked for, and what goes on its papers."""

from datetime import datetime

from pydantic import Field, JsonValue

from reelmill.model.value import Value


class Job(Value):
    """One request."""

    job_id: str
    created_at: datetime
    filename: str
    """The source's own name: shown, never used as a path."""
    user_metadata: dict[str, JsonValue] = Field(default_factory=dict)
