"""Operations as filters and encoders: importing this registers all of them."""

from reelmill.planner.lowering import (
    adjust,
    encode,
    geometry,
    overlay,
    picture,
    select,
    sound,
    text,
    timing,
)
from reelmill.planner.lowering.site import Coded, Lowering, is_there

__all__ = [
    "Coded",
    "Lowering",
    "adjust",
    "encode",
    "geometry",
    "is_there",
    "overlay",
    "picture",
    "select",
    "sound",
    "text",
    "timing",
]
