"""Documents that are written from what was measured: the HLS multivariant playlist."""

import os
from collections.abc import Mapping
from pathlib import Path

from reelmill.model.documents import Document, MasterPlaylistDocument, StoryboardDocument
from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Artifact, Rendition, Segments
from reelmill.worker.storyboard import storyboard


def master_playlist(document: MasterPlaylistDocument, artifacts: Mapping[str, Artifact]) -> str:
    """A multivariant playlist (RFC 8216, section 4.3.4.2) over the variants that were made.

    BANDWIDTH and AVERAGE-BANDWIDTH are measured on the segments, not taken from the settings.

    Raises:
        OutputInvalidError: not one variant was made.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    folder = os.path.dirname(document.path) or "."  # noqa: PTH120 - PurePath has no relpath
    made = [(artifacts[name], path) for name, path in document.variants if name in artifacts]
    if not made:
        raise OutputInvalidError("there is no variant to list", output=document.output)
    for artifact, path in made:
        if artifact.renditions:
            lines += _presentation(artifact.renditions, folder)
        elif artifact.segments is not None:
            lines += [_stream_line(artifact, artifact.segments), os.path.relpath(path, folder)]
    return "\n".join([*lines, ""])


def _presentation(renditions: tuple[Rendition, ...], folder: str) -> list[str]:
    """Each picture with the sound that follows it, which is in a group of its own.

    One group for all would offer the same sound in several bit rates as if it were languages.
    """
    sounds: list[str] = []
    pictures: list[str] = []
    pairs = zip(renditions, (*renditions[1:], None), strict=True)
    for picture, beside in pairs:
        if picture.kind != "video":
            continue
        sound = beside if beside is not None and beside.kind == "audio" else None
        group = ""
        if sound is not None:
            group = f"audio_{len(pictures) // 2}"
            sounds.append(
                f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{group}",NAME="audio",DEFAULT=YES,'
                f'AUTOSELECT=YES,CHANNELS="{sound.channels}",'
                f'URI="{os.path.relpath(sound.path, folder)}"'
            )
        line = _stream_line(*_together(picture, sound), group)
        pictures += [line, os.path.relpath(picture.path, folder)]
    return [*sounds, *pictures]


def _together(picture: Rendition, sound: Rendition | None) -> tuple[Rendition, Segments]:
    """A picture with its sound's codec and bit rates added, as a player loads both."""
    if sound is None:
        return picture, picture.segments
    codecs = ",".join(name for name in (picture.codecs, sound.codecs) if name)
    one, other = picture.segments, sound.segments
    return picture.but(codecs=codecs or None), one.but(
        peak_bit_rate=one.peak_bit_rate + other.peak_bit_rate,
        average_bit_rate=one.average_bit_rate + other.average_bit_rate,
    )


def _stream_line(of: Artifact | Rendition, segments: Segments, group: str = "") -> str:
    attributes = [
        f"BANDWIDTH={segments.peak_bit_rate}",
        f"AVERAGE-BANDWIDTH={segments.average_bit_rate}",
    ]
    if of.width is not None:
        attributes.append(f"RESOLUTION={of.width}x{of.height}")
    if of.frame_rate is not None:
        attributes.append(f"FRAME-RATE={float(of.frame_rate):.3f}")
    if of.codecs is not None:
        attributes.append(f'CODECS="{of.codecs}"')
    if of.video_range not in (None, "SDR"):
        attributes.append(f"VIDEO-RANGE={of.video_range}")
    if group:
        attributes.append(f'AUDIO="{group}"')
    return f"#EXT-X-STREAM-INF:{','.join(attributes)}"


def write_document(document: Document, artifacts: Mapping[str, Artifact], folder: Path) -> Artifact:
    """Write a document below a folder.

    Raises:
        OutputInvalidError: as `master_playlist` and `storyboard`.
    """
    path = folder / document.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(document, artifacts), encoding="utf-8")
    return Artifact(output=document.output, path=document.path, size_bytes=path.stat().st_size)


def _text(document: Document, artifacts: Mapping[str, Artifact]) -> str:
    match document:
        case MasterPlaylistDocument():
            return master_playlist(document, artifacts)
        case StoryboardDocument():
            return storyboard(document, artifacts)
