"""Keep the separate steps beside a fused one.

May: add `split` to a step that serves several tasks: the lowered steps of the same outputs,
joined only within a task. May not: change the step itself. After a failure that is not the
host's, the retry runs the split and only the guilty task fails.
"""

from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.passes.fuse_decodes import fuse
from reelmill.planner.passes.seek_stills import seek_stills
from reelmill.planner.passes.seek_trims import seek_trims

Steps = tuple[Step, ...]


def store_split(steps: Steps, context: Context) -> Steps:
    """Steps of several tasks get their alternative."""
    return tuple(_with_split(step, context) if len(step.tasks) > 1 else step for step in steps)


def _with_split(step: Step, context: Context) -> Step:
    parts = tuple(one for one in context.lowered if set(one.outputs) <= set(step.outputs))
    split = seek_stills(fuse(parts, by_task=True), context)
    return step.but(split=seek_trims(split, context))
