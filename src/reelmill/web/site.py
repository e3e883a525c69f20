"""What the interface stands on: the ports, and what the operator decided about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, IPvAnyNetwork

from reelmill.jobs.calibrate import Calibrator
from reelmill.jobs.compile import Terms
from reelmill.jobs.ports import (
    BatchStore,
    Dispatcher,
    EventBus,
    Fetcher,
    IdempotencyStore,
    Inspector,
    InstanceStore,
    JobStore,
    KeyStore,
    PresetStore,
    Storage,
    UploadStore,
    WebhookStore,
)
from reelmill.model.terms import Retention
from reelmill.model.value import Value


class WebConfig(Value):
    """What the operator decides about the interface."""

    signing_secret: bytes = Field(min_length=16, repr=False)
    """Signs playback URLs. Another one ends them all."""
    admin_secret_hash: str | None = Field(default=None, repr=False)
    """SHA-256 (hexadecimal) of the whole text of a key that the operator gives; it is an admin."""
    public_url: str | None = None
    """Where users find the service, without a slash at the end; None: where they asked."""
    roots: tuple[Path, ...] = ()
    """Folders that jobs may be made from; none: no such jobs."""
    max_upload_bytes: int = Field(default=20 * 10**9, gt=0)
    requests_per_minute: int = Field(default=100, ge=1)
    """Of a key, where the key itself says nothing else."""
    endpoint_limits: dict[str, int] = Field(default_factory=dict[str, int])
    """Requests per minute of a key to one endpoint, by its operation id."""
    failures_per_minute: int = Field(default=60, ge=1)
    """Requests without a good key that one address may make."""
    playback_seconds: int = Field(default=86_400, ge=1)
    """How long a playback URL opens, at least; it may be an hour more."""
    upload_seconds: int = Field(default=86_400, ge=1)
    """How long an upload in parts is kept that does not grow."""
    sockets_per_minute: int = Field(default=10, ge=1)
    """WebSockets that a key may open."""
    sockets_burst: int = Field(default=2, ge=1)
    """Of these, at once."""
    streams_per_key: int = Field(default=1000, ge=1)
    """Streams and WebSockets of a key that are open at the same time."""
    stream_token_seconds: int = Field(default=300, ge=1)
    """How long a stream token opens a stream; an open one lasts longer."""
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    """Between two signs of life on a stream."""
    cors_origins: tuple[str, ...] = ()
    max_queued_jobs: int = Field(default=10_000, ge=1)
    disk_reserve_bytes: int = Field(default=0, ge=0)
    """Of the storage, kept free."""
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Whose X-Forwarded-For is believed."""
    retention: Retention = Retention()
    idempotency_seconds: int = Field(default=86_400, ge=1)
    version: str = "0"


@dataclass(frozen=True)
class Site:
    """Everything that an endpoint may use."""

    jobs: JobStore
    keys: KeyStore
    idempotency: IdempotencyStore
    instances: InstanceStore
    uploads: UploadStore
    webhooks: WebhookStore
    batches: BatchStore
    presets: PresetStore
    storage: Storage
    fetcher: Fetcher
    inspector: Inspector
    dispatcher: Dispatcher
    bus: EventBus
    terms: Terms
    calibrator: Calibrator
    config: WebConfig
    instance_id: str

    async def calibrated(self) -> Terms:
        """The terms of plans, with what has been learned from finished work."""
        return await self.calibrator.over(self.terms)


async def site_of(request: Request) -> Site:  # a plain function would be run in a thread
    """The site that an application was built for."""
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(site_of)]
