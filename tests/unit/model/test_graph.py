"""Graphs: what is refused before anything is known of the inputs, and JSON both ways."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reelmill.model.containers import Hls
from reelmill.model.errors import (
    InternalError,
    MediaLimitError,
    ReelmillError,
    StorageFullError,
    error_of_code,
)
from reelmill.model.graph import Condition, FileOutput, Graph, Output, Source
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    EncodeAudio,
    EncodeVideo,
    Node,
    Scale,
    SelectVideo,
    Sound,
    Still,
    Trim,
)
from tests.unit.planner.graphs import (
    AUDIO,
    COPY_IN_MATROSKA,
    HLS,
    MASTER,
    MP4,
    PICTURE,
    QUALITY,
    TRACK,
    VIDEO,
    graph,
)

STEADY = ConstantRate(id="steady", input="picture", max_rate=Fraction(25))
BAD: dict[str, tuple[Sequence[Node | Output], str]] = {
    "a node twice": ([PICTURE, PICTURE, VIDEO, MP4], "two nodes are named 'picture'"),
    "an unknown source": ([PICTURE.but(source="other"), VIDEO, MP4], "unknown source 'other'"),
    "a node that is not there": ([TRACK, VIDEO, MP4], "'video' reads 'picture'"),
    "a node that comes later": ([VIDEO, PICTURE, MP4], "which does not stand before it"),
    "held for nothing": (
        [
            PICTURE,
            ConstantRate(id="steady", input="picture", max_rate=Fraction(25), hold_for="track"),
        ],
        "'steady' reads 'track'",
    ),
    "padded to nothing": ([TRACK, Sound(id="s", input="track", pad_to="x")], "'s' reads 'x'"),
    "an output of no encode": (
        [PICTURE, VIDEO, MP4.but(streams=("picture",))],
        "output 'mp4' reads the unknown 'picture'",
    ),
    "a package of nothing": ([PICTURE, VIDEO, COPY_IN_MATROSKA], "reads the unknown 'mp4'"),
    "a quality of nothing": ([PICTURE, QUALITY, MP4], "'quality' reads the unknown 'video'"),
    "a playlist before its variants": (
        [PICTURE, TRACK, VIDEO, AUDIO, MASTER, HLS],
        "reads the unknown 'hls'",
    ),
    "an output twice": (
        [PICTURE, TRACK, VIDEO, AUDIO, MP4, MP4.but(path="b.mp4")],
        "two outputs are named 'mp4'",
    ),
    "a path twice": (
        [PICTURE, TRACK, VIDEO, AUDIO, MP4, MP4.but(name="b")],
        "two outputs are written to 'a.mp4'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_graph_that_is_not_whole_is_refused(name: str) -> None:
    parts, words = BAD[name]
    output = [] if any(isinstance(part, FileOutput) for part in parts) else [MP4]

    with pytest.raises(ValidationError, match=words):
        graph(*parts, *output)


def test_a_graph_without_sources_or_outputs_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Graph(sources=(), nodes=(PICTURE,), outputs=(MP4,))
    with pytest.raises(ValidationError, match="at least 1 item"):
        Graph(sources=(Source(id="main"),), nodes=(PICTURE,), outputs=())


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../b", "a//b", "-x", "a/-f", ".hidden", "a b", "a\n", ""]
)
def test_a_path_that_leaves_its_folder_or_means_something_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        MP4.but(path=path)


@pytest.mark.parametrize("name", ["", "A", "a b", "a/b", "-a", "_a", "a" * 65, "ä", "a\n"])
def test_a_name_that_is_no_file_name_everywhere_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Source(id=name)


@pytest.mark.parametrize("value", [0.5, "1/0", "x", None, True, "nan", "inf"])
def test_times_are_exact(value: object) -> None:
    with pytest.raises(ValidationError):
        PART.but(start_seconds=value)


PART = Trim(id="part", input="picture", start_seconds=Fraction(0))


def test_an_unknown_version_or_field_is_refused() -> None:
    text = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4).to_json()

    with pytest.raises(ValidationError):
        Graph.from_json(text.replace('"version":1', '"version":2'))
    with pytest.raises(ValidationError):
        Graph.from_json(text.replace('"version":1', '"version":1,"more":1'))
    with pytest.raises(ValidationError):
        Graph.from_json(text[:-1])


def test_a_node_is_found_by_its_name() -> None:
    made = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4)

    assert made.node("video") == VIDEO
    with pytest.raises(KeyError):
        made.node("mp4")


TIMES = st.fractions(0, 10_000)
POSITIVE = st.fractions(Fraction(1, 1000), 10_000)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
CODECS = st.sampled_from(("h264", "hevc", "av1", "vp9"))
OPERATIONS: st.SearchStrategy[Node] = st.one_of(
    st.builds(Trim, id=NAMES, input=st.just("picture"), start_seconds=TIMES),
    st.builds(ConstantRate, id=NAMES, input=st.just("picture"), max_rate=POSITIVE),
    st.builds(Scale, id=NAMES, input=st.just("picture"), short_side=st.integers(2, 16384)),
    st.builds(Colour, id=NAMES, input=st.just("picture")),
    st.builds(Still, id=NAMES, input=st.just("picture"), position=st.fractions(0, 1)),
    st.builds(EncodeAudio, id=NAMES, input=st.just("picture")),
    st.builds(
        EncodeVideo,
        id=NAMES,
        input=st.just("picture"),
        codec=CODECS,
        crf=st.none() | st.integers(0, 51),
        key_frame_seconds=st.none() | POSITIVE,
    ),
)


@given(
    nodes=st.lists(OPERATIONS, max_size=5, unique_by=lambda node: node.id),
    seconds=POSITIVE,
    side=st.none() | st.integers(1, 9999),
)
def test_a_graph_survives_its_storage(nodes: list[Node], seconds: Fraction, side: int) -> None:
    output = FileOutput(
        name="out",
        task="task",
        path="a/b.m3u8",
        streams=("video",),
        container=Hls(segment_seconds=seconds, segments="fmp4"),
        when=Condition(short_side=side),
    )
    others = [node for node in nodes if node.id not in ("picture", "video")]
    made = Graph(
        sources=(Source(id="main"),),
        nodes=(SelectVideo(id="picture", source="main"), *others, VIDEO),
        outputs=(output,),
    )

    assert Graph.from_json(made.to_json()) == made


def test_a_stored_code_is_its_error_again() -> None:
    error = error_of_code("media_limit", "too long", output="mp4", detail="last lines")

    assert isinstance(error, MediaLimitError)
    assert (str(error), error.output, error.detail) == ("too long", "mp4", "last lines")
    assert error_of_code("storage_full", "", output=None, detail="").retryable
    assert type(error_of_code("gone", "", output=None, detail="")) is InternalError
    assert issubclass(StorageFullError, ReelmillError)
