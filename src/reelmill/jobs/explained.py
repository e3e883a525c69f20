"""A plan in words, for interfaces, which know nothing of planning."""

from reelmill.model.graph import Graph
from reelmill.model.steps import Process, Step, StoryboardDocument
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
        said.append(f"reads {what} {one.name}{seek}")
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
    said += [f"measures {one.of} against what went into it" for one in process.measurements]
    return said
