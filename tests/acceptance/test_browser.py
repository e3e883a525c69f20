"""What a browser sees of the service, with nothing but the service to load from."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.faults.house import House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("browser")  # one service for all

PLAY = """async (url) => {
    const video = document.querySelector('video') || document.createElement('video');
    if (url) { video.crossOrigin = 'anonymous'; video.src = url; document.body.append(video); }
    video.muted = true;
    const moved = new Promise((tell) => {
        video.addEventListener('timeupdate', () => { if (video.currentTime > 0.4) tell(); });
        video.addEventListener('error', tell);
        setTimeout(tell, 20000);
    });
    await video.play();
    await moved;
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.drawImage(video, 0, 0, 100, 100);
    const pixels = canvas.getImageData(0, 0, 100, 100).data;
    return { colours: new Set(new Uint32Array(pixels.buffer)).size, width: video.videoWidth,
             played: video.currentTime > 0.4, seconds: video.duration,
             error: video.error && video.error.message };
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("browser") / "data", roots=Path("/"))
    made.serve()
    yield made
    made.end()


@pytest.fixture(scope="module")
def job(house: House) -> dict[str, Any]:
    ended = house.ended(house.submit(clip_file("plain")))
    assert ended["status"] == "completed", ended
    return ended


def test_the_master_playlist_plays_where_it_is_opened(page: Page, job: dict[str, Any]) -> None:
    page.goto(job["master_playlist_url"])
    seen = page.evaluate(PLAY, None)
    assert (seen["played"], seen["width"], seen["error"]) == (True, 640, None)
    assert seen["seconds"] == pytest.approx(job["video_info"]["duration"], abs=0.1)


def test_it_plays_in_a_page_of_somebody_else(
    page: Page, job: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><title>Another site</title>")
    page.goto((tmp_path / "page.html").as_uri())
    for url in (job["master_playlist_url"], job["outputs"]["360p"]["video"]["url"]):
        seen = page.evaluate(PLAY, url)
        assert (seen["played"], seen["width"], seen["error"]) == (True, 640, None)
        assert seen["colours"] > 100


@pytest.mark.parametrize(
    ("path", "shown"), [("/docs", ".opblock-summary-path"), ("/redoc", "[data-section-id]")]
)
def test_the_documentation_loads_from_here_alone(
    page: Page, house: House, path: str, shown: str
) -> None:
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url))
    page.goto(house.url + path)
    page.locator(shown).first.wait_for()
    assert page.locator(shown).count() >= 37
    assert len(loaded) > 2
    assert all(url.startswith((house.url, "data:", "blob:")) for url in loaded)
