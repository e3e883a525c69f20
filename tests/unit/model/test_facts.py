"""Facts: what a player shows, and JSON both ways."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.facts import Colour, Facts, MasteringDisplay, VideoStream
from tests.unit.planner.films import facts, film, picture, sound


@pytest.mark.parametrize(
    ("stream", "size"),
    [
        (picture(), (1920, 1080)),
        (picture(rotation_degrees=90), (1080, 1920)),
        (picture(rotation_degrees=180), (1920, 1080)),
        (picture(width=1440, sample_aspect=Fraction(4, 3)), (1920, 1080)),
        (picture(width=1440, sample_aspect=Fraction(4, 3), rotation_degrees=270), (1080, 1920)),
        (picture(width=720, height=576, sample_aspect=Fraction(16, 11)), (1047, 576)),
    ],
)
def test_a_picture_is_as_large_as_it_is_shown(stream: VideoStream, size: tuple[int, int]) -> None:
    assert (round(stream.display_width), round(stream.display_height)) == size
    assert (stream.short_side, stream.long_side) == (min(size), max(size))


def test_cover_art_and_what_cannot_be_decoded_are_no_picture() -> None:
    cover = picture(index=0, attached_picture=True)
    strange = picture(index=1, decodable=False)
    shown = picture(index=2)

    assert film(cover, strange, shown).picture == shown
    assert film(cover, strange).picture is None


def test_a_default_stream_goes_first() -> None:
    second, third = sound(index=2), sound(index=3, default=True)

    assert film(picture(), second, third).sound == third
    assert film(picture(), second).sound == second
    assert film(picture()).sound is None


def test_a_source_is_found_by_its_id() -> None:
    known = facts(film(), film(source="thumbnail"))

    assert known.of("thumbnail").source == "thumbnail"
    with pytest.raises(KeyError):
        known.of("other")


@given(
    start=st.fractions(-100, 100),
    rate=st.none() | st.fractions(1, 240),
    luminance=st.none() | st.floats(0, 10_000),
    title=st.none() | st.text(max_size=20),
    keys=st.none() | st.lists(st.fractions(0, 100), max_size=4).map(tuple),
)
def test_facts_survive_their_storage(
    start: Fraction,
    rate: Fraction | None,
    luminance: float | None,
    title: str | None,
    keys: tuple[Fraction, ...] | None,
) -> None:
    video = picture(
        start_seconds=start,
        nominal_rate=rate,
        mastering=MasteringDisplay(max_luminance=luminance),
        title=title,
        key_frame_seconds=keys,
        colour=Colour(range="pc", matrix="bt709"),
    )
    known = facts(film(video, sound(title=title), start_seconds=start))

    assert Facts.from_json(known.to_json()) == known
