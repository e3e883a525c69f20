"""The client for event loops."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from reelmill.client import calls
from reelmill.client.download import Download
from reelmill.client.errors import ApiError, BrokenDownloadError, JobFailedError
from reelmill.client.job import Artifact, Job
from reelmill.client.request import Sent, nobody, submission

T = TypeVar("T")


class AsyncClient:
    """A service, and a key to it. All methods raise `ApiError` where the service refuses.

    Args:
        url: where the service is, without `/api/v1`.
        api_key: who asks.
        timeout_seconds: for one request, without an answer.
        transport: another way to the service, for tests.
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

    async def submit(
        self,
        source: str | PathLike[str],
        *,
        metadata: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        priority: int | str = 5,
        idempotency_key: str | None = None,
        on_sent: Sent = nobody,
    ) -> Job:
        """Make a job of a URL, or of a file, which is uploaded in parts that survive bad lines."""
        asked = submission(source, metadata, settings, priority, idempotency_key, on_sent)
        return await self._run(asked)

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

    async def wait(
        self,
        job_id: str,
        *,
        on_progress: Callable[[Job], object] = lambda _: None,
        look_seconds: float = 1.0,
    ) -> Job:
        """Until a job is completed.

        Raises:
            JobFailedError: it failed, or was cancelled.
        """
        while True:
            job = await self.job(job_id)
            on_progress(job)
            if job.final:
                return _completed(job)
            await asyncio.sleep(look_seconds)

    async def download(self, job_id: str, path: str, into: str | PathLike[str]) -> Path:
        """Fetch a file of a job; it appears whole, or not at all.

        Raises:
            BrokenDownloadError: it never came whole.
        """
        download = Download(Path(into))
        url = f"/jobs/{job_id}/artifacts/{path}"
        for tries in range(1, calls.MOST_TRIES + 1):
            try:
                async with self._http.stream("GET", url, headers=download.headers()) as answer:
                    if answer.is_error:
                        await answer.aread()
                        raise ApiError(answer)
                    with download.part(answer) as file:
                        async for data in answer.aiter_raw():
                            file.write(data)
                if download.whole():
                    return download.done()
            except httpx.TransportError:
                pass
            await asyncio.sleep(calls.pause_seconds(tries, None))
        raise BrokenDownloadError(f"{path} never came whole")

    async def _run(self, call: calls.Call[T]) -> T:
        """Do the requests of a call."""
        try:
            ask = next(call)
            while True:
                ask = call.send(await self._answer(ask))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _answer(self, ask: calls.Ask) -> httpx.Response:
        tries = 0
        while True:
            tries += 1
            refused: ApiError | None = None
            try:
                answer = await self._http.request(
                    ask.method,
                    ask.path,
                    headers=ask.headers,
                    content=ask.content,
                    params=ask.params,
                )
                if not answer.is_error or (ask.raw and answer.status_code < 500):
                    return answer
                refused = ApiError(answer)
                if not (refused.retryable and ask.safe) or tries >= calls.MOST_TRIES:
                    raise refused
            except httpx.TransportError:
                if not ask.safe or tries >= calls.MOST_TRIES:
                    raise
            await asyncio.sleep(calls.pause_seconds(tries, refused))


def _completed(job: Job) -> Job:
    if job.status == "completed":
        return job
    code, message = job.error or (job.status, f"the job was {job.status}")
    raise JobFailedError(code, message)
