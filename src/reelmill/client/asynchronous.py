"""The client for event loops."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, closing
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from reelmill.client import calls, download, following, upload
from reelmill.client.effects import Ask, Call, Course, Effect, Pause, Read, Tell
from reelmill.client.following import Event
from reelmill.client.job import Artifact, Job, completed
from reelmill.client.request import conversion, sent, submission
from reelmill.client.resources import AsyncBatches, AsyncPresets
from reelmill.client.upload import Sent, nobody

T = TypeVar("T")


class AsyncClient:
    """A service, and a key to it. All methods raise `ApiError` where the service refuses.

    Args:
        url: where the service is, without `/api/v1`.
        api_key: who asks.
        timeout_seconds: for one request, without an answer.
        transport: another way to the service, for tests.

    Attributes:
        batches: conversions that are asked for together.
        presets: parts of conversions under a name.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout_seconds: float = 60.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/") + calls.PREFIX,
            headers={"X-API-Key": api_key},
            timeout=timeout_seconds,
            transport=transport,
        )
        self.batches = AsyncBatches(self._run)
        self.presets = AsyncPresets(self._run)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def check(self) -> None:
        """Whether the service is there, and knows the key; asked once, without patience.

        Raises:
            ApiError: it does not.
            httpx.TransportError: it is not there.
        """
        await self._run(calls.check())

    async def submit(
        self,
        source: str | PathLike[str],
        *,
        thumbnail: str | PathLike[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        priority: int | str = 5,
        idempotency_key: str | None = None,
        on_sent: Sent = nobody,
    ) -> Job:
        """Make a job of a URL, or of a file, which is uploaded in parts that survive bad lines."""
        return await self._run(
            submission(
                source,
                thumbnail=thumbnail,
                metadata=metadata,
                settings=settings,
                priority=priority,
                idempotency_key=idempotency_key,
                on_sent=on_sent,
            )
        )

    async def convert(
        self,
        source: str | PathLike[str] | Mapping[str, Any],
        output: str | Mapping[str, Any] | None,
        operations: Iterable[Mapping[str, Any]] = (),
        *,
        preset: str | None = None,
        idempotency_key: str | None = None,
        on_sent: Sent = nobody,
        **options: Any,
    ) -> Job:
        """Make a job that converts something; its fields are those of `POST /api/v1/convert`.

        Args:
            source: a file, which is uploaded; a URL; `upload:ID`; or `{"path": ...}` for a file
                of the service's own machine. Operations name theirs as the service knows them.
            output: a format, a file's name or an object (`{}`: what the preset says, else MP4);
                None: only the pictures that operations make.
            operations: `{"type": "trim", "duration": 10}` and the like.
            preset: fills in what is left open.
            idempotency_key: the same makes the same job, as long as it is the same upload.
            on_sent: is told how much of a file is with the service.
            options: `options`, `priority`, `metadata`, `webhook_url`, `webhook_events`.
        """
        return await self._run(
            conversion(
                source,
                output,
                operations,
                {"preset": preset, **options},
                idempotency_key=idempotency_key,
                on_sent=on_sent,
            )
        )

    async def begin_upload(self, path: str | PathLike[str]) -> str:
        """Announce a file; the id by which `upload` can go on with it, from any process."""
        return await self._run(upload.begin(Path(path)))

    async def upload(
        self, path: str | PathLike[str], upload_id: str | None = None, *, on_sent: Sent = nobody
    ) -> str:
        """Bring a file to the service, or the rest of one; the id of the upload, for `create`."""
        return await self._run(sent(Path(path), upload_id, on_sent))

    async def drop_upload(self, upload_id: str) -> None:
        """Remove an upload that no job was made of."""
        await self._run(upload.give_up(upload_id))

    async def create(self, upload_id: str, **options: Any) -> Job:
        """Make a job of an upload; the options are the fields of `POST /api/v1/jobs`."""
        body = {"upload_id": upload_id, **options}
        return await self._run(calls.make("", body, str(uuid.uuid4())))

    async def job(self, job_id: str) -> Job:
        """A job as it is now."""
        return await self._run(calls.job(job_id))

    async def jobs(self, **filters: str) -> list[Job]:
        """Jobs, newest first."""
        return await self._run(calls.jobs(**filters))

    async def artifacts(self, job_id: str) -> list[Artifact]:
        """What a job has made."""
        return await self._run(calls.artifacts(job_id))

    async def cancel(self, job_id: str, *, purge: bool = False) -> None:
        """End a job; with `purge`, forget one that is at its end, with its files."""
        await self._run(calls.cancel(job_id, purge=purge))

    async def retry(self, job_id: str) -> None:
        """Do again what is not done of a failed or cancelled job."""
        await self._run(calls.retry(job_id, str(uuid.uuid4())))

    def events(self, job_id: str, *, after: int = 0) -> AsyncIterator[Event]:
        """The events of a job behind a number, each once and in order, to the job's end.

        What breaks is taken up again by itself. Between the events: progress.

        Raises:
            BrokenStreamError: nothing comes through any more.
        """
        return self._told(following.job_events(job_id, after))

    def all_events(self, *, after: str = "") -> AsyncIterator[Event]:
        """The same of all jobs of the key, new ones too, without an end.

        Args:
            after: the `place` of the last event that was heard; by default the jobs that are not
                at their end are told from their beginning.

        Raises:
            BrokenStreamError: nothing comes through any more.
        """
        return self._told(following.all_events(after))

    async def wait(
        self,
        job_id: str,
        *,
        on_progress: Callable[[Job], object] = lambda _: None,
        look_seconds: float = 1.0,
    ) -> Job:
        """Until a job is completed: by its events, or by looking, where streams don't get through.

        Raises:
            JobFailedError: it failed, or was cancelled.
        """
        return completed(await self._run(following.wait(job_id, on_progress, look_seconds)))

    async def download(self, job_id: str, path: str, into: str | PathLike[str]) -> Path:
        """Fetch a file of a job; it appears whole and verified (SHA-256), or not at all.

        Raises:
            BrokenDownloadError: it never came whole.
        """
        return await self._run(download.file(job_id, path, Path(into), lambda _: None))

    async def download_all(
        self, job_id: str, into: str | PathLike[str], *, on_received: Sent = nobody
    ) -> Path:
        """Fetch all that a job has made into a new folder, with all segments, as `download` does.

        Raises:
            FileExistsError: the folder is there already.
            BrokenDownloadError: a file never came whole.
        """
        return await self._run(download.everything(job_id, Path(into), on_received))

    async def _run(self, call: Call[T]) -> T:
        """Do what a call wants, for its result."""
        async with aclosing(_Line(self._http)) as line:
            with closing(Course(call)) as course:
                while course.want is not None:
                    await _step(course, line)
                return course.result

    async def _told(self, call: Call[None]) -> AsyncGenerator[Event]:
        """Do what a call wants, for what it tells."""
        async with aclosing(_Line(self._http)) as line:
            with closing(Course(call)) as course:
                while course.want is not None:
                    if isinstance(course.want, Tell):
                        yield course.want.value
                    await _step(course, line)


async def _nothing() -> AsyncIterator[bytes]:
    for _ in ():
        yield b""


class _Line:
    """Does what calls want, with one stream open at a time."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._open: httpx.Response | None = None
        self._chunks: AsyncIterator[bytes] = _nothing()

    async def do(self, want: Effect) -> object:
        match want:
            case Ask(streamed=True):
                await self.aclose()
                answer = await self._http.send(self._request(want), stream=True)
                self._open, self._chunks = answer, answer.aiter_raw()
                if answer.is_error:
                    await answer.aread()
                return answer
            case Ask():
                return await self._http.send(self._request(want))
            case Read():
                return await anext(self._chunks, b"")
            case Pause(seconds):
                return await asyncio.sleep(seconds)
            case Tell():
                return None

    async def aclose(self) -> None:
        if self._open is not None:
            await self._open.aclose()

    def _request(self, ask: Ask) -> httpx.Request:
        return self._http.build_request(
            ask.method, ask.path, headers=ask.headers, content=ask.content, params=ask.params
        )


async def _step(course: Course[T], line: _Line) -> None:
    if course.want is None:
        return
    try:
        came = await line.do(course.want)
    except httpx.TransportError as error:
        course.fail(error)
    else:
        course.go_on(came)
