"""The real application on a real socket, over SQLite and a folder, without a worker."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import structlog
import uvicorn

from reelmill.adapters.fetch.fetcher import HttpFetcher
from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.adapters.sql.batches import SqlBatchStore
from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.idempotency import SqlIdempotencyStore
from reelmill.adapters.sql.instances import SqlInstanceStore
from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.adapters.sql.keys import SqlKeyStore
from reelmill.adapters.sql.presets import SqlPresetStore
from reelmill.adapters.sql.uploads import SqlUploadStore
from reelmill.adapters.sql.webhook_store import SqlWebhookStore
from reelmill.adapters.storage.local import LocalStorage
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.jobs.calibrate import Calibrator
from reelmill.jobs.compile import Terms
from reelmill.jobs.keys import hash_of, new_key
from reelmill.model.events import Progress
from reelmill.model.facts import Capabilities, SourceFacts
from reelmill.model.keys import KeyTerms
from reelmill.model.records import Instance
from reelmill.model.work import Resource
from reelmill.web.application import build
from reelmill.web.connection import Connection
from reelmill.web.site import Site, WebConfig
from tests.acceptance.running import NO_TLS
from tests.contract.blank import blank

# By default structlog writes out all locals of a fault: a whole service, in half a minute.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
T = TypeVar("T")
ADMIN = "an-operator-chose-this"


class Eyes:
    def probe(self, path: Path, source: str, *, key_frames: bool = False) -> SourceFacts:
        return probe(path, source=source, key_frames=key_frames)

    def capabilities(self) -> Capabilities:
        return probe_capabilities(find_ffmpeg())


@dataclass
class Bell:
    rung: list[str] = field(default_factory=list[str])

    def wake(self, resource: Resource) -> None:
        self.rung.append(resource)

    async def wait(self, resource: Resource, timeout_seconds: float) -> bool:
        raise NotImplementedError(resource, timeout_seconds)


@dataclass
class Board:
    posted: dict[str, Progress | None] = field(default_factory=dict[str, Progress | None])

    def post(self, job_id: str, progress: Progress | None = None) -> None:
        self.posted[job_id] = progress

    def latest(self, job_id: str) -> Progress | None:
        return self.posted.get(job_id)

    async def changed(self, job_id: str, timeout_seconds: float) -> bool:
        raise NotImplementedError(job_id, timeout_seconds)

    def listen(self, heard: Callable[[str], None]) -> None:
        pass

    def forget(self, job_id: str) -> None:
        self.posted.pop(job_id, None)


@dataclass
class Service:
    """A running service; `do` runs something in its own loop."""

    site: Site
    port: int
    loop: asyncio.AbstractEventLoop
    storage_folder: Path
    roots: Path
    bell: Bell
    board: Board

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def key(self, name: str = "tests", **terms: Any) -> str:
        made, text = new_key(KeyTerms(name=name, **terms), datetime.now(UTC))
        self.do(self.site.keys.add(made))
        return text

    def client(self, key: str | None = None, **headers: str) -> httpx.Client:
        sent = {"X-API-Key": key, **headers} if key is not None else headers
        return httpx.Client(base_url=self.url, headers=sent, timeout=60, verify=NO_TLS)

    def files(self) -> list[str]:
        """All that is in the storage."""
        # os.walk bears that folders go while it looks
        found = (Path(at, name) for at, _, names in os.walk(self.storage_folder) for name in names)
        return sorted(str(one.relative_to(self.storage_folder)) for one in found)

    def nothing(self) -> bool:
        attempts = [at for at, _, _ in os.walk(self.storage_folder / ".reelmill")][1:]
        return not self.files() and not attempts


@contextmanager
def service(folder: Path, **config: Any) -> Generator[Service]:
    """A service whose data is below a folder."""
    storage, roots = folder / "storage", folder / "roots"
    storage.mkdir(parents=True)
    roots.mkdir()
    url = blank(folder / "reelmill.db")
    found: list[Service] = []
    ready = threading.Event()
    # With the protocol named, or asyncio leaves Nagle on: 40 ms an answer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    server: list[uvicorn.Server] = []

    async def main() -> None:
        database = Database(url)
        bell, board = Bell(), Board()
        given: dict[str, Any] = {"requests_per_minute": 1000, "roots": (roots,), **config}
        site = Site(
            jobs=SqlJobStore(database),
            keys=SqlKeyStore(database),
            uploads=SqlUploadStore(database),
            idempotency=SqlIdempotencyStore(database),
            instances=SqlInstanceStore(database),
            webhooks=SqlWebhookStore(database),
            batches=SqlBatchStore(database),
            presets=SqlPresetStore(database),
            storage=LocalStorage(storage),
            fetcher=HttpFetcher(FetchPolicy(), "tests"),
            inspector=Eyes(),
            dispatcher=bell,
            bus=board,
            terms=Terms(),
            calibrator=Calibrator(SqlJobStore(database)),
            config=WebConfig(
                signing_secret=b"0123456789abcdef", admin_secret_hash=hash_of(ADMIN), **given
            ),
            instance_id="api",
        )
        await site.instances.join(
            Instance(
                instance_id="api", kind="api", host="here", pid=1, started_at=datetime.now(UTC)
            )
        )
        options = uvicorn.Config(
            build(site),
            http=Connection,
            ws="none",
            log_config=None,
            proxy_headers=False,
            lifespan="off",
        )
        server.append(uvicorn.Server(options))
        port = sock.getsockname()[1]
        loop = asyncio.get_running_loop()
        found.append(Service(site, port, loop, storage, roots, bell, board))
        sock.listen()  # so whoever comes before it accepts is not sent away
        ready.set()
        await server[0].serve(sockets=[sock])
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert ready.wait(20)
        yield found[0]
    finally:
        server[0].should_exit = True
        thread.join(20)
        sock.close()
        shutil.rmtree(storage)
