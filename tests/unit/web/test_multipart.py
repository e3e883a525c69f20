from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.errors import InvalidRequestError
from reelmill.web.multipart import (
    MOST_PARTS,
    MultipartReader,
    PartBegins,
    PartData,
    PartEnds,
    PartEvent,
)

KIND = "multipart/form-data; boundary=b0undary"
PARTS = st.lists(
    st.tuples(
        st.text("abc", min_size=1, max_size=5),
        st.none() | st.text("xyz./ü", max_size=8),
        st.binary(max_size=200)
        | st.sampled_from([b"\r\n--b0undar", b"\r\n--b0undaryX", b"--\r\n"]),
    ),
    max_size=5,
)


def body_of(parts: list[tuple[str, str | None, bytes]]) -> bytes:
    made = b""
    for name, filename, content in parts:
        shown = f'; filename="{filename}"' if filename is not None else ""
        head = f'Content-Disposition: form-data; name="{name}"{shown}\r\n\r\n'
        made += b"--b0undary\r\n" + head.encode() + content + b"\r\n"
    return made + b"--b0undary--\r\n"


def read(chunks: list[bytes], kind: str = KIND) -> list[PartEvent]:
    reader = MultipartReader(kind)
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    reader.close()
    return events


def parts_of(events: list[PartEvent]) -> list[tuple[str, str | None, bytes]]:
    found: list[tuple[str, str | None, bytes]] = []
    for event in events:
        match event:
            case PartBegins():
                found.append((event.name, event.filename, b""))
            case PartData():
                name, filename, before = found[-1]
                found[-1] = (name, filename, before + event.data)
            case PartEnds():
                pass
    return found


@given(PARTS, st.lists(st.integers(1, 50), min_size=1))
def test_however_it_is_cut_it_is_the_same(
    parts: list[tuple[str, str | None, bytes]], sizes: list[int]
) -> None:
    body = body_of(parts)
    chunks: list[bytes] = []
    at = index = 0
    while at < len(body):
        size = sizes[index % len(sizes)]
        chunks.append(body[at : at + size])
        at, index = at + size, index + 1
    events = read(chunks)
    assert parts_of(events) == parts
    assert sum(isinstance(one, PartEnds) for one in events) == len(parts)


@given(PARTS, st.integers(0, 10_000))
def test_what_ends_early_is_refused(
    parts: list[tuple[str, str | None, bytes]], length: int
) -> None:
    body = body_of(parts)
    short = body[: min(length, len(body) - 5)]
    with pytest.raises(InvalidRequestError):
        read([short])


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        read([noise])


ONE = b'--b0undary\r\nContent-Disposition: form-data; name="a"'
REFUSED = {
    "no boundary": ("multipart/form-data", b""),
    "another kind": ("application/json", b"{}"),
    "long boundary": (f"multipart/form-data; boundary={'b' * 300}", b""),
    "no name": (KIND, b"--b0undary\r\nContent-Disposition: form-data\r\n\r\n\r\n--b0undary--"),
    "no disposition": (KIND, b"--b0undary\r\nX: y\r\n\r\n\r\n--b0undary--"),
    "coded": (KIND, ONE + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b0undary--"),
    "twice": (KIND, ONE + b"\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b0undary--"),
    "long header": (KIND, ONE + b"\r\nX: " + b"y" * 17_000),
    "long headers": (KIND, ONE + b"".join(b"\r\nX%d: " % n + b"y" * 3000 for n in range(9))),
    "many headers": (KIND, ONE + b"".join(b"\r\nX%d: y" % n for n in range(30))),
    "many parts": (KIND, body_of([("a", None, b"")] * (MOST_PARTS + 1))),
    "endless end": (KIND, body_of([]) + b"x" * 100),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    kind, body = REFUSED[name]
    with pytest.raises(InvalidRequestError):
        read([body, b"x" * 2000], kind)
