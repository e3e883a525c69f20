"""A storyboard's cues."""

from fractions import Fraction
from textwrap import dedent

import pytest

from reelmill.model.documents import StoryboardDocument
from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Artifact
from reelmill.worker.storyboard import storyboard

DOCUMENT = StoryboardDocument(
    output="board",
    path="board/storyboard.vtt",
    of="sheets",
    sheets=("sheet_001.jpg", "sheet_002.jpg"),
    count=3,
    interval_seconds=Fraction(1800),
    duration_seconds=Fraction(36005, 10),
    columns=2,
    rows=1,
    spacing=4,
    tile_width=160,
    tile_height=90,
)
MADE = Artifact(output="sheets", path="board/sheet_001.jpg", size_bytes=1, file_count=2)


def test_cues_follow_each_other_to_the_end() -> None:
    assert storyboard(DOCUMENT, {"sheets": MADE}) == dedent(
        """\
        WEBVTT

        00:00:00.000 --> 00:30:00.000
        sheet_001.jpg#xywh=0,0,160,90

        00:30:00.000 --> 01:00:00.000
        sheet_001.jpg#xywh=164,0,160,90

        01:00:00.000 --> 01:00:00.500
        sheet_002.jpg#xywh=0,0,160,90
        """
    )


@pytest.mark.parametrize("made", [{}, {"sheets": MADE.but(file_count=1)}])
def test_no_cue_names_a_sheet_that_is_not_there(made: dict[str, Artifact]) -> None:
    with pytest.raises(OutputInvalidError, match="of 2 sheets"):
        storyboard(DOCUMENT, made)
