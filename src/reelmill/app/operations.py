"""Operations as users write them, to be done somewhere else."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reelmill.model.errors import InvalidRequestError
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.base import UserOperation

Operations = Iterable[Mapping[str, Any]]


def read_operations(operations: Operations) -> tuple[UserOperation, ...]:
    """What they mean, one by one.

    Raises:
        InvalidRequestError: one is unknown, or has a wrong field.
    """
    try:
        return TypeAdapter(tuple[AnyOperation, ...]).validate_python((*operations,))
    except ValidationError as error:
        raise refused(error, "operations") from error


def with_sources(operations: Iterable[UserOperation], words: Mapping[str, str]) -> list[Any]:
    """Operations as JSON, with other words for the sources that they name.

    Args:
        operations: as `read_operations` gives them.
        words: what stands there instead, by what the user wrote.
    """
    told: list[Any] = []
    for one in operations:
        said = one.model_dump(mode="json", exclude_unset=True)
        for (*within, last), word in one.references:
            place: Any = said
            for step in within:
                place = place[step]
            place[last] = words[word]
        told.append(said)
    return told


def refused(error: ValidationError, *within: str) -> InvalidRequestError:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False)[0]
    where = "/".join(map(str, (*within, *first["loc"])))
    message = first["msg"].removeprefix("Value error, ")
    return InvalidRequestError(f"{where}: {message}" if where else message)
