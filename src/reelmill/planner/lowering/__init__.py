"""Operations as filters and encoders: importing this registers all of them."""

from reelmill.planner.lowering import (
    adjust,
    copying,
    encode,
    encode_image,
    encode_sound,
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
    "copying",
    "encode",
    "encode_image",
    "encode_sound",
    "geometry",
    "is_there",
    "overlay",
    "picture",
    "select",
    "sound",
    "text",
    "timing",
]
