"""取回 after another one has ended the step: what he decided stands, and the application is never left with nobody."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, flow
from sqlalchemy import select, update

from core.calendar import Length, Unit
from core.loans import deciding
from core.loans.at_hand import Wish
from core.loans.belonging import give
from core.loans.flows import Deadline, Decision, Handle, Mode, Rung, Step, Who
from core.loans.ladder import climb
from core.loans.models import Task
from core.loans.outcomes import Decided, NotOffered, TooLateToTakeBack, Withdrawn
from core.people.models import Person

pytestmark = ON_ONE_DATABASE
FIX = Handle("fix", "补件", "second", "pay", (Who(submitter=True),))


def lines(at: Desk, *said: str) -> None:
    for line in said:
        assert isinstance(at.do(line), Decided), (line, at.said[-1])


def too_late(at: Desk, line: str, by: str, here: Decision = Decision.RETURN) -> None:
    stood = at.stands
    came = at.do(line)
    assert isinstance(came, TooLateToTakeBack), came
    assert came.by_id == at.firm.who(by).id
    assert came.here is here
    assert at.stands == stood


@pytest.mark.parametrize(
    ("line", "by", "back"), [("lina 退回 start", "lina", "returned"), ("batu 撤回", "batu", "withdrawn")]
)
def test_what_its_submitter_has_again_is_not_taken_back(firm: Firm, line: str, by: str, back: str) -> None:
    at = desk(firm, replace(by_mode(Mode.ANY), withdraw_until="pay"))
    lines(at, "approver 同意")
    at.do(line)
    came = at.do("approver 取回")
    assert came == TooLateToTakeBack(at.number, firm.who(by).id, back=back)  # type: ignore[arg-type]


def test_what_ends_with_a_withdrawal_is_told(firm: Firm) -> None:
    """Who had it, and whether anybody had agreed."""
    at = desk(firm, replace(flow(replace(FIRST, next="fix"), FIX, PAY), withdraw_until="pay"))
    assert at.do("batu 撤回") == Withdrawn(at.number, asked=True, void=False)
    at.do("batu 提交")
    lines(at, "approver 同意")
    assert at.do("batu 撤回") == Withdrawn(at.number, asked=False, void=True)
    at.do("batu 提交")
    assert at.do("batu 撤回") == Withdrawn(at.number, asked=True, void=False), "of the round before it counts no more"


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.RATIO, Mode.SEQUENCE])
def test_what_a_colleague_returned_stays_so(firm: Firm, mode: Mode) -> None:
    at = desk(firm, by_mode(mode, ratio=100))
    lines(at, "approver 同意", "lina 同意")
    returner = at.stands.removeprefix("second: ").split()[0]
    lines(at, f"{returner} 退回 first")
    too_late(at, "lina 取回", by=returner)
    assert at.stands == "first: approver"


@pytest.mark.parametrize("asks", ["前加签", "后加签"])
def test_a_vote_that_was_refused_by_who_was_asked_stays_so(firm: Firm, asks: str) -> None:
    """Of 比例 the others go on, and nothing hangs any more on who asked him, or was asked beside him."""
    at = desk(firm, by_mode(Mode.RATIO, ratio=60))
    lines(at, "approver 同意", f"lina {asks} boss,bai", "bai 同意", "boss 驳回")
    assert at.stands == "second: wang zhang"
    too_late(at, "bai 取回", "boss", Decision.REFUSE)
    if asks == "后加签":
        too_late(at, "lina 取回", "boss", Decision.REFUSE)


def test_what_is_open_again_of_a_leaver_is_another_ones(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.RATIO, ratio=60))
    lines(at, "approver 同意", "lina 同意", "wang 同意")
    with firm.store.database.write() as session:
        gone = update(Person).where(Person.wecom_userid == "zhang").values(left_at=firm.store.clock())
        session.execute(gone)
    lines(at, "lina 取回")
    assert "zhang" not in at.stands
    assert len(at.stands.removeprefix("second: ").split()) == 2


@pytest.mark.parametrize("asks", ["前加签", "委派"])
@pytest.mark.parametrize("says", ["同意", "驳回"])
def test_who_was_put_off_is_not_brought_to_his_turn_by_dropping_whom_he_asked(firm: Firm, asks: str, says: str) -> None:
    at = desk(firm, by_mode(Mode.SEQUENCE))
    lines(at, "approver 同意", "lina 同意", f"zhang {asks} boss", "lina 取回")
    assert at.stands == "second: lina"
    at.do("zhang 减签 boss")
    assert at.stands == "second: lina"
    assert not isinstance(at.do(f"zhang {says}"), Decided)
    lines(at, "lina 同意")
    assert at.stands == "second: zhang"


@pytest.mark.parametrize("mode", [Mode.ANY, Mode.ALL])
def test_who_signed_before_one_who_handed_it_on_takes_nothing_back_that_was_used(firm: Firm, mode: Mode) -> None:
    at = desk(firm, by_mode(mode))
    lines(at, "approver 同意", "lina 前加签 boss", "boss 同意", "lina 转交 bai", "bai 同意")
    came = at.do("boss 取回")
    assert isinstance(came, TooLateToTakeBack)
    assert came.by_id == firm.who("bai").id


@pytest.mark.parametrize(("verb", "to"), [("委派", "zhou"), ("前加签", "approver")])
@pytest.mark.parametrize("mode", [Mode.RATIO, Mode.ANY])
def test_what_nothing_hung_on_is_not_taken_back(firm: Firm, verb: str, to: str, mode: Mode) -> None:
    """The others passed the step: opened again it would wait for whom nobody needs, and whose refusal passes it."""
    who = (Who(people=("lina", "boss", "bai")),)
    at = desk(firm, flow(replace(SECOND, mode=mode, ratio=60, who=who, money=True), PAY))
    lines(at, f"boss {verb} {to}", f"{to} 同意", "lina 同意", *(["bai 同意"] if mode is Mode.RATIO else []))
    assert at.stands == "pay: finance"
    came = at.do(f"{to} 取回")
    assert isinstance(came, TooLateToTakeBack)
    assert came.by_id == firm.who("lina" if mode is Mode.ANY else "bai").id
    assert at.stands == "pay: finance"


def test_nor_an_opinion_on_what_another_one_has_done(firm: Firm) -> None:
    node = Handle("second", "办理", "second", "pay", (Who(people=("lina", "zhang")),))
    at = desk(firm, flow(replace(FIRST, next="second"), node, PAY))
    lines(at, "approver 同意", "lina 委派 boss", "boss 同意", "zhang 办理")
    assert isinstance(at.do("boss 取回"), TooLateToTakeBack)
    assert at.stands == "pay: finance"


def test_one_of_two_who_were_asked_first_does_not_put_off_the_other(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.SEQUENCE))
    lines(at, "approver 同意", "lina 前加签 boss,bai", "boss 同意", "boss 取回")
    assert at.stands == "second: bai boss"
    lines(at, "bai 同意", "boss 同意")
    assert at.stands == "second: lina"


def test_nor_a_vote_without_which_it_was_passed(firm: Firm) -> None:
    who = (Who(people=("lina", "boss", "bai")),)
    at = desk(firm, flow(replace(SECOND, mode=Mode.ANY, who=who, money=True), PAY))
    lines(at, "boss 后加签 approver", "lina 同意")
    assert isinstance(at.do("boss 取回"), TooLateToTakeBack)
    assert at.stands == "pay: finance"
    lines(at, "lina 取回")
    assert at.stands == "second: approver bai lina"


def test_a_vote_is_taken_back_though_one_whose_signer_was_asked_no_more_would_count(firm: Firm) -> None:
    """He is asked again."""
    at = desk(firm, by_mode(Mode.RATIO, ratio=60))
    lines(at, "approver 同意", "lina 后加签 boss", "zhang 同意", "wang 同意", "zhang 取回")
    assert at.stands == "second: boss zhang"


@pytest.mark.parametrize("leaves", [True, False])
def test_the_officers_task_that_is_open_again_is_the_officers_of_now(firm: Firm, leaves: bool) -> None:
    sign = replace(FIX, key="sign", who=(Who(submitter=True), Who(people=("boss",))))
    at = desk(firm, flow(replace(FIRST, next="sign"), sign, PAY))
    lines(at, "approver 同意", "boss 办理")
    firm.work(lambda unit: give(unit, at.number, firm.who("zhou").id, at.rules))
    firm.store.clock.go(minutes=1)  # type: ignore[attr-defined]
    if leaves:
        firm.leaves("batu")
    lines(at, "boss 取回")
    assert at.stands == "sign: boss zhou"


def test_what_he_did_as_the_new_officers_colleague_he_takes_back(firm: Firm) -> None:
    """She had given the application away before, and was asked to do it since."""
    at = desk(firm, flow(replace(FIRST, next="sign"), replace(FIX, key="sign"), PAY), by="lina")
    firm.work(lambda unit: give(unit, at.number, firm.who("batu").id, at.rules))
    firm.store.clock.go(minutes=1)  # type: ignore[attr-defined]
    lines(at, "approver 同意", "batu 转交 lina", "lina 办理", "lina 取回")
    assert at.stands == "sign: lina"


@pytest.mark.parametrize("leaves", [True, False])
def test_what_waits_again_of_one_who_cannot_have_it_is_another_ones(firm: Firm, leaves: bool) -> None:
    """She had asked somebody first: when he has answered it would be her turn, and nobody's."""
    at = desk(firm, by_mode(Mode.RATIO, ratio=60))
    lines(at, "approver 同意", "lina 前加签 boss", "zhang 同意", "wang 同意")
    if leaves:
        firm.leaves("lina")
    else:
        firm.work(lambda unit: give(unit, at.number, firm.who("lina").id, at.rules))
    lines(at, "wang 取回", "boss 同意")
    assert "lina" not in at.stands
    assert len(at.stands.removeprefix("second: ").split()) == 2


def test_what_is_open_again_of_one_whose_own_it_is_by_then_is_another_ones(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.RATIO, ratio=60))
    lines(at, "approver 同意", "lina 同意", "wang 同意")
    firm.work(lambda unit: give(unit, at.number, firm.who("zhang").id, at.rules))
    lines(at, "wang 取回")
    assert "zhang" not in at.stands
    assert len(at.stands.removeprefix("second: ").split()) == 2


@pytest.mark.parametrize("verb", ["前加签", "后加签"])
def test_what_an_added_signer_returned_stays_so(firm: Firm, verb: str) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    lines(at, "approver 同意", "lina 同意", f"zhang {verb} boss", "boss 退回 first")
    too_late(at, "lina 取回", by="boss")


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.RATIO])
def test_a_step_that_was_refused_on_the_way_elsewhere_stays_so(firm: Firm, mode: Mode) -> None:
    at = desk(firm, flow(FIRST, replace(SECOND, mode=mode, ratio=100, refused="fix"), FIX, PAY))
    lines(at, "approver 同意", "lina 同意", "zhang 驳回")
    too_late(at, "lina 取回", by="zhang", here=Decision.REFUSE)
    assert at.stands == "fix: batu"


def test_who_signs_after_takes_his_own_consent_back(firm: Firm) -> None:
    """Who was asked beside does not decide for who asked him: nothing hangs on the other's vote being cast."""
    at = desk(firm, by_mode(Mode.ALL))
    lines(at, "approver 同意", "wang 后加签 zhou", "zhou 同意", "zhou 取回")
    assert at.stands == "second: lina zhang zhou"


def test_what_was_done_in_the_round_before_is_not_taken_back(firm: Firm) -> None:
    at = desk(firm, flow(replace(FIX, who=(Who(people=("zhou",)),), next="second"), SECOND, PAY, withdraw_until="won"))
    lines(at, "zhou 办理")
    assert isinstance(at.do("batu 撤回"), Withdrawn)
    at.do("batu 提交")
    lines(at, "zhou 办理")
    with at.firm.store.read() as session:
        first = session.scalars(select(Task.id).where(Task.person_id == firm.who("zhou").id).order_by(Task.id)).first()
    assert first is not None
    came = firm.do(deciding.decide, "zhou", first, Wish(Decision.TAKE_BACK), at.rules)
    assert came == TooLateToTakeBack(at.number, None)


def test_what_went_by_itself_is_nobody_s_to_take_back(firm: Firm, clock: Clock) -> None:
    late = Deadline(Length(1, Unit.HOUR, working=True), (Step(Rung.AGREE),))
    at = desk(firm, flow(replace(FIRST, deadline=late), SECOND, PAY))
    clock.go(hours=3)
    firm.work(lambda unit: climb(unit, [at.number], at.rules))
    assert at.stands == "second: lina wang zhang"
    assert isinstance(at.do("approver 取回"), NotOffered)
