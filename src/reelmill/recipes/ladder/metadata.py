"""metadata.json, to the letter of the reference (section 2.6). What was skipped is null."""

from datetime import datetime

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import Job
from reelmill.model.results import Artifact, Outcome
from reelmill.recipes.ladder.graph import CUSTOM_THUMBNAIL, FOLDERS
from reelmill.recipes.ladder.settings import LadderSettings, Rung
from reelmill.recipes.ladder.validate import as_number, original_suffix, resolution
from reelmill.recipes.recipe import stamp

Document = dict[str, JsonValue]


def metadata(
    job: Job, facts: SourceFacts, settings: LadderSettings, outcome: Outcome, completed_at: datetime
) -> Document:
    """The document of a completed job.

    Args:
        job: its identity and the user's own words.
        facts: what the source is.
        settings: the ladder that was asked for.
        outcome: what was made.
        completed_at: when.
    """
    papers = _Papers(job, facts, settings, outcome)
    return {
        "job_id": job.job_id,
        "created_at": stamp(job.created_at),
        "completed_at": stamp(completed_at),
        "processing_time_seconds": round((completed_at - job.created_at).total_seconds(), 3),
        "status": outcome.status,
        "user_metadata": job.user_metadata,
        "source": papers.source(),
        "outputs": papers.outputs(),
        "compression_ratio": papers.compression(),
        "quality_metrics": papers.quality(),
    }


def clock(seconds: float) -> str:
    """Hours, minutes and whole seconds, as the reference has timestamps."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


class _Papers:
    def __init__(
        self, job: Job, facts: SourceFacts, settings: LadderSettings, outcome: Outcome
    ) -> None:
        self._job, self._facts = job, facts
        self._settings, self._outcome = settings, outcome

    def source(self) -> Document:
        facts = self._facts
        picture, sound = facts.picture, facts.sound
        rate = picture.nominal_rate if picture else None
        length = facts.duration_seconds
        return {
            "filename": self._job.filename,
            "size_bytes": facts.size_bytes,
            "format": original_suffix(facts.container, self._job.filename)[1:],
            "codec": picture.codec if picture else None,
            "resolution": resolution(picture) if picture else None,
            "width": round(picture.display_width) if picture else None,
            "height": round(picture.display_height) if picture else None,
            "duration_seconds": round(float(length), 3) if length is not None else None,
            "bitrate": facts.bit_rate,
            "fps": as_number(float(rate)) if rate is not None else None,
            "audio_codec": sound.codec if sound else None,
            "audio_bitrate": sound.bit_rate if sound else None,
            "audio_sample_rate": sound.sample_rate if sound else None,
        }

    def outputs(self) -> Document:
        rungs = {rung.name: self._rung(rung) for rung in self._settings.rungs}
        return {
            **rungs,
            "audio": self._audio(),
            "transcription": None,
            "thumbnails": self._thumbnails(),
        }

    def _path(self, artifact: Artifact) -> str:
        return f"processed/{self._job.job_id}/{artifact.path}"

    def _seconds(self, task: str) -> float | None:
        return next((t.duration_seconds for t in self._outcome.tasks if t.name == task), None)

    def _rung(self, rung: Rung) -> Document | None:
        video = self._outcome.artifact(f"mp4_{rung.name}")
        if video is None:
            return None
        return {
            "path": self._path(video),
            "size_bytes": video.size_bytes,
            "resolution": f"{video.width}x{video.height}",
            "bitrate": video.bit_rate,
            "processing_time_seconds": self._seconds(f"transcode_{rung.name}"),
            "segments": self._segments(rung),
        }

    def _segments(self, rung: Rung) -> Document | None:
        found = (self._outcome.artifact(f"{package}_{rung.name}") for package in FOLDERS)
        playlist = next((one for one in found if one is not None), None)
        if playlist is None or playlist.segments is None:
            return None
        return {
            "count": playlist.segments.count,
            "duration_seconds": as_number(float(self._settings.segment_seconds)),
            "total_size_bytes": playlist.segments.size_bytes,
            "playlist_path": self._path(playlist),
        }

    def _audio(self) -> Document | None:
        audio = self._outcome.artifact("audio")
        if audio is None:
            return None
        return {
            "path": self._path(audio),
            "size_bytes": audio.size_bytes,
            "bitrate": self._settings.mp3_bit_rate,
            "sample_rate": audio.sample_rate,
            "duration_seconds": audio.duration_seconds,
            "processing_time_seconds": self._seconds("extract_audio_mp3"),
        }

    def _thumbnails(self) -> Document:
        custom = self._outcome.artifact(CUSTOM_THUMBNAIL)
        positions = self._settings.thumbnail_positions
        made = [(one, self._outcome.artifact(f"thumb_{one:02d}")) for one in positions]
        return {
            "custom": custom
            and {
                "path": self._path(custom),
                "size_bytes": custom.size_bytes,
                "source": "user_uploaded",
                "is_primary": True,
            },
            "auto_generated": [
                {
                    "position_percent": position,
                    "timestamp": clock(self._length * position / 100),
                    "path": self._path(thumb),
                    "size_bytes": thumb.size_bytes,
                }
                for position, thumb in made
                if thumb is not None
            ],
        }

    @property
    def _length(self) -> float:
        return float(self._facts.duration_seconds or 0)

    def compression(self) -> Document:
        size = self._facts.size_bytes
        videos = {
            rung.name: self._outcome.artifact(f"mp4_{rung.name}") for rung in self._settings.rungs
        }
        made = [video.size_bytes for video in videos.values() if video is not None]
        ratios: Document = {
            name: round(size / video.size_bytes, 2) if video else None
            for name, video in videos.items()
        }
        saved = round(100 * (1 - sum(made) / size), 1) if made else None
        return {**ratios, "total_saved_percent": saved}

    def quality(self) -> Document:
        found = {one.output: one for one in self._outcome.qualities}
        return {
            rung.name: {"psnr": round(one.psnr, 2), "ssim": round(one.ssim, 4)}
            if (one := found.get(f"quality_{rung.name}")) and one.psnr and one.ssim
            else None
            for rung in self._settings.rungs
        }
