"""The command line of a child that is shut in."""

import os
import sys
from pathlib import Path

from reelmill.ffmpeg.sandbox.profile import Profile

LAUNCHER = Path(__file__).parents[1] / "launcher.py"


def launched(command: list[str], profile: Profile | None) -> list[str]:
    """The command line that becomes `command`, shut in; to be started by this process."""
    words = profile.words() if profile is not None else []
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid())]
    return [*launcher, *words, "--", *command]
