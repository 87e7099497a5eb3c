"""Tables of automation: for which records a rule's condition held, and what was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class StateRow(Base):
    """What the rule `rule` remembers of the record `subject` (`lead:5`): whether its condition held when it was last
    looked at; the moment from which it was reckoned when it was last done (`since`), and on which day. The row with the
    subject `began:…` says since when the rule goes by that time."""

    __tablename__ = "automation_state"

    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)
    held: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    day: Mapped[str | None] = mapped_column(String(10))


class Came(StrEnum):
    """What came of one deed of a rule."""

    DONE = "done"
    SAME = "same"
    NO_OWNER = "no_owner"
    NO_GATEWAY = "no_gateway"
    NO_PHONE = "no_phone"
    OPEN_ALREADY = "open_already"
    NO_SUPERIOR = "no_superior"
    NO_PERSON = "no_person"
    NO_ROOM = "no_room"
    CLOSED = "closed"
    AT_WORK = "at_work"
    NO_TASK = "no_task"
    NOT_ALLOWED = "not_allowed"
    REFUSED = "refused"
    TOO_DEEP = "too_deep"
    TOO_OFTEN = "too_often"


class RunRow(Base):
    """One time that a rule was done for a record, or was not although its condition held. `came_by` is what set it off
    (a `Trigger`, or `clock`), `depth` how many automations came before it in a row; `did` (JSON) is each deed's kind,
    what came of it, and the number or word that goes with it."""

    __tablename__ = "automation_run"
    __table_args__ = (Index(None, "rule", "id"), Index(None, "subject", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    lead_id: Mapped[int] = mapped_column(BigInteger)
    came_by: Mapped[str] = mapped_column(String(10))
    depth: Mapped[int] = mapped_column(Integer)
    did: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
