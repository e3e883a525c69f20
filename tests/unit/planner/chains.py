"""What becomes of a chain of operations on the picture of a film."""

from reelmill.model.facts import Capabilities, SourceFacts, VideoStream
from reelmill.model.graph import Graph, Source
from reelmill.model.operations import Node, SelectVideo
from reelmill.model.steps import ExpectedStream, Plan, Policy, Step
from reelmill.planner.plan import plan
from tests.unit.planner.films import HOST, facts, film
from tests.unit.planner.graphs import MP4, PICTURE, VIDEO
from tests.unit.planner.render import process_lines


def planned(
    stream: VideoStream | SourceFacts,
    *nodes: Node,
    others: tuple[SourceFacts, ...] = (),
    host: Capabilities = HOST,
) -> Plan:
    """The plan without passes; other sources that have a picture are one of their name."""
    main = stream if isinstance(stream, SourceFacts) else film(stream)
    pictures = [SelectVideo(id=one.source, source=one.source) for one in others if one.picture]
    graph = Graph(
        sources=(Source(id="main"), *(Source(id=one.source) for one in others)),
        nodes=(PICTURE, *pictures, *nodes, VIDEO.but(input=nodes[-1].id)),
        outputs=(MP4.but(streams=("video",)),),
    )
    return plan(graph, facts(main, *others, host=host), Policy(encoder_threads=1), passes=())


def filters(
    stream: VideoStream | SourceFacts, *nodes: Node, others: tuple[SourceFacts, ...] = ()
) -> list[str]:
    """The filters that stand between the sources and the encoder, with what they read."""
    lines = process_lines(step(planned(stream, *nodes, others=others)).running())
    found = [line.partition(" = ")[2] for line in lines if line.startswith("f")]
    return found if others else [line.partition(" < ")[0] for line in found]


def expected(stream: VideoStream, *nodes: Node) -> ExpectedStream:
    """What the encoded stream must be."""
    return step(planned(stream, *nodes)).expects[0].streams[0]


def notices(stream: VideoStream, *nodes: Node) -> list[str]:
    """The codes of what the user is told."""
    return [notice.code for notice in planned(stream, *nodes).warnings]


def step(plan: Plan) -> Step:
    """The only step of a plan."""
    (only,) = plan.steps
    return only
