"""The service: an interface, workers, or both, in this process, until a signal ends it."""

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import structlog
import uvicorn

from reelmill.adapters.dispatch.local import LocalDispatcher
from reelmill.adapters.events.local import LocalEventBus
from reelmill.adapters.fetch.fetcher import HttpFetcher
from reelmill.app.configuration import accepted_sandbox, limits, settings, terms
from reelmill.app.logs import set_up_logs
from reelmill.app.processes import is_dead, this_host
from reelmill.app.stores import (
    Stores,
    cleaning,
    first_key,
    make_data_dir,
    open_stores,
    signing_secret,
)
from reelmill.ffmpeg.inspector import FfmpegInspector
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import prove_sandbox
from reelmill.jobs.deliver import Deliverer
from reelmill.jobs.keys import hash_of
from reelmill.jobs.sweep import SWEEP_SECONDS, Sweeper
from reelmill.model.errors import InvalidRequestError
from reelmill.model.facts import SandboxLevel
from reelmill.model.records import Instance
from reelmill.model.work import RESOURCES, Resource
from reelmill.web.application import build
from reelmill.web.connection import Connection
from reelmill.web.site import Site, WebConfig
from reelmill.worker.loop import Worker
from reelmill.worker.perform import Shop

STOP_SECONDS = 8.0
"""What has not ended by then is left to the sweep of the next process."""
INSTANCE_BEAT_SECONDS = 5.0
UPLOADS_END_SECONDS = 3
BACKLOG = 2048
SOCKET_MESSAGE_BYTES = 4096
"""Of what a client may say on a WebSocket; more closes it (1009)."""

log = structlog.get_logger("reelmill")

Kind = Literal["api", "worker", "sender"]


@dataclass(frozen=True)
class Started:
    """What is told to the operator when the service is ready."""

    url: str | None
    first_key: str | None
    data_dir: Path


class _Server(uvicorn.Server):
    """Signals are ours."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(
    data_dir: Path,
    host: str,
    port: int,
    *,
    interface: bool,
    work: bool,
    on_start: Callable[[Started], None],
) -> None:
    """Run until SIGTERM or SIGINT.

    Args:
        data_dir: made and brought up to date if need be.
        host: the address to listen on.
        port: 0: any that is free.
        interface: whether to answer requests.
        work: whether to do steps.
        on_start: called once, when both are ready.

    Raises:
        ReelmillError: it cannot start.
    """
    set_up_logs(settings().log_level, settings().log_format)
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(_listen(host, port)) if interface else None
        make_data_dir(data_dir)
        sandbox = _proven_sandbox()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        stores = await stack.enter_async_context(open_stores(data_dir))
        house = _House(data_dir, stores, LocalDispatcher(), LocalEventBus(), sandbox)
        key = await first_key(stores) if interface else None
        always = (house.sweep(stop), house.clean_up(stop), house.deliver(stop))
        parts = [asyncio.create_task(one) for one in always]
        parts += [asyncio.create_task(house.work(stop))] if work else []
        url = None
        if listening is not None:
            parts.append(asyncio.create_task(house.answer(listening, stop)))
            url = f"http://{_shown(host)}:{listening.getsockname()[1]}"
        on_start(Started(url=url, first_key=key, data_dir=data_dir))
        await _until_stopped(parts, stop)


async def _until_stopped(parts: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*parts, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await stopping
    for part in done - {stopping}:  # it ended by itself: then something is wrong with it
        part.result()
    log.info("stopping")
    _, left = await asyncio.wait(parts, timeout=STOP_SECONDS)
    if left:
        log.warning("left_to_the_sweep", parts=len(left))
        sys.stderr.flush()
        os._exit(0)  # without waiting for threads that read or write; children die with us


def _proven_sandbox() -> SandboxLevel:
    """How children are shut in, tried now.

    Raises:
        SandboxUnavailableError: not as well as the operator demands.
    """
    proof = prove_sandbox(find_ffmpeg().path)
    level = accepted_sandbox(proof)
    say = log.info if level == "strong" else log.warning
    say("sandbox", level=level, holes=list(proof.holes))
    return level


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, number, _, address = found[0]
        with ExitStack() as stack:
            listening = stack.enter_context(socket.socket(family, kind, number))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)  # from the moment that the URL is told, nobody is refused
            stack.pop_all()
            return listening
    except OSError as error:
        raise InvalidRequestError(f"cannot listen on {host}:{port}: {error.strerror}") from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)  # noqa: S104 - shown, not bound


@dataclass(frozen=True)
class _House:
    data_dir: Path
    stores: Stores
    dispatcher: LocalDispatcher
    bus: LocalEventBus
    sandbox: SandboxLevel

    async def answer(self, listening: socket.socket, stop: asyncio.Event) -> None:
        """The interface."""
        async with self._instance("api") as name:
            site = Site(
                jobs=self.stores.jobs,
                keys=self.stores.keys,
                uploads=self.stores.uploads,
                idempotency=self.stores.idempotency,
                instances=self.stores.instances,
                webhooks=self.stores.webhooks,
                storage=self.stores.storage,
                fetcher=fetcher(),
                inspector=FfmpegInspector(),
                dispatcher=self.dispatcher,
                bus=self.bus,
                terms=terms(),
                config=web_config(self.data_dir),
                instance_id=name,
            )
            app = build(site)
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

    async def work(self, stop: asyncio.Event) -> None:
        """Workers."""
        slots = slots_of()
        async with self._instance("worker", slots) as name:
            worker = Worker(
                name=name,
                jobs=self.stores.jobs,
                dispatcher=self.dispatcher,
                bus=self.bus,
                shop=Shop(
                    storage=self.stores.storage,
                    inspector=FfmpegInspector(),
                    fetcher=fetcher(),
                    ffmpeg=find_ffmpeg().path,
                    terms=terms(),
                    limits=limits(),
                    link_originals=settings().originals == "link",
                    sandbox=self.sandbox,
                    reserve_bytes=settings().disk_reserve_bytes,
                ),
                slots=slots,
            )
            working = asyncio.create_task(worker.run())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            worker.stop()
            await working

    async def deliver(self, stop: asyncio.Event) -> None:
        """Webhooks; every process sends, so that those of a dead one are told by another."""
        async with self._instance("sender") as name:
            terms = settings().webhooks
            await Deliverer(name, self.stores.webhooks, fetcher(), terms).run(stop)

    async def sweep(self, stop: asyncio.Event) -> None:
        """Take back what dead processes hold; every process does, as any may be the last."""
        sweeper = Sweeper(self.stores.jobs, self.stores.instances, is_dead)
        while not stop.is_set():
            with _reported("sweep_failed"):
                if await sweeper.look():
                    for resource in RESOURCES:
                        self.dispatcher.wake(resource)
            await _pause(stop, SWEEP_SECONDS)

    async def clean_up(self, stop: asyncio.Event) -> None:
        """Remove what is to be kept no longer."""
        while not stop.is_set():
            with _reported("clean_up_failed"):
                await asyncio.to_thread(self.stores.storage.sweep)
                async for one in cleaning(self.stores):
                    log.info("removed", kind=one.kind, what=one.what, why=one.why)
            await _pause(stop, settings().cleanup_seconds)

    @asynccontextmanager
    async def _instance(
        self, kind: Kind, slots: dict[Resource, int] | None = None
    ) -> AsyncGenerator[str]:
        """This process among the others, by a name that no other has."""
        instances = self.stores.instances
        here = Instance(
            instance_id=f"{kind}-{uuid.uuid4().hex[:12]}",
            kind=kind,
            host=this_host(),
            pid=os.getpid(),
            started_at=datetime.now(UTC),
            slots={**slots} if slots else {},
        )
        await instances.join(here)

        async def stay() -> None:
            while True:
                await asyncio.sleep(INSTANCE_BEAT_SECONDS)
                with _reported("instance_beat_failed"):
                    if not await instances.alive(here.instance_id):
                        await instances.join(here)

        staying = asyncio.create_task(stay())
        try:
            yield here.instance_id
        finally:
            staying.cancel()
            with suppress(OSError):
                await instances.leave(here.instance_id)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@contextmanager
def _reported(what: str) -> Generator[None]:
    """What is tried again soon only leaves a line."""
    try:
        yield
    except OSError as error:
        log.warning(what, error=str(error))


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
