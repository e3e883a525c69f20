"""Calibrate: hold the table's figures against what finished steps like these really took.

The factor of a kind of work is the median of what it was for the steps most alike: as hard to
encode, and as much work. A median, so that one odd step does not count; bounded, so that the table
is never wholly given up; and pulled towards 1 while there are fewer than three.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from reelmill.model.experience import Basis, Experience, SizeBasis
from reelmill.model.steps import Cost

ALIKE = 5
"""Of how many steps the median is taken."""
TRUSTED = 3
"""From so many on, the median counts in full: one of them may be odd."""
MOST_FACTOR = 10.0
"""Times more or less than the table says."""
LEAST_DENSITY = 1e-3
"""Bits per pixel; what has less is as easy as nothing."""


@dataclass(frozen=True)
class Sample:
    """What a finished step says of one figure: how far off the table was."""

    kind: str
    density: float
    amount: float
    """By the table."""
    times: float

    def unlike(self, density: float, amount: float) -> float:
        """How far it is from other work, in doublings of density and of amount."""
        return _doublings(self.density, density, LEAST_DENSITY) + _doublings(self.amount, amount, 0)


@dataclass(frozen=True)
class Factor:
    """What a figure of the table is multiplied by, and how many steps say so."""

    times: float = 1.0
    count: int = 0


def calibrated(basis: Basis, experience: Experience) -> Cost:
    """What a step takes by all that is known: the table, and the steps done before."""
    cpu = [
        Sample(one.basis.kind, one.basis.density, one.basis.cpu_seconds, times)
        for one in experience
        if (times := one.cpu_seconds / one.basis.cpu_seconds) > 0
    ]
    wall = [
        Sample(one.basis.kind, one.basis.density, one.basis.wall_seconds, times)
        for one in experience
        if (times := one.wall_seconds / one.basis.wall_seconds) > 0
    ]
    of_cpu = factor(cpu, basis.kind, basis.density, basis.cpu_seconds, common=True)
    of_wall = factor(wall, basis.kind, basis.density, basis.wall_seconds, common=True)
    return Cost(
        wall_seconds=round(basis.wall_seconds * of_wall.times, 3),
        cpu_seconds=round(basis.cpu_seconds * of_cpu.times, 3),
        size_bytes=round(sum(_size(one, basis.density, experience) for one in basis.sizes)),
        calibrated_by=min(of_cpu.count, of_wall.count),
    )


def _size(basis: SizeBasis, density: float, experience: Experience) -> float:
    samples = [
        Sample(sized.kind, one.basis.density, sized.size_bytes, times)
        for one in experience
        for sized in one.basis.sizes
        if (times := one.sizes.get(sized.output, 0) / sized.size_bytes) > 0
    ]
    return basis.size_bytes * factor(samples, basis.kind, density, basis.size_bytes).times


def factor(
    samples: Iterable[Sample], kind: str, density: float, amount: float, *, common: bool = False
) -> Factor:
    """What experience says of a figure.

    Args:
        samples: newest first.
        kind: of the work.
        density: of its source.
        amount: what the table says.
        common: whether other kinds say something too, as a slow machine is slow in everything.
    """
    known = [*samples]
    same = [one for one in known if one.kind == kind]
    alike = sorted(same, key=lambda one: one.unlike(density, amount))[:ALIKE]
    others = [one for one in known if one.kind != kind] if common else []
    usual = _middle(others) * min(1.0, len(others) / TRUSTED)
    trust = min(1.0, len(alike) / TRUSTED)
    times = math.exp(trust * _middle(alike) + (1 - trust) * usual)
    return Factor(times, len(same))


def _middle(samples: list[Sample]) -> float:
    """The logarithm of their median factor, within bounds."""
    if not samples:
        return 0.0
    most = math.log(MOST_FACTOR)
    return max(-most, min(most, median(math.log(one.times) for one in samples)))


def _doublings(one: float, other: float, least: float) -> float:
    return abs(math.log2(max(one, least) / max(other, least)))
