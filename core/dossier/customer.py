"""Who borrows, the lead it came from, and what was done and said before and beside the application."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core.dossier.reading import Named, Opened, Reading, Who, product
from core.leads.commented import Comment, CommentMention, comment_place
from core.leads.models import (
    FollowUp,
    How,
    Lead,
    LeadState,
    MarkChange,
    MarkKind,
    Ownership,
    Reveal,
    Touch,
    content_place,
    note_place,
    reason_place,
)
from core.leads.tagged import marks_of
from core.leads.ways import Way
from core.regions import region
from core.store.base import table_of

_L, _O, _T = table_of(Lead), table_of(Ownership), table_of(Touch)
_F, _C, _M = table_of(FollowUp), table_of(Comment), table_of(CommentMention)
_CHANGE, _REVEAL = table_of(MarkChange), table_of(Reveal)


@dataclass(frozen=True, slots=True)
class Borrower:
    """A customer. `merged_into`: he was entered twice, and is this one since."""

    id: str
    name: Opened
    phone: Opened
    id_number: Opened
    credit_code: Opened
    created_at: datetime
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The lead. `tags` are those that it has now, by hand or by rule."""

    number: str
    state: LeadState
    pool: Named
    owner: Who | None
    product: Named | None
    amount_fen: int | None
    region: Named | None
    channel: str
    grade: str | None
    tags: tuple[str, ...]
    language: str | None
    note: Opened
    created_at: datetime
    applied_at: datetime | None
    disbursed_at: datetime | None
    settled_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """The customer came through a channel; `by` entered him (None: by himself, or by a file)."""

    at: datetime
    channel: str
    by: Who | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Who had the lead (None: it waited in the pool), from when to when (None: still), and how it came there."""

    since: datetime
    until: datetime | None
    owner: Who | None
    pool: Named
    how: How
    by: Who | None
    rule: str | None
    reason: Opened


@dataclass(frozen=True, slots=True)
class Contact:
    """A logged contact with the customer."""

    at: datetime
    by: Who | None
    way: Way | None
    content: Opened
    next_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a colleague said about it, and to whom."""

    at: datetime
    by: Who | None
    content: Opened
    told: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A change of the lead's grade or tags; by a rule of automation where nobody is named."""

    at: datetime
    by: Who | None
    rule: str | None
    kind: MarkKind
    value: str | None
    was: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody asked for the customer's full phone number, and saw it."""

    at: datetime
    by: Who | None


def customer(reading: Reading) -> list[Borrower]:
    """The customer, and those rows of him that were merged into his."""
    return [
        Borrower(
            str(row.id),
            reading.name(row),
            reading.own_number(row, "phone"),
            reading.own_number(row, "id_number"),
            reading.own_number(row, "credit_code"),
            row.created_at,
            str(row.merged_into_id) if row.merged_into_id is not None else None,
        )
        for row in reading.customers
    ]


def lead(reading: Reading) -> Origin:
    """The lead from which the application was born."""
    row = reading.session.execute(select(_L).where(_L.c.id == reading.lead_id)).one()
    there = region(row.region) if row.region else None
    marks = marks_of(reading.session.connection(), [row.id], reading.means.tagging, reading.now).get(row.id, ())
    return Origin(
        number=f"L{row.id}",
        state=LeadState(row.state),
        pool=_pool(reading, row.pool),
        owner=reading.who(row.owner_id),
        product=product(row.product),
        amount_fen=row.amount_fen,
        region=Named(row.region, there.full_name if there is not None else row.region) if row.region else None,
        channel=reading.text(row.channel),
        grade=row.grade,
        tags=tuple(reading.text(mark.tag) for mark in marks),
        language=row.language,
        note=reading.words(note_place(row.id), row.note),
        created_at=row.created_at,
        applied_at=row.applied_at,
        disbursed_at=row.disbursed_at,
        settled_at=row.settled_at,
        closed_at=row.closed_at,
    )


def arrivals(reading: Reading) -> list[Arrival]:
    """Each time the customer came, the first first."""
    rows = reading.session.execute(select(_T).where(_T.c.lead_id == reading.lead_id).order_by(_T.c.at, _T.c.id))
    return [Arrival(row.at, reading.text(row.channel), reading.who(row.by_id, row.at)) for row in rows]


def owners(reading: Reading) -> list[Holding]:
    """Who had the lead, the first first."""
    rows = reading.session.execute(select(_O).where(_O.c.lead_id == reading.lead_id).order_by(_O.c.since, _O.c.id))
    return [
        Holding(
            row.since,
            row.until,
            reading.who(row.owner_id, row.since),
            _pool(reading, row.pool),
            How(row.how),
            reading.who(row.by_id, row.since),
            row.rule,
            reading.words(reason_place(row.id), row.reason),
        )
        for row in rows
    ]


def contacts(reading: Reading) -> list[Contact]:
    """What was logged of talks with the customer, the first first."""
    rows = reading.session.execute(select(_F).where(_F.c.lead_id == reading.lead_id).order_by(_F.c.at, _F.c.id))
    return [
        Contact(
            row.at,
            reading.who(row.person_id, row.at),
            Way(row.way) if row.way else None,
            reading.words(content_place(row.id), row.content),
            row.next_contact_at,
        )
        for row in rows
    ]


def remarks(reading: Reading) -> list[Remark]:
    """What colleagues said about the lead, the first first."""
    here: ColumnElement[bool] = _C.c.lead_id == reading.lead_id
    told: dict[int, list[int]] = {}
    named = select(_M.c.comment_id, _M.c.person_id).join(_C, _C.c.id == _M.c.comment_id).where(here)
    for comment_id, person_id in reading.session.execute(named.order_by(_M.c.person_id)):
        told.setdefault(comment_id, []).append(person_id)
    return [
        Remark(
            row.at,
            reading.who(row.person_id, row.at),
            reading.words(comment_place(row.id), row.content),
            tuple(who for one in told.get(row.id, ()) if (who := reading.who(one, row.at)) is not None),
        )
        for row in reading.session.execute(select(_C).where(here).order_by(_C.c.at, _C.c.id))
    ]


def marks(reading: Reading) -> list[Marked]:
    """The history of the lead's grade and tags, the first first."""
    rows = reading.session.execute(select(_CHANGE).where(_CHANGE.c.lead_id == reading.lead_id).order_by(_CHANGE.c.id))
    return [
        Marked(
            row.at,
            reading.who(row.by_id, row.at),
            row.rule,
            MarkKind(row.kind),
            reading.text(row.value) if row.value else None,
            reading.text(row.was) if row.was else None,
        )
        for row in rows
    ]


def looks(reading: Reading) -> list[Looked]:
    """Who saw the full phone number because he asked for it, the first first."""
    rows = reading.session.execute(select(_REVEAL).where(_REVEAL.c.lead_id == reading.lead_id).order_by(_REVEAL.c.id))
    return [Looked(row.at, reading.who(row.person_id, row.at)) for row in rows]


def _pool(reading: Reading, key: str) -> Named:
    found = reading.means.pools.by_key(key)
    return Named(key, found.name if found is not None else key)
