"""A host whose kernel gives less: what starts there, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from errno import ENOSYS
from pathlib import Path

import pytest

from reelmill.ffmpeg.sandbox import bpf
from reelmill.ffmpeg.sandbox.policy import ARCHITECTURES
from tests.acceptance.command import environment
from tests.media.clips import clip_file

LANDLOCK, PRCTL = 444, {"x86_64": 157, "aarch64": 167}
PR_SET_SECCOMP = 22


def poorer_kernel(*, seccomp: bool) -> bytes:
    """A filter that hides Landlock, and seccomp if it should not be there either."""
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        pytest.skip(f"NOT TESTED: levels, for there is no filter for {machine}")
    hidden = [] if seccomp else [bpf.equal(PRCTL[machine], "prctl")]
    return bpf.assemble(
        [
            *(bpf.load(bpf.NUMBER), bpf.equal(LANDLOCK, "absent"), *hidden),
            *(bpf.answer(bpf.ALLOW), "prctl", bpf.load(bpf.argument(0))),
            *(bpf.equal(PR_SET_SECCOMP, "absent"), bpf.answer(bpf.ALLOW)),
            *("absent", bpf.answer(bpf.ERRNO | ENOSYS)),
        ]
    )


def on(kernel: bytes, *words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    code = """if True:
        import ctypes, os, struct, sys
        code = bytes.fromhex(sys.argv[1])
        held = ctypes.create_string_buffer(code, len(code))
        header = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
        libc = ctypes.CDLL(None)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, header, 0, 0) == 0
        os.execv(sys.executable, [sys.executable, "-m", "reelmill", *sys.argv[2:]])
    """
    return subprocess.run(
        [sys.executable, "-c", code, kernel.hex(), *words],
        cwd=cwd,
        env={**environment(), "XDG_CACHE_HOME": str(cwd / "cache"), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_any_sandbox_nothing_starts(tmp_path: Path) -> None:
    kernel = poorer_kernel(seccomp=False)
    for words in (
        ("run", str(clip_file("plain")), "--json"),
        ("serve", "--port", "0"),
        ("worker",),
    ):
        done = on(kernel, *words, cwd=tmp_path)
        assert done.returncode == 1, done.stdout
        assert "sandbox_unavailable" in done.stderr
    assert [one.name for one in tmp_path.iterdir() if one.name != "cache"] == []


def test_unless_the_operator_says_so(tmp_path: Path) -> None:
    kernel = poorer_kernel(seccomp=False)
    words = ("run", str(clip_file("plain")), "--preset", "ultrafast", "--json")
    done = on(kernel, *words, cwd=tmp_path, REELMILL_SANDBOX="none")
    assert done.returncode == 0, done.stderr


def test_without_landlock_it_is_partial(tmp_path: Path) -> None:
    kernel = poorer_kernel(seccomp=True)
    told = json.loads(on(kernel, "doctor", "--json", cwd=tmp_path).stdout)
    assert (told["sandbox"], told["sandbox_holes"]) == ("partial", [])
    words = ("run", str(clip_file("plain")), "--preset", "ultrafast", "--json")
    assert on(kernel, *words, cwd=tmp_path).returncode == 0
    refused = on(kernel, *words, cwd=tmp_path, REELMILL_SANDBOX="strong")
    assert refused.returncode == 1
    assert "sandbox_unavailable" in refused.stderr
