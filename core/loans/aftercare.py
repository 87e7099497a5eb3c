"""贷后: the repayment plan of a loan that was paid out, what the customer has paid, and when his officer is told.

Where a loan stands is reckoned from its plan and the repayments of now (`arrears.py`); only the day of the oldest
instalment that is open is kept with the plan, so that the sweep finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sqlalchemy import delete, insert, or_, select, update

from core.leads import lending
from core.loans.arrears import Bucket, Pause, Repayment, Standing, least_to_settle, most_to_settle, standing, to_settle
from core.loans.events import LoanSettled, RepaymentDue
from core.loans.models import Application, Disbursement, State, subject
from core.loans.outcomes import NoSuchApplication
from core.loans.repaid import DueReminder, GracePeriod, RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Per, Plan, Rate, Terms, plan_of
from core.loans.run import locked
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.store.base import table_of
from core.store.database import Executor, insert_new
from core.store.unit import Unit

_A, _D, _P = table_of(Application), table_of(Disbursement), table_of(RepaymentPlan)
_R, _G, _T = table_of(RepaymentRow), table_of(GracePeriod), table_of(DueReminder)
DAYS_BEFORE = (3, 0)
"""So many days before an instalment is due its officer is told: to remind the customer."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class NotPaidOut:
    """Nothing was paid out for it yet, so nothing is to be paid back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Nobody said yet how it is paid back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan stands, and where the loan is by it."""

    application_id: int
    terms: Terms
    stands: Standing


@dataclass(frozen=True, slots=True)
class Paid:
    """A repayment is recorded under `number`; where the loan is now."""

    application_id: int
    number: int
    fen: int
    on: date
    stands: Standing


@dataclass(frozen=True, slots=True)
class NotADay:
    """A repayment of a day to come, or before the payout: that is no repayment."""

    application_id: int
    on: date
    why: Literal["future", "before"]


@dataclass(frozen=True, slots=True)
class SettledAlready:
    """The loan was paid off on that day: nothing is left to pay."""

    application_id: int
    on: date


@dataclass(frozen=True, slots=True)
class TooLittle:
    """So much does not settle the loan: about `wanted_fen` would, reckoned by days."""

    application_id: int
    fen: int
    wanted_fen: int


@dataclass(frozen=True, slots=True)
class Again:
    """A repayment of the same sum and the same day is recorded already; this one is meant to settle (`settles`)."""

    application_id: int
    fen: int
    on: date
    settles: bool = False


@dataclass(frozen=True, slots=True)
class TooMuch:
    """So much is more than the whole loan: about `wanted_fen` would settle it. A slip of the pen, unless it is said
    that it is none."""

    application_id: int
    fen: int
    on: date
    wanted_fen: int
    settles: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last repayment that was recorded does not count any more."""

    application_id: int
    fen: int
    on: date
    stands: Standing


@dataclass(frozen=True, slots=True)
class NothingPaid:
    """There is no repayment to take back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class BeforePayout:
    """The first instalment would be due before the money was paid out, on `paid_on`."""

    application_id: int
    paid_on: date


LoanRefusal: TypeAlias = NoSuchApplication | NotPaidOut
PlanRefusal: TypeAlias = LoanRefusal | BeforePayout
PayRefusal: TypeAlias = NoSuchApplication | NotPaidOut | NoPlan | NotADay | SettledAlready | TooLittle | TooMuch | Again


def lent(executor: Executor, application_id: int) -> tuple[int, date] | None:
    """How much was paid out in all, and when first; None if nothing was."""
    wanted = select(_D.c.amount_fen, _D.c.paid_on).where(_D.c.application_id == application_id)
    rows = executor.execute(wanted).all()
    if not rows:
        return None
    return sum(row.amount_fen for row in rows), min(date.fromisoformat(row.paid_on) for row in rows)


def set_plan(unit: Unit, actor: Actor, application_id: int, terms: Terms) -> Planned | PlanRefusal:
    """还款计划: this is how it is paid back from now on; an earlier plan ends."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    paid_out = lent(unit.connection, application_id)
    if paid_out is not None and terms.first < paid_out[1]:
        return BeforePayout(application_id, paid_out[1])
    now = unit.now
    old = (_P.c.application_id == application_id, _P.c.ended_at.is_(None))
    unit.connection.execute(update(_P).where(*old).values(ended_at=now))
    values = {
        "application_id": application_id,
        "principal_fen": terms.principal_fen,
        "method": terms.method.value,
        "rate": str(terms.rate.share),
        "per": terms.rate.per.value,
        "months": terms.months,
        "first_due": terms.first.isoformat(),
        "due_day": terms.day,
        "by_id": actor.id,
        "at": now,
    }
    unit.connection.execute(insert(_P).values(values))
    unit.record(actor.id, "loan:plan", subject(application_id), months=terms.months)
    return Planned(application_id, terms, _brought_up_to_date(unit, application_id, anew=True))


def pay_back(
    unit: Unit,
    actor: Actor,
    application_id: int,
    fen: int,
    on: date | None = None,
    *,
    settles: bool = False,
    again: bool = False,
) -> Paid | PayRefusal:
    """还款, 结清: the customer paid so much on that day (None: today). `again`: it is meant so, though one of
    the same sum and day is there, or it is more than the whole loan."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    row = plan_row(unit.connection, application_id)
    if row is None:
        return _no_plan(unit, application_id)
    today = day_of(unit.now)
    on = on or today
    paid_out = lent(unit.connection, application_id)
    if on > today or (paid_out is not None and on < paid_out[1]):
        return NotADay(application_id, on, "future" if on > today else "before")
    before = repayments(unit.connection, application_id)
    if not again and any((one.on, one.fen) == (on, fen) for one in before):
        return Again(application_id, fen, on, settles)
    plan = plan_of(terms_in(row))
    if settles and fen < least_to_settle(plan, before, on):
        return TooLittle(application_id, fen, to_settle(plan, before, on))
    most = plan.total_fen - sum(one.fen for one in before) if not settles else most_to_settle(plan, before, on)
    if not again and fen > most:
        return TooMuch(application_id, fen, on, to_settle(plan, before, on), settles)
    values = {"application_id": application_id, "paid_on": on.isoformat(), "amount_fen": fen, "settles": settles}
    written = insert(_R).values(**values, by_id=actor.id, at=unit.now).returning(_R.c.id)
    number = int(unit.connection.execute(written).scalar_one())
    unit.record(actor.id, "loan:repaid", subject(application_id), repayment=number, fen=fen)
    return Paid(application_id, number, fen, on, _brought_up_to_date(unit, application_id))


def _no_plan(unit: Unit, application_id: int) -> NoPlan | SettledAlready:
    """Nobody said yet how it is paid back, or it is paid off."""
    last = last_plan_row(unit.connection, application_id)
    if last is None:
        return NoPlan(application_id)
    _, now = stands(unit.connection, last, day_of(unit.now))
    return SettledAlready(application_id, now.cleared) if now.cleared is not None else NoPlan(application_id)


def take_back_repayment(unit: Unit, actor: Actor, application_id: int) -> TakenBack | NothingPaid | LoanRefusal:
    """取消还款: the last one that was recorded was a mistake."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    last = unit.connection.execute(select(_R).where(*counts).order_by(_R.c.id.desc())).first()
    if last is None:
        return NothingPaid(application_id)
    gone = {"taken_back_at": unit.now, "taken_back_by_id": actor.id}
    unit.connection.execute(update(_R).where(_R.c.id == last.id).values(gone))
    unit.record(actor.id, "loan:repaid:back", subject(application_id), repayment=last.id)
    stands = _brought_up_to_date(unit, application_id)
    return TakenBack(application_id, last.amount_fen, date.fromisoformat(last.paid_on), stands)


def _refused(unit: Unit, actor: Actor, application_id: int) -> LoanRefusal | None:
    """Held until the transaction ends, so that what is reckoned from the repayments is reckoned from all of them."""
    held = select(_A.c.owner_id, _A.c.state).where(_A.c.id == application_id)
    row = unit.connection.execute(locked(held)).one_or_none()
    if row is None:
        return NoSuchApplication(application_id)
    if not may_record(unit.connection, actor, row.owner_id):
        unit.record(actor.id, "loan:denied", subject(application_id))
        return NoSuchApplication(application_id)
    if row.state == State.DROPPED.value or lent(unit.connection, application_id) is None:
        return NotPaidOut(application_id)
    return None


def may_record(executor: Executor, actor: Actor, owner_id: int) -> bool:
    """May he say how the loans of this officer are paid back, and what was?"""
    return may_touch(actor, Verb.REPAY, owner_id, people.department_of(executor, owner_id))


def plan_row(executor: Executor, application_id: int) -> Any:
    """The plan that counts now; None if there is none, or the loan is paid off."""
    active = (_P.c.application_id == application_id, _P.c.ended_at.is_(None))
    return executor.execute(select(_P).where(*active)).one_or_none()


def last_plan_row(executor: Executor, application_id: int) -> Any:
    """The newest plan, also one that is paid off."""
    wanted = select(_P).where(_P.c.application_id == application_id).order_by(_P.c.id.desc())
    return executor.execute(wanted).first()


def terms_in(row: Any) -> Terms:
    """The terms that stand in a plan's row."""
    rate = Rate(Decimal(row.rate), Per(row.per))
    first = date.fromisoformat(row.first_due)
    return Terms(row.principal_fen, Method(row.method), rate, row.months, first, row.due_day)


def repayments(executor: Executor, application_id: int) -> list[Repayment]:
    """All that counts, in the order of their days."""
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    rows = executor.execute(select(_R).where(*counts).order_by(_R.c.paid_on, _R.c.id))
    return [Repayment(date.fromisoformat(row.paid_on), row.amount_fen, row.settles) for row in rows]


def graces(executor: Executor, application_id: int) -> list[Pause]:
    """The stretches of days that do not count as late."""
    rows = executor.execute(select(_G).where(_G.c.application_id == application_id).order_by(_G.c.id))
    return [Pause(date.fromisoformat(row.first), date.fromisoformat(row.last) if row.last else None) for row in rows]


def stands(executor: Executor, row: Any, today: date) -> tuple[Plan, Standing]:
    """The plan in this row, and where its loan is on this day."""
    plan = plan_of(terms_in(row))
    paid = repayments(executor, row.application_id)
    return plan, standing(plan, paid, graces(executor, row.application_id), today)


def _brought_up_to_date(unit: Unit, application_id: int, *, anew: bool = False) -> Standing:
    """What is kept with the plan follows the repayments; a loan that is paid off ends, and its lead is settled. `anew`:
    the plan is a new one, and the loan may have been paid off by the one before."""
    row = last_plan_row(unit.connection, application_id)
    _, now = stands(unit.connection, row, day_of(unit.now))
    oldest = next((part.instalment.due for part in now.parts if part.open_fen), None)
    values = {"next_due": oldest.isoformat() if oldest else None, "bucket": now.bucket.value}
    ended = {"ended_at": unit.now if now.cleared is not None else None}
    unit.connection.execute(update(_P).where(_P.c.id == row.id).values(values | ended))
    lead_id = unit.connection.execute(select(_A.c.lead_id).where(_A.c.id == application_id)).scalar_one()
    if now.cleared is not None and row.ended_at is None:
        lending.settled(unit, lead_id, unit.now)
        unit.happened(LoanSettled(application_id, lead_id))
    elif now.cleared is None and (anew or row.ended_at is not None):
        lending.settled(unit, lead_id, None)
    return now


def remind(unit: Unit, limit: int = BATCH) -> int:
    """Tell the officers of instalments that will be due, are due, or came into another bucket; of how many. Each once:
    a row for each says so. To be called again until it is 0."""
    today = day_of(unit.now)
    soon = date.fromordinal(today.toordinal() + max(DAYS_BEFORE)).isoformat()
    due = (_P.c.ended_at.is_(None), _P.c.next_due.is_not(None), _P.c.next_due <= soon)
    fresh = or_(_P.c.told_on.is_(None), _P.c.told_on < today.isoformat())
    rows = unit.connection.execute(
        select(_P).where(*due, fresh).order_by(_P.c.next_due, _P.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    return sum(_remind_of(unit, row, today) for row in rows)


def _remind_of(unit: Unit, row: Any, today: date) -> int:
    _, now = stands(unit.connection, row, today)
    unit.connection.execute(update(_P).where(_P.c.id == row.id).values(told_on=today.isoformat()))
    told = 0
    for due, what in _to_tell(now, today):
        values = {"plan_id": row.id, "due": due.isoformat(), "what": what, "at": unit.now}
        fresh = insert_new(unit.connection, DueReminder).values(values).returning(DueReminder.plan_id)
        if unit.connection.execute(fresh).first() is not None:
            owner = unit.connection.execute(select(_A.c.owner_id).where(_A.c.id == row.application_id)).scalar_one()
            unit.happened(RepaymentDue(row.application_id, owner, due, what))
            told += 1
    return max(told, 1)  # it had its turn


def pay_off(loan: "LoanNow", today: date) -> int:
    """About how much would settle the loan today, in fen, reckoned by days (`arrears.to_settle`); 0 without a plan."""
    return to_settle(loan.plan, [one for one, _ in loan.paid], today) if loan.plan is not None else 0


def _to_tell(now: Standing, today: date) -> Sequence[tuple[date, str]]:
    if now.paused:
        return ()
    found = []
    late = next((part for part in now.parts if part.open_fen and part.instalment.due < today), None)
    if late is not None and now.bucket is not Bucket.M0:
        found.append((late.instalment.due, now.bucket.value))
    if now.next is not None:  # what comes is told of also where something is late
        left = (now.next.instalment.due - today).days
        nearest = min((days for days in DAYS_BEFORE if left <= days), default=None)
        found += [(now.next.instalment.due, f"d{nearest}")] if nearest is not None else []
    return found


def give_grace(unit: Unit, actor: Actor, application_id: int, first: date, last: date | None) -> Planned | PayRefusal:
    """延期还款: these days do not count as late."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    row = plan_row(unit.connection, application_id)
    if row is None:
        return _no_plan(unit, application_id)
    values = {"application_id": application_id, "first": first.isoformat(), "last": last.isoformat() if last else None}
    unit.connection.execute(insert(_G).values(**values, by_id=actor.id, at=unit.now))
    unit.record(actor.id, "loan:grace", subject(application_id), first=values["first"], last=values["last"])
    return Planned(application_id, terms_in(row), _brought_up_to_date(unit, application_id))


@dataclass(frozen=True, slots=True)
class GraceEnded:
    """The days of grace that were agreed last, from `first` on, do not count any more."""

    application_id: int
    first: date


@dataclass(frozen=True, slots=True)
class NoGrace:
    """There are no days of grace to end."""

    application_id: int


def take_back_grace(unit: Unit, actor: Actor, application_id: int) -> GraceEnded | NoGrace | PayRefusal:
    """延期还款 A203 取消: the days that were agreed last count as all others."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    if plan_row(unit.connection, application_id) is None:
        return _no_plan(unit, application_id)
    wanted = select(_G.c.id, _G.c.first).where(_G.c.application_id == application_id).order_by(_G.c.id.desc())
    last = unit.connection.execute(wanted).first()
    if last is None:
        return NoGrace(application_id)
    unit.connection.execute(delete(_G).where(_G.c.id == last.id))
    unit.record(actor.id, "loan:grace:back", subject(application_id), first=last.first)
    _brought_up_to_date(unit, application_id)
    return GraceEnded(application_id, date.fromisoformat(last.first))


@dataclass(frozen=True, slots=True)
class LoanNow:
    """A loan after its payout: what was paid out when, the terms (None: nobody said yet), the plan, where it stands,
    each repayment with who recorded it, and the stretches of days that do not count as late."""

    application_id: int
    lead_id: int
    lent_fen: int
    paid_out: date
    terms: Terms | None
    plan: Plan | None
    stands: Standing | None
    paid: tuple[tuple[Repayment, int], ...]
    graces: tuple[Pause, ...] = ()


def newest_of_lead(executor: Executor, lead_id: int) -> int | None:
    """The lead's application for which money was paid out last; None if none was."""
    wanted = select(_D.c.application_id).join(_A, _A.c.id == _D.c.application_id).where(_A.c.lead_id == lead_id)
    return executor.scalars(wanted.order_by(_D.c.id.desc()).limit(1)).first()


def loan_now(executor: Executor, application_id: int, now: datetime) -> LoanNow | None:
    """The loan of an application as it stands; None if nothing was paid out."""
    paid_out = lent(executor, application_id)
    if paid_out is None:
        return None
    lead_id = executor.execute(select(_A.c.lead_id).where(_A.c.id == application_id)).scalar_one()
    row = last_plan_row(executor, application_id)
    plan, at = stands(executor, row, day_of(now)) if row is not None else (None, None)
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    recorded = executor.execute(select(_R).where(*counts).order_by(_R.c.paid_on, _R.c.id)).all()
    paid = tuple(
        (Repayment(date.fromisoformat(one.paid_on), one.amount_fen, one.settles), one.by_id) for one in recorded
    )
    terms = terms_in(row) if row is not None else None
    free = tuple(graces(executor, application_id))
    return LoanNow(application_id, lead_id, paid_out[0], paid_out[1], terms, plan, at, paid, free)
