"""Experience: what finished steps took, beside what the table had foreseen for them."""

from pydantic import Field

from reelmill.model.value import Value


class SizeBasis(Value):
    """What the table says of the size of an output."""

    output: str
    kind: str
    """By what its size is decided: the encoder, and how its rate is controlled."""
    size_bytes: float = Field(gt=0)


class Basis(Value):
    """What the table says of a step, before any experience."""

    kind: str
    """What most of its time goes into: an encoder, or what it does instead."""
    density: float = Field(ge=0)
    """Bits that its source has for each pixel of a frame: how hard it is to encode."""
    wall_seconds: float = Field(gt=0)
    cpu_seconds: float = Field(gt=0)
    sizes: tuple[SizeBasis, ...] = ()


class Finished(Value):
    """A step that was done, on some machine of this installation."""

    basis: Basis
    wall_seconds: float = Field(ge=0)
    cpu_seconds: float = Field(ge=0)
    sizes: dict[str, int] = Field(default_factory=dict)
    """Bytes, by output."""


Experience = tuple[Finished, ...]
"""The last steps that were done, the newest first."""
EXPERIENCED = 60
"""How many of them count. What a machine was like before is forgotten."""
