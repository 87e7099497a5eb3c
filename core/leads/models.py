"""Tables of customers and leads."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    false,
    literal_column,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class Customer(Base):
    """A person, or a company, who may want a loan. Name, phone, ID number and credit code (统一社会信用代码) are
    sealed; found by their blind indexes. One who was only added in a messenger yet (`external.py`) has no phone.

    The three numbers are unique: one person is one customer, however many channels bring him. One that was entered
    twice is merged (`merging.py`): the row's `merged_into_id` says whose it is now, and the row stays, so that its
    numbers and its name are found. It has no leads, and what it was merged into is never merged itself.
    """

    __tablename__ = "customer"
    __table_args__ = (Index(None, "name_index"), Index(None, "given_name_index"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    given_name_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    credit_code: Mapped[bytes | None] = mapped_column(LargeBinary)
    credit_code_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


NumberKind: TypeAlias = Literal["phone", "id_number", "credit_code"]
"""A number that is one customer's alone, by the column that holds it."""
NUMBERS: tuple[NumberKind, ...] = get_args(NumberKind)


def name_place(customer_id: int | str) -> str:
    """The vault's place of a customer's name. (Of every row, given the column's name in braces; so are all places.)"""
    return f"customer.name:{customer_id}"


def phone_place(customer_id: int | str) -> str:
    """The vault's place of a customer's phone."""
    return f"customer.phone:{customer_id}"


def id_number_place(customer_id: int | str) -> str:
    """The vault's place of a customer's ID number."""
    return f"customer.id_number:{customer_id}"


def credit_code_place(customer_id: int | str) -> str:
    """The vault's place of a company's credit code."""
    return f"customer.credit_code:{customer_id}"


class LeadState(StrEnum):
    """Open: in a pool or with an owner. Closed: settled, lost or void; its customer may have a new lead."""

    OPEN = "open"
    CLOSED = "closed"


_POOLED = text("state = 'open' AND owner_id IS NULL")
_OWNED = text("state = 'open' AND owner_id IS NOT NULL")
_OPEN = text("state = 'open'")
UNREMINDED = text(
    "state = 'open' AND owner_id IS NOT NULL AND (reminded_for IS NULL OR reminded_for <> next_contact_at)"
)
"""Leads with an owner who was not told yet that the contact is due. Written out, so that its index is found to fit."""
_MAY_FALL = text("state = 'open' AND owner_id IS NOT NULL AND live_application = false")
_MAY_FALL_SQLITE = text("state = 'open' AND owner_id IS NOT NULL AND live_application = 0")


class Lead(Base):
    """One chance to do business with a customer. Its number (`L1024`) is its id.

    A partial unique index allows one open lead a customer: that is what makes 撞单 impossible. Only
    `core/leads/ownership.py` writes `owner_id`, `owned_at`, `pool` and `pooled_at`.

    From `idle_since` on (the later of `owned_at` and the owner's last follow-up) nobody did anything; `contacted` says
    that this owner has logged a contact at all. `applied_at` is of this owner's hands too; `live_application` says
    that an application is under way, `disbursed_at` that a loan was paid out, `settled_at` that it was paid back,
    `closed_at` since when it is closed, where that is known. `language` is what its customer wants to speak.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("uq_lead_open_customer", "customer_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index(None, "customer_id"),
        Index("ix_lead_pooled", "pool", "pooled_at", "id", postgresql_where=_POOLED, sqlite_where=_POOLED),
        Index("ix_lead_owned", "owner_id", "next_contact_at", "id", postgresql_where=_OWNED, sqlite_where=_OWNED),
        Index("ix_lead_unreminded", "next_contact_at", postgresql_where=UNREMINDED, sqlite_where=UNREMINDED),
        # For what falls back (超时回收): one index for each time that a rule may reckon from.
        Index("ix_lead_idle", "idle_since", postgresql_where=_MAY_FALL, sqlite_where=_MAY_FALL_SQLITE),
        Index("ix_lead_held", "owned_at", postgresql_where=_MAY_FALL, sqlite_where=_MAY_FALL_SQLITE),
        Index("ix_lead_settled", "settled_at", postgresql_where=_MAY_FALL, sqlite_where=_MAY_FALL_SQLITE),
        CheckConstraint("(owner_id IS NULL) = (owned_at IS NULL)", name="owned_since"),
        CheckConstraint("(owner_id IS NULL) = (idle_since IS NULL)", name="idle_since_owned"),
        CheckConstraint("(owner_id IS NULL) <> (pooled_at IS NULL)", name="owned_or_pooled"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(String(6), default=LeadState.OPEN)
    pool: Mapped[str] = mapped_column(String(30))
    owner_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    owned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pooled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    idle_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    live_application: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    disbursed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[str | None] = mapped_column(String(20))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    region: Mapped[str | None] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(30))
    grade: Mapped[str | None] = mapped_column(String(1))
    language: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(BigInteger, default=1)


def subject(lead_id: int) -> str:
    """How a lead is named in the audit log and on issued cards."""
    return f"lead:{lead_id}"


def note_place(lead_id: int | str) -> str:
    """The vault's place of the note on a lead."""
    return f"lead.note:{lead_id}"


# For queries: written out, not bound, because only then do both databases see that a partial index fits.
IS_OPEN = Lead.state == literal_column("'open'")
IS_POOLED = and_(IS_OPEN, Lead.owner_id.is_(None))
# An application of it is under way, or a loan is not paid back: it goes into no pool.
IS_AT_WORK = or_(Lead.live_application, and_(Lead.disbursed_at.is_not(None), Lead.settled_at.is_(None)))
# Counts against what a person may hold: what was paid out is no work that waits.
IS_IN_HAND = and_(IS_OPEN, Lead.disbursed_at.is_(None))


class LeadTag(Base):
    """One tag on one lead that was set by hand: 高意向, 抵押贷. What it has by a rule stands nowhere (`tags.py`)."""

    __tablename__ = "lead_tag"
    __table_args__ = (Index(None, "tag", "lead_id"),)

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(20), primary_key=True)


class TagOff(Base):
    """One tag that was taken off a lead by hand: no rule gives it back."""

    __tablename__ = "tag_off"

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(20), primary_key=True)


class MarkKind(StrEnum):
    """What somebody did to a lead's grade or tags."""

    GRADE = "grade"
    SET = "set"
    OFF = "off"
    RULE = "rule"


class MarkChange(Base):
    """The history of grades and tags: `by_id` gave the lead the grade `value` (None: none any more), which was `was`;
    set or took off the tag `value`, or left it to its rule again. Without `by_id` it was no person, but the automation
    rule named `rule`."""

    __tablename__ = "mark_change"
    __table_args__ = (Index(None, "lead_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    kind: Mapped[str] = mapped_column(String(5))
    value: Mapped[str | None] = mapped_column(String(20))
    was: Mapped[str | None] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    rule: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Touch(Base):
    """One arrival of a customer through a channel: the first made the lead, later ones ring its owner."""

    __tablename__ = "touch"
    __table_args__ = (Index(None, "lead_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    channel: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


class How(StrEnum):
    """The ways a lead's owner changes."""

    ENTER = "enter"
    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    RECYCLE = "recycle"
    TRANSFER = "transfer"


class Ownership(Base):
    """Who had a lead, from when to when (`owner_id` None: it waited in `pool`). Appended by every change of owner.

    It is the claim log too: limits are counted from it. At most one row a lead is open, so the history cannot overlap.
    The reason is sealed: people type what they know; `rule` is the rule that did it where it was no person. Ids are
    made before the insert (the reason is bound to its row's) and grow along a lead's history.
    """

    __tablename__ = "ownership"
    __table_args__ = (
        Index(
            "uq_ownership_current",
            "lead_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            sqlite_where=text("until IS NULL"),
        ),
        Index(None, "lead_id", "since"),
        Index(None, "owner_id", "how", "since"),
        Index(None, "how", "since", "lead_id", "owner_id", "until"),  # all that reports ask of it
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    owner_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    pool: Mapped[str] = mapped_column(String(30))
    how: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    rule: Mapped[str | None] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def reason_place(ownership_id: int | str) -> str:
    """The vault's place of the reason for a change of owner."""
    return f"ownership.reason:{ownership_id}"


class DeferralKind(StrEnum):
    """Why a lead does not fall although it is due: its owner's superior granted more time, or its owner protects it."""

    EXTENSION = "extension"
    PROTECTION = "protection"


IS_ASKED = text("by_id IS NULL")


class Deferral(Base):
    """Until `until` the lead does not fall from these hands: for this owner, and as long as he has it without a break
    since before `at`. `by_id` decided it; without him it is asked for, of `asked_id`, and with him but no `until` it
    was refused."""

    __tablename__ = "deferral"
    __table_args__ = (
        Index(None, "lead_id", "until"),
        Index(None, "owner_id", "kind", "until"),
        Index("ix_deferral_open", "asked_id", postgresql_where=IS_ASKED, sqlite_where=IS_ASKED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    owner_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


class FallWarning(Base):
    """The owner was told that a lead is about to fall: reckoned from `since`, so long (`seconds`) before."""

    __tablename__ = "fall_warning"

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    lapse: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    seconds: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Reveal(Base):
    """A full phone number that was shown to somebody who asked for it. `pool` is where the lead waited then. `numbers`
    are the customers whose phones it was, their ids parted by commas: more than one where they had been merged. A phone
    stays with the row it was entered in, whatever is merged or parted later."""

    __tablename__ = "reveal"
    __table_args__ = (Index(None, "person_id", "at"), Index(None, "lead_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    pool: Mapped[str | None] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    numbers: Mapped[str] = mapped_column(Text, default="")


class FollowUp(Base):
    """A logged contact. The text is sealed: people write what they heard. `at` is server time, always; `way` is one of
    `ways.Way`, None if nobody said."""

    __tablename__ = "follow_up"
    __table_args__ = (
        # Those that begin with the lead or the time hold all that reports ask: who was first, and who called in time.
        Index(None, "lead_id", "at", "person_id"),
        Index(None, "person_id", "at"),
        Index(None, "at", "person_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    way: Mapped[str | None] = mapped_column(String(10))
    next_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def content_place(follow_up_id: int | str) -> str:
    """The vault's place of what a follow-up says."""
    return f"follow_up.content:{follow_up_id}"
