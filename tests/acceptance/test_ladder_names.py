"""A name is a name: whatever it looks like, the same file comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.clips import clip_file
from tests.media.names import awkward_names, named

from .runs import PICTURE_ONLY, Ladders


@pytest.mark.parametrize("label", list(awkward_names()))
def test_awkward_names(label: str, ladders: Ladders, tmp_path: Path) -> None:
    name = awkward_names()[label]
    plain = ladders.job("plain", PICTURE_ONLY)
    job = ladders.file(named(clip_file("plain"), name, tmp_path), PICTURE_ONLY)
    assert job.mp4.path.read_bytes() == plain.mp4.path.read_bytes()
    assert job.hls.path.read_bytes() == plain.hls.path.read_bytes()
    source = job.result.metadata["source"]
    assert isinstance(source, dict)
    assert source["filename"] == name
