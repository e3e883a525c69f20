from __future__ import annotations

import pytest

from reelmill.model.errors import UnauthorizedError
from reelmill.web.streams.tokens import ALL_JOBS, key_of, token

SECRET = b"0123456789abcdef"
KEY_ID = "0123456789ab"


def test_it_opens_one_thing_for_one_key_for_a_while() -> None:
    given = token(SECRET, KEY_ID, "job", 1000)
    assert key_of(SECRET, given, "job", 999.9) == KEY_ID
    with pytest.raises(UnauthorizedError, match="expired"):
        key_of(SECRET, given, "job", 1000)
    for wrong in (
        (b"f" * 16, given, "job"),
        (SECRET, given, "another"),
        (SECRET, given, ALL_JOBS),
        (SECRET, given.replace(KEY_ID, "f" * 12), "job"),
        (SECRET, "2000" + given[4:], "job"),
        (SECRET, given + "=", "job"),
        (SECRET, "", "job"),
        (SECRET, "\u0661000" + given[4:], "job"),
    ):
        with pytest.raises(UnauthorizedError, match="nothing here"):
            key_of(*wrong, 0)
