"""multipart/form-data without input or output: bytes go in as they arrive, events come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from reelmill.model.errors import InvalidRequestError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS, MOST_HEADERS, MOST_HEADER_BYTES, MOST_EPILOGUE_BYTES = 20, 16, 16 << 10, 1 << 10


@dataclass(frozen=True)
class PartBegins:
    """A part, by the name of its field; with a file name if it is a file."""

    name: str
    filename: str | None


@dataclass(frozen=True)
class PartData:
    """More of the part that began last."""

    data: bytes


@dataclass(frozen=True)
class PartEnds:
    """The part is whole."""


PartEvent = PartBegins | PartData | PartEnds


class MultipartReader:
    """Reads one body.

    Args:
        content_type: of the request; it has the boundary.

    Raises:
        InvalidRequestError: that is no multipart/form-data.
    """

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise InvalidRequestError("send multipart/form-data, with its boundary")
        self._events: list[PartEvent] = []
        self._part = _Part()
        self._parts = self._epilogue = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                self._callbacks(),
                max_header_count=MOST_HEADERS,
                max_header_size=MOST_HEADER_BYTES,
            )
        except FormParserError as error:
            raise InvalidRequestError(str(error)) from error

    def feed(self, data: bytes) -> list[PartEvent]:
        """What these bytes bring.

        Raises:
            InvalidRequestError: they are no multipart body, or one of too many parts.
        """
        if self._ended:
            self._epilogue += len(data)
            if self._epilogue > MOST_EPILOGUE_BYTES:
                raise InvalidRequestError("the body goes on behind its end")
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise InvalidRequestError(f"the multipart body is malformed: {error}") from error
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """No more bytes will come.

        Raises:
            InvalidRequestError: there should have been more.
        """
        if not self._ended:
            raise InvalidRequestError("the multipart body ends early")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._gather(lambda: self._part.header),
            "on_header_value": self._gather(lambda: self._part.value),
            "on_header_end": self._header,
            "on_headers_finished": self._named,
            "on_part_data": self._more,
            "on_part_end": lambda: self._events.append(PartEnds()),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise InvalidRequestError(f"a form has {MOST_PARTS} parts at most")
        self._part = _Part()

    def _gather(self, of: Callable[[], bytearray]) -> Callable[[bytes, int, int], None]:
        def more(data: bytes, start: int, end: int) -> None:
            self._part.size += end - start
            if self._part.size > MOST_HEADER_BYTES:
                raise InvalidRequestError("the headers of a part are too long")
            of().extend(data[start:end])

        return more

    def _more(self, data: bytes, start: int, end: int) -> None:
        self._events.append(PartData(bytes(data[start:end])))

    def _header(self) -> None:
        part = self._part
        name = bytes(part.header).decode("latin-1").lower()
        if name in part.headers:
            raise InvalidRequestError(f"a part has two headers {name}")
        part.headers[name] = bytes(part.value).decode("latin-1")
        part.header.clear()
        part.value.clear()

    def _named(self) -> None:
        self._events.append(_opening(self._part.headers))

    def _end(self) -> None:
        self._ended = True


@dataclass
class _Part:
    headers: dict[str, str] = field(default_factory=dict[str, str])
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    size: int = 0


def _opening(headers: Mapping[str, str]) -> PartBegins:
    kind, options = parse_options_header(headers.get("content-disposition"))
    name = options.get(b"name")
    if kind != b"form-data" or name is None:
        raise InvalidRequestError("a part has no name")
    coding = headers.get("content-transfer-encoding", "binary").strip().lower()
    if coding not in ("binary", "8bit", "7bit"):
        raise InvalidRequestError("send the parts as they are, without a transfer encoding")
    filename = options.get(b"filename")
    return PartBegins(
        name.decode(errors="replace"),
        filename.decode(errors="replace") if filename is not None else None,
    )
