"""What every operation is: a node with an id that names the nodes which it reads."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from reelmill.model.value import Value

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""An id inside a graph: safe as a file name on every system."""


class Operation(Value):
    """A node of the graph."""

    chunkable: ClassVar[bool] = True
    """Whether the work may be cut into pieces of time and joined again."""

    id: Name
    asked: str | None = None
    """What of the request it was made for, as a pointer without its first slash."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the nodes that this one reads."""
        return ()

    @property
    def beside(self) -> tuple[str, ...]:
        """The ids of nodes that are only looked at: their length counts, nothing of them runs."""
        return ()


class Selection(Operation):
    """A stream of a source."""

    source: Name


class Unary(Operation):
    """An operation on one input."""

    input: Name

    @property
    def inputs(self) -> tuple[str, ...]:
        """Its one input."""
        return (self.input,)


class Encoding(Unary):
    """An operation that makes a bitstream: only outputs may read it."""
