"""URLs, held to the policy."""

import httpx

from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.model.errors import UrlBlockedError

MOST_URL_BYTES = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}


def checked_url(text: str, policy: FetchPolicy) -> httpx.URL:
    """A URL that may be asked, as far as its text tells. Its fragment is dropped.

    Raises:
        UrlBlockedError: another scheme or port, a user in it, or it is no URL.
    """
    if len(text.encode(errors="replace")) > MOST_URL_BYTES:
        raise UrlBlockedError(f"a URL has {MOST_URL_BYTES} bytes at most")
    if any(ord(one) <= 0x20 or ord(one) == 0x7F for one in text):
        raise UrlBlockedError("there are spaces or control characters in the URL")
    try:
        url = httpx.URL(text)
        port = url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlBlockedError("this is no URL") from error
    if url.scheme not in DEFAULT_PORTS:
        raise UrlBlockedError("only http and https are fetched")
    if not url.host:
        raise UrlBlockedError("there is no host in the URL")
    if url.userinfo:
        raise UrlBlockedError("there may be no user or password in a URL")
    if (DEFAULT_PORTS[url.scheme] if port is None else port) not in policy.ports:
        raise UrlBlockedError(f"port {port} is not among those that are asked")
    return url.copy_with(fragment=None)


def shown_url(url: httpx.URL | str) -> str:
    """For logs and errors: without the query, in which signatures and tokens are."""
    full = httpx.URL(url)
    return str(full.copy_with(query=None)) + ("?..." if full.query else "")
