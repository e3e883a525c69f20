"""Uploads and downloads where the other side, or the file, is not what it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from reelmill.client import ApiError, BrokenDownloadError, Client, SourceChangedError, calls

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0)


def client_of(answer: Answer) -> Client:
    return Client("http://x", "k", transport=httpx.MockTransport(answer))


def serving(files: dict[str, bytes], *listed: str) -> Answer:
    """A service, or somebody who says to be one."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("/artifacts")[2].removeprefix("/")
        if not path:
            made = [{"path": one, "size_bytes": 1} for one in listed]
            return httpx.Response(200, json={"artifacts": made})
        return httpx.Response(
            200, stream=httpx.ByteStream(files[path]), headers=lengths(files[path])
        )

    return answer


def lengths(data: bytes) -> dict[str, str]:
    return {"Content-Length": str(len(data))}


@pytest.mark.parametrize("path", ["../a", "/etc/a", "b/../../a", "..", ".", "a\\..\\b"])
def test_nothing_is_written_elsewhere(tmp_path: Path, path: str) -> None:
    playlist = {"p.m3u8": f'#EXT-X-MAP:URI="{path}"\n'.encode()}
    for answer in (serving({}, path), serving(playlist, "p.m3u8")):
        with pytest.raises(BrokenDownloadError, match="no file of a job"):
            client_of(answer).download_all("j", tmp_path / "out")
        assert [*tmp_path.iterdir()] == []


def test_all_that_playlists_name_is_fetched_once(tmp_path: Path) -> None:
    files = {
        "master.m3u8": b'#EXT-X-MEDIA:TYPE=AUDIO,URI="a/p.m3u8"\n#EXT-X-STREAM-INF:\na/p.m3u8\n',
        "a/p.m3u8": b'#EXTM3U\n#EXT-X-MAP:URI="init.m4s"\n#EXTINF:1,\n1.m4s\n\n1.m4s\n',
        "a/init.m4s": b"i",
        "a/1.m4s": b"1",
    }
    folder = client_of(serving(files, "master.m3u8")).download_all("j", tmp_path / "out")
    found = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*.*")}
    assert found == files


def test_a_file_that_is_another_one_by_now(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"abc")
    told = {"Upload-Offset": "0", "Upload-Length": "4"}
    with pytest.raises(SourceChangedError):
        client_of(lambda _: httpx.Response(200, headers=told)).upload(source, "u")


def test_a_refusal_is_not_tried_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        problem = {"code": "storage_full", "detail": "no room", "retryable": False}
        return httpx.Response(507, json=problem)

    (tmp_path / "a.mp4").write_bytes(b"abc")
    with pytest.raises(ApiError, match="storage_full: no room"):
        client_of(refuse).upload(tmp_path / "a.mp4")
    assert asked == ["POST"]
