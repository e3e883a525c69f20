"""One secret of a data folder, whole, whoever comes first."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reelmill.app.stores import signing_secret


def test_all_who_come_first_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = {*pool.map(signing_secret, [tmp_path] * 40)}
    assert {len(one) for one in found} == {64}
    assert len(found) == 1
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() in found
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_no_half_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            signing_secret(tmp_path)
    assert [*tmp_path.iterdir()] == []
    assert len(signing_secret(tmp_path)) == 64
