"""What a process found out before another, and where that other one needs it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from reelmill.model.errors import CommandFailedError
from reelmill.model.process import Analysis, Options, Process
from reelmill.worker.silences import cuts_of

SILENT_LUFS = -70.0
"""What EBU R128 cannot measure: digital silence, or less than 400 ms of sound."""
KEYS = {
    "input_i": "integrated",
    "input_tp": "true_peak",
    "input_lra": "range",
    "input_thresh": "threshold",
    "target_offset": "offset",
}
"""Of the loudnorm filter's JSON (FFmpeg, loudnorm), by what we call them."""
LIMITS = {"integrated": (-99, 0), "true_peak": (-99, 99), "range": (0.1, 99), "threshold": (-99, 0)}
"""What the filter takes back as measured; a range of 0 would mean that nothing was."""
RANGES = (1, 50)
"""What it takes as a range to aim at."""
_BLANK = re.compile(r"\{([a-z0-9][a-z0-9_-]*\.[a-z_]+)\}")


def findings(of: Analysis, log: tuple[str, ...], folder: Path) -> dict[str, str]:
    """What an analysis found, by `name.key`; nothing, if it stands in files.

    Args:
        of: the analysis.
        log: of its process.
        folder: where that ran.

    Raises:
        CommandFailedError: its log does not say.
        UnsupportedMediaError: there is nothing but silence.
    """
    match of.finds:
        case "files":
            return {}
        case "silence":
            found = cuts_of(of, folder)
        case "loudness":
            found = _loudness(of, log)
    return {f"{of.name}.{key}": value for key, value in found.items()}


def _loudness(of: Analysis, log: tuple[str, ...]) -> dict[str, str]:
    text = "\n".join(log)
    found = text[text.rfind("{") : text.rfind("}") + 1]
    try:
        said: dict[str, str] = json.loads(re.sub(r"^\[[^{}\n]*\] ?", "", found, flags=re.MULTILINE))
        numbers = {ours: float(said[theirs]) for theirs, ours in KEYS.items()}
    except (ValueError, KeyError) as error:
        raise CommandFailedError("the loudness could not be measured", detail=text) from error
    if numbers["integrated"] <= SILENT_LUFS:  # nothing to make louder
        quiet = of.quiet_lufs
        numbers |= {"offset": 0.0, "integrated": quiet, "threshold": quiet - 10}
    numbers["kept_range"] = min(max(numbers["range"], RANGES[0]), RANGES[1])
    return {key: f"{_within(key, value):.2f}" for key, value in numbers.items()}


def _within(key: str, value: float) -> float:
    low, high = LIMITS.get(key, (-99, 99))
    return min(max(value, low), high)


def filled(process: Process, found: Mapping[str, str]) -> Process:
    """A process with what was found in the place of its blanks."""
    if not found:
        return process
    graphs = tuple(
        graph.but(
            filters=tuple(one.but(options=_filled(one.options, found)) for one in graph.filters)
        )
        for graph in process.graphs
    )
    return process.but(graphs=graphs)


def _filled(options: Options, found: Mapping[str, str]) -> Options:
    return tuple(
        (name, _BLANK.sub(lambda blank: found.get(blank[1], blank[0]), value))
        for name, value in options
    )
