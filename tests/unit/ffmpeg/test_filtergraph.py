"""Filter graphs as text: values that survive FFmpeg's two levels of escaping, labels used once."""

import re
from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from reelmill.ffmpeg.filtergraph import GraphText, escaped, written
from reelmill.model.process import Filter, FilterGraph


def token(text: str, ends: str) -> tuple[str, str]:
    r"""FFmpeg's av_get_token: up to one of `ends`; \\ takes the next letter, '...' everything."""
    value, at = "", 0
    while at < len(text) and text[at] not in ends:
        if text[at] == "\\" and at + 1 < len(text):
            value += text[at + 1]
            at += 2
        elif text[at] == "'":
            close = text.find("'", at + 1)
            value += text[at + 1 : close if close >= 0 else len(text)]
            at = close + 1 if close >= 0 else len(text)
        else:
            value += text[at]
            at += 1
    return value, text[at:]


@given(st.text(st.sampled_from("abc01\\':[],;=()*.|%"), min_size=1, max_size=30))
@example(r"a\'b:c,d[e];f")
def test_a_value_can_be_read_back(value: str) -> None:
    options, rest = token(f"{escaped(value)},next", "[],;")
    read, more = token(f"{options}:other=1", ":")

    assert (read, rest, more) == (value, ",next", ":other=1")


def test_a_filter_is_written_with_its_options_in_order() -> None:
    one = Filter(id="f0", name="select", options=(("expr", "gte(t,1)"), ("n", "2")), inputs=())

    assert written(one) == r"select=expr=gte(t\,1):n=2"
    assert written(one.but(options=())) == "select"


def text_of(graph: FilterGraph, outside: list[str]) -> tuple[str, list[str]]:
    inputs = {p: p.removeprefix("in") for f in graph.filters for p in f.inputs if p[:2] == "in"}
    writer = GraphText(graph, outside, inputs)
    text = writer.text()
    return text, [writer.take(pad) for pad in outside]


def test_a_line_of_filters_is_one_chain() -> None:
    graph = FilterGraph(
        filters=(
            Filter(id="f0", name="scale", inputs=("in0:0",)),
            Filter(id="f1", name="setsar", inputs=("f0",)),
        )
    )

    assert text_of(graph, ["f1"]) == ("[0:0]scale,setsar[f1]", ["[f1]"])


def test_what_several_read_is_split() -> None:
    graph = FilterGraph(
        filters=(
            Filter(id="f0", name="fps", inputs=("in0:0",)),
            Filter(id="f1", name="scale", inputs=("f0",)),
            Filter(id="f2", name="aresample", inputs=("in0:1",)),
        )
    )

    assert text_of(graph, ["f1", "f0", "f2", "f2"]) == (
        "[0:0]fps,split=2[f0_1][f0_2];[f0_1]scale[f1];[0:1]aresample,asplit=2[f2_1][f2_2]",
        ["[f1]", "[f0_2]", "[f2_1]", "[f2_2]"],
    )


def test_an_input_that_several_read_is_split() -> None:
    graph = FilterGraph(
        filters=(
            Filter(id="f0", name="atrim", inputs=("in0:1",)),
            Filter(id="f1", name="apad", inputs=("in0:1",)),
        )
    )

    text, _ = text_of(graph, ["f0", "f1"])
    assert text.startswith("[0:1]asplit=2[in0_1_1][in0_1_2];[in0_1_1]atrim[f0]")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[FilterGraph, list[str]]:
    """Filters that read earlier pads, with one or two inputs; every end is read outside."""
    pads = ["in0:0", "in1:0"]
    filters: list[Filter] = []
    for number in range(draw(st.integers(1, 8))):
        reads = draw(st.lists(st.sampled_from(pads), min_size=1, max_size=2))
        filters.append(Filter(id=f"f{number}", name="x", inputs=tuple(reads)))
        pads.append(f"f{number}")
    read = {pad for one in filters for pad in one.inputs}
    made = [one.id for one in filters]
    outside = draw(st.lists(st.sampled_from(made), max_size=4))
    return FilterGraph(filters=tuple(filters)), [*outside, *(m for m in made if m not in read)]


@given(graphs())
def test_every_label_is_made_once_and_used_once(drawn: tuple[FilterGraph, list[str]]) -> None:
    graph, outside = drawn
    text, taken = text_of(graph, outside)

    made, used = Counter[str](), Counter(taken)
    for chain in text.split(";"):
        parts = re.fullmatch(r"((?:\[[^]]*\])*)[^[\]]*((?:\[[^]]*\])*)", chain)
        assert parts is not None
        used.update(re.findall(r"\[[^]]*\]", parts[1]))
        made.update(re.findall(r"\[[^]]*\]", parts[2]))
    inputs = {"[0:0]", "[1:0]"}
    assert {label: n for label, n in used.items() if label not in inputs} == made
    assert set(made.values()) == {1}
    assert all(used[label] <= 1 for label in inputs)
