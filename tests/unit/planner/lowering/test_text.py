"""What becomes of words and subtitles."""

from fractions import Fraction

import pytest

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import SourceFacts, SubtitleStream
from reelmill.model.operations import BurnSubtitles, Node, Text, Trim
from reelmill.planner.plan import plan
from tests.unit.planner.chains import filters, notices, planned, step
from tests.unit.planner.films import HOST, facts, film, picture, sound
from tests.unit.planner.graphs import MP4, PICTURE, VIDEO, graph

SRT = SourceFacts(
    source="said",
    container="srt",
    size_bytes=100,
    streams=(SubtitleStream(index=0, codec="subrip"),),
)
ENGLISH = SubtitleStream(index=2, codec="subrip", language="eng")
DISC = SubtitleStream(index=3, codec="hdmv_pgs_subtitle")
FILM = film(picture(), sound()).but(
    container="matroska,webm",
    start_seconds=Fraction(3, 2),
    streams=(picture(), sound(), DISC.but(index=2), ENGLISH.but(index=3), ENGLISH.but(index=4)),
)
LATIN = HOST.but(glyphs="20-7e")


def words(text: str = "Hello", **fields: object) -> Text:
    return Text.model_validate({"id": "n", "input": "picture", "text": text, **fields})


def burn(**fields: object) -> BurnSubtitles:
    return BurnSubtitles.model_validate({"id": "n", "input": "picture", "source": "main", **fields})


def test_text_is_a_file_that_the_process_brings() -> None:
    process = step(planned(picture(), words())).running()
    (file,) = process.files

    assert file.path == f"../texts/{file.name}"
    assert "PlayResX: 1920" in file.text
    assert filters(picture(), words())[-1] == f"ass filename={file.path} shaping=complex"
    assert process.draws_text


def test_files_go_where_the_filters_go() -> None:
    """A step that serves two outputs has the words of both."""
    made = graph(
        PICTURE,
        *(words("one"), VIDEO.but(input="n"), MP4.but(streams=("video",))),
        *(words("two").but(id="m"), VIDEO.but(id="other", input="m")),
        MP4.but(name="two", path="b.mp4", streams=("other",)),
    )
    (fused,) = plan(made, facts()).steps

    texts = [file.text for file in fused.running().files]
    assert ["one" in text or "two" in text for text in texts] == [True, True]
    assert len({file.name for file in fused.running().files}) == 2


def test_missing_glyphs_are_told() -> None:
    said = planned(picture(), words("a\u65e5\u200d\u0301 b"), host=LATIN).warnings

    assert [(one.code, "U+65E5" in one.message) for one in said] == [("glyphs_missing", True)]
    assert notices(picture(), words("\u65e5")) == []  # nobody knows what fonts there are


def test_without_libass_text_is_refused() -> None:
    with pytest.raises(UnsupportedMediaError, match="libass"):
        planned(picture(), words(), host=HOST.but(filters=("scale",)))


def subtitles(source: SourceFacts, *nodes: Node, others: tuple[SourceFacts, ...] = ()) -> list[str]:
    found = (line.partition(" < ")[0] for line in filters(source, *nodes, others=others))
    return [line for line in found if not line.startswith("setparams")]


def test_burns_a_file() -> None:
    style = "Fontname=Noto Sans,Encoding=-1,Fontsize=19.61"
    process = step(planned(picture(), burn(source="said"), others=(SRT,))).running()

    assert subtitles(film(), burn(source="said"), others=(SRT,)) == [
        f"subtitles filename=../in/said si=0 original_size=1920x1080 shaping=complex"
        f" force_style={style}"
    ]
    assert process.sources == ("main", "said")
    assert len(process.inputs) == 1


def test_a_track_of_the_film_stays_with_the_picture() -> None:
    cut = Trim(id="cut", input="picture", start_seconds=Fraction(5))

    before, drawn, after = subtitles(FILM, cut, burn(input="cut"))[-3:]
    assert (before, after) == ("setpts expr=PTS+6.5/TB", "setpts expr=PTS-6.5/TB")
    assert " si=1 " in drawn
    assert " si=2 " in subtitles(FILM, burn(track=4))[-2]


@pytest.mark.parametrize(
    ("node", "error", "words"),
    [
        (burn(track=2), UnsupportedMediaError, "hdmv_pgs_subtitle"),
        (burn(track=1), InvalidRequestError, "no subtitle track 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(node: Node, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        planned(FILM, node)


def test_a_film_without_subtitles_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no subtitles"):
        planned(film(), burn())
    with pytest.raises(UnsupportedMediaError, match="mpegts"):
        planned(film(container="mpegts"), burn())
