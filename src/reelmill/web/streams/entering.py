"""Who may follow what: a key in a header, or a stream token in the query."""

import time
from collections.abc import Callable

from starlette.requests import HTTPConnection

from reelmill.model.errors import NotFoundError
from reelmill.model.keys import ApiKey
from reelmill.model.records import Standing
from reelmill.web.caller import Caller, authenticate, stood_for, text_of
from reelmill.web.gate import GuardedRoute
from reelmill.web.site import Site
from reelmill.web.streams.tokens import ALL_JOBS, key_of

KEY_HEADERS = ("x-api-key", "authorization")


async def identify(site: Site, request: HTTPConnection, address: str | None) -> ApiKey:
    """The key that a stream is asked for with. A header counts before a token.

    Raises:
        UnauthorizedError: none.
        ForbiddenError: not from this address.
    """
    given = request.query_params.get("token")
    if given is None or any(name in request.headers for name in KEY_HEADERS):
        return await authenticate(site, text_of(request), address)
    opens = request.path_params.get("job_id", ALL_JOBS)
    key_id = key_of(site.config.signing_secret, given, opens, time.time())
    return await stood_for(site, key_id, address)


class StreamRoute(GuardedRoute):
    """An endpoint that takes a stream token as well."""

    async def identify(self, site: Site, request: HTTPConnection, address: str | None) -> ApiKey:
        """See `GuardedRoute.identify`."""
        return await identify(site, request, address)


async def standing_of(site: Site, job_id: str, caller: Caller) -> Standing:
    """How far a job is, if this caller may see it.

    Raises:
        NotFoundError: no such job, or another key's.
    """
    standing = (await site.jobs.standings([job_id])).get(job_id)
    if standing is None or caller.scope not in (None, standing.key_id):
        raise NotFoundError("there is no such job")
    return standing


def number_of(given: str | None, wrong: Callable[[], Exception]) -> int:
    """The sequence number that somebody has already; 0: none.

    Raises:
        Exception: what `wrong` makes, if it is no number.
    """
    if given is None or given == "":
        return 0
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise wrong()
    return int(given)
