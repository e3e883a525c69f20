"""Small graphs by hand."""

from fractions import Fraction

from reelmill.model.containers import Hls, Plain
from reelmill.model.graph import (
    Comparison,
    FileOutput,
    Graph,
    MasterPlaylist,
    Output,
    PackageOutput,
    QualityOutput,
    SheetsOutput,
    Source,
    Storyboard,
)
from reelmill.model.operations import (
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    Node,
    Scale,
    SelectAudio,
    SelectVideo,
    Still,
)

OUTPUTS = (
    *(FileOutput, SheetsOutput, Storyboard),
    *(PackageOutput, QualityOutput, Comparison, MasterPlaylist),
)
PICTURE = SelectVideo(id="picture", source="main")
TRACK = SelectAudio(id="track", source="main")
VIDEO = EncodeVideo(id="video", input="picture", crf=23)
AUDIO = EncodeAudio(id="audio", input="track", bit_rate=96_000)

MP4 = FileOutput(
    name="mp4",
    task="transcode",
    path="a.mp4",
    streams=("video", "audio"),
    container=Plain(format="mp4"),
)
HLS = FileOutput(
    name="hls",
    task="package",
    path="a/playlist.m3u8",
    streams=("video", "audio"),
    container=Hls(segment_seconds=Fraction(10)),
)
MASTER = MasterPlaylist(name="master", task="playlist", path="master.m3u8", of=("hls",))
QUALITY = QualityOutput(name="quality", task="measure", encode="video")

PCM = EncodeAudio(id="pcm", input="track", codec="pcm_s16le")
WAV = FileOutput(
    name="wav", task="sound", path="a.wav", streams=("pcm",), container=Plain(format="wav")
)

COPY_IN_MATROSKA = PackageOutput(
    name="mkv", task="package", path="a.mkv", of=("mp4",), container=Plain(format="matroska")
)


def graph(*parts: Node | Output) -> Graph:
    """Nodes and outputs in order, on one source."""
    outputs = tuple(one for one in parts if isinstance(one, OUTPUTS))
    nodes = tuple(one for one in parts if not isinstance(one, OUTPUTS))
    return Graph(sources=(Source(id="main"),), nodes=nodes, outputs=outputs)


def still(position: int | Fraction, name: str = "thumb") -> list[Node | Output]:
    """A still of a picture, as a JPEG."""
    return [
        Still(id=f"{name}_at", input="picture", position=Fraction(position)),
        EncodeImage(id=f"{name}_image", input=f"{name}_at"),
        FileOutput(
            name=name,
            task="thumbnails",
            path=f"{name}.jpg",
            streams=(f"{name}_image",),
            container=Plain(format="image"),
        ),
    ]


def small(short_side: int = 360, name: str = "") -> list[Node | Output]:
    """A scaled MP4 with a grid of key frames."""
    name = name or f"p{short_side}"
    return [
        Scale(id=f"scale_{name}", input="picture", short_side=short_side),
        EncodeVideo(
            id=f"video_{name}", input=f"scale_{name}", crf=23, key_frame_seconds=Fraction(10)
        ),
        FileOutput(
            name=name,
            task=f"transcode_{name}",
            path=f"{name}.mp4",
            streams=(f"video_{name}",),
            container=Plain(format="mp4"),
        ),
    ]
