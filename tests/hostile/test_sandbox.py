"""Ways out of a child, tried for real. Each is also tried without the wall: then it must work."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reelmill.ffmpeg.child import Finished
from reelmill.ffmpeg.failure import error_of
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox import selftest
from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.outside import Outside
from reelmill.ffmpeg.sandbox.profile import ChildLimits, Profile, profile_of
from reelmill.ffmpeg.sandbox.selftest import python_attempts, python_profile
from reelmill.model.errors import SandboxDeniedError
from tests.hostile.conftest import ffmpeg_inside, inside
from tests.media.clips import clip_file

pytestmark = pytest.mark.usefixtures("strong")

SOUND = ("-f", "lavfi", "-i", "anullsrc=d=0.1")
STILL = ("-f", "lavfi", "-i", "color=s=64x64:d=0.1")
TO_TEXT = ("-map", "0", "-c", "copy", "-f", "data", "file:stolen")

ATTACKS: dict[str, tuple[str, ...]] = {
    "read": ("-f", "data", "-i", "file:{canary}", *TO_TEXT),
    "concat": ("-f", "data", "-i", "concat:{canary}|{canary}", *TO_TEXT),
    "subfile": ("-f", "data", "-i", "subfile,,start,0,end,99,,:{canary}", *TO_TEXT),
    "through proc": ("-f", "data", "-i", "file:/proc/self/root{canary}", *TO_TEXT),
    "attachment": (
        *STILL,
        "-attach",
        "{canary}",
        "-metadata:s:t",
        "mimetype=text/plain",
        "-c:v",
        "ffv1",
        "-f",
        "matroska",
        "file:stolen.mkv",
    ),
    "write": (*SOUND, "-f", "wav", "file:{folder}/written.wav"),
    "overwrite": (*SOUND, "-f", "wav", "file:{canary}"),
    "tee": (*SOUND, "-map", "0:a", "-c:a", "pcm_s16le", "-f", "tee", "[f=wav]{folder}/tee.wav"),
    "hls segments": (*SOUND, "-f", "hls", "-hls_segment_filename", "{folder}/s%d.ts", "out.m3u8"),
    "x264 stats": (
        *STILL,
        "-c:v",
        "libx264",
        "-pass",
        "1",
        "-passlogfile",
        "{folder}/pass",
        "-f",
        "null",
        "-",
    ),
    "metadata filter": (*STILL, "-vf", "metadata=print:file={folder}/printed", "-f", "null", "-"),
    "progress": (*SOUND, "-progress", "{folder}/progress", "-f", "null", "-"),
    "tcp": (*SOUND, "-f", "wav", "tcp://127.0.0.1:{tcp}"),
    "tcp input": ("-i", "tcp://127.0.0.1:{tcp}?timeout=100000", "-f", "null", "-"),
    "http": (*SOUND, "-f", "wav", "-rw_timeout", "100000", "http://127.0.0.1:{tcp}/x"),
    "progress by http": (*SOUND, "-progress", "tcp://127.0.0.1:{tcp}", "-f", "null", "-"),
    "movie by tcp": (
        "-f",
        "lavfi",
        "-i",
        "amovie=tcp\\\\://127.0.0.1\\\\:{tcp}?timeout=100000",
        "-f",
        "null",
        "-",
    ),
    "udp": (*SOUND, "-f", "mpegts", "udp://127.0.0.1:{udp}"),
    "rtp": (*SOUND, "-f", "rtp", "rtp://127.0.0.1:{udp}"),
    "unix": (*SOUND, "-f", "wav", "unix:{unix}"),
}


def filled(words: tuple[str, ...], there: Outside) -> list[str]:
    found = {
        "{canary}": there.canary,
        "{folder}": there.folder,
        "{tcp}": there.tcp_port,
        "{udp}": there.udp_port,
        "{unix}": there.unix_path,
    }
    for name, value in found.items():
        words = tuple(word.replace(name, str(value)) for word in words)
    return [*words]


@pytest.mark.parametrize("name", ATTACKS)
def test_ffmpeg_reaches_nothing(there: Outside, name: str) -> None:
    ffmpeg_inside(there, *filled(ATTACKS[name], there), walled=True)
    assert there.reached() == []


@pytest.mark.parametrize("name", ATTACKS)
def test_without_the_wall_it_would(there: Outside, name: str) -> None:
    ffmpeg_inside(there, *filled(ATTACKS[name], there), walled=False)
    assert there.reached() != []


@pytest.mark.parametrize("name", ["read", "write", "tcp", "unix", "concat"])
def test_the_exit_code_says_that_it_was_denied(there: Outside, name: str) -> None:
    done = ffmpeg_inside(there, *filled(ATTACKS[name], there), walled=True)
    ended = Finished(done.returncode, (), damage=0, cpu_seconds=0, wall_seconds=0)
    assert isinstance(error_of(ended), SandboxDeniedError)


def test_a_source_can_be_read_and_not_written(there: Outside) -> None:
    source = there.sandbox.parent / "source.mp4"
    original = clip_file("plain").read_bytes()
    source.write_bytes(original)
    given = ("-i", f"file:{source}", "-map", "0:v", "-frames:v", "5")
    done = ffmpeg_inside(there, *given, "file:out.mp4", walled=True, sources=(source,))
    assert done.returncode == 0, done.stderr
    assert (there.sandbox / "out.mp4").stat().st_size > 0
    link = there.sandbox / "link.mp4"
    link.symlink_to(source)
    for target in (source, link):
        words = (*SOUND, "-f", "wav", f"file:{target}")
        assert ffmpeg_inside(there, *words, walled=True, sources=(source,)).returncode != 0
    assert source.read_bytes() == original


def python_inside(there: Outside, code: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    profile = python_profile(profile_of(find_ffmpeg().path, out=there.sandbox))
    return inside(there, [sys.executable, "-I", "-S", "-c", code, *words], profile)


def test_around_ffmpeg_nothing_works_either(there: Outside) -> None:
    profile = python_profile(profile_of(find_ffmpeg().path, out=there.sandbox))
    done = inside(there, python_attempts(there), profile)
    assert (done.returncode, done.stdout, there.reached()) == (0, b"", []), done.stderr


def test_without_the_wall_everything_does(there: Outside) -> None:
    done = inside(there, python_attempts(there), None)
    worked = {*done.stdout.decode().splitlines()}
    wanted = {"files: read", "files: write", "calls: signal", "calls: unix", "calls: tcp"}
    assert worked >= wanted | {"calls: udp", "calls: chmod", "calls: fork", "files: truncate"}
    assert {"calls: signalled", "calls: unix reached"} <= {*there.reached()}


CALLS = {
    "exec": "os.execv('/bin/true', ['true'])",
    "what it wrote itself": (
        "import shutil; shutil.copy(sys.executable, 'mine'); os.chmod('mine', 0o755)"
    ),
    "memfd": "os.memfd_create('x')",
    "ptrace": "fail(libc.ptrace(16, int(sys.argv[1]), 0, 0))",
    "memory of others": "open(f'/proc/{sys.argv[1]}/mem', 'rb')",
    "their environment": "open(f'/proc/{sys.argv[1]}/environ', 'rb').read()",
    "namespaces": "fail(libc.unshare(0x10000000))",
    "mount": "fail(libc.mount(b'none', b'.', b'tmpfs', 0, None))",
    "rings": "fail(libc.syscall(425, 1, None))",
    "limits of others": "fail(libc.prlimit(int(sys.argv[1]), 0, b'0' * 16, None))",
    "abstract sockets": "import socket; socket.socket(socket.AF_UNIX)",
    "netlink": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "its own death": "fail(libc.prctl(1, 0, 0, 0, 0))",
    "another limit": "import resource as r; r.setrlimit(r.RLIMIT_CORE, (1, 1))",
    "devices": "os.open('/dev/kmsg', os.O_RDONLY)",
    "a folder up": "os.listdir('..')",
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_is_denied(there: Outside, name: str) -> None:
    code = f"""if True:
        import ctypes, os, sys
        libc = ctypes.CDLL(None, use_errno=True)
        def fail(result):
            if result < 0:
                raise OSError(ctypes.get_errno(), "denied")
        try:
            {CALLS[name]}
        except (OSError, ValueError) as error:
            print("denied", error)
        else:
            print("done")
    """
    done = python_inside(there, code, str(there.victim.pid))
    assert done.stdout.startswith(b"denied"), (done.stdout, done.stderr)


def test_x32_numbers_kill(there: Outside) -> None:
    if sys.platform != "linux" or "x86_64" not in str(find_ffmpeg().path):
        pytest.skip("NOT TESTED: x32, for this is no x86-64")
    code = "import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39)"
    assert python_inside(there, code).returncode == -31  # SIGSYS


def test_limits(there: Outside) -> None:
    ffmpeg = find_ffmpeg().path
    limits = ChildLimits(address_space_bytes=1 << 30, cpu_seconds=1, file_bytes=1 << 20)
    profile = profile_of(ffmpeg, out=there.sandbox, limits=limits)
    words = [str(ffmpeg), "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=1280x720"]
    big = inside(there, [*words, "-c:v", "rawvideo", "-f", "nut", "file:big"], profile)
    assert big.returncode == 229, big.stderr
    assert (there.sandbox / "big").stat().st_size <= 1 << 20
    long = inside(there, [*words, "-f", "null", "-"], profile)
    assert long.returncode == 255, long.stderr
    wide = replace(python_profile(profile), limits=limits)
    code = "x = bytearray(2 << 30)"
    done = inside(there, [sys.executable, "-I", "-S", "-c", code], wide)
    assert b"MemoryError" in done.stderr


def test_the_environment_does_not_reach_ffmpeg(there: Outside) -> None:
    """FFREPORT, which is set around it, makes FFmpeg write any file."""
    words = [str(find_ffmpeg().path), "-v", "error", "-nostdin", *SOUND, "-f", "null", "-"]
    inside(there, words, None)
    assert there.reached() == []
    report = {"FFREPORT": f"file={there.folder}/report.log"}
    subprocess.run(words, env=report, check=True, timeout=20)
    assert there.reached() == ["files: made or removed"]


def test_a_wall_that_cannot_be_put_up_lets_nothing_start(there: Outside) -> None:
    profile = Profile(level="strong", readable=(Path("/usr"),))
    words = launched(["/bin/touch", str(there.folder / "touched")], profile)
    words[words.index("level=strong")] = "limit=NONSENSE:1:1"
    done = subprocess.run(words, capture_output=True, timeout=20, check=False)
    assert done.returncode != 0
    assert there.reached() == []


def _forget(*_: object) -> None:
    """What is seen here is not true of this host."""


def test_the_self_test_sees_holes(monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg = find_ffmpeg().path
    assert selftest.prove_sandbox(ffmpeg).level == "strong"

    monkeypatch.setattr(selftest, "remember", _forget)

    def leaky(level: str) -> selftest.Proof:
        monkeypatch.setattr("reelmill.ffmpeg.sandbox.profile.sandbox_level", lambda: level)
        selftest.prove_sandbox.cache_clear()
        try:
            return selftest.prove_sandbox(ffmpeg)
        finally:
            selftest.prove_sandbox.cache_clear()

    without_landlock = leaky("partial")
    assert without_landlock.level == "partial"
    assert {"files: read", "files: ffmpeg reads"} <= {*without_landlock.holes}
    nothing = leaky("none")
    assert nothing.level == "none"
    assert {"calls: unix", "calls: ffmpeg tcp", "calls: chmod"} <= {*nothing.holes}
