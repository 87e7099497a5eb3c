"""贷后: the plan, repayments, what is late, whom it is told, and when the loan is over."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk
from kit.clock import Clock
from kit.loan_flows import FIRST, FORM, PAY, flow, rules_with
from sqlalchemy import select

from cards.texts.repaying import financing, grace_ended
from core.calendar import CHINA, DeclaredDay, WorkingCalendar
from core.loans import aftercare, deciding, due_reminders, loan_now, service
from core.loans.aftercare_outcomes import (
    BeforePayout,
    FarOff,
    GraceEnded,
    GraceGiven,
    LongGrace,
    NoPlan,
    NotADay,
    NothingPaid,
    NotPaidOut,
    NotYoursToRecord,
    Paid,
    Planned,
    TakenBack,
    TooMuch,
    WhichGrace,
)
from core.loans.arrears import Bucket, Pause
from core.loans.at_hand import Wish
from core.loans.cost import Cost, above
from core.loans.events import LoanSettled, RepaymentDue
from core.loans.financing import cost_now, cost_of, terms_of
from core.loans.flows import Decision, Mode
from core.loans.forms import COST_LINE, FieldKind, FormField
from core.loans.outcomes import Decided, FilledIn, NoSuchApplication
from core.loans.repaid import GracePeriod, RepaymentPlan
from core.loans.repayment import Method, Rate, Terms
from core.moments import day_of
from core.store.unit import Event, Unit

TODAY = date(2026, 11, 24)
CALENDAR = WorkingCalendar()
TERMS = Terms(12_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.12")), 12, date(2026, 12, 24))


@pytest.fixture
def heard(firm: Firm) -> list[Event]:
    events: list[Event] = []
    firm.store.listen(lambda _, event: events.append(event))
    return events


@pytest.fixture
def lent(firm: Firm) -> Desk:
    """巴图's application over 120,000 yuan, paid out today."""
    return paid_out(firm)


def paid_out(firm: Firm) -> Desk:
    at = desk(firm, by_mode(Mode.ANY), 12_000_000)
    for line in ("approver 同意", "lina 同意", "finance 办理"):
        at.do(line)
    assert at.stands == "ended after"
    return at


def do(at: Desk, who: str, verb: Any, *args: Any, **more: Any) -> Any:
    return at.firm.do(lambda unit, actor: verb(unit, actor, at.number, *args, **more), who)


@pytest.mark.parametrize(("day", "why"), [(25, None), (26, None), (27, "until"), (30, "until")])
def test_it_was_not_paid_out_behind_what_was_paid_back(firm: Firm, clock: Clock, day: int, why: str | None) -> None:
    """Else the yearly cost would be reckoned from money that came back before it went out."""
    form = replace(FORM, fields=(*FORM.fields, FormField("paid_on", "放款日期", FieldKind.DATE)))
    of = flow(replace(FIRST, next="pay"), replace(PAY, editable=("paid", "paid_on")))
    lead = firm.add("batu")
    rules = replace(rules_with(of), forms=(form,))
    begun = firm.do(service.start, "batu", lead, None, {"amount": 12_000_000, "term": "12"}, rules)
    at = Desk(firm, rules, begun.application_id)
    for line in ("batu 提交", "approver 同意"):
        at.do(line)
    task = at.task_of("finance")
    paid = {"paid": 12_000_000, "paid_on": TODAY.isoformat()}
    assert isinstance(firm.do(deciding.decide, "finance", task, Wish(Decision.AGREE, values=paid), rules), Decided)
    do(at, "batu", aftercare.set_plan, TERMS)
    at_day(clock, date(2026, 12, 1))
    do(at, "batu", aftercare.pay_back, 100_00, date(2026, 11, 26))
    came = firm.do(deciding.fill_in, "finance", task, "paid_on", f"2026-11-{day}", rules)
    assert [one.why for one in came.fields] == [why] if why else isinstance(came, FilledIn)


def remind(firm: Firm) -> None:
    """As the job does, on a workday."""
    if CALENDAR.is_workday(day_of(firm.store.clock())):
        while firm.work(lambda unit: due_reminders.remind(unit, CALENDAR)):
            pass


def at_day(clock: Clock, day: date, hour: int = 9) -> None:
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def test_before_anything_is_paid_out_there_is_nothing_to_pay_back(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    assert do(at, "batu", aftercare.set_plan, TERMS) == NotPaidOut(at.number)
    assert do(at, "batu", aftercare.pay_back, 100_00) == NotPaidOut(at.number)


def test_a_plan_is_set_and_replaced(lent: Desk) -> None:
    planned = do(lent, "batu", aftercare.set_plan, TERMS)
    assert isinstance(planned, Planned)
    assert planned.stands.next is not None
    assert planned.stands.next.instalment.total_fen == 1_000_000 + 120_000
    do(
        lent,
        "finance",
        aftercare.set_plan,
        Terms(12_000_000, Method.INTEREST_ONLY, Rate(Decimal("0.1")), 6, TERMS.first),
    )
    with lent.firm.store.read() as session:
        plans = session.scalars(select(RepaymentPlan).order_by(RepaymentPlan.id)).all()
        assert [plan.ended_at is None for plan in plans] == [False, True]
        now = loan_now.loan_now(session.connection(), lent.number, lent.firm.store.clock())
    assert now is not None
    assert now.terms is not None
    assert now.terms.months == 6
    assert now.lent_fen == 12_000_000


@pytest.mark.parametrize(("days", "early"), [(-1, True), (0, False)])
def test_nothing_is_due_before_it_was_paid_out(lent: Desk, days: int, early: bool) -> None:
    came = do(lent, "batu", aftercare.set_plan, replace(TERMS, first=TODAY + timedelta(days=days)))
    assert isinstance(came, BeforePayout) == early


def test_who_may_record_it(lent: Desk) -> None:
    def refused(who: str) -> object:
        looks = who in ("approver", "zhang")  # what is or was his to decide he may look at
        return NotYoursToRecord(lent.number) if looks else NoSuchApplication(lent.number)

    for who, may in {
        "batu": True,
        "lina": True,
        "finance": True,
        "zhang": False,
        "bai": False,
        "approver": False,
    }.items():
        came = do(lent, who, aftercare.set_plan, TERMS)
        assert isinstance(came, Planned) if may else came == refused(who), who


def test_repayments_are_spread_over_the_plan_and_taken_back(lent: Desk, clock: Clock) -> None:
    assert do(lent, "batu", aftercare.pay_back, 100) == NoPlan(lent.number)
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, date(2027, 1, 25))
    paid = do(lent, "batu", aftercare.pay_back, 1_120_000, date(2026, 12, 24))
    assert isinstance(paid, Paid)
    assert paid.stands.bucket is Bucket.M1, "the second is a day late"
    assert paid.stands.outstanding_fen == 11_000_000
    assert do(lent, "batu", aftercare.pay_back, 100, date(2027, 1, 26)) == NotADay(
        lent.number, date(2027, 1, 26), "future"
    )
    assert do(lent, "batu", aftercare.pay_back, 100, date(2026, 11, 1)) == NotADay(
        lent.number, date(2026, 11, 1), "before"
    )
    back = do(lent, "batu", aftercare.take_back_repayment)
    assert isinstance(back, TakenBack)
    assert back.stands.bucket is Bucket.M2
    assert do(lent, "batu", aftercare.take_back_repayment) == NothingPaid(lent.number)


@pytest.mark.parametrize("settles", [False, True])
def test_what_can_be_asked_for_is_taken_and_a_fen_more_is_asked_about(lent: Desk, settles: bool) -> None:
    """Of 12,780,000 fen with all interest, 12,120,000 with that of the month that runs, 1,100,000 are paid."""
    do(lent, "batu", aftercare.set_plan, TERMS)
    do(lent, "batu", aftercare.pay_back, 1_100_000)
    rest = 11_020_000
    assert isinstance(do(lent, "batu", aftercare.pay_back, rest + 1, settles=settles), TooMuch)
    paid = do(lent, "batu", aftercare.pay_back, rest, settles=settles)
    assert isinstance(paid, Paid)
    assert (paid.stands.cleared, paid.stands.over_fen) == (TODAY if settles else None, 0)
    assert paid.stands.outstanding_fen == (0 if settles else 660_000), "by the plan it has paid interest ahead"


def test_the_last_instalment_and_a_fen_more(lent: Desk, clock: Clock) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    do(lent, "batu", aftercare.pay_back, 11_769_900, meant=True)
    at_day(clock, TERMS.first + timedelta(days=400))
    assert isinstance(do(lent, "batu", aftercare.pay_back, 1_010_101), TooMuch)
    paid = do(lent, "batu", aftercare.pay_back, 1_010_100)
    assert isinstance(paid, Paid)
    assert paid.stands.cleared == day_of(clock.now)


def test_paid_off_the_lead_is_settled_and_not_if_it_was_a_mistake(lent: Desk, heard: list[Event]) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    paid = do(lent, "batu", aftercare.pay_back, 12_050_000, settles=True)
    assert isinstance(paid, Paid)
    assert paid.stands.cleared == TODAY
    assert lent.firm.lead(lent.row.lead_id).settled_at is not None
    assert [type(event) for event in heard].count(LoanSettled) == 1
    do(lent, "batu", aftercare.take_back_repayment)
    assert lent.firm.lead(lent.row.lead_id).settled_at is None
    remind(lent.firm)


def test_a_new_plan_by_which_it_is_not_paid_off_settles_the_lead_no_more(lent: Desk) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    paid = do(lent, "batu", aftercare.pay_back, 12_780_000, meant=True)
    assert isinstance(paid, Paid)
    assert paid.stands.cleared == TODAY
    assert lent.firm.lead(lent.row.lead_id).settled_at is not None
    planned = do(lent, "batu", aftercare.set_plan, replace(TERMS, rate=Rate(Decimal("0.24"))))
    assert isinstance(planned, Planned)
    assert planned.stands.cleared is None
    assert lent.firm.lead(lent.row.lead_id).settled_at is None


@pytest.mark.parametrize(("days", "asks"), [(199, False), (200, False), (201, True)])
def test_a_first_day_far_off_is_asked_about(lent: Desk, days: int, asks: bool) -> None:
    far = replace(TERMS, first=TODAY + timedelta(days=days))
    came = do(lent, "batu", aftercare.set_plan, far)
    assert came == FarOff(lent.number, far.first) if asks else isinstance(came, Planned)
    assert isinstance(do(lent, "batu", aftercare.set_plan, far, again=True), Planned)


def test_a_lead_is_settled_with_the_last_of_its_loans(lent: Desk, heard: list[Event]) -> None:
    first, lead_id = lent, lent.row.lead_id
    begun = lent.firm.do(service.start, "batu", lead_id, None, {"amount": 12_000_000, "term": "12"}, lent.rules)
    second = Desk(lent.firm, lent.rules, begun.application_id)
    for line in ("batu 提交", "approver 同意", "lina 同意", "finance 办理"):
        second.do(line)
    assert second.stands == "ended after"

    def is_settled() -> bool:
        return lent.firm.lead(lead_id).settled_at is not None

    def settles(at: Desk) -> bool:
        assert isinstance(do(at, "batu", aftercare.pay_back, 12_000_000, settles=True), Paid)
        return is_settled()

    do(first, "batu", aftercare.set_plan, TERMS)
    assert not settles(first), "of the second nobody said yet how it is paid back"
    do(second, "batu", aftercare.set_plan, TERMS)
    assert settles(second)
    for reopened in (first, second):
        assert isinstance(do(reopened, "batu", aftercare.take_back_repayment), TakenBack)
        assert not is_settled()
    assert not settles(first)
    assert settles(second)
    do(first, "batu", aftercare.set_plan, replace(TERMS, rate=Rate(Decimal("0.1"))))
    assert is_settled(), "by the new plan it is paid off as well"
    assert [type(event) for event in heard].count(LoanSettled) == 5


def told(heard: list[Event]) -> list[tuple[date, str]]:
    return [(event.due, event.what) for event in heard if isinstance(event, RepaymentDue)]


def test_the_officer_is_told_before_on_the_day_and_by_each_bucket_once(
    lent: Desk, clock: Clock, heard: list[Event]
) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    due, second = TERMS.first, date(2027, 1, 24)  # what comes next is told of also where the first one is late
    for day in range(-10, 40):
        at_day(clock, due + timedelta(days=day))
        remind(lent.firm)
        remind(lent.firm)
    # the second is due on a Sunday: of that he is told on the Friday, and of M2, of that day too, on the Monday
    assert told(heard) == [(due, "d3"), (due, "d0"), (due, "M1"), (second, "d3"), (second, "d0"), (due, "M2")]
    assert {event.owner_id for event in heard if isinstance(event, RepaymentDue)} == {lent.firm.who("batu").id}


NATIONAL_DAY = {  # 2026: off from Thursday 10-01 to Wednesday 10-07; Saturday 10-10 is worked
    "10-01": ["09-28 d3", "09-30 d0"],
    "10-03": ["09-30 d0"],
    "10-05": ["09-30 d0"],
    "10-07": ["09-30 d0"],
    "10-08": ["09-30 d3", "10-08 d0"],
    "10-10": ["09-30 d3", "10-10 d0"],
    "10-11": ["10-08 d3", "10-10 d0"],
    "10-12": ["10-09 d3", "10-12 d0"],
}
WEEKEND = {
    "11-27": ["11-24 d3", "11-27 d0"],  # a Friday
    "11-28": ["11-25 d3", "11-27 d0"],
    "11-29": ["11-26 d3", "11-27 d0"],
    "11-30": ["11-27 d3", "11-30 d0"],
    "12-01": ["11-27 d3", "12-01 d0"],
    "12-02": ["11-27 d3", "12-02 d0"],
    "12-03": ["11-30 d3", "12-03 d0"],
}


@pytest.mark.parametrize(("due", "when"), [*NATIONAL_DAY.items(), *WEEKEND.items()])
def test_he_is_told_before_days_off_of_what_falls_into_them(
    firm: Firm, clock: Clock, heard: list[Event], due: str, when: list[str]
) -> None:
    """Of what is due in the days off, and of what he would have been told in them; of both at once, once."""
    at_day(clock, date(2026, 9, 21))
    at = paid_out(firm)
    first = date.fromisoformat(f"2026-{due}")
    do(at, "batu", aftercare.set_plan, replace(TERMS, first=first))
    found = []
    for day in (date(2026, 9, 21) + timedelta(days=days) for days in range((first - date(2026, 9, 21)).days + 1)):
        for hour in (9, 15):  # each as from another process: what was told stands in the database alone
            before = len(told(heard))
            at_day(clock, day, hour)
            remind(firm)
            found += [f"{day:%m-%d} {what}" for of, what in told(heard)[before:] if of == first]
    assert found == when


def test_a_day_that_is_declared_off_after_he_was_told_loses_nothing(
    lent: Desk, clock: Clock, heard: list[Event]
) -> None:
    due = date(2026, 12, 24)
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, due - timedelta(days=1))
    remind(lent.firm)
    assert told(heard) == [(due, "d3")]
    snow = WorkingCalendar(special_days=(DeclaredDay(due, works=False, name="暴雪"),))
    lent.firm.work(lambda unit: due_reminders.remind(unit, snow))
    assert told(heard) == [(due, "d3"), (due, "d0")]


def test_what_is_due_in_days_off_that_are_of_grace_is_not_told(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    sunday = date(2026, 12, 27)
    do(lent, "batu", aftercare.set_plan, replace(TERMS, first=sunday))
    do(lent, "batu", aftercare.give_grace, sunday - timedelta(days=1), sunday + timedelta(days=5))
    for days in (3, 2):
        at_day(clock, sunday - timedelta(days=days))
        remind(lent.firm)
    assert told(heard) == [(sunday, "d3")]
    do(lent, "batu", aftercare.take_back_grace)
    remind(lent.firm)
    assert told(heard) == [(sunday, "d3"), (sunday, "d0")]


def test_what_is_open_again_before_days_off_is_told_on_the_same_day(
    lent: Desk, clock: Clock, heard: list[Event]
) -> None:
    sunday = date(2026, 12, 27)
    do(lent, "batu", aftercare.set_plan, replace(TERMS, first=sunday))
    at_day(clock, sunday - timedelta(days=2))
    do(lent, "batu", aftercare.pay_back, 1_120_000)
    remind(lent.firm)
    assert told(heard) == []
    do(lent, "batu", aftercare.take_back_repayment)
    remind(lent.firm)
    assert told(heard) == [(sunday, "d0")]


def test_another_plan_is_told_of_anew(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    sunday = date(2026, 12, 27)
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, sunday - timedelta(days=2))
    do(lent, "batu", aftercare.set_plan, replace(TERMS, first=sunday))
    remind(lent.firm)
    assert told(heard) == [(sunday, "d0")], "and not of the plan that it takes the place of"


def test_after_an_outage_he_is_told_how_it_is_now(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, TERMS.first + timedelta(days=35))
    remind(lent.firm)
    assert told(heard) == [(TERMS.first, "M2")]


def test_days_of_grace_are_not_late_and_nobody_is_told(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    do(lent, "batu", aftercare.give_grace, TERMS.first, TERMS.first + timedelta(days=20))
    at_day(clock, TERMS.first + timedelta(days=10))
    remind(lent.firm)
    assert told(heard) == []
    at_day(clock, TERMS.first + timedelta(days=21))
    remind(lent.firm)
    assert told(heard) == [(TERMS.first, "M1")]


def graces(lent: Desk) -> list[tuple[str, str | None]]:
    with lent.firm.store.read() as session:
        return [(row.first, row.last) for row in session.scalars(select(GracePeriod).order_by(GracePeriod.first))]


FIRST_DAYS = ("2026-12-01", "2026-12-20")


@pytest.mark.parametrize(("days", "written"), [((1, 20), False), ((5, 10), False), ((10, 25), True), ((21, 25), True)])
def test_days_of_grace_are_taken_back_as_they_were_agreed_on(lent: Desk, days: tuple[int, int], written: bool) -> None:
    """Said twice they stand once: else the loan would stay in grace behind a 取消 that says it does not."""
    do(lent, "batu", aftercare.set_plan, TERMS)
    do(lent, "batu", aftercare.give_grace, date(2026, 12, 1), date(2026, 12, 20))
    first, last = (date(2026, 12, day) for day in days)
    assert do(lent, "batu", aftercare.give_grace, first, last) == GraceGiven(lent.number, first, last)
    assert graces(lent) == [FIRST_DAYS, *([(first.isoformat(), last.isoformat())] if written else [])]
    agreed = Pause(date(2026, 12, 1), date(2026, 12, 20))
    if written:
        both = (agreed, Pause(first, last))
        for unclear in (None, date(2026, 12, 2)):
            which = do(lent, "batu", aftercare.take_back_grace, unclear)
            assert which == WhichGrace(lent.number, both), "sent twice it would end both"
    came = do(lent, "batu", aftercare.take_back_grace, first if written else None)
    assert came == (
        GraceEnded(lent.number, Pause(first, last), (agreed,)) if written else GraceEnded(lent.number, agreed, ())
    )
    assert ("12-20 的还算" in grace_ended(came)) == written
    assert graces(lent) == ([FIRST_DAYS] if written else [])


@pytest.mark.parametrize(
    ("first", "days", "asks"),
    [
        (TERMS.first, 366, False),
        (TERMS.first, 367, True),
        (TERMS.first + timedelta(days=335), 5, False),
        (TERMS.first + timedelta(days=336), 5, True),
    ],
)
def test_a_long_grace_or_one_behind_the_last_instalment_is_asked_about(
    lent: Desk, first: date, days: int, asks: bool
) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    last = first + timedelta(days=days)
    came = do(lent, "batu", aftercare.give_grace, first, last)
    assert came == (LongGrace if asks else GraceGiven)(lent.number, first, last)
    assert graces(lent) == ([] if asks else [(first.isoformat(), last.isoformat())])
    assert isinstance(do(lent, "batu", aftercare.give_grace, first, last, again=True), GraceGiven)


def test_what_is_late_while_days_of_grace_run_is_told_behind_them(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    """Late already, it is in a bucket: yet as long as it was agreed to wait, he is to say nothing to the customer."""
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, TERMS.first + timedelta(days=5))
    do(lent, "batu", aftercare.give_grace, day_of(clock.now), day_of(clock.now) + timedelta(days=2))
    remind(lent.firm)
    assert told(heard) == []
    at_day(clock, date(2027, 1, 4))
    remind(lent.firm)
    assert told(heard) == [(TERMS.first, "M1")]


def test_what_came_in_days_of_grace_is_told_of_behind_them(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    third = TERMS.first - timedelta(days=3)
    do(lent, "batu", aftercare.give_grace, third, third)
    at_day(clock, third)
    remind(lent.firm)
    assert told(heard) == []
    at_day(clock, third + timedelta(days=1))
    remind(lent.firm)
    assert told(heard) == [(TERMS.first, "d3")]


def test_a_killed_reminder_is_told_by_the_next(lent: Desk, clock: Clock, heard: list[Event]) -> None:
    do(lent, "batu", aftercare.set_plan, TERMS)
    at_day(clock, TERMS.first)

    def dies(unit: Unit) -> None:
        due_reminders.remind(unit, CALENDAR)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        lent.firm.work(dies)
    assert told(heard) == []
    remind(lent.firm)
    assert told(heard) == [(TERMS.first, "d0")]


def test_what_it_costs_a_year_is_reckoned_from_the_form() -> None:
    values = {"amount": 12_000_000, "term": "12", "yearly_rate": "0.12", "repayment": "等额本金"}
    terms = terms_of(values, TODAY)
    assert terms is not None
    assert terms.first == date(2026, 12, 24)
    plain, dear = cost_of(values, TODAY), cost_of(values | {"service_fee": 900_000}, TODAY)
    assert isinstance(plain, Cost)
    assert isinstance(dear, Cost)
    assert plain.simple == Decimal("0.1200")
    assert not above(plain, COST_LINE)
    assert above(dear, COST_LINE)
    assert financing(dear, COST_LINE)[1] == [], "before all else"
    assert financing(dear, Decimal(2))[0] == [], "the company's own line"
    assert cost_of({"amount": 12_000_000, "term": "12"}, TODAY) is None, "nobody said a rate"
    assert cost_of(values | {"yearly_rate": "4.9"}, TODAY) is None, "no rate of 490 %"


def test_once_it_is_lent_it_costs_what_was_lent_by_its_plan(lent: Desk) -> None:
    """Half of what was applied for was paid out, and dearer than was thought: that is what counts."""
    values = {"amount": 24_000_000, "term": "12", "yearly_rate": "0.12", "service_fee": 600_000}
    at, demanded = (lent.firm.store, lent.number), {"service_fee", "yearly_rate", "paid_amount"}

    def costs() -> Cost:
        with at[0].read() as session:
            assert (
                cost_now(session.connection(), at[1], values | {"service_fee": None}, values, demanded, TODAY) is None
            )
            assert cost_now(session.connection(), at[1], values | {"service_fee": None}, values, (), TODAY) is not None
            found = cost_now(session.connection(), at[1], values, values, demanded, TODAY)
        assert isinstance(found, Cost)
        return found

    assert costs().in_hand_fen == 12_000_000 - 600_000
    do(lent, "batu", aftercare.set_plan, replace(TERMS, rate=Rate(Decimal("0.18"))))
    assert costs().extra_fen == sum(12_000_000 * month // 12 * 15 // 1000 for month in range(1, 13)) + 600_000
