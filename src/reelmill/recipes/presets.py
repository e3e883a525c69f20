"""The presets that come with Reelmill, and how a preset stands under a request.

A change of one is a new version: the old one stays, for those who named it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from reelmill.model.presets import BUILT_IN, Preset
from reelmill.recipes.formats import FORMATS, named
from reelmill.recipes.words import codec_of

Settings = dict[str, JsonValue]
PARTS = ("output", "operations", "options")
"""Of a conversion's body, that a preset may say."""
ONE_OF = (
    frozenset(("crf", "bitrate", "bit_rate", "target_size")),
    frozenset(("fps", "frame_rate")),
    frozenset(("max_bitrate", "max_bit_rate")),
    frozenset(("preset", "tier")),
)
"""Fields that say the same, or exclude each other: one that is asked for replaces all."""
KEPT_FOR_OTHER_CODECS = frozenset(
    ("resolution", "fps", "frame_rate", "hdr", "channels", "sample_rate")
)
"""Fields that mean the same whatever the codec is."""


def _preset(name: str, description: str, **settings: Any) -> Preset:
    return Preset(owner=BUILT_IN, name=name, version=1, description=description, settings=settings)


def _film(video: Settings, audio: Settings, file_format: str = "mp4") -> Settings:
    return {"format": file_format, "video": video, "audio": audio}


_H264: Settings = {"codec": "h264", "preset": "medium"}
_SQUARE: Settings = {"type": "resize", "width": 1080, "height": 1080, "mode": "fill"}


def _at_most(side: int) -> list[Settings]:
    """The long side; what is smaller stays so."""
    return [{"type": "resize", "width": side, "height": side, "mode": "shrink"}]


ALL: tuple[Preset, ...] = (
    _preset(
        "fast",
        "H.264 and AAC, soon done: larger, or less fine",
        output=_film({"codec": "h264", "tier": "fast"}, {"codec": "aac"}),
    ),
    _preset(
        "balanced",
        "H.264 and AAC, between speed and quality",
        output=_film({"codec": "h264", "tier": "balanced"}, {"codec": "aac"}),
    ),
    _preset(
        "high",
        "H.264 and AAC, of high quality, however long it takes",
        output=_film({"codec": "h264", "tier": "high"}, {"codec": "aac", "bitrate": "192k"}),
    ),
    _preset(
        "web-1080p",
        "For browsers, 1920 by 1080 at most: H.264 and AAC in an MP4 that plays while it loads",
        output=_film(
            {**_H264, "crf": 22, "max_bitrate": "6M"},
            {"codec": "aac", "bitrate": "160k", "channels": 2},
        ),
        operations=_at_most(1920),
    ),
    _preset(
        "web-720p",
        "For browsers, 1280 by 720 at most: H.264 and AAC",
        output=_film(
            {**_H264, "crf": 23, "max_bitrate": "3M"},
            {"codec": "aac", "bitrate": "128k", "channels": 2},
        ),
        operations=_at_most(1280),
    ),
    _preset(
        "mobile",
        "For small screens and slow lines, 854 by 480 at most: H.264 main profile",
        output=_film(
            {**_H264, "crf": 25, "max_bitrate": "1200k", "profile": "main"},
            {"codec": "aac", "bitrate": "96k", "channels": 2},
        ),
        operations=_at_most(854),
    ),
    _preset(
        "archive-hevc",
        "To be kept: HEVC of high quality at its own size, all audio tracks, in Matroska",
        output=_film({"codec": "hevc", "crf": 20, "preset": "slow", "hdr": "keep"}, {}, "mkv"),
        options={"audio_tracks": "all"},
    ),
    _preset(
        "av1-small",
        "As small as it gets at a fair quality: AV1 and Opus in WebM",
        output=_film(
            {"codec": "av1", "crf": 36}, {"codec": "opus", "bitrate": "96k", "channels": 2}, "webm"
        ),
    ),
    _preset(
        "prores-edit",
        "For editing: ProRes and PCM in QuickTime",
        output=_film({"codec": "prores"}, {"codec": "pcm_s16le"}, "mov"),
    ),
    _preset(
        "podcast-mp3",
        "Speech: MP3, stereo, 44.1 kHz",
        output={
            "format": "mp3",
            "audio": {"codec": "mp3", "bitrate": "128k", "channels": 2, "sample_rate": 44100},
        },
    ),
    _preset(
        "gif-small",
        "A GIF of 480 pixels at most, 12 pictures a second",
        output={"format": "gif", "video": {"fps": 12}},
        operations=_at_most(480),
    ),
    _preset(
        "social-square",
        "A square of 1080 pixels, filled: the edges are lost",
        output=_film({**_H264, "crf": 22}, {"codec": "aac", "bitrate": "128k"}),
        operations=[_SQUARE],
    ),
)
"""All versions of all of them, the newest of each last."""

NEWEST: dict[str, Preset] = {one.name: one for one in ALL}


def built_in(name: str, version: int | None = None) -> Preset | None:
    """A preset of ours; None: there is none of that name and version."""
    if version is None:
        return NEWEST.get(name)
    return next((one for one in ALL if (one.name, one.version) == (name, version)), None)


def under(preset: Mapping[str, JsonValue], said: Mapping[str, JsonValue]) -> Settings:
    """A request as if it had said itself what its preset says.

    Its own words count. Of operations its own come first: who trims a square cuts it, and a
    square it stays. A resolution of its own takes the place of one that only shrinks. A codec of
    its own takes nothing from a preset that was made for another one.

    Args:
        preset: parts of a conversion's body.
        said: the body, as it came; whether it is sound is looked at afterwards.
    """
    said = _said(said)
    merged: Settings = {**preset, **said}
    own, given = said.get("operations"), preset.get("operations")
    if isinstance(given, list):
        kept = [one for one in given if not (_shrinks(one) and _sized(said))]
        if isinstance(own, list):
            merged["operations"] = [*own, *kept]
        elif "operations" not in said:
            merged["operations"] = kept
    for part in ("options", "output"):
        mine, theirs = _object(said.get(part)), _object(preset.get(part))
        if isinstance(theirs, dict) and isinstance(mine, dict):
            left = {**theirs}
            if part == "output" and _named_otherwise(mine, said):
                left.pop("format", None)
            merged[part] = _over(left, mine)
    return merged


def _shrinks(operation: JsonValue) -> bool:
    return isinstance(operation, dict) and operation.get("mode") == "shrink"


def _sized(said: Mapping[str, JsonValue]) -> bool:
    """Whether a request says how large its picture is to be."""
    output = said.get("output")
    video = output.get("video") if isinstance(output, dict) else None
    return isinstance(video, dict) and video.get("resolution") is not None


def _said(part: Mapping[str, JsonValue]) -> Settings:
    """What is not null, which says nothing; but as an output it means that there is none."""
    return {name: one for name, one in part.items() if one is not None or name == "output"}


def _object(part: JsonValue) -> JsonValue:
    """An output that is a text, as the object that it stands for."""
    if isinstance(part, dict):
        return _said(part)
    if not isinstance(part, str):
        return part
    return {"format" if part.lower() in FORMATS else "path": part}


def _named_otherwise(output: Settings, said: Mapping[str, JsonValue]) -> bool:
    """Whether a request names a format in its options, or by its output's extension."""
    options, path = said.get("options"), output.get("path")
    by_option = isinstance(options, dict) and options.get("format") is not None
    return by_option or (isinstance(path, str) and named(path)[1] is not None)


def _over(theirs: Settings, mine: Settings) -> Settings:
    """An object with the fields of another one below its own."""
    out: Settings = {**theirs, **mine}
    for kind in ("video", "audio", "metadata"):
        ours, others = mine.get(kind), theirs.get(kind)
        if isinstance(ours, dict) and isinstance(others, dict):
            own = _said(ours)
            out[kind] = {**_left(others, own), **own}
    return out


def _left(theirs: Settings, mine: Settings) -> Settings:
    """What is left of a preset's wish beside one's own."""
    left = {**theirs}
    codec = codec_of(mine.get("codec"))
    if codec == "copy":
        return {}
    if codec is not None and codec != codec_of(theirs.get("codec")):
        left = {name: one for name, one in left.items() if name in KEPT_FOR_OTHER_CODECS}
    for group in ONE_OF:
        if group & mine.keys():
            left = {name: one for name, one in left.items() if name not in group}
    return left
