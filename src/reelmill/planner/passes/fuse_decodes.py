"""Decode a source once for everything that reads the same part of it.

May: put steps whose inputs are the same sources, opened the same way, into one process, where
equal filters on equal pads become one. May not: change any filter, encoder or muxer option.
One decode is saved per step, and shared filters run once. An output that fails takes the whole
process with it, so the last pass stores the separate steps beside it. Does not: put stills beside
steps that decode no picture (copies, sound), as alone they are sought.
"""

from reelmill.model.process import Input
from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder

Steps = tuple[Step, ...]


def fuse_decodes(steps: Steps, _: Context) -> Steps:
    """One step for all that share their inputs, in the place of the first."""
    return fuse(steps, by_task=False)


def fuse(steps: Steps, *, by_task: bool) -> Steps:
    """Fuses steps that share their inputs, and their tasks too if `by_task`."""
    decoded = {_shared_inputs(step) for step in steps if _decodes_all(step)}
    done: list[Step] = []
    places: dict[object, int] = {}
    for step in steps:
        inputs = _shared_inputs(step)
        sought = _is_stills(step) and inputs not in decoded
        key = (inputs, step.tasks if by_task else (), sought)
        if inputs is None or key not in places:
            places[key] = len(done)
            done.append(step)
        else:
            done[places[key]] = fused(done[places[key]], step)
    return tuple(done)


def _shared_inputs(step: Step) -> tuple[Input, ...] | None:
    if step.process is None or step.process.measurements or step.first:
        return None
    inputs = tuple(one for one in step.process.inputs if not one.words)
    return inputs if all(one.origin == "source" for one in inputs) else None


def _is_stills(step: Step) -> bool:
    targets = step.process.targets if step.process else ()
    return bool(targets) and all(target.still is not None for target in targets)


def _decodes_all(step: Step) -> bool:
    """Whether the whole picture is decoded for it."""
    if step.process is None or _is_stills(step):
        return False
    streams = [stream for target in step.process.targets for stream in target.streams]
    return any(one.kind in ("video", "image") and one.encoder != "copy" for one in streams)


def fused(one: Step, other: Step) -> Step:
    """Two steps as one process."""
    builder = ProcessBuilder()
    for process in (one.running(), other.running()):
        builder.copy_process(process)
    outputs = (*one.outputs, *other.outputs)
    sources = " and ".join(dict.fromkeys(i.name for i in builder.inputs))
    why = [line for line in (*one.why, *other.why) if not line.startswith("one decode of")]
    return one.but(
        process=builder.build(),
        outputs=outputs,
        tasks=tuple(dict.fromkeys((*one.tasks, *other.tasks))),
        required=one.required or other.required,
        expects=(*one.expects, *other.expects),
        why=(f"one decode of {sources} serves {len(outputs)} outputs", *why),
    )
