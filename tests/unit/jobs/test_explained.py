from __future__ import annotations

from fractions import Fraction

from reelmill.jobs.compile import CLOSE
from reelmill.jobs.explained import asked, doing
from reelmill.jobs.submit import INSPECT
from reelmill.model.facts import Capabilities, Facts, SourceFacts, VideoStream
from reelmill.model.steps import Policy
from reelmill.planner.plan import plan
from reelmill.recipes.analyze.recipe import AnalyzeRecipe
from reelmill.recipes.ladder.graph import ladder

FACTS = Facts(
    sources=(
        SourceFacts(
            container="mov,mp4",
            size_bytes=10**6,
            duration_seconds=Fraction(5),
            streams=(
                VideoStream(
                    index=0, codec="h264", width=1280, height=720, nominal_rate=Fraction(25)
                ),
            ),
        ),
    ),
    capabilities=Capabilities(
        ffmpeg_version="9", encoders=("libx264", "aac", "libmp3lame", "mjpeg"), cpu_count=2
    ),
)


def test_a_plan_in_words() -> None:
    graph = ladder()
    said = [line for step in plan(graph, FACTS, Policy()).steps for line in doing(step)]
    assert any(line.startswith("reads the source main") for line in said)
    assert any("720p/video_720p.mp4" in line and "libx264" in line for line in said)
    assert any("master.m3u8" in line for line in said)
    assert dict(asked(graph))["audio: audio/audio.mp3 (mp3)"]
    assert doing(INSPECT)
    assert doing(CLOSE)


def test_a_comparison_in_words() -> None:
    (source,) = FACTS.sources
    both = FACTS.but(sources=(source, source.but(source="reference")))

    (step,) = plan(AnalyzeRecipe().graph(("main", "reference")), both).steps

    assert doing(step)[-1] == "measures main against reference: vmaf, psnr, ssim"
