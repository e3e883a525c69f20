"""JSON from strangers: one function for all of it, and what it does not take."""

import json
import re
from collections.abc import AsyncIterator, Callable
from math import isfinite
from typing import NoReturn

from pydantic import JsonValue

from reelmill.model.errors import InvalidRequestError, TooLargeError
from reelmill.web.fields import escaped

MOST_BYTES, MOST_DEPTH, MOST_DIGITS = 1 << 20, 64, 20
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


async def read(chunks: AsyncIterator[bytes], limit: int = MOST_BYTES) -> bytes:
    """A whole body, as long as it is small.

    Raises:
        TooLargeError: it is not.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLargeError(f"this body may have {limit} bytes at most")
    return bytes(body)


def parse(data: bytes | str) -> JsonValue:
    """JSON as RFC 8259 has it, and no more than a program should send.

    Not taken: NaN and Infinity, names that occur twice, integers beyond 64 bits, numbers beyond
    a double, more than 64 levels, halves of surrogate pairs.

    Raises:
        InvalidRequestError: it is not that.
    """
    try:
        text = data if isinstance(data, str) else data.decode()
        _check_depth(text)
        value: JsonValue = json.loads(
            text,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise InvalidRequestError("the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidRequestError(f"this is not JSON: {error.msg} at {place}") from error
    if (
        "\\u" in text
        and _find(value, "", lambda one: _SURROGATE.search(one) is not None) is not None
    ):
        raise InvalidRequestError("half of a surrogate pair is no text")
    return value


def canonical(value: JsonValue) -> bytes:
    """The same bytes for equal values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def pointer_to_control(value: JsonValue) -> str | None:
    """Where a control character stands (other than tab and line ends); None: nowhere."""
    return _find(value, "", lambda text: _CONTROL.search(text) is not None)


def _find(value: JsonValue, at: str, wrong: Callable[[str], bool]) -> str | None:
    if isinstance(value, str):
        return at if wrong(value) else None
    inside: list[tuple[str, JsonValue]] = []
    if isinstance(value, dict):
        if any(wrong(name) for name in value):
            return at
        inside = [(escaped(name), one) for name, one in value.items()]
    elif isinstance(value, list):
        inside = [(str(index), one) for index, one in enumerate(value)]
    found = (_find(one, f"{at}/{name}", wrong) for name, one in inside)
    return next((one for one in found if one is not None), None)


def _check_depth(text: str) -> None:
    """Before anything recurses. A string, closed or not, is skipped as the parser skips it."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub('""', text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MOST_DEPTH:
            raise InvalidRequestError(f"more than {MOST_DEPTH} levels of JSON")


def _no_constant(word: str) -> NoReturn:
    raise InvalidRequestError(f"{word} is no JSON")


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= MOST_DIGITS else None
    if value is None or not -(1 << 63) <= value < 1 << 63:
        raise InvalidRequestError("an integer beyond 64 bits")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise InvalidRequestError("a number that no double holds")
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise InvalidRequestError("a name occurs twice in an object")
    return made
