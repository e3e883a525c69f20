"""What a container takes, and the muxer options that it means. One table, one place."""

from dataclasses import dataclass

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.graph import Cmaf, Container, Hls
from reelmill.model.steps import Mux, Options
from reelmill.planner.lowering.timing import decimal


@dataclass(frozen=True)
class Muxer:
    """A muxer of FFmpeg with the codecs that players accept in it."""

    format: str
    codecs: frozenset[str]
    options: Options = ()


_ALL = frozenset(("h264", "hevc", "av1", "vp9", "ffv1", "aac", "mp3", "opus", "flac", "pcm_s16le"))
_ISO = frozenset(("h264", "hevc", "av1", "vp9", "aac", "mp3", "opus", "flac"))
MUXERS: dict[str, Muxer] = {
    "mp4": Muxer("mp4", _ISO, (("movflags", "+faststart"),)),
    "matroska": Muxer("matroska", _ALL),
    "mp3": Muxer("mp3", frozenset(("mp3",))),
    "wav": Muxer("wav", frozenset(("pcm_s16le",))),
    "image": Muxer("image2", frozenset(("mjpeg",)), (("update", "1"),)),
    "hls-mpegts": Muxer("hls", frozenset(("h264", "aac", "mp3"))),
    "hls-fmp4": Muxer("hls", _ISO - {"mp3"}),
    "cmaf": Muxer("dash", _ISO - {"mp3"}),
}


def muxer_of(container: Container) -> Muxer:
    """The muxer for a container of the graph."""
    key = f"hls-{container.segments}" if isinstance(container, Hls) else container.format
    return MUXERS[key]


def _adaptation_sets(kinds: tuple[str, ...]) -> list[str]:
    """One per kind that is there: an empty set is no valid MPD."""
    there = [kind[0] for kind in ("video", "audio") if kind in kinds]
    return [f"id={number},streams={kind}" for number, kind in enumerate(there)]


def check_codecs(container: Container, codecs: tuple[str, ...], output: str) -> None:
    """Refuse what no player would take, before anything runs.

    Raises:
        UnsupportedMediaError: a codec that the container does not take, with those it does.
    """
    muxer = muxer_of(container)
    for codec in codecs:
        if codec not in muxer.codecs:
            name = "HLS with MPEG-TS" if isinstance(container, Hls) else container.format
            hint = "; use fmp4 segments" if isinstance(container, Hls) else ""
            raise UnsupportedMediaError(
                f"{name} does not take {codec}, only {', '.join(sorted(muxer.codecs))}{hint}",
                output=output,
            )


def mux(container: Container, output: str, path: str, kinds: tuple[str, ...]) -> Mux:
    """The muxer and its options for an output of streams of some kinds, in their order.

    Segment names stand beside the playlist.
    """
    muxer = muxer_of(container)
    folder = path.rpartition("/")[0]
    options = list(muxer.options)
    match container:
        case Hls(segment_seconds=seconds, segments=kind):
            extension = "ts" if kind == "mpegts" else "m4s"
            options += [
                ("hls_time", decimal(seconds)),
                ("hls_list_size", "0"),
                ("hls_playlist_type", "vod"),
                ("hls_segment_type", kind),
                ("hls_segment_filename", f"{folder}/segment_%03d.{extension}"),
            ]
            options += [("hls_fmp4_init_filename", "init.mp4")] if kind == "fmp4" else []
        case Cmaf(segment_seconds=seconds):
            options += [
                ("seg_duration", decimal(seconds)),
                ("use_template", "1"),
                ("use_timeline", "1"),
                ("hls_playlist", "1"),
                ("hls_master_name", "master.m3u8"),
                ("init_seg_name", "init_$RepresentationID$.m4s"),
                ("media_seg_name", "segment_$RepresentationID$_$Number%03d$.m4s"),
                ("dash_segment_type", "mp4"),
                ("adaptation_sets", " ".join(_adaptation_sets(kinds))),
            ]
        case _:
            pass
    return Mux(output=output, path=path, format=muxer.format, options=tuple(options))
