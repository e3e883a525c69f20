"""Parts that are joined: how long each of them lasts, in frames and in samples."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.operations import Concat
from reelmill.planner.lowering.site import Lowering
from reelmill.planner.tracks import Picture, Sound, Subtitles, Track

MOST_CUT_SECONDS = Fraction(1, 50)
"""Of the end of a sound, rather than to hold a frame for it: an encoder's padding."""
USUAL_RATE = Fraction(25)


@dataclass(frozen=True)
class Joint:
    """A part of which at least one track is there; where it begins and ends in the whole."""

    picture: Picture | None
    sound: Sound | None
    names: tuple[str | None, str | None]
    start: Fraction
    end: Fraction

    @property
    def seconds(self) -> Fraction:
        """How long it lasts."""
        return self.end - self.start


def joints(op: Concat, to: Lowering) -> list[Joint]:
    """All parts on one grid: whole frames, as long as the longer of a part's two tracks.

    Raises:
        UnsupportedMediaError: nobody knows how long a part lasts.
        InvalidRequestError: nothing is left of one.
    """
    found = [(*_tracks(one.picture, one.sound, to), (one.picture, one.sound)) for one in op.parts]
    found = [one for one in found if one[0] is not None or one[1] is not None]
    if len(found) < len(op.parts):
        to.context.notice("part_dropped", "a part with neither picture nor sound is left out")
    rate = rate_of([picture for picture, _, _ in found if picture is not None])
    made: list[Joint] = []
    start = Fraction(0)
    for picture, sound, names in found:
        seconds = _length(picture, sound)
        if seconds <= 0:
            raise InvalidRequestError("nothing is left of a part: it is cut from after its end")
        end = start + _frames(seconds, rate) / rate
        made.append(Joint(picture, sound, names, start, end))
        start = end
    return made


def rate_of(pictures: list[Picture]) -> Fraction:
    """The frame rate of the first."""
    if not pictures:
        return USUAL_RATE
    return pictures[0].rate or pictures[0].stream.nominal_rate or USUAL_RATE


def _tracks(
    picture: str | None, sound: str | None, to: Lowering
) -> tuple[Picture | None, Sound | None]:
    seen, heard = _beside(picture, to), _beside(sound, to)
    return (
        seen if isinstance(seen, Picture) else None,
        heard if isinstance(heard, Sound) else None,
    )


def _beside(name: str | None, to: Lowering) -> Track | None:
    track = to.beside(name)
    if isinstance(track, Subtitles) or (track is not None and track.end is None):
        raise UnsupportedMediaError(
            "what has no known length cannot be joined in sync; trim it to a length first"
        )
    return track


def _length(picture: Picture | None, sound: Sound | None) -> Fraction:
    shown = (picture.end if picture is not None else None) or Fraction(0)
    heard = (sound.end if sound is not None else None) or Fraction(0)
    return shown if picture is not None and heard - shown <= MOST_CUT_SECONDS else max(shown, heard)


def _frames(seconds: Fraction, rate: Fraction) -> Fraction:
    """Whole frames, one more where only a part of one is left."""
    whole = round(seconds * rate)
    if seconds * rate - whole > Fraction(1, 100):
        whole = ceil(seconds * rate)
    return Fraction(max(1, whole))
