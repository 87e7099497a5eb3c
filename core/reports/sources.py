"""Where what happened stands in the database: for each event the rows, their moment, who is credited, and the thing
(a lead or an application) that 明细 lists."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import iterate

from core.leads.merged import Merge
from core.leads.models import FollowUp, How, Lead, Ownership
from core.loans.definitions import flow_of
from core.loans.disbursed import IS_FIRST, OFFICER
from core.loans.flows import StageType
from core.loans.models import Application, Definition, Disbursement, Happening, State, StepRow, What
from core.loans.repaid import RepaymentRow
from core.reports.due import FIRST_DUE, HOLDS, LOANS
from core.reports.metrics import Event
from core.reports.times_in_sql import microseconds_between
from core.store.base import UtcDateTime, table_of

_L, _O, _F = table_of(Lead), table_of(Ownership), table_of(FollowUp)
_A, _S, _H = table_of(Application), table_of(StepRow), table_of(Happening)
_D, _R, _V = table_of(Disbursement), table_of(RepaymentRow), table_of(Definition)
_M = table_of(Merge)
_GOT = (How.ENTER.value, How.CLAIM.value, How.ASSIGN.value, How.TRANSFER.value)

# Written out, not bound: only then both databases see that a partial index fits.
_SUBMITTED: ColumnElement[str] = literal_column(f"'{What.SUBMITTED}'")

CONTACT_BY = "contact_by"
"""The parameter that says until when somebody must have got a lead to have had his time for first contact."""
LEAD = _L
"""The table of leads, under the name by which `Source.with_lead` joins it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of an event. `at` is a moment, or (`by_day`) a day as text; `lead` the lead it is about; `number` what
    明细 lists, of `letter` L or A; `product` that of the application, or else of the lead (which is joined then);
    `amount` in fen. `once`: what holds of those rows only that count (of several payouts of a loan the first).
    `application`: the number of the application, whose row is joined where it is asked for (`with_application`).
    `in_time`: of what was to be done within a time, was it?"""

    rows: FromClause
    at: ColumnElement[Any]
    person: ColumnElement[Any]
    lead: ColumnElement[int]
    number: ColumnElement[int]
    letter: str
    holds: tuple[ColumnElement[bool], ...] = ()
    once: tuple[ColumnElement[bool], ...] = ()
    by_day: bool = False
    amount: ColumnElement[Any] | None = None
    product: ColumnElement[Any] = field(default_factory=lambda: _L.c.product)
    application: ColumnElement[int] | None = None
    in_time: ColumnElement[bool] | None = None

    @property
    def product_is_leads(self) -> bool:
        """Does the product stand at the lead?"""
        return self.product is _L.c.product

    def with_application(self) -> FromClause:
        """The rows, each with its application, if they are about one."""
        return self.rows if self.application is None else self.rows.join(_A, _A.c.id == self.application)

    def with_lead(self) -> FromClause:
        """The rows, each with its lead."""
        return self.with_application().join(_L, _L.c.id == self.lead)

    def asks_application(self, asked: Iterable[ColumnElement[Any]]) -> bool:
        """Does any of these ask something of the application?"""
        return any(getattr(part, "table", None) is _A for each in asked for part in iterate(each))


Stages = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""Stages of flows: of the flows with these digests (none: of all) those of these keys."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source has to know beside its event: the stages that count as reached, within how long first contact
    is to be made, and whether so `many` rows are looked at that what is first of its kind is better found of all at
    once than row by row."""

    stages: Stages = ()
    first_contact: timedelta = timedelta(0)
    many: bool = False


def stages_called(session: Session, names: tuple[str, ...]) -> Stages:
    """The stages that their flows call by one of these names. Flows are looked up once a session: they never change."""
    if not names:
        return ()
    kept: dict[tuple[str, ...], Stages] = session.info.setdefault("stages_called", {})
    if names not in kept:
        kept[names] = _stages_called(session, names)
    return kept[names]


def _stages_called(session: Session, names: tuple[str, ...]) -> Stages:
    digests = session.scalars(select(_V.c.digest).where(_V.c.kind == "flow").order_by(_V.c.digest))
    keys: dict[tuple[str, ...], list[str]] = {}
    for digest in digests:
        flow = flow_of(session, digest)
        keys.setdefault(tuple(sorted(one.key for one in flow.stages if one.name in names)), []).append(digest)
    if len(keys) == 1:  # all flows call the same stages so, as they mostly do: the flow need not be looked at
        return (((), next(iter(keys))),)
    return tuple((tuple(digests), named) for named, digests in keys.items() if named)


def source_of(event: Event, asked: Asked) -> Source:
    """The rows of an event."""
    return _SOURCES[event](asked)


def _hands(how: How, *, before: bool = False) -> Callable[[Asked], Source]:
    """A change of hands: who has the lead from then on, or (`before`) who had it until then."""

    def source(_asked: Asked) -> Source:
        holds: tuple[ColumnElement[bool], ...] = (_O.c.how == how.value,)
        if not before:
            person = _first_owner() if how is How.ENTER else _O.c.owner_id
            return Source(_O, _O.c.since, person, _O.c.lead_id, _O.c.lead_id, "L", holds)
        had = _O.alias("had")
        rows = _O.join(had, and_(had.c.lead_id == _O.c.lead_id, had.c.until == _O.c.since, had.c.id != _O.c.id))
        return Source(rows, _O.c.since, had.c.owner_id, _O.c.lead_id, _O.c.lead_id, "L", holds)

    return source


def _first_owner() -> ColumnElement[Any]:
    """Who had the lead first."""
    later = _O.alias("later")
    had = select(later.c.owner_id).where(later.c.lead_id == _O.c.lead_id, later.c.owner_id.is_not(None))
    first = had.order_by(later.c.since, later.c.id).limit(1).correlate(_O).scalar_subquery()
    return func.coalesce(_O.c.owner_id, first)


def _followed(_asked: Asked) -> Source:
    return Source(_F, _F.c.at, _F.c.person_id, _F.c.lead_id, _F.c.lead_id, "L")


def _first_followed(asked: Asked) -> Source:
    earlier = _F.alias("earlier")
    of_it = earlier.c.lead_id == _F.c.lead_id
    if asked.many:
        firsts = select(earlier.c.lead_id, func.min(earlier.c.at)).group_by(earlier.c.lead_id)
        at_once = and_(earlier.c.at == _F.c.at, earlier.c.id < _F.c.id)
        holds = (tuple_(_F.c.lead_id, _F.c.at).in_(firsts), ~exists().where(of_it, at_once))
        return replace(_followed(asked), holds=holds)
    sooner = or_(earlier.c.at < _F.c.at, and_(earlier.c.at == _F.c.at, earlier.c.id < _F.c.id))
    return replace(_followed(asked), holds=(~exists().where(of_it, sooner),))


def _contacts(*, made: bool) -> Callable[[Asked], Source]:
    """Who got a lead, and had the time that first contact may take, or needed less; or (`made`) needed less. Who gave
    it away before that time was over does not count, unless he had made it."""

    def source(asked: Asked) -> Source:
        within = asked.first_contact // timedelta(microseconds=1)
        so_long = microseconds_between(_O.c.since, _F.c.at)
        his = (_F.c.person_id == _O.c.owner_id, _F.c.at >= _O.c.since)
        soon = (so_long <= within, or_(_O.c.until.is_(None), _F.c.at < _O.c.until))
        # What he wrote on a lead that was merged stands on the one into which it went.
        merged = (_M.c.closed_lead_id == _O.c.lead_id, _M.c.undone_at.is_(None), _F.c.lead_id == _M.c.into_lead_id)
        in_time = or_(
            exists().where(_F.c.lead_id == _O.c.lead_id, *his, *soon), exists().where(*merged, *his, *soon)
        )  # fmt: skip
        got = (_O.c.owner_id.is_not(None), or_(*(_O.c.how == how for how in _GOT)))
        if made:
            return Source(_O, _O.c.since, _O.c.owner_id, _O.c.lead_id, _O.c.lead_id, "L", (*got, in_time))
        has_had = microseconds_between(_O.c.since, _O.c.until) >= within
        still = and_(_O.c.until.is_(None), _O.c.since <= bindparam(CONTACT_BY, type_=UtcDateTime()))
        holds = (*got, or_(in_time, has_had, still))
        return Source(_O, _O.c.since, _O.c.owner_id, _O.c.lead_id, _O.c.lead_id, "L", holds, in_time=in_time)

    return source


def _of_application(
    rows: FromClause,
    at: ColumnElement[Any],
    holds: tuple[ColumnElement[bool], ...],
    once: tuple[ColumnElement[bool], ...] = (),
    *,
    by_day: bool = False,
    amount: ColumnElement[Any] | None = None,
    person: ColumnElement[Any] = _A.c.owner_id,
) -> Source:
    number = getattr(rows.c, "application_id", None)
    return Source(
        rows, at, person, _A.c.lead_id, _A.c.id, "A", holds, once, by_day,
        _A.c.amount_fen if amount is None else amount, _A.c.product, number,
    )  # fmt: skip


def _handed_in(_asked: Asked) -> Source:
    earlier = _H.alias("earlier")
    of_it = (earlier.c.application_id == _H.c.application_id, earlier.c.what == _SUBMITTED)
    first = ~exists().where(*of_it, earlier.c.id < _H.c.id)
    his = func.coalesce(_H.c.for_id, _H.c.by_id)  # whose it was then, whoever handed it in
    return _of_application(_H, _H.c.at, (_H.c.what == _SUBMITTED, first), person=his)


def _reached(asked: Asked) -> Source:
    earlier = _S.alias("earlier")
    called, called_earlier = _is_called(asked, _S), _is_called(asked, earlier)
    first = ~exists().where(earlier.c.application_id == _S.c.application_id, called_earlier, earlier.c.id < _S.c.id)
    return _of_application(_S, _S.c.entered_at, (called, first))


def _is_called(asked: Asked, steps: FromClause) -> ColumnElement[bool]:
    parts = []
    for digests, keys in asked.stages:
        called = or_(false(), *(steps.c.stage == key for key in keys))
        parts.append(and_(or_(*(_A.c.flow == digest for digest in digests)), called) if digests else called)
    return or_(false(), *parts)


def _lost(_asked: Asked) -> Source:
    holds = (_A.c.state == State.ENDED.value, _A.c.stage_type == StageType.LOST.value)
    return _of_application(_A, _A.c.ended_at, holds)


def _paid_out(_asked: Asked) -> Source:
    return _of_application(_D, _D.c.paid_on, (), (IS_FIRST,), by_day=True, amount=_D.c.amount_fen, person=OFFICER)


def _fee(asked: Asked) -> Source:
    paid = _paid_out(asked)
    fee = func.coalesce(_A.c.fee_fen, 0)
    return _of_application(paid.rows, paid.at, paid.once, by_day=True, amount=fee, person=paid.person)


def _repaid(_asked: Asked) -> Source:
    return _of_application(_R, _R.c.paid_on, (_R.c.taken_back_at.is_(None),), by_day=True, amount=_R.c.amount_fen)


def _due(_asked: Asked) -> Source:
    """The loans; their instalments stand nowhere (`due.py`)."""
    return replace(_of_application(_A, FIRST_DUE, HOLDS, by_day=True), rows=LOANS)


_SOURCES: Mapping[Event, Callable[[Asked], Source]] = {
    Event.ARRIVED: _hands(How.ENTER),
    Event.CLAIMED: _hands(How.CLAIM),
    Event.ASSIGNED: _hands(How.ASSIGN),
    Event.RELEASED: _hands(How.RELEASE, before=True),
    Event.RECYCLED: _hands(How.RECYCLE, before=True),
    Event.FOLLOWED: _followed,
    Event.FIRST_FOLLOWED: _first_followed,
    Event.TO_CONTACT: _contacts(made=False),
    Event.CONTACTED: _contacts(made=True),
    Event.HANDED_IN: _handed_in,
    Event.REACHED: _reached,
    Event.LOST: _lost,
    Event.PAID_OUT: _paid_out,
    Event.FEE: _fee,
    Event.REPAID: _repaid,
    Event.DUE: _due,
    Event.DUE_PAID: _due,
}
