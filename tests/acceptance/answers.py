"""What is right for each clip: data only.

An answer says what differs from the plain case: the frames, rate, flashes and stills that the
clip's own truth promises, at 640x360, without a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tests.media.clips import CLIPS, Truth

POSITIONS = (0, 25, 50, 75, 100)
FULL_HD, STANDARD = 709, 601


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A clip that is taken."""

    size: tuple[int, int] = (640, 360)
    still_size: tuple[int, int] | None = None
    """None: as the rung."""
    frames: int | None = None
    """Frames in the rung; None: as many as the clip has."""
    rate: Fraction | None = None
    """None: the clip's own."""
    stills: tuple[int, ...] | None = None
    """Frame numbers; None: the first frame at or after each share of the frames."""
    warnings: frozenset[str] = frozenset()
    matrix: int = FULL_HD
    bar_levels: float = 2.0
    """By how much colour bars may miss."""
    drawn_bars: bool = False
    """Whether bars are held against what was drawn, not against the source as it decodes."""
    beeps: int | None = None
    """Flashes with a beep; None: as many as the clip has."""


@dataclass(frozen=True)
class Refused:
    """A clip that is refused, by code."""

    code: str


def warned(*codes: str) -> frozenset[str]:
    return frozenset(codes)


PORTRAIT = Answer(size=(360, 640))
SD = Answer(matrix=STANDARD)
TIMING: dict[str, Answer | Refused] = {
    "plain": Answer(),
    "plain_720p": Answer(still_size=(1280, 720)),
    "sync_6s": Answer(),
    # The gap is held; a still is the first frame at or after its time, which is behind the gap.
    "vfr_gap": Answer(
        frames=240,
        stills=(0, 45, 45, 45, 89),
        warnings=warned("variable_frame_rate"),
    ),
    "rate_23976": Answer(),
    "rate_5994": Answer(),
    # The encoder smears one of the two beeps over its 23 ms window.
    "rate_14985": Answer(beeps=1),
    "odd_tick": Answer(),
    "irregular": Answer(frames=60, warnings=warned("variable_frame_rate")),
    # Half a second late: the first frame is held, lit as it is, so that only one flash is whole.
    "video_late": Answer(frames=63, beeps=1),
    "start_10h_ts": Answer(),
    "start_10h_mkv": Answer(),
    "negative_cts": Answer(),
    "b_frames_no_edit_list": Answer(frames=52),
    "ts_wrap": Answer(),
    # The first frame of the second programme comes 19 ms after the last of the first, and takes
    # its place; the sound's own clock goes on.
    "ts_size_change": Answer(
        frames=99, beeps=4, stills=(0, 25, 1, 26, 49), warnings=warned("variable_frame_rate")
    ),
    "ts": Answer(),
    "open_gop": Answer(),
    "long_gop": Answer(),
    "b_frames": Answer(),
    "edit_list_cut": Answer(stills=(18, 26, 34, 42, 49)),
    "webm_no_duration": SD,
    "raw_h264": Answer(),
    "moov_at_end": Answer(),
    # Only the first picture is at zero, all others 21 ms after the grid.
    "fragmented": Answer(frames=51),
    "single_frame": Refused("media_limit"),
    "fifth_of_a_second": Refused("media_limit"),
    "hours_25": Refused("media_limit"),
}
PICTURE: dict[str, Answer | Refused] = {
    "rotated_90": PORTRAIT,
    "rotated_180": Answer(),
    "rotated_270": PORTRAIT,
    "flipped": Answer(),
    "flipped_vertically": Answer(),
    "rotated_90_flipped": PORTRAIT,
    "sar_2_3": Answer(),
    "sar_16_11": Answer(still_size=(1024, 576)),
    "odd_853x481": Answer(size=(638, 360), still_size=(854, 482)),
    "odd_853x481_444": Answer(size=(638, 360), still_size=(854, 482)),
    "portrait": Answer(size=(360, 640), still_size=(720, 1280)),
    # 480x480 is less than 640x360 on its long side: the reference's limit.
    "square": Refused("media_limit"),
    "wide_21_9": Answer(size=(840, 360)),
    "wide_32_9": Answer(size=(1280, 360)),
    "tiny_5x5": Refused("media_limit"),
    "yuv422p": Answer(),
    "yuv444p": Answer(),
    "h264_10bit": Answer(),
    "hevc_10bit": Answer(),
    "full_range": Answer(),
    "bt601_untagged": SD,
    "bt601_tagged": SD,
    "bt601_tagged_hd": Answer(matrix=STANDARD, still_size=(1280, 720)),
    "bt709_untagged_hd": Answer(still_size=(1280, 720)),
    "rgb_gbrp": Answer(),
}
LIGHT: dict[str, Answer | Refused] = {
    # Moebius' curve leaves 75 % bars 6 levels darker; what is left is yellow's blue.
    "hdr10": Answer(warnings=warned("tone_mapped"), bar_levels=12, drawn_bars=True),
    # zscale's OOTF works per channel and brightens saturated blue and red.
    "hlg": Answer(warnings=warned("tone_mapped"), bar_levels=20, drawn_bars=True),
    "interlaced_tff": Answer(warnings=warned("deinterlaced")),
    "interlaced_bff": Answer(warnings=warned("deinterlaced")),
    # Deinterlaced at its coded rate: one film frame in four stands twice.
    "telecined": Answer(
        rate=Fraction(30_000, 1001),
        stills=(0, 12, 24, 36, 47),
        warnings=warned("deinterlaced"),
    ),
    "alpha_vp9": Answer(warnings=warned("alpha_on_black"), drawn_bars=True),
    "alpha_prores": Refused("media_limit"),
    "gif": Refused("unsupported_media"),
    "webp_animated": Refused("unsupported_media"),
    "png_still": Refused("unsupported_media"),
    "jpeg_still": Refused("unsupported_media"),
    "mjpeg_avi": SD,
}
SOUND: dict[str, Answer | Refused] = {
    "no_audio": Answer(),
    "audio_mp3_cover": Refused("unsupported_media"),
    "video_cover_mp4": Answer(warnings=warned("cover_art_dropped")),
    "video_cover_mkv": Answer(warnings=warned("cover_art_dropped")),
    "two_languages": Answer(warnings=warned("audio_tracks_dropped")),
    "surround_5_1": Answer(warnings=warned("audio_downmixed")),
    "stereo": Answer(),
    "mono_8k": Answer(),
    "audio_late": Answer(),
    "audio_ends_early": Answer(warnings=warned("sound_padded")),
    "audio_longer": Answer(frames=125, warnings=warned("picture_held")),
    "audio_corrupt_middle": Refused("input_truncated"),
    "audio_undecodable": Refused("input_truncated"),
    "audio_two_codecs": Refused("input_truncated"),
}
CONTAINERS: dict[str, Answer | Refused] = {
    "mkv_rich": Answer(
        warnings=warned("attachments_dropped", "chapters_dropped", "subtitles_dropped")
    ),
    "mp4_rich": Answer(warnings=warned("chapters_dropped", "data_dropped", "subtitles_dropped")),
    "vp8_vorbis_webm": SD,
    "pcm_avi": SD,
    "pcm_mkv": SD,
    "webm_webvtt": Answer(warnings=warned("subtitles_dropped")),
    "hevc_mp4": Answer(),
    "av1_mp4": Answer(),
    "mpeg4_mp3_avi": SD,
    "mpeg2_mp2_ts": SD,
    # One frame and 3 ms late: a slot is held, the 3 ms are left.
    "wmv": Answer(matrix=STANDARD, frames=51),
    "flv": SD,
    "pcm_mov": Answer(),
    "cea_608": Answer(),
    "dolby_vision_5": Refused("unsupported_media"),
}
DAMAGE: dict[str, Answer | Refused] = {
    **{f"mp4_cut_{share}": Refused("input_truncated") for share in (30, 90, 99)},
    **{f"mkv_cut_{share}": Refused("input_truncated") for share in (30, 90, 99)},
    "ts_cut_90": Refused("input_truncated"),
    "mp4_no_moov": Refused("input_unreadable"),
    "corrupt_gop": Refused("input_truncated"),
    "zero_gop": Refused("input_truncated"),
    "corrupt_gop_mkv": Refused("input_truncated"),
    "zero_run_ts": Refused("input_truncated"),
    "empty": Refused("input_unreadable"),
    "text": Refused("input_unreadable"),
    "html": Refused("input_unreadable"),
    "noise": Refused("input_unreadable"),
}
ANSWERS: dict[str, Answer | Refused] = {
    **TIMING, **PICTURE, **LIGHT, **SOUND, **CONTAINERS, **DAMAGE
}  # fmt: skip
TAKEN: dict[str, Answer] = {
    name: answer for name, answer in ANSWERS.items() if isinstance(answer, Answer)
}
REFUSED: dict[str, str] = {
    name: answer.code for name, answer in ANSWERS.items() if isinstance(answer, Refused)
}
SOUND_ONLY = ("audio_only", "audio_cover_mp4")
CUT_INSIDE_A_PACKET = {
    "ts_cut_30": "input_truncated",
    "ts_cut_99": "input_truncated",
}
"""Transport streams, of whose end no header tells."""
JUMPING = ("ts_jump",)
"""A jump of 98 s in the timestamps is no length."""


def truth_of(name: str) -> Truth:
    return CLIPS[name].truth


def frame_count_of(name: str) -> int:
    found = TAKEN[name].frames or truth_of(name).frame_count
    assert found is not None
    return found


def rate_of(name: str) -> Fraction:
    found = TAKEN[name].rate or truth_of(name).nominal_rate
    assert found is not None
    return found


def stills_of(name: str) -> tuple[int, ...]:
    answer, truth = TAKEN[name], truth_of(name)
    if answer.stills is not None:
        return answer.stills
    count = truth.frame_count or 1
    wanted = [min(ceil(Fraction(position, 100) * count), count - 1) for position in POSITIONS]
    return tuple(truth.first_number + number for number in wanted)


def beeps_of(name: str) -> int:
    answer, truth = TAKEN[name], truth_of(name)
    if answer.beeps is not None:
        return answer.beeps
    if not truth.has_audio:
        return 0
    end = truth.audio_end_seconds or float("inf")
    return sum(time < end for time in truth.flash_times)
