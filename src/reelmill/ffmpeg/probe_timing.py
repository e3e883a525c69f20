"""From timestamps to a frame rate: is it constant, and what is it called? Pure arithmetic."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import NamedTuple

STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in (
        *("10", "12", "15000/1001", "15", "20", "24000/1001", "24", "25", "30000/1001", "30"),
        *("48000/1001", "48", "50", "60000/1001", "60", "90", "100", "120000/1001", "120", "240"),
    )
)
FALLBACK_RATE = Fraction(25)
LONG_FRAMES = Fraction(5, 2)
"""A frame that stands for more of its usual time makes a rate variable."""

_SANE = range(1, 481)
"""What a header may claim without timestamps that agree: 1000/1 and 90000/1 are clocks."""


class Cadence(NamedTuple):
    """How the frames of a stream follow each other."""

    nominal_rate: Fraction
    variable: bool

    def until(self, seconds: Fraction) -> "Cadence":
        """The cadence of frames the last of which stands for so long: a pause of the recorder."""
        stands = seconds * self.nominal_rate > LONG_FRAMES
        return self._replace(variable=True) if stands else self


def snap_rate(rate: Fraction, tolerance: Fraction = Fraction(1, 1000)) -> Fraction:
    """The nearest standard rate if it is within the relative tolerance, else a short fraction."""
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    if abs(nearest - rate) <= tolerance * nearest:
        return nearest
    if rate < 1:  # hours a frame: a short fraction of seconds, not of frames
        return 1 / (1 / rate).limit_denominator(1001)
    return rate.limit_denominator(1001)


def find_cadence(
    timestamps: Sequence[int],
    time_base: Fraction,
    *,
    declared: Fraction | None = None,
    average: Fraction | None = None,
    frames: int = 0,
) -> Cadence:
    """The cadence of frames shown at these ticks of `time_base`, in any order.

    Args:
        timestamps: presentation times of frames.
        time_base: the length of a tick in seconds.
        declared: what the container or codec calls the frame rate (r_frame_rate).
        average: frames over time, of the whole stream.
        frames: how many the average is of; 0: it proves nothing about gaps further on.
    """
    ticks = sorted(set(timestamps))
    gaps = [after - before for before, after in pairwise(ticks)]
    if not gaps:
        claims = (rate for rate in (declared, average) if rate and int(rate) in _SANE)
        return Cadence(snap_rate(next(claims, FALLBACK_RATE)), variable=False)

    usual = median(gaps)
    slack = _slack(usual)
    steady = [gap for gap in gaps if abs(gap - usual) <= slack]
    interval = Fraction(sum(steady), len(steady)) if steady else Fraction(usual)
    measured = 1 / (interval * time_base)
    if _is_pulldown(gaps):
        return Cadence(snap_rate(len(gaps) / (sum(gaps) * time_base)), variable=True)
    if _irregular(gaps, usual, slack) or _loses_time(measured, average, frames):
        claims = [rate for rate in (declared, average) if rate]
        return Cadence(_plausible_rate(gaps, time_base, claims), variable=True)
    # The claims are exact where the measured rate is rounded to ticks: use one that agrees.
    agreeing = (rate for rate in (average, declared) if rate and abs(rate / measured - 1) < 0.005)
    return Cadence(snap_rate(next(agreeing, measured)), variable=False)


def _plausible_rate(
    gaps: Sequence[int], time_base: Fraction, claims: Sequence[Fraction]
) -> Fraction:
    """The usual name of a rate that is known no better than jitter lets it be.

    Measured over stretches without a lost frame, whose ends alone are unsure. Of the standard
    rates within that: what a claim says, else a whole number (30 rather than 29.97).
    """
    usual = median(gaps)
    # A long gap is a lost frame, unless the frames are all so far off that it need not be.
    rough = median(abs(gap - usual) for gap in gaps) > usual / 8 or _bursts(gaps, usual)
    least, most = (0.0, usual * 2.5) if rough else (usual / 2, usual * 1.5)
    near = [least < gap < most for gap in gaps]
    even = [gap for gap, is_near in zip(gaps, near, strict=True) if is_near]
    if not even:
        return snap_rate(1 / (Fraction(usual) * time_base), Fraction(1, 100))
    interval = Fraction(sum(even), len(even))
    stretches = sum(after and not before for before, after in pairwise([False, *near]))
    # The ends may be a little further off their beat than any two neighbours.
    error = stretches * max(abs(gap - interval) for gap in even) / sum(even) * Fraction(4, 3)
    measured = 1 / (interval * time_base)
    tolerance = min(max(error, Fraction(1, 2000)), Fraction(1, 50))
    fitting = [rate for rate in STANDARD_RATES if abs(rate / measured - 1) <= tolerance]
    if not fitting:
        return snap_rate(measured, Fraction(1, 100))
    claimed = [rate for rate in fitting if any(abs(c / rate - 1) < 0.0004 for c in claims)]
    whole = [rate for rate in fitting if rate.denominator == 1]
    return min(claimed or whole or fitting, key=lambda rate: abs(rate - measured))


def _bursts(gaps: Sequence[int], usual: float) -> bool:
    """Whether frames come in bursts (screen recorders): short gaps make up for the usual ones."""
    paced = [gap for gap in gaps if gap < usual * 1.5]
    return sum(paced) < len(paced) * usual * 0.9


def _slack(usual: float) -> float:
    """How far a steady gap may be from the usual one: jitter, or two ticks of rounding."""
    return max(usual / 10, min(2, usual / 4))


def _irregular(gaps: Sequence[int], usual: float, slack: float) -> bool:
    """Whether a frame is lost or extra, or more than 2 % of the frames are off their beat."""
    odd = [index for index, gap in enumerate(gaps) if abs(gap - usual) > slack]
    # Muxers stretch the first frame to where the sound starts, and leading pictures get lost.
    if odd == [0] and len(gaps) > 2 and gaps[0] <= usual * 2.5:
        return False
    missed = any(abs(gaps[index] - usual) > usual / 2 for index in odd)
    return missed or len(odd) * 50 > len(gaps)


def _is_pulldown(gaps: Sequence[int]) -> bool:
    """Film shown by turns for two and three fields (soft telecine): gaps of 1 and 3/2."""
    short = min(gaps)
    slack = _slack(short)
    long = [gap for gap in gaps if abs(gap - short * 1.5) <= slack]
    both = len(long) + sum(gap - short <= slack for gap in gaps)
    return len(gaps) >= 8 and short >= 8 and both == len(gaps) and 0.3 < len(long) / both < 0.7


def _loses_time(measured: Fraction, average: Fraction | None, frames: int) -> bool:
    """Whether the whole stream is longer or shorter than its steady part by 2 frames and 0.05 %."""
    if not average or not frames:
        return False
    drift = abs(measured / average - 1)
    return drift * frames > 2 and drift > Fraction(1, 2000)
