"""What can stand as paid out, and what can be filled in at all."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow, rules_with
from sqlalchemy import select, update

from core.leads.models import Lead
from core.loans import deciding, service
from core.loans.aftercare import pay_back, set_plan
from core.loans.at_hand import Wish
from core.loans.belonging import at_work_of
from core.loans.events import LoanSettled, PaidOut, PayoutCorrected
from core.loans.flows import Decision, Who
from core.loans.forms import FieldKind, Form, FormField
from core.loans.loan_now import loan_now, running_of_lead
from core.loans.models import Disbursement
from core.loans.outcomes import Decided, FilledIn, NeedsFields, NoPost, NotOffered, PaidAlready, Started
from core.loans.repaid import RepaymentPlan
from core.loans.repayment import Method, Rate, Terms
from core.loans.rules import LoanRules
from core.loans.run import hold
from core.moments import day_of
from core.people.models import Person
from core.store.audit import AuditRow
from jobs import loan_notices

pytestmark = ON_ONE_DATABASE
DAY = FormField("paid_on", "放款日期", FieldKind.DATE)
FEE = FormField("fee", "手续费", FieldKind.MONEY)


def agreed(firm: Firm, rules: LoanRules) -> Desk:
    """An application for 80万 that the approver agreed to."""
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    at.do("approver 同意")
    return at


def to_pay(firm: Firm) -> Desk:
    """An application for 80万 that finance has, with its sum, its day and a fee to fill in."""
    form: Form = replace(FORM, fields=(*FORM.fields, DAY, FEE))
    of = flow(replace(FIRST, next="pay"), replace(PAY, editable=("paid", "paid_on", "fee")))
    rules = replace(rules_with(of), forms=(form,))
    return agreed(firm, rules)


def pay(at: Desk, **values: object) -> object:
    wish = Wish(Decision.AGREE, values=values)
    return at.firm.do(deciding.decide, "finance", at.task_of("finance"), wish, at.rules)


@pytest.mark.parametrize(("fen", "why"), [(80_000_001, "most"), (50_000_000_000, "most"), (0, "least"), (-5, "least")])
def test_no_more_than_was_agreed_to_is_paid_out(firm: Firm, fen: int, why: str) -> None:
    came = pay(to_pay(firm), paid=fen)
    assert isinstance(came, NeedsFields)
    assert [one.why for one in came.fields] == [why]


@pytest.mark.parametrize(("days", "why"), [(1, "future"), (-1, "past")])
def test_on_a_day_from_its_handing_in_to_today(firm: Firm, days: int, why: str) -> None:
    at = to_pay(firm)
    day = day_of(firm.store.clock()) + timedelta(days=days)
    came = pay(at, paid=80_000_000, paid_on=day.isoformat())
    assert isinstance(came, NeedsFields)
    assert [one.why for one in came.fields] == [why]


def test_of_two_sums_the_first_is_the_payout(firm: Firm) -> None:
    assert isinstance(pay(to_pay(firm), paid=70_000_000, fee=50_000), Decided)
    with firm.store.read() as session:
        assert session.scalars(select(Disbursement.amount_fen)).all() == [70_000_000]


def test_an_opinion_pays_nothing_out(firm: Firm) -> None:
    """Who was asked for it at the node says 同意 as well."""
    at = to_pay(firm)
    assert isinstance(at.do("finance 委派 boss"), Decided)
    assert isinstance(at.do("boss 同意"), Decided)
    assert payouts(firm) == []
    assert isinstance(pay(at, paid=50_000_000), Decided)
    assert [fen for fen, _ in payouts(firm)] == [50_000_000]


def payouts(firm: Firm) -> list[tuple[int, str]]:
    with firm.store.read() as session:
        return [
            (row.amount_fen, row.paid_on) for row in session.scalars(select(Disbursement).order_by(Disbursement.id))
        ]


@pytest.mark.parametrize("first", [None, 30_000_000])
def test_in_all_no_more_is_paid_out_than_was_agreed_to(firm: Firm, first: int | None) -> None:
    """Whatever was not said: at the second node the rest, or nothing, is recorded."""
    pay = replace(PAY, next="pay2", editable=("paid",) if first else ())
    of = flow(replace(FIRST, next="pay"), pay, replace(PAY, key="pay2", name="再放", editable=()))
    at = agreed(firm, rules_with(of))
    wish = Wish(Decision.AGREE, values={"paid": first} if first else None)
    assert isinstance(firm.do(deciding.decide, "finance", at.task_of("finance"), wish, at.rules), Decided)
    assert isinstance(at.do("finance 办理"), Decided)
    assert [fen for fen, _ in payouts(firm)] == ([30_000_000, 50_000_000] if first else [80_000_000])
    assert at.stands == "ended after"


def test_a_node_with_nothing_left_to_pay_can_be_passed(firm: Firm) -> None:
    form: Form = replace(FORM, fields=(*FORM.fields, replace(FEE, key="paid2", label="再放")))
    pay2 = replace(PAY, key="pay2", name="再放", editable=("paid2",), must=("paid2",))
    of = flow(replace(FIRST, next="pay"), replace(PAY, next="pay2"), pay2)
    rules = replace(rules_with(of), forms=(form,))
    at = agreed(firm, rules)
    assert isinstance(pay(at, paid=80_000_000), Decided)
    assert isinstance(at.do("finance 办理"), Decided)
    assert [fen for fen, _ in payouts(firm)] == [80_000_000]


def test_where_nothing_is_left_to_pay_no_sum_is_written_down(firm: Firm) -> None:
    form: Form = replace(FORM, fields=(*FORM.fields, replace(FEE, key="paid2", label="再放")))
    pay2 = replace(PAY, key="pay2", name="再放", editable=("paid2",), must=("paid2",))
    of = flow(replace(FIRST, next="pay"), replace(PAY, next="pay2"), pay2)
    rules = replace(rules_with(of), forms=(form,))
    at = agreed(firm, rules)
    assert isinstance(pay(at, paid=80_000_000), Decided)
    task = at.task_of("finance")
    assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid2", 99_900_000_000, rules), NotOffered)
    assert isinstance(pay(at, paid2=70_000_000), Decided)
    with firm.store.unit(request_id="test") as unit:
        run = hold(unit, at.number, rules, None)
    assert run is not None
    assert run.values.get("paid2") is None
    assert [fen for fen, _ in payouts(firm)] == [80_000_000]


def test_what_a_correction_leaves_is_recorded_where_nothing_was_left(firm: Firm) -> None:
    """All was paid out at the first node, so that nothing was recorded at the second; it was less, in truth."""
    form: Form = replace(FORM, fields=(*FORM.fields, replace(FEE, key="paid2", label="再放"), DAY))
    pay2 = replace(PAY, key="pay2", name="再放", editable=("paid2", "paid_on"))
    of = flow(replace(FIRST, next="pay"), replace(PAY, next="pay2"), pay2)
    rules = replace(rules_with(of), forms=(form,))
    at = agreed(firm, rules)
    first = at.task_of("finance")
    pay(at, paid=80_000_000)
    second = at.task_of("finance")
    assert isinstance(at.do("finance 办理"), Decided)
    assert isinstance(firm.do(deciding.fill_in, "finance", first, "paid", 30_000_000, rules), FilledIn)
    today = day_of(firm.store.clock()).isoformat()
    assert isinstance(firm.do(deciding.fill_in, "finance", second, "paid_on", today, rules), FilledIn)
    assert [fen for fen, _ in payouts(firm)] == [30_000_000], "a day alone is no payout"
    assert isinstance(firm.do(deciding.fill_in, "finance", second, "paid2", 20_000_000, rules), FilledIn)
    assert [fen for fen, _ in payouts(firm)] == [30_000_000, 20_000_000]
    assert isinstance(firm.do(deciding.fill_in, "finance", second, "paid2", 60_000_000, rules), NeedsFields)
    assert isinstance(firm.do(deciding.fill_in, "finance", second, "paid2", 50_000_000, rules), FilledIn)
    assert [fen for fen, _ in payouts(firm)] == [30_000_000, 50_000_000]


def test_a_stale_sum_in_a_field_that_is_not_asked_for_is_not_the_payout(firm: Firm) -> None:
    """It was filled in before what it hangs on changed."""
    paid = next(each for each in FORM.fields if each.key == "paid")
    hidden = replace(paid, shown_when="term > 100")
    form: Form = replace(FORM, fields=tuple(hidden if each is paid else each for each in FORM.fields))
    rules = replace(rules_with(flow(replace(FIRST, next="pay"), PAY)), forms=(form,))
    at = agreed(firm, rules)
    with firm.store.unit(request_id="test") as unit:
        run = hold(unit, at.number, rules, None)
        assert run is not None
        run.keep(run.values | {"paid": 100})
    assert isinstance(pay(at, paid=200), Decided), "what is not asked for is not taken either"
    assert [fen for fen, _ in payouts(firm)] == [80_000_000]


def test_what_was_said_of_the_first_payout_is_not_paid_out_again(firm: Firm) -> None:
    """Where two payouts share their fields, the sum still stands there at the second."""
    of = flow(replace(FIRST, next="pay"), replace(PAY, next="pay2"), replace(PAY, key="pay2", name="再放"))
    at = agreed(firm, rules_with(of))
    assert isinstance(pay(at, paid=80_000_000), Decided)
    assert isinstance(at.do("finance 办理"), Decided)
    assert [fen for fen, _ in payouts(firm)] == [80_000_000]
    assert at.stands == "ended after"


def test_a_correction_changes_what_is_corrected_alone(firm: Firm, clock: Clock) -> None:
    """Also where two payouts share their fields, as in a flow that began before that was refused."""
    form: Form = replace(FORM, fields=(*FORM.fields, DAY))
    both = ("paid", "paid_on")
    pay2 = replace(PAY, key="pay2", name="再放", editable=both)
    of = flow(replace(FIRST, next="pay"), replace(PAY, next="pay2", editable=both), pay2)
    rules = replace(rules_with(of), forms=(form,))
    at = agreed(firm, rules)
    first, day = at.task_of("finance"), day_of(firm.store.clock())
    pay(at, paid=30_000_000, paid_on=day.isoformat())
    clock.go(days=3)
    later = (day + timedelta(days=3)).isoformat()
    pay(at, paid=50_000_000, paid_on=later)
    firm.do(deciding.fill_in, "finance", first, "paid", 29_000_000, rules)
    assert payouts(firm) == [(29_000_000, day.isoformat()), (50_000_000, later)]
    with firm.store.read() as session:
        rows = session.scalars(select(AuditRow.details).where(AuditRow.action == "loan:payout:corrected")).all()
    (told,) = map(json.loads, rows)
    assert (told["was_fen"], told["fen"]) == (30_000_000, 29_000_000)
    assert (told["was_on"], told["on"]) == (day.isoformat(), day.isoformat())


def test_who_lost_the_post_corrects_no_payout(firm: Firm) -> None:
    at = to_pay(firm)
    task, day = at.task_of("finance"), day_of(firm.store.clock()).isoformat()
    assert isinstance(pay(at, paid=50_000_000, paid_on=day), Decided)
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "finance").values(roles="officer"))
    assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid", 80_000_000, at.rules), NoPost)
    assert payouts(firm) == [(50_000_000, day)]


def test_what_is_paid_out_is_not_refused_any_more(firm: Firm) -> None:
    check = replace(SECOND, key="check", name="核对", stage="payout", next="won", who=(Who(people=("lina",)),))
    at = desk(firm, flow(replace(FIRST, next="pay"), replace(PAY, next="check"), check))
    for line in ("approver 同意", "finance 办理"):
        assert isinstance(at.do(line), Decided)
    assert isinstance(at.do("lina 驳回"), PaidAlready)
    assert isinstance(at.do("lina 前加签 boss"), Decided)
    assert isinstance(at.do("boss 驳回"), PaidAlready), "nor by whom he asked"
    assert isinstance(at.do("boss 同意"), Decided)
    assert isinstance(at.do("lina 委派 boss"), Decided)
    assert isinstance(at.do("boss 驳回"), Decided), "an opinion ends nothing"
    assert isinstance(at.do("finance 取回"), NotOffered), "nor is the payout taken back"
    assert at.stands == "check: lina"
    assert isinstance(at.do("lina 同意"), Decided)
    assert at.stands == "ended after"


def test_a_correction_is_held_against_the_plan_of_now(firm: Firm) -> None:
    """It was set anew after the first correction."""
    heard: list[PayoutCorrected] = []
    firm.store.listen(lambda _, event: heard.append(event) if isinstance(event, PayoutCorrected) else None)
    at = to_pay(firm)
    task, day = at.task_of("finance"), day_of(firm.store.clock())
    pay(at, paid=80_000_000, paid_on=day.isoformat())
    rate = Rate(Decimal("0.05"))
    terms = Terms(80_000_000, Method.EQUAL_PRINCIPAL, rate, 12, day + timedelta(days=20))
    for fen in (80_000_000, 50_000_000):
        firm.do(set_plan, "batu", at.number, replace(terms, principal_fen=fen))
        firm.do(deciding.fill_in, "finance", task, "paid", 50_000_000, at.rules)
    firm.do(deciding.fill_in, "finance", task, "paid", 40_000_000, at.rules)
    assert [event.planned_fen for event in heard] == [80_000_000, None, 50_000_000]


def in_two(firm: Firm) -> tuple[Desk, str]:
    """30万 of 80万 is paid out, and its plan paid off before the rest is."""
    form = replace(FORM, fields=(*FORM.fields, FormField("rest", "二次放款", FieldKind.MONEY)))
    one = replace(PAY, next="pay2", must=("paid",))
    two = replace(PAY, key="pay2", name="再放", editable=("rest",), must=("rest",))
    at = agreed(firm, replace(rules_with(flow(replace(FIRST, next="pay"), one, two)), forms=(form,)))
    day = day_of(firm.store.clock())
    pay(at, paid=30_000_000)
    terms = Terms(30_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.05")), 12, day + timedelta(days=20))
    firm.do(set_plan, "batu", at.number, terms)
    firm.do(lambda unit, actor: pay_back(unit, actor, at.number, 30_100_000, settles=True, meant=True), "batu")
    return at, day.isoformat()


def test_a_plan_that_was_paid_off_before_more_was_paid_out_goes_on(firm: Firm) -> None:
    """Else nobody would have to see to the rest."""
    at, _ = in_two(firm)
    lead = at.row.lead_id
    with firm.store.read() as session:
        assert running_of_lead(session.connection(), lead) == []
    assert firm.lead(lead).settled_at is not None
    assert isinstance(pay(at, rest=50_000_000), Decided)
    with firm.store.read() as session:
        assert running_of_lead(session.connection(), lead) == [at.number]
        assert at_work_of(session.connection(), firm.who("batu").id) == [at.number]
        now = loan_now(session.connection(), at.number, firm.store.clock())
    assert firm.lead(lead).settled_at is None
    assert now is not None
    assert now.stands is not None
    assert now.stands.cleared is None


def test_a_plan_for_all_of_it_that_was_paid_off_ahead_stays_so(firm: Firm) -> None:
    """All was paid back before the last of it was paid out: a payout says that the lead is not settled, and it is."""
    at, day = in_two(firm)
    terms = Terms(
        80_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.05")), 12, date.fromisoformat(day) + timedelta(days=20)
    )
    firm.do(set_plan, "batu", at.number, terms)
    firm.do(lambda unit, actor: pay_back(unit, actor, at.number, 60_000_000, settles=True, meant=True), "batu")
    settled = firm.lead(at.row.lead_id).settled_at
    assert settled is not None
    assert isinstance(pay(at, rest=50_000_000), Decided)
    assert firm.lead(at.row.lead_id).settled_at == settled


def test_the_next_release_takes_up_what_an_earlier_one_took_for_paid_off(firm: Firm) -> None:
    """There a plan ended with the last it says, also where less than was lent."""
    at, _ = in_two(firm)
    ended = firm.store.clock()
    assert isinstance(pay(at, rest=50_000_000), Decided)
    (other, _), lead = in_two(firm), at.row.lead_id
    with firm.store.unit(request_id="upgrade") as unit:
        unit.connection.execute(update(RepaymentPlan).values(ended_at=ended))
        unit.connection.execute(update(Lead).where(Lead.id == lead).values(settled_at=ended))
    with firm.store.unit(request_id="upgrade") as unit:
        for statement in import_module("core.store.migrations.versions.0008_not_paid_off").STATEMENTS:
            unit.connection.execute(statement)
    assert firm.lead(lead).settled_at is None
    assert firm.lead(other.row.lead_id).settled_at is not None, "of this one all that was lent was paid back"
    with firm.store.read() as session:
        assert running_of_lead(session.connection(), lead) == [at.number]
        assert running_of_lead(session.connection(), other.row.lead_id) == []


def test_the_officer_hears_of_more_than_his_plan_was_made_for(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    at, _ = in_two(firm)
    said: list[tuple[int, str]] = []
    monkeypatch.setattr(loan_notices, "say", lambda _unit, _kind, person, text: said.append((person, text)))
    firm.store.listen(lambda unit, event: loan_notices.paid_out(unit, event) if isinstance(event, PaidOut) else None)
    pay(at, rest=50_000_000)
    ((to, text),) = said
    assert to == firm.who("batu").id
    assert text.startswith(f"A{at.number} 又放款 50万。还款计划还是按 30万 定的，请照放款的总额重新定，发：还款计划 A")


def test_a_corrected_day_leaves_what_is_paid_off(firm: Firm, clock: Clock) -> None:
    at = to_pay(firm)
    task, day = at.task_of("finance"), day_of(firm.store.clock())
    clock.go(days=2)
    pay(at, paid=30_000_000, paid_on=day.isoformat())
    terms = Terms(30_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.05")), 12, day + timedelta(days=20))
    firm.do(set_plan, "batu", at.number, terms)
    firm.do(lambda unit, actor: pay_back(unit, actor, at.number, 30_100_000, settles=True, meant=True), "batu")
    later = (day + timedelta(days=1)).isoformat()
    assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid_on", later, at.rules), FilledIn)
    with firm.store.read() as session:
        assert running_of_lead(session.connection(), at.row.lead_id) == []
    assert firm.lead(at.row.lead_id).settled_at is not None


def test_so_does_one_of_which_more_turns_out_to_be_paid_out(firm: Firm) -> None:
    at = to_pay(firm)
    task, day = at.task_of("finance"), day_of(firm.store.clock())
    pay(at, paid=30_000_000, paid_on=day.isoformat())
    terms = Terms(30_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.05")), 12, day + timedelta(days=20))
    firm.do(set_plan, "batu", at.number, terms)
    heard: list[LoanSettled] = []
    firm.store.listen(lambda _, event: heard.append(event) if isinstance(event, LoanSettled) else None)
    firm.do(lambda unit, actor: pay_back(unit, actor, at.number, 30_000_000, settles=True, meant=True), "batu")
    for fen, running, told in ((29_000_000, False, 1), (31_000_000, True, 1), (30_000_000, False, 2)):
        assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid", fen, at.rules), FilledIn)
        with firm.store.read() as session:
            assert running_of_lead(session.connection(), at.row.lead_id) == ([at.number] if running else [])
        assert (firm.lead(at.row.lead_id).settled_at is None) == running
        assert len(heard) == told, "a slip that is mended leaves it paid off"


def test_it_was_paid_out_before_the_first_instalment(firm: Firm) -> None:
    """Whether anything was paid back yet or not."""
    at = to_pay(firm)
    task, day = at.task_of("finance"), day_of(firm.store.clock())
    pay(at, paid=80_000_000, paid_on=day.isoformat())
    rate = Rate(Decimal("0.05"))
    terms = Terms(80_000_000, Method.EQUAL_PRINCIPAL, rate, 12, day + timedelta(days=20))
    firm.do(set_plan, "batu", at.number, terms)
    firm.store.clock.go(days=40)  # type: ignore[attr-defined]
    for days, came in ((21, NeedsFields), (20, FilledIn)):
        on = (day + timedelta(days=days)).isoformat()
        assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid_on", on, at.rules), came), days
