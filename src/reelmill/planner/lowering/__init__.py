"""Operations as filters and encoders: importing this registers all of them."""

from reelmill.planner.lowering import (
    adjust,
    copying,
    encode,
    encode_image,
    encode_sound,
    fade,
    geometry,
    overlay,
    picture,
    reverse,
    select,
    sound,
    speed,
    text,
    timing,
    volume,
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
    "fade",
    "geometry",
    "is_there",
    "overlay",
    "picture",
    "reverse",
    "select",
    "sound",
    "speed",
    "text",
    "timing",
    "volume",
]
