"""Reelmill: video in, verified streaming ladders out.

    >>> import reelmill
    >>> facts = reelmill.probe("talk.mp4")
    >>> planned = reelmill.plan("talk.mp4")
    >>> result = reelmill.run("talk.mp4", "out", on_progress=print)
    >>> reelmill.convert("talk.mp4", "part.webm", [{"type": "trim", "duration": 10}])
    >>> reelmill.analyze("part.webm", "talk.mp4").metrics["vmaf"].mean

All raise `ReelmillError` with a stable `code`, a sentence, and the last lines of FFmpeg's
log where there are any.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reelmill.app.analyze import Analyzed, analyze
    from reelmill.app.convert import convert, plan_conversion
    from reelmill.app.ladder import Result, plan, run
    from reelmill.app.placing import Converted
    from reelmill.app.planning import Planned
    from reelmill.app.presets import presets
    from reelmill.app.probing import probe
    from reelmill.app.stream import stream
    from reelmill.model.errors import ReelmillError
    from reelmill.model.events import Progress, TaskProgress
    from reelmill.model.facts import SourceFacts
    from reelmill.model.presets import Preset
    from reelmill.recipes.ladder.settings import RUNGS, LadderSettings, Rung

__all__ = [
    "RUNGS",
    "Analyzed",
    "Converted",
    "LadderSettings",
    "Planned",
    "Preset",
    "Progress",
    "ReelmillError",
    "Result",
    "Rung",
    "SourceFacts",
    "TaskProgress",
    "analyze",
    "convert",
    "plan",
    "plan_conversion",
    "presets",
    "probe",
    "run",
    "stream",
]

_HOMES = {
    **dict.fromkeys(("Analyzed", "analyze"), "reelmill.app.analyze"),
    **dict.fromkeys(("convert", "plan_conversion"), "reelmill.app.convert"),
    "Converted": "reelmill.app.placing",
    **dict.fromkeys(("Result", "plan", "run"), "reelmill.app.ladder"),
    "Planned": "reelmill.app.planning",
    "presets": "reelmill.app.presets",
    "probe": "reelmill.app.probing",
    "stream": "reelmill.app.stream",
    **dict.fromkeys(("Progress", "TaskProgress"), "reelmill.model.events"),
    **dict.fromkeys(("RUNGS", "LadderSettings", "Rung"), "reelmill.recipes.ladder.settings"),
    "Preset": "reelmill.model.presets",
    "ReelmillError": "reelmill.model.errors",
    "SourceFacts": "reelmill.model.facts",
}


def __getattr__(name: str) -> object:
    """Import on first use: `reelmill --help` and small parts need not load FFmpeg's libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module 'reelmill' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
