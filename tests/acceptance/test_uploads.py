"""Uploads in parts, by the words of tus 1.0, to the running service."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.command import wait_for
from tests.acceptance.running import Running
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("uploads")  # one service for all

TUS = {"Tus-Resumable": "1.0.0", "X-API-Key": KEY}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("tus") / "data", roots=Path("/nowhere"))
    made.serve()
    yield made
    made.end()


def body() -> bytes:
    return clip_file("plain").read_bytes()


def named(**words: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())


def begin(house: House, size: int, content: bytes = b"", **headers: str) -> httpx.Response:
    given = {**(BYTES if content else TUS), "Upload-Length": str(size), **headers}
    return httpx.post(f"{house.url}/api/v1/uploads", headers=given, content=content)


def patch(
    url: str, offset: int, content: bytes | Generator[bytes], **headers: str
) -> httpx.Response:
    given = {**BYTES, "Upload-Offset": str(offset), **headers}
    return httpx.patch(url, headers=given, content=content, timeout=60)


def offset(url: str) -> int:
    answer = httpx.head(url, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def job_of(house: House, url: str, **fields: Any) -> httpx.Response:
    asked = {"upload_id": url.rpartition("/")[2], **fields}
    return house.ask("POST", "/jobs", json=asked)


def test_what_it_can_do(house: House) -> None:
    answer = httpx.options(f"{house.url}/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    wanted = {"creation", "creation-with-upload", "expiration", "checksum", "termination"}
    assert set(answer.headers["Tus-Extension"].split(",")) == wanted
    assert answer.headers["Tus-Max-Size"] == str(20 * 10**9)
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_a_job_of_an_upload_in_parts(house: House) -> None:
    data = body()
    third = len(data) // 3
    made = begin(
        house, len(data), data[:third], **{"Upload-Metadata": named(filename="My talk.mp4")}
    )
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, str(third))
    assert "Upload-Expires" in made.headers
    url = made.headers["Location"]
    early = job_of(house, url)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert patch(url, third, data[third:-5]).status_code == 204
    assert offset(url) == len(data) - 5
    done = patch(url, len(data) - 5, data[-5:])
    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(data)))
    answer = job_of(house, url, metadata={"a": 1})
    assert answer.status_code == 202, answer.text
    job = house.ended(answer.json()["job_id"])
    assert (job["status"], job["filename"]) == ("completed", "My talk.mp4")
    house.nothing_is_lost(job["job_id"])
    kept = house.storage / "raw" / f"{job['job_id']}_original.mp4"
    assert kept.read_bytes() == data
    assert httpx.head(url, headers=TUS).status_code == 404
    assert not [*(house.storage / "uploads").glob("*")]


def test_what_is_refused_stays(house: House) -> None:
    made = begin(house, 9, b"no video.")
    answer = job_of(house, made.headers["Location"])
    assert (answer.status_code, answer.json()["code"]) == (422, "input_unreadable")
    assert offset(made.headers["Location"]) == 9
    assert httpx.delete(made.headers["Location"], headers=TUS).status_code == 204
    assert httpx.head(made.headers["Location"], headers=TUS).status_code == 404
    assert httpx.delete(made.headers["Location"], headers=TUS).status_code == 404
    assert job_of(house, made.headers["Location"]).status_code == 404


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512", "md5"])
def test_a_part_with_a_checksum(house: House, algorithm: str) -> None:
    url = begin(house, 6).headers["Location"]
    right = base64.b64encode(hashlib.new(algorithm, b"abc").digest()).decode()
    assert patch(url, 0, b"abd", **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 460
    assert offset(url) == 0
    assert patch(url, 0, b"abc", **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 204
    assert offset(url) == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "9" * 19}, 413),
        ({"Upload-Length": "21000000000"}, 413),
        ({"Upload-Length": "5", "Upload-Metadata": "a !"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "a " + "A" * 9000}, 400),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_no_such_beginning(house: House, headers: dict[str, str], status: int) -> None:
    before = {*(house.storage / "uploads").glob("*")}
    answer = httpx.post(f"{house.url}/api/v1/uploads", headers={**TUS, **headers})
    assert answer.status_code == status, answer.text
    assert {*(house.storage / "uploads").glob("*")} == before


def test_no_such_part(house: House) -> None:
    url = begin(house, 6, b"ab").headers["Location"]
    assert patch(url, 0, b"ab").status_code == 409
    assert patch(url, 3, b"ab").status_code == 409
    assert patch(url, 2, b"abcdefgh").status_code == 413
    assert patch(url, 2, b"ab", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    assert patch(url, 2, b"ab", **{"Upload-Offset": ""}).status_code == 400
    wrong = httpx.patch(url, headers={**TUS, "Upload-Offset": "2"}, content=b"ab")
    assert wrong.status_code == 400
    assert offset(url) == 2
    assert httpx.head(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 401


def test_another_key_has_none_of_it(house: House) -> None:
    url = begin(house, 6, b"ab").headers["Location"]
    made = house.ask("POST", "/admin/api-keys", json={"name": "another"}).json()
    other = {**BYTES, "X-API-Key": made["api_key"], "Upload-Offset": "2"}
    assert httpx.head(url, headers=other).status_code == 404
    assert httpx.patch(url, headers=other, content=b"cdef").status_code == 404
    assert httpx.delete(url, headers=other).status_code == 404


def hanging(house: House, url: str, offset: int, content: bytes, length: int) -> socket.socket:
    """A request whose connection does not end, though nothing comes any more."""
    address = httpx.URL(house.url)
    opened = socket.create_connection((address.host, address.port or 80))
    head = f"PATCH {httpx.URL(url).path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in BYTES.items())
    opened.sendall(f"{head}Upload-Offset: {offset}\r\n\r\n".encode() + content)
    return opened


def test_a_broken_connection_loses_nothing(house: House) -> None:
    url = begin(house, 3_000_000).headers["Location"]
    data = os.urandom(2_500_000)
    hanging(house, url, 0, data, 3_000_000).close()
    wait_for(lambda: offset(url) == len(data), "all that came")


def test_a_client_that_comes_back_takes_over(house: House) -> None:
    data = os.urandom(3_000_000)
    url = begin(house, len(data)).headers["Location"]
    with hanging(house, url, 0, data[:2_000_000], len(data)) as dead:
        file = house.storage / "uploads" / url.rpartition("/")[2]
        wait_for(lambda: file.stat().st_size > 0, "the first bytes")
        here = wait_for(lambda: offset(url), "an end of the old request")
        assert patch(url, here, data[here:]).status_code == 204
        assert dead.recv(12) in (b"", b"HTTP/1.1 409")
    assert file.read_bytes() == data


def test_killed_again_and_again(tmp_path: Path) -> None:
    """The service is killed in the middle of each part; the file comes out whole."""
    house = House(tmp_path / "data", roots=Path("/nowhere"))
    size, piece = 90 << 20, os.urandom(1 << 20)
    try:
        running = house.serve()
        path = httpx.URL(begin(house, size).headers["Location"]).path
        for _ in range(2):
            at = offset(house.url + path)
            with pytest.raises(httpx.TransportError):
                patch(house.url + path, at, striking(running, piece, at, size))
            running.process.wait(20)
            running = house.serve()
        at = offset(house.url + path)
        assert at >= 32 << 20  # much of what came had stayed
        assert patch(house.url + path, at, (piece * 90)[at:]).status_code == 204
        digest = hashlib.sha256()
        with (house.storage / "uploads" / path.rpartition("/")[2]).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        assert digest.hexdigest() == hashlib.sha256(piece * 90).hexdigest()
    finally:
        house.end()


def striking(running: Running, piece: bytes, at: int, size: int) -> Generator[bytes]:
    """40 MiB of the rest, then the end of the service."""
    for _ in range(40):
        part = piece[at % len(piece) :][: size - at]
        at += len(part)
        yield part
    running.kill()
    yield b"x"


def test_parts_are_no_requests_of_their_own(tmp_path: Path) -> None:
    house = House(tmp_path / "data", Path("/nowhere"), REELMILL_REQUESTS_PER_MINUTE="5")
    try:
        house.serve()
        url = begin(house, 20).headers["Location"]
        for at in range(20):
            assert patch(url, at, b"x").status_code == 204
        assert offset(url) == 20
    finally:
        house.end()


def test_begun_again_under_its_key_it_is_the_same(house: House) -> None:
    content, name = body(), named(filename="talk.mp4")
    said: dict[str, Any] = {"Idempotency-Key": "begin talk", "Upload-Metadata": name}
    first = begin(house, len(content), content[:100], **said)
    again = begin(house, len(content), content[:100], **said)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == first.headers["Upload-Offset"] == "100"
    assert (again.headers["Tus-Resumable"], again.content) == ("1.0.0", b"")
    other = begin(house, len(content) + 1, **said)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert httpx.delete(first.headers["Location"], headers=TUS).status_code == 204
    gone = begin(house, len(content), **said)
    assert gone.headers["Location"] == first.headers["Location"]
    assert "Upload-Offset" not in gone.headers
    free: dict[str, Any] = {"Idempotency-Key": "too large"}
    assert begin(house, 10**12, **free).status_code == 413
    assert begin(house, 1, **free).status_code == 201
