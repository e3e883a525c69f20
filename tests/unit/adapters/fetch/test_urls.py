import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.adapters.fetch.urls import checked_url, shown_url
from reelmill.model.errors import UrlBlockedError

POLICY = FetchPolicy(ports=(80, 443, 8080))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "video.mp4",
        "//example.com/a",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "gopher://example.com/",
        "data:video/mp4;base64,AAAA",
        "javascript:alert(1)",
        "http://",
        "http:///a",
        "http://user@example.com/a",
        "http://user:word@example.com/a",
        "http://example.com@127.0.0.1/a",
        "http://example.com:22/a",
        "http://example.com:0/a",
        "http://example.com:99999/a",
        "http://example.com:-1/a",
        "http://exam ple.com/a",
        "http://example.com/a\r\nHost: evil",
        "http://example.com/\x00",
        "http://[::1/a",
        "http://" + "a" * 300 + ".com/" + "b" * 5000,
    ],
)
def test_refused_by_its_text(text: str) -> None:
    with pytest.raises(UrlBlockedError):
        checked_url(text, POLICY)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://example.com", "http://example.com"),
        ("HTTPS://Example.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("http://example.com:8080/a%20b", "http://example.com:8080/a%20b"),
        ("http://b\xfccher.example/", "http://xn--bcher-kva.example/"),
        ("http://[2606:4700::1111]/a", "http://[2606:4700::1111]/a"),
    ],
)
def test_kept_as_it_is_asked(text: str, url: str) -> None:
    assert str(checked_url(text, POLICY)) == url


def test_secrets_in_a_query_are_not_shown() -> None:
    assert shown_url("https://example.com/a.mp4?X-Signature=s3cret") == (
        "https://example.com/a.mp4?..."
    )
    assert shown_url("https://example.com/a.mp4") == "https://example.com/a.mp4"


PIECES = st.sampled_from(
    [
        "http",
        "https",
        "file",
        "://",
        "//",
        ":",
        "@",
        "/",
        "[",
        "]",
        "%00",
        "%",
        "#",
        "?",
        "127.1",
        "a.b",
        "80",
        "\\",
        "\u2460",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_whatever_it_says_it_is_refused_or_plain(text: str) -> None:
    try:
        url = checked_url(text, POLICY)
    except UrlBlockedError:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo
    assert url.port in (None, 80, 443, 8080)
