"""The table of what people send and want kept: pictures and files (附件)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class MediumState(StrEnum):
    """Where a medium stands. Waiting: it is fetched from the platform; held up: there was no room for it, and it is
    tried again. Of the last three there is no file, or soon none: it was not fit to be kept, the platform did not give
    it in time, or nobody wants it any more."""

    WAITING = "waiting"
    HELD_UP = "held_up"
    KEPT = "kept"
    UNFIT = "unfit"
    LOST = "lost"
    DROPPED = "dropped"


ALIVE = (MediumState.WAITING, MediumState.HELD_UP, MediumState.KEPT)
TO_FETCH = (MediumState.WAITING, MediumState.HELD_UP)


class Medium(Base):
    """One picture or file that `person_id` sent; `lead_id` None: he has not said yet where it belongs.

    The content is a file of `core/store/files.py` under the row's number, encrypted with `key`. `source` fetches it
    from the platform, `name` is what its sender calls it; both are sealed, and neither is ever part of a path. `digest`
    is the SHA-256 of the content, `type` the ending of its type; both and its size in bytes are known once it is kept.
    What is `private` is not among the lead's 附件: who may see it is said elsewhere (a report's pictures).
    """

    __tablename__ = "medium"
    __table_args__ = (
        Index(None, "lead_id", "id"),
        Index(
            "ix_medium_unsorted",
            "person_id",
            "received_at",
            postgresql_where=text("lead_id IS NULL"),
            sqlite_where=text("lead_id IS NULL"),
        ),
        Index(None, "state", "received_at"),
        Index(None, "person_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default=MediumState.WAITING)
    type: Mapped[str | None] = mapped_column(String(5))
    size: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    source: Mapped[bytes | None] = mapped_column(LargeBinary)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    private: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def key_place(medium_id: int | str) -> str:
    """The vault's place of the key of a medium's file."""
    return f"medium.key:{medium_id}"


def source_place(medium_id: int | str) -> str:
    """The vault's place of what fetches a medium from the platform."""
    return f"medium.source:{medium_id}"


def title_place(medium_id: int | str) -> str:
    """The vault's place of what its sender calls a medium."""
    return f"medium.name:{medium_id}"
