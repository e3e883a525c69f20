"""Documents that are written from what was measured: the HLS multivariant playlist."""

import os
from collections.abc import Mapping
from pathlib import Path

from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Artifact
from reelmill.model.steps import MasterPlaylistDocument


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
        lines += [_stream_line(artifact), os.path.relpath(path, folder)]
    return "\n".join([*lines, ""])


def _stream_line(artifact: Artifact) -> str:
    assert artifact.segments is not None  # noqa: S101 - media playlists only
    attributes = [
        f"BANDWIDTH={artifact.segments.peak_bit_rate}",
        f"AVERAGE-BANDWIDTH={artifact.segments.average_bit_rate}",
    ]
    if artifact.width is not None:
        attributes.append(f"RESOLUTION={artifact.width}x{artifact.height}")
    if artifact.frame_rate is not None:
        attributes.append(f"FRAME-RATE={float(artifact.frame_rate):.3f}")
    if artifact.codecs is not None:
        attributes.append(f'CODECS="{artifact.codecs}"')
    return f"#EXT-X-STREAM-INF:{','.join(attributes)}"


def write_document(
    document: MasterPlaylistDocument, artifacts: Mapping[str, Artifact], folder: Path
) -> Artifact:
    """Write a document below a folder.

    Raises:
        OutputInvalidError: as `master_playlist`.
    """
    path = folder / document.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(master_playlist(document, artifacts), encoding="utf-8")
    return Artifact(output=document.output, path=document.path, size_bytes=path.stat().st_size)
