"""Operations that find nothing to work on: on pictures refused, on sound told."""

from collections import defaultdict

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.operations import Encoding, Node, Selection, SelectVideo
from reelmill.planner.context import Context
from reelmill.planner.lowering import is_there


def tell_idle(context: Context) -> None:
    """A notice of what the request asks for in vain.

    Who names a change of the picture expects one to be there; that a silent film cannot be made
    louder surprises nobody. Outputs that only show pictures are skipped, each with its reason.

    Raises:
        UnsupportedMediaError: a change of the picture, and the source has none.
    """
    asked: dict[str, list[Node]] = defaultdict(list)
    for node in context.graph.nodes:
        if node.asked is not None and not isinstance(node, Selection):
            asked[node.asked].append(node)
    idle = [*context.graph.idle]
    for name, nodes in asked.items():
        changes = not any(isinstance(node, Encoding) for node in nodes)
        if not changes or any(is_there(node.id, context) for node in nodes):
            continue
        if any(_of_picture(node, context) for node in nodes):
            raise UnsupportedMediaError(
                "it changes the picture, and the source has none", output=name
            )
        idle.append(name)
    if idle:
        places = ", ".join(f"/{name}" for name in idle)
        context.notice("operations_idle", f"there is nothing here that {places} could change")


def _of_picture(node: Node, context: Context) -> bool:
    """Whether what it works on, first of all, is a picture."""
    while node.inputs:
        node = context.graph.node(node.inputs[0])
    return isinstance(node, SelectVideo)
