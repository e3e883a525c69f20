"""From a node of the graph to a pad of a process.

A new operation is a class in model/operations/ and a function in this package, registered with
`lowered` (a track) or `encoded` (a bitstream) by the type of its first argument.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import singledispatch
from typing import Self

from reelmill.model.errors import InvalidRequestError, ReelmillError, UnsupportedMediaError
from reelmill.model.operations import Encoding, Operation
from reelmill.model.process import EncodedStream
from reelmill.model.steps import ExpectedStream
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.tracks import Picture, Sound, Track


@dataclass(frozen=True)
class Coded:
    """A bitstream: its encoder, what its stream must be, and when it ends."""

    stream: EncodedStream
    expected: ExpectedStream
    end: Fraction | None
    """None: nobody knows, or it does not count."""
    pictures: int | None = None
    """How many frames it has, if it is of pictures to be looked at."""
    doubt: Fraction = Fraction(0)
    """Seconds by which it may end elsewhere, beyond what is usual."""
    hidden: Fraction = Fraction(0)
    """Seconds that it brings along from before its start, which the source hides."""


@dataclass
class Lowering:
    """Lowers nodes into one process; a node that is asked for twice is the same pad."""

    context: Context
    builder: ProcessBuilder
    _tracks: dict[str, Track] = field(default_factory=dict[str, Track])

    def track(self, name: str) -> Track:
        """The track that a node of the graph means."""
        if name not in self._tracks:
            node = self.context.graph.node(name)
            with about(node):
                self._tracks[name] = lowered(node, self)
        return self._tracks[name]

    def picture(self, name: str) -> Picture:
        """The node's track, which must be a picture."""
        track = self.track(name)
        if not isinstance(track, Picture):
            raise InvalidRequestError(f"{name!r} is sound where a picture is needed")
        return track

    def sound(self, name: str) -> Sound:
        """The node's track, which must be sound."""
        track = self.track(name)
        if not isinstance(track, Sound):
            raise InvalidRequestError(f"{name!r} is a picture where sound is needed")
        return track

    def beside(self, name: str | None) -> Track | None:
        """A track that is only looked at: lowered elsewhere, so that nothing of it is run."""
        if name is None or not is_there(name, self.context):
            return None
        looked_at = self.context.looked_at
        if name not in looked_at:
            looked_at[name] = Lowering.alone(self.context).track(name)
        return looked_at[name]

    @classmethod
    def alone(cls, context: Context) -> Self:
        """For looking at what a node means, without running anything of it."""
        return cls(context, ProcessBuilder())

    def encode(self, name: str) -> Coded:
        """The bitstream that a node means.

        Raises:
            UnsupportedMediaError: this host lacks the encoder.
        """
        node = self.context.graph.node(name)
        with about(node):
            coded = encoded(node, self)
        encoder = coded.stream.encoder
        if coded.stream.kind == "subtitle":  # text into text: every FFmpeg does it
            return coded
        if encoder not in ("copy", *self.context.facts.capabilities.encoders):
            raise UnsupportedMediaError(f"this host has no working {encoder}", output=name)
        return coded


@contextmanager
def about(op: Operation) -> Generator[None]:
    """An error that comes of an operation says where the request asked for it."""
    try:
        yield
    except ReelmillError as error:
        error.output = error.output or op.asked
        raise


@singledispatch
def lowered(op: Operation, to: Lowering) -> Track:  # noqa: ARG001 - as those registered with it
    """The track that an operation makes."""
    raise InvalidRequestError(f"{op.id!r} is a bitstream and cannot be filtered")


@singledispatch
def encoded(op: Encoding, to: Lowering) -> Coded:  # noqa: ARG001 - as those registered with it
    """The bitstream that an operation makes."""
    raise InvalidRequestError(f"{op.id!r} does not encode")


@singledispatch
def there(op: Operation, context: Context) -> bool:
    """Whether the sources have what an operation works on: as a rule, whatever it reads."""
    return all(is_there(name, context) for name in op.inputs)


def is_there(name: str, context: Context) -> bool:
    """Whether the sources have the stream that a node works on."""
    return there(context.graph.node(name), context)
