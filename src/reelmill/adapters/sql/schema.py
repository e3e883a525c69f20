"""The schema of a database: brought up to date, and held against the tables of the code.

Alembic runs inside the program, without a configuration file. To change the schema: change
`tables.py`, let `draft` write the next revision into `migrations/versions/`, and correct it. Once
it is released, keep a database of it (tests/contract/sql/test_released.py says how).
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from reelmill.adapters.sql.database import BUSY_SECONDS, sqlite, translated
from reelmill.adapters.sql.tables import METADATA
from reelmill.model.errors import ConflictError
from reelmill.model.value import Value

MIGRATIONS = Path(__file__).parent / "migrations"


class Schema(Value):
    """What the schema of a database is, and what the code wants."""

    current: str | None
    """None: there is none yet."""
    head: str
    differences: tuple[str, ...] = ()
    """Between the tables that there are and those of the code."""

    @property
    def agrees(self) -> bool:
        """Whether this code can work with that database."""
        return self.current == self.head and not self.differences


def upgrade(database_url: str) -> None:
    """Bring a database to the newest schema; of several that do it at once, one does the work.

    Raises:
        ConflictError: the database is newer than this code.
        OSError: it cannot be reached or written.
    """
    config = _config()
    with _locked(database_url) as connection:
        if _is_behind(connection, config):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def check(database_url: str) -> Schema:
    """Hold a database against the code; changes nothing.

    Raises:
        OSError: it cannot be reached.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return Schema(current=None, head=_head(_config()))  # to look would make an empty one
    engine = create_engine(url, poolclass=NullPool)
    with translated(), engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, METADATA)
        return Schema(
            current=context.get_current_revision(),
            head=_head(_config()),
            differences=tuple(str(one) for one in differences),
        )


def draft(database_url: str, revision: str, message: str) -> None:
    """Write the revision that leads from an up-to-date database to the tables of the code."""
    config = _config()
    with _locked(database_url) as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _head(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    return head or ""


def _is_behind(connection: Connection, config: Config) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        message = f"the database has the schema {current}, which is newer than this program"
        raise ConflictError(message)
    return current != _head(config)


@contextmanager
def _locked(database_url: str) -> Generator[Connection]:
    """A transaction that nobody else changes the schema beside."""
    url = database_url
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        # Tables that are made anew must not take the rows that refer to them along.
        sqlite(engine, "BEGIN EXCLUSIVE", foreign_keys=False)
        _write_ahead(url)
    with translated(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7276863)")
        yield connection


def _write_ahead(url: str) -> None:
    """Let a file's readers and its writer not wait for each other, from now on."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    until = time.monotonic() + BUSY_SECONDS
    with translated():
        while True:
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                    return
            except OperationalError as error:
                # This one does not wait for others by itself.
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
            time.sleep(0.05)
