"""The only wiring: which adapters stand behind the library, the service and the command line."""

from reelmill.adapters.storage.workplace import workplace
from reelmill.app.analyze import Analyzed, analyze
from reelmill.app.convert import conversion, convert, plan_conversion
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
from reelmill.app.operations import read_operations, with_sources
from reelmill.app.placing import Converted, put_in_place, refuse_existing
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
    "conversion",
    "convert",
    "explain",
    "plan",
    "plan_conversion",
    "presets",
    "probe",
    "put_in_place",
    "read_operations",
    "refuse_existing",
    "run",
    "storage_error",
    "stream",
    "with_sources",
    "workplace",
]
