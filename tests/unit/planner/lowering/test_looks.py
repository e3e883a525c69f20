"""What becomes of pictures that are made to be looked at."""

from fractions import Fraction

import pytest

from reelmill.model.containers import Plain
from reelmill.model.documents import StoryboardDocument
from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import VideoStream
from reelmill.model.graph import FileOutput, SheetsOutput, Storyboard
from reelmill.model.operations import Copy, EncodeImage, Node, Representative, Still, Tiles
from reelmill.model.process import Process
from reelmill.model.steps import Step
from reelmill.planner.plan import plan
from tests.unit.planner.films import facts, film, picture
from tests.unit.planner.graphs import MP4, PICTURE, VIDEO, graph
from tests.unit.planner.render import process_lines

JPEG = Plain(format="image")
IMAGE = FileOutput(name="image", task="look", path="a.jpg", streams=("jpeg",), container=JPEG)
SHEETS = SheetsOutput(
    name="sheets", task="look", path="board/sheet_001.jpg", streams=("jpeg",), container=JPEG
)
BOARD = Storyboard(name="board", task="look", path="board/storyboard.vtt", of=("sheets",))


def looked(node: Node, stream: VideoStream | None = None) -> Process:
    made = graph(PICTURE, node, EncodeImage(id="jpeg", input=node.id), IMAGE)
    return plan(made, facts(film(stream or picture()))).steps[0].running()


def filters(process: Process) -> list[str]:
    lines = [line for line in process_lines(process) if line.startswith("f")]
    return [line.partition(" = ")[2].partition(" < ")[0] for line in lines]


def tiles(**fields: object) -> Tiles:
    return Tiles.model_validate(
        {"id": "tiles", "input": "picture", "columns": 2, "rows": 2, "width": 160, **fields}
    )


def boarded(op: Tiles, stream: VideoStream, *others: Node | FileOutput) -> tuple[Step, ...]:
    made = graph(PICTURE, *others, op, EncodeImage(id="jpeg", input="tiles"), SHEETS, BOARD)
    return plan(made, facts(film(stream))).steps


def test_a_still_at_a_time_is_sought() -> None:
    process = looked(Still(id="still", input="picture", at_seconds=Fraction(4)))

    assert process.inputs[0].seek_seconds == Fraction(7, 2)
    assert filters(process) == ["select expr=gte(t,0.499)*not(gte(prev_t,0.499))"]
    assert process.targets[0].frame_limit == 1


def test_the_very_end_is_the_last_frame() -> None:
    process = looked(Still(id="still", input="picture", at_seconds=Fraction(10)))

    still = process.targets[0].still
    assert still is not None
    assert still.last


def test_there_is_nothing_after_the_end() -> None:
    with pytest.raises(InvalidRequestError, match="it ends at 10 s"):
        looked(Still(id="still", input="picture", at_seconds=Fraction(11)))


def test_stills_are_not_fused_with_what_decodes_nothing() -> None:
    made = graph(
        PICTURE,
        Copy(id="copied", input="picture"),
        MP4.but(streams=("copied",)),
        Still(id="still", input="picture", position=Fraction(1, 2)),
        EncodeImage(id="jpeg", input="still"),
        IMAGE,
    )

    steps = plan(made, facts(film(picture()))).steps

    assert [step.running().inputs[0].seek_seconds for step in steps] == [None, Fraction(9, 2)]


def test_the_best_frame_is_one_of_many() -> None:
    process = looked(Representative(id="best", input="picture"))

    assert filters(process) == ["fps fps=1000/233", "thumbnail n=45"]
    assert process.targets[0].frame_limit == 1


def test_the_best_frame_of_a_part() -> None:
    part = Representative(id="best", input="picture", begin=Fraction(1, 2), end=Fraction(1))
    small = picture(width=320, height=180)

    assert filters(looked(part, small)) == [
        "trim start=2 end=7",
        "fps fps=1000/79",
        "thumbnail n=66",
    ]


def test_a_grid_is_one_sheet() -> None:
    process = looked(tiles(count=4, spacing=2))

    assert filters(process) == [
        "fps fps=2/5 start_time=0",
        "tpad stop_mode=clone stop=2",
        "trim end_frame=4",
        "scale w=160 h=90",
        "setsar sar=1",
        "tile layout=2x2 padding=2",
    ]
    assert process.targets[0].frame_limit == 1


def test_a_storyboard_has_cues_for_the_whole_length() -> None:
    sheets, board = boarded(tiles(interval_seconds=Fraction(3, 2)), picture())

    (expected,) = sheets.expects
    assert expected.paths == ("board/sheet_001.jpg", "board/sheet_002.jpg")
    assert (expected.streams[0].width, expected.streams[0].height) == (320, 180)
    assert sheets.running().targets[0].muxes[0].numbered
    document = board.document
    assert isinstance(document, StoryboardDocument)
    assert board.needs == ("sheets",)
    assert (document.count, document.interval_seconds) == (7, Fraction(3, 2))
    assert document.duration_seconds == 10
    assert document.sheets == ("sheet_001.jpg", "sheet_002.jpg")


DENSE = tuple(Fraction(n) for n in range(10))


@pytest.mark.parametrize(
    ("frames", "known", "keys"),
    [
        ("auto", DENSE, True),
        ("auto", DENSE[::2], False),
        ("auto", None, False),
        ("key", None, True),
        ("exact", DENSE, False),
    ],
)
def test_key_frames_alone_are_decoded_where_they_are_dense(
    frames: str, known: tuple[Fraction, ...] | None, *, keys: bool
) -> None:
    op = tiles(interval_seconds=Fraction(1), frames=frames)

    steps = boarded(op, picture(key_frame_seconds=known))

    assert steps[0].running().inputs[0].key_frames_only is keys


def test_what_is_decoded_anyway_serves_a_storyboard() -> None:
    op = tiles(interval_seconds=Fraction(1), frames="auto")
    film_too = (VIDEO, MP4.but(streams=("video",)))

    first, document = boarded(op, picture(key_frame_seconds=DENSE), *film_too)

    assert first.outputs == ("mp4", "sheets")
    assert not first.running().inputs[0].key_frames_only
    assert document.outputs == ("board",)


def test_interlaced_frames_need_their_neighbours() -> None:
    op = tiles(interval_seconds=Fraction(1), frames="key")

    steps = boarded(op, picture(field_order="tff"))

    assert not steps[0].running().inputs[0].key_frames_only


def test_too_much_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="at most 10000"):
        boarded(tiles(interval_seconds=Fraction(1)), picture(end_seconds=Fraction(20_000)))
    with pytest.raises(InvalidRequestError, match="at most 16384 a side"):
        boarded(tiles(count=4, columns=100, width=320), picture())
    with pytest.raises(UnsupportedMediaError, match="unknown"):
        looked(tiles(count=4), picture(end_seconds=Fraction(0)))


def test_very_long_parts_are_whole_seconds() -> None:
    day = picture(end_seconds=Fraction(86_399_123, 1000))

    assert filters(looked(tiles(count=4), day))[0] == "fps fps=1/21600 start_time=0"
