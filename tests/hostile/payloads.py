"""Every bad input by name, as data: how it is made, and what it must be answered with."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.outside import Outside
from tests.media.clips import clip_file

Make = Callable[[Path, Outside], object]


@dataclass(frozen=True)
class Media:
    """A file that is sent as a video.

    Attributes:
        make: writes it; there is a world outside that it may try to reach.
        code: of its refusal, at once or as the end of its job; "": it must succeed.
    """

    make: Make
    code: str


def text(content: str) -> Make:
    """Text in which {canary}, {tcp} and {udp} lead outside."""

    def make(path: Path, there: Outside) -> None:
        filled = content.replace("{canary}", str(there.canary))
        filled = filled.replace("{tcp}", str(there.tcp_port)).replace("{udp}", str(there.udp_port))
        path.write_text(filled)

    return make


def clip(name: str) -> Make:
    """One of the test clips, whatever it is called."""
    return lambda path, _: path.write_bytes(clip_file(name).read_bytes())


def made(*words: str) -> Make:
    """What FFmpeg writes, when it is told so."""

    def make(path: Path, _: Outside) -> None:
        ffmpeg = [str(find_ffmpeg().path), "-v", "error", "-nostdin", "-y"]
        subprocess.run([*ffmpeg, *words, str(path)], check=True, timeout=60)

    return make


def png(side: int) -> bytes:
    """A black square that takes three bytes a pixel once it is unpacked, and hardly any before."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = bytes(100 * (1 + 3 * side))
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(side // 100):
        check = zlib.adler32(rows, check)
    end = zlib.compressobj(9, wbits=-15).flush()
    pixels = b"\x78\xda" + packed * (side // 100) + end + struct.pack(">I", check)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def huge_picture(path: Path, there: Outside) -> None:
    """A frame of MJPEG that says it is 65535 x 65535."""
    made(*PICTURE, "-frames:v", "30", "-c:v", "mjpeg", "-f", "matroska")(path, there)
    data = path.read_bytes()
    start = b"\xff\xc0\x00\x11\x08"  # SOF0, then height and width (ITU T.81, B.2.2)
    was = start + struct.pack(">HH", 360, 640)
    assert was in data
    path.write_bytes(data.replace(was, start + b"\xff\xff\xff\xff"))


def lying(path: Path, there: Outside) -> None:
    """The header of the movie says 136 years."""
    clip("plain")(path, there)
    data = bytearray(path.read_bytes())
    place = data.index(b"mvhd") + 4 + 12  # behind version, flags and two times (ISO 14496-12)
    data[place : place + 8] = struct.pack(">II", 1, 0xFFFFFFFF)
    for header in (b"tkhd", b"mdhd"):
        at = -1
        while (at := data.find(header, at + 1)) >= 0:
            offset = at + 4 + (20 if header == b"tkhd" else 16)
            data[offset : offset + 4] = b"\xff\xff\xff\xfe"
    path.write_bytes(data)


def tags(path: Path, there: Outside) -> None:
    """Three thousand of them."""
    lines = (f"key{n}={'x' * 100}" for n in range(3_000))
    listed = path.with_suffix(".txt")
    listed.write_text("\n".join([";FFMETADATA1", *lines]))
    made(*("-i", str(clip_file("plain")), "-i", str(listed), "-map", "0", "-map_metadata", "1"),
         *("-c", "copy", "-f", "matroska"))(path, there)  # fmt: skip
    listed.unlink()


PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2")
TRACKS = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=1.5", *PICTURE, "-map", "1:v")
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1000">'
    "<BaseURL>{}</BaseURL></Representation></AdaptationSet></Period></MPD>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file://{canary}">]>'
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {udp} RTP/AVP 96\n"

MEDIA: dict[str, Media] = {
    "HLS of a file": Media(text(HLS.format("file://{canary}")), "unsupported_media"),
    "HLS of an address": Media(
        text(HLS.format("http://127.0.0.1:{tcp}/a.ts")), "unsupported_media"
    ),
    "HLS with a key": Media(
        text(HLS.format('#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{tcp}/"\na.ts')),
        "unsupported_media",
    ),
    "ffconcat of a file": Media(
        text("ffconcat version 1.0\nfile '{canary}'\n"), "unsupported_media"
    ),
    "ffconcat of an address": Media(
        text("ffconcat version 1.0\nfile 'tcp://127.0.0.1:{tcp}'\n"), "unsupported_media"
    ),
    "DASH of a file": Media(text(DASH.format("file://{canary}")), "unsupported_media"),
    "DASH of an address": Media(text(DASH.format("http://127.0.0.1:{tcp}/")), "unsupported_media"),
    "SDP": Media(text(SDP), "unsupported_media"),
    "SVG": Media(
        text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{canary}"/></svg>'),
        "unsupported_media",
    ),
    "XML": Media(text(XXE + "<a>&b;</a>"), "input_unreadable"),
    "empty": Media(clip("empty"), "input_unreadable"),
    "HTML": Media(clip("html"), "input_unreadable"),
    "random bytes": Media(clip("noise"), "input_unreadable"),
    "text": Media(clip("text"), "input_unreadable"),
    "no moov": Media(clip("mp4_no_moov"), "input_unreadable"),
    **{
        f"{kind}, cut at {percent} %": Media(clip(f"{kind}_cut_{percent}"), "input_truncated")
        for kind in ("mp4", "mkv", "ts")
        for percent in (30, 90)
    },
    "65535 x 65535": Media(huge_picture, "input_truncated"),
    "PNG bomb": Media(lambda path, _: path.write_bytes(png(9_000)), "unsupported_media"),
    "300 tracks": Media(
        made(*TRACKS, *["-map", "0:a"] * 300, "-c:a", "pcm_s16le", "-f", "mov"), "media_limit"
    ),
    "1e6 frames a second": Media(
        made(*PICTURE, "-vf", "settb=1/1000000,setpts=N", "-fps_mode", "passthrough",
             "-video_track_timescale", "1000000", "-f", "mp4"),
        "media_limit",
    ),
    "136 years in its header": Media(lying, ""),
    "longer than a day": Media(
        made(*PICTURE, "-vf", "setpts=if(eq(N\\,49)\\,100000/TB\\,PTS)",
             "-fps_mode", "passthrough", "-f", "matroska"),
        "media_limit",
    ),
    "tag bomb": Media(tags, ""),
    "no duration": Media(
        made(*PICTURE, "-c:v", "libx264", "-f", "matroska", "-live", "1"), ""
    ),
}  # fmt: skip

NAMES: dict[str, tuple[str, str]] = {
    "../x": ("../../x.mp4", "x.mp4"),
    "absolute": ("/etc/passwd", "passwd"),
    "Windows": ("C:\\\\a\\\\b.mp4", "b.mp4"),
    "option": ("-evil.mp4", "-evil.mp4"),
    "protocol": ("concat:b.mp4", "concat:b.mp4"),
    "pattern": ("%03d.mp4", "%03d.mp4"),
    "percent": ("save 50%.mp4", "save 50%.mp4"),
    "expansion": ("%{x} ${HOME} $(id).mp4", "%{x} ${HOME} $(id).mp4"),
    "filter": ("':[];,=.mp4", "':[];,=.mp4"),
    "right to left": ("\u0645\u0631\u062d\u0628\u0627.mp4", "\u0645\u0631\u062d\u0628\u0627.mp4"),
    "emoji": ("\U0001f3ac\U0001f600.mp4", "\U0001f3ac\U0001f600.mp4"),
    "only dots": ("..", "file"),
    "override": ("a\u202e4pm.mp4", "a4pm.mp4"),
    "long": ("a" * 300 + ".mp4", "a" * 255),
}
"""Names of uploads that are taken, and how they are shown: without folders and controls."""

DEEP = '{"a":' * 1000 + "1" + "}" * 1000
REQUESTS: dict[str, tuple[bytes, int, str]] = {
    "1000 levels": (DEEP.encode(), 400, "invalid_request"),
    "levels without an end": (b"[" * 100_000, 400, "invalid_request"),
    "huge integer": (b'{"file_path": ' + b"9" * 100_000 + b"}", 400, "invalid_request"),
    "huge exponent": (b'{"file_path": 1e999999}', 400, "invalid_request"),
    "NaN": (b'{"file_path": NaN}', 400, "invalid_request"),
    "Infinity": (b'{"priority": -Infinity}', 400, "invalid_request"),
    "a name twice": (b'{"file_path": "/a", "file_path": "/b"}', 400, "invalid_request"),
    "half a surrogate": (b'{"file_path": "\\ud800"}', 400, "invalid_request"),
    "not UTF-8": (b'{"file_path": "\xff"}', 400, "invalid_request"),
    "UTF-16": ('{"file_path": "/a"}'.encode("utf-16"), 400, "invalid_request"),
    "2 MiB": (b" " * (2 << 20), 413, "too_large"),
    "nothing": (b"", 400, "invalid_request"),
    "null": (b"null", 400, "invalid_request"),
    "a NUL": (b'{"file_path": "/a", "metadata": {"a": "\\u0000"}}', 400, "invalid_request"),
    "a path with NUL": (b'{"file_path": "/a\\u0000b"}', 422, "path_rejected"),
    "a path with CRLF": (b'{"file_path": "/a\\r\\nb"}', 422, "path_rejected"),
    "a path upwards": (b'{"file_path": "../../etc/passwd"}', 422, "path_rejected"),
    "an absolute path": (b'{"file_path": "/etc/passwd"}', 422, "path_rejected"),
    "an option": (b'{"file_path": "-evil.mp4"}', 422, "path_rejected"),
    "a protocol": (b'{"file_path": "concat:/etc/passwd"}', 422, "path_rejected"),
    "a pattern": (b'{"file_path": "%03d.png"}', 422, "path_rejected"),
    "a path of proc": (b'{"file_path": "/proc/self/environ"}', 422, "path_rejected"),
    "a webhook to loopback": (
        b'{"file_path": "/a", "webhook_url": "http://127.0.0.1/"}', 422, "url_blocked"
    ),
}  # fmt: skip

URLS = (
    "http://2130706433:{tcp}/",
    "http://0x7f000001:{tcp}/",
    "http://0177.0.0.1:{tcp}/",
    "http://127.1:{tcp}/",
    "http://\u2460\u2461\u2466.0.0.1:{tcp}/",
    "http://[::ffff:127.0.0.1]:{tcp}/",
    "http://[64:ff9b::7f00:1]:{tcp}/",
    "http://100.64.0.1:{tcp}/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0:{tcp}/",
    "http://localhost:{tcp}/",
    "http://user@example.com/",
    "http://127.0.0.1:{tcp}#@example.com/",
    "file://{canary}",
    "ftp://127.0.0.1:{tcp}/",
    "concat:{canary}",
    "data:video/mp4;base64,AAAA",
    "gopher://127.0.0.1:{tcp}/_",
    "-i",
    "",
)
"""Each leads to where nobody is asked: `url_blocked`, at once."""

SOUND = ("-f", "lavfi", "-i", "anullsrc=d=0.1")
STILL = ("-f", "lavfi", "-i", "color=s=64x64:d=0.1")
NOWHERE = ("-f", "null", "-")
ALL = ("-protocol_whitelist", "file,http,tcp,udp,rtp,unix,crypto,data,concat,subfile,pipe")
STEAL = ("-map", "0", "-c", "copy", "-f", "data", "file:stolen")

COMMANDS: dict[str, tuple[str, ...]] = {
    "movie=": (*STILL, "-vf", "movie={canary}", *NOWHERE),
    "amovie=": (*SOUND, "-af", "amovie={canary}", *NOWHERE),
    "lavfi movie=": ("-f", "lavfi", "-i", "movie={canary}", *STEAL),
    "drawtext textfile=": (*STILL, "-vf", "drawtext=textfile={canary}", "file:stolen.y4m"),
    "drawtext /text=": (*STILL, "-vf", "drawtext=/text={canary}", "file:stolen.y4m"),
    "-/vf": (*STILL, "-/vf", "{canary}", *NOWHERE),
    "-filter_complex_script": (*STILL, "-filter_complex_script", "{canary}", *NOWHERE),
    "subtitles= a path": (*STILL, "-vf", "subtitles={canary}", *NOWHERE),
    "subtitles= an address": (
        *STILL, "-vf", "subtitles=tcp\\\\://127.0.0.1\\\\:{tcp}", *NOWHERE
    ),
    "fontfile=": (*STILL, "-vf", "drawtext=text=a:fontfile={canary}", *NOWHERE),
    "lut3d=": (*STILL, "-vf", "lut3d={canary}", *NOWHERE),
    "metadata=file=": (*STILL, "-vf", "metadata=print:file={folder}/x", *NOWHERE),
    "sendcmd": (*STILL, "-vf", "sendcmd=f={canary}", *NOWHERE),
    "zmq": (*STILL, "-vf", "zmq=bind_address=tcp\\\\://127.0.0.1\\\\:0", *NOWHERE),
    "frei0r": (*STILL, "-vf", "frei0r={canary}", *NOWHERE),
    "lv2": (*SOUND, "-af", "lv2=p={canary}", *NOWHERE),
    "-init_hw_device": ("-init_hw_device", "vaapi=a:{canary}", *STILL, *NOWHERE),
    "-passlogfile": (
        *STILL, "-c:v", "libx264", "-pass", "1", "-passlogfile", "{folder}/x", *NOWHERE
    ),
    "x264 stats=": (
        *STILL, "-c:v", "libx264", "-x264-params", "pass=1:stats={folder}/x", *NOWHERE
    ),
    "x264 dump-yuv=": (*STILL, "-c:v", "libx264", "-x264-params", "dump-yuv={folder}/x", *NOWHERE),
    "tee": (*SOUND, "-map", "0", "-c:a", "pcm_s16le", "-f", "tee", "[f=wav]{folder}/x.wav"),
    "to http": (*SOUND, "-f", "wav", "http://127.0.0.1:{tcp}/"),
    "to tcp": (*SOUND, "-f", "wav", "tcp://127.0.0.1:{tcp}"),
    "to rtmp": (*SOUND, "-c:a", "aac", "-f", "flv", "rtmp://127.0.0.1:{tcp}/a/b"),
    "to udp": (*SOUND, "-f", "mpegts", "udp://127.0.0.1:{udp}"),
    "hls_segment_filename": (*SOUND, "-f", "hls", "-hls_segment_filename", "{folder}/%d", "a.m3u8"),
    "-dump_attachment": ("-dump_attachment:t", "{folder}/x", *SOUND, *NOWHERE),
    "-attach": (*STILL, "-attach", "{canary}", "-metadata:s:t", "mimetype=a/b", "file:stolen.mkv"),
    "-progress": (*SOUND, "-progress", "tcp://127.0.0.1:{tcp}", *NOWHERE),
    "-report": (*SOUND, "-report", *NOWHERE),
    "concat:": ("-f", "data", "-i", "concat:{canary}|{canary}", *STEAL),
    "subfile:": ("-f", "data", "-i", "subfile,,start,0,end,9,,:{canary}", *STEAL),
    "data:": ("-f", "data", "-i", "data:text/plain;base64,AAAA", *STEAL),
    "crypto:": ("-f", "data", "-decryption_key", "00" * 16, "-i", "crypto:{canary}", *STEAL),
    "unix:": ("-f", "data", "-i", "unix:{unix}", *STEAL),
    "-protocol_whitelist": (*ALL, "-f", "data", "-i", "tcp://127.0.0.1:{tcp}", *STEAL),
    "-safe 0": ("-f", "concat", "-safe", "0", "-i", "{canary}", *STEAL),
    "geq while": (*STILL, "-vf", "geq=lum='while(1,1)'", *NOWHERE),
    "an undeclared output": (*SOUND, "-f", "wav", "file:{folder}/x.wav"),
}  # fmt: skip
"""What a raw command could say: tried against the sandbox alone."""
