"""The service: an interface, workers, or both, in this process, until a signal ends it."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from reelmill.adapters.dispatch.local import LocalDispatcher
from reelmill.adapters.events.local import LocalEventBus
from reelmill.app.configuration import accepted_sandbox, settings
from reelmill.app.house import House
from reelmill.app.logs import set_up_logs
from reelmill.app.stores import (
    first_key,
    make_data_dir,
    open_stores,
)
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import prove_sandbox
from reelmill.jobs.calibrate import Calibrator
from reelmill.model.errors import InvalidRequestError

STOP_SECONDS = 8.0
"""What has not ended by then is left to the sweep of the next process."""
BACKLOG = 2048

log = structlog.get_logger("reelmill")


@dataclass(frozen=True)
class Started:
    """What is told to the operator when the service is ready."""

    url: str | None
    first_key: str | None
    data_dir: Path


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
        proof = prove_sandbox(find_ffmpeg().path)
        sandbox = accepted_sandbox(proof)
        listening = stack.enter_context(_listen(host, port)) if interface else None
        make_data_dir(data_dir)
        say = log.info if sandbox == "strong" else log.warning
        say("sandbox", level=sandbox, holes=list(proof.holes))
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        stores = await stack.enter_async_context(open_stores(data_dir))
        house = House(
            data_dir, stores, LocalDispatcher(), LocalEventBus(), Calibrator(stores.jobs), sandbox
        )
        key = await first_key(stores) if interface else None
        always = (house.sweep(stop), house.clean_up(stop), house.deliver(stop))
        parts = [asyncio.create_task(one) for one in always]
        parts += [asyncio.create_task(house.work(stop))] if work else []
        url = None
        if listening is not None:
            from reelmill.app.interface import answer  # noqa: PLC0415 - workers need no web

            parts.append(asyncio.create_task(answer(house, listening, stop)))
            url = f"http://{_shown(host)}:{listening.getsockname()[1]}"
        gc.freeze()  # what has been imported stays, and need not be looked through again
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
