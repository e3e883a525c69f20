"""Server-sent events are read the same however they are cut into pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reelmill.client.sse import Block, Reader

STREAM = (
    "retry: 2000\n\n: heartbeat\n\nevent: status\r\nid: 2\r\ndata: {\r\ndata: }\r\n\r\n"
    "data:Ça va?\rid\r\revent: nothing\n\nid: 3\ndata: x\n\ndata: half\n"
).encode()
BLOCKS = [
    Block("status", "{\n}", "2"),
    Block("message", "Ça va?", ""),
    Block("message", "x", "3"),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_in_any_pieces(cuts: list[int]) -> None:
    reader, told, places = Reader(), list[Block](), [0, *sorted(cuts), len(STREAM)]
    for begin, end in pairwise(places):
        told += reader.feed(STREAM[begin:end])
    assert told == BLOCKS
