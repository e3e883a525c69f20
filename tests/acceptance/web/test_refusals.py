"""Bad input: the right code at once, and nothing left."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.clips import clip_file

from .making import upload
from .service import Service, service

JOBS = "/api/v1/jobs"
Attack = Callable[[Service, httpx.Client], httpx.Response]


def _body(content: bytes | str, path: str = f"{JOBS}/filesystem") -> Attack:
    headers = {"Content-Type": "application/json"}
    return lambda _, client: client.post(path, content=content, headers=headers)


def _file(path: Callable[[Service], str], **more: Any) -> Attack:
    return lambda here, client: client.post(
        f"{JOBS}/filesystem", json={"file_path": path(here), **more}
    )


def _upload(**data: Any) -> Attack:
    return lambda _, client: upload(client, **data)


def _form(files: dict[str, tuple[str | None, bytes]]) -> Attack:
    return lambda _, client: client.post(f"{JOBS}/upload", files=files)


def _with_thumbnail(content: bytes) -> Attack:
    video = clip_file("plain_720p").read_bytes()
    return _form({"file": ("v.mp4", video), "thumbnail": ("t.jpg", content)})


def _escape(here: Service) -> str:
    outside = here.roots.parent / "outside.mp4"
    outside.write_bytes(clip_file("plain_720p").read_bytes())
    (here.roots / "link.mp4").symlink_to(outside)
    return str(here.roots / "link.mp4")


def _fifo(here: Service) -> str:
    os.mkfifo(here.roots / "pipe.mp4")
    return str(here.roots / "pipe.mp4")


ATTACKS: dict[str, tuple[Attack, int, str, str | None]] = {
    "bad JSON": (_body("{"), 400, "invalid_request", None),
    "not UTF-8": (_body(b'{"a": "\xff"}'), 400, "invalid_request", None),
    "NaN": (_body('{"file_path": NaN}'), 400, "invalid_request", None),
    "twice": (_body('{"a": 1, "a": 2}'), 400, "invalid_request", None),
    "deep": (
        _body('{"metadata": ' + '{"a":' * 1000 + "1" + "}" * 1001),
        400,
        "invalid_request",
        None,
    ),
    "huge integer": (_body('{"priority": ' + "9" * 5000 + "}"), 400, "invalid_request", None),
    "2 MiB": (_body(b" " * (2 << 20)), 413, "too_large", None),
    "a list": (_body("[]"), 400, "invalid_request", ""),
    "priority 11": (_file(lambda _: "/a", priority=11), 400, "invalid_request", "/priority"),
    "priority true": (_file(lambda _: "/a", priority=True), 400, "invalid_request", "/priority"),
    "unknown field": (_file(lambda _: "/a", colour="red"), 400, "invalid_request", "/colour"),
    "webhook": (
        _file(lambda _: "/a", webhook_url="https://10.0.0.1/"),
        *(422, "url_blocked", "/webhook_url"),
    ),
    "contradiction": (
        _file(lambda _: "/a", settings={"hdr": "keep"}),
        *(400, "invalid_request", "/settings"),
    ),
    "control": (_file(lambda _: "/a", metadata={"a": ["\0"]}), 400, "invalid_request", "/metadata"),
    "outside": (_file(lambda _: "/etc/passwd"), 422, "path_rejected", "/file_path"),
    "the root itself": (_file(lambda here: str(here.roots)), 422, "path_rejected", "/file_path"),
    "dots": (_file(lambda here: f"{here.roots}/../x"), 422, "path_rejected", "/file_path"),
    "relative": (_file(lambda _: "x.mp4"), 422, "path_rejected", "/file_path"),
    "NUL": (_file(lambda here: f"{here.roots}/a\0b"), 422, "path_rejected", "/file_path"),
    "long": (_file(lambda here: f"{here.roots}/{'a' * 999}"), 422, "path_rejected", "/file_path"),
    "link": (_file(_escape), 422, "path_rejected", "/file_path"),
    "fifo": (_file(_fifo), 422, "path_rejected", "/file_path"),
    "not there": (_file(lambda here: f"{here.roots}/no.mp4"), 404, "not_found", "/file_path"),
    "upload priority 11": (_upload(priority="11"), 400, "invalid_request", "/priority"),
    "upload deep": (_upload(metadata="[" * 1000), 400, "invalid_request", "/metadata"),
    "upload metadata list": (_upload(metadata="[]"), 400, "invalid_request", "/metadata"),
    "upload long field": (_upload(metadata=" " * 70_000), 413, "too_large", "/metadata"),
    "upload unknown field": (_upload(colour="red"), 400, "invalid_request", "/colour"),
    "upload webhook": (
        _upload(webhook_url="http://localhost/"),
        *(422, "url_blocked", "/webhook_url"),
    ),
    "upload webhook file": (
        _upload(webhook_url="file:///etc/passwd"),
        *(400, "invalid_request", "/webhook_url"),
    ),
    "upload settings": (
        _upload(settings='{"rungs": ["361p"]}'),
        *(400, "invalid_request", "/settings/rungs/0"),
    ),
    "thumbnail 6 MB": (_with_thumbnail(b"x" * 6_000_000), 413, "too_large", "/thumbnail"),
    "thumbnail html": (_with_thumbnail(b"<html>"), 422, "input_unreadable", None),
    "no file": (_form({"priority": (None, b"5")}), 400, "invalid_request", "/file"),
    "not media": (_form({"file": ("a.mp4", b"hello" * 99)}), 422, "input_unreadable", None),
    "empty": (_form({"file": ("a.mp4", b"")}), 422, "input_unreadable", None),
    "no form": (_body("{}", f"{JOBS}/upload"), 400, "invalid_request", None),
    "too small": (_upload(clip="tiny_5x5"), 422, "media_limit", None),
    "no such job": (lambda _, client: client.get(f"{JOBS}/none"), 404, "not_found", None),
    "bad id": (lambda _, client: client.get(f"{JOBS}/..%2f"), 404, "not_found", None),
    "no such path": (lambda _, client: client.get("/api/v1/no"), 404, "not_found", None),
    "no such method": (lambda _, client: client.put(JOBS), 405, "method_not_allowed", None),
    "bad status": (
        lambda _, client: client.get(JOBS, params={"status": "x"}),
        400,
        "invalid_request",
        "/status",
    ),
    "no admin": (lambda _, client: client.get("/api/v1/admin/api-keys"), 403, "forbidden", None),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_refused(shared: Service, shared_client: httpx.Client, name: str) -> None:
    attack, status, code, pointer = ATTACKS[name]
    answer = attack(shared, shared_client)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["request_id"] == answer.headers["x-request-id"]
    assert said["status"] == status
    if pointer is not None:
        assert pointer in [one["pointer"] for one in said["errors"]]
    assert shared.nothing()
    assert shared.do(shared.site.jobs.statistics()).by_status.get("pending") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "nonsense"},
        {"X-API-Key": "rm_0123456789ab_" + "A" * 43},
        {"Authorization": "Basic YTpi"},
        {"X-API-Key": "\xff"},
    ],
)
def test_no_key(shared: Service, headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    with shared.client() as nobody:
        answer = nobody.get(JOBS, headers=raw)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"
    assert "www-authenticate" in answer.headers


def test_a_key_as_bearer(shared: Service) -> None:
    with shared.client(None, Authorization=f"Bearer {shared.key()}") as client:
        assert client.get(JOBS).status_code == 200


def _raw(here: Service, head: str, body: bytes, *, half_close: bool = False) -> bytes:
    with socket.create_connection(("127.0.0.1", here.port), 20) as sock:
        sock.sendall(head.replace("\n", "\r\n").encode() + body)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        answer = b""
        while more := sock.recv(65536):
            answer += more
        return answer


def _head(here: Service, length: int) -> str:
    return (
        f"POST {JOBS}/upload HTTP/1.1\nHost: x\nX-API-Key: {here.key()}\n"
        f"Content-Type: multipart/form-data; boundary=b\nContent-Length: {length}\n\n"
    )


def test_21_gb_declared(here: Service) -> None:
    began = time.monotonic()
    answer = _raw(here, _head(here, 21 * 10**9), b"")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in answer
    assert time.monotonic() - began < 2
    assert here.nothing()


@pytest.mark.parametrize("half_close", [True, False])
def test_a_body_shorter_than_declared(here: Service, *, half_close: bool) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", here.port), 20) as sock:
        sock.sendall(_head(here, 10**7).replace("\n", "\r\n").encode() + body + b"x" * 3_000_000)
        until(lambda: any(here.storage_folder.rglob("file")))
        if half_close:
            sock.shutdown(socket.SHUT_WR)
    until(here.nothing)


def test_a_form_that_ends_early(here: Service) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nxxx'
    answer = _raw(here, _head(here, len(body)), body)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert here.nothing()


def test_larger_than_the_limit_while_it_arrives(tmp_path: Path) -> None:
    with service(tmp_path / "small", max_upload_bytes=100_000) as here:
        with here.client(here.key()) as client:
            parts = (b"x" * 65536 for _ in range(10))
            head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

            def body() -> Any:
                yield head
                yield from parts

            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            answer = client.post(f"{JOBS}/upload", content=body(), headers=kind)
        assert answer.status_code == 413
        assert here.nothing()


def test_problems_have_their_words(shared: Service, shared_client: httpx.Client) -> None:
    sent = {"X-Request-Id": "mine-1"}
    answer = shared_client.post(f"{JOBS}/filesystem", json={"priority": 11}, headers=sent)
    said = answer.json()
    assert said["request_id"] == answer.headers["x-request-id"] == "mine-1"
    assert said["type"] == "urn:reelmill:error:invalid_request"
    assert said["instance"] == f"{JOBS}/filesystem"
    assert said["retryable"] is False
    places = {one["pointer"]: one["in"] for one in said["errors"]}
    assert places == {"/file_path": "body", "/priority": "body"}
    assert shared.nothing()
    forged = shared_client.get(JOBS, headers={"X-Request-Id": "a b\tc"})
    assert forged.headers["x-request-id"] != "a b\tc"
    assert json.dumps(said)


def until(so: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.02)
