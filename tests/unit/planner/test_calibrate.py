"""What finished work teaches: enough of it, in bounds, and nothing from one odd step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.experience import Basis, Finished, SizeBasis
from reelmill.planner.calibrate import MOST_FACTOR, calibrated

DENSITY = st.floats(1e-6, 2)
SECONDS = st.floats(0.1, 1e5)
TIMES = st.floats(1 / MOST_FACTOR, MOST_FACTOR)
WILD = st.floats(1e-6, 1e6)


def basis(kind: str = "libx264", density: float = 0.1, seconds: float = 10.0) -> Basis:
    return Basis(
        kind=kind,
        density=density,
        wall_seconds=seconds,
        cpu_seconds=2 * seconds,
        sizes=(SizeBasis(output="mp4", kind=f"{kind}:crf", size_bytes=seconds * 1e5),),
    )


def done(of: Basis, times: float) -> Finished:
    """A step that took so many times what the table says, and made as many times the bytes."""
    return Finished(
        basis=of,
        wall_seconds=of.wall_seconds * times,
        cpu_seconds=of.cpu_seconds * times,
        sizes={one.output: round(one.size_bytes * times) for one in of.sizes},
    )


def figures(of: Basis, *experience: Finished) -> tuple[float, ...]:
    """What is estimated, in times what the table says."""
    cost = calibrated(of, experience)
    return (
        cost.wall_seconds / of.wall_seconds,
        cost.cpu_seconds / of.cpu_seconds,
        cost.size_bytes / of.sizes[0].size_bytes,
    )


@given(st.lists(st.tuples(DENSITY, SECONDS), min_size=10, max_size=10), DENSITY, SECONDS, TIMES)
def test_ten_steps_that_took_k_times_the_estimate(
    steps: list[tuple[float, float]], density: float, seconds: float, times: float
) -> None:
    experience = [done(basis("libx264", one, long), times) for one, long in steps]

    for figure in figures(basis("libx264", density, seconds), *experience):
        assert figure == pytest.approx(times, rel=0.1)


@given(
    st.lists(st.tuples(DENSITY, SECONDS, TIMES), min_size=3, max_size=12),
    st.tuples(DENSITY, SECONDS, WILD),
    st.integers(0, 12),
)
def test_one_odd_step_moves_nothing_beyond_what_the_others_say(
    steps: list[tuple[float, float, float]], odd: tuple[float, float, float], place: int
) -> None:
    experience = [done(basis("libx264", one, long), times) for one, long, times in steps]
    experience.insert(place, done(basis("libx264", odd[0], odd[1]), odd[2]))
    others = [times for *_, times in steps]

    for figure in figures(basis(), *experience):
        assert min(others) * 0.99 <= figure <= max(others) * 1.01


@given(st.lists(st.tuples(st.sampled_from(("libx264", "sound")), WILD), max_size=8))
def test_whatever_was_seen_the_table_is_never_wholly_given_up(
    seen: list[tuple[str, float]],
) -> None:
    experience = [done(basis(kind), times) for kind, times in seen]

    for figure in figures(basis(), *experience):
        assert 1 / MOST_FACTOR * 0.99 <= figure <= MOST_FACTOR * 1.01


def test_one_step_alone_is_believed_by_a_third() -> None:
    for figure in figures(basis(), done(basis(), 8)):
        assert figure == pytest.approx(math.pow(8, 1 / 3), rel=1e-3)


def test_a_slow_machine_is_slow_in_everything_but_makes_no_larger_files() -> None:
    others = [done(basis("libvpx-vp9"), 4) for _ in range(3)]
    wall, cpu, size = figures(basis("libx265"), *others)

    assert (wall, cpu) == pytest.approx((4, 4), rel=1e-3)
    assert size == 1
    assert calibrated(basis("libx265"), tuple(others)).calibrated_by == 0


def test_the_steps_most_alike_count() -> None:
    """What was learned from slides says little of a film, and the reverse."""
    slides = [done(basis(density=0.001), 0.2) for _ in range(20)]
    films = [done(basis(density=0.2), 1.5) for _ in range(5)]

    assert figures(basis(density=0.0015), *slides, *films)[0] == pytest.approx(0.2, rel=1e-3)
    assert figures(basis(density=0.15), *slides, *films)[0] == pytest.approx(1.5, rel=1e-3)


def test_a_step_whose_output_is_gone_says_nothing_of_sizes() -> None:
    gone = [done(basis(), 3).but(sizes={}) for _ in range(3)]
    wall, _, size = figures(basis(), *gone)

    assert wall == pytest.approx(3, rel=1e-3)
    assert size == 1
