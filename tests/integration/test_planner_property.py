"""The planner's oracle: with and without its passes, every output is the same."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from reelmill.adapters.storage.workplace import workplace
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Hls, Plain
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph, MasterPlaylist, Output, QualityOutput, Source
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    Deinterlace,
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    Node,
    Scale,
    SelectAudio,
    SelectVideo,
    Sound,
    Still,
    Trim,
)
from reelmill.model.results import Outcome
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from reelmill.worker.execute import Executor, Limits
from reelmill.worker.run_plan import run_plan

POLICY = Policy(encoder_threads=1)
LIMITS = Limits(stall_seconds=15)

FILMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "variable": (  # a variable rate, and codecs that can be copied
        "mkv",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=96x64:r=30:d=1.5,format=yuv420p"),
            *("-f", "lavfi", "-i", "sine=440:r=44100:d=1.5"),
            *("-vf", "select='not(eq(mod(n,7),3))*not(between(n,7,8))'", "-fps_mode", "vfr"),
            *("-c:v", "ffv1", "-c:a", "pcm_s16le"),
        ),
    ),
    "late": (  # the sound begins late and ends early; B-frames, an edit list
        "mp4",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=1.6,format=yuv420p"),
            *("-itsoffset", "0.3", "-f", "lavfi", "-i", "sine=330:r=48000:d=0.9"),
            *("-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-c:a", "aac"),
        ),
    ),
    "interlaced": (  # top field first, and a clock that does not begin at 0
        "mkv",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=128x96:r=50:d=1.4,format=yuv420p,interlace"),
            *("-f", "lavfi", "-i", "sine=550:r=48000:d=1.4"),
            *("-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "3", "-g", "10"),
            *("-c:a", "flac", "-ac", "2", "-output_ts_offset", "1.5"),
        ),
    ),
}


class _Film:
    """A source and what is known of it, too much to be printed with every failure."""

    def __init__(self, path: Path, facts: Facts) -> None:
        self.path, self.facts = path, facts

    def __repr__(self) -> str:
        return self.path.name


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, _Film]:
    folder = tmp_path_factory.mktemp("films")
    ffmpeg = find_ffmpeg()
    host = probe_capabilities(ffmpeg)
    made: dict[str, _Film] = {}
    for name, (extension, words) in FILMS.items():
        path = folder / f"{name}.{extension}"
        command = [ffmpeg.path, "-nostdin", "-v", "error", *words, f"file:{path}"]
        subprocess.run(command, check=True, timeout=60)
        made[name] = _Film(path, Facts(sources=(probe(path),), capabilities=host))
    return made


class _Draft:
    """A graph that grows; every node and output gets a fresh name."""

    def __init__(self, draw: st.DrawFn, *, late: bool) -> None:
        self.draw, self.late = draw, late
        self.nodes: list[Node] = [
            SelectVideo(id="picture", source="main"),
            SelectAudio(id="track", source="main"),
        ]
        self.pictures = ["picture"]
        self.steady: set[str] = set()
        """Pictures whose frames stand on a grid from 0, as segments and measurements need it."""
        self.sounds = ["track"]
        self.outputs: list[Output] = []

    def one_of(self, names: list[str]) -> str:
        return self.draw(st.sampled_from(names))

    def name(self) -> str:
        return f"n{len(self.nodes)}"

    def add(self, node: Node) -> str:
        self.nodes.append(node)
        return node.id

    def grow_picture(self) -> None:
        read, kind = self.one_of(self.pictures), self.one_of(["trim", "frames", "rate", "size"])
        if kind == "trim":
            self.pictures.append(self.add(self._trim(read)))
        elif kind == "frames":
            self._grow_on(read, Deinterlace(id=self.name(), input=read))
        elif kind == "rate":
            rate = self.draw(st.sampled_from((Fraction(12), Fraction(24), Fraction(120))))
            held = self.draw(st.sampled_from((None, *self.sounds)))
            node = ConstantRate(id=self.name(), input=read, max_rate=rate, hold_for=held)
            self.pictures.append(self.add(node))
            self.steady.add(node.id)
        else:
            side = self.draw(st.sampled_from((None, 32, 48, 50)))
            self._grow_on(read, Scale(id=self.name(), input=read, short_side=side))

    def _grow_on(self, read: str, node: Node) -> None:
        self.pictures.append(self.add(node))
        if read in self.steady:
            self.steady.add(node.id)

    def grow_sound(self) -> None:
        read = self.one_of(self.sounds)
        if self.draw(st.booleans()):
            self.sounds.append(self.add(self._trim(read)))
        else:
            beside = self.draw(st.sampled_from((None, *self.pictures)))
            channels = self.draw(st.sampled_from((1, 2)))
            node = Sound(id=self.name(), input=read, pad_to=beside, max_channels=channels)
            self.sounds.append(self.add(node))

    def _trim(self, read: str) -> Trim:
        start = self.draw(st.sampled_from((Fraction(0), Fraction(1, 7), Fraction(1, 5))))
        end = self.draw(st.sampled_from((None, Fraction(7, 10), Fraction(9, 10))))
        return Trim(id=self.name(), input=read, start_seconds=start, end_seconds=end)

    def write_video(self, task: str) -> None:
        codec: Literal["h264", "ffv1"] = self.draw(st.sampled_from(("h264", "h264", "ffv1")))
        pad = read = self.one_of(self.pictures)
        if read not in self.steady and self.draw(st.booleans()):
            rate = ConstantRate(id=self.name(), input=read, max_rate=Fraction(120))
            pad = read = self.add(rate)
            self.steady.add(read)
        if self.draw(st.booleans()):
            pad = self.add(Colour(id=self.name(), input=pad))
        lossy = codec == "h264"
        video = EncodeVideo(
            id=self.name(),
            input=pad,
            codec=codec,
            crf=18 if lossy else None,
            preset="ultrafast" if lossy else None,
            key_frame_seconds=Fraction(1, 2) if lossy else None,
        )
        streams = [self.add(video)]
        if self.draw(st.booleans()):
            streams.append(self.add(EncodeAudio(id=self.name(), input=self.one_of(self.sounds))))
        name = f"o{len(self.outputs)}"
        container = Plain(format="mp4") if lossy else Plain(format="matroska")
        suffix = "mp4" if lossy else "mkv"
        written = FileOutput(
            name=name,
            task=task,
            path=f"{name}.{suffix}",
            streams=tuple(streams),
            container=container,
        )
        self.outputs.append(written)
        if lossy and read in self.steady:
            self._write_beside(written)

    def _write_beside(self, written: FileOutput) -> None:
        if self.draw(st.booleans()):
            name = f"o{len(self.outputs)}"
            hls = Hls(
                segment_seconds=Fraction(1, 2),
                segments=self.draw(st.sampled_from(("mpegts", "fmp4"))),
            )
            self.outputs.append(
                FileOutput(
                    name=name,
                    task=f"{written.task}_hls",
                    path=f"{name}/playlist.m3u8",
                    streams=written.streams,
                    container=hls,
                )
            )
            path, task = f"{name}.m3u8", "master"
            self.outputs.append(MasterPlaylist(name=f"{name}m", task=task, path=path, of=(name,)))
        if self.draw(st.booleans()):
            name, encode = f"o{len(self.outputs)}", written.streams[0]
            self.outputs.append(QualityOutput(name=name, task="quality", encode=encode))

    def write_sound(self, task: str) -> None:
        codec: Literal["flac", "pcm_s16le"] = self.draw(st.sampled_from(("flac", "pcm_s16le")))
        rate = self.draw(st.sampled_from((None, None, 16_000)))
        read = self.one_of(["track", *self.sounds])
        if self.late:  # a WAV has no timestamps: sound begins at 0 or loses its lateness
            read = self.add(Sound(id=self.name(), input=read))
        encode = EncodeAudio(id=self.name(), input=read, codec=codec, sample_rate=rate)
        name, wav = f"o{len(self.outputs)}", codec == "pcm_s16le"
        self.outputs.append(
            FileOutput(
                name=name,
                task=task,
                path=f"{name}.{'wav' if wav else 'mkv'}",
                streams=(self.add(encode),),
                container=Plain(format="wav") if wav else Plain(format="matroska"),
            )
        )

    def write_still(self, task: str) -> None:
        position = self.draw(st.sampled_from((Fraction(0), Fraction(1, 4), Fraction(2, 3), 1)))
        read = self.one_of(self.pictures)
        still = self.add(Still(id=self.name(), input=read, position=Fraction(position)))
        pad = self.add(Colour(id=self.name(), input=still, target="jpeg"))
        encode = self.add(EncodeImage(id=self.name(), input=pad))
        name, path = f"o{len(self.outputs)}", f"o{len(self.outputs)}.jpg"
        self.outputs.append(
            FileOutput(
                name=name, task=task, path=path, streams=(encode,), container=Plain(format="image")
            )
        )

    def graph(self) -> Graph:
        return Graph(
            sources=(Source(id="main"),), nodes=tuple(self.nodes), outputs=tuple(self.outputs)
        )


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, Graph]:
    """A film; chains that share their beginnings, and two to four things made of them."""
    film = draw(st.sampled_from(tuple(FILMS)))
    draft = _Draft(draw, late=film == "late")
    for grow in draw(st.lists(st.sampled_from(("picture", "picture", "sound")), max_size=5)):
        if grow == "picture":
            draft.grow_picture()
        else:
            draft.grow_sound()
    all_kinds = draw(st.sampled_from((("video", "video", "sound", "still"), ("still",))))
    kinds = st.lists(st.sampled_from(all_kinds), min_size=2, max_size=4)
    for number, kind in enumerate(draw(kinds)):
        task = f"task_{number}"
        if kind == "video":
            draft.write_video(task)
        elif kind == "sound":
            draft.write_sound(task)
        else:
            draft.write_still(task)
    return film, draft.graph()


@dataclass
class _Decoded:
    """What a player gets of a file: frames with their times, and samples."""

    frames: list[str] = field(default_factory=list[str])
    times: list[float] = field(default_factory=list[float])
    samples: dict[int, bytes] = field(default_factory=dict[int, bytes])
    sound_starts: float | None = None

    def on_its_clock(self) -> list[float]:
        """When each frame comes, and the sound, after whichever is first.

        A transport stream begins at 1.4 s, or, written through a tee, at 0: players subtract it.
        """
        times = self.times if self.sound_starts is None else [*self.times, self.sound_starts]
        return [time - min(times) for time in times]


def _decoded(path: Path) -> _Decoded:
    found = _Decoded()
    with av.open(f"file:{path}" if path.suffix != ".m3u8" else str(path)) as container:
        for frame in container.decode(*container.streams.video, *container.streams.audio):
            if isinstance(frame, VideoFrame):
                found.frames.append(hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest())
                found.times.append(frame.time or 0.0)
            elif isinstance(frame, AudioFrame):
                _hear(frame, found)
    return found


def _hear(frame: AudioFrame, found: _Decoded) -> None:
    if found.sound_starts is None:
        found.sound_starts = frame.time
    values = 1 if frame.format.is_planar else frame.layout.nb_channels
    size = frame.samples * frame.format.bytes * values
    for number, plane in enumerate(frame.planes):
        found.samples[number] = found.samples.get(number, b"") + bytes(plane)[:size]


def _made(chosen: Plan, folder: Path) -> Outcome:
    """Runs a plan; everything must come out and pass verification."""
    outcome = run_plan(chosen, Executor(find_ffmpeg().path, folder, LIMITS))
    assert outcome.status == "completed", outcome.failure
    assert {task.status for task in outcome.tasks} == {"completed"}, outcome.tasks
    return outcome


def _attributes(master: Path) -> str:
    """All but the measured bit rates.

    A tee does not pass FFmpeg's muxer delay on, so that a transport stream stamps its clock
    more often.
    """
    return re.sub(r"(BANDWIDTH=)\d+", r"\1", master.read_text())


def _figures(outcome: Outcome) -> dict[str, float | None]:
    found = {f"{one.output} psnr": one.psnr for one in outcome.qualities}
    return found | {f"{one.output} ssim": one.ssim for one in outcome.qualities}


def _assert_same(graph: Graph, one: Path, two: Path) -> None:
    for output in graph.outputs:
        match output:
            case FileOutput(path=path):
                before, after = _decoded(one / path), _decoded(two / path)
                assert before.frames or before.samples, f"{path} is empty"
                assert before.frames == after.frames, f"{path} shows other frames"
                assert before.samples == after.samples, f"{path} sounds different"
                assert before.on_its_clock() == pytest.approx(after.on_its_clock(), abs=1e-3)
            case MasterPlaylist(path=path):
                before, after = _attributes(one / path), _attributes(two / path)
                assert before == after
            case _:
                pass


@given(order=orders())
@settings(
    max_examples=16 if os.environ.get("CI") else 50,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),  # there it is about the commit, elsewhere a search
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink would take minutes
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_passes_change_no_output(
    order: tuple[str, Graph], films: dict[str, _Film], tmp_path: Path
) -> None:
    film, graph = order
    path, facts = films[film].path, films[film].facts
    apart, together = plan(graph, facts, POLICY, passes=()), plan(graph, facts, POLICY)
    event(f"{len(apart.steps)} steps become {len(together.steps)}")
    root = tmp_path / "runs"
    try:
        with workplace(root, {"main": path}) as one, workplace(root, {"main": path}) as two:
            before, after = _made(apart, one), _made(together, two)
            _assert_same(graph, one / "out", two / "out")
            assert _figures(before) == pytest.approx(_figures(after), abs=1e-3)
    finally:
        shutil.rmtree(root, ignore_errors=True)
