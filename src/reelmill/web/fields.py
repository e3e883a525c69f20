"""What is wrong with the fields of a request, each with a pointer to it."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, Field, ValidationError

from reelmill.model.errors import InvalidRequestError, ReelmillError
from reelmill.recipes.operations.all import OPERATION_TYPES

M = TypeVar("M", bound=BaseModel)
Part = str | int
"""Of a location."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    pointer: Annotated[str, Field(examples=["/priority"])]
    """RFC 6901; into the body, or into the parameters where `in` says so."""
    message: Annotated[str, Field(examples=["Input should be less than or equal to 10"])]
    place: Annotated[
        Literal["body", "query", "path", "header"], Field(serialization_alias="in")
    ] = "body"


class InvalidFieldsError(InvalidRequestError):
    """Fields that are not what they must be."""

    def __init__(self, fields: Sequence[FieldProblem]) -> None:
        first = fields[0]
        more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
        super().__init__(f"{first.pointer or 'the body'}: {first.message}{more}")
        self.fields = tuple(fields)


def wrong(pointer: str, message: str) -> InvalidFieldsError:
    """The error of one field of a body."""
    return InvalidFieldsError([FieldProblem(pointer=pointer, message=message)])


def below(problems: Iterable[FieldProblem], at: str) -> list[FieldProblem]:
    """What is wrong with a part of a body, with pointers into the whole."""
    return [one.model_copy(update={"pointer": f"{at}{one.pointer}"}) for one in problems]


@contextmanager
def about(field: str | None) -> Generator[None]:
    """Errors inside are about this field of the request, unless they know better.

    Args:
        field: a pointer without its first slash; None: nobody knows.
    """
    try:
        yield
    except InvalidFieldsError:
        raise
    except ReelmillError as error:
        error.output = error.output or field
        raise


@contextmanager
def within(part: str) -> Generator[None]:
    """Errors inside point into this part of the body."""
    try:
        yield
    except InvalidFieldsError as error:
        raise InvalidFieldsError(below(error.fields, f"/{part}")) from error
    except ReelmillError as error:
        if error.output is not None:
            error.output = f"{part}/{error.output}"
        raise


def as_written(where: Iterable[Part], said: object) -> list[Part]:
    """A location with the `params` that the fields of an operation may stand in.

    Args:
        where: names and indices, as a model has them.
        said: what it was made of.
    """
    found: list[Part] = []
    at = said
    for part in where:
        if isinstance(at, Mapping) and found and isinstance(found[-1], int) and part not in at:
            params = cast("Mapping[Part, object]", at).get("params")
            if isinstance(params, Mapping):
                found.append("params")
                at = cast("object", params)
        found.append(part)
        match at:
            case Mapping():
                at = cast("Mapping[Part, object]", at).get(part)
            case list() if isinstance(part, int) and part < len(cast("list[object]", at)):
                at = cast("list[object]", at)[part]
            case _:
                at = None
    return found


def fields_of(
    errors: Iterable[Mapping[str, Any]], at: str | None = None, said: object = None
) -> list[FieldProblem]:
    """Pydantic's errors, without what was put in.

    Args:
        errors: as `ValidationError.errors()` lists them.
        at: a pointer to the value in the body; None: each location begins with its place.
        said: the value.
    """
    found: list[FieldProblem] = []
    for error in errors:
        where: list[Any] = _without_tags([*error["loc"]])
        place = "body" if at is not None else str(where.pop(0))
        where = as_written(where, said) if place == "body" else where
        pointer = "".join(f"/{escaped(str(one))}" for one in where)
        message = str(error["msg"]).removeprefix("Value error, ")
        fields = {"pointer": f"{at or ''}{pointer}", "message": message, "place": place}
        found.append(FieldProblem.model_validate(fields))
    return found


def _without_tags(where: list[Any]) -> list[Any]:
    """A location without what pydantic adds to it: which of several kinds of operation it was."""
    return [
        one
        for number, one in enumerate(where)
        if not (number and isinstance(where[number - 1], int) and one in OPERATION_TYPES)
    ]


def escaped(name: str) -> str:
    """A name as part of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def checked(kind: type[M], value: object, at: str = "") -> M:
    """A model of what somebody sent.

    Args:
        kind: the model.
        value: what was sent.
        at: a pointer to it in the body.

    Raises:
        InvalidFieldsError: it is none.
    """
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise InvalidFieldsError(fields_of(error.errors(), at, value)) from error
