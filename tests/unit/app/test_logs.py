"""What an unexpected exception looks like in the log."""

from __future__ import annotations

import subprocess
import sys

import pytest

FALL = """
import logging, sys
import structlog
from reelmill.app.logs import set_up_logs

class Local:
    def __repr__(self):
        print("looked at")
        return "a secret"

def fall():
    local = Local()
    raise KeyError("what went wrong")

set_up_logs("info", sys.argv[1])
try:
    fall()
except KeyError:
    structlog.get_logger("reelmill.web").exception("fault")
    logging.getLogger("uvicorn.error").exception("fault of a library")
"""


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_has_no_locals(form: str) -> None:
    """They hold secrets, and may be so large that to write them takes a minute."""
    command = [sys.executable, "-c", FALL, form]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr.count("what went wrong") == 2
    assert done.stderr.count("in fall") == 2
    assert "a secret" not in done.stderr
