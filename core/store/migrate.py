"""Bringing a database to the schema of this release. There is no way back but the backup that was made before: to undo
a migration would throw away what was written since, audit log and all.

Alembic is imported where it migrates, and not to ask how far a database is: it is a fifth of what a web process would
import, and 11 MB that each process would keep.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table

from core.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config


MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))  # Alembic's own table of one row


def _config(folder: Path = MIGRATIONS) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def newest() -> str:
    """The revision this release needs: revisions are numbered, and so are their files."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.reader.connect() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        return connection.scalar(select(_VERSION.c.version_num))


def upgrade(database: Database) -> tuple[str | None, str]:
    """Run the missing migrations; (revision before, revision now). Two processes at once: one waits for the other."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext

    with database.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            # No tap waits here: a migration, and who waits for one, has all the time that it needs.
            for limit in ("lock_timeout", "statement_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7620010)")
        before = MigrationContext.configure(connection).get_current_revision()
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, newest()


def draft(database: Database, name: str, folder: Path = MIGRATIONS) -> Path:
    """Write the next migration into `folder`, from the difference between the database and the models; its file. For
    engineers: what it makes is to be read and corrected.

    Raises:
        CommandError: the database is not at the newest revision.
    """
    from alembic import command

    with database.writer.begin() as connection:
        config = _config(folder)
        config.attributes["connection"] = connection
        number = f"{int(newest()) + 1:04}"  # `bot.health` tells newer from older by the number
        made = command.revision(config, name, autogenerate=True, rev_id=number)
    if made is None or isinstance(made, list):
        raise AssertionError("one name makes one migration")
    return Path(made.path)
