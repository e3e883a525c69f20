"""Decode a source once for everything that reads the same part of it.

May: put steps whose inputs are the same sources, opened the same way, into one process, where
equal filters on equal pads become one. May not: change any filter, encoder or muxer option.
One decode is saved per step, and shared filters run once. An output that fails takes the whole
process with it, so the last pass stores the separate steps beside it.
"""

from reelmill.model.steps import Input, Step
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder

Steps = tuple[Step, ...]


def fuse_decodes(steps: Steps, _: Context) -> Steps:
    """One step for all that share their inputs, in the place of the first."""
    return fuse(steps, by_task=False)


def fuse(steps: Steps, *, by_task: bool) -> Steps:
    """Fuses steps that share their inputs, and their tasks too if `by_task`."""
    done: list[Step] = []
    places: dict[object, int] = {}
    for step in steps:
        inputs = _shared_inputs(step)
        key = (inputs, step.tasks if by_task else ())
        if inputs is None or key not in places:
            places[key] = len(done)
            done.append(step)
        else:
            done[places[key]] = fused(done[places[key]], step)
    return tuple(done)


def _shared_inputs(step: Step) -> tuple[Input, ...] | None:
    if step.process is None or step.process.measurements or step.first:
        return None
    inputs = step.process.inputs
    return inputs if all(one.origin == "source" for one in inputs) else None


def fused(one: Step, other: Step) -> Step:
    """Two steps as one process."""
    builder = ProcessBuilder()
    for process in (one.running(), other.running()):
        builder.copy_process(process)
    outputs = (*one.outputs, *other.outputs)
    sources = " and ".join(i.name for i in builder.inputs)
    why = [line for line in (*one.why, *other.why) if not line.startswith("one decode of")]
    return one.but(
        process=builder.build(),
        outputs=outputs,
        tasks=tuple(dict.fromkeys((*one.tasks, *other.tasks))),
        required=one.required or other.required,
        expects=(*one.expects, *other.expects),
        why=(f"one decode of {sources} serves {len(outputs)} outputs", *why),
    )
