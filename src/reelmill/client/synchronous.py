"""The client that waits."""

import time
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


class Client:
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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/") + calls.PREFIX,
            headers={"X-API-Key": api_key},
            timeout=timeout_seconds,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def submit(
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
        return self._run(asked)

    def job(self, job_id: str) -> Job:
        """A job as it is now."""
        return self._run(calls.job(job_id))

    def jobs(self, **filters: str) -> list[Job]:
        """Jobs, newest first."""
        return self._run(calls.jobs(**filters))

    def artifacts(self, job_id: str) -> list[Artifact]:
        """What a job has made."""
        return self._run(calls.artifacts(job_id))

    def cancel(self, job_id: str, *, purge: bool = False) -> None:
        """End a job; with `purge`, forget one that is at its end, with its files."""
        self._run(calls.cancel(job_id, purge=purge))

    def retry(self, job_id: str) -> None:
        """Do again what is not done of a failed or cancelled job."""
        self._run(calls.retry(job_id, str(uuid.uuid4())))

    def wait(
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
            job = self.job(job_id)
            on_progress(job)
            if job.final:
                return _completed(job)
            time.sleep(look_seconds)

    def download(self, job_id: str, path: str, into: str | PathLike[str]) -> Path:
        """Fetch a file of a job; it appears whole, or not at all.

        Raises:
            BrokenDownloadError: it never came whole.
        """
        download = Download(Path(into))
        url = f"/jobs/{job_id}/artifacts/{path}"
        for tries in range(1, calls.MOST_TRIES + 1):
            try:
                with self._http.stream("GET", url, headers=download.headers()) as answer:
                    if answer.is_error:
                        answer.read()
                        raise ApiError(answer)
                    with download.part(answer) as file:
                        for data in answer.iter_raw():
                            file.write(data)
                if download.whole():
                    return download.done()
            except httpx.TransportError:
                pass
            time.sleep(calls.pause_seconds(tries, None))
        raise BrokenDownloadError(f"{path} never came whole")

    def _run(self, call: calls.Call[T]) -> T:
        """Do the requests of a call."""
        try:
            ask = next(call)
            while True:
                ask = call.send(self._answer(ask))
        except StopIteration as end:
            result: T = end.value
            return result

    def _answer(self, ask: calls.Ask) -> httpx.Response:
        tries = 0
        while True:
            tries += 1
            refused: ApiError | None = None
            try:
                answer = self._http.request(
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
            time.sleep(calls.pause_seconds(tries, refused))


def _completed(job: Job) -> Job:
    if job.status == "completed":
        return job
    code, message = job.error or (job.status, f"the job was {job.status}")
    raise JobFailedError(code, message)
