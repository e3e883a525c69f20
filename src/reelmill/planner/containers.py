"""The muxers of containers, and the options that they mean."""

from reelmill.model.codecs import TAKES, takers
from reelmill.model.containers import Cmaf, Container, Hls
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.process import Mux, Options
from reelmill.planner.lowering.timing import decimal

MUXERS: dict[str, tuple[str, Options]] = {
    "mp4": ("mp4", (("movflags", "+faststart"),)),
    "mov": ("mov", (("movflags", "+faststart"),)),
    "m4a": ("ipod", (("movflags", "+faststart"),)),
    "image": ("image2", (("update", "1"),)),
    "png": ("image2", (("update", "1"),)),
    "hls-mpegts": ("hls", ()),
    "hls-fmp4": ("hls", ()),
    "cmaf": ("dash", ()),
    "wma": ("asf", ()),
    "gif": ("gif", (("loop", "0"),)),
    "webp": ("webp", (("loop", "0"),)),
}
"""Where they are not called as the container is, or have options that are always set."""
TAGGED = frozenset(("mp4", "mov", "ipod", "hls", "dash"))
"""Muxers in which a codec's tag says how its parameter sets are kept (ISO/IEC 14496-15)."""


def key_of(container: Container) -> str:
    """The name of a container in the tables."""
    return f"hls-{container.segments}" if isinstance(container, Hls) else container.format


def muxer_of(container: Container, kinds: tuple[str, ...] = ()) -> str:
    """FFmpeg's name of a container's muxer, for streams of some kinds."""
    return _muxer(container, kinds)[0]


def _muxer(container: Container, kinds: tuple[str, ...]) -> tuple[str, Options]:
    key = "image" if kinds == ("image",) else key_of(container)  # a WebP may be a film, too
    return MUXERS.get(key, (key, ()))


def _adaptation_sets(kinds: tuple[str, ...]) -> list[str]:
    """One per kind that is there: an empty set is no valid MPD."""
    there = [kind[0] for kind in ("video", "audio") if kind in kinds]
    return [f"id={number},streams={kind}" for number, kind in enumerate(there)]


def check_codecs(container: Container, codecs: tuple[str, ...], output: str) -> None:
    """Refuse what no player would take, before anything runs.

    Raises:
        UnsupportedMediaError: a codec that the container does not take, with those it does and
            the containers that would.
    """
    takes = TAKES[key_of(container)]
    for codec in codecs:
        if codec not in takes.codecs:
            named = ", ".join((*takes.video, *takes.audio, *takes.subtitles))
            other = takers(codec)
            hint = f"; {codec} goes into {', '.join(other)}" if other else ""
            raise UnsupportedMediaError(
                f"{takes.title} does not take {codec}, only {named}{hint}", output=output
            )


def mux(container: Container, output: str, path: str, kinds: tuple[str, ...]) -> Mux:
    """The muxer and its options for an output of streams of some kinds, in their order.

    Segment names stand beside the playlist.
    """
    format_, usual = _muxer(container, kinds)
    folder = path.rpartition("/")[0]
    options = list(usual)
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
    return Mux(output=output, path=path, format=format_, options=tuple(options))
