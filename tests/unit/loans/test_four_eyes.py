"""What money hangs on is decided by several people, each once, none of them who handed it in, and each with the post
for it: however they came to have the task."""

from dataclasses import replace
from datetime import timedelta

import pytest
from firm import Firm
from flows_kit import Desk, desk, stands_in
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, by_mode, flow, rules_with
from sqlalchemy import update

from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.belonging import give
from core.loans.flows import Decision, Mode, Who
from core.loans.models import Application
from core.loans.outcomes import (
    AlreadyVoted,
    CannotAct,
    Decided,
    NeedsReason,
    NoPost,
    NotOffered,
    OwnApplication,
    Started,
)
from core.loans.passing_on import pass_on
from core.loans.standing_in import NoStandIn, StandsIn, let_stand_in, principals_of
from core.loans.task_queries import own_vote_left
from core.people.models import Person

pytestmark = ON_ONE_DATABASE
ALL_OF_THREE = replace(SECOND, mode=Mode.ALL)
ONE_OF_THREE = replace(SECOND, money=True, mode=Mode.ANY)


def at_second(firm: Firm, **of: object) -> Desk:
    at = desk(firm, flow(FIRST, replace(ALL_OF_THREE, **of), PAY))  # type: ignore[arg-type]
    at.do("approver 同意")
    return at


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.SEQUENCE, Mode.ANY, Mode.RATIO])
def test_with_nobody_to_decide_it_waits(firm: Firm, mode: Mode) -> None:
    firm.leaves("zhang")
    at = desk(firm, flow(FIRST, replace(SECOND, money=True, mode=mode, who=(Who(people=("zhang",)),)), PAY))
    for one in ("admin", "boss", "lina"):  # nobody is above 巴图 any more
        firm.leaves(one)
    at.do("approver 同意")
    assert at.stands == "second:"


def test_the_only_administrator_s_own_goes_to_who_is_above_him_or_waits(firm: Firm) -> None:
    firm.leaves("zhang")
    at = desk(firm, flow(FIRST, replace(ALL_OF_THREE, money=True, who=(Who(people=("zhang",)),)), PAY), by="lina")
    with firm.store.database.write() as session:
        mine = {"owner_id": firm.who("admin").id}
        session.execute(update(Application).where(Application.id == at.number).values(mine))
    at.do("approver 同意")
    assert at.stands == "second:"


def test_who_has_voted_gets_no_second_vote_by_a_transfer(firm: Firm) -> None:
    at = at_second(firm)
    at.do("lina 同意")
    refused = at.do("zhang 转交 lina")
    assert isinstance(refused, CannotAct)
    assert refused.why == "voted"
    assert at.stands == "second: wang zhang"


def test_who_has_voted_casts_no_second_vote_for_another(firm: Firm) -> None:
    at = at_second(firm)
    for one in ("zhang", "wang"):
        stands_in(firm, one, "lina")
    at.do("lina 同意")
    assert isinstance(at.do("zhang/lina 同意"), AlreadyVoted)
    assert isinstance(at.do("wang/lina 驳回"), AlreadyVoted)
    assert at.stands == "second: wang zhang"
    assert isinstance(at.do("zhang 同意"), Decided)


def test_nor_for_two_others(firm: Firm) -> None:
    at = at_second(firm)
    for one in ("zhang", "wang"):
        stands_in(firm, one, "boss")
    assert isinstance(at.do("zhang/boss 同意"), Decided)
    assert isinstance(at.do("wang/boss 同意"), AlreadyVoted)


def test_what_is_moved_from_a_leaver_goes_to_nobody_who_has_voted(firm: Firm) -> None:
    from core.loans.passing_on import pass_on

    at = at_second(firm)
    at.do("lina 同意")
    task, zhang = at.task_of("zhang"), firm.who("zhang")
    firm.work(lambda unit: pass_on(unit, task, zhang.id, firm.who("lina"), zhang.roles, at.rules))
    assert "lina" not in at.stands


def test_what_is_moved_from_a_leaver_goes_past_a_superior_without_the_post(firm: Firm) -> None:
    from core.loans.passing_on import PassedOn, pass_on

    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    with firm.store.database.write() as session:
        his = Person.wecom_userid == "approver"
        session.execute(update(Person).where(his).values(superior_id=firm.who("zhou").id))
    task, approver = at.task_of("approver"), firm.who("approver")
    came = firm.work(lambda unit: pass_on(unit, task, approver.id, None, approver.roles, at.rules))
    assert isinstance(came, PassedOn)
    assert at.stands == "first: bai", "the manager above him"


def test_who_hands_it_in_for_another_does_not_decide_on_it(firm: Firm) -> None:
    money = replace(ONE_OF_THREE, who=(Who(people=("boss", "lina")),))
    rules = rules_with(flow(FIRST, money, PAY))
    lead = firm.add("batu")
    begun = firm.do(service.start, "boss", lead, None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("boss 提交")
    at.do("approver 同意")
    assert at.stands == "second: lina"


def test_nor_does_who_handed_it_in_in_an_earlier_round(firm: Firm) -> None:
    money = replace(ONE_OF_THREE, who=(Who(people=("boss", "lina")),))
    at = desk(firm, flow(FIRST, money, PAY))
    for line in ("batu 撤回", "boss 提交", "approver 退回 start", "batu 提交"):
        at.do(line)
    at.do("approver 同意")
    assert at.stands == "second: lina"


def manager_hands_in(firm: Firm, *, again: bool) -> Desk:
    """周's application, handed in by 白 for him; he may decide as well."""
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "zhou").values(roles="officer|approver"))
    rules = rules_with(flow(replace(FIRST, money=True, who=(Who(people=("approver",)),)), SECOND, PAY))
    begun = firm.do(service.start, "zhou", firm.add("zhou"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("bai 提交")
    if again:
        at.do("approver 退回 start")
        firm.do(service.fill, "zhou", at.number, "amount", 400_000_000, rules)
        at.do("bai 提交")
    return at


@pytest.mark.parametrize("again", [False, True])
def test_nor_does_whose_it_was_then(firm: Firm, again: bool) -> None:
    at = manager_hands_in(firm, again=again)
    firm.work(lambda unit: give(unit, at.number, firm.who("batu").id, at.rules))
    refused = at.do("approver 转交 zhou")
    assert isinstance(refused, CannotAct)
    assert refused.why == "submitter"


def test_nor_does_who_had_it_meanwhile(firm: Firm) -> None:
    """It came to the manager with its lead, and went on to another officer."""
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    for who in ("boss", "wang"):
        firm.work(lambda unit, who=who: give(unit, at.number, firm.who(who).id, at.rules))
    refused = at.do("approver 转交 boss")
    assert isinstance(refused, CannotAct)
    assert refused.why == "submitter"
    assert isinstance(at.do("approver 同意"), Decided)


def test_nor_does_who_filled_it_in(firm: Firm) -> None:
    rules = rules_with(flow(replace(FIRST, money=True, who=(Who(people=("boss", "approver")),)), SECOND, PAY))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    firm.do(service.fill, "boss", begun.application_id, "amount", 90_000_000, rules)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    assert at.stands == "first: approver"


def test_nor_does_he_after_it_went_to_another_officer(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, ONE_OF_THREE, PAY), by="lina")
    at.do("approver 同意")
    assert at.stands == "second: wang zhang"
    firm.work(lambda unit: give(unit, at.number, firm.who("batu").id, at.rules))
    at.do("zhang 转交 lina")
    assert at.stands == "second: wang zhang"
    stands_in(firm, "wang", "lina")
    assert isinstance(at.do("wang/lina 同意"), OwnApplication)


def test_who_stands_in_takes_nothing_for_good_and_adds_not_himself(firm: Firm) -> None:
    at = at_second(firm)
    stands_in(firm, "zhang", "zhou")
    for verb in ("转交", "前加签", "委派", "后加签"):
        refused = at.do(f"zhang/zhou {verb} zhou")
        assert isinstance(refused, CannotAct), verb
        assert refused.why == "self"


def test_nobody_acts_for_who_has_left(firm: Firm) -> None:
    at = at_second(firm)
    stands_in(firm, "zhang", "zhou", days=20)
    task = at.task_of("zhang")
    firm.leaves("zhang")
    assert firm.work(lambda unit: principals_of(unit.connection, firm.who("zhou").id, unit.now)) == frozenset()
    came = firm.do(deciding.decide, "zhou", task, Wish(Decision.AGREE), at.rules)
    assert not isinstance(came, Decided)


def test_an_officer_decides_on_none_of_his_own(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, SECOND, PAY))
    refused = at.do("approver 转交 batu")
    assert isinstance(refused, CannotAct)
    assert refused.why == "submitter"
    stands_in(firm, "approver", "batu")
    assert isinstance(at.do("approver/batu 同意"), OwnApplication)


def test_who_lost_the_post_decides_no_more(firm: Firm) -> None:
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "approver").values(roles="officer"))
    for verb in ("同意", "驳回", "退回 start", "前加签 boss", "后加签 boss", "委派 boss"):
        assert isinstance(at.do(f"approver {verb}"), NoPost), verb
    assert isinstance(at.do("approver 转交 boss"), Decided), "he can hand it on"
    assert isinstance(at.do("boss 同意"), Decided), "who stands above may decide"


def test_what_money_hangs_on_goes_to_who_has_the_post(firm: Firm) -> None:
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    refused = at.do("approver 转交 zhang")
    assert isinstance(refused, CannotAct)
    assert refused.why == "no_post"
    at.do("approver 同意")
    assert at.stands == "pay: finance"
    assert isinstance(at.do("finance 转交 zhou"), CannotAct)
    stands_in(firm, "finance", "zhou")
    assert isinstance(at.do("finance/zhou 办理"), NoPost)


def test_who_decides_does_not_pay_out(firm: Firm) -> None:
    """Whoever decides elsewhere may decide at a node of another post; what is done there he may not do."""
    at = desk(firm, flow(replace(FIRST, next="pay"), PAY))
    at.do("approver 同意")
    refused = at.do("finance 转交 approver")
    assert isinstance(refused, CannotAct)
    assert refused.why == "no_post"
    stands_in(firm, "finance", "approver")
    assert isinstance(at.do("finance/approver 办理"), NoPost)
    assert at.stands == "pay: finance"


@pytest.mark.parametrize("line", ["转交 zhou", "委派 zhou", "前加签 zhou", "抄送 zhou", "退回 start", "驳回"])
def test_who_stands_in_does_nothing_with_his_own(firm: Firm, line: str) -> None:
    """Not what decides nothing either: he would choose who decides on it."""
    at = desk(firm, flow(FIRST, SECOND, PAY))
    stands_in(firm, "approver", "batu")
    assert isinstance(at.do(f"approver/batu {line}"), OwnApplication)
    assert at.stands == "first: approver"


def test_what_is_moved_from_a_leaver_goes_past_a_superior_who_handed_it_in(firm: Firm) -> None:
    from core.loans.passing_on import PassedOn, pass_on

    at = desk(firm, flow(FIRST, SECOND, PAY))
    for line in ("batu 撤回", "boss 提交"):
        at.do(line)
    with firm.store.database.write() as session:
        his = Person.wecom_userid == "approver"
        session.execute(update(Person).where(his).values(superior_id=firm.who("boss").id))
    task, approver = at.task_of("approver"), firm.who("approver")
    came = firm.work(lambda unit: pass_on(unit, task, approver.id, firm.who("batu"), frozenset(), at.rules))
    assert isinstance(came, PassedOn)
    assert at.stands == "first: admin", "neither whose it is, nor who handed it in for him"


@pytest.mark.parametrize(
    ("away", "who", "can"),
    [
        ("finance", "approver", False),
        ("finance", "zhang", False),
        ("approver", "finance", False),
        ("approver", "zhang", True),  # of 风控
        ("zhang", "approver", True),
        ("approver", "batu", False),
        ("bai", "approver", False),
        ("approver", "bai", True),
        ("finance", "admin", True),
        ("batu", "wang", True),
        ("lina", "batu", False),  # of an officer who is a manager too he can do the half alone
    ],
)
def test_who_stands_in_can_do_what_the_post_is_for(firm: Firm, away: str, who: str, can: bool) -> None:
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "zhang").values(roles="risk"))
        session.execute(update(Person).where(Person.wecom_userid == "lina").values(roles="officer|manager"))
    now, to = firm.store.clock(), firm.who(who).id
    came = firm.do(let_stand_in, away, to, now, now + timedelta(days=2))
    if can:
        assert isinstance(came, StandsIn)
    else:
        assert came == NoStandIn(to, "no_post")


def test_who_agrees_and_asks_others_says_why_where_who_agrees_does(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, replace(SECOND, mode=Mode.ANY, reasons=frozenset({Decision.AGREE})), PAY))
    at.do("approver 同意")
    assert at.do("lina 后加签 zhou") == NeedsReason(at.task_of("lina"), Decision.SIGN_AFTER)
    assert at.stands == "second: lina wang zhang"
    wish = Wish(Decision.SIGN_AFTER, reason="收入要再核", to_ids=(firm.who("zhou").id,))
    assert isinstance(firm.do(deciding.decide, "lina", at.task_of("lina"), wish, at.rules), Decided)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("asks", "away", "acts"),
    [
        ("{0} 后加签 zhou", "zhou", "zhou/{0} 同意"),
        ("{0} 后加签 zhou", "zhou", "zhou/{0} 驳回"),
        ("{0} 前加签 zhou; zhou 同意", "{0}", "{0}/zhou 同意"),
        ("{0} 前加签 zhou; zhou 同意", "{0}", "{0}/zhou 后加签 boss"),
    ],
)
def test_who_votes_does_not_sign_to_it_for_another_nor_the_other_way_round(
    firm: Firm, mode: Mode, asks: str, away: str, acts: str
) -> None:
    at = desk(firm, by_mode(mode))
    at.do("approver 同意")
    for line in asks.format("lina").split("; "):
        assert isinstance(at.do(line), Decided), line
    principal, stand_in = away.format("lina"), acts.format("lina").partition("/")[2].split()[0]
    stands_in(firm, principal, stand_in)
    assert isinstance(at.do(acts.format("lina")), AlreadyVoted)
    assert at.stands.startswith("second: ")
    assert isinstance(at.do(f"{principal} 同意"), Decided), "he can himself"


def test_who_votes_for_a_signer_loses_his_own(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    at.do("lina 前加签 zhou")
    stands_in(firm, "zhou", "wang")
    with firm.store.read() as session:
        own = own_vote_left(session.connection(), at.task_of("zhou"), firm.who("wang").id)
    assert own == at.task_of("wang")
    assert isinstance(at.do("zhou/wang 同意"), Decided)
    assert isinstance(at.do("wang 同意"), AlreadyVoted)
    assert isinstance(at.do("wang 转交 boss"), Decided)


@pytest.mark.parametrize("line", ["approver 后加签 boss|boss 同意", "approver 前加签 boss|boss 驳回"])
def test_who_has_become_an_officer_signs_nothing_that_money_hangs_on(firm: Firm, line: str) -> None:
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    asks, signs = line.split("|")
    assert isinstance(at.do(asks), Decided)
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "boss").values(roles="officer"))
    assert isinstance(at.do(signs), NoPost)
    assert at.stands == "first: boss"


@pytest.mark.parametrize("who", ["approver", "approver/wang"])
def test_who_has_no_post_for_money_drops_no_signer_to_complete_the_vote(firm: Firm, who: str) -> None:
    """He lost it since, or it is an officer who stands in for him."""
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    assert isinstance(at.do("approver 后加签 boss"), Decided)
    if who == "approver":
        with firm.store.database.write() as session:
            session.execute(update(Person).where(Person.wecom_userid == "approver").values(roles="officer"))
    else:
        stands_in(firm, "approver", "wang")
    assert isinstance(at.do(f"{who} 减签"), NoPost)
    assert at.stands == "first: boss"


def test_a_signer_drops_not_himself_for_who_asked_him(firm: Firm) -> None:
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    at.do("approver 后加签 boss")
    stands_in(firm, "approver", "boss")
    assert isinstance(at.do("approver/boss 减签"), NotOffered)
    assert at.stands == "first: boss"
    assert isinstance(at.do("approver 减签"), Decided)
    assert at.stands == "pay: finance"


def test_nor_does_an_officer_who_gets_it_from_a_leaver(firm: Firm) -> None:
    with firm.store.database.write() as session:
        above = update(Person).where(Person.wecom_userid == "boss").values(superior_id=firm.who("zhou").id)
        session.execute(above)
    at = desk(firm, flow(replace(FIRST, money=True, next="pay"), PAY))
    at.do("approver 后加签 boss")
    task, boss = at.task_of("boss"), firm.who("boss")
    firm.work(lambda unit: pass_on(unit, task, boss.id, None, boss.roles, at.rules))
    assert at.stands == "first: bai"


def test_where_nobody_is_found_it_goes_to_no_administrator_who_handed_it_in(firm: Firm) -> None:
    """Also where no money hangs on it: he could not decide it."""
    firm.leaves("zhang")
    rules = rules_with(flow(replace(FIRST, who=(Who(people=("zhang",)),)), SECOND, PAY))
    for by, has in (("batu", "admin"), ("admin", "lina")):
        begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
        assert isinstance(begun, Started)
        at = Desk(firm, rules, begun.application_id)
        at.do(f"{by} 提交")
        assert at.stands == f"first: {has}", "whom the flow names has left, and 李娜 is above 巴图"
