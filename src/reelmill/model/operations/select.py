"""Streams of the sources."""

from typing import Literal

from reelmill.model.operations.base import Selection


class SelectVideo(Selection):
    """The picture of a source as a player shows it: upright, no cover art."""

    op: Literal["select_video"] = "select_video"


class SelectAudio(Selection):
    """The sound of a source: its default track, or the first in a language (ISO 639-2)."""

    op: Literal["select_audio"] = "select_audio"
    language: str | None = None
