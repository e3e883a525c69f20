"""Is an output what was planned? Exit code 0 proves nothing; this does, before anybody sees it."""

from fractions import Fraction
from pathlib import Path, PurePosixPath

from reelmill.ffmpeg.measured import MeasuredFile, MeasuredStream
from reelmill.ffmpeg.playlists import Playlist, read_playlist
from reelmill.ffmpeg.reader.reader import reader
from reelmill.model.errors import InputTruncatedError, OutputInvalidError, ReelmillError
from reelmill.model.results import Artifact, Rendition, Segments
from reelmill.model.steps import Expectation, ExpectedStream

FRAMES_OF_DOUBT = 2
SEGMENT_DOUBT = 0.5
"""By how much of its length a segment may exceed the grid: a late key frame."""


def verify(wanted: Expectation, folder: Path, *, shorter_is_fine: bool = False) -> Artifact:
    """Hold an output against its expectation.

    Args:
        wanted: what it must be.
        folder: where its path begins.
        shorter_is_fine: a damaged source is to be done as far as it goes.

    Raises:
        OutputInvalidError: missing, empty, unreadable, or not what was planned.
        InputTruncatedError: right in all but its length: the source ended early.
    """
    path = folder / wanted.path
    try:
        match wanted.format:
            case "hls":
                return _hls(wanted, read_playlist(path), path, shorter_is_fine=shorter_is_fine)
            case "dash":
                return _cmaf(wanted, path, shorter_is_fine=shorter_is_fine)
            case "image2":
                return _pictures(wanted, folder)
            case "srt" if _has_no_cue(path):
                return Artifact(output=wanted.output, path=wanted.path, size_bytes=0)
            case _:
                found = reader().measure_file(path, muxer=wanted.format)
                return _file(wanted, found, shorter_is_fine=shorter_is_fine)
    except ReelmillError as error:
        error.output = wanted.output
        raise


def _has_no_cue(path: Path) -> bool:
    """SubRip has no header: where nobody speaks, nothing is written."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size == 0


def _pictures(wanted: Expectation, folder: Path) -> Artifact:
    """Pictures that can be decoded, each of the size that was planned."""
    made = [
        _file(wanted, reader().measure_file(folder / one, decode_first=True), shorter_is_fine=True)
        for one in wanted.paths
    ]
    total = sum(one.size_bytes for one in made)
    return made[0].but(size_bytes=total, file_count=len(made), bit_rate=None)


def _file(wanted: Expectation, found: MeasuredFile, *, shorter_is_fine: bool) -> Artifact:
    _check_streams(wanted.streams, found.streams, frames=not shorter_is_fine)
    still = wanted.format == "webp" and found.duration_seconds is None  # all frames were the same
    if not shorter_is_fine and not still:
        _check_length(wanted, found.duration_seconds)
    picture = next((one for one in found.streams if one.kind == "video"), None)
    sound = next((one for one in found.streams if one.kind == "audio"), None)
    length = found.duration_seconds
    return Artifact(
        output=wanted.output,
        path=wanted.path,
        size_bytes=found.size_bytes,
        duration_seconds=round(float(length), 3) if length is not None else None,
        bit_rate=round(found.size_bytes * 8 / float(length)) if length else None,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        frame_rate=picture.frame_rate if picture else None,
        sample_rate=sound.sample_rate if sound else None,
        codecs=_codecs(found.streams),
        video_range=picture.video_range if picture else None,
    )


def _hls(wanted: Expectation, found: Playlist, path: Path, *, shorter_is_fine: bool) -> Artifact:
    first, _ = found.segments[0]
    streams = reader().measure_segment(first, found.init).streams
    # A transport stream tells its streams' size and rate only with its frames.
    _check_streams(wanted.streams, streams, frames=False)
    length = Fraction(found.duration_seconds)
    if not shorter_is_fine:
        _check_length(wanted, length)
    measured = found.measured()
    _check_grid(wanted, measured)
    picture = next((one for one in streams if one.kind == "video"), None)
    rates = [one.frame_rate for one in wanted.streams if one.frame_rate is not None]
    return Artifact(
        output=wanted.output,
        path=wanted.path,
        size_bytes=path.stat().st_size,
        duration_seconds=round(float(length), 3),
        bit_rate=measured.average_bit_rate,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        frame_rate=rates[0] if rates else None,
        codecs=_codecs(streams),
        video_range=picture.video_range if picture else None,
        segments=measured,
    )


def _cmaf(wanted: Expectation, path: Path, *, shorter_is_fine: bool) -> Artifact:
    """The manifest, through the playlists that the muxer writes over the same fragments."""
    manifest = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not manifest.rstrip().endswith("</MPD>") or 'type="static"' not in manifest:
        raise OutputInvalidError(f"{path.name} is not whole")
    tracks: list[Rendition] = []
    lengths: list[float] = []
    for number, one in enumerate(wanted.streams):
        name = f"media_{number}.m3u8"
        playlist = read_playlist(path.with_name(name))
        streams = reader().measure_segment(playlist.segments[0][0], playlist.init).streams
        _check_streams((one,), streams, frames=False)
        lengths.append(playlist.duration_seconds)
        measured = playlist.measured()
        if one.kind == "video":
            _check_grid(wanted, measured)
        tracks.append(
            Rendition(
                kind="audio" if one.kind == "audio" else "video",
                path=str(PurePosixPath(wanted.path).with_name(name)),
                codecs=_codecs(streams),
                width=one.width,
                height=one.height,
                frame_rate=one.frame_rate,
                video_range=streams[0].video_range,
                channels=one.channels,
                segments=measured,
            )
        )
    if not shorter_is_fine:
        _check_length(wanted, Fraction(max(lengths)))
    return Artifact(
        output=wanted.output,
        path=wanted.path,
        size_bytes=path.stat().st_size,
        duration_seconds=round(max(lengths), 3),
        segments=_total([one.segments for one in tracks]),
        renditions=tuple(tracks),
    )


def _total(tracks: list[Segments]) -> Segments:
    return tracks[0].but(
        count=sum(one.count for one in tracks),
        size_bytes=sum(one.size_bytes for one in tracks),
        longest_seconds=max(one.longest_seconds for one in tracks),
        peak_bit_rate=sum(one.peak_bit_rate for one in tracks),
        average_bit_rate=sum(one.average_bit_rate for one in tracks),
    )


def _check_grid(wanted: Expectation, measured: Segments) -> None:
    grid = float(wanted.segment_seconds or 0)
    if grid and measured.longest_seconds > grid * (1 + SEGMENT_DOUBT):
        raise OutputInvalidError(
            f"a segment of {measured.longest_seconds:g} s on a grid of {grid:g}"
        )


def _check_streams(
    wanted: tuple[ExpectedStream, ...], found: tuple[MeasuredStream, ...], *, frames: bool
) -> None:
    if len(wanted) != len(found):
        raise OutputInvalidError(f"{len(found)} streams where {len(wanted)} were planned")
    for one, other in zip(wanted, found, strict=True):
        kind = "video" if one.kind == "image" else one.kind
        asked = (kind, one.codec, one.width, one.height, one.sample_rate, one.channels)
        got = (
            other.kind,
            other.codec,
            other.width,
            other.height,
            other.sample_rate,
            other.channels,
        )
        if asked != got:
            raise OutputInvalidError(f"a stream is {_words(got)}, planned was {_words(asked)}")
        if frames and one.frame_count is not None and other.frame_count is not None:
            _check_frames(one.frame_count, other.frame_count)


def _words(values: tuple[object, ...]) -> str:
    return " ".join(str(value) for value in values if value is not None)


def _check_frames(wanted: int, found: int) -> None:
    if found < wanted - FRAMES_OF_DOUBT:
        raise InputTruncatedError(f"the picture ends after {found} of {wanted} frames")
    if found > wanted + FRAMES_OF_DOUBT:
        raise OutputInvalidError(f"{found} frames where {wanted} were planned")


def _check_length(wanted: Expectation, found: Fraction | None) -> None:
    planned, doubt = wanted.duration_seconds, wanted.tolerance_seconds
    if planned is None or doubt is None:
        return
    if found is None:
        raise OutputInvalidError("its length is not known")
    lengths = f"{float(found):.2f} s long where {float(planned):.2f} s were planned"
    if found < planned - doubt:
        raise InputTruncatedError(f"it is {lengths}: the source ends early")
    if found > planned + doubt:
        raise OutputInvalidError(f"it is {lengths}")


def _codecs(streams: tuple[MeasuredStream, ...]) -> str | None:
    names = [one.codec_string for one in streams if one.codec_string]
    return ",".join(names) or None
