"""Output formats by the words and extensions that people use for them."""

import re

from reelmill.model.containers import PlainFormat

FORMATS: dict[str, PlainFormat] = {
    "mp4": "mp4",
    "m4v": "mp4",
    "mov": "mov",
    "qt": "mov",
    "mkv": "matroska",
    "matroska": "matroska",
    "webm": "webm",
    "avi": "avi",
    "flv": "flv",
    "wmv": "asf",
    "asf": "asf",
    "ts": "mpegts",
    "mpegts": "mpegts",
    "m2ts": "mpegts",
    "mpg": "mpeg",
    "mpeg": "mpeg",
    "mp3": "mp3",
    "m4a": "m4a",
    "aac": "adts",
    "ogg": "ogg",
    "oga": "ogg",
    "opus": "opus",
    "flac": "flac",
    "wav": "wav",
    "ac3": "ac3",
    "aiff": "aiff",
    "aif": "aiff",
    "wma": "wma",
    "jpg": "image",
    "jpeg": "image",
    "png": "png",
    "webp": "webp",
    "gif": "gif",
    "srt": "srt",
    "vtt": "webvtt",
    "webvtt": "webvtt",
    "ass": "ass",
}
EXTENSIONS: dict[PlainFormat, str] = {
    "mp4": "mp4",
    "mov": "mov",
    "matroska": "mkv",
    "webm": "webm",
    "avi": "avi",
    "flv": "flv",
    "asf": "wmv",
    "mpegts": "ts",
    "mpeg": "mpg",
    "mp3": "mp3",
    "m4a": "m4a",
    "adts": "aac",
    "ogg": "ogg",
    "opus": "opus",
    "flac": "flac",
    "wav": "wav",
    "ac3": "ac3",
    "aiff": "aiff",
    "wma": "wma",
    "image": "jpg",
    "png": "png",
    "gif": "gif",
    "webp": "webp",
    "srt": "srt",
    "webvtt": "vtt",
    "ass": "ass",
}
UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
MOST_OF_A_STEM = 100
STILLS = frozenset(("image", "png"))
ANIMATIONS = frozenset(("gif", "webp"))
IMAGES: tuple[PlainFormat, ...] = ("image", "png", "webp")
"""What a single picture may be."""


def named(path: str) -> tuple[str, PlainFormat | None]:
    """The stem of a file's name, and the format that its extension means, if it means any.

    Of the stem only what is harmless in a name of ours; `output` if nothing of it is left.
    """
    name = path.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    safe = UNSAFE.sub("_", stem if dot else name).strip("_.-")[:MOST_OF_A_STEM]
    return safe or "output", FORMATS.get(extension.lower()) if dot else None
