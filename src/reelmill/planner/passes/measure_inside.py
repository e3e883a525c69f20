"""Measure quality while encoding, with a loopback decoder.

May: move a measurement that compares a source with an encode of it into the step that encodes,
where FFmpeg decodes the fresh packets again (-dec) and what went into the encoder is at hand. May
not: change what is compared. Saves two decodes, and the filters before the encoder.
"""

from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder, input_pads_of

Steps = tuple[Step, ...]


def measure_inside(steps: Steps, _: Context) -> Steps:
    """Each measurement joins the step that makes what it measures."""
    done = list(steps)
    for step in steps:
        makers = [other for other in done if other is not step and _fits(step, other)]
        if makers:
            done[done.index(makers[0])] = _joined(makers[0], step)
            done.remove(step)
    return tuple(done)


def _fits(step: Step, maker: Step) -> bool:
    if step.process is None or maker.process is None or not step.process.measurements:
        return False
    sources = [one for one in step.process.inputs if one.origin == "source"]
    made = [one.name for one in step.process.inputs if one.origin == "output"]
    written = {m.output for t in maker.process.targets for m in t.muxes[:1]}
    return all(one in maker.process.inputs for one in sources) and set(made) <= written


def _joined(maker: Step, measure: Step) -> Step:
    builder = ProcessBuilder()
    builder.copy_process(maker.running())
    measuring = measure.running()
    encodes = {t.muxes[0].output: t.streams for t in builder.targets}
    here: dict[str, str] = {}
    for pad in input_pads_of(measuring):
        number, _, stream = pad.removeprefix("in").partition(":")
        one = measuring.inputs[int(number)]
        if one.origin == "output":
            here[pad] = f"dec:{encodes[one.name][int(stream)].id}"
        else:
            here[pad] = f"in{builder.input(one)}:{stream}"
    for measurement in measuring.measurements:
        builder.copy_measurement(measuring, measurement, here)
    return maker.but(
        first=tuple(dict.fromkeys((*maker.first, *measure.first))),
        process=builder.build(),
        outputs=(*maker.outputs, *measure.outputs),
        tasks=tuple(dict.fromkeys((*maker.tasks, *measure.tasks))),
        why=(*maker.why, f"{measure.id} is measured while encoding, by a loopback decoder"),
    )
