"""The data folder that a command is about, and work on what is in it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from reelmill.app.stores import Stores

T = TypeVar("T")

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="The service's folder; REELMILL_DATA_DIR or ./reelmill-data by default."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def folder_of(data_dir: Path | None) -> Path:
    """The folder that is meant.

    Raises:
        InvalidRequestError: a setting is wrong, whether it is needed now or not.
    """
    from reelmill.app.configuration import settings

    chosen = settings()
    return data_dir or chosen.data_dir


def with_stores(data_dir: Path | None, work: "Callable[[Stores], Awaitable[T]]") -> T:
    """Do something with the stores of a data folder.

    Raises:
        NotFoundError: there is none.
    """
    from reelmill.app.stores import open_stores

    async def opened() -> T:
        async with open_stores(folder_of(data_dir)) as stores:
            return await work(stores)

    return asyncio.run(opened())
