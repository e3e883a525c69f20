"""Chapters: kept from the source, or given, as a text that FFmpeg reads (ffmetadata)."""

from fractions import Fraction
from itertools import zip_longest
from zlib import crc32

from reelmill.model.graph import Chapter, FileOutput
from reelmill.model.process import Input, TextFile
from reelmill.planner.containers import muxer_of
from reelmill.planner.context import Context

CHAPTERED = frozenset(("mp4", "mov", "ipod", "matroska", "webm", "mp3", "opus", "asf"))
"""Muxers that write them, as reading them back showed (FFmpeg 9.0)."""
GIVEN = "given_chapters"
"""What their text is called among the inputs."""
LEAST_SECONDS = Fraction(1, 1000)
"""Of a last chapter, where nobody knows how long the output is."""


def given_chapters(output: FileOutput, length: Fraction | None, context: Context) -> Input | None:
    """The input that has the chapters of an output, if some are given and its format has room."""
    there = [one for one in output.chapters if length is None or one.start_seconds < length]
    if len(there) < len(output.chapters):
        late = len(output.chapters) - len(there)
        context.notice("chapters_too_late", f"{late} chapters begin after the end; left out")
    if not there:
        return None
    if muxer_of(output.container) not in CHAPTERED:
        context.notice("chapters_dropped", "the format has no chapters; those given are left out")
        return None
    text = written(there, length)
    name = f"chapters-{crc32(text.encode()):08x}.txt"
    return Input(
        origin="text", name=GIVEN, text=TextFile(name=name, text=text), demuxer="ffmetadata"
    )


def kept_chapters(output: FileOutput, source: str, context: Context) -> str | None:
    """The source whose chapters an output keeps, if it has any and its format has room."""
    if "chapters" not in output.keep or output.chapters:
        return None
    room = muxer_of(output.container) in CHAPTERED
    return source if room and context.facts.of(source).chapters else None


def written(chapters: list[Chapter], length: Fraction | None) -> str:
    """FFmpeg's metadata format (ffmpeg-formats, "Metadata"), in microseconds."""
    lines = [";FFMETADATA1"]
    for one, following in zip_longest(chapters, chapters[1:]):
        usual = following.start_seconds if following is not None else length
        end = one.end_seconds or usual or one.start_seconds + LEAST_SECONDS
        if length is not None:
            end = min(end, length)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000000"]
        lines += [f"START={_micro(one.start_seconds)}", f"END={_micro(end)}"]
        lines.append(f"title={_escaped(one.title)}")
    return "\n".join([*lines, ""])


def _micro(seconds: Fraction) -> int:
    return round(seconds * 1_000_000)


def _escaped(text: str) -> str:
    """A line that ends in a backslash goes on in the next, even where that is escaped."""
    flat = text.replace("\r", "") + (" " if text.endswith("\\") else "")
    return "".join(f"\\{letter}" if letter in "=;#\\\n" else letter for letter in flat)
