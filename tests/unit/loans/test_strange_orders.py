"""What people do in orders that nobody planned: taking back, adding, handing on and correcting one after the other. No
step is left with nobody to act, none goes on without its votes, and nobody decides on what is his own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk, stands_in
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow, rules_with
from sqlalchemy import select, update
from test_deadline_ladder import Round, hours

from core.leads.outcomes import AtWork
from core.leads.service import release_lead
from core.loans import aftercare, choosing, deciding, queries, service, todo
from core.loans.acting_for import left_behind
from core.loans.at_hand import Wish
from core.loans.belonging import give
from core.loans.flows import (
    Approve,
    Case,
    Condition,
    Deadline,
    Decision,
    Handle,
    Mode,
    Repeat,
    Resume,
    Rung,
    Step,
    Who,
)
from core.loans.forms import FieldKind, FormField
from core.loans.models import Disbursement, Task
from core.loans.outcomes import (
    AlreadyVoted,
    CannotAct,
    CannotChoose,
    ChangedSince,
    Decided,
    FilledIn,
    Incomplete,
    LeadInPool,
    NeedsFields,
    NoPost,
    NoSuchTask,
    NotOffered,
    OwnApplication,
    Started,
    TaskOver,
    TooLateToTakeBack,
)
from core.loans.repayment import Method, Rate, Terms
from core.loans.rules import LoanRules
from core.people.models import Person

pytestmark = ON_ONE_DATABASE


def begun(firm: Firm, rules: LoanRules, by: str = "batu", amount: int = 80_000_000, lead: int = 0) -> Desk:
    started = firm.do(service.start, by, lead or firm.add("batu"), None, {"amount": amount, "term": "36"}, rules)
    assert isinstance(started, Started)
    return Desk(firm, rules, started.application_id)


def with_fields(of: Any, *fields: FormField, first: bool = False) -> LoanRules:
    """The rules of a flow whose form has these fields too, `first` of all its sums or last."""
    had = FORM.fields
    return replace(
        rules_with(of), forms=(replace(FORM, fields=(*had[:2], *fields, *had[2:]) if first else (*had, *fields)),)
    )


def paid(firm: Firm) -> list[int]:
    with firm.store.read() as session:
        return [row.amount_fen for row in session.scalars(select(Disbursement).order_by(Disbursement.id))]


def filled(at: Desk, who: str, **values: Any) -> Any:
    """His task done with what he filled in."""
    wish = Wish(Decision.AGREE, values=values)
    return at.firm.do(deciding.decide, who, at.task_of(who), wish, at.rules)


def lines(at: Desk, *said: str) -> None:
    for line in said:
        assert isinstance(at.do(line), Decided), (line, at.said[-1])


@pytest.mark.parametrize("by", ["boss", "batu"])
def test_nobody_corrects_the_payout_of_his_own(firm: Firm, by: str) -> None:
    pay = PAY if by == "boss" else replace(PAY, who=(Who(people=("finance",)),))
    at = begun(firm, rules_with(flow(replace(FIRST, next="pay"), pay)), by=by)
    at.do(f"{by} 提交")
    at.do("approver 同意")
    stands_in(firm, "finance", by)
    task = at.task_of("finance")
    assert isinstance(filled(at, "finance", paid=50_000_000), Decided)
    assert isinstance(firm.do(deciding.fill_in, by, task, "paid", 80_000_000, at.rules), OwnApplication)
    assert paid(firm) == [50_000_000]


def test_who_has_the_post_corrects_what_somebody_paid_out_who_has_left(firm: Firm) -> None:
    other = "wang"
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.id == firm.who(other).id).values(roles="finance"))
    file = Handle("file", "归档", "payout", "won", (Who(people=("finance",)),))
    at = desk(firm, flow(replace(FIRST, next="pay", who=(Who(people=("boss",)),)), replace(PAY, next="file"), file))
    lines(at, "boss 同意")
    task = at.task_of("finance")
    assert isinstance(filled(at, "finance", paid=50_000_000), Decided)
    lines(at, "finance 办理")

    def corrected(who: str) -> object:
        return firm.do(deciding.fill_in, who, task, "paid", 40_000_000, at.rules)

    assert isinstance(corrected(other), TaskOver), "as long as he is there who paid, it is his"
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.id == firm.who("finance").id).values(left_at=firm.store.clock()))
        session.execute(update(Person).where(Person.id == firm.who("boss").id).values(roles="finance"))
    for who in ("approver", "batu", "boss", "lina", "admin", "zhou"):  # boss has voted; the others have no such post
        assert not isinstance(corrected(who), FilledIn), who
    assert paid(firm) == [50_000_000]
    assert isinstance(corrected(other), FilledIn)
    assert paid(firm) == [40_000_000]
    with firm.store.read() as session:
        assert left_behind(session.connection(), at.number) == task


def test_of_what_he_may_not_see_nobody_corrects_the_payout(firm: Firm) -> None:
    """白音 is a manager too, but of another city."""
    pay = replace(PAY, who=(Who(role="manager", department="呼和浩特"),))
    at = desk(firm, flow(replace(FIRST, next="pay"), pay))
    lines(at, "approver 同意")
    task = at.task_of("boss")
    assert isinstance(filled(at, "boss", paid=50_000_000), Decided)
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.id == firm.who("boss").id).values(left_at=firm.store.clock()))
    assert isinstance(firm.do(deciding.fill_in, "bai", task, "paid", 40_000_000, at.rules), NoSuchTask)
    assert isinstance(firm.do(deciding.fill_in, "lina", task, "paid", 40_000_000, at.rules), FilledIn)


def late_signer(firm: Firm, clock: Clock, verb: str) -> Desk:
    """或签 of 王强 and 李娜: 王强 added 张三, who was late, and 李娜 is above him."""
    deadline = Deadline(hours(8), (Step(Rung.REASSIGN, hours(1)),))
    node = replace(SECOND, mode=Mode.ANY, who=(Who(people=("wang", "lina")),), deadline=deadline)
    at = desk(firm, flow(FIRST, node, PAY))
    lines(at, "approver 同意", f"wang {verb} zhang")
    with firm.store.database.write() as session:
        hers = (Task.application_id == at.number, Task.person_id == firm.who("lina").id)
        session.execute(update(Task).where(*hers).values(next_at=None))
    Round(at, clock).sweep("11-26 18:00")
    return at


def test_who_signs_after_is_not_dropped_by_going_up(firm: Firm, clock: Clock) -> None:
    at = late_signer(firm, clock, "后加签")
    at.do("lina 驳回")
    assert at.stands == "ended refused"


def test_who_signs_before_is_not_dropped_by_going_up(firm: Firm, clock: Clock) -> None:
    at = late_signer(firm, clock, "前加签")
    assert isinstance(at.do("wang 减签"), Decided)
    assert "wang" in at.stands


@pytest.mark.parametrize(
    "said",
    [
        ("lina 后加签 zhou", "lina 取回", "lina 同意"),
        ("lina 同意", "zhang 前加签 zhou", "lina 取回", "lina 同意"),
        ("lina 同意", "zhang 委派 zhou", "lina 取回", "lina 同意"),
    ],
)
def test_in_turn_who_was_added_has_his_turn_again(firm: Firm, said: tuple[str, ...]) -> None:
    at = desk(firm, by_mode(Mode.SEQUENCE))
    lines(at, "approver 同意", *said)
    assert at.stands == "second: zhou"


@pytest.mark.parametrize("verb", ["前加签", "委派"])
def test_an_answer_that_was_used_is_not_taken_back(firm: Firm, verb: str) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    lines(at, "approver 同意", f"lina {verb} zhou", "zhou 同意", "lina 同意")
    assert isinstance(at.do("zhou 取回"), TooLateToTakeBack)
    assert at.stands == "pay: finance"


def test_who_had_asked_somebody_waits_again_when_another_takes_back(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    lines(at, "approver 同意", "lina 前加签 zhou", "zhang 同意", "zhang 取回")
    assert at.stands == "second: wang zhang zhou"


def test_who_is_asked_what_he_thinks_returns_nothing(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    lines(at, "approver 同意", "lina 委派 zhou")
    assert isinstance(at.do("zhou 退回 start"), NotOffered)


def test_signing_after_is_bound_to_what_was_shown(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    wish = Wish(Decision.SIGN_AFTER, shown="0" * 16, to_ids=(firm.who("zhou").id,))
    assert isinstance(firm.do(deciding.decide, "lina", at.task_of("lina"), wish, at.rules), ChangedSince)


def test_dropping_a_signer_completes_no_vote_on_what_is_ones_own(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, replace(SECOND, mode=Mode.ANY), PAY))
    lines(at, "approver 同意", "lina 后加签 zhou")
    firm.work(lambda unit: give(unit, at.number, firm.who("lina").id, at.rules))
    assert isinstance(at.do("lina 减签"), OwnApplication)


def test_who_counted_without_being_asked_has_no_second_vote(firm: Firm) -> None:
    second = replace(SECOND, mode=Mode.ALL, who=(Who(people=("lina", "zhang")),), repeat=Repeat.ONCE)
    at = desk(firm, flow(replace(FIRST, who=(Who(people=("lina",)),)), second, PAY))
    at.do("lina 同意")
    refused = at.do("zhang 转交 lina")
    assert isinstance(refused, CannotAct | AlreadyVoted)
    assert at.stands == "second: zhang"


def by_choice(firm: Firm) -> Desk:
    at = begun(firm, rules_with(flow(FIRST, replace(SECOND, money=True, who=(Who(chosen=True),)), PAY)))
    firm.do(choosing.choose, "batu", at.number, "second", (firm.who("boss").id,), at.rules)
    at.do("batu 提交")
    at.do("approver 同意")
    return at


def test_who_handed_it_in_before_is_not_chosen(firm: Firm) -> None:
    """The flow would bar him, and the node fall to the administrators."""
    at = begun(firm, rules_with(flow(FIRST, replace(SECOND, money=True, who=(Who(chosen=True),)), PAY)))
    firm.do(choosing.choose, "batu", at.number, "second", (firm.who("lina").id,), at.rules)
    for line in ("boss 提交", "approver 退回 start"):
        at.do(line)
    refused = firm.do(choosing.choose, "batu", at.number, "second", (firm.who("boss").id,), at.rules)
    assert isinstance(refused, CannotChoose)
    assert refused.why == "submitter"


def test_an_officer_decides_on_no_money_however_he_came_to_it(firm: Firm) -> None:
    at = by_choice(firm)
    assert isinstance(at.do("boss 转交 zhou"), CannotAct)
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.id == firm.who("boss").id).values(roles="officer"))
    refused = at.do("boss 同意")
    assert isinstance(refused, NoPost)
    assert "approver" in refused.roles


def test_nor_whom_a_field_names(firm: Firm) -> None:
    of = flow(FIRST, replace(SECOND, money=True, who=(Who(field="who"),)), PAY)
    at = begun(firm, with_fields(of, FormField("who", "审批人", FieldKind.PERSON)))
    firm.do(service.fill, "batu", at.number, "who", firm.who("zhou").id, at.rules)
    at.do("batu 提交")
    at.do("approver 同意")
    assert isinstance(at.do("zhou 同意"), NoPost)


def test_less_may_be_granted_than_was_applied_for_and_never_more(firm: Firm) -> None:
    sign = Handle("sign", "签约", "second", "pay", (Who(submitter=True),), editable=("amount",))
    at = desk(firm, flow(replace(FIRST, money=True, next="sign"), sign, PAY), amount_fen=10_000_000)
    at.do("approver 同意")
    assert isinstance(filled(at, "batu", amount=500_000_000), NeedsFields)
    assert isinstance(filled(at, "batu", amount=9_000_000), Decided)
    assert at.row.amount_fen == 9_000_000


def test_nor_by_changing_it_before_voting(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, replace(SECOND, mode=Mode.ALL, editable=("amount",)), PAY))
    lines(at, "approver 同意", "lina 同意")
    came = firm.do(deciding.fill_in, "zhang", at.task_of("zhang"), "amount", 500_000_000, at.rules)
    assert isinstance(came, NeedsFields)


def test_two_payouts_are_no_more_than_was_agreed_to(firm: Firm) -> None:
    pays = (replace(PAY, next="pay2"), replace(PAY, key="pay2", name="二次放款", editable=("paid2",)))
    at = begun(firm, with_fields(flow(replace(FIRST, next="pay"), *pays), FormField("paid2", "再放", FieldKind.MONEY)))
    at.do("batu 提交")
    at.do("approver 同意")
    assert isinstance(filled(at, "finance", paid=30_000_000), Decided)
    assert isinstance(filled(at, "finance", paid2=80_000_000), NeedsFields)
    assert isinstance(filled(at, "finance", paid2=50_000_000), Decided)
    assert paid(firm) == [30_000_000, 50_000_000]


def test_a_correction_by_nothing_leaves_the_payout(firm: Firm) -> None:
    at = desk(firm, flow(replace(FIRST, next="pay"), PAY))
    at.do("approver 同意")
    task = at.task_of("finance")
    filled(at, "finance", paid=50_000_000)
    assert isinstance(firm.do(deciding.fill_in, "finance", task, "paid", None, at.rules), FilledIn)
    assert paid(firm) == [50_000_000]


def test_what_is_hidden_everywhere_nobody_sees_beside_the_officer(firm: Firm) -> None:
    secret = ("secret",)
    second = replace(SECOND, who=(Who(people=("finance",)),), hidden=secret)
    pay = replace(PAY, hidden=secret, who=(Who(people=("finance",)),))
    of = flow(replace(FIRST, hidden=secret), second, pay)
    at = begun(firm, with_fields(of, FormField("secret", "返佣", FieldKind.TEXT)))
    firm.do(service.fill, "batu", at.number, "secret", "返点", at.rules)
    at.do("batu 提交")
    at.do("approver 抄送 zhou")

    def sees(who: str) -> bool:
        with firm.store.read() as session:
            looks = (session, firm.store.vault, firm.who(who), at.number)
            found = queries.application(*looks, at.rules.tagging, firm.store.clock())
        assert found is not None
        return "secret" in found.values

    assert [sees(who) for who in ("approver", "finance", "zhou", "batu")] == [False, False, False, True]


def test_what_must_be_filled_in_on_a_condition_can_be(firm: Firm) -> None:
    of = flow(replace(FIRST, editable=("extra",), must=("extra",), next="pay"), PAY)
    extra = FormField("extra", "补充", FieldKind.TEXT, shown_when="term > 12")
    at = begun(firm, with_fields(of, extra))
    at.do("batu 提交")
    with firm.store.read() as session:
        looks = (session, firm.store.vault, firm.who("approver"), at.task_of("approver"))
        found = todo.task(*looks, at.rules.tagging, firm.store.clock())
    assert found is not None
    assert [field.key for field in found.fillable] == ["extra"]


def test_after_a_return_with_another_amount_the_new_way_s_people_are_asked_for(firm: Firm) -> None:
    tier = Condition("tier", "额度", "first", (Case("big", "amount >= 50万"), Case("second")))
    big = Approve("big", "大额", "first", "second", "lost", (Who(chosen=True),))
    second = replace(SECOND, resume=Resume.THERE, who=(Who(people=("zhang",)),))
    at = begun(firm, rules_with(flow(replace(FIRST, next="tier"), tier, big, second, PAY)), amount=20_000_000)
    lines_: tuple[str, ...] = ("approver 同意", "zhang 退回 start")
    at.do("batu 提交")
    lines(at, *lines_)
    firm.do(service.fill, "batu", at.number, "amount", 80_000_000, at.rules)
    assert isinstance(at.do("batu 提交"), Incomplete)


def by(at: Desk, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
    return at.firm.do(lambda unit, actor: verb(unit, actor, at.number, *args, **more), "batu")


def terms(fen: int) -> Terms:
    return Terms(fen, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.12")), 12, date(2026, 12, 24))


def lent(firm: Firm, lead: int) -> Desk:
    at = begun(firm, rules_with(by_mode(Mode.ANY)), lead=lead, amount=12_000_000)
    at.do("batu 提交")
    lines(at, "approver 同意", "lina 同意", "finance 办理")
    return at


def test_a_settled_loan_settles_no_second_one(firm: Firm) -> None:
    lead = firm.add("batu")
    first = lent(firm, lead)
    by(first, aftercare.set_plan, terms(12_000_000))
    by(first, aftercare.pay_back, 12_000_000, settles=True)
    assert firm.lead(lead).settled_at is not None
    lent(firm, lead)
    assert firm.lead(lead).settled_at is None
    assert isinstance(firm.do(release_lead, "batu", lead, "x", firm.pools), AtWork)


def test_a_new_plan_of_a_settled_loan_opens_it_again(firm: Firm) -> None:
    lead = firm.add("batu")
    at = lent(firm, lead)
    by(at, aftercare.set_plan, terms(10_000_000))
    by(at, aftercare.pay_back, 10_000_000, settles=True)
    by(at, aftercare.set_plan, terms(12_000_000))
    assert firm.lead(lead).settled_at is None


def test_a_draft_of_a_lead_in_a_pool_is_handed_in_by_nobody(firm: Firm) -> None:
    lead = firm.add("batu")
    at = begun(firm, rules_with(by_mode(Mode.ANY)), lead=lead)
    firm.do(release_lead, "batu", lead, "x", firm.pools)
    assert at.do("batu 提交") == LeadInPool(at.number, lead)
    assert firm.lead(lead).live_application is False
