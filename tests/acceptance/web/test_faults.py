"""The database says no, at the worst moment."""

from __future__ import annotations

import errno
import io
import logging
import socket
from collections.abc import Callable, Generator
from contextlib import redirect_stderr
from typing import Any

import httpx
import pytest
import structlog

from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.app.logs import set_up_logs
from reelmill.jobs.ports import Reservation
from reelmill.model.jobs import NewJob
from tests.media.clips import clip_file

from .making import upload
from .service import Service


def test_the_database_is_away(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OSError(errno.EIO, "the database says: postgres://user:password@host")

    with monkeypatch.context() as patch:
        patch.setattr(SqlJobStore, "accept", away)
        refused = upload(client, headers={"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["code"]) == (503, "internal")
    assert refused.json()["retryable"] is True
    assert "password" not in refused.text
    assert here.nothing()
    assert upload(client, headers={"Idempotency-Key": "a"}).status_code == 202


def test_the_link_breaks_after_the_commit(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = SqlJobStore.accept

    async def commit_and_break(
        self: SqlJobStore, job: NewJob, reservation: Reservation | None, limit: int | None
    ) -> None:
        await accept(self, job, reservation, limit)
        raise OSError(errno.EIO, "the database says: connection lost")

    with monkeypatch.context() as patch:
        patch.setattr(SqlJobStore, "accept", commit_and_break)
        accepted = upload(client, headers={"Idempotency-Key": "a"})
    assert accepted.status_code == 202
    assert len(here.files()) == 1
    again = upload(client, headers={"Idempotency-Key": "a"})
    assert again.json() == accepted.json()


def test_the_disk_is_full(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(here.site.storage), "put", full)
    refused = upload(client)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert here.nothing()


def leave(patch: pytest.MonkeyPatch, here: Service, free_bytes: Callable[[], int]) -> None:
    """Let there be so much room."""

    def said(_: object) -> int:
        return free_bytes()

    patch.setattr(type(here.site.storage), "free_bytes", said)


def test_an_upload_that_does_not_fit_is_refused_before_it_comes(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what it says of itself is looked at: not one byte of it is sent."""
    free = clip_file("plain_720p").stat().st_size // 2
    leave(monkeypatch, here, lambda: free)
    head = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(10**9)}
    with socket.create_connection(("127.0.0.1", here.port), 20) as sock:
        lines = [f"{name}: {value}" for name, value in {**client.headers, **head}.items()]
        sock.sendall("\r\n".join(["POST /api/v1/jobs/upload HTTP/1.1", *lines, "", ""]).encode())
        answer = b""
        while b'"code"' not in answer and (more := sock.recv(65536)):
            answer += more
    assert answer.startswith(b"HTTP/1.1 507 ")
    assert b'"code":"storage_full"' in answer
    assert here.nothing()


def test_the_disk_fills_up_while_an_upload_comes(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a length, and others write as well."""
    room = iter([10**9, 10**9, *[0] * 99])
    leave(monkeypatch, here, lambda: next(room))
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    def body() -> Generator[bytes]:
        yield part
        for _ in range(5):
            yield b"x" * (1 << 20)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    refused = client.post("/api/v1/jobs/upload", content=body(), headers=kind)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert here.nothing()


def test_what_steps_have_reserved_is_not_for_uploads(
    here: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reserved(_: object) -> int:
        return 10**9

    with monkeypatch.context() as patch:
        leave(patch, here, lambda: 10**9)
        patch.setattr(SqlJobStore, "reserved_bytes", reserved)
        assert upload(client).status_code == 507
    assert upload(client).status_code == 202


@pytest.fixture(params=["console", "json"])
def logs(request: pytest.FixtureRequest) -> Generator[io.StringIO]:
    """What a service writes to standard error, as it is set up there."""
    root, said = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    with redirect_stderr(said):
        set_up_logs("info", request.param)
        yield said
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_a_fault_of_ours_has_no_inner_words(
    logs: io.StringIO, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the words, for who runs it, but no values of variables: they may be secrets."""

    async def broken(*_: Any) -> None:
        secret = "".join(["hid", "den"])
        raise KeyError("an inner word", len(secret))

    monkeypatch.setattr(SqlJobStore, "job", broken)
    answer = client.get("/api/v1/jobs/a")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "inner" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "KeyError: ('an inner word', 6)" in logs.getvalue()
    assert "hidden" not in logs.getvalue()
