"""Reading packets: the first few for pictures and timestamps, the last few for where it ends."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelmill.ffmpeg.probe_clock import SteadyClock, has_jumps
from reelmill.ffmpeg.probe_open import MOST_PIXELS

_TIMESTAMPS = 300
_DECODE_TRIES = 100
_MAX_PACKETS = 3000
_MAX_BYTES = 48 << 20
_TAIL_SECONDS = (5, 60)


@dataclass(slots=True)
class Track:
    """What reading has shown of one stream; times in ticks of its time base."""

    header_start: int | None = None
    first: int | None = None
    frame: VideoFrame | None = None
    ticks: list[int] = field(default_factory=list[int])
    packets: int = 0
    end: int | None = None
    last: int | None = None
    last_duration: int = 0
    decoding_time: int | None = None
    in_tail: bool = False
    opened: bool = False
    """Whether something of it could be decoded."""
    undecodable: int = 0
    """How many packets were refused before the first that could be decoded."""
    backward: int = 0
    """How many end before they begin, as cues of subtitles may."""

    @property
    def start(self) -> int | None:
        """The header's start, else the earliest time among the first packets."""
        return self.header_start if self.header_start is not None else self.first

    def note(self, packet: "Packet[Stream]", *, head: bool) -> None:
        """Take one packet into account."""
        self.packets += 1
        self.in_tail = True
        self.backward += (packet.duration or 0) < 0
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or packet.is_discard:
            return
        self.decoding_time = packet.dts
        if head:
            self.first = time if self.first is None else min(self.first, time)
        if self.last is None or time >= self.last:
            self.last, self.last_duration = time, packet.duration or 0
        self.end = max(time if self.end is None else self.end, time + (packet.duration or 0))
        if head and len(self.ticks) < 4 * _TIMESTAMPS:
            self.ticks.append(time)


class Scan:
    """One reader of a container, which never goes back by itself.

    Memory: one packet at a time, one decoded frame a video stream, a few hundred integers.
    """

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        self._clock = SteadyClock() if has_jumps(container) else None
        # FFmpeg changes a stream's start while reading: note it before.
        self.tracks = {s.index: Track(header_start=s.start_time) for s in container.streams}
        self.at_end = False
        self.broken = False
        """Whether reading stopped at an error rather than at the end."""

    def read_head(
        self,
        pictures: Sequence[VideoStream],
        sounds: Sequence[AudioStream] = (),
        *,
        timestamps: bool,
    ) -> None:
        """Decode one frame of each stream, and collect timestamps where they are wanted.

        Args:
            pictures: all there are.
            sounds: those that may begin in the middle of a frame.
            timestamps: whether the container has no index of them.
        """
        for stream in pictures:
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {
                "max_pixels": str(MOST_PIXELS),
                "flags": "+unaligned",  # else a crop from the left is rounded; the command's is not
            }
        wanted = {stream.index: _TIMESTAMPS if timestamps else 0 for stream in pictures}
        wanted |= {stream.index: 0 for stream in sounds}
        waiting, closed = {*wanted}, {*wanted}
        budget = _MAX_BYTES
        if not waiting:
            return
        for number, packet in enumerate(self._packets()):
            # A flushing packet has its stream, but not the number of it.
            index = packet.stream.index
            track = self.tracks[index]
            if packet.size:
                track.note(packet, head=True)
            if index in closed and (_opens(packet, track) or track.packets >= _DECODE_TRIES):
                closed.discard(index)
            if index in waiting and index not in closed and track.packets >= wanted[index]:
                waiting.discard(index)
            budget -= packet.size
            if packet.size and (not waiting or number > _MAX_PACKETS or budget < 0):
                break
        else:
            self.at_end = True
        for index in self.tracks:
            self.tracks[index].ticks = self._settled(self.tracks[index])

    def _settled(self, track: Track) -> list[int]:
        """Timestamps that no packet yet to come can fall between (reordered B-frames)."""
        if self.at_end:
            return track.ticks
        if track.decoding_time is None:
            return sorted(track.ticks)[:-16]
        return [tick for tick in track.ticks if tick <= track.decoding_time]

    def read_tail(self, needed: Sequence[int], *, steady: bool = True) -> None:
        """Find where the streams end: near the end if that tells, else by reading everything.

        Args:
            needed: indices of the streams whose end must be known.
            steady: whether the clock is known not to jump on the way there.
        """
        if self.at_end:
            return
        if not steady:
            self._read()
            return
        start, duration = self._container.start_time or 0, self._container.duration
        if duration is not None:
            for seconds in _TAIL_SECONDS:
                offset = duration - seconds * av.time_base
                if offset > 0 and self._read_from(start + offset, needed):
                    return
            # A seek behind the end may have lost its place: begin again.
            self._seek(start)
        self._read()

    def _read_from(self, time: int, needed: Sequence[int]) -> bool:
        for track in self.tracks.values():
            track.in_tail = False
        if not self._seek(time):
            return False
        self._read()
        return all(self.tracks[index].in_tail for index in needed)

    def _seek(self, microseconds: int) -> bool:
        try:
            self._container.seek(microseconds)
        except av.error.FFmpegError:
            return False
        if self._clock is not None:
            self._clock = SteadyClock()
        return True

    def _read(self) -> None:
        for packet in self._packets():
            if packet.size:
                self.tracks[packet.stream.index].note(packet, head=False)

    def _packets(self) -> "Generator[Packet[Any]]":
        try:
            for packet in read_packets(self._container):
                if self._clock is not None and packet.size:
                    self._clock.correct(packet)
                yield packet
        except av.error.FFmpegError:
            self.broken = True


def read_packets(container: InputContainer, *streams: VideoStream) -> "Generator[Packet[Any]]":
    """The packets of these streams (of all, if none are given), then an empty one for each."""
    # When streams have appeared meanwhile (MPEG-TS), PyAV trips over them at the very end.
    with suppress(IndexError):
        yield from container.demux(*streams)


def _opens(packet: "Packet[Stream]", track: Track) -> bool:
    """Whether something could be decoded; of pictures, it is kept."""
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        track.undecodable += 1
        return False
    track.frame = next((frame for frame in frames if isinstance(frame, VideoFrame)), None)
    track.opened = bool(frames)
    return track.opened


def find_key_frames(container: InputContainer, stream: VideoStream) -> tuple[Fraction, ...]:
    """Presentation times of the key frames of one stream, by reading all of its packets."""
    clock = SteadyClock() if has_jumps(container) else None
    ticks: set[int | None] = set()
    # What the clock of one stream jumps by counts for all.
    for packet in read_packets(container) if clock else read_packets(container, stream):
        if clock and packet.size:
            clock.correct(packet)
        if packet.stream is stream and packet.is_keyframe and packet.size and not packet.is_discard:
            ticks.add(packet.pts if packet.pts is not None else packet.dts)
    time_base = stream.time_base or Fraction(1)
    return tuple(tick * time_base for tick in sorted(tick for tick in ticks if tick is not None))
