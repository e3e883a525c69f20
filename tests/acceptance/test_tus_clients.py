"""Clients of tus that no one here wrote: tuspy, and tus-js-client."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from tests.acceptance.command import environment
from tests.acceptance.peers import PEERS, missing, node
from tests.acceptance.running import CHEAP, Running
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

HEADERS = {"X-API-Key": KEY, "Tus-Resumable": "1.0.0"}
PART_BYTES = 40_000


class Mortal(House):
    """A service that can be killed, and comes back where it was."""

    newest: Running

    def begin(self, *words: str) -> None:
        self.newest = self.serve(*words)

    def begin_again(self) -> None:
        self.newest.kill()
        self.begin("--port", str(httpx.URL(self.url).port))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[Mortal]:
    made = Mortal(tmp_path_factory.mktemp("peers") / "data", roots=Path("/nowhere"))
    made.begin()
    yield made
    made.end()


def makes_a_job(house: House, url: str, filename: str) -> None:
    asked = {"upload_id": url.rpartition("/")[2], "settings": CHEAP}
    job = house.ended(house.ask("POST", "/jobs", json=asked).json()["job_id"])
    assert (job["status"], job["filename"]) == ("completed", filename)
    kept = house.storage / "raw" / f"{job['job_id']}_original.mp4"
    assert kept.read_bytes() == clip_file("plain").read_bytes()


def test_tuspy(house: Mortal) -> None:
    client = TusClient(f"{house.url}/api/v1/uploads", headers={"X-API-Key": KEY})
    with clip_file("plain").open("rb") as file:
        first = uploader(client, file, metadata={"filename": "Ça va?.mp4"})
        first.upload_chunk()
        assert first.url is not None
        house.begin_again()
        second = uploader(client, file, url=first.url)
        assert second.offset == PART_BYTES
        second.upload()
    makes_a_job(house, first.url, "Ça va?.mp4")


def uploader(client: TusClient, file: BinaryIO, **more: Any) -> Uploader:
    """One that says what each part comes to (its extension `checksum`)."""
    given = {"chunk_size": PART_BYTES, "upload_checksum": True, "retries": 2, "retry_delay": 0}
    return Uploader(file_stream=file, client=client, **given, **more)


def by_node(house: House, *words: str) -> str:
    """The URL of the upload."""
    program = node()
    if program is None or not (PEERS / "node_modules/tus-js-client").is_dir():
        missing("tus-js-client: scripts/test_peers.sh installs it")
    done = subprocess.run(
        [
            *(str(program), PEERS / "upload.mjs", f"{house.url}/api/v1/uploads"),
            *(clip_file("plain"), *words),
        ],
        env=environment(REELMILL_API_KEY=KEY),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_tus_js_client(house: Mortal) -> None:
    url = by_node(house, "stop")
    size = clip_file("plain").stat().st_size
    at = int(httpx.head(url, headers=HEADERS).headers["Upload-Offset"])
    assert size / 3 < at < size
    assert by_node(house, "finish", url) == url
    file = house.storage / "uploads" / url.rpartition("/")[2]
    assert file.read_bytes() == clip_file("plain").read_bytes()
    gone = by_node(house, "terminate")
    assert httpx.head(gone, headers=HEADERS).status_code == 404
