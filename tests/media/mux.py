"""Changes to finished files that no encoder makes: new stamps, joins, bytes overwritten."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av

from .clip import Step
from .film import Recipe, Shot, film, run

TICKS = 90_000
"""Ticks a second of restamped video."""
LAST_TICKS = 3000
"""How long the last frame stays."""


def retimed(times: Sequence[Fraction]) -> Step:
    """Show the n-th coded frame at `times[n]`; the source must have no B-frames."""

    def step(_ffmpeg: Path, source: Path, path: Path) -> None:
        base = Fraction(1, TICKS)
        stamps = [round(time * TICKS) for time in times]
        with av.open(source) as inward, av.open(path, "w") as outward:
            # PyAV's muxing types are half open.
            out = cast("Any", outward)
            copies: dict[int, Any] = {}
            for stream in (*inward.streams.video, *inward.streams.audio):
                copies[stream.index] = out.add_stream_from_template(stream)
                if stream.type == "video":
                    copies[stream.index].time_base = base
            pictures = iter(zip(stamps, [*stamps[1:], stamps[-1] + LAST_TICKS], strict=True))
            for packet in inward.demux(*inward.streams.video, *inward.streams.audio):
                if packet.dts is None:
                    continue
                if packet.stream.type == "video":
                    stamp, following = next(pictures)
                    packet.time_base = base
                    packet.pts = packet.dts = stamp
                    packet.duration = following - stamp
                packet.stream = copies[packet.stream.index]
                out.mux(packet)

    return step


def joined_ts(ffmpeg: Path, path: Path, parts: Sequence[tuple[Shot, Recipe, int]]) -> None:
    """Transport streams of (shot, recipe, clock offset in seconds), joined byte by byte."""
    joined = bytearray()
    with tempfile.TemporaryDirectory() as scratch:
        for shot, recipe, offset in parts:
            part = Path(scratch, "part.ts")
            muxer = ("-f", "mpegts", "-output_ts_offset", str(offset))
            film(ffmpeg, part, shot, replace(recipe, muxer=muxer))
            joined += part.read_bytes()
    path.write_bytes(bytes(joined))


def copied(*options: str, before: Sequence[str] = ()) -> Step:
    """Copy every stream with muxer `options`, and input options `before`."""

    def step(ffmpeg: Path, source: Path, path: Path) -> None:
        streams = ["-map", "0", "-c", "copy"]
        run(ffmpeg, [*before, "-i", str(source), *streams, *options, str(path)])

    return step


@dataclass(frozen=True)
class Span:
    """Where a packet's bytes lie in a file."""

    offset: int
    size: int
    key: bool


def packet_spans(path: Path, kind: str) -> list[Span]:
    """The packets of the first stream of a kind, in file order."""
    with av.open(path) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [
            Span(packet.pos, packet.size, packet.is_keyframe)
            for packet in container.demux(stream)
            if packet.pos is not None and packet.size
        ]


def overwritten(path: Path, spans: Sequence[Span], seed: int | None, skip: int = 0) -> bytes:
    """The file with the spans' bytes, less `skip` at each head, random, or zero without seed."""
    data, source = bytearray(path.read_bytes()), random.Random(seed)
    for span in spans:
        start, end = span.offset + skip, span.offset + span.size
        if end > start:
            data[start:end] = bytes(end - start) if seed is None else source.randbytes(end - start)
    return bytes(data)
