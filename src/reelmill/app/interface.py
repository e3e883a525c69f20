"""The interface of a process: the site that it answers for, and its server."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from reelmill.app.configuration import settings, terms
from reelmill.app.house import House
from reelmill.app.stores import signing_secret
from reelmill.app.wiring import fetcher
from reelmill.ffmpeg.inspector import FfmpegInspector
from reelmill.jobs.keys import hash_of
from reelmill.web.application import build
from reelmill.web.connection import Connection
from reelmill.web.site import Site, WebConfig

UPLOADS_END_SECONDS = 3
SOCKET_MESSAGE_BYTES = 4096
"""Of what a client may say on a WebSocket; more closes it (1009)."""


class _Server(uvicorn.Server):
    """Signals are ours."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def answer(house: House, listening: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests until `stop` is set."""
    async with house.instance("api") as name:
        await _serve(build(_site(house, name)), listening, stop)


async def _serve(app: FastAPI, listening: socket.socket, stop: asyncio.Event) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            http=Connection,
            log_config=None,
            ws_max_size=SOCKET_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # 300 sockets' windows, for short messages
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=UPLOADS_END_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve([listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    app.state.follower.close()
    server.should_exit = True
    await serving


def _site(house: House, instance_id: str) -> Site:
    stores = house.stores
    return Site(
        jobs=stores.jobs,
        keys=stores.keys,
        uploads=stores.uploads,
        idempotency=stores.idempotency,
        instances=stores.instances,
        webhooks=stores.webhooks,
        batches=stores.batches,
        presets=stores.presets,
        storage=stores.storage,
        fetcher=fetcher(),
        inspector=FfmpegInspector(),
        dispatcher=house.dispatcher,
        bus=house.bus,
        terms=terms(),
        calibrator=house.calibrator,
        config=_web_config(house.data_dir),
        instance_id=instance_id,
    )


def _web_config(data_dir: Path) -> WebConfig:
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
