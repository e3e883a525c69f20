"""Where somebody is in the logs of many jobs: a place for each, in little text.

    1k.3-5a:1.7f:c        behind event 1 of jobs 3 to 5a, behind event 12 of job 7f;
                          jobs above 1k have not been heard of

Numbers are in base 36. A run is written once: thousands of jobs that wait are one entry.
"""

import re
from dataclasses import dataclass, field
from itertools import groupby

from reelmill.web.fields import FieldProblem, InvalidFieldsError
from reelmill.web.streams.messages import Message

MOST_ENDED = 100
"""Jobs at their end that are still in a cursor: a retry goes on behind what was told."""
MOST_CHARACTERS, MOST_JOBS = 8192, 2000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[0-9a-z]{1,12}(\.[0-9a-z]{1,12}(-[0-9a-z]{1,12})?:[0-9a-z]{1,6})*", re.ASCII)


@dataclass
class Cursor:
    """A place in many logs.

    Attributes:
        newest: jobs with higher numbers have not been heard of; None: begin with what there is.
        seen: the last event that was told, by number of the job.
        ended: jobs of these that are at their end, in that order.
    """

    newest: int | None = None
    seen: dict[int, int] = field(default_factory=dict[int, int])
    ended: list[int] = field(default_factory=list[int])

    def move(self, number: int, message: Message) -> None:
        """Something was told of a job."""
        if message.name == "removed":
            self.seen.pop(number, None)
        elif message.numbered:
            self.seen[number] = message.sequence
            if number in self.ended:
                self.ended.remove(number)
            if message.final:
                self.ended.append(number)
        while len(self.ended) > MOST_ENDED:
            self.seen.pop(self.ended.pop(0), None)

    def text(self) -> str:
        """It as text, for `parse`."""
        parts = [_in_36(self.newest or 0)]
        places = sorted(self.seen.items())
        runs = groupby(enumerate(places), lambda one: (one[1][0] - one[0], one[1][1]))
        for (_, sequence), run in runs:
            numbers = [number for _, (number, _) in run]
            last = f"-{_in_36(numbers[-1])}" if len(numbers) > 1 else ""
            parts.append(f"{_in_36(numbers[0])}{last}:{_in_36(sequence)}")
        return ".".join(parts)


def parse(text: str) -> Cursor:
    """A cursor from what a client kept.

    Raises:
        InvalidFieldsError: it was never one.
    """
    if len(text) > MOST_CHARACTERS or not _SHAPE.fullmatch(text):
        raise _wrong()
    newest, *parts = text.split(".")
    cursor = Cursor(int(newest, 36))
    for part in parts:
        jobs, _, sequence = part.partition(":")
        first, _, last = jobs.partition("-")
        numbers = range(int(first, 36), int(last or first, 36) + 1)
        if len(numbers) + len(cursor.seen) > MOST_JOBS:
            raise _wrong()
        cursor.seen |= dict.fromkeys(numbers, int(sequence, 36))
    return cursor


def _in_36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _wrong() -> InvalidFieldsError:
    problem = FieldProblem(pointer="/cursor", message="this is no cursor", place="query")
    return InvalidFieldsError([problem])
