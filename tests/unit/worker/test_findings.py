"""What is found out before a process, and how it gets there."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.errors import CommandFailedError, UnsupportedMediaError
from reelmill.model.process import Analysis, Cuts, Filter, FilterGraph, Input, Process
from reelmill.worker.findings import filled, findings
from reelmill.worker.silences import FOR_EVER, MOST_CUTS, Cut, cuts, kept, silences_in

PROCESS = Process(inputs=(Input(name="main"),))
LOUDNESS = Analysis(name="even", process=PROCESS, finds="loudness", quiet_lufs=-16)
GRID = Cuts(path="a.txt", frame_seconds=Fraction(1, 25), block_seconds=Fraction(1, 100))
SILENCE = Analysis(name="cut", process=PROCESS, finds="silence", cuts=GRID)


def said(integrated: str, peak: str = "-3.5", wide: str = "4.20") -> tuple[str, ...]:
    found = {
        "input_i": integrated,
        "input_tp": peak,
        "input_lra": wide,
        "input_thresh": "-33.10",
        "target_offset": "0.40",
    }
    return ("[info] Stream", "[Parsed_loudnorm_1 @ 0x1] ", *json.dumps(found, indent=1).split("\n"))


def test_loudness_is_read_from_the_log(tmp_path: Path) -> None:
    found = findings(LOUDNESS, said("-22.75"), tmp_path)

    assert found == {
        "even.integrated": "-22.75",
        "even.true_peak": "-3.50",
        "even.range": "4.20",
        "even.kept_range": "4.20",
        "even.threshold": "-33.10",
        "even.offset": "0.40",
    }


@pytest.mark.parametrize("integrated", ["-inf", "-70.00", "-81.3"])
def test_what_is_too_quiet_to_be_measured_stays_as_it_is(integrated: str, tmp_path: Path) -> None:
    found = findings(LOUDNESS, said(integrated, "-inf", "0.00"), tmp_path)

    assert found["even.integrated"] == "-16.00"
    assert found["even.offset"] == "0.00"
    assert (found["even.range"], found["even.kept_range"]) == ("0.10", "1.00")


def test_a_log_without_figures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="loudness"):
        findings(LOUDNESS, ("[error] no",), tmp_path)


def test_blanks_are_filled() -> None:
    one = Filter(id="f0", name="loudnorm", options=(("a", "{even.range} {other.x}"),), inputs=())
    process = PROCESS.but(graphs=(FilterGraph(filters=(one,)),))

    (done,) = filled(process, {"even.range": "4.20"}).filters
    assert done.options == (("a", "4.20 {other.x}"),)


TEXT = """frame:25   pts:25600   pts_time:0.6
lavfi.silence_start=0.512
frame:40   pts:40960   pts_time:1.2
lavfi.silence_end=1.1
lavfi.silence_duration=0.588
frame:90   pts:92160   pts_time:2.1
lavfi.silence_start=2.02
"""


def test_silences_are_read_as_they_were_written(tmp_path: Path) -> None:
    tmp_path.joinpath("a.txt").write_text(TEXT)

    found = findings(SILENCE, (), tmp_path)

    assert silences_in(TEXT) == [
        (Fraction("0.512"), Fraction("1.1")),
        (Fraction("2.02"), None),
    ]
    last = FOR_EVER - 1
    assert found["cut.frames"] == f"not(between(n,13,26)+between(n,51,{last}))"
    assert found["cut.blocks"].startswith("not(between(n,52,107)+between(n,204,")


def test_without_silences_all_is_kept(tmp_path: Path) -> None:
    assert findings(SILENCE, (), tmp_path) == {"cut.frames": "1", "cut.blocks": "1"}


def test_nothing_but_silence_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("a.txt").write_text("lavfi.silence_start=0\n")

    with pytest.raises(UnsupportedMediaError, match="nothing but silence"):
        findings(SILENCE, (), tmp_path)


LENGTHS = st.tuples(st.integers(30, 900), st.integers(10, 900))
RATES = st.sampled_from((Fraction(25), Fraction(24_000, 1001), Fraction(30_000, 1001)))


@given(st.lists(LENGTHS, max_size=80), RATES, st.sampled_from((44_100, 48_000, 8000)))
def test_picture_and_sound_are_cut_by_as_much(
    parts: list[tuple[int, int]], rate: Fraction, sample_rate: int
) -> None:
    grid = GRID.but(frame_seconds=1 / rate, block_seconds=Fraction(sample_rate // 100, sample_rate))
    clock, silences = Fraction(0), list[tuple[Fraction, Fraction | None]]()
    for loud, quiet in parts:
        clock += Fraction(loud, 1000)
        silences.append((clock, clock + Fraction(quiet, 1000)))
        clock += Fraction(quiet, 1000)

    frames, blocks = cuts(silences, grid)

    gone_frames = gone_blocks = 0
    for frame, block in zip(frames, blocks, strict=True):
        gone_frames += frame.end - frame.first
        gone_blocks += block.end - block.first
        apart = gone_frames * grid.frame_seconds - gone_blocks * grid.block_seconds
        assert abs(apart) <= grid.block_seconds / 2
        where = frame.first * grid.frame_seconds - block.first * grid.block_seconds
        assert abs(where) <= grid.block_seconds / 2


def test_only_the_longest_silences_are_cut_where_there_are_too_many() -> None:
    many = [(Fraction(n), n + Fraction(1, 2)) for n in range(2 * MOST_CUTS)]
    many[5] = (Fraction(5), 5 + Fraction(3, 4))

    frames, _ = cuts([*many], GRID)

    assert len(frames) == MOST_CUTS
    assert Cut(125, 143) in frames
    assert len(kept(frames)) < 100_000
