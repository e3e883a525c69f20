"""Operations as filters and encoders: importing this registers all of them."""

from reelmill.planner.lowering import (
    copying,
    encode,
    encode_image,
    encode_sound,
    looks,
    picture,
    select,
    sound,
    timing,
)
from reelmill.planner.lowering.site import Coded, Lowering, is_there

__all__ = [
    "Coded",
    "Lowering",
    "copying",
    "encode",
    "encode_image",
    "encode_sound",
    "is_there",
    "looks",
    "picture",
    "select",
    "sound",
    "timing",
]
