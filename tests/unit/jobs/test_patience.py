"""How long something was seen unchanged: only time in which somebody looked counts."""

from dataclasses import dataclass

from reelmill.jobs.sweep import SWEEP_SECONDS, Patience


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_seconds_add_up_while_nothing_changes() -> None:
    clock = Clock()
    patience = Patience(clock)
    seen: list[float] = []
    for _ in range(6):
        seen.append(patience.look([("a", 7)])["a"])
        clock.now += SWEEP_SECONDS
    assert seen == [0.0, 3.0, 6.0, 9.0, 12.0, 15.0]


def test_a_change_begins_anew_and_what_is_gone_is_forgotten() -> None:
    clock = Clock()
    patience = Patience(clock)
    patience.look([("a", 1), ("b", 1)])
    clock.now += 3
    assert patience.look([("a", 2), ("b", 1)]) == {"a": 0.0, "b": 3.0}
    clock.now += 3
    assert patience.look([("a", 2)]) == {"a": 3.0}
    clock.now += 3
    assert patience.look([("a", 2), ("b", 1)]) == {"a": 6.0, "b": 0.0}


def test_an_hour_asleep_is_not_an_hour_of_silence() -> None:
    clock = Clock()
    patience = Patience(clock)
    patience.look([("a", 1)])
    clock.now += 3600
    assert patience.look([("a", 1)]) == {"a": 2 * SWEEP_SECONDS}
