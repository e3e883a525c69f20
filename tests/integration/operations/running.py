"""Runs a chain of operations on small drawn pictures and gives the frames back as numbers."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from reelmill.adapters.storage.workplace import workplace
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Plain
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph, Source
from reelmill.model.operations import EncodeVideo, Node, SelectVideo
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from reelmill.planner.rules import PASSES
from reelmill.worker.execute import Executor
from reelmill.worker.run_plan import run_plan
from tests.media import planes

Frames = npt.NDArray[np.uint8]
"""Number x height x width x 3, R'G'B'."""
SUBTITLES = (".srt", ".ass", ".vtt")


def film(folder: Path, picture: str, pix_fmt: str = "yuv420p", *more: str) -> Path:
    """A lossless film of what a filter of FFmpeg draws, tagged as BT.709."""
    path = folder / f"film-{pix_fmt}.mkv"
    tags = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    rgb = pix_fmt.startswith(("gbr", "rgb", "bgr"))
    made = f"{picture},scale=out_color_matrix=bt709:out_range=tv,format={pix_fmt},{tags}"
    words = ["-f", "lavfi", "-i", f"{picture},format={pix_fmt}" if rgb else made]
    command = [find_ffmpeg().path, "-v", "error", "-y", *words, *more, "-c:v", "ffv1", path]
    subprocess.run(command, check=True, timeout=60)
    return path


def image(path: Path, pixels: npt.NDArray[np.uint8]) -> Path:
    """A PNG of R'G'B' or R'G'B'A pixels."""
    Image.fromarray(pixels).save(path)
    return path


@cache
def _host_facts() -> Facts:
    return Facts(sources=(), capabilities=probe_capabilities(find_ffmpeg()))


Chains = Mapping[str, tuple[Node, ...]]
"""By name; a chain's last node is what is looked at. Names of nodes are unique among them."""


def planned(sources: Mapping[str, Path], chains: Chains, *, passes: bool = True) -> Plan:
    """The plan of chains, a lossless film each; each source that shows something is its name."""
    nodes: list[Node] = [
        SelectVideo(id=name, source=name)
        for name, path in sources.items()
        if path.suffix not in SUBTITLES
    ]
    outputs: list[FileOutput] = []
    for name, chain in chains.items():
        video = EncodeVideo(id=f"{name}-video", input=chain[-1].id, codec="ffv1")
        nodes += [*(node for node in chain if node not in nodes), video]
        outputs.append(
            FileOutput(
                name=name,
                task=name,
                path=f"{name}.mkv",
                streams=(video.id,),
                container=Plain(format="matroska"),
            )
        )
    graph = Graph(
        sources=tuple(Source(id=name) for name in sources),
        nodes=tuple(nodes),
        outputs=tuple(outputs),
    )
    found = tuple(probe(path, source=name) for name, path in sources.items())
    facts = _host_facts().but(sources=found)
    return plan(graph, facts, Policy(encoder_threads=1), passes=PASSES if passes else ())


def carry_out(folder: Path, sources: Mapping[str, Path], chosen: Plan) -> dict[str, Path]:
    """The verified files of a plan by the names of their outputs."""
    found: dict[str, Path] = {}
    folder.mkdir(exist_ok=True)
    with workplace(folder / "work", sources) as place:
        outcome = run_plan(chosen, Executor(find_ffmpeg().path, place))
        assert outcome.failure is None, outcome.failure
        for artifact in outcome.artifacts:
            found[artifact.output] = folder / artifact.path
            (place / "out" / artifact.path).replace(found[artifact.output])
    return found


def made(folder: Path, sources: Mapping[str, Path], *chain: Node) -> tuple[Path, Plan]:
    """The file that one chain makes, and its plan."""
    chosen = planned(sources, {"out": chain})
    return carry_out(folder, sources, chosen)["out"], chosen


def run_all(folder: Path, sources: Mapping[str, Path], chains: Chains) -> dict[str, Frames]:
    """The frames of several chains, made by as few processes as the planner finds."""
    files = carry_out(folder, sources, planned(sources, chains))
    return {name: frames(path) for name, path in files.items()}


def frames(path: Path) -> Frames:
    """All frames of a film."""
    with av.open(str(path)) as container:
        return np.stack([planes.rgb(frame) for frame in container.decode(video=0)])


def run(folder: Path, source: Path, *nodes: Node, **others: Path) -> Frames:
    """The frames of a chain on `main`, with other sources by their names."""
    return frames(made(folder, {"main": source, **others}, *nodes)[0])


def times(path: Path) -> list[Fraction]:
    """When the frames of a film are shown."""
    with av.open(str(path)) as container:
        return [Fraction(frame.time or 0) for frame in container.decode(video=0)]
