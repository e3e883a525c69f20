"""The passes, in the order in which they run. All are exact: see each file for its promise."""

from collections.abc import Callable

from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.passes.copy_lossless import copy_lossless
from reelmill.planner.passes.fuse_decodes import fuse_decodes
from reelmill.planner.passes.measure_inside import measure_inside
from reelmill.planner.passes.seek_stills import seek_stills
from reelmill.planner.passes.seek_trims import seek_trims
from reelmill.planner.passes.store_split import store_split
from reelmill.planner.passes.tee_packaging import tee_packaging

Pass = Callable[[tuple[Step, ...], Context], tuple[Step, ...]]

PASSES: tuple[Pass, ...] = (
    copy_lossless,
    tee_packaging,
    fuse_decodes,
    measure_inside,
    seek_stills,
    seek_trims,
    store_split,
)
