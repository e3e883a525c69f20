from __future__ import annotations

import pytest

from reelmill.model.errors import ForbiddenError, NotFoundError
from reelmill.web.playback import Links, check, token
from reelmill.web.site import WebConfig

SECRET = b"0123456789abcdef"


def test_it_opens_one_job_until_it_expires() -> None:
    given = token(SECRET, "job", 1000)
    check(SECRET, "job", given, 999.9)
    with pytest.raises(ForbiddenError):
        check(SECRET, "job", given, 1000)
    with pytest.raises(NotFoundError):
        check(SECRET, "another", given, 999)
    with pytest.raises(NotFoundError):
        check(b"f" * 16, "job", given, 999)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "2000" + token(SECRET, "job", 1000)[4:],
        token(SECRET, "job", 1000) + "=",
        token(SECRET, "job", 1000)[:-1],
        "0" + token(SECRET, "job", 1000),
        "\u0661000" + token(SECRET, "job", 1000)[4:],
    ],
)
def test_forged(forged: str) -> None:
    with pytest.raises(NotFoundError):
        check(SECRET, "job", forged, 0)


def test_a_url_stays_the_same_for_an_hour() -> None:
    config = WebConfig(signing_secret=SECRET, playback_seconds=60)
    first, later, next_hour = (
        Links("http://x", config, lambda now=now: now).playback("job", "a b.ts")
        for now in (7200.0, 10_799.0, 10_800.0)
    )
    assert first == later != next_hour
    assert first.endswith("/job/a%20b.ts")
    opens = first.split("/")[4]
    check(SECRET, "job", opens, 10_799 + 60)
