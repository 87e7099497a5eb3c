"""What a merge of two customers moved, row by row: so that it can be put back exactly, and so that it can be seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Table, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core.leads.commented import Comment
from core.leads.kept import Medium
from core.leads.models import Customer, FollowUp, Reveal, Touch
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor, dialect_of

REVERSIBLE = timedelta(days=7)


class Merge(Base):
    """The customer `gone_id` went into the customer `kept_id`. `lead_id` and `other_lead_id` are the leads by which the
    two were named. Of two open leads `closed_lead_id` was closed, and what hung on it went to `into_lead_id`, whose
    times before that are in `clocks` (JSON, and the revision that it had from then on). What of its customer's needs it
    did not say before is in `needs` (JSON, see `needs.py`)."""

    __tablename__ = "merge"
    __table_args__ = (Index(None, "kept_id"), Index(None, "gone_id"), Index(None, "closed_lead_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"))
    gone_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    other_lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    into_lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    closed_lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    clocks: Mapped[str | None] = mapped_column(Text)
    needs: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Moved(StrEnum):
    """What kind of row a merge moved: a customer into another one, a lead to another customer, or what hung on a lead
    to another lead. A deferral was not moved: it was written for the other lead too."""

    CUSTOMER = "customer"
    LEAD = "lead"
    TOUCH = "touch"
    FOLLOW_UP = "follow_up"
    REVEAL = "reveal"
    MEDIUM = "medium"
    COMMENT = "comment"
    TAG = "tag"
    CARE_TASK = "care_task"
    DEFERRAL = "deferral"


class MergeItem(Base):
    """One row that was moved: its number, and to what it belonged before (a customer's: into whom it was merged, None
    if into nobody; a lead's: the customer; the others': the lead). A tag has no number; it is named by itself, a care
    task by its care, and a deferral by the row that was written for it."""

    __tablename__ = "merge_item"
    __table_args__ = (Index(None, "merge_id"), Index(None, "row_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merge.id"))
    what: Mapped[str] = mapped_column(String(10))
    row_id: Mapped[int | None] = mapped_column(BigInteger)
    tag: Mapped[str | None] = mapped_column(String(20))
    was: Mapped[int | None] = mapped_column(BigInteger)


def hold(executor: Executor, customer_ids: Iterable[int], *, to_change: bool = False) -> bool:
    """Let nobody merge these customers, nor part them again, until the transaction ends; nor, `to_change`, give them a
    number. True if that may have waited for somebody who did: whoever looked them up must look again."""
    ids = sorted(set(customer_ids))
    if not ids or dialect_of(executor) != "postgresql":  # SQLite has one writer, and that is us
        return False
    theirs = select(Customer.id).where(Customer.id.in_(ids)).order_by(Customer.id)
    # All of them as strictly as one needs: held twice, by degrees, two would wait for each other.
    held = theirs.with_for_update() if to_change else theirs.with_for_update(read=True, key_share=True)
    executor.execute(held).all()
    return True


HANGING: dict[Moved, Table] = {
    Moved.TOUCH: table_of(Touch),
    Moved.FOLLOW_UP: table_of(FollowUp),
    Moved.REVEAL: table_of(Reveal),
    Moved.MEDIUM: table_of(Medium),
    Moved.COMMENT: table_of(Comment),
}
"""What hangs on a lead and has a number of its own."""


def merged_into(executor: Executor, lead_id: int) -> int | None:
    """The lead into which this one was merged, and where that was merged since, the last of them; None if it was not,
    or was taken out again."""
    into: int | None = None
    while (further := _merged_once(executor, lead_id if into is None else into)) is not None:
        into = further
    return into


def _merged_once(executor: Executor, lead_id: int) -> int | None:
    stands = select(Merge.into_lead_id).where(Merge.closed_lead_id == lead_id, Merge.undone_at.is_(None))
    into: int | None = executor.execute(stands.order_by(Merge.id.desc()).limit(1)).scalar()
    return into
