"""Room for uploads: beside what steps have reserved, and above what is kept free."""

from collections.abc import Callable

from anyio import to_thread

from reelmill.model.errors import StorageFullError
from reelmill.web.site import Site

FULL = "there is no room on the disk for this"


async def check_room(site: Site, size_bytes: int) -> None:
    """Refuse a body of this length before it comes, if it does not fit.

    Raises:
        StorageFullError: it does not.
    """
    free_bytes = await to_thread.run_sync(free_bytes_of(site))
    if free_bytes is None:
        return
    if size_bytes + await site.jobs.reserved_bytes() > free_bytes:
        raise StorageFullError(FULL)


def free_bytes_of(site: Site) -> Callable[[], int | None]:
    """Says how much more the storage takes, above what is kept free."""

    def free_bytes() -> int | None:
        there = site.storage.free_bytes()
        return None if there is None else there - site.config.disk_reserve_bytes

    return free_bytes
