"""Does the wall hold, on this host, with this FFmpeg? Tried, not believed."""

import platform
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from reelmill.ffmpeg.locate import recall, remember
from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.ffmpeg.sandbox.outside import Outside, outside
from reelmill.ffmpeg.sandbox.profile import Profile, profile_of
from reelmill.model.errors import SandboxUnavailableError
from reelmill.model.facts import SandboxLevel
from reelmill.model.value import Value

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
ATTEMPTS = Path(__file__).with_name("attempts.py")
TIMEOUT_SECONDS = 20
AT_ONCE = 3
SOUND = ("-f", "lavfi", "-i", "anullsrc=d=0.1")


class Proof(Value):
    """What came of the self-test.

    Attributes:
        level: what holds.
        holes: what should have been denied, and was not; each lowers the level.
    """

    level: SandboxLevel
    holes: tuple[str, ...] = ()


@cache
def prove_sandbox(ffmpeg: Path) -> Proof:
    """Try to get out, through FFmpeg and around it; once in a process, a third of a second.

    Raises:
        SandboxUnavailableError: FFmpeg does not even do its work behind the wall.
    """
    level = sandbox_level()
    if level == "none":
        return Proof(level="none")
    with outside() as there:
        profile = profile_of(ffmpeg, out=there.sandbox)
        attempts = {
            name: [str(ffmpeg), "-v", "error", "-nostdin", "-y", *words]
            for name, words in ffmpeg_attempts(there).items()
        }
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = {
                name: pool.submit(_run, words, profile, there) for name, words in attempts.items()
            }
        ended = {name: one.result() for name, one in begun.items()}
        _must_work(ended.pop("work"), "FFmpeg does not run inside the sandbox of this host")
        # by itself, as it would remove what the others try to read
        told = _run(python_attempts(there), python_profile(profile), there)
        _must_work(told, "the sandbox cannot be tried out here")
        got_through = [name for name, one in ended.items() if one.returncode == 0]
        found = {*told.stdout.decode().splitlines(), *there.reached(), *got_through}
    # Without Landlock files are open to every child: that is what "partial" says.
    holes = tuple(sorted(one for one in found if level == "strong" or one.startswith("calls")))
    if any(one.startswith("calls") for one in holes):
        level = "none"
    elif holes:
        level = "partial"
    proof = Proof(level=level, holes=holes)
    remember(ffmpeg, _topic(), proof.model_dump(mode="json"))
    return proof


def remembered_proof(ffmpeg: Path) -> Proof:
    """The proof of this FFmpeg since this machine was started; tried now if there is none.

    For commands that start often; the service tries at every start.

    Raises:
        SandboxUnavailableError: as `prove_sandbox`.
    """
    kept = recall(ffmpeg, _topic())
    if kept is not None:
        try:
            return Proof.model_validate(kept)
        except ValueError:  # of another version of Reelmill
            pass
    return prove_sandbox(ffmpeg)


def _topic() -> str:
    boot = BOOT_ID.read_text(encoding="ascii")[:8] if BOOT_ID.exists() else platform.release()
    return f"sandbox-{boot}-{sandbox_level()}"


def ffmpeg_attempts(there: Outside) -> Mapping[str, tuple[str, ...]]:
    """Arguments by what they try; `work` is what must succeed."""
    local = f"127.0.0.1:{there.tcp_port}"
    return {
        "work": (*SOUND, "-f", "wav", "file:work.wav"),
        "files: ffmpeg reads": (
            *("-f", "data", "-i", f"file:{there.canary}", "-map", "0", "-c", "copy"),
            *("-f", "data", "file:stolen"),
        ),
        "files: ffmpeg writes": (*SOUND, "-f", "wav", f"file:{there.folder}/written.wav"),
        "calls: ffmpeg tcp": (*SOUND, "-f", "wav", f"tcp://{local}"),
        "calls: ffmpeg udp": (*SOUND, "-f", "mpegts", f"udp://127.0.0.1:{there.udp_port}"),
        "calls: ffmpeg unix": (*SOUND, "-f", "wav", f"unix:{there.unix_path}"),
    }


def python_attempts(there: Outside) -> list[str]:
    """The command that tries what FFmpeg has no option for."""
    words = (there.canary, there.tcp_port, there.udp_port, there.unix_path, there.victim.pid)
    return [sys.executable, "-I", "-S", str(ATTEMPTS), *map(str, words)]


def python_profile(of: Profile) -> Profile:
    """The same world for Python, which has to find its own modules."""
    python = profile_of(
        Path(sys.executable).resolve(), sources=(Path(sys.base_prefix) / "lib", ATTEMPTS)
    )
    started = (*python.executable, Path(sys.executable))
    return Profile(of.level, (*of.readable, *python.readable), of.writable, started, of.limits)


def _must_work(done: "subprocess.CompletedProcess[bytes]", otherwise: str) -> None:
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip() or f"exit {done.returncode}"
        raise SandboxUnavailableError(otherwise, detail=said)


def _run(
    command: list[str], profile: Profile, there: Outside
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        launched(command, profile),
        cwd=there.sandbox,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
        process_group=0,
    )
