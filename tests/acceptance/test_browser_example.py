"""The example for browsers, in one: a page of another origin uploads, watches and plays."""

from __future__ import annotations

import threading
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.faults.house import KEY, House
from tests.media.clips import clip_file

PAGE = Path(__file__).resolve().parents[2] / "examples/browser"
PLAYED = "document.querySelector('video').currentTime > 0.4"


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012 - the base's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""


@pytest.fixture(scope="module")
def site() -> Generator[str]:
    """Somebody's web server, with the example on it."""
    handler = partial(Quiet, directory=str(PAGE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, site: str) -> Generator[House]:
    folder = tmp_path_factory.mktemp("page") / "data"
    made = House(folder, Path("/nowhere"), REELMILL_CORS_ORIGINS=site)
    made.serve()
    yield made
    made.end()


def fill(page: Page, house: House, site: str, key: str) -> None:
    page.goto(site)
    page.locator("[name=url]").fill(house.url)
    page.locator("[name=key]").fill(key)
    page.locator("[name=file]").set_input_files(clip_file("plain"))
    page.locator("button").click()


def test_from_a_file_to_a_picture(page: Page, house: House, site: str) -> None:
    asked: list[str] = []
    lost: list[str] = []

    def lose(route: Route) -> None:
        """The first part arrives, but nobody hears of it."""
        if route.request.method == "PATCH" and not lost:
            route.fetch()
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.on("request", lambda request: asked.append(request.url))
    page.route("**/uploads/*", lose)
    fill(page, house, site, KEY)
    page.locator("video").wait_for(timeout=60_000)
    assert lost
    assert page.locator("#upload").evaluate("one => one.value") == 1
    assert page.locator("#job").evaluate("one => one.value") == 100
    page.locator("video").evaluate("one => one.play()")
    page.wait_for_function(PLAYED)
    assert page.locator("video").evaluate("one => one.videoWidth") == 640
    (job,) = house.ask("GET", "/jobs").json()["jobs"]
    assert (job["status"], job["filename"]) == ("completed", clip_file("plain").name)
    assert job["user_metadata"] == {"from": "a browser"}
    assert any("/events?token=" in url for url in asked)
    assert all(url.startswith((site, house.url, "blob:", "data:")) for url in asked)
    assert KEY not in "".join(asked)


def test_a_refusal_is_shown(page: Page, house: House, site: str) -> None:
    fill(page, house, site, "no key")
    page.locator("#stage", has_text="key").wait_for()
