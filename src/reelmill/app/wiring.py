"""What the parts of a process are given, from the operator's settings."""

from functools import cache
from importlib.metadata import version

from reelmill.adapters.fetch.fetcher import HttpFetcher
from reelmill.app.configuration import settings
from reelmill.model.work import Resource


def slots_of() -> dict[Resource, int]:
    """How many steps of each resource at the same time; those with none are left out."""
    chosen = settings()
    slots: dict[Resource, int] = {
        "cpu": chosen.cpu_slots,
        "io": chosen.io_slots,
        "gpu": chosen.gpu_slots,
    }
    return {name: number for name, number in slots.items() if number}


@cache
def fetcher() -> HttpFetcher:
    """What brings sources from elsewhere; one, as it reads whom TLS trusts."""
    return HttpFetcher(settings().fetch, f"reelmill/{version('reelmill')}")
