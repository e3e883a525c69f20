"""Runs ladders, each once per session, and reads what came out."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from reelmill.app import configuration, ladder
from reelmill.model.errors import ReelmillError
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings
from tests.media import hear, look, read, sync
from tests.media.clips import clip_file

DAMAGED_IS_FINE = "REELMILL_LIMITS__DAMAGED_IS_FINE"
JOB = "job"
QUICK = LadderSettings(
    rungs=(RUNGS["360p"],), preset="ultrafast", segment_seconds=Fraction(1), quality=False
)
"""One small rung with all that goes with it, in segments of a second."""
PICTURE_ONLY = QUICK.but(mp3=False, thumbnail_positions=())


@dataclass(frozen=True)
class Glance:
    """What is kept of a frame that was looked at."""

    time: Fraction
    number: int | None
    shape: tuple[int, int]
    lit: bool


@dataclass(frozen=True)
class Film:
    """A finished video or playlist: its pictures are read once, and not kept."""

    path: Path

    @cached_property
    def first(self) -> read.Seen:
        return read.first_frame(self.path)

    @cached_property
    def glances(self) -> list[Glance]:
        return [
            Glance(seen.time, seen.number, _shape(seen), look.flashes(seen.luma))
            for seen in read.iter_frames(self.path)
        ]

    @property
    def numbers(self) -> list[int | None]:
        return [seen.number for seen in self.glances]

    @property
    def times(self) -> list[Fraction]:
        return [seen.time for seen in self.glances]

    @property
    def flashes(self) -> list[float]:
        """Seconds at which the patch turns white."""
        before = [False, *(seen.lit for seen in self.glances)]
        return [
            float(seen.time)
            for seen, was_lit in zip(self.glances, before, strict=False)
            if seen.lit and not was_lit
        ]

    @cached_property
    def sync_errors(self) -> list[float]:
        """Beep minus flash, for each flash with a beep near it."""
        return beside(hear.beep_times(self.path), self.flashes)


def _shape(seen: read.Seen) -> tuple[int, int]:
    height, width = seen.luma.shape
    return height, width


def beside(beeps: list[float], flashes: list[float]) -> list[float]:
    """Beep minus flash, for each flash with a beep near it."""
    errors: list[float] = []
    for flash in flashes:
        near = [beep - flash for beep in beeps if abs(beep - flash) < sync.PAIRING_SECONDS]
        errors += [min(near, key=abs)] if near else []
    return errors


@dataclass(frozen=True)
class Job:
    """A completed job."""

    result: ladder.Result
    _films: dict[str, Film] = field(default_factory=dict[str, Film])

    @property
    def folder(self) -> Path:
        return self.result.folder

    @property
    def warnings(self) -> set[str]:
        return {notice.code for notice in self.result.outcome.warnings}

    @property
    def skipped(self) -> dict[str, str | None]:
        return {
            task.name: task.reason for task in self.result.outcome.tasks if task.status == "skipped"
        }

    @property
    def rungs(self) -> list[str]:
        return sorted(path.parent.name for path in self.folder.glob("*p/*.mp4"))

    def film(self, path: str) -> Film:
        """A video or playlist by its path below the job's folder."""
        if path not in self._films:
            self._films[path] = Film(self.folder / path)
        return self._films[path]

    @property
    def mp4(self) -> Film:
        return self.film("360p/video_360p.mp4")

    @property
    def hls(self) -> Film:
        return self.film("360p/segments/playlist.m3u8")

    @property
    def mp3(self) -> Path:
        return self.folder / "audio/audio.mp3"

    def still(self, position: int) -> Path:
        return self.folder / f"thumbnails/thumb_{position:02d}.jpg"


@contextmanager
def damaged_is_fine() -> Generator[None]:
    """The operator's setting, for as long as this lasts."""
    os.environ[DAMAGED_IS_FINE] = "true"
    configuration.settings.cache_clear()
    try:
        yield
    finally:
        del os.environ[DAMAGED_IS_FINE]
        configuration.settings.cache_clear()


class Ladders:
    """Ladders by clip, settings and policy."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._done: dict[tuple[str, str, bool], Job | ReelmillError] = {}

    def job(self, clip: str, settings: LadderSettings = QUICK, *, finish: bool = False) -> Job:
        """The completed job of a clip.

        Raises:
            ReelmillError: it was refused or failed.
        """
        key = (clip, settings.to_json(), finish)
        if key not in self._done:
            self._done[key] = self._run(clip_file(clip), settings, finish)
        found = self._done[key]
        if isinstance(found, ReelmillError):
            raise found
        return found

    def refusal(self, clip: str, settings: LadderSettings = QUICK) -> ReelmillError:
        """Why a clip was refused; nothing of it may be left."""
        try:
            job = self.job(clip, settings)
        except ReelmillError as error:
            return error
        raise AssertionError(f"{clip} was accepted: {sorted(job.warnings)}")

    def file(self, path: Path, settings: LadderSettings = QUICK) -> Job:
        """The completed job of a file that is no clip."""
        found = self._run(path, settings, finish=False)
        if isinstance(found, ReelmillError):
            raise found
        return found

    def _run(self, path: Path, settings: LadderSettings, finish: bool) -> Job | ReelmillError:
        output = self._root / f"run-{len(list(self._root.iterdir()))}"
        try:
            if finish:
                with damaged_is_fine():
                    return Job(ladder.run(path, output, settings, job_id=JOB, original="none"))
            return Job(ladder.run(path, output, settings, job_id=JOB, original="none"))
        except ReelmillError as error:
            left = [one for one in output.rglob("*") if one.is_file()] if output.exists() else []
            assert left == [], "a failed job left something behind"
            output.mkdir(exist_ok=True)
            return error
