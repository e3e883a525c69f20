"""Building a process: equal filters on equal pads are one filter, whoever asks for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reelmill.model.process import (
    Analysis,
    EncodedStream,
    Filter,
    FilterGraph,
    Input,
    Measurement,
    Options,
    Process,
    Target,
    TextFile,
)

Edit = Callable[[Filter], Filter]


def _unedited(one: Filter) -> Filter:
    return one


@dataclass
class ProcessBuilder:
    """Collects inputs, filters and targets; ids are given in order of arrival.

    Filters of one `scope` are shared and become one graph. A loopback graph has a scope of its
    own, as FFmpeg would else see a cycle; it takes from the main one what that has already.
    """

    inputs: list[Input] = field(default_factory=list[Input])
    targets: list[Target] = field(default_factory=list[Target])
    measurements: list[Measurement] = field(default_factory=list[Measurement])
    first: list[Analysis] = field(default_factory=list[Analysis])
    """What runs before, for what its filters must know."""
    _filters: dict[str, list[Filter]] = field(default_factory=lambda: {"main": list[Filter]()})
    _known: dict[tuple[str, str, Options, tuple[str, ...]], str] = field(
        default_factory=dict[tuple[str, str, Options, tuple[str, ...]], str]
    )
    _encodes: int = 0

    def input(self, wanted: Input) -> int:
        """The index of an input, added if it is new."""
        if wanted not in self.inputs:
            self.inputs.append(wanted)
        return self.inputs.index(wanted)

    def filter(
        self,
        name: str,
        options: Options,
        inputs: Iterable[str],
        scope: str = "main",
        *,
        files: tuple[TextFile, ...] = (),
        sources: tuple[str, ...] = (),
    ) -> str:
        """The pad of such a filter, made if there is none yet in its scope, or in that before."""
        pads = tuple(inputs)
        key = (scope, name, options, pads)
        before = ("main", name, options, pads)
        if before in self._known:
            return self._known[before]
        if key not in self._known:
            pad = self._known[key] = f"f{len(self._known)}"
            one = Filter(
                id=pad, name=name, options=options, inputs=pads, files=files, sources=sources
            )
            self._filters.setdefault(scope, []).append(one)
        return self._known[key]

    def chain(self, pad: str, *filters: tuple[str, Options]) -> str:
        """The pad after a run of filters."""
        for name, options in filters:
            pad = self.filter(name, options, (pad,))
        return pad

    def ask(self, analyses: Iterable[Analysis]) -> None:
        """Let these run before, each once."""
        self.first += [one for one in analyses if one not in self.first]

    def encode_id(self) -> str:
        """A fresh id for an encoded stream."""
        self._encodes += 1
        return f"e{self._encodes - 1}"

    def target_id(self) -> str:
        """A fresh id for a target."""
        return f"t{len(self.targets)}"

    def copy_pad(
        self,
        process: Process,
        pad: str,
        pads: dict[str, str],
        scope: str = "main",
        edit: Edit = _unedited,
    ) -> str:
        """A pad of another process in this one; `pads` says what its inputs are called here."""
        if pad in pads:
            return pads[pad]
        one = edit(filter_of(process, pad))
        inputs = [self.copy_pad(process, name, pads, scope, edit) for name in one.inputs]
        pads[pad] = self.filter(
            one.name, one.options, inputs, scope, files=one.files, sources=one.sources
        )
        return pads[pad]

    def copy_target(
        self, process: Process, target: Target, pads: dict[str, str], edit: Edit = _unedited
    ) -> Target:
        """A target of another process with everything that feeds it; its encodes join `pads`."""
        streams: list[EncodedStream] = []
        for stream in target.streams:
            here = self.encode_id()
            pad = self.copy_pad(process, stream.pad, pads, edit=edit)
            pads[f"dec:{stream.id}"] = f"dec:{here}"
            streams.append(stream.but(id=here, pad=pad))
        copied = target.but(id=self.target_id(), streams=tuple(streams))
        self.targets.append(copied)
        return copied

    def copy_measurement(
        self, process: Process, measurement: Measurement, pads: dict[str, str]
    ) -> None:
        """A measurement of another process, behind what went into the encoder, if that is here.

        Inputs and encodes are in `pads`.
        """
        pad = self.copy_pad(process, measurement.pad, _outside(pads), scope=measurement.output)
        self.measurements.append(measurement.but(pad=pad))

    def copy_process(self, process: Process) -> None:
        """Everything of another process."""
        pads = self.input_pads(process)
        for target in process.targets:
            self.copy_target(process, target, pads)
        for measurement in process.measurements:
            self.copy_measurement(process, measurement, pads)

    def input_pads(self, process: Process) -> dict[str, str]:
        """Adds the inputs of another process and says what their streams are called here."""
        renamed = {f"in{i}": f"in{self.input(one)}" for i, one in enumerate(process.inputs)}
        return {
            pad: f"{renamed[pad.partition(':')[0]]}:{pad.partition(':')[2]}"
            for pad in input_pads_of(process)
        }

    def build(self) -> Process:
        """The process."""
        graphs = [part for filters in self._filters.values() for part in connected(filters)]
        return Process(
            inputs=tuple(self.inputs),
            graphs=tuple(FilterGraph(filters=part) for part in graphs),
            targets=tuple(self.targets),
            measurements=tuple(self.measurements),
        )


def connected(filters: list[Filter]) -> list[tuple[Filter, ...]]:
    """Filters in groups that share no pad: picture and sound.

    Each becomes a graph, with a thread of its own, and sound whose channels change on the way
    does not set up the picture's filters anew.
    """
    groups: list[tuple[set[str], list[Filter]]] = []
    for one in filters:
        pads, members = {one.id, *one.inputs}, [one]
        for group in [group for group in groups if group[0] & pads]:
            groups.remove(group)
            pads |= group[0]
            members = [*group[1], *members]
        groups.append((pads, members))
    order = {one.id: place for place, one in enumerate(filters)}
    parts = [sorted(members, key=lambda one: order[one.id]) for _, members in groups]
    return [tuple(part) for part in sorted(parts, key=lambda part: order[part[0].id])]


def _outside(pads: dict[str, str]) -> dict[str, str]:
    """Only the pads that are not filters': inputs and encodes."""
    return {name: pad for name, pad in pads.items() if not name.startswith("f")}


def filter_of(process: Process, pad: str) -> Filter:
    """The filter that makes a pad.

    Raises:
        KeyError: the pad is not a filter's.
    """
    for graph in process.graphs:
        for one in graph.filters:
            if one.id == pad:
                return one
    raise KeyError(pad)


def input_pads_of(process: Process) -> tuple[str, ...]:
    """The pads of a process that are streams of its inputs, each once."""
    pads = [pad for graph in process.graphs for one in graph.filters for pad in one.inputs]
    pads += [stream.pad for target in process.targets for stream in target.streams]
    return tuple(dict.fromkeys(pad for pad in pads if pad.startswith("in")))
