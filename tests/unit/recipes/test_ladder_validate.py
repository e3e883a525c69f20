from fractions import Fraction

import pytest

from reelmill.model.errors import MediaLimitError
from reelmill.model.facts import OtherStream, SourceFacts
from reelmill.recipes.ladder.settings import LadderSettings
from reelmill.recipes.ladder.validate import (
    as_number,
    check,
    original_suffix,
    problems,
    short_name,
    validation,
)
from reelmill.recipes.sources import SourceLimits
from tests.unit.planner.films import film, picture, sound

LIMITS = SourceLimits()


def codes(facts: SourceFacts, limits: SourceLimits = LIMITS) -> list[str]:
    return [problem.code for problem in problems(facts, limits)]


def test_a_plain_film_has_no_problem() -> None:
    assert codes(film()) == []
    check(film(), LIMITS)


BAD: dict[str, tuple[SourceFacts, str]] = {
    "container": (film(container="gif"), "unsupported_media"),
    "nothing in it": (film(sound(decodable=False)), "unsupported_media"),
    "too large": (film(size_bytes=20 * 10**9 + 1), "too_large"),
    "too many streams": (
        film(picture(), *(sound(index=number) for number in range(1, 65))),
        "media_limit",
    ),
    "too short": (film(duration_seconds=Fraction(99, 100)), "media_limit"),
    "too long": (film(duration_seconds=Fraction(24 * 3600) + Fraction(1, 1000)), "media_limit"),
    "too small": (film(picture(width=640, height=358)), "media_limit"),
    "too narrow": (film(picture(width=638, height=480)), "media_limit"),
    "too many pixels": (film(picture(width=16384, height=8192)), "media_limit"),
    "dolby vision 5": (film(picture(dolby_vision_profile=5)), "unsupported_media"),
    "truncated": (film(missing_seconds=Fraction(3)), "input_truncated"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_problem_has_its_code(name: str) -> None:
    facts, code = BAD[name]

    assert codes(facts) == [code]


def test_neither_picture_nor_sound_is_unreadable() -> None:
    subtitles = OtherStream(kind="data", index=0, codec="bin_data")

    assert codes(film().but(streams=(subtitles,))) == ["input_unreadable"]


@pytest.mark.parametrize(
    "facts",
    [
        film(picture(width=640, height=360)),
        film(picture(width=360, height=640)),
        film(duration_seconds=Fraction(1)),
        film(duration_seconds=Fraction(24 * 3600)),
        film(duration_seconds=None),
        film(sound(index=0)),
        film(picture(dolby_vision_profile=8)),
        film(size_bytes=20 * 10**9),
    ],
)
def test_what_is_just_within_the_limits_is_taken(facts: SourceFacts) -> None:
    assert codes(facts) == []


def test_a_damaged_source_may_be_taken() -> None:
    facts = film(missing_seconds=Fraction(3))

    assert codes(facts, SourceLimits(damaged_is_fine=True)) == []


def test_the_gravest_problem_is_raised() -> None:
    facts = film(picture(width=320, height=200), missing_seconds=Fraction(1))

    assert codes(facts) == ["media_limit", "input_truncated"]
    with pytest.raises(MediaLimitError, match="the picture is 320x200; at least 640x360"):
        check(facts, LIMITS)


def test_the_answer_is_that_of_the_reference() -> None:
    facts = film(duration_seconds=Fraction(7201, 2), bit_rate=5_000_000, size_bytes=2_048_000_000)

    assert validation(facts, LIMITS, LadderSettings()) == {
        "valid": True,
        "video_info": {
            "format": "mp4",
            "codec": "h264",
            "resolution": "1920x1080",
            "duration": 3600.5,
            "bitrate": 5_000_000,
            "fps": 25,
            "audio_codec": "aac",
            "file_size_mb": 2048.0,
        },
        "transcoding_options": {"can_360p": True, "can_720p": True, "can_extract_audio": True},
    }


def test_problems_stand_in_the_answer() -> None:
    answer = validation(film(picture(width=320, height=240)), LIMITS, LadderSettings())

    assert answer["valid"] is False
    assert answer["problems"] == [
        {"code": "media_limit", "message": "the picture is 320x240; at least 640x360"}
    ]
    assert answer["transcoding_options"] == {
        "can_360p": False,
        "can_720p": False,
        "can_extract_audio": False,
    }


@pytest.mark.parametrize(
    ("container", "filename", "suffix"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", "a.mp4", ".mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "A.MOV", ".mov"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "a.exe", ".mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "", ".mp4"),
        ("matroska,webm", "a.webm", ".webm"),
        ("matroska,webm", "a.mp4", ".mkv"),
        ("avi", "../../x", ".avi"),
        ("asf", "a.wmv", ".wmv"),
        ("mpegts", "a.m2ts", ".m2ts"),
        ("flv", "a", ".flv"),
        ("something", "a.mp4", ".bin"),
    ],
)
def test_a_source_keeps_its_extension_only_where_it_is_true(
    container: str, filename: str, suffix: str
) -> None:
    assert original_suffix(container, filename) == suffix


def test_containers_have_short_names() -> None:
    assert [short_name(n) for n in ("mov,mp4", "matroska,webm", "asf", "avi")] == [
        *("mp4", "mkv", "wmv", "avi")
    ]


@pytest.mark.parametrize(("value", "number"), [(30.0, 30), (30000 / 1001, 29.97), (12.5, 12.5)])
def test_whole_numbers_are_written_whole(value: float, number: float) -> None:
    found = as_number(value)

    assert found == number
    assert isinstance(found, int) == (value == int(value))
