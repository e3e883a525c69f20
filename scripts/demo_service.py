"""The demo of the service: start, upload, live progress, playback from the service, clean stop."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console


@dataclass(frozen=True)
class Service:
    """A service that runs."""

    url: str
    key: str

    def client(self) -> httpx.Client:
        base = f"{self.url}/api/v1"
        return httpx.Client(base_url=base, headers={"X-API-Key": self.key}, timeout=60)


def show_service(console: Console, source: Path, log: Path) -> None:
    """A job from its upload to its playback; the service's log goes to a file."""
    with tempfile.TemporaryDirectory(prefix="reelmill-demo-") as folder:
        console.rule("reelmill serve")
        with serving(console, Path(folder), log) as service, service.client() as client:
            began = time.monotonic()
            with source.open("rb") as file:
                answer = client.post(
                    "/jobs/upload",
                    files={"file": (source.name, file)},
                    data={"metadata": '{"title": "The demo"}', "priority": "7"},
                    headers={"Idempotency-Key": f"demo-{source.name}"},
                )
            answer.raise_for_status()
            took = 1000 * (time.monotonic() - began)
            console.print(
                f'curl -H "X-API-Key: $KEY" -F file=@{source.name} -F priority=7 '
                f"{service.url}/api/v1/jobs/upload"
            )
            console.print(f"{answer.status_code} in {took:.0f} ms: {answer.json()['job_id']}")
            job_id = answer.json()["job_id"]
            follow(Path(folder), job_id)
            play(console, client.get(f"/jobs/{job_id}").raise_for_status().json())


@contextmanager
def serving(console: Console, folder: Path, log: Path) -> Generator[Service]:
    """The service as a process of its own, ended as an operator would: TERM."""
    command = [sys.executable, "-m", "reelmill", "serve", "--port", "0", "--data-dir", str(folder)]
    with log.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            console.print(line.rstrip(), style="dim", markup=False)
            if "admin key" in line:
                break
        url = re.search(r"listening on (\S+)", "".join(said))
        key = re.search(r"admin key\s+(\S+)", "".join(said))
        if url is None or key is None:
            sys.exit("the service did not start")
        yield Service(url[1], key[1])
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)
        console.print(f"stopped by TERM with {code} after {time.monotonic() - began:.1f} s")
        console.print(f"its log, as JSON lines: {log}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def follow(folder: Path, job_id: str) -> None:
    """Its tasks, as they go on, until it is at its end; then all that is known of it."""
    for words in (("watch", job_id), ("show", job_id)):
        command = [sys.executable, "-m", "reelmill", "jobs", *words, "--data-dir", str(folder)]
        if code := subprocess.run(command, check=False).returncode:
            sys.exit(code)


def play(console: Console, job: Mapping[str, Any]) -> None:
    """Fetch what a player would: a signed path, no key; the addresses inside are relative."""
    master = httpx.URL(job["master_playlist_url"])
    playlists = addresses(httpx.get(master).raise_for_status().text)
    rung = master.join(playlists[-1])
    segments = addresses(httpx.get(rung).raise_for_status().text)
    piece = httpx.get(rung.join(segments[0]), headers={"Range": "bytes=0-187"})
    console.print(f"playback URL, for any player: {master}")
    console.print(
        f"  {len(playlists)} renditions; {len(segments)} segments in the last; "
        f"the first packet of the first: {piece.status_code}, {len(piece.content)} bytes"
    )


def addresses(playlist: str) -> list[str]:
    """The lines of an M3U8 that name something (RFC 8216, section 4.1)."""
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]
