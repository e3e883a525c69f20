"""The reference job: our one process against the commands by hand, in turn, in one run.

make bench
make bench BENCH_ARGS="--source talk.mp4 --rounds 3"
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import av

from benchmarks.clock import Cost, machine, ratio, timed
from benchmarks.footage import KINDS, drawn
from benchmarks.separate import ByHand
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Plain
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph
from reelmill.model.operations import EncodeAudio, Sound
from reelmill.planner.plan import plan
from reelmill.recipes.ladder.graph import ladder
from reelmill.recipes.ladder.settings import LadderSettings

RUN = """
import sys
from pathlib import Path
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.steps import Plan
from reelmill.adapters.storage.workplace import workplace
from reelmill.worker.execute import Executor
from reelmill.worker.run_plan import run_plan
import shutil
source, steps, out = map(Path, sys.argv[1:])
with workplace(out, {"main": source}) as folder:
    outcome = run_plan(Plan.from_json(steps.read_text()), Executor(find_ffmpeg().path, folder))
    assert outcome.status == "completed", outcome.failure
    shutil.move(folder / "out", out / "made")
    (out / "qualities.json").write_text("".join(q.to_json() for q in outcome.qualities))
"""
"""An attempt in a process of its own: everything that a job costs but probing and storing."""


def with_wav(graph: Graph) -> Graph:
    """The ladder with the sound that a transcriber wants, as the reference job has it."""
    sound = Sound(id="mono", input="track", max_channels=1)
    encode = EncodeAudio(id="wav", input="mono", codec="pcm_s16le", sample_rate=16_000)
    output = FileOutput(
        name="wav",
        task="extract_audio_wav",
        path="audio/audio.wav",
        streams=("wav",),
        container=Plain(format="wav"),
    )
    return graph.but(nodes=(*graph.nodes, sound, encode), outputs=(*graph.outputs, output))


def packets(path: Path) -> list[tuple[int | None, bytes]]:
    """Time and bytes of every packet of a file, stream by stream."""
    with av.open(str(path)) as container:
        found = [(p.stream.index, p.pts, bytes(p)) for p in container.demux() if p.size]
    return [(pts, data) for _, pts, data in sorted(found, key=lambda one: one[0])]


def ours(source: Path, folder: Path, *, quality: bool) -> tuple[list[str], int]:
    """The command that runs our plan, and how many FFmpeg processes it has."""
    facts = Facts(sources=(probe(source),), capabilities=probe_capabilities(find_ffmpeg()))
    graph = with_wav(ladder(LadderSettings(quality=quality)))
    planned = plan(graph, facts)
    steps = folder / "plan.json"
    steps.write_text(planned.to_json())
    count = sum(step.process is not None for step in planned.steps)
    return [sys.executable, "-c", RUN, str(source), str(steps), str(folder)], count


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def encoding_alone(hand: ByHand, work: Path) -> Cost:
    """x264 and AAC of both rungs from raw frames: what no planner can save."""
    folder = fresh(work / "alone")
    total = Cost(0, 0)
    for command in hand.ladder()[:2]:
        words = list(command)
        scale, mp4 = words[words.index("-vf") + 1], words[-1]
        raw = [*words[: words.index("-vf")], "-vf", scale, "-c:v", "rawvideo", "-c:a"]
        timed([*raw, "pcm_s16le", "-f", "nut", "raw.nut"], folder)
        words[words.index("-i") + 1] = "raw.nut"
        del words[words.index("-vf") : words.index("-vf") + 2]
        total += timed([*words[:-1], mp4], folder)
    return total


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--source", type=Path, help="footage to use instead of drawn")
    arguments.add_argument("--seconds", type=int, default=20, help="of drawn footage")
    arguments.add_argument("--kind", choices=KINDS, default="camera", help="of drawn footage")
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    ffmpeg = find_ffmpeg()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as name:
        work = Path(name)
        source = given.source or drawn(
            ffmpeg.path, work / f"{given.kind}.mp4", given.seconds, given.kind
        )
        report = measure(ffmpeg.path, source.absolute(), work, given.rounds)
    print(json.dumps({"machine": machine(), "ffmpeg": ffmpeg.version, **report}, indent=2))


def measure(ffmpeg: Path, source: Path, work: Path, rounds: int) -> dict[str, object]:
    """All ratios, and whether the packets are the same."""
    facts = probe(source)
    threads = max(1, probe_capabilities(find_ffmpeg()).cpu_count * 3 // 2)
    hand = ByHand(ffmpeg, source, float(facts.duration_seconds or 0), threads)
    plain: list[Cost] = []
    measured: list[Cost] = []
    by_hand: list[Cost] = []
    by_hand_measured: list[Cost] = []
    processes = 0
    for number in range(rounds):
        folder = fresh(work / "by_hand")
        cost = sum((timed(command, folder) for command in hand.ladder()), Cost(0, 0))
        by_hand.append(cost)
        metrics = sum((timed(command, folder) for command in hand.metrics()), Cost(0, 0))
        by_hand_measured.append(cost + metrics)
        folder = fresh(work / "ours")
        command, processes = ours(source, folder, quality=False)
        plain.append(timed(command, folder))
        folder = fresh(work / "ours_measured")
        command, _ = ours(source, folder, quality=True)
        measured.append(timed(command, folder))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    alone = encoding_alone(hand, work)
    wall, cpu = ratio(plain, by_hand)
    wall_measured, cpu_measured = ratio(measured, by_hand_measured)
    same = {
        f"{side}p": packets(work / "by_hand" / f"video_{side}p.mp4")
        == packets(work / "ours" / "made" / f"{side}p" / f"video_{side}p.mp4")
        for side in ("360", "720")
    }
    return {
        "source": f"{source.name}, {float(facts.duration_seconds or 0):.1f} s",
        "rounds": rounds,
        "processes": {"ours": processes, "by_hand": len(hand.ladder())},
        "by_hand_seconds": [(round(c.wall, 2), round(c.cpu, 2)) for c in by_hand],
        "ours_seconds": [(round(c.wall, 2), round(c.cpu, 2)) for c in plain],
        "by_hand_with_metrics_seconds": [
            (round(c.wall, 2), round(c.cpu, 2)) for c in by_hand_measured
        ],
        "ours_with_metrics_seconds": [(round(c.wall, 2), round(c.cpu, 2)) for c in measured],
        "wall_ratio": round(wall, 3),
        "cpu_ratio": round(cpu, 3),
        "wall_ratio_with_metrics": round(wall_measured, 3),
        "cpu_ratio_with_metrics": round(cpu_measured, 3),
        "cpu_over_encoding_alone": round(min(c.cpu for c in plain) / alone.cpu, 3),
        "least_possible_cpu_ratio": round(alone.cpu / median(c.cpu for c in by_hand), 3),
        "least_possible_cpu_ratio_with_metrics": round(
            alone.cpu / median(c.cpu for c in by_hand_measured), 3
        ),
        "packets_identical": same,
    }


if __name__ == "__main__":
    main()
