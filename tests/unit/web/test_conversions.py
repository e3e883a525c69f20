"""What a conversion comes out as, where its request says little."""

from __future__ import annotations

from typing import Any

import pytest

from reelmill.model.errors import InvalidRequestError
from reelmill.web.conversions import Conversion


def conversion(**said: Any) -> Conversion:
    return Conversion.model_validate({"input": "/film.mkv", **said})


@pytest.mark.parametrize(
    ("said", "format_"),
    [
        ({}, "mp4"),
        ({"operations": [{"type": "extract_audio"}]}, "m4a"),
        ({"operations": [{"type": "extract_audio", "params": {"format": "mp3"}}]}, "mp3"),
        ({"output": {}, "operations": [{"type": "extract_audio", "format": "AAC"}]}, "adts"),
        ({"output": "talk.flac", "operations": [{"type": "extract_audio"}]}, "flac"),
        ({"options": {"format": "wav"}, "operations": [{"type": "extract_audio"}]}, "wav"),
    ],
)
def test_its_format(said: dict[str, Any], format_: str) -> None:
    assert conversion(**said).recipe().format == format_


def test_two_formats_are_refused() -> None:
    asked = conversion(output="a.wav", operations=[{"type": "extract_audio", "format": "mp3"}])
    with pytest.raises(InvalidRequestError, match="extract_audio says mp3, the output wav"):
        asked.recipe()
