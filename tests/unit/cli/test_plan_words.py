"""How words of a command are printed: on one line, with no orders for a terminal."""

from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from reelmill.cli.plan import quoted


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=30))
def test_a_word_is_on_one_line_and_obeyed_by_nobody(word: str) -> None:
    shown = quoted(word)
    assert all(ord(sign) >= 32 and not 127 <= ord(sign) < 160 for sign in shown)


def test_the_shell_reads_what_was_written() -> None:
    words = [
        "",
        "a b",
        "it's",
        "a\nb",
        "\x1b[31mred'",
        "back\\slash\t'q'",
        "\x85",
        "é\x01",
        "$(no)",
    ]
    line = "printf '%s\\0' " + " ".join(quoted(word) for word in words)
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=True, timeout=10)
    assert done.stdout.decode().split("\0")[:-1] == words
