"""What the parts of a process are given, from the operator's settings."""

from importlib.metadata import version
from pathlib import Path

from reelmill.adapters.fetch.fetcher import HttpFetcher
from reelmill.app.configuration import settings
from reelmill.app.stores import (
    signing_secret,
)
from reelmill.jobs.keys import hash_of
from reelmill.model.work import Resource
from reelmill.web.site import WebConfig


def slots_of() -> dict[Resource, int]:
    """How many steps of each resource at the same time; those with none are left out."""
    chosen = settings()
    slots: dict[Resource, int] = {
        "cpu": chosen.cpu_slots,
        "io": chosen.io_slots,
        "gpu": chosen.gpu_slots,
    }
    return {name: number for name, number in slots.items() if number}


def fetcher() -> HttpFetcher:
    """What brings sources from elsewhere."""
    return HttpFetcher(settings().fetch, f"reelmill/{version('reelmill')}")


def web_config(data_dir: Path) -> WebConfig:
    """The interface's part of the settings."""
    chosen = settings()
    key = chosen.admin_key
    return WebConfig.model_validate(
        {
            "signing_secret": signing_secret(data_dir),
            "admin_secret_hash": hash_of(key.get_secret_value()) if key else None,
            "public_url": chosen.public_url,
            "roots": chosen.roots,
            "max_upload_bytes": chosen.limits.max_size_bytes,
            "requests_per_minute": chosen.requests_per_minute,
            "endpoint_limits": chosen.endpoint_limits,
            "playback_seconds": chosen.playback_seconds,
            "upload_seconds": chosen.upload_seconds,
            "sockets_per_minute": chosen.sockets_per_minute,
            "sockets_burst": chosen.sockets_burst,
            "streams_per_key": chosen.streams_per_key,
            "stream_token_seconds": chosen.stream_token_seconds,
            "heartbeat_seconds": chosen.heartbeat_seconds,
            "cors_origins": chosen.cors_origins,
            "disk_reserve_bytes": chosen.disk_reserve_bytes,
            "retention": chosen.retention,
            "max_queued_jobs": chosen.max_queued_jobs,
            "trusted_proxies": chosen.trusted_proxies,
            "version": version("reelmill"),
        }
    )
