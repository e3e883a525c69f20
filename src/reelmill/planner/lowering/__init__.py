"""Operations as filters and encoders: importing this registers all of them."""

from reelmill.planner.lowering import encode, picture, select, sound, timing
from reelmill.planner.lowering.site import Coded, Lowering, is_there

__all__ = [
    "Coded",
    "Lowering",
    "encode",
    "is_there",
    "picture",
    "select",
    "sound",
    "timing",
]
