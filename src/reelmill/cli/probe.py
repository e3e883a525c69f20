"""`reelmill probe`: what a file is."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from reelmill.model.facts import AnyStream, SourceFacts

EXAMPLES = """
Examples:

reelmill probe talk.mp4

reelmill probe talk.mp4 --key-frames --json | jq .streams
"""


def probe(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", readable=False, help="The file to look at.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    key_frames: Annotated[
        bool, typer.Option("--key-frames", help="List key frames; reads the whole file.")
    ] = False,
) -> None:
    """Show what a file is: container, streams, and what looks wrong with it."""
    from reelmill.app.probing import probe as probe_file

    facts = probe_file(source, key_frames=key_frames)
    if json:
        typer.echo(facts.to_json())
        return
    console = Console()
    console.print(_summary(facts), highlight=False)
    console.print(_streams(facts))
    for warning in find_warnings(facts):
        console.print(f"[yellow]warning:[/] {escape(warning)}", highlight=False)


def find_warnings(facts: "SourceFacts") -> list[str]:
    """What somebody should know before using the file."""
    warnings: list[str] = []
    if facts.missing_seconds:
        warnings.append(f"the file is cut off: {_seconds(facts.missing_seconds)} are missing")
    elif facts.missing_seconds is not None:
        warnings.append("the file is cut off")
    if facts.duration_seconds is None:
        warnings.append("nobody knows how long it is")
    for stream in facts.streams:
        name = f"stream {stream.index}"
        if not stream.decodable and stream.kind in ("video", "audio"):
            warnings.append(f"{name} has no decoder here ({stream.codec})")
        if stream.kind == "video":
            if stream.variable_rate:
                warnings.append(f"{name} has a variable frame rate")
            if stream.field_order in ("tff", "bff"):
                warnings.append(f"{name} is interlaced")
            if stream.hdr == "dolby_vision":
                warnings.append(f"{name} has colours that only Dolby Vision can show")
    return warnings


def _summary(facts: "SourceFacts") -> str:
    length = "?" if facts.duration_seconds is None else _seconds(facts.duration_seconds)
    parts = [facts.container, length, f"{facts.size_bytes:,} bytes"]
    if facts.bit_rate:
        parts.append(f"{facts.bit_rate // 1000:,} kb/s")
    if facts.start_seconds:
        parts.append(f"starts at {_seconds(facts.start_seconds)}")
    if facts.chapters:
        parts.append(f"{len(facts.chapters)} chapters")
    return escape(" · ".join(parts))


def _streams(facts: "SourceFacts") -> Table:
    table = Table("#", "kind", "codec", "what", "from", "to", "flags", box=None, pad_edge=False)
    for stream in facts.streams:
        times = (stream.start_seconds, stream.end_seconds)
        table.add_row(
            str(stream.index),
            stream.kind,
            escape(stream.codec),
            escape(_what(stream)),
            *("" if time is None else _seconds(time) for time in times),
            escape(_flags(stream)),
        )
    return table


def _what(stream: "AnyStream") -> str:
    if stream.kind == "audio":
        return f"{stream.sample_rate} Hz, {stream.channel_layout or stream.channels}"
    if stream.kind != "video":
        return stream.title or ""
    parts = [f"{stream.width}x{stream.height}", stream.pix_fmt or ""]
    if stream.rotation_degrees or stream.flipped or stream.sample_aspect != 1:
        parts.append(f"shown {round(stream.display_width)}x{round(stream.display_height)}")
    if stream.nominal_rate:
        parts.append(f"{float(stream.nominal_rate):.6g} fps")
    if stream.hdr:
        parts.append(stream.hdr)
    if stream.dolby_vision_profile is not None:
        parts.append(f"Dolby Vision {stream.dolby_vision_profile}")
    if stream.key_frame_seconds is not None:
        parts.append(f"{len(stream.key_frame_seconds)} key frames")
    return ", ".join(part for part in parts if part)


def _flags(stream: "AnyStream") -> str:
    flags = [stream.language or ""]
    flags += ["default"] * stream.default + ["forced"] * stream.forced
    if stream.kind == "video":
        flags += ["cover"] * stream.attached_picture + ["alpha"] * stream.has_alpha
        flags += ["mirrored"] * stream.flipped
        flags += [f"turned {stream.rotation_degrees}°"] * bool(stream.rotation_degrees)
    return ", ".join(flag for flag in flags if flag)


def _seconds(time: Fraction) -> str:
    return f"{float(time):.3f} s"
