"""What a process found out before another, and where that other one needs it."""

import json
import re
from collections.abc import Mapping

from reelmill.model.errors import CommandFailedError
from reelmill.model.steps import Analysis, Options, Process

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
LIMITS = {"integrated": (-99, 0), "true_peak": (-99, 99), "range": (0, 99), "threshold": (-99, 0)}
"""What the filter takes back as measured."""
_BLANK = re.compile(r"\{([a-z0-9][a-z0-9_-]*\.[a-z_]+)\}")


def findings(of: Analysis, log: tuple[str, ...]) -> dict[str, str]:
    """What an analysis found, by `name.key`; nothing, if it stands in files.

    Raises:
        CommandFailedError: its log does not say.
    """
    if of.finds == "files":
        return {}
    text = "\n".join(log)
    found = text[text.rfind("{") : text.rfind("}") + 1]
    try:
        said: dict[str, str] = json.loads(re.sub(r"^\[[^{}\n]*\] ?", "", found, flags=re.MULTILINE))
        numbers = {ours: float(said[theirs]) for theirs, ours in KEYS.items()}
    except (ValueError, KeyError) as error:
        raise CommandFailedError("the loudness could not be measured", detail=text) from error
    if numbers["integrated"] <= SILENT_LUFS:  # nothing to make louder
        numbers |= {"offset": 0.0, "integrated": -24.0, "threshold": -34.0}
    return {f"{of.name}.{key}": f"{_within(key, value):.2f}" for key, value in numbers.items()}


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
