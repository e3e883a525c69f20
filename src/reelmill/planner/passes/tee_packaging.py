"""Write a package while its streams are encoded, not afterwards from a file.

May: make a step that only copies every stream of one other step's output a further muxer of
that step's target (FFmpeg's tee). May not: touch streams, their order, or what is encoded.
The packets are the same; one read of the file and one process less.
"""

from reelmill.model.process import Target
from reelmill.model.steps import Step
from reelmill.planner.context import Context

Steps = tuple[Step, ...]


def tee_packaging(steps: Steps, _: Context) -> Steps:
    """Each copy-only step joins the step that encodes its streams."""
    done: list[Step] = []
    for step in steps:
        maker = next((i for i, other in enumerate(done) if _only_copies(step, other)), None)
        if maker is None:
            done.append(step)
        else:
            done[maker] = _joined(done[maker], step)
    return tuple(done)


def _only_copies(step: Step, maker: Step) -> bool:
    if step.process is None or maker.process is None or len(step.process.targets) != 1:
        return False
    reads, (target,) = step.process.inputs, step.process.targets
    made = maker.process.targets
    if len(reads) != 1 or len(made) != 1 or reads[0].name != made[0].muxes[0].output:
        return False
    wanted = [f"in0:{index}" for index in range(len(made[0].streams))]
    return [s.pad for s in target.streams if s.encoder == "copy"] == wanted


def _joined(maker: Step, package: Step) -> Step:
    process = maker.running()
    (target,), (copied,) = process.targets, package.running().targets
    both: Target = target.but(muxes=(*target.muxes, *copied.muxes))
    return maker.but(
        process=process.but(targets=(both,)),
        outputs=(*maker.outputs, *package.outputs),
        tasks=tuple(dict.fromkeys((*maker.tasks, *package.tasks))),
        required=maker.required or package.required,
        expects=(*maker.expects, *package.expects),
        why=(
            *maker.why,
            f"{package.id} is written while {maker.id} is encoded: the same packets, no second run",
        ),
    )
