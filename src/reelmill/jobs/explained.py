"""A plan in words, for interfaces, which know nothing of planning."""

from reelmill.model.documents import StoryboardDocument
from reelmill.model.graph import Graph
from reelmill.model.process import Measurement, Process
from reelmill.model.steps import Step
from reelmill.planner.explain import tree

__all__ = ["asked", "doing"]


def asked(graph: Graph) -> list[tuple[str, list[str]]]:
    """What is wanted: every output with its chains, from the source on."""
    return tree(graph)


def doing(step: Step) -> list[str]:
    """What a step does, a sentence for each thing that it reads and makes."""
    if step.document is not None:
        of = (
            "the sheets"
            if isinstance(step.document, StoryboardDocument)
            else "the measured playlists"
        )
        return [f"writes {step.document.path} from {of}"]
    if step.process is None:
        return [OTHERS[step.executor]] if step.executor in OTHERS else []
    return [*_reading(step.process), *_writing(step.process)]


OTHERS = {
    "inspect": "looks at the sources, and plans the rest",
    "keep": "stores a copy of the original",
    "close": "writes metadata.json",
}


def _reading(process: Process) -> list[str]:
    said: list[str] = []
    for one in process.inputs:
        what = "the source" if one.origin == "source" else "what another step made,"
        seek = f", from {float(one.seek_seconds):g} s" if one.seek_seconds is not None else ""
        keys = ", its key frames only" if one.key_frames_only else ""
        said.append(f"reads {what} {one.name}{seek}{keys}")
    filters = [one.name for graph in process.graphs for one in graph.filters]
    if filters:
        said.append(f"filters: {', '.join(filters)}")
    return said


def _writing(process: Process) -> list[str]:
    said: list[str] = []
    for target in process.targets:
        streams = [
            " ".join([one.encoder, *(f"{name}={value}" for name, value in one.options)])
            for one in target.streams
        ]
        files = ", ".join(f"{mux.path} ({mux.format})" for mux in target.muxes)
        said.append(f"writes {files}: {'; '.join(streams)}")
    return said + [_measuring(one, process) for one in process.measurements]


def _measuring(one: Measurement, process: Process) -> str:
    metrics = f": {', '.join(one.metrics)}" if one.metrics else ""
    if one.of != one.output:
        return f"measures {one.of} against its reference{metrics}"
    return f"measures {' against '.join(source.name for source in process.inputs)}{metrics}"
