from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.ffmpeg.probe_timing import STANDARD_RATES, Cadence, find_cadence, snap_rate

NTSC = Fraction(30000, 1001)
FILM = Fraction(24000, 1001)
MILLI = Fraction(1, 1000)


def stamps(rate: Fraction, time_base: Fraction, count: int = 300) -> list[int]:
    return [round(number / rate / time_base) for number in range(count)]


@pytest.mark.parametrize(
    ("rate", "snapped"),
    [
        (Fraction("29.97"), NTSC),
        (Fraction("23.976"), FILM),
        (Fraction("23.99"), Fraction(24)),
        (Fraction(989, 33), NTSC),
        (Fraction("59.94"), Fraction(60000, 1001)),
        (Fraction("14.985"), Fraction(15000, 1001)),
        (Fraction("12.5"), Fraction("12.5")),
        (Fraction(1, 5), Fraction(1, 5)),
        (Fraction(1, 1800), Fraction(1, 1800)),
    ],
)
def test_rates_get_their_usual_names(rate: Fraction, snapped: Fraction) -> None:
    assert snap_rate(rate) == snapped


@given(st.sampled_from(STANDARD_RATES))
def test_standard_rates_stay(rate: Fraction) -> None:
    assert snap_rate(rate) == rate


@given(
    rate=st.sampled_from([rate for rate in STANDARD_RATES if rate <= 120]),
    time_base=st.sampled_from([MILLI, Fraction(1, 90000), Fraction(1, 15360), Fraction(1, 48000)]),
    start=st.integers(-100_000, 10**10),
    data=st.data(),
)
def test_rounded_and_reordered_constant_rate_is_constant(
    rate: Fraction, time_base: Fraction, start: int, data: st.DataObject
) -> None:
    ticks = [start + tick for tick in stamps(rate, time_base)]
    shuffled = data.draw(st.permutations(ticks[:20])) + ticks[20:]
    assert find_cadence(shuffled, time_base, declared=rate) == Cadence(rate, variable=False)


@given(st.integers(2, 297), st.integers(2, 150))
def test_a_gap_makes_it_variable_at_the_usual_rate(position: int, frames: int) -> None:
    ticks = stamps(Fraction(30), MILLI)
    late = ticks[:position] + [tick + 33 * frames for tick in ticks[position:]]
    assert find_cadence(late, MILLI, average=Fraction(20)) == Cadence(Fraction(30), variable=True)


@pytest.mark.parametrize(
    ("declared", "average", "nominal"),
    [
        (Fraction(90000), Fraction(30), Fraction(30)),
        (Fraction(1000), None, Fraction(25)),
        (None, None, Fraction(25)),
        (Fraction(24), None, Fraction(24)),
    ],
)
def test_one_frame_goes_by_sane_claims(
    declared: Fraction | None, average: Fraction | None, nominal: Fraction
) -> None:
    found = find_cadence([0], MILLI, declared=declared, average=average)
    assert found == Cadence(nominal, variable=False)


def test_clock_rates_are_not_frame_rates() -> None:
    ticks = stamps(Fraction(25), Fraction(1, 90000))
    assert find_cadence(ticks, Fraction(1, 90000), declared=Fraction(90000)).nominal_rate == 25


def test_fields_are_not_frames() -> None:
    ticks = stamps(Fraction(25), Fraction(1, 90000))
    assert find_cadence(ticks, Fraction(1, 90000), declared=Fraction(50)).nominal_rate == 25


def test_phone_jitter_is_constant_and_snaps() -> None:
    ticks = [3000 * number + (number * 7919) % 120 for number in range(300)]
    assert find_cadence(ticks, Fraction(1, 90000)) == Cadence(Fraction(30), variable=False)


def test_a_stretched_first_frame_is_forgiven() -> None:
    ticks = [0, 869, *range(1381, 60000, 512)]
    found = find_cadence(ticks, Fraction(1, 15360), declared=Fraction(30))
    assert found == Cadence(Fraction(30), variable=False)


def test_soft_telecine_is_film() -> None:
    ticks = [0]
    for number in range(100):
        ticks.append(ticks[-1] + (3003 if number % 2 else 4504))
    assert find_cadence(ticks, Fraction(1, 90000)) == Cadence(FILM, variable=True)


def test_a_gap_further_on_shows_in_the_average() -> None:
    ticks = stamps(Fraction(30), Fraction(1, 90000))
    average = Fraction(18000, 605)  # ten minutes of frames and five seconds of nothing
    found = find_cadence(ticks, Fraction(1, 90000), average=average, frames=18000)
    assert found == Cadence(Fraction(30), variable=True)


def test_a_hiccup_where_files_were_joined_is_forgiven() -> None:
    ticks = stamps(Fraction(30), Fraction(1, 90000))
    joined = ticks[:150] + [tick + 1000 for tick in ticks[150:]]
    assert find_cadence(joined, Fraction(1, 90000)) == Cadence(Fraction(30), variable=False)


def test_an_unsteady_rate_is_variable() -> None:
    ticks = [33 * number + (15 if number % 3 == 0 else 0) for number in range(300)]
    assert find_cadence(ticks, MILLI).variable


def jittered(rate: Fraction, most: int, *, count: int = 300, late: int = 45) -> list[int]:
    """Frames up to `most` milliseconds off their beat, and five seconds without any."""
    off = [(number * number * 7) % (2 * most + 1) - most for number in range(count)]
    return [
        round(1000 * number / rate) + off[number] + (5000 if number >= late else 0)
        for number in range(count)
    ]


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30), Fraction(60)])
def test_jitter_beside_a_gap_leaves_whole_rates(rate: Fraction) -> None:
    found = find_cadence(jittered(rate, 3, count=90), MILLI, average=Fraction(11))
    assert found == Cadence(rate, variable=True)


@pytest.mark.parametrize("rate", [FILM, NTSC, Fraction(60000, 1001)])
def test_where_two_rates_fit_the_claim_decides(rate: Fraction) -> None:
    found = find_cadence(jittered(rate, 3, count=90), MILLI, declared=rate, average=Fraction(11))
    assert found == Cadence(rate, variable=True)


@given(st.integers(0, 10**6), st.sampled_from([Fraction(24), Fraction(30)]))
def test_frames_off_any_grid_keep_their_rate(seed: int, rate: Fraction) -> None:
    source = Random(seed)
    beat = round(90_000 / rate)
    ticks = [number * beat + source.randint(-1300, 1300) for number in range(300)]
    assert find_cadence(ticks, Fraction(1, 90_000)) == Cadence(rate, variable=True)


@given(st.sets(st.integers(2, 298), min_size=1, max_size=40))
def test_lost_frames_do_not_slow_the_rate(lost: set[int]) -> None:
    ticks = [tick for number, tick in enumerate(stamps(NTSC, MILLI)) if number not in lost]
    assert find_cadence(ticks, MILLI, declared=NTSC) == Cadence(NTSC, variable=True)


@pytest.mark.parametrize("rate", [FILM, Fraction(24), NTSC, Fraction(30)])
def test_rounding_alone_leaves_no_doubt(rate: Fraction) -> None:
    found = find_cadence(jittered(rate, 0, late=100), MILLI, declared=Fraction(1000))
    assert found == Cadence(rate, variable=True)


def test_frames_in_bursts_have_the_rate_that_loses_none() -> None:
    """Two pauses of 46 ms and one of 7, as screen recorders write: 30 a second, not 21.7."""
    ticks = [100 * burst + at for burst in range(60) for at in (0, 46, 92)]
    assert find_cadence(ticks, MILLI) == Cadence(Fraction(30), variable=True)


@pytest.mark.parametrize(("frames", "variable"), [(1, False), (2, False), (3, True), (75, True)])
def test_a_last_frame_that_stands_for_long_makes_it_variable(frames: int, variable: bool) -> None:
    cadence = Cadence(Fraction(25), variable=False)
    assert cadence.until(Fraction(frames, 25)) == cadence._replace(variable=variable)
