"""The Python client against the running service."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill.client import (
    ApiError,
    AsyncClient,
    Batch,
    BrokenDownloadError,
    Client,
    Job,
    JobFailedError,
    calls,
)
from reelmill.client.resources import AsyncBatches, AsyncPresets, Batches, Presets
from tests.acceptance.running import CHEAP
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
    job = client.wait(job.job_id, on_progress=seen.append)
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
    assert client.wait(job.job_id).status == "completed"


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
    client.wait(job.job_id)


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
        job = client.wait(client.submit(clip_file("plain")).job_id)
        assert transport.dropped == ["PATCH"]
        path = client.download(job.job_id, "audio/audio.mp3", tmp_path / "a.mp3")
    assert transport.ranges == [None, "bytes=1000-", "bytes=2000-"]
    kept = house.storage / "processed" / job.job_id / "audio/audio.mp3"
    assert path.read_bytes() == kept.read_bytes()


def test_the_client_for_event_loops(house: House, tmp_path: Path) -> None:
    async def all_of_it() -> Job:
        async with AsyncClient(house.url, KEY) as client:
            job = await client.submit(clip_file("plain"))
            job = await client.wait(job.job_id)
            await client.download(job.job_id, "metadata.json", tmp_path / "metadata.json")
            return job

    job = asyncio.run(all_of_it())
    assert job.status == "completed"
    assert job.job_id in (tmp_path / "metadata.json").read_text()


class Cutting(httpx.BaseTransport):
    """Streams are cut after some bytes, also inside events."""

    def __init__(self, most_bytes: int) -> None:
        self._real, self._most = httpx.HTTPTransport(), most_bytes
        self.streams = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._real.handle_request(request)
        if not request.url.path.endswith("/events"):
            return answer
        self.streams += 1
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=CutOff(answer, self._most)
        )

    def close(self) -> None:
        self._real.close()


class CutOff(httpx.SyncByteStream):
    def __init__(self, answer: httpx.Response, most_bytes: int) -> None:
        self._answer, self._most = answer, most_bytes

    def __iter__(self) -> Generator[bytes]:
        left = self._most
        for data in self._answer.iter_raw():
            yield data[:left]
            left -= len(data)
            if left <= 0:
                raise httpx.ReadError("cut")

    def close(self) -> None:
        self._answer.close()


def in_the_log(house: House, job_id: str) -> list[tuple[int, str]]:
    lines = [one for one in house.log(job_id) if one["sequence"] is not None]
    return sorted((one["sequence"], one["kind"]) for one in lines)


def test_events_over_connections_that_are_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0.01)
    transport = Cutting(1500)
    with Client(house.url, KEY, transport=transport) as client:
        job = client.submit(clip_file("plain"), settings=CHEAP)
        heard = [*client.events(job.job_id)]
        assert transport.streams > 3
        wanted = in_the_log(house, job.job_id)
        numbered = [one for one in heard if one.place]
        assert [(one.sequence, one.data["event"]) for one in numbered] == wanted
        assert (heard[-1].kind, heard[-1].final) == ("completed", True)
        later = client.events(job.job_id, after=wanted[2][0])
        assert [one.sequence for one in later] == [number for number, _ in wanted[3:]]
        assert client.wait(job.job_id).status == "completed"


def test_events_of_all_jobs(house: House) -> None:
    """One client watches all jobs, for a while; another goes on where it was."""
    made = house.ask("POST", "/admin/api-keys", json={"name": "dashboard"}).json()

    async def all_of_it() -> None:
        async with AsyncClient(house.url, made["api_key"]) as client:
            first = await client.submit(clip_file("plain"), settings=CHEAP)
            place, heard = "", defaultdict[str, list[int]](list)
            async for one in client.all_events():
                if one.place:
                    place = one.place
                    heard[one.job_id].append(one.sequence)
                if len(heard[first.job_id]) > 2:
                    break
            second = await client.submit(clip_file("plain"), settings=CHEAP)
            ended: set[str] = set()
            async for one in client.all_events(after=place):
                if one.place:
                    heard[one.job_id].append(one.sequence)
                ended |= {one.job_id} if one.final else set()
                if ended == {first.job_id, second.job_id}:
                    break
            assert {job: [n for n, _ in in_the_log(house, job)] for job in ended} == heard

    asyncio.run(all_of_it())


def test_everything_that_a_job_has_made(client: Client, house: House, tmp_path: Path) -> None:
    settings = {**CHEAP, "packaging": ["hls", "cmaf"], "segment_seconds": "1"}
    job = client.submit(clip_file("plain"), thumbnail=clip_file("jpeg_still"), settings=settings)
    job = client.wait(job.job_id)
    heard: list[tuple[int, int]] = []
    folder = client.download_all(
        job.job_id, tmp_path / "talk", on_received=lambda here, of: heard.append((here, of))
    )
    kept = house.storage / "processed" / job.job_id
    wanted = {p.relative_to(kept): p.read_bytes() for p in kept.rglob("*") if p.is_file()}
    wanted.pop(Path("raw/video_original.mp4"), None)
    got = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert got.keys() == wanted.keys()
    assert got == wanted
    assert heard[-1][0] == heard[-1][1]
    assert [*tmp_path.iterdir()] == [folder]
    with pytest.raises(FileExistsError):
        client.download_all(job.job_id, folder)


def test_what_came_otherwise_is_not_kept(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0)

    class Spoiling(httpx.HTTPTransport):
        times = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if not request.url.path.endswith("metadata.json"):
                return answer
            self.times += 1
            answer.read()
            spoilt = bytes([answer.content[0] ^ 1]) + answer.content[1:]
            return httpx.Response(200, headers=answer.headers, stream=httpx.ByteStream(spoilt))

    transport = Spoiling()
    with Client(house.url, KEY, transport=transport) as client:
        job = client.wait(client.submit(clip_file("plain"), settings=CHEAP).job_id)
        with pytest.raises(BrokenDownloadError):
            client.download(job.job_id, "metadata.json", tmp_path / "m.json")
    assert transport.times == calls.MOST_TRIES
    assert not [*tmp_path.iterdir()]


def test_an_upload_is_taken_up_by_another_process(client: Client) -> None:
    source = clip_file("plain")
    upload_id = client.begin_upload(source)
    assert client.upload(source, upload_id) == upload_id
    job = client.create(upload_id, settings=CHEAP, priority=3)
    assert job.document["priority"] == 3
    client.cancel(job.job_id)
    other = client.begin_upload(source)
    client.drop_upload(other)
    with pytest.raises(ApiError, match="not_found"):
        client.upload(source, other)


def test_both_clients_do_the_same() -> None:
    def methods(kind: type[object]) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)
    assert methods(Batches) == methods(AsyncBatches)
    assert methods(Presets) == methods(AsyncPresets)


def test_a_conversion_of_a_file(client: Client, tmp_path: Path) -> None:
    trim = {"type": "trim", "duration": 0.2}
    said: dict[str, Any] = {"preset": "mobile", "metadata": {"a": 1}, "priority": "high"}
    job = client.convert(clip_file("plain"), "talk.mkv", [trim], **said)
    assert (job.document["recipe"], job.document["preset"]) == ("convert", "mobile@1")
    assert (job.document["priority"], job.document["user_metadata"]) == (8, {"a": 1})
    client.wait(job.job_id)
    assert client.download(job.job_id, "talk.mkv", tmp_path / "talk.mkv").stat().st_size
    upload = f"upload:{client.upload(clip_file('plain'))}"
    pictures = client.convert(upload, None, [{"type": "thumbnail", "count": 2}])
    client.wait(pictures.job_id)
    made = {one.path for one in client.artifacts(pictures.job_id)}
    assert made == {"thumbnail_1.jpg", "thumbnail_2.jpg", "metadata.json"}
    with pytest.raises(ApiError, match="path_rejected"):
        client.convert({"path": "/etc/passwd"}, "mp4")


def test_presets_and_batches(client: Client, house: House) -> None:
    small = {"output": {"format": "mp4", "video": {"preset": "ultrafast", "crf": 40}}}
    made = client.presets.create("mine", small, description="Small")
    assert (made.reference, made.scope, made.settings) == ("mine@1", "own", small)
    assert client.presets.create("mine", small, description="Small") == made
    assert client.presets.list()[0] == client.presets.get("mine") == made
    upload = f"upload:{client.upload(clip_file('plain'))}"
    trim = {"type": "trim", "duration": 0.2}
    jobs = [{"input": upload, "preset": "mine", "operations": [trim]}, {"input": "/nowhere/x"}]
    with pytest.raises(ApiError) as refused:
        client.batches.create(jobs)
    assert refused.value.fields.keys() == {"/jobs/1/input"}
    batch = client.batches.create(jobs, partial_success=True, batch_name="Two")
    client.presets.delete("mine")
    with pytest.raises(ApiError, match="not_found"):
        client.presets.get("mine")
    seen: list[Batch] = []
    ended = client.batches.wait(batch.batch_id, on_progress=seen.append, look_seconds=0.2)
    assert (ended.status, ended.percent, ended.counts["completed"]) == ("completed", 100, 1)
    assert seen[-1] == ended == client.batches.cancel(batch.batch_id)
    assert ended.jobs[1]["error"]["code"] == "not_found"
    assert client.batches.list(limit="1")[0].batch_id == batch.batch_id

    async def awaited() -> None:
        async with AsyncClient(house.url, KEY) as other:
            assert await other.batches.get(batch.batch_id) == ended
            assert (await other.presets.get("mobile")).scope == "built_in"

    asyncio.run(awaited())


def test_it_needs_nothing_of_the_server(run: Callable[[str], str]) -> None:
    servers = "{'fastapi', 'sqlalchemy', 'av', 'pydantic', 'uvicorn', 'typer', 'alembic', "
    servers += "'standardwebhooks', 'structlog', 'websockets', 'starlette'}"
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
