"""A mono output beside stereo ones: each keeps its own channels in one process."""

import subprocess
from pathlib import Path

from reelmill.adapters.storage.workplace import workplace
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Plain
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph, Source
from reelmill.model.operations import EncodeAudio, SelectAudio, Sound
from reelmill.planner.plan import plan
from reelmill.worker.execute import Executor
from reelmill.worker.run_plan import run_plan

GRAPH = Graph(
    sources=(Source(id="main"),),
    nodes=(
        SelectAudio(id="track", source="main"),
        Sound(id="sound", input="track"),
        EncodeAudio(id="mp3", input="sound", codec="mp3", bit_rate=128_000),
        Sound(id="mono", input="track", max_channels=1),
        EncodeAudio(id="wav", input="mono", codec="pcm_s16le", sample_rate=16_000),
    ),
    outputs=(
        FileOutput(
            name="mp3",
            task="extract_mp3",
            path="a.mp3",
            streams=("mp3",),
            container=Plain(format="mp3"),
        ),
        FileOutput(
            name="wav",
            task="extract_wav",
            path="a.wav",
            streams=("wav",),
            container=Plain(format="wav"),
        ),
    ),
)


def test_a_mono_output_leaves_its_neighbours_stereo(tmp_path: Path) -> None:
    ffmpeg, source = find_ffmpeg(), tmp_path / "source.flac"
    words = ["-f", "lavfi", "-i", "sine=duration=1:sample_rate=48000", "-ac", "2"]
    subprocess.run([ffmpeg.path, "-v", "error", *words, source], check=True)
    facts = Facts(sources=(probe(source),), capabilities=probe_capabilities(ffmpeg))
    planned = plan(GRAPH, facts)
    (step,) = planned.steps

    with workplace(tmp_path / "work", {"main": source}) as folder:
        # Without the alternative, verification would tell on the fused process.
        outcome = run_plan(planned.but(steps=(step.but(split=()),)), Executor(ffmpeg.path, folder))

    assert outcome.failure is None
    assert {one.output for one in outcome.artifacts} == {"mp3", "wav"}
