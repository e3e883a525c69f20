"""Subtitles of a conversion: the film's own and those of other files, wherever they go along."""

from reelmill.model.codecs import TAKES, Takes
from reelmill.model.containers import PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import BurnSubtitles, EncodeSubtitles, SelectSubtitles
from reelmill.recipes.chain import Chain
from reelmill.recipes.recipe import MAIN

MOST_TRACKS = 16
"""That are kept side by side."""
ENCODED = ("mov_text", "subrip", "webvtt", "ass")
"""Subtitles that there are encoders for."""


def begin_subtitles(chain: Chain, format_: PlainFormat, language: str | None) -> None:
    """The film's own, if the format takes words; where it is words alone, one in a language."""
    if _codec(format_) is None:
        return
    if _words_only(format_):
        chain.subtitles = [chain.add(SelectSubtitles, source=MAIN, language=language)]
        return
    numbers = range(MOST_TRACKS)
    chain.subtitles = [chain.add(SelectSubtitles, source=MAIN, track=number) for number in numbers]


def leave_subtitles(chain: Chain, by: str) -> None:
    """Behind an operation whose cuts and joins they cannot follow.

    Raises:
        InvalidRequestError: some were embedded before it.
    """
    chain.subtitles = []
    if chain.embedded:
        raise InvalidRequestError(
            f"embed_subtitles comes after {by}, which moves what they go with"
        )


def subtitles(chain: Chain, format_: PlainFormat, *, led: bool) -> list[str]:
    """Those that go along, encoded as the format takes them; what is drawn needs no track as well.

    With `led`, the picture is a copied part, which begins earlier than anybody can say beforehand.

    Raises:
        InvalidRequestError: embedded ones that the format does not take, or nothing to go with.
    """
    codec = _codec(format_)
    if chain.embedded and (codec is None or _words_only(format_)):
        others = ", ".join(one.title for one in TAKES.values() if one.video and _takes(one))
        raise InvalidRequestError(
            f"{TAKES[format_].title} takes no embedded subtitles: {others} do"
        )
    if chain.embedded and led:
        raise InvalidRequestError(
            "a copied part begins at the key frame before: encode the picture"
        )
    if codec is None or led:
        return []
    drawn = any(isinstance(one, BurnSubtitles) and one.source == MAIN for one in chain.nodes)
    own = [] if drawn and not _words_only(format_) else chain.subtitles
    kept = () if _words_only(format_) else TAKES[format_].subtitles
    tracks = [*((one, None) for one in own), *chain.embedded]
    said = {"codec": codec, "kept": kept, "end_with": chain.picture or chain.sound}
    return [
        chain.add(EncodeSubtitles, input=one, language=language, **said) for one, language in tracks
    ]


def _codec(format_: PlainFormat) -> str | None:
    return next(iter(_takes(TAKES[format_])), None)


def _takes(takes: Takes) -> list[str]:
    return [one for one in takes.subtitles if one in ENCODED]


def _words_only(format_: PlainFormat) -> bool:
    return not TAKES[format_].video and not TAKES[format_].audio
