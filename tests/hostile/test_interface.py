"""Every bad input through the running service: exactly its error, and nothing stays behind.

Slow clients, bodies that are shorter than they say and the heads of requests are in
tests/acceptance/web (test_connections.py, test_refusals.py); rebinding names and what a server
that is asked may answer, in tests/contract/fetcher.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest

from reelmill.ffmpeg.sandbox.outside import Outside, outside
from tests.acceptance.running import CHEAP
from tests.contract.fetcher.peer import Handler, Peer, peer
from tests.faults.house import House
from tests.hostile.payloads import MEDIA, NAMES, REQUESTS, URLS, Media
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("hostile interface")  # one service for all

Refused = Callable[[str], None]
THUMBNAILS = {
    "PNG bomb": (422, "media_limit"),
    "SVG": (415, "unsupported_media"),
    "HLS of a file": (415, "unsupported_media"),
    "HTML": (422, "input_unreadable"),
    "random bytes": (422, "input_unreadable"),
}
TEXTS = {
    "percent": "save 50% %{x} %d",
    "filter": "':\\[];,=",
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u202eabc",
    "emoji": "\U0001f3ac\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "markup": "<script>alert(1)</script> {{7*7}} ${7*7} '; DROP TABLE jobs; --",
}


@pytest.fixture(scope="module")
def there() -> Generator[Outside]:
    with outside() as world:
        yield world


@pytest.fixture(scope="module")
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, there: Outside, other: Peer
) -> Generator[House]:
    """It may fetch from one port of this machine; the outside listens on another."""
    folder = tmp_path_factory.mktemp("hostile")
    roots = folder / "roots"
    roots.mkdir()
    (roots / "leads-out.mp4").symlink_to(there.canary)
    (roots / "folder").symlink_to(there.folder)
    made = House(
        folder / "data",
        roots=roots,
        REELMILL_FETCH__PORTS=f"[{other.port}]",
        REELMILL_FETCH__NETWORKS='["127.0.0.1/32"]',
    )
    made.serve()
    yield made
    made.end()


@pytest.fixture(autouse=True)
def forgotten(house: House) -> Generator[None]:
    """Each begins on empty ground, however the last one ended."""
    yield
    for one in house.ask("GET", "/jobs").json()["jobs"]:
        house.ask("DELETE", f"/jobs/{one['job_id']}")
        house.ask("DELETE", f"/jobs/{one['job_id']}", params={"purge": "true"})


def upload(house: House, path: Path, name: str = "a.mp4", **fields: str) -> httpx.Response:
    with path.open("rb") as file:
        data = {"settings": json.dumps(CHEAP), **fields}
        return house.ask("POST", "/jobs/upload", files={"file": (name, file)}, data=data)


def is_refused(house: House, answer: httpx.Response, status: int, code: str) -> None:
    """Told as such, at once; and nothing was begun."""
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    assert answer.headers["content-type"] == "application/problem+json"
    leaves_nothing(house)


def ends_with(house: House, answer: httpx.Response, code: str) -> None:
    """A job that was taken comes to this end, and goes without a trace."""
    assert answer.status_code == 202, answer.text
    job = house.ended(answer.json()["job_id"])
    assert (job["error"] or {"code": ""})["code"] == code, job
    assert job["status"] == ("failed" if code else "completed")
    if code:
        assert house.ask("GET", f"/jobs/{job['job_id']}/artifacts").json()["artifacts"] == []
    gone = house.ask("DELETE", f"/jobs/{job['job_id']}", params={"purge": "true"})
    assert gone.status_code == 200
    leaves_nothing(house)


def leaves_nothing(house: House) -> None:
    house.nothing_is_left()
    left = [path for name in ("raw", "processed") for path in house.storage.glob(f"{name}/*")]
    assert left == []


def nothing_was_reached(house: House, there: Outside) -> None:
    assert there.reached() == []
    assert there.secret not in house.said()


@pytest.mark.parametrize("name", MEDIA)
def test_media(house: House, there: Outside, tmp_path: Path, name: str, refused: Refused) -> None:
    payload: Media = MEDIA[name]
    path = tmp_path / "payload"
    payload.make(path, there)
    answer = upload(house, path)
    if answer.status_code == 202:
        ends_with(house, answer, payload.code)
    else:
        assert answer.status_code in (415, 422), answer.text
        is_refused(house, answer, answer.status_code, payload.code)
    nothing_was_reached(house, there)
    if payload.code:
        refused(name)


@pytest.mark.parametrize("name", THUMBNAILS)
def test_thumbnails(
    house: House, there: Outside, tmp_path: Path, name: str, refused: Refused
) -> None:
    path = tmp_path / "payload"
    MEDIA[name].make(path, there)
    files = {"file": ("a.mp4", clip_file("plain").read_bytes()), "thumbnail": path.read_bytes()}
    answer = house.ask("POST", "/jobs/upload", files=files)
    is_refused(house, answer, *THUMBNAILS[name])
    nothing_was_reached(house, there)
    refused(name)


@pytest.mark.parametrize("name", NAMES)
def test_names(house: House, name: str) -> None:
    """They are shown, and mean nothing to anybody: all of these are taken."""
    given, shown = NAMES[name]
    answer = upload(house, clip_file("plain"), given)
    assert answer.status_code == 202, answer.text
    job = house.job(answer.json()["job_id"])
    assert job["filename"] == shown


def test_line_ends_in_the_name_of_a_part(house: House, refused: Refused) -> None:
    """They break the part's headers; a header of ours they never become."""
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a\r\nX-Injected: 1\r\n"'
    body = head.encode() + b"\r\n\r\n" + clip_file("plain").read_bytes() + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = house.ask("POST", "/jobs/upload", content=body, headers=kind)
    assert "x-injected" not in answer.headers
    is_refused(house, answer, 400, "invalid_request")
    refused("CRLF")


def test_a_nul_in_the_name_of_a_part(house: House) -> None:
    """It is left out."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\0b.mp4"\r\n\r\n'
    body = head + clip_file("plain").read_bytes() + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = house.ask("POST", "/jobs/upload", content=body, headers=kind)
    assert answer.status_code == 202, answer.text
    assert house.job(answer.json()["job_id"])["filename"] == "ab.mp4"


def test_words_of_users(house: House) -> None:
    """Whatever they say, it comes back as it was, through a whole job."""
    words = "".join(TEXTS.values())
    metadata = {**TEXTS, words: [words, {words: words}]}
    name = f"{words}.mp4".replace("/", "")
    answer = upload(house, clip_file("plain"), name, metadata=json.dumps(metadata))
    assert answer.status_code == 202, answer.text
    job = house.ended(answer.json()["job_id"])
    assert (job["status"], job["user_metadata"]) == ("completed", metadata)
    papers = house.storage / "processed" / job["job_id"] / "metadata.json"
    assert json.loads(papers.read_text())["user_metadata"] == metadata


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("path", ["/jobs/filesystem", "/plan"])
def test_requests(house: House, name: str, path: str, refused: Refused) -> None:
    content, status, code = REQUESTS[name]
    if path == "/plan" and b"webhook" in content:
        content, status, code = content.replace(b"webhook_url", b"x"), 400, "invalid_request"
    headers = {"Content-Type": "application/json"}
    is_refused(house, house.ask("POST", path, content=content, headers=headers), status, code)
    refused(f"{path}: {name}")


def test_ten_thousand_parts(house: House, refused: Refused) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="priority"\r\n\r\n5\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = house.ask("POST", "/jobs/upload", content=part * 10_000 + b"--b--", headers=kind)
    is_refused(house, answer, 400, "invalid_request")
    refused("10,000 parts")


@pytest.mark.parametrize("path", ["leads-out.mp4", "folder/canary", "../roots/../data/secret"])
def test_links_that_lead_outside(house: House, there: Outside, path: str, refused: Refused) -> None:
    roots = house.folder.parent / "roots"
    for whole in (f"{roots}/{path}", f"{roots}/./{path}"):
        answer = house.ask("POST", "/jobs/filesystem", json={"file_path": whole})
        is_refused(house, answer, 422, "path_rejected")
    nothing_was_reached(house, there)
    refused(path)


def test_files_with_names_that_mean_something(house: House) -> None:
    roots = house.folder.parent / "roots"
    names = ("-i.mp4", "a:b.mp4", "concat:a|b.mp4", "%03d.mp4", "'; x.mp4")
    for name in names:
        (roots / name).write_bytes(clip_file("plain").read_bytes())
    for job_id in [house.submit(roots / name, settings=CHEAP) for name in names]:
        job = house.ended(job_id)
        assert job["status"] == "completed"
        assert job["filename"] in names


@pytest.mark.parametrize(
    "job_id", ["..%2f", "..%2f..%2fdata%2fsecret", "%00", "%0d%0aX:1", "a" * 999]
)
def test_ids_of_jobs(house: House, job_id: str, refused: Refused) -> None:
    for method, below in (("GET", ""), ("GET", "/logs"), ("POST", "/retry"), ("DELETE", "")):
        is_refused(house, house.ask(method, f"/jobs/{job_id}{below}"), 404, "not_found")
    refused(job_id)


def test_keys_of_the_storage(house: House, refused: Refused) -> None:
    """A job that is there, and what is not its own."""
    answer = upload(house, clip_file("plain"))
    job = house.ended(answer.json()["job_id"])["job_id"]
    listed = house.ask("GET", f"/jobs/{job}/artifacts").json()["artifacts"]
    token = listed[0]["url"].split("/v/")[1].split("/")[0]
    for path in ("..%2f..%2fsecret", "%2e%2e/%2e%2e/secret", "%00", "/etc/passwd", "../raw"):
        for url in (f"/api/v1/jobs/{job}/artifacts/{path}", f"/v/{token}/{job}/{path}"):
            answer = httpx.get(f"{house.url}{url}", headers={"X-API-Key": house.key})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        refused(path)


@pytest.mark.parametrize("url", URLS)
def test_urls(house: House, there: Outside, url: str, refused: Refused) -> None:
    filled = url.replace("{tcp}", str(there.tcp_port)).replace("{canary}", str(there.canary))
    is_refused(house, house.ask("POST", "/jobs/url", json={"url": filled}), 422, "url_blocked")
    nothing_was_reached(house, there)
    refused(url)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://127.0.0.1:{tcp}/", "file://{canary}"]
)
def test_redirects(
    house: House, there: Outside, other: Peer, target: str, refused: Refused
) -> None:
    """From where we may ask to where we may not."""
    place = target.replace("{tcp}", str(there.tcp_port)).replace("{canary}", str(there.canary))

    def away(handler: Handler) -> None:
        handler.say(302, Location=place)

    other.answers["/a.mp4"] = away
    ends_with(
        house, house.ask("POST", "/jobs/url", json={"url": other.url("/a.mp4")}), "url_blocked"
    )
    nothing_was_reached(house, there)
    refused(target)


@pytest.mark.parametrize("name", ["HLS of an address", "mp4, cut at 30 %"])
def test_media_from_elsewhere(
    house: House, there: Outside, other: Peer, tmp_path: Path, name: str, refused: Refused
) -> None:
    path = tmp_path / "payload"
    MEDIA[name].make(path, there)
    other.answers["/b.mp4"] = lambda handler: handler.say(200, path.read_bytes())
    answer = house.ask("POST", "/jobs/url", json={"url": other.url("/b.mp4")})
    ends_with(house, answer, MEDIA[name].code)
    nothing_was_reached(house, there)
    refused(name)


def test_nothing_of_all_this_was_a_fault_of_ours(house: House) -> None:
    assert '"event": "fault"' not in house.said()
    assert "attempt_broke" not in house.said()
    assert "Traceback" not in house.said()
