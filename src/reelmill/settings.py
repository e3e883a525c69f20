"""What an operator sets: one typed object, read once, from the environment (REELMILL_...)."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from reelmill.recipes.ladder.settings import LadderLimits


class Settings(BaseSettings):
    """Every setting by its name; nested ones with two underscores.

    REELMILL_STALL_SECONDS=60, REELMILL_LIMITS__MAX_DURATION_SECONDS=3600. (REELMILL_FFMPEG,
    which program to run, is read by ffmpeg/locate.py, as it is a question about the host.)
    """

    model_config = SettingsConfigDict(
        env_prefix="REELMILL_", env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    encoder_threads: int | None = Field(default=None, ge=1, le=64)
    """Per encoder; None: one and a half per CPU."""
    stall_seconds: float = Field(default=120.0, gt=0)
    """A child that makes no frames, no bytes and uses no CPU for this long is ended."""
    step_seconds: float = Field(default=4 * 3600.0, gt=0)
    """A step may take this long, or three times its estimate if that is more."""
    memory_bytes: int = Field(default=8 << 30, gt=0)
    """Resident memory that a child may use."""
    limits: LadderLimits = LadderLimits()
    """What a source of the ladder may be."""
