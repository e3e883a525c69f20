"""A graph as a tree of sentences: what was asked, before how it is done."""

from reelmill.model.graph import (
    Comparison,
    FileOutput,
    Graph,
    MasterPlaylist,
    PackageOutput,
    QualityOutput,
    SheetsOutput,
    Storyboard,
)
from reelmill.model.operations import Node


def sentence(node: Node) -> str:
    """An operation with its fields, in a few words: `scale short_side=360`."""
    hidden = {"op", "id", "input", "source", "hold_for", "pad_to", "end_with"}
    fields = node.model_dump(mode="json", exclude=hidden, exclude_none=True)
    return " ".join([node.op, *(f"{name}={value}" for name, value in fields.items())])


def tree(graph: Graph) -> list[tuple[str, list[str]]]:
    """Every output with its chains, from the source on."""
    rows: list[tuple[str, list[str]]] = []
    for output in graph.outputs:
        match output:
            case FileOutput() | SheetsOutput():
                lines = [_chain(graph, name) for name in output.streams]
                head = f"{output.name}: {output.path} ({output.container.format})"
            case PackageOutput() | MasterPlaylist() | Storyboard():
                lines = [f"of {name}" for name in output.of]
                head = f"{output.name}: {output.path}"
            case QualityOutput():
                lines = [f"of {output.encode}, against {output.against or 'what went into it'}"]
                head = f"{output.name}: {_metrics(output)}"
            case Comparison():
                others = [output.reference] if output.reference else []
                lines = [_chain(graph, name) for name in (output.picture, *others)]
                head = f"{output.name}: {_metrics(output)}"
        rows.append((head if output.required else f"{head}, optional", lines))
    return rows


def _metrics(output: QualityOutput | Comparison) -> str:
    return ", ".join(output.metrics or ("psnr", "ssim"))


def _chain(graph: Graph, name: str) -> str:
    parts: list[str] = []
    at: str | None = name
    while at is not None:
        node = graph.node(at)
        parts.append(sentence(node))
        at = node.inputs[0] if node.inputs else None
    return " > ".join(reversed(parts))
