"""The job document has every name of the reference's (section 4.2), with values of its kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from reelmill.jobs.papers import papers
from reelmill.jobs.submit import described
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.facts import AudioStream, Capabilities, Facts, SourceFacts, VideoStream
from reelmill.model.records import JobProgram, TaskRecord
from reelmill.model.results import Artifact, Failure, Quality, Segments
from reelmill.recipes.ladder.graph import ladder
from reelmill.recipes.ladder.settings import LadderSettings
from reelmill.web.documents.job import document
from reelmill.web.playback import Links
from reelmill.web.site import WebConfig

GOLDEN = Path(__file__).with_name("job_document.json")
BEGUN = datetime(2026, 11, 18, 14, 30, 22, tzinfo=UTC)
LINKS = Links("http://localhost", WebConfig(signing_secret=b"0123456789abcdef"), lambda: 0.0)
FACTS = SourceFacts(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    size_bytes=2_048_000_000,
    duration_seconds=Fraction(7201, 2),
    bit_rate=5_000_000,
    streams=(
        VideoStream(index=0, codec="h264", width=1920, height=1080, nominal_rate=Fraction(30)),
        AudioStream(index=1, codec="aac", sample_rate=48_000, channels=2, bit_rate=128_000),
    ),
)


def record(**changes: Any) -> JobProgram:
    made = JobProgram(
        job_id="550e8400-e29b-41d4-a716-446655440000",
        key_id="k",
        status="pending",
        priority=5,
        filename="video.mp4",
        source_type="upload",
        recipe="ladder",
        created_at=BEGUN,
        updated_at=BEGUN,
        user_metadata={"title": "My video"},
        settings=LadderSettings().model_dump(mode="json"),
        sources={},
        size_bytes=FACTS.size_bytes,
        video_info=described(FACTS, "video.mp4"),
        graph=ladder(LadderSettings()),
        tasks=(),
    )
    return made.but(**changes)


def _video(side: int, width: int, size: int) -> list[Artifact]:
    segments = Segments(
        count=360,
        size_bytes=size + 2_000_000,
        longest_seconds=10,
        peak_bit_rate=1,
        average_bit_rate=1,
    )
    return [
        Artifact(
            output=f"mp4_{side}p",
            path=f"{side}p/video_{side}p.mp4",
            size_bytes=size,
            width=width,
            height=side,
            bit_rate=800_000,
        ),
        Artifact(
            output=f"hls_{side}p",
            path=f"{side}p/segments/playlist.m3u8",
            size_bytes=999,
            segments=segments,
        ),
    ]


def completed() -> JobProgram:
    names = [f"{position:02d}" for position in (0, 25, 50, 75, 100)]
    thumbs = [
        Artifact(output=f"thumb_{one}", path=f"thumbnails/thumb_{one}.jpg", size_bytes=128_456)
        for one in (*names, "custom")
    ]
    ended = BEGUN + timedelta(seconds=2723)
    tasks = [
        TaskRecord(name=name, status="completed", duration_seconds=seconds)
        for name, seconds in (
            ("transcode_360p", 450.0),
            ("transcode_720p", 1800.0),
            ("extract_audio_mp3", 120.0),
        )
    ]
    done = record(
        status="completed",
        completed_at=ended,
        facts=Facts(sources=(FACTS,), capabilities=Capabilities(ffmpeg_version="9", encoders=())),
        tasks=tuple(tasks),
        artifacts=(
            *_video(360, 640, 256_000_000),
            *_video(720, 1280, 768_000_000),
            Artifact(
                output="audio", path="audio/audio.mp3", size_bytes=86_000_000, sample_rate=48_000
            ),
            *thumbs,
            Artifact(output="master_hls", path="master.m3u8", size_bytes=300),
        ),
        qualities=(Quality(output="quality_360p", psnr=38.5, ssim=0.95, frame_count=9),),
    )
    return done.but(papers=papers(done, ended))


def test_a_completed_job() -> None:
    """The golden file is the reference's example with our additions; see docs/api.md."""
    made = document(completed(), LINKS).model_dump(mode="json")
    token = made["master_playlist_url"].split("/")[4]
    shown = json.loads(json.dumps(made).replace(token, "TOKEN"))
    assert shown == json.loads(GOLDEN.read_text())


def test_a_running_job() -> None:
    tasks = (
        TaskRecord(name="validate_video", status="completed", duration_seconds=5.0),
        TaskRecord(name="transcode_720p", status="running"),
        TaskRecord(name="extract_audio_mp3", status="pending"),
        TaskRecord(name="transcribe_video", status="skipped", reason="not configured"),
    )
    stored = Progress(tasks=(TaskProgress(name="transcode_720p", fraction=0.3),), fraction=0.3)
    running = record(status="processing", stage="transcode_720p", tasks=tasks, progress=stored)
    heard = TaskProgress(
        name="transcode_720p", fraction=0.659, eta_seconds=180, speed=2.5, size_bytes=10**6
    )
    made = document(running, LINKS, Progress(tasks=(heard,), fraction=0.659))
    assert (made.progress_percent, made.current_task) == (65, "transcode_720p")
    assert [one.progress_percent for one in made.tasks] == [100, 65, 0, None]
    assert (made.tasks[1].eta_seconds, made.tasks[1].output_size_mb) == (180, 1.0)
    assert made.tasks[3].reason == "not configured"
    assert made.outputs is None
    older = document(running, LINKS, Progress(tasks=(), fraction=0.1))
    assert older.progress_percent == 30


def test_a_failed_job() -> None:
    failure = Failure(code="input_truncated", message="it ends early", detail="moov")
    made = document(record(status="failed", failure=failure), LINKS)
    assert made.error is not None
    assert made.error.code == "input_truncated"
    assert made.progress_percent is None
