"""Streams of the sources."""

from typing import Literal

from pydantic import Field

from reelmill.model.operations.base import Selection


class SelectVideo(Selection):
    """The picture of a source as a player shows it: upright, no cover art."""

    op: Literal["select_video"] = "select_video"


class SelectAudio(Selection):
    """The sound of a source: its default track, or the first in a language (ISO 639-2).

    With `track` the one at that place among the audio tracks, from 0.
    """

    op: Literal["select_audio"] = "select_audio"
    language: str | None = None
    track: int | None = Field(default=None, ge=0, lt=64)


class SelectSubtitles(Selection):
    """Subtitles of a source: the first track, the first in a language, or one by its place."""

    op: Literal["select_subtitles"] = "select_subtitles"
    language: str | None = None
    track: int | None = Field(default=None, ge=0, lt=64)
