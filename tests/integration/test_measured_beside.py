"""A still and sound beside measured encodes: FFmpeg waits for itself if these are last (ADR 9)."""

import subprocess
from fractions import Fraction
from pathlib import Path

from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Hls, Plain
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph, Output, QualityOutput, Source
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    Node,
    SelectAudio,
    SelectVideo,
    Still,
    Trim,
)
from reelmill.planner.plan import plan

RUNS = 12
"""4 of 5 hang where measurements are not moved ahead."""


def video(name: str, of: str) -> list[Node]:
    grid = Fraction(1, 2)
    encode = EncodeVideo(id=name, input=of, crf=18, preset="ultrafast", key_frame_seconds=grid)
    return [encode]


def file(name: str, *streams: str) -> list[Output]:
    hls = Hls(segment_seconds=Fraction(1, 2), segments="fmp4")
    return [
        FileOutput(
            name=name, task=name, path=f"{name}.mp4", streams=streams, container=Plain(format="mp4")
        ),
        FileOutput(
            name=f"hls_{name}",
            task=name,
            path=f"{name}/playlist.m3u8",
            streams=streams,
            container=hls,
        ),
        QualityOutput(name=f"quality_{name}", task=name, encode=streams[0]),
    ]


GRAPH = Graph(
    sources=(Source(id="main"),),
    nodes=(
        SelectVideo(id="picture", source="main"),
        SelectAudio(id="track", source="main"),
        Still(id="first", input="picture", position=Fraction(0)),
        Colour(id="toned", input="first", target="jpeg"),
        EncodeImage(id="image", input="toned"),
        Trim(id="part", input="picture", start_seconds=Fraction(0), end_seconds=Fraction(9, 10)),
        ConstantRate(id="steady", input="part", max_rate=Fraction(60)),
        Colour(id="coloured", input="steady"),
        EncodeAudio(id="audio", input="track"),
        *video("plain", "steady"),
        *video("pinned", "coloured"),
    ),
    outputs=(
        FileOutput(
            name="still",
            task="still",
            path="s.jpg",
            streams=("image",),
            container=Plain(format="image"),
        ),
        *file("one", "plain", "audio"),
        *file("two", "pinned"),
    ),
)


def test_a_still_beside_measured_encodes_never_hangs(tmp_path: Path) -> None:
    ffmpeg, source = find_ffmpeg(), tmp_path / "source.mkv"
    words = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=1"]
    words += ["-f", "lavfi", "-i", "sine=duration=1", "-c:v", "libx264", "-c:a", "aac"]
    subprocess.run([ffmpeg.path, "-v", "error", *words, "-pix_fmt", "yuv420p", source], check=True)
    facts = Facts(sources=(probe(source),), capabilities=probe_capabilities(ffmpeg))
    (step,) = plan(GRAPH, facts).steps
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    command = [ffmpeg.path, *arguments(step.running(), {"main": "source.mkv"})]

    for _ in range(RUNS):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
