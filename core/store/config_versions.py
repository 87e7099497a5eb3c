"""The company's configuration as it was put into force: each version whole, in the order in which they were applied.

What the files mean is nobody's business here: they are texts by name. The newest version is the one in force, for all
processes on all machines alike; older ones stay, so that what was decided then can be explained.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import Base, BigId, UtcDateTime
from core.store.database import Executor, insert_new


class ConfigVersion(Base):
    """One version. `files` are the texts by file name, as JSON; `digest` says whether two versions mean the same;
    `by` is who applied it: the account on the machine where the command was given."""

    __tablename__ = "config_version"

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    files: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Applied:
    """A version without its files."""

    number: int
    at: datetime
    by: str
    digest: str


def newest_number(executor: Executor) -> int:
    """The number of the version in force; 0 if none was ever applied."""
    return executor.scalar(select(func.coalesce(func.max(ConfigVersion.number), 0))) or 0


class Damaged(Exception):
    """A version whose files are no texts by name."""


def files_of(session: Session, number: int) -> dict[str, str]:
    """The files of a version, by name.

    Raises:
        NoResultFound: there is no such version.
        Damaged: what is stored cannot be read.
    """
    stored = session.scalars(select(ConfigVersion.files).where(ConfigVersion.number == number)).one()
    try:
        files: dict[str, str] = json.loads(stored)
        if all(isinstance(text, str) and text.encode() is not None for text in files.values()):
            return files
    except (ValueError, AttributeError) as error:  # no JSON, half a character, no mapping
        raise Damaged(f"version {number}") from error
    raise Damaged(f"version {number}")


def numbers(session: Session, most: int) -> list[int]:
    """The numbers of the last `most` versions, the newest first."""
    return list(session.scalars(select(ConfigVersion.number).order_by(ConfigVersion.number.desc()).limit(most)))


def put_in_force(
    session: Session, files: Mapping[str, str], digest: str, *, by: str, now: datetime, after: int
) -> int | None:
    """Store `files` as the version behind `after`, which the caller has seen as the newest; the new number. None if
    another one was applied meanwhile: nothing was stored."""
    values = {
        "number": after + 1,
        "at": now,
        "by": by,
        "digest": digest,
        "files": json.dumps(dict(files), ensure_ascii=False),
    }
    made: int | None = session.scalar(insert_new(session, ConfigVersion).values(values).returning(ConfigVersion.number))
    return made


def history(session: Session, most: int) -> list[Applied]:
    """The last `most` versions, the newest first."""
    rows = session.execute(
        select(ConfigVersion.number, ConfigVersion.at, ConfigVersion.by, ConfigVersion.digest)
        .order_by(ConfigVersion.number.desc())
        .limit(most)
    )
    return [Applied(*row) for row in rows]
