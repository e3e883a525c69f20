"""plan: Graph, Facts and Policy to a Plan. A pure function: no clock, no disk, no process."""

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import AudioStream, Facts
from reelmill.model.graph import Graph
from reelmill.model.steps import Cost, Plan, Policy, Step, Task
from reelmill.planner.calibrate import calibrated
from reelmill.planner.context import Context
from reelmill.planner.dropped import tell_dropped
from reelmill.planner.estimate import NOTHING, basis_of
from reelmill.planner.idle import tell_idle
from reelmill.planner.lower import lower
from reelmill.planner.rules import PASSES, Pass


def plan(
    graph: Graph, facts: Facts, policy: Policy | None = None, *, passes: tuple[Pass, ...] = PASSES
) -> Plan:
    """The fewest processes that make a graph's outputs, with reasons and an estimate.

    Args:
        graph: what is wanted.
        facts: what the sources are and what the host can do.
        policy: what the operator decides; defaults to one and a half encoder threads per CPU.
        passes: the rewrites to apply; with () the plan is one step per output.

    Raises:
        UnsupportedMediaError: a container that does not take a codec, or an encoder that this
            host lacks.
        InvalidRequestError: a node that is given sound for a picture, or the reverse.
    """
    context = Context(graph=graph, facts=facts, policy=policy or Policy())
    _tell_of_what_is_missing(context)
    tell_idle(context)
    lowered = lower(context)
    if not lowered.steps:
        raise UnsupportedMediaError(f"nothing can be made: {next(iter(lowered.skipped.values()))}")
    context.lowered.extend(lowered.steps)
    tell_dropped(context)
    steps = tuple(lowered.steps)
    for rewrite in passes:
        steps = rewrite(steps, context)
    steps = tuple(_estimated(step, context) for step in steps)
    return Plan(
        steps=steps,
        tasks=_tasks(graph, lowered.skipped),
        warnings=tuple(context.notices.values()),
        cost=total(steps),
    )


def _tell_of_what_is_missing(context: Context) -> None:
    for facts in context.facts.sources:
        if facts.missing_seconds is None:
            continue
        seconds = float(facts.missing_seconds)
        much = f"{seconds:.1f} s of what its header promises" if seconds else "its end"
        context.notice("input_truncated", f"the file lacks {much}; it is done as far as it goes")


def _estimated(step: Step, context: Context) -> Step:
    split = tuple(_estimated(one, context) for one in step.split)
    basis = basis_of(step, context)
    cost = NOTHING if basis is None else calibrated(basis, context.policy.experience)
    return step.but(
        cost=cost,
        basis=basis,
        damaged=context.policy.damaged,
        undecodable_packets=_undecodable(step, context),
        split=split,
    )


def _undecodable(step: Step, context: Context) -> int:
    """Packets that its process meets before the first that can be decoded."""
    inputs = step.process.inputs if step.process is not None else ()
    return sum(
        stream.undecodable_packets
        for one in inputs
        if one.origin == "source"
        for stream in context.facts.of(one.name).streams
        if isinstance(stream, AudioStream)
    )


def total(steps: tuple[Step, ...]) -> Cost:
    """The cost of steps run one after another; known as well as that which is known least."""
    learned = [step.cost.calibrated_by for step in steps if step.basis is not None]
    return Cost(
        wall_seconds=round(sum(step.cost.wall_seconds for step in steps), 3),
        cpu_seconds=round(sum(step.cost.cpu_seconds for step in steps), 3),
        size_bytes=sum(step.cost.size_bytes for step in steps),
        calibrated_by=min(learned, default=0),
    )


def _tasks(graph: Graph, skipped: dict[str, str]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for name in dict.fromkeys(output.task for output in graph.outputs):
        outputs = [output for output in graph.outputs if output.task == name]
        made = tuple(output.name for output in outputs if output.name not in skipped)
        tasks.append(
            Task(
                name=name,
                outputs=made,
                required=any(output.required for output in outputs),
                skipped=None if made else skipped[outputs[0].name],
            )
        )
    return tuple(tasks)
