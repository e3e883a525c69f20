"""Reelmill: video in, verified streaming ladders out.

    >>> import reelmill
    >>> facts = reelmill.probe("talk.mp4")
    >>> planned = reelmill.plan("talk.mp4")
    >>> result = reelmill.run("talk.mp4", "out", on_progress=print)

All three raise `ReelmillError` with a stable `code`, a sentence, and the last lines of FFmpeg's
log where there are any.
"""

from reelmill.app import Planned, Result, plan, probe, run
from reelmill.model.errors import ReelmillError
from reelmill.model.events import Progress, TaskProgress
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings, Rung

__all__ = [
    "RUNGS",
    "LadderSettings",
    "Planned",
    "Progress",
    "ReelmillError",
    "Result",
    "Rung",
    "TaskProgress",
    "plan",
    "probe",
    "run",
]
