"""What the command refuses: by which code, at once, and leaving nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.command import COMMAND, Ran, environment, everything, here, reelmill
from tests.media.clips import clip_file

INPUTS = {
    "empty": (3, "input_unreadable"),
    "text": (3, "input_unreadable"),
    "html": (3, "input_unreadable"),
    "noise": (3, "input_unreadable"),
    "mp4_no_moov": (3, "input_unreadable"),
    "mp4_cut_30": (3, "input_truncated"),
    "mp4_cut_90": (3, "input_truncated"),
    "tiny_5x5": (3, "media_limit"),
    "fifth_of_a_second": (3, "media_limit"),
    "jpeg_still": (3, "unsupported_media"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_bad_inputs(tmp_path: Path, name: str) -> None:
    start = reelmill if name in ("empty", "mp4_cut_90") else here
    done = start("run", clip_file(name), "-o", "out", "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == INPUTS[name]
    assert done.error["message"]
    assert done.error["code"] in done.err
    assert everything(tmp_path) == []


@pytest.mark.parametrize("name", ["mkv_cut_90", "ts_cut_90", "mkv_cut_30", "corrupt_gop"])
def test_damage_that_shows_only_while_reading(tmp_path: Path, name: str) -> None:
    done = here(
        *("run", clip_file(name), "-o", "out", "--json", "--preset", "ultrafast"), cwd=tmp_path
    )
    assert (done.code, done.error["code"]) == (3, "input_truncated"), done.error
    assert everything(tmp_path) == []


def test_people_get_a_sentence(tmp_path: Path) -> None:
    done = here("run", clip_file("tiny_5x5"), cwd=tmp_path)
    assert done.code == 3
    assert done.out == ""
    assert done.err.startswith("media_limit: ")


def test_a_name_gives_no_orders_to_the_terminal(tmp_path: Path) -> None:
    done = here("run", "\x1b[31m[bold]red.mp4", cwd=tmp_path)
    assert done.err == "not_found: There is no file \\x1b[31m[bold]red.mp4.\n"


def test_no_file(tmp_path: Path) -> None:
    for words in (("run", "missing.mp4"), ("plan", "missing.mp4"), ("probe", "missing.mp4")):
        done = here(*words, "--json", cwd=tmp_path)
        assert (done.code, done.error["code"]) == (3, "not_found")
        assert "missing.mp4" in done.error["message"]
    assert everything(tmp_path) == []


@pytest.mark.parametrize("command", ["run", "plan", "probe"])
def test_a_folder_and_a_device(tmp_path: Path, command: str) -> None:
    done = here(command, tmp_path, "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == (3, "not_found")
    done = here(command, "/dev/zero", "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == (3, "unsupported_media")
    assert everything(tmp_path) == []


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.mp4")
    done = reelmill("run", "fifo.mp4", "--json", cwd=tmp_path, seconds=20)
    assert (done.code, done.error["code"]) == (3, "unsupported_media")
    assert everything(tmp_path) == ["fifo.mp4"]


REQUESTS = {
    "a rung that is none": ("--rungs", "999p"),
    "no rung": ("--rungs", ","),
    "a rung twice": ("--rungs", "360p,360p"),
    "a codec that is none": ("--codec", "mpeg9"),
    "HDR in H.264": ("--hdr", "keep"),
    "HEVC in MPEG-TS": ("--codec", "hevc", "--packaging", "hls"),
    "a packaging that is none": ("--packaging", "zip"),
    "segments of nothing": ("--segment-seconds", "0"),
    "segments of no number": ("--segment-seconds", "nan"),
    "segments too long": ("--segment-seconds", "1/0"),
    "a job id that is a path": ("--job-id", "../x"),
    "a job id with a newline": ("--job-id", "x\n"),
    "an original that is none": ("--original", "move"),
    "metadata that is not there": ("--metadata", "missing.json"),
    "metadata that is a folder": ("--metadata", "."),
    "a title that is no text": ("--title", os.fsdecode(b"\xff")),
}


@pytest.mark.parametrize("label", REQUESTS)
def test_bad_requests(tmp_path: Path, label: str) -> None:
    source = clip_file("plain_720p")
    done = here("run", source, "-o", "out", "--json", *REQUESTS[label], cwd=tmp_path)
    assert (done.code, done.error["code"]) == (2, "invalid_request"), done.err
    assert done.error["message"]
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"x"', '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', "[" * 100_000],
    ids=["empty", "cut", "a list", "a string", "NaN", "infinite", "half a sign", "deep"],
)
def test_bad_metadata(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    source = clip_file("plain_720p")
    done = here(*("run", source, "-o", "out", "--json", "--metadata", "m.json"), cwd=tmp_path)
    assert (done.code, done.error["code"]) == (2, "invalid_request"), done.err
    assert everything(tmp_path) == ["m.json"]


@pytest.mark.parametrize(
    ("thumbnail", "code"),
    [("missing.jpg", "not_found"), ("video", "unsupported_media"), ("text", "input_unreadable")],
)
def test_bad_thumbnails(tmp_path: Path, thumbnail: str, code: str) -> None:
    files = {"video": clip_file("plain"), "text": clip_file("text")}
    picture = files.get(thumbnail, Path(thumbnail))
    done = here(
        *("run", clip_file("plain_720p"), "-o", "out", "--json", "--thumbnail", picture),
        cwd=tmp_path,
    )
    assert (done.code, done.error["code"]) == (3, code), done.err
    assert everything(tmp_path) == []


def test_a_preset_that_the_encoder_does_not_have(tmp_path: Path) -> None:
    done = here(
        *("run", clip_file("plain_720p"), "-o", "out", "--json", "--preset", "warp"), cwd=tmp_path
    )
    assert (done.code, done.error["code"]) == (2, "invalid_request")
    assert "one of ultrafast, superfast" in done.error["message"]
    assert everything(tmp_path) == []


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/reelmill", "x" * 300])
def test_no_place_for_results(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    done = here("run", clip_file("plain_720p"), "-o", place, "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == (2, "invalid_request"), done.err
    assert place[:200] in done.error["message"]
    assert everything(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_file_where_the_jobs_go(tmp_path: Path) -> None:
    (tmp_path / "processed").write_text("mine")
    words = ("--preset", "ultrafast", "--rungs", "360p", "--packaging", "none")
    done = here("run", clip_file("plain"), "-o", tmp_path, "--json", *words)
    assert done.code in (1, 2), done.err
    assert done.error["message"]
    assert everything(tmp_path) == ["processed"]


def bound_by_modes(*words: str | Path, cwd: Path) -> Ran:
    """The command as somebody whom the modes of files stop: root, too, without capabilities."""
    wrapper: list[str] = []
    if os.geteuid() == 0:
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root without setpriv: nobody here is stopped by the mode of a file")
        wrapper = [setpriv, "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [*wrapper, *COMMAND, *(os.fspath(word) for word in words)],
        capture_output=True,
        env=environment(),
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    done = bound_by_modes("run", clip_file("plain_720p"), "-o", out, "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == (2, "invalid_request"), done.err
    assert done.error["message"] == f"cannot work in {out}: Permission denied"
    assert everything(tmp_path) == ["out"]


def test_a_source_that_is_not_ours(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(clip_file("plain_720p").read_bytes())
    source.chmod(0)
    done = bound_by_modes("run", source, "-o", "out", "--json", cwd=tmp_path)
    assert (done.code, done.error["code"]) == (3, "input_unreadable"), done.err
    assert "Permission denied" in done.error["message"]
    assert everything(tmp_path) == ["a.mp4"]


@pytest.mark.parametrize(
    "words", [("--bogus",), ("run",), ("run", "a", "b"), ("nonsense",), ("run", "--rungs")]
)
def test_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = here(*words, "--json", cwd=tmp_path)
    assert done.code == 2
    assert done.out == ""
    assert "Error" in done.err
    assert everything(tmp_path) == []


def test_a_setting_that_is_none(tmp_path: Path) -> None:
    done = reelmill(
        *("run", clip_file("plain_720p"), "--json"),
        cwd=tmp_path,
        env={"REELMILL_STALL_SECONDS": "soon"},
    )
    assert (done.code, done.error["code"]) == (2, "invalid_request")
    assert "REELMILL_STALL_SECONDS" in done.error["message"]


@pytest.mark.parametrize("ffmpeg", ["/nonexistent", "/bin/false", "/"])
def test_no_ffmpeg(tmp_path: Path, ffmpeg: str) -> None:
    done = here(
        *("run", clip_file("plain_720p"), "--json"), cwd=tmp_path, env={"REELMILL_FFMPEG": ffmpeg}
    )
    assert (done.code, done.error["code"]) == (1, "internal")
    assert ffmpeg in done.error["message"]
    assert everything(tmp_path) == []


def test_a_closed_pipe_is_no_traceback() -> None:
    with subprocess.Popen(
        [*COMMAND, "plan", clip_file("plain_720p")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) not in (0, 2)
