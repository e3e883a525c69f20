"""The Python client against the running service."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest

from reelmill.client import ApiError, AsyncClient, Client, Job, JobFailedError
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("client")  # one service for all


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("client") / "data", roots=Path("/nowhere"))
    made.serve()
    yield made
    made.end()


@pytest.fixture
def client(house: House) -> Generator[Client]:
    with Client(house.url, KEY) as made:
        yield made


def test_from_a_file_to_a_file(client: Client, tmp_path: Path) -> None:
    sent: list[tuple[int, int]] = []
    seen: list[Job] = []
    source = clip_file("plain")
    job = client.submit(
        source, metadata={"a": 1}, priority="high", on_sent=lambda here, of: sent.append((here, of))
    )
    assert (job.document["priority"], job.document["filename"]) == (8, source.name)
    assert sent[-1] == (source.stat().st_size,) * 2
    job = client.wait(job.job_id, on_progress=seen.append, look_seconds=0.05)
    assert (job.status, job.percent, seen[-1].status) == ("completed", 100, "completed")
    assert {"pending", "processing"} & {one.status for one in seen}
    listed = {one.path: one for one in client.artifacts(job.job_id)}
    mp4 = client.download(job.job_id, "360p/video_360p.mp4", tmp_path / "talk.mp4")
    assert mp4.stat().st_size == listed["360p/video_360p.mp4"].size_bytes
    assert [*tmp_path.iterdir()] == [mp4]
    assert job.master_playlist_url is not None
    assert httpx.get(job.master_playlist_url).text.startswith("#EXTM3U")
    assert job.job_id in [one.job_id for one in client.jobs(status="completed")]
    client.cancel(job.job_id, purge=True)
    with pytest.raises(ApiError) as caught:
        client.job(job.job_id)
    assert (caught.value.code, caught.value.status) == ("not_found", 404)
    assert caught.value.request_id


def test_refusals_have_their_code(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(ApiError) as caught:
        client.submit(tmp_path / "a.mp4")
    assert (caught.value.code, caught.value.retryable) == ("input_unreadable", False)
    with pytest.raises(ApiError) as caught:
        client.submit("http://10.0.0.1/a.mp4")
    assert caught.value.code == "url_blocked"
    with pytest.raises(ApiError) as caught:
        client.submit(clip_file("plain"), priority=11)
    assert "/priority" in caught.value.fields


def test_a_cancelled_job_is_no_result(client: Client) -> None:
    job = client.submit(clip_file("plain_720p"))
    client.cancel(job.job_id)
    with pytest.raises(JobFailedError) as caught:
        client.wait(job.job_id)
    assert caught.value.code == "cancelled"
    client.retry(job.job_id)
    assert client.wait(job.job_id, look_seconds=0.05).status == "completed"


def test_the_same_key_makes_the_same_job(client: Client, house: House) -> None:
    class Twice(httpx.HTTPTransport):
        """The answer to the first POST of a job is lost on its way."""

        lost = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path == "/api/v1/jobs" and request.method == "POST" and not self.lost:
                self.lost += 1
                answer.close()
                raise httpx.ReadError("lost", request=request)
            return answer

    transport = Twice()
    before = len(client.jobs())
    with Client(house.url, KEY, transport=transport) as unlucky:
        job = unlucky.submit(clip_file("plain"))
    assert transport.lost == 1
    assert len(client.jobs()) == before + 1
    client.wait(job.job_id, look_seconds=0.05)


class Dropping(httpx.BaseTransport):
    """Downloads break off after some bytes; parts of uploads arrive, but nobody hears of it."""

    def __init__(self) -> None:
        self._real = httpx.HTTPTransport()
        self.dropped: list[str] = []
        self.ranges: list[str | None] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._real.handle_request(request)
        if request.method == "PATCH" and "PATCH" not in self.dropped:
            self.dropped.append("PATCH")
            answer.close()
            raise httpx.ReadError("lost", request=request)
        if "/artifacts/" in request.url.path:
            self.ranges.append(request.headers.get("range"))
            if len(self.ranges) < 3:
                return httpx.Response(
                    answer.status_code, headers=answer.headers, stream=Broken(answer)
                )
        return answer

    def close(self) -> None:
        self._real.close()


class Broken(httpx.SyncByteStream):
    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Generator[bytes]:
        yield next(self._answer.iter_raw(1000))
        raise httpx.ReadError("broken off")

    def close(self) -> None:
        self._answer.close()


def test_bad_lines(house: House, tmp_path: Path) -> None:
    transport = Dropping()
    with Client(house.url, KEY, transport=transport) as client:
        job = client.wait(client.submit(clip_file("plain")).job_id, look_seconds=0.05)
        assert transport.dropped == ["PATCH"]
        path = client.download(job.job_id, "audio/audio.mp3", tmp_path / "a.mp3")
    assert transport.ranges == [None, "bytes=1000-", "bytes=2000-"]
    kept = house.storage / "processed" / job.job_id / "audio/audio.mp3"
    assert path.read_bytes() == kept.read_bytes()


def test_the_client_for_event_loops(house: House, tmp_path: Path) -> None:
    async def all_of_it() -> Job:
        async with AsyncClient(house.url, KEY) as client:
            job = await client.submit(clip_file("plain"))
            job = await client.wait(job.job_id, look_seconds=0.05)
            await client.download(job.job_id, "metadata.json", tmp_path / "metadata.json")
            return job

    job = asyncio.run(all_of_it())
    assert job.status == "completed"
    assert job.job_id in (tmp_path / "metadata.json").read_text()


def test_both_clients_do_the_same() -> None:
    def methods(kind: type[object]) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)


def test_it_needs_nothing_of_the_server(run: Callable[[str], str]) -> None:
    servers = "{'fastapi', 'sqlalchemy', 'av', 'pydantic', 'uvicorn', 'typer', 'alembic'}"
    code = "import sys, reelmill.client; "
    code += f"print(sorted({{n.partition('.')[0] for n in sys.modules}} & {servers}))"
    assert run(code) == "[]"


@pytest.fixture
def run() -> Callable[[str], str]:
    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
