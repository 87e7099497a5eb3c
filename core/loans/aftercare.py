"""贷后: the repayment plan of a loan that was paid out, and what the customer has paid.

Where a loan stands is reckoned (`loan_now.py`); only the day of the oldest instalment that is open is kept with the
plan, so that the sweep finds it (`due_reminders.py`).
"""

from datetime import date, timedelta

from sqlalchemy import delete, insert, select, update

from core.loans.aftercare_outcomes import (
    Again,
    BeforePayout,
    FarOff,
    GraceEnded,
    GraceGiven,
    JustTakenBack,
    LoanHidden,
    LoanRefusal,
    LongGrace,
    NoGrace,
    NoPlan,
    NotADay,
    NothingPaid,
    NotPaidOut,
    NotThatRepayment,
    NotYoursToRecord,
    Paid,
    PayRefusal,
    Planned,
    PlanRefusal,
    SettledAlready,
    TakenBack,
    TooLittle,
    TooMuch,
    WhichGrace,
)
from core.loans.arrears import Standing, least_to_settle, most_to_settle, to_settle
from core.loans.loan_now import graces, last_plan_row, lent, plan_of_loan, plan_row, repayments, stands
from core.loans.models import Application, State, subject
from core.loans.outcomes import NoSuchApplication
from core.loans.repaid import GracePeriod, RepaymentPlan, RepaymentRow
from core.loans.repayment import Terms
from core.loans.run import locked
from core.loans.settlement import bring_up_to_date
from core.loans.sight import may_look_at, may_see_loan
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_A, _P = table_of(Application), table_of(RepaymentPlan)
_R, _G = table_of(RepaymentRow), table_of(GracePeriod)
_TWICE = timedelta(minutes=10)
"""Within so long a second 取消还款 may be the first one sent once more."""

_FAR_OFF = timedelta(days=200)
"""Longer than so no first instalment is waited for, unless it is said again: most are due within three months."""

_LONG_GRACE = timedelta(days=366)
"""Longer than so no lender waits, unless it is said again: it is rather a slip in the year."""


def set_plan(
    unit: Unit, actor: Actor, application_id: int, terms: Terms, *, again: bool = False
) -> Planned | PlanRefusal:
    """还款计划: this is how it is paid back from now on; an earlier plan ends. `again`: it is meant so, though the
    first instalment is far off."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    paid_out = lent(unit.connection, application_id)
    if paid_out is not None and terms.first < paid_out[1]:
        return BeforePayout(application_id, paid_out[1])
    now = unit.now
    if not again and terms.first - day_of(now) > _FAR_OFF:
        return FarOff(application_id, terms.first)
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
    beside: int = 0,
    meant: bool = False,
) -> Paid | PayRefusal:
    """还款, 结清: the customer paid so much on that day (None: today). `beside`: it is another one though so many of
    the same sum and day are there, and no more: said once more, it is asked about. `meant`: it is meant so, though it
    is more than the whole loan."""
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
    same = sum((one.on, one.fen) == (on, fen) for one in before)
    if same > beside:
        return Again(application_id, fen, on, settles, same)
    plan = plan_of_loan(unit.connection, row)
    if settles and fen < least_to_settle(plan, before, on):
        return TooLittle(application_id, fen, to_settle(plan, before, on), on)
    most = most_to_settle(plan, before, on)
    if not settles:
        most = min(plan.total_fen - sum(one.fen for one in before), most)
    if not meant and fen > most:
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


def take_back_repayment(
    unit: Unit,
    actor: Actor,
    application_id: int,
    *,
    fen: int | None = None,
    on: date | None = None,
    beside: int | None = None,
) -> TakenBack | JustTakenBack | NothingPaid | NotThatRepayment | LoanRefusal:
    """取消还款: the last one that was recorded, of this sum and on this day (None: whatever they are), was a mistake.
    `beside`: it is another one, though so many of the same sum and day were taken back, and no more; None: nothing is
    said of it, and soon after another one it may be the same message sent twice."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    rows = unit.connection.execute(select(_R).where(*counts).order_by(_R.c.id.desc())).all()
    if not rows:
        return NothingPaid(application_id)
    day = on.isoformat() if on is not None else None
    meant = [row for row in rows if fen in (None, row.amount_fen) and day in (None, row.paid_on)]
    if not meant:
        return NotThatRepayment(application_id, rows[0].amount_fen, date.fromisoformat(rows[0].paid_on))
    last = meant[0]
    gone = select(_R).where(_R.c.application_id == application_id, _R.c.taken_back_at.is_not(None))
    before = unit.connection.execute(gone).all()
    same = sum((row.paid_on, row.amount_fen) == (last.paid_on, last.amount_fen) for row in before)
    twice = any(unit.now - row.taken_back_at < _TWICE for row in before) if beside is None else same != beside
    if twice:
        return JustTakenBack(application_id, last.amount_fen, date.fromisoformat(last.paid_on), same)
    over = {"taken_back_at": unit.now, "taken_back_by_id": actor.id}
    unit.connection.execute(update(_R).where(_R.c.id == last.id).values(over))
    unit.record(actor.id, "loan:repaid:back", subject(application_id), repayment=last.id)
    stands = _brought_up_to_date(unit, application_id, more_due=True)
    return TakenBack(application_id, last.amount_fen, date.fromisoformat(last.paid_on), stands)


def _refused(unit: Unit, actor: Actor, application_id: int) -> LoanRefusal | None:
    """Held until the transaction ends, so that what is reckoned from the repayments is reckoned from all of them."""
    held = select(_A.c.owner_id, _A.c.state).where(_A.c.id == application_id)
    row = unit.connection.execute(locked(held)).one_or_none()
    if row is None:
        return NoSuchApplication(application_id)
    if not may_record(unit.connection, actor, row.owner_id):
        unit.record(actor.id, "loan:denied", subject(application_id))
        knows = may_look_at(unit.connection, actor, application_id, row.owner_id, unit.now)
        return NotYoursToRecord(application_id) if knows else NoSuchApplication(application_id)
    if not may_see_loan(unit.connection, actor, application_id, row.owner_id, unit.now):
        return LoanHidden(application_id)
    if row.state == State.DROPPED.value or lent(unit.connection, application_id) is None:
        return NotPaidOut(application_id)
    return None


def may_record(executor: Executor, actor: Actor, owner_id: int) -> bool:
    """May he say how the loans of this officer are paid back, and what was?"""
    return may_touch(actor, Verb.REPAY, owner_id, people.department_of(executor, owner_id))


def _brought_up_to_date(unit: Unit, application_id: int, *, anew: bool = False, more_due: bool = False) -> Standing:
    """`bring_up_to_date` of a loan that has a plan."""
    now = bring_up_to_date(unit, application_id, anew=anew, more_due=more_due)
    if now is None:
        raise LookupError(f"no plan of {application_id}")
    return now


def give_grace(
    unit: Unit, actor: Actor, application_id: int, first: date, last: date, *, again: bool = False
) -> GraceGiven | LongGrace | PayRefusal:
    """延期还款: these days do not count as late. Of days within a stretch that is agreed on already nothing is written:
    what is said twice stands once. `again`: it is meant so, though the stretch is long, or begins when all is due."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    row = plan_row(unit.connection, application_id)
    if row is None:
        return _no_plan(unit, application_id)
    all_due = plan_of_loan(unit.connection, row).instalments[-1].due
    if not again and (last - first > _LONG_GRACE or first > max(all_due, day_of(unit.now))):
        return LongGrace(application_id, first, last)
    given = GraceGiven(application_id, first, last)
    agreed = graces(unit.connection, application_id)
    if any(each.holds(first) and each.holds(last) for each in agreed):
        return given
    values = {"application_id": application_id, "first": first.isoformat(), "last": last.isoformat()}
    unit.connection.execute(insert(_G).values(**values, by_id=actor.id, at=unit.now))
    unit.record(actor.id, "loan:grace", subject(application_id), first=values["first"], last=values["last"])
    _brought_up_to_date(unit, application_id)
    return given


def take_back_grace(
    unit: Unit, actor: Actor, application_id: int, first: date | None = None
) -> GraceEnded | NoGrace | WhichGrace | PayRefusal:
    """延期还款 A203 取消 [12-01]: the days of the stretch that begins on that day count as all others. Without a day it
    is the only stretch; of several none, so that the message sent twice ends no second one."""
    refused = _refused(unit, actor, application_id)
    if refused is not None:
        return refused
    if plan_row(unit.connection, application_id) is None:
        return _no_plan(unit, application_id)
    agreed = graces(unit.connection, application_id)
    if not agreed:
        return NoGrace(application_id)
    meant = [each for each in agreed if first in (None, each.first)]
    if (len(agreed) > 1 and first is None) or not meant:
        return WhichGrace(application_id, tuple(agreed))
    ended = meant[-1]
    begins = (_G.c.application_id == application_id, _G.c.first == ended.first.isoformat())
    number = unit.connection.execute(select(_G.c.id).where(*begins).order_by(_G.c.id.desc()).limit(1)).scalar_one()
    unit.connection.execute(delete(_G).where(_G.c.id == number))
    unit.record(actor.id, "loan:grace:back", subject(application_id), first=ended.first.isoformat())
    _brought_up_to_date(unit, application_id, more_due=True)
    return GraceEnded(application_id, ended, tuple(graces(unit.connection, application_id)))
