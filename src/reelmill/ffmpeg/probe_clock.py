"""Clocks that jump (spliced broadcasts): put right as FFmpeg's command does."""

from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet

_JUMP = 10 * av.time_base
"""dts_delta_threshold: further on than this is a jump."""
_BACK = av.time_base // 10
"""And further back than this, against the packet before."""


def has_jumps(container: InputContainer) -> bool:
    """Whether FFmpeg expects clocks of this kind of container to jump."""
    return bool(int(container.format.flags) & Flags.ts_discont.value)


class SteadyClock:
    """Takes jumps out of the timestamps of packets in file order.

    The rules are ts_discontinuity_process and ts_discontinuity_detect of fftools/ffmpeg_demux.c,
    in microseconds: what a sound or picture packet jumps by is taken from all packets after it.
    """

    def __init__(self) -> None:
        self._offset = 0
        self._last: int | None = None
        self._seen: dict[int, int] = {}
        self._due: dict[int, int] = {}

    def correct(self, packet: "Packet[Any]") -> None:
        """Change the packet's timestamps to those on the steady clock."""
        unit = packet.time_base * av.time_base
        if not unit:
            return
        self._shift(packet, unit, self._offset)
        if packet.dts is None or packet.stream.type not in ("audio", "video"):
            return
        time = round(packet.dts * unit)
        index = packet.stream.index
        if delta := self._jump(index, time):
            self._offset -= delta
            self._shift(packet, unit, -delta)
            time -= delta
        self._last = self._seen[index] = time
        self._due[index] = time + round((packet.duration or 0) * unit)

    def _jump(self, index: int, time: int) -> int:
        """By how much this packet is off; 0: not at all, or by little."""
        due = self._due.get(index)
        if due is not None:
            jumps = abs(time - due) > _JUMP or time + _BACK < self._seen[index]
            return time - due if jumps else 0
        if self._last is not None and abs(time - self._last) > _JUMP:
            return time - self._last
        return 0

    @staticmethod
    def _shift(packet: "Packet[Any]", unit: Fraction, microseconds: int) -> None:
        ticks = round(microseconds / unit)
        if ticks and packet.dts is not None:
            packet.dts += ticks
        if ticks and packet.pts is not None:
            packet.pts += ticks
