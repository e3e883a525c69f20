"""Codecs by the names that playlists use (RFC 6381 and each codec's own binding)."""

import re

FIXED = {"aac": "mp4a.40.2", "mp3": "mp4a.40.34", "opus": "opus", "flac": "fLaC"}


def codec_name(codec: str, extradata: bytes | None) -> str | None:
    """The name of a stream, from its decoder configuration; None where that does not say.

    Args:
        codec: FFmpeg's name, "h264".
        extradata: avcC, hvcC, av1C or vpcC as in ISO files, or Annex B parameter sets.
    """
    data = extradata or b""
    match codec:
        case "h264":
            return _avc(data)
        case "hevc":
            return _hevc(data)
        case "av1":
            return _av1(data)
        case "vp9":
            return _vp9(data)
        case _:
            return FIXED.get(codec)


def _avc(data: bytes) -> str | None:
    """avc1.PPCCLL: profile, constraints and level (ISO/IEC 14496-15, annex E)."""
    if data[:1] == b"\x01" and len(data) > 4:
        return f"avc1.{data[1:4].hex()}"
    found = re.search(rb"\x00\x00\x01[\x67\x27\x47](...)", data, re.DOTALL)
    return f"avc1.{found[1].hex()}" if found else None


def _hevc(data: bytes) -> str | None:
    """hvc1.PROFILE.COMPATIBILITY.TIERLEVEL.CONSTRAINTS (ISO/IEC 14496-15, annex E)."""
    if len(data) < 13 or data[0] != 1:
        return None
    space = ("", "A", "B", "C")[data[1] >> 6]
    tier = "H" if data[1] & 0x20 else "L"
    compatible = int(f"{int.from_bytes(data[2:6], 'big'):032b}"[::-1], 2)
    constraints = data[6:12].rstrip(b"\0")
    parts = [f"hvc1.{space}{data[1] & 31}", f"{compatible:X}", f"{tier}{data[12]}"]
    return ".".join([*parts, *(f"{byte:X}" for byte in constraints)])


def _av1(data: bytes) -> str | None:
    """av01.PROFILE.LEVELTIER.DEPTH (AV1 in ISO base media, section 5)."""
    if len(data) < 4 or data[0] != 0x81:
        return None
    tier = "H" if data[2] & 0x80 else "M"
    depth = (12 if data[2] & 0x20 else 10) if data[2] & 0x40 else 8
    return f"av01.{data[1] >> 5}.{data[1] & 31:02d}{tier}.{depth:02d}"


def vp9_configuration(head: bytes) -> bytes | None:
    """The vpcC box of an ISO file without its version: FFmpeg does not hand it out as extradata."""
    at = head.find(b"vpcC")
    return head[at + 8 : at + 16] if at >= 0 else None


def _vp9(data: bytes) -> str | None:
    """vp09.PROFILE.LEVEL.DEPTH (VP codec in ISO base media); vpcC without its version."""
    if len(data) < 8:
        return None
    profile, level, depth = data[-8], data[-7], data[-6] >> 4
    return f"vp09.{profile:02d}.{level:02d}.{depth:02d}"
