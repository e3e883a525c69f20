"""The only wiring: which adapters stand behind the library, the service and the command line."""

from reelmill.app.analyze import Analyzed, analyze
from reelmill.app.convert import Converted, convert, plan_conversion
from reelmill.app.ladder import (
    RUNGS,
    LadderSettings,
    Result,
    command,
    explain,
    plan,
    probe,
    run,
    storage_error,
)
from reelmill.app.planning import Planned
from reelmill.app.presets import presets
from reelmill.app.stream import stream

__all__ = [
    "RUNGS",
    "Analyzed",
    "Converted",
    "LadderSettings",
    "Planned",
    "Result",
    "analyze",
    "command",
    "convert",
    "explain",
    "plan",
    "plan_conversion",
    "presets",
    "probe",
    "run",
    "storage_error",
    "stream",
]
