"""Clips whose clocks are hard: uneven, offset, wrapped, cut or missing."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from .clip import PRIMING_SECONDS, Clip, filmed, reworked, shifted, truth_of
from .film import H264, Recipe, Shot, run, to_yuv
from .mux import copied, joined_ts, retimed
from .picture import Canvas

NO_B = Recipe(video=(*H264, "-bf", "0"))
TS = Recipe(muxer=("-f", "mpegts"))
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "18", "-b:v", "0")
VORBIS = (
    "-c:a",
    "libvorbis",
)


def _x264(params: str) -> Recipe:
    # veryfast: ultrafast turns B-frames off.
    video = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-x264-params", params)
    return Recipe(video=video)


def _phone_times() -> tuple[Fraction, ...]:
    """About 30 frames a second with a few ms of jitter, and 5 s without any after 1.5 s."""
    jitter = [Fraction((n * n * 7) % 9 - 4, 1000) for n in range(90)]
    return tuple(
        Fraction(n, 30) + (jitter[n] if n else 0) + (5 if n >= 45 else 0) for n in range(90)
    )


def _one_odd_tick() -> tuple[Fraction, ...]:
    rate = Fraction(30000, 1001)
    return tuple(n / rate + (Fraction(1, 90_000) if n == 31 else 0) for n in range(60))


def _irregular() -> tuple[Fraction, ...]:
    """About 30 frames a second, none of them on any grid but the clock's own ticks."""
    source = random.Random(7)
    return tuple(
        Fraction(n * 3000 + (n and source.randint(-1300, 1300)), 90_000) for n in range(60)
    )


def _later(seconds: Fraction) -> tuple[Fraction, ...]:
    return tuple(seconds + Fraction(n, 25) for n in range(50))


PHONE = Shot(rate=Fraction(30), count=90, times=_phone_times())
ODD_TICK = Shot(rate=Fraction(30000, 1001), count=60, times=_one_odd_tick())
IRREGULAR = Shot(rate=Fraction(30), count=60, times=_irregular())
LATE = Shot(times=_later(Fraction(1, 2)))
DAY = Shot(rate=Fraction(1, 1800), count=51, sound=None)
PLAIN = Shot()
FOUR_BY_THREE = Shot(Canvas(480, 360))
PRIMED = shifted(truth_of(PLAIN), PRIMING_SECONDS)


def _jump(ffmpeg: Path, path: Path) -> None:
    """Two programmes joined byte by byte; the second clock starts 100 s further on."""
    joined_ts(ffmpeg, path, [(PLAIN, Recipe(), 0), (PLAIN, Recipe(), 100)])


def _size_change(ffmpeg: Path, path: Path) -> None:
    """A splice from 16:9 to 4:3 with an even clock."""
    joined_ts(ffmpeg, path, [(PLAIN, Recipe(), 0), (FOUR_BY_THREE, Recipe(), 2)])


def _piped_webm(ffmpeg: Path, source: Path, path: Path) -> None:
    command = ["-i", str(source), "-c", "copy", "-f", "webm", "-live", "1", "pipe:1"]
    path.write_bytes(run(ffmpeg, command))


def _at(rate: Fraction, count: int) -> Shot:
    return Shot(rate=rate, count=count)


CUT_FRAMES = 18
CUT = replace(
    truth_of(PLAIN),
    first_number=CUT_FRAMES,
    frame_count=50 - CUT_FRAMES,
    duration_seconds=2 - CUT_FRAMES / 25,
    audio_end_seconds=2 - CUT_FRAMES / 25,
    flash_times=tuple(float(time) - CUT_FRAMES / 25 for time in PLAIN.flash_times[1:]),
)
TWICE = replace(
    PRIMED, frame_count=100, numbered=False, duration_seconds=4.0, audio_end_seconds=None,
    flash_times=(),
)  # fmt: skip
B_FRAMES = "bframes=3:b-pyramid=normal:keyint=25:scenecut=0"

CLIPS: tuple[Clip, ...] = (
    filmed("plain", PLAIN),
    filmed("plain_720p", Shot(Canvas(1280, 720), Fraction(30), 60)),
    filmed("sync_6s", Shot(count=150)),
    reworked("vfr_gap", PHONE, retimed(PHONE.times), NO_B),
    filmed("rate_23976", _at(Fraction(24000, 1001), 48)),
    filmed("rate_5994", _at(Fraction(60000, 1001), 120)),
    filmed("rate_14985", _at(Fraction(15000, 1001), 30)),
    reworked("odd_tick", ODD_TICK, retimed(ODD_TICK.times), NO_B),
    # VP9 says no frame rate of its own, so FFmpeg takes the clock: r_frame_rate is 90000/1.
    reworked("irregular", IRREGULAR, retimed(IRREGULAR.times), Recipe(video=VP9)),
    reworked("video_late", LATE, retimed(LATE.times), NO_B),
    filmed(
        "start_10h_ts", PLAIN, Recipe(muxer=("-f", "mpegts", "-output_ts_offset", "36000")),
        suffix=".ts", truth=PRIMED,
    ),
    filmed(
        "start_10h_mkv", PLAIN, Recipe(muxer=("-output_ts_offset", "36000")), suffix=".mkv"
    ),
    filmed("negative_cts", PLAIN, replace(
        _x264(B_FRAMES), muxer=("-movflags", "+faststart+negative_cts_offsets"),
    )),
    filmed(
        "b_frames_no_edit_list", PLAIN, replace(_x264(B_FRAMES), muxer=("-use_editlist", "0")),
        truth=shifted(truth_of(PLAIN), 0.08),
    ),
    filmed(
        "ts_wrap", PLAIN, Recipe(muxer=("-f", "mpegts", "-output_ts_offset", "95441.7")),
        suffix=".ts", truth=PRIMED,
    ),
    Clip("ts_jump", ".ts", _jump, TWICE),
    Clip("ts_size_change", ".ts", _size_change, TWICE),
    filmed("ts", PLAIN, TS, suffix=".ts", truth=PRIMED),
    filmed("open_gop", PLAIN, _x264("open-gop=1:bframes=3:keyint=12:min-keyint=12:scenecut=0")),
    filmed(
        "long_gop", Shot(rate=Fraction(10), count=200),
        Recipe(video=(*H264[:-2], "-g", "1000", "-sc_threshold", "0")),
    ),
    filmed("b_frames", PLAIN, _x264(B_FRAMES)),
    reworked(
        "edit_list_cut", PLAIN, copied(before=("-ss", str(CUT_FRAMES / 25))), truth=CUT,
    ),
    reworked(
        "webm_no_duration", PLAIN, _piped_webm,
        Recipe(video=VP8, audio=VORBIS, filters=to_yuv(matrix="bt601"), muxer=()),
        inner=".webm", suffix=".webm",
        truth=replace(truth_of(PLAIN), duration_in_header=False),
    ),
    filmed(
        "raw_h264", Shot(sound=None), Recipe(muxer=("-f", "h264")), suffix=".h264",
        truth=replace(truth_of(Shot(sound=None)), duration_in_header=False),
    ),
    filmed("moov_at_end", PLAIN, Recipe(muxer=())),
    filmed("fragmented", PLAIN, Recipe(
        muxer=("-movflags", "+frag_keyframe+empty_moov+default_base_moof"),
        # Only the first picture is at zero: the fragment's clock is laid down before the rest.
    ), truth=replace(PRIMED, video_start_seconds=0.0)),
    filmed("single_frame", Shot(count=1, sound=None)),
    filmed("fifth_of_a_second", Shot(count=5)),
    filmed("hours_25", DAY, NO_B),
)  # fmt: skip
