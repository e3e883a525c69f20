"""Where a process begins to decode, and what runs before it."""

from fractions import Fraction

from reelmill.model.operations import EncodeVideo, Trim
from reelmill.model.steps import Step
from reelmill.planner.passes.seek_trims import seek_trims
from reelmill.planner.plan import plan
from tests.unit.planner.films import facts
from tests.unit.planner.graphs import MP4, PICTURE, graph

PART = Trim(id="part", input="picture", start_seconds=Fraction(6), end_seconds=Fraction(8))
TWICE = EncodeVideo(id="video", input="part", bit_rate=1_000_000, two_pass=True)


def step(*passes: object) -> Step:
    made = graph(PICTURE, PART, TWICE, MP4.but(streams=("video",)))
    (only,) = plan(made, facts(), passes=(seek_trims,) if passes else ()).steps
    return only


def test_both_passes_of_a_part_begin_just_before_it() -> None:
    before, after = step(), step(seek_trims)

    (first,) = after.first
    for process in (first.process, after.running()):
        assert [one.seek_seconds for one in process.inputs] == [4]
        trim, clock = process.graphs[0].filters[:2]
        assert dict(trim.options) == {"start": "2", "end": "4"}
        assert dict(clock.options) == {"expr": "PTS-2/TB"}
    assert after.why == ("main is sought to 4 s",)
    assert [one.seek_seconds for one in before.first[0].process.inputs] == [None]
