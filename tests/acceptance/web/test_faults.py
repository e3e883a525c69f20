"""The database says no, at the worst moment."""

from __future__ import annotations

import errno
from typing import Any

import httpx
import pytest

from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.jobs.ports import Reservation
from reelmill.model.jobs import NewJob

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


def test_a_fault_of_ours_has_no_inner_words(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise KeyError("an inner word")

    monkeypatch.setattr(SqlJobStore, "job", broken)
    answer = client.get("/api/v1/jobs/a")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "inner" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
