"""Chains of operations as users ask for them: the passes change nothing of what comes out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, note, settings
from hypothesis import strategies as st

from reelmill.adapters.storage.workplace import workplace
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.containers import Plain
from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import Facts
from reelmill.model.graph import FileOutput, Graph
from reelmill.model.operations import EncodeAudio
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from reelmill.recipes.convert.recipe import ConvertRecipe
from reelmill.worker.execute import Executor, Limits
from reelmill.worker.run_plan import run_plan

POLICY = Policy(encoder_threads=1)
LIMITS = Limits(stall_seconds=30)
BEEPS = "aevalsrc='0.3*sin(2*PI*440*t)*lt(mod(t,0.9),0.5)':d={}:s={}"
FILMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lossless": (
        "mov",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=3.4,format=yuv420p"),
            *("-f", "lavfi", "-i", BEEPS.format(3.4, 44_100)),
            *("-c:v", "libx264", "-qp", "0", "-g", "25", "-c:a", "pcm_s16le"),
        ),
    ),
    "usual": (  # the sound ends early; B-frames, an edit list
        "mp4",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=128x72:r=30000/1001:d=3.6,format=yuv420p"),
            *("-f", "lavfi", "-i", BEEPS.format(3.1, 48_000)),
            *("-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-c:a", "aac", "-ac", "2"),
        ),
    ),
    "silent": ("mp4", ("-f", "lavfi", "-i", "testsrc2=s=64x96:r=24:d=3,format=yuv420p")),
    "sparse": (  # a rate of its own, and gaps
        "mkv",
        (
            *("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=3.4,format=yuv420p"),
            *("-f", "lavfi", "-i", BEEPS.format(3.4, 44_100)),
            *("-vf", "select='lt(mod(t,1),0.3)+not(mod(n,7))'", "-fps_mode", "vfr"),
            *("-c:v", "libx264", "-qp", "0", "-g", "12", "-c:a", "flac"),
        ),
    ),
    "heard": ("wav", ("-f", "lavfi", "-i", BEEPS.format(3, 32_000))),
}
TIMES = ("0", "0.25", "2.3", "2.7")

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    made = {name: folder / f"{name}.{suffix}" for name, (suffix, _) in FILMS.items()}
    for name, (_, words) in FILMS.items():
        command = [find_ffmpeg().path, "-nostdin", "-v", "error", *words, f"file:{made[name]}"]
        subprocess.run(command, check=True, timeout=60)
    return made


def _operation(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Operation]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


FILM = st.sampled_from(tuple(FILMS))
OPERATIONS = st.one_of(
    _operation("trim", start_time=st.sampled_from(TIMES)),
    _operation("trim", duration=st.sampled_from(("0.4", "1"))),
    _operation("speed", speed=st.sampled_from((0.5, "1.5", 4)), keep_pitch=st.booleans()),
    _operation("reverse"),
    _operation("fade", fade_in=st.just("0.2"), fade_out=st.sampled_from((0, "0.3"))),
    _operation("volume", volume=st.sampled_from((0, "-6dB", 2))),
    _operation("normalize", target=st.sampled_from((-23, -14))),
    _operation("remove_silence", min_seconds=st.just("0.2")),
    _operation("concat", inputs=st.lists(FILM, min_size=1, max_size=2)),
    _operation(
        "audio",
        source=st.sampled_from(("lossless", "usual", "heard")),
        mode=st.sampled_from(("replace", "mix")),
        offset=st.sampled_from((0, "0.5")),
        loop=st.booleans(),
    ),
)
TRIMS_FIRST = st.lists(_operation("trim", start_time=st.sampled_from(TIMES)), max_size=1)
CHAINS = st.tuples(TRIMS_FIRST, st.lists(OPERATIONS, min_size=1, max_size=5)).map(
    lambda parts: [*parts[0], *parts[1]]
)


def _graph(operations: list[Operation]) -> tuple[Graph, ConvertRecipe]:
    """The chain into a lossless file, and its sound once more into another."""
    recipe = ConvertRecipe.model_validate(
        {
            "format": "matroska",
            "operations": tuple(operations),
            "video": {"codec": "ffv1"},
            "audio": {"codec": "flac"},
        }
    )
    graph = recipe.graph([])
    sound = next(one for one in graph.nodes if isinstance(one, EncodeAudio))
    wav = sound.but(id="wav_sound", codec="pcm_s16le", sample_rate=16_000)
    beside = FileOutput(
        name="wav",
        task="wav",
        path="beside.wav",
        streams=(wav.id,),
        container=Plain(format="wav"),
    )
    return graph.but(nodes=(*graph.nodes, wav), outputs=(*graph.outputs, beside)), recipe


def _first_difference(one: str, other: str) -> str:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((f"{a} | {b}" for a, b in pairs if a != b), "one ends before the other")


def _made(chosen: Plan, folder: Path) -> dict[str, str]:
    """Runs a plan: what comes out, frame by frame, as text."""
    outcome = run_plan(chosen, Executor(find_ffmpeg().path, folder, LIMITS))
    if outcome.failure is not None and "silence" in chosen.to_json():
        assert outcome.failure.code in ("unsupported_media", "invalid_request"), outcome.failure
        return {"refused": outcome.failure.code}  # only the run told that nothing is left
    assert outcome.status == "completed", outcome.failure
    assert {task.status for task in outcome.tasks} <= {"completed", "skipped"}, outcome.tasks
    return {one.path: _decoded(folder / "out" / one.path) for one in outcome.artifacts}


def _decoded(path: Path) -> str:
    """Each frame of the picture with its time; of the sound all samples, however packed."""
    command = [find_ffmpeg().path, "-nostdin", "-v", "error", "-i", f"file:{path}"]
    command += ["-map", "0:v?", "-map", "0:a?", "-c:a", "pcm_s16le", "-af", "asetnsamples=1024:p=0"]
    command += ["-f", "framehash", "-hash", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@given(film=FILM, operations=CHAINS)
@settings(
    max_examples=int(os.environ.get("REELMILL_TEST_CHAINS", "8")),
    deadline=None,
    derandomize=bool(os.environ.get("CI")),  # there it is about the commit, elsewhere a search
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink would take minutes
    report_multiple_bugs=False,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_passes_change_nothing_of_a_chain(
    film: str, operations: list[Operation], films: dict[str, Path], tmp_path: Path
) -> None:
    note(f"{film}, {json.dumps(operations)}")
    graph, recipe = _graph(operations)
    paths = {"main": films[film]} | {n: films[word] for n, word in recipe.references.items()}
    known = tuple(probe(path).but(source=name) for name, path in paths.items())
    facts = Facts(sources=known, capabilities=probe_capabilities(find_ffmpeg()))
    try:
        apart, together = plan(graph, facts, POLICY, passes=()), plan(graph, facts, POLICY)
    except (UnsupportedMediaError, InvalidRequestError) as error:  # no length, or none left
        event(error.message)
        assume(False)
        return
    event(f"{len(operations)} operations, {len(apart.steps)} steps become {len(together.steps)}")
    root = tmp_path / "runs"
    try:
        with workplace(root, paths) as one, workplace(root, paths) as two:
            before, after = _made(apart, one), _made(together, two)
            assert before
            assert before.keys() == after.keys()
            for name, text in before.items():
                assert text == after[name], (
                    f"{name} of {film} after {operations}: {_first_difference(text, after[name])}"
                )
    finally:
        shutil.rmtree(root, ignore_errors=True)
