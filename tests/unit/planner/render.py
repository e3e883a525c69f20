"""Steps as text that one can read and compare: one line per input, filter, target, measurement.

step a, b [task_a, task_b]
in0 = main
f0 = fps fps=25 start_time=0 < in0:0
e0 = libx264 threads=1 crf=23 < f0
t0 = e0 > mp4:a.mp4, hls:b/playlist.m3u8
measure q of a < f4
split step a [task_a]
...
"""

from reelmill.model.process import EncodedStream, Filter, Input, Options, Process, Target
from reelmill.model.steps import Plan, Step


def rendered(plan: Plan) -> str:
    """All steps of a plan."""
    return steps_text(plan.steps)


def steps_text(steps: tuple[Step, ...]) -> str:
    """Steps, one block each."""
    return "".join(line + "\n" for step in steps for line in _step(step))


def _step(step: Step) -> list[str]:
    lines = [f"step {', '.join(step.outputs)} [{', '.join(step.tasks)}]"]
    if step.process is not None:
        lines += [f"  {line}" for line in process_lines(step.process)]
    if step.document is not None:
        lines.append(f"  document of {', '.join(step.document.reads)}")
    for part in step.split:
        first, *rest = _step(part)
        lines += [f"  split {first}", *(f"  {line}" for line in rest)]
    return lines


def process_lines(process: Process) -> list[str]:
    """One process; a second filter graph is indented under its number."""
    lines = [_input(index, one) for index, one in enumerate(process.inputs)]
    for number, graph in enumerate(process.graphs):
        lines += [f"{f'graph {number}: ' if number else ''}{_filter(f)}" for f in graph.filters]
    for target in process.targets:
        lines += [*map(_stream, target.streams), _target(target)]
    return lines + [f"measure {m.output} of {m.of} < {m.pad}" for m in process.measurements]


def _input(index: int, one: Input) -> str:
    seek = "" if one.seek_seconds is None else f" from {float(one.seek_seconds):g}"
    decoders = "".join(f" by {name}" for _, name in one.decoders)
    return f"in{index} = {one.path or one.name}{seek}{decoders}"


def _words(options: Options) -> str:
    return " ".join(f"{name}={value}" for name, value in options)


def _filter(one: Filter) -> str:
    return " ".join([one.id, "=", one.name, *filter(None, [_words(one.options)]), "<", *one.inputs])


def _stream(one: EncodedStream) -> str:
    return " ".join([one.id, "=", one.encoder, *filter(None, [_words(one.options)]), "<", one.pad])


def _target(target: Target) -> str:
    streams = " + ".join(one.id for one in target.streams)
    return f"{target.id} = {streams} > {', '.join(f'{m.format}:{m.path}' for m in target.muxes)}"
