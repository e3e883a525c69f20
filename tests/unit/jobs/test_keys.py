"""API keys: what opens, from where, until when."""

from datetime import UTC, datetime, timedelta

import pytest

from reelmill.jobs.keys import check_key, hash_of, new_key, parts_of
from reelmill.model.errors import ForbiddenError, UnauthorizedError
from reelmill.model.keys import ApiKey, KeyTerms

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def made(**terms: object) -> tuple[ApiKey, str]:
    key, text = new_key(KeyTerms.model_validate({"name": "a key", **terms}), NOW)
    return key, parts_of(text)[1]


def test_a_key_opens_and_its_secret_is_not_kept() -> None:
    key, text = new_key(KeyTerms(name="a key"), NOW)
    key_id, secret = parts_of(text)
    assert key_id == key.key_id
    assert check_key(key, secret, "192.0.2.1", NOW) is key
    assert secret not in key.to_json()
    assert key.secret_hash == hash_of(secret)


@pytest.mark.parametrize("text", ["", "rm_", "rm_abc_def", "Bearer x", "rm_" + "a" * 56, "\0"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(UnauthorizedError):
        parts_of(text)


def test_unknown_wrong_revoked_and_expired_look_the_same() -> None:
    key, secret = made(expires_at=NOW)
    good, other = made()
    cases = [
        (None, secret),
        (good, secret),
        (good.but(revoked_at=NOW), other),
        (key, secret),
    ]
    words = set[str]()
    for case, tried in cases:
        with pytest.raises(UnauthorizedError) as caught:
            check_key(case, tried, None, NOW)
        words.add(caught.value.message)
    assert len(words) == 1
    assert check_key(key, secret, None, NOW - timedelta(seconds=1)) is key


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::7", True),
        ("11.1.2.3", False),
        ("2001:db9::7", False),
        ("not an address", False),
        (None, False),
    ],
)
def test_a_key_that_works_from_some_networks(address: str | None, opens: bool) -> None:
    key, secret = made(allowed_networks=["10.0.0.0/8", "2001:db8::/32"])
    if opens:
        assert check_key(key, secret, address, NOW) is key
    else:
        with pytest.raises(ForbiddenError):
            check_key(key, secret, address, NOW)
