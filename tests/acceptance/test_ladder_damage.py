"""Damaged sources done as far as they go, where the operator wants that: never called whole."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from reelmill.model.errors import InputTruncatedError
from tests.media import hear

from .runs import Ladders


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What is left of 100 frames."""

    numbers: tuple[tuple[int, int], ...]
    """First and last of each run; a hole before a run is filled by the frame before it."""
    frames: int
    warnings: frozenset[str] = frozenset(("input_damaged",))
    lacks: str = ""
    """Words that say how much is missing."""


CUT = frozenset(("input_truncated", "input_damaged"))
RESTS = {
    "mp4_cut_30": Rest(numbers=((0, 24),), frames=25, warnings=CUT, lacks="lacks 3.0 s"),
    "mp4_cut_90": Rest(numbers=((0, 85),), frames=86, warnings=CUT, lacks="lacks 0.6 s"),
    "mp4_cut_99": Rest(numbers=((0, 98),), frames=99, warnings=CUT, lacks="lacks 0.1 s"),
    "mkv_cut_30": Rest(numbers=((0, 24),), frames=25, warnings=CUT, lacks="lacks 3.0 s"),
    "mkv_cut_90": Rest(numbers=((0, 86),), frames=87, warnings=CUT, lacks="lacks 0.5 s"),
    "ts_cut_90": Rest(numbers=((0, 87),), frames=89, warnings=CUT | {"sound_padded"}),
    "corrupt_gop": Rest(numbers=((0, 24), (50, 99)), frames=100, lacks="25 parts"),
    "zero_gop": Rest(numbers=((0, 24), (50, 99)), frames=100, lacks="25 parts"),
    "corrupt_gop_mkv": Rest(
        numbers=((0, 24), (50, 99)),
        frames=100,
        warnings=frozenset(("input_damaged", "variable_frame_rate")),
    ),
}


@pytest.mark.parametrize("name", RESTS)
def test_done_as_far_as_it_goes(name: str, ladders: Ladders) -> None:
    rest, job = RESTS[name], ladders.job(name, finish=True)
    assert job.warnings == rest.warnings
    said = " ".join(notice.message for notice in job.result.outcome.warnings)
    assert rest.lacks in said
    for film in (job.mp4, job.hls):
        assert len(film.glances) == rest.frames
        kept = sorted({number for number in film.numbers if number is not None})
        assert kept == [n for first, last in rest.numbers for n in range(first, last + 1)]


def test_a_hole_in_the_sound_is_silent(ladders: Ladders) -> None:
    job = ladders.job("audio_corrupt_middle", finish=True)
    assert job.warnings == {"input_damaged"}
    assert job.mp4.numbers == list(range(75))
    for path in (job.mp4.path, job.mp3):
        assert hear.beep_times(path) == pytest.approx([0.56, 2.56], abs=0.02)


def test_sound_that_is_not_there_at_all_is_no_sound(ladders: Ladders) -> None:
    with pytest.raises(InputTruncatedError):
        ladders.job("audio_undecodable", finish=True)
