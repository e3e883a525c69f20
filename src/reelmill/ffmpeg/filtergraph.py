"""Filter graphs as FFmpeg's text (FFmpeg, "Filtergraph description"), every value escaped."""

from collections import Counter
from collections.abc import Iterable, Mapping

from reelmill.model.process import Filter, FilterGraph

SOUND_FILTERS = frozenset(
    (
        *("aresample", "aformat", "atrim", "asetpts", "apad", "volume", "atempo", "asetrate"),
        *("areverse", "afade", "amix", "alimiter", "sidechaincompress", "adelay", "aloop"),
        *("loudnorm", "asetnsamples", "aselect", "anullsrc"),
    )
)


def escaped(value: str) -> str:
    """A filter option's value, escaped for the option list and then for the graph."""
    inner = "".join(f"\\{letter}" if letter in "\\':" else letter for letter in value)
    return "".join(f"\\{letter}" if letter in "\\'[],;" else letter for letter in inner)


def written(one: Filter) -> str:
    """A filter with its options, without pads."""
    options = ":".join(f"{name}={escaped(value)}" for name, value in one.options)
    return f"{one.name}={options}" if options else one.name


class GraphText:
    """One graph being written. A pad that several read goes through a split first.

    Args:
        graph: the filters, each after those that it reads.
        outside: the pads that encoders or measurements take from this graph, one entry each.
        inputs: FFmpeg's own names for the pads that come from outside: "0:1", "dec:0", or a label
            of another graph.
    """

    def __init__(
        self, graph: FilterGraph, outside: Iterable[str], inputs: Mapping[str, str]
    ) -> None:
        self._graph = graph
        self._inputs = inputs
        reads = [pad for one in graph.filters for pad in one.inputs]
        made = {one.id for one in graph.filters}
        self._readers = Counter([*reads, *(pad for pad in outside if pad in made)])
        self._taken: Counter[str] = Counter()
        self._made = made

    def take(self, pad: str) -> str:
        """The label of a pad for its next reader, with brackets."""
        if self._readers[pad] == 1:
            return f"[{pad if pad in self._made else self._inputs[pad]}]"
        self._taken[pad] += 1
        return f"[{self._name(pad)}_{self._taken[pad]}]"

    def __contains__(self, pad: str) -> bool:
        return pad in self._made

    def text(self) -> str:
        """The graph; call it before `take` is used for what stands outside."""
        parts = [
            self._split(pad, f"[{self._inputs[pad]}]", self._is_sound(pad))
            for pad, count in self._readers.items()
            if pad not in self._made and count > 1
        ]
        chain, last = "", ""
        for one in self._graph.filters:
            if one.inputs == (last,) and self._readers[last] == 1:
                chain += f",{written(one)}"
            else:
                if chain:
                    parts.append(self._closed(chain, last))
                chain = "".join(self.take(pad) for pad in one.inputs) + written(one)
            last = one.id
        return ";".join([*parts, self._closed(chain, last)])

    def _closed(self, chain: str, pad: str) -> str:
        if self._readers[pad] == 1:
            return f"{chain}[{pad}]"
        return self._split(pad, f"{chain},", self._is_sound(pad))

    def _split(self, pad: str, before: str, sound: bool) -> str:
        name, count = self._name(pad), self._readers[pad]
        labels = "".join(f"[{name}_{number + 1}]" for number in range(count))
        return f"{before}{'asplit' if sound else 'split'}={count}{labels}"

    def _name(self, pad: str) -> str:
        """What labels of a pad begin with: no label stands in two graphs."""
        foreign = pad.startswith("f") and pad not in self._made
        return self._inputs[pad] if foreign else pad.replace(":", "_")

    def _is_sound(self, pad: str) -> bool:
        near = (one for one in self._graph.filters if one.id == pad or pad in one.inputs)
        return any(one.name in SOUND_FILTERS for one in near)
