"""metadata.json, field by field against the example of the reference."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from pydantic import JsonValue

from reelmill.model.jobs import Job
from reelmill.model.results import Artifact, Outcome, Quality, Segments, TaskResult
from reelmill.recipes.ladder.metadata import clock, metadata, stamp
from reelmill.recipes.ladder.settings import LadderSettings
from tests.unit.planner.films import film, picture, sound

ID = "550e8400-e29b-41d4-a716-446655440000"
USER: dict[str, JsonValue] = {"title": "My Video Title", "tags": ["tag1"], "custom_field_2": 123}
CREATED = datetime(2025, 11, 18, 14, 30, 22, tzinfo=UTC)
COMPLETED = datetime(2025, 11, 18, 15, 15, 45, tzinfo=UTC)
JOB = Job(job_id=ID, created_at=CREATED, filename="original_video.mp4", user_metadata=USER)
FACTS = film(
    picture(nominal_rate=Fraction(30)),
    sound(bit_rate=128_000),
    size_bytes=2_147_483_648,
    duration_seconds=Fraction(7201, 2),
    bit_rate=5_000_000,
)


def rung(name: str, width: int, height: int, size: int, bit_rate: int) -> Artifact:
    return Artifact(
        output=f"mp4_{name}",
        path=f"{name}/video_{name}.mp4",
        size_bytes=size,
        bit_rate=bit_rate,
        width=width,
        height=height,
    )


def playlist(name: str, size: int) -> Artifact:
    segments = Segments(
        count=360, size_bytes=size, longest_seconds=10, peak_bit_rate=1, average_bit_rate=1
    )
    path = f"{name}/segments/playlist.m3u8"
    return Artifact(output=f"hls_{name}", path=path, size_bytes=9, segments=segments)


def thumb(name: str, size: int) -> Artifact:
    return Artifact(output=f"thumb_{name}", path=f"thumbnails/thumb_{name}.jpg", size_bytes=size)


ARTIFACTS = (
    rung("360p", 640, 360, 268_435_456, 800_000),
    playlist("360p", 270_000_000),
    rung("720p", 1280, 720, 805_306_368, 2_500_000),
    playlist("720p", 810_000_000),
    Artifact(
        output="audio",
        path="audio/audio.mp3",
        size_bytes=90_177_536,
        sample_rate=48_000,
        duration_seconds=3600.5,
    ),
    thumb("custom", 128_456),
    *(thumb(name, 45_678) for name in ("00", "25", "50", "75", "100")),
)


def task(name: str, seconds: float) -> TaskResult:
    return TaskResult(name=name, status="completed", duration_seconds=seconds)


OUTCOME = Outcome(
    status="completed",
    tasks=(
        task("transcode_360p", 450),
        task("transcode_720p", 1800),
        task("extract_audio_mp3", 120),
    ),
    artifacts=ARTIFACTS,
    qualities=(
        Quality(output="quality_360p", psnr=42.5, ssim=0.95, frame_count=1),
        Quality(output="quality_720p", psnr=45.2, ssim=0.97, frame_count=1),
    ),
)


def segments(name: str, size: int) -> dict[str, JsonValue]:
    return {
        "count": 360,
        "duration_seconds": 10,
        "total_size_bytes": size,
        "playlist_path": f"processed/{ID}/{name}/segments/playlist.m3u8",
    }


def automatic(position: int, name: str, timestamp: str) -> dict[str, JsonValue]:
    return {
        "position_percent": position,
        "timestamp": timestamp,
        "path": f"processed/{ID}/thumbnails/thumb_{name}.jpg",
        "size_bytes": 45_678,
    }


REFERENCE: dict[str, JsonValue] = {
    "job_id": ID,
    "created_at": "2025-11-18T14:30:22Z",
    "completed_at": "2025-11-18T15:15:45Z",
    "processing_time_seconds": 2723,
    "status": "completed",
    "user_metadata": USER,
    "source": {
        "filename": "original_video.mp4",
        "size_bytes": 2_147_483_648,
        "format": "mp4",
        "codec": "h264",
        "resolution": "1920x1080",
        "width": 1920,
        "height": 1080,
        "duration_seconds": 3600.5,
        "bitrate": 5_000_000,
        "fps": 30,
        "audio_codec": "aac",
        "audio_bitrate": 128_000,
        "audio_sample_rate": 48_000,
    },
    "outputs": {
        "360p": {
            "path": f"processed/{ID}/360p/video_360p.mp4",
            "size_bytes": 268_435_456,
            "resolution": "640x360",
            "bitrate": 800_000,
            "processing_time_seconds": 450,
            "segments": segments("360p", 270_000_000),
        },
        "720p": {
            "path": f"processed/{ID}/720p/video_720p.mp4",
            "size_bytes": 805_306_368,
            "resolution": "1280x720",
            "bitrate": 2_500_000,
            "processing_time_seconds": 1800,
            "segments": segments("720p", 810_000_000),
        },
        "audio": {
            "path": f"processed/{ID}/audio/audio.mp3",
            "size_bytes": 90_177_536,
            "bitrate": 192_000,
            "sample_rate": 48_000,
            "duration_seconds": 3600.5,
            "processing_time_seconds": 120,
        },
        "transcription": None,
        "thumbnails": {
            "custom": {
                "path": f"processed/{ID}/thumbnails/thumb_custom.jpg",
                "size_bytes": 128_456,
                "source": "user_uploaded",
                "is_primary": True,
            },
            "auto_generated": [
                automatic(0, "00", "00:00:00"),
                automatic(25, "25", "00:15:00"),
                automatic(50, "50", "00:30:00"),
                automatic(75, "75", "00:45:00"),
                automatic(100, "100", "01:00:00"),
            ],
        },
    },
    # The reference's example says 7.99 and 48.5 %; of its own sizes it is 8.0 and 50 %.
    "compression_ratio": {"360p": 8.0, "720p": 2.67, "total_saved_percent": 50.0},
    "quality_metrics": {
        "360p": {"psnr": 42.5, "ssim": 0.95},
        "720p": {"psnr": 45.2, "ssim": 0.97},
    },
}


def papers(outcome: Outcome = OUTCOME) -> dict[str, JsonValue]:
    return metadata(JOB, FACTS, LadderSettings(), outcome, COMPLETED)


@pytest.mark.parametrize("key", REFERENCE)
def test_a_part_is_that_of_the_reference(key: str) -> None:
    assert papers()[key] == REFERENCE[key]


def test_all_keys_stand_there_in_the_order_of_the_reference() -> None:
    def keys(value: JsonValue) -> list[object]:
        if isinstance(value, dict):
            return [[name, keys(below)] for name, below in value.items()]
        return [keys(one) for one in value] if isinstance(value, list) else []

    assert keys(papers()) == keys(REFERENCE)


def test_whole_numbers_are_integers() -> None:
    source, outputs = papers()["source"], papers()["outputs"]

    assert isinstance(source, dict)
    assert isinstance(source["fps"], int)
    assert isinstance(outputs, dict)
    small = outputs["360p"]
    assert isinstance(small, dict)
    assert isinstance(small["segments"], dict)
    assert isinstance(small["segments"]["duration_seconds"], int)


def test_what_was_skipped_is_null() -> None:
    lost = ("mp4_720p", "hls_720p", "audio", "thumb_custom", "thumb_50", "hls_360p")
    made = tuple(one for one in ARTIFACTS if one.output not in lost)
    document = papers(OUTCOME.but(artifacts=made, qualities=()))

    outputs = document["outputs"]
    assert isinstance(outputs, dict)
    assert (outputs["720p"], outputs["audio"]) == (None, None)
    assert isinstance(outputs["360p"], dict)
    assert outputs["360p"]["segments"] is None
    assert isinstance(outputs["thumbnails"], dict)
    assert outputs["thumbnails"]["custom"] is None
    assert isinstance(outputs["thumbnails"]["auto_generated"], list)
    assert len(outputs["thumbnails"]["auto_generated"]) == 4
    assert document["compression_ratio"] == {
        "360p": 8.0,
        "720p": None,
        "total_saved_percent": 87.5,
    }
    assert document["quality_metrics"] == {"360p": None, "720p": None}


def test_sound_alone_has_no_picture_on_its_papers() -> None:
    facts = film(sound(index=0, bit_rate=None), duration_seconds=None)
    document = metadata(JOB, facts, LadderSettings(), OUTCOME.but(artifacts=()), COMPLETED)

    source = document["source"]
    assert isinstance(source, dict)
    for key in ("codec", "resolution", "width", "fps", "duration_seconds", "audio_bitrate"):
        assert source[key] is None
    assert document["compression_ratio"] == {
        "360p": None,
        "720p": None,
        "total_saved_percent": None,
    }


def test_times_are_written_in_utc() -> None:
    there = datetime(2025, 1, 1, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))

    assert stamp(there) == "2024-12-31T23:30:59Z"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00:00"), (59.99, "00:00:59"), (900.125, "00:15:00"), (90_061, "25:01:01")],
)
def test_a_clock_shows_whole_seconds(seconds: float, text: str) -> None:
    assert clock(seconds) == text
