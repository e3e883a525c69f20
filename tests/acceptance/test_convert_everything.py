"""Each operation on clips that it finds hard: done, or refused before anything runs."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

import reelmill
from reelmill.recipes.operations.all import OPERATION_TYPES
from tests.media.clips import clip_file

HARD = cycle(
    (
        *("odd_853x481", "vfr_gap", "no_audio", "interlaced_tff", "video_late", "gif", "tiny_5x5"),
        *("audio_only", "hdr10", "start_10h_ts", "single_frame", "alpha_vp9", "surround_5_1"),
    )
)
REFUSED = {"invalid_request", "unsupported_media"}
PLAIN = str(clip_file("plain"))
OPERATIONS: dict[str, dict[str, Any]] = {
    "analyze": {"metrics": ["psnr", "ssim"]},
    "audio": {"source": PLAIN, "mode": "mix"},
    "burn_subtitles": {},
    "compress": {"max_width": 100},
    "concat": {"inputs": [PLAIN]},
    "crop": {"width": 5, "height": 5},
    "deinterlace": {},
    "embed_subtitles": {"source": str(clip_file("mkv_rich"))},
    "extract_audio": {},
    "fade": {"fade_in": 0.1},
    "filter": {"saturation": 0.5, "denoise": "weak"},
    "flip": {},
    "fps": {"rate": 10},
    "metadata": {"tags": {"title": "x"}},
    "normalize": {},
    "pad": {"width": 1300, "height": 1300},
    "remove_audio": {},
    "remove_silence": {"min_seconds": 0.1},
    "resize": {"width": 99, "height": 77, "mode": "fill"},
    "reverse": {},
    "rotate": {"degrees": 30},
    "scale": {"resolution": "144p"},
    "speed": {"speed": 3},
    "storyboard": {"interval": 1},
    "stabilise": {},
    "stabilize": {},
    "subtitles": {},
    "thumbnail": {"count": 2, "width": 50},
    "thumbnail_grid": {"rows": 2, "columns": 2},
    "transcode": {"video_bitrate": "100k", "two_pass": True},
    "trim": {"start_time": 0.01},
    "volume": {"volume": "3dB"},
    "watermark": {"text": '"100%" {\\N} مرحبا'},
}


def test_none_is_left_out() -> None:
    assert OPERATIONS.keys() == OPERATION_TYPES


@pytest.mark.parametrize(("kind", "clip"), [*zip(OPERATIONS, HARD, strict=False)])
def test_it_is_done_or_refused(tmp_path: Path, kind: str, clip: str) -> None:
    chain = [{"type": "trim", "duration": 0.4}, {"type": kind, **OPERATIONS[kind]}]
    video = {} if kind == "compress" else {"preset": "ultrafast"}
    output, ended = tmp_path / "out.mp4", ""
    try:
        reelmill.convert(clip_file(clip), output, chain, video=video)
    except reelmill.ReelmillError as error:
        ended = error.code
    assert ended in REFUSED | {""}
    assert output.exists() == (not ended)
