"""A process as FFmpeg's argument list: lists in, a list out, no shell and no user's words."""

from collections import Counter
from collections.abc import Mapping

from reelmill.ffmpeg.filtergraph import GraphText
from reelmill.model.process import (
    FIRST_NUMBER,
    EncodedStream,
    FilterGraph,
    Input,
    Measurement,
    Mux,
    Options,
    Process,
    Target,
)

IMAGE_CLOCK = "1:90000"
MOST_BYTES_AT_ONCE = 1 << 30
"""Of any one allocation: 16K in 4:4:4 with 16 bits takes 800 MB."""
MOST_PIXELS = 16384 * 16384
"""Of a picture, before it is allocated."""
AHEAD = "PTS+604800/TB"
"""A week. FFmpeg lets a source go on only for the outputs that are behind the others. A measurement
waits for the end of its encoder, which waits for the sound beside it: if it were the last one
behind, sound that is ahead would be held back, and all would wait for ever (ADR 9)."""
FORWARD_CUES = r"noise=amount=0:drop=lt(d\,0)"
"""Drops packets with a length below 0 (FFmpeg, bitstream filter noise)."""
STATS = "{t} {size}"
"""Per packet: presentation time in seconds and bytes (FFmpeg, -stats_enc_post_fmt)."""


def arguments(
    process: Process, sources: Mapping[str, str], pipes: Mapping[str, int] | None = None
) -> list[str]:
    """The arguments of a process, without the program itself.

    Args:
        process: what to run.
        sources: a path for each source that it opens.
        pipes: file descriptors for the progress of targets (by id) and for measurements (by
            output); None leaves progress out, and measurements go to standard output.
    """
    given: Mapping[str, int] = pipes or {}
    loopbacks = _loopbacks(process)
    names = _input_names(process) | {pad: f"dec:{i}" for i, pad in enumerate(loopbacks)}
    outside = [stream.pad for target in process.targets for stream in target.streams]
    measured = [one.pad for one in process.measurements]
    graphs, texts = _graphs(process, [*outside, *measured], names)

    level = "level+info" if process.talks else "level+warning"
    words = ["-hide_banner", "-nostdin", "-y", "-nostats", "-v", level]
    words += ["-max_alloc", str(MOST_BYTES_AT_ONCE)]
    for one in process.inputs:
        words += _input(one, sources)
    for graph, text in zip(graphs, texts, strict=True):
        if not any(pad in graph for pad in measured):
            words += ["-filter_complex", text]
    for target in process.targets:
        words += _target(target, process, given, graphs)
    for place in loopbacks.values():
        words += ["-dec", place]
    for one in process.measurements:
        index = next(i for i, graph in enumerate(graphs) if one.pad in graph)
        words += _measurement(one, texts[index], graphs[index].take(one.pad), given)
    return words


def _graphs(
    process: Process, outside: list[str], names: Mapping[str, str]
) -> tuple[list[GraphText], list[str]]:
    """The graphs with their texts; one may read pads of those before it."""
    linked = {number: _foreign(graph) for number, graph in enumerate(process.graphs)}
    read = [*outside, *(pad for pads in linked.values() for pad in pads)]
    graphs: list[GraphText] = []
    texts: list[str] = []
    for number, graph in enumerate(process.graphs):
        makers = {pad: next(g for g in graphs if pad in g) for pad in linked[number]}
        links = {pad: maker.take(pad).strip("[]") for pad, maker in makers.items()}
        graphs.append(GraphText(graph, read, {**names, **links}))
        texts.append(graphs[-1].text())
    return graphs, texts


def _foreign(graph: FilterGraph) -> list[str]:
    """The pads of other graphs that a graph reads, each once."""
    made = {one.id for one in graph.filters}
    read = (pad for pad in _read(graph) if pad.startswith("f") and pad not in made)
    return list(dict.fromkeys(read))


def _input_names(process: Process) -> dict[str, str]:
    """FFmpeg's names for the streams of inputs: in0:1 is 0:1."""
    return {pad: pad.removeprefix("in") for g in process.graphs for pad in _read(g)}


def _read(graph: FilterGraph) -> list[str]:
    return [pad for one in graph.filters for pad in one.inputs]


def _loopbacks(process: Process) -> dict[str, str]:
    """Loopback pads with the encoder that each decodes, as FFmpeg counts: output:stream."""
    places = {
        f"dec:{stream.id}": f"{number}:{index}"
        for number, target in enumerate(process.targets)
        for index, stream in enumerate(target.streams)
    }
    read = [pad for graph in process.graphs for pad in _read(graph)]
    return {pad: places[pad] for pad in dict.fromkeys(read) if pad.startswith("dec:")}


def _input(one: Input, sources: Mapping[str, str]) -> list[str]:
    words: list[str] = []
    if one.seek_seconds:
        words += ["-ss", f"{float(one.seek_seconds):.6f}"]
    if one.length_seconds is not None:
        words += ["-t", f"{float(one.length_seconds):.6f}"]
    words += [word for index, decoder in one.decoders for word in (f"-c:{index}", decoder)]
    if one.changing:
        words += ["-reinit_filter:v", "0"]
    if one.stamped:
        words += ["-fflags", "+genpts"]
    if one.key_frames_only:
        words += ["-skip_frame:v", "nokey"]
    words += ["-vn", "-an"] if one.words else []
    if one.forward_cues:
        words += ["-bsf:s", FORWARD_CUES]
    words += ["-protocol_whitelist", "file"]
    if one.demuxer is not None:
        words += ["-format_whitelist", one.demuxer, "-f", one.demuxer]
    if one.known_decoders:
        words += ["-codec_whitelist", ",".join(one.known_decoders)]
    words += ["-max_streams", str(one.max_streams), "-max_pixels", str(MOST_PIXELS)]
    path = sources[one.name] if one.origin == "source" else one.path
    if one.text is not None:
        path = one.text.path
    return [*words, "-i", f"file:{path}"]


def _target(
    target: Target, process: Process, pipes: Mapping[str, int], graphs: list[GraphText]
) -> list[str]:
    words: list[str] = []
    counts: Counter[str] = Counter()
    totals = Counter(_letter(stream) for stream in target.streams)
    for stream in target.streams:
        letter = _letter(stream)
        spec = letter if totals[letter] == 1 else f"{letter}:{counts[letter]}"
        counts[letter] += 1
        graph = next((one for one in graphs if stream.pad in one), None)
        words += ["-map", graph.take(stream.pad) if graph else stream.pad.removeprefix("in")]
        words += _encoder(stream, spec, tee=len(target.muxes) > 1)
    if target.frame_limit is not None:
        words += ["-frames:v", str(target.frame_limit)]
    if target.id in pipes:
        words += _stats(target.streams[0], pipes[target.id])
    words += ["-map_metadata", _place(target.tags_of, process)]
    words += ["-map_chapters", _place(target.chapters_of, process)]
    words += [word for name, value in target.tags for word in ("-metadata", f"{name}={value}")]
    return [*words, *_muxers(target.muxes)]


def _place(source: str | None, process: Process) -> str:
    """The number of the first input of a source or a text; -1 is none."""
    names = [None if one.origin == "output" else one.name for one in process.inputs]
    return str(names.index(source)) if source is not None and source in names else "-1"


def _letter(stream: EncodedStream) -> str:
    return {"audio": "a", "subtitle": "s"}.get(stream.kind, "v")


def _stats(stream: EncodedStream, pipe: int) -> list[str]:
    kind = "stats_mux_pre" if stream.encoder == "copy" else "stats_enc_post"
    spec = f"{_letter(stream)}:0"
    return [f"-{kind}:{spec}", f"pipe:{pipe}", f"-{kind}_fmt:{spec}", STATS]


def _encoder(stream: EncodedStream, spec: str, *, tee: bool) -> list[str]:
    words = [f"-c:{spec}", stream.encoder]
    for name, value in stream.options:
        words += [f"-{name}:{spec}", value]
    if stream.kind in ("video", "image") and stream.encoder != "copy":
        words += [f"-fps_mode:{spec}", "passthrough" if stream.kind == "image" else "vfr"]
    if stream.kind == "image":  # on a clock of the frame rate, uneven frames fall together
        words += [f"-enc_time_base:{spec}", IMAGE_CLOCK]
    if tee and stream.encoder != "copy":
        words += [f"-flags:{spec}", "+global_header"]  # muxers behind a tee cannot ask for it
    if stream.language is not None:
        words += [f"-metadata:s:{spec}", f"language={stream.language}"]
    return words


def _muxers(muxes: tuple[Mux, ...]) -> list[str]:
    first, *others = muxes
    if others:
        return ["-f", "tee", "|".join(_slave(mux) for mux in muxes)]
    options = [word for name, value in first.options for word in (f"-{name}", value)]
    path = first.path
    if first.numbered:
        before, _, after = path.rpartition(FIRST_NUMBER)
        path = f"{before}%03d{after}"
    return [*options, "-f", first.format, f"file:{path}"]


def _slave(mux: Mux) -> str:
    options: Options = (("f", mux.format), *mux.options)
    written = ":".join(f"{name}={_tee_escaped(value)}" for name, value in options)
    return f"[{written}]{mux.path}"


def _tee_escaped(value: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\':[]|" else letter for letter in value)


def _measurement(one: Measurement, text: str, pad: str, pipes: Mapping[str, int]) -> list[str]:
    """Frame metadata of the metrics printed to a pipe; the frames themselves go nowhere."""
    label = f"[{one.output}]"
    printed = f"{pad}metadata=mode=print:file=pipe\\\\:{pipes.get(one.output, 1)}"
    printed += f",setpts=expr={AHEAD}{label}"
    words = ["-filter_complex", f"{text};{printed}", "-map", label]
    return [*words, "-c:v", "wrapped_avframe", "-fps_mode:v", "passthrough", "-f", "null", "-"]
