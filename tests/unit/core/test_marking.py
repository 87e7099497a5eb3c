"""等级 and 标签: who may, what goes with what, what rules give, and what a hand wins over."""

from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import func, select

from core.leads.marking import Wanted, set_grade, set_tags, ticked
from core.leads.marking_outcomes import (
    GradeSet,
    NoSuchGrade,
    NoSuchTag,
    OneOfGroup,
    SameGrade,
    Tagged,
    TagNotForYou,
    TooManyTags,
)
from core.leads.models import FallWarning, LeadTag, MarkKind
from core.leads.outcomes import Closed, NoSuchLead, NotAllowed, NotYours
from core.leads.service import log_follow_up, transfer_lead
from core.leads.tagged import mark_history, marks_of
from core.leads.tags import Grade, Mark, Tag, Tagging, TagRule
from core.people.policy import Role

DAY = timedelta(days=1)
TAGGING = Tagging(
    grades=(Grade("A", "重点"), Grade("B", "一般", ("普通",)), Grade("C")),
    tags=(
        Tag("高意向", ("意向高",), group="意向"),
        Tag("中意向", group="意向"),
        Tag("低意向", ("冷",), group="意向"),
        Tag("黑名单", roles=(Role.MANAGER, Role.ADMIN)),
        Tag("大额"),
        Tag("久未跟进"),
    ),
    rules=(
        TagRule("大额客户", "大额", amount_fen=100_000_000),
        TagRule("七天没跟", "久未跟进", idle=7 * DAY),
        TagRule("放凉了", "低意向", idle=15 * DAY),
    ),
)
FREE = Tagging(tags=TAGGING.tags, rules=TAGGING.rules, free=True)


def tag(firm: Firm, userid: str, lead: int, *on: str, off: tuple[str, ...] = (), tagging: Tagging = TAGGING) -> object:
    return firm.do(set_tags, userid, lead, Wanted(on, off), tagging)


def marks(firm: Firm, lead: int, tagging: Tagging = TAGGING) -> list[str]:
    """The tags of now; those of rules with the rule's name."""
    with firm.store.read() as session:
        found = marks_of(session, [lead], tagging, firm.store.clock())[lead]
    return [f"{mark.tag}:{mark.rule}" if mark.rule else mark.tag for mark in found]


def history(firm: Firm, lead: int) -> list[tuple[str, str | None, str | None, str]]:
    with firm.store.read() as session:
        return [(one.kind.value, one.value, one.was, one.who) for one in mark_history(session, lead)]


def test_a_grade_is_set_once_kept_in_the_history_and_audited(firm: Firm) -> None:
    lead = firm.add("batu")
    assert firm.do(set_grade, "batu", lead, "a", TAGGING) == GradeSet(lead, "A", None)
    assert firm.do(set_grade, "batu", lead, "重点", TAGGING) == SameGrade(lead, "A")
    assert firm.do(set_grade, "lina", lead, "普通", TAGGING) == GradeSet(lead, "B", "A")
    assert firm.do(set_grade, "lina", lead, "", TAGGING) == GradeSet(lead, None, "B")
    assert firm.do(set_grade, "batu", lead, "Z", TAGGING) == NoSuchGrade(lead, "Z")
    assert history(firm, lead) == [
        ("grade", None, "B", "李娜"),
        ("grade", "B", "A", "李娜"),
        ("grade", "A", None, "巴图"),
    ]
    assert firm.audited("batu").count(("lead:grade", f"lead:{lead}")) == 1


@pytest.mark.parametrize("userid", ["zhang", "wang", "zhou", "bai", "finance", "approver"])
def test_who_does_not_look_after_the_lead_marks_nothing(firm: Firm, userid: str) -> None:
    lead = firm.add("batu")
    assert isinstance(firm.do(set_grade, userid, lead, "A", TAGGING), NotYours | NotAllowed)
    assert isinstance(tag(firm, userid, lead, "高意向"), NotYours | NotAllowed)
    assert firm.audited(userid).count(("lead:mark:denied", f"lead:{lead}")) == 2
    assert (firm.lead(lead).grade, marks(firm, lead)) == (None, [])


def test_superior_and_administrator_mark_too_and_what_waits_only_the_administrator(firm: Firm) -> None:
    lead, waits = firm.add("batu"), firm.add()
    for userid in ("lina", "boss", "admin"):
        assert isinstance(
            firm.do(set_grade, userid, lead, {"lina": "A", "boss": "B"}.get(userid, "C"), TAGGING), GradeSet
        )
    assert firm.do(set_grade, "batu", waits, "A", TAGGING) == NotYours(waits, None)
    assert firm.do(set_grade, "admin", waits, "A", TAGGING) == GradeSet(waits, "A", None)
    assert firm.do(set_grade, "admin", 999, "A", TAGGING) == NoSuchLead(999)
    firm.close(lead)
    assert firm.do(set_grade, "batu", lead, "A", TAGGING) == Closed(lead)


def test_a_new_grade_takes_back_the_warnings_that_were_given(firm: Firm) -> None:
    lead = firm.add("batu")
    with firm.store.database.write() as session:
        session.add(FallWarning(lead_id=lead, lapse="follow_up", since=firm.store.clock(), seconds=60))
    firm.do(set_grade, "batu", lead, "A", TAGGING)
    with firm.store.read() as session:
        assert session.scalar(select(func.count()).select_from(FallWarning)) == 0


def test_of_a_group_one_at_a_time(firm: Firm) -> None:
    lead = firm.add("batu")
    assert tag(firm, "batu", lead, "高意向") == Tagged(lead, ("高意向",), (), (), (Mark("高意向"),))
    assert tag(firm, "batu", lead, "冷") == Tagged(lead, ("低意向",), ("高意向",), (), (Mark("低意向"),))
    assert tag(firm, "batu", lead, "高意向", "中意向") == OneOfGroup(lead, ("高意向", "中意向"))
    assert tag(firm, "batu", lead, "高意向", off=("意向高",)) == OneOfGroup(lead, ("高意向", "高意向"))
    assert marks(firm, lead) == ["低意向"]
    assert [row[:2] for row in history(firm, lead)] == [("set", "低意向"), ("off", "高意向"), ("set", "高意向")]


def test_half_an_order_is_not_carried_out(firm: Firm) -> None:
    lead = firm.add("batu")
    assert tag(firm, "batu", lead, "大额", "高意问") == NoSuchTag(lead, "高意问", "高意向")
    assert tag(firm, "batu", lead, "大额", "黑名单") == TagNotForYou(lead, "黑名单", (Role.MANAGER, Role.ADMIN))
    assert marks(firm, lead) == []
    assert isinstance(tag(firm, "boss", lead, "黑名单"), Tagged)
    assert isinstance(tag(firm, "batu", lead, off=("黑名单",)), TagNotForYou)
    again = tag(firm, "boss", lead, "黑名单", off=("大额",))
    assert isinstance(again, Tagged)
    assert (again.on, again.off, again.stayed) == ((), (), ("黑名单", "大额"))


def test_a_tag_of_ones_own_where_the_company_lets_it(firm: Firm) -> None:
    lead = firm.add("batu", name="刘志强")
    assert tag(firm, "batu", lead, "爱钓鱼") == NoSuchTag(lead, "爱钓鱼", "")
    assert isinstance(tag(firm, "batu", lead, "爱钓鱼", tagging=FREE), Tagged)
    assert tag(firm, "batu", lead, "高意愿", tagging=FREE) == NoSuchTag(lead, "高意愿", "高意向", free=True)
    exactly = Wanted(("高意愿",), exactly=frozenset({"高意愿"}))
    assert isinstance(firm.do(set_tags, "batu", lead, exactly, FREE), Tagged)
    assert marks(firm, lead) == ["爱钓鱼", "高意愿"]
    assert isinstance(tag(firm, "batu", lead, off=("爱钓鱼",)), Tagged), "what is there goes, known or not"


@pytest.mark.parametrize("word", ["13947100001", "1001", "刘志强", "志强", "a+b", "很长很长的一个标签了吧"])
def test_no_tag_of_ones_own_tells_who_the_customer_is(firm: Firm, word: str) -> None:
    lead = firm.add("batu", name="刘志强")
    assert isinstance(tag(firm, "batu", lead, word, tagging=FREE), NoSuchTag)
    assert marks(firm, lead) == []


def test_what_somebody_made_up_stands_in_no_audit_log(firm: Firm) -> None:
    lead = firm.add("batu")
    tag(firm, "batu", lead, "爱钓鱼", "大额", tagging=FREE)
    with firm.store.read() as session:
        from core.store.audit import AuditRow

        details = str(session.scalars(select(AuditRow.details).where(AuditRow.action == "lead:tag")).one())
    assert "爱钓鱼" not in details
    assert ("lead:tag", f"lead:{lead}") in firm.audited("batu")


def test_a_lead_has_so_many_tags_and_no_more(firm: Firm) -> None:
    lead = firm.add("batu")
    many = tuple(f"标{letter}" for letter in "abcdefghijklmnopqrst")
    assert isinstance(firm.do(set_tags, "batu", lead, Wanted(many), FREE), Tagged)
    assert tag(firm, "batu", lead, "高意向", tagging=FREE) == TooManyTags(lead, 20)


def test_a_rule_gives_and_takes_by_itself(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu", amount_fen=100_000_000)
    assert marks(firm, lead) == ["大额:大额客户"]
    clock.go(days=7)
    assert marks(firm, lead) == ["大额:大额客户", "久未跟进:七天没跟"]
    firm.do(log_follow_up, "batu", lead, "约了", None)
    assert marks(firm, lead) == ["大额:大额客户"]
    clock.go(days=8)
    firm.do(transfer_lead, "batu", lead, firm.who("zhang"), firm.pools)
    assert marks(firm, lead) == ["大额:大额客户"], "in other hands it is reckoned anew"


def test_a_hand_wins_over_a_rule(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu", amount_fen=100_000_000)
    tag(firm, "batu", lead, off=("大额",))
    assert marks(firm, lead) == []
    clock.go(days=1)
    assert marks(firm, lead) == [], "and it does not come back"
    tag(firm, "batu", lead, "大额")
    assert marks(firm, lead) == ["大额"], "set by hand, it is no rule's"
    back = firm.do(set_tags, "batu", lead, Wanted(by_rule=("大额",)), TAGGING)
    assert isinstance(back, Tagged)
    assert (back.by_rule, back.marks) == (("大额",), (Mark("大额", "大额客户"),))
    tag(firm, "batu", lead, "高意向")
    clock.go(days=20)
    assert marks(firm, lead) == ["高意向", "大额:大额客户", "久未跟进:七天没跟"], "its group is spoken for"
    tag(firm, "batu", lead, off=("高意向",))
    assert marks(firm, lead)[-1] == "低意向:放凉了"
    assert {row[0] for row in history(firm, lead)} == {MarkKind.SET, MarkKind.OFF, MarkKind.RULE}


def test_a_tag_without_a_rule_that_a_hand_gave_only_a_hand_takes_off(firm: Firm) -> None:
    lead = firm.add("batu", amount_fen=100_000_000)
    tag(firm, "batu", lead, "大额", "高意向")
    dropped = Tagging(tags=TAGGING.tags)  # the company has given its rules up
    kept = firm.do(set_tags, "batu", lead, Wanted(by_rule=("大额", "高意向")), dropped)
    assert isinstance(kept, Tagged)
    assert (kept.by_rule, kept.no_rule) == ((), ("大额", "高意向"))
    assert marks(firm, lead, dropped) == ["高意向", "大额"]
    both = firm.do(set_tags, "batu", lead, Wanted(by_rule=("大额", "高意向")), TAGGING)
    assert isinstance(both, Tagged)
    assert (both.by_rule, both.no_rule) == (("大额",), ("高意向",))
    assert marks(firm, lead) == ["高意向", "大额:大额客户"]
    tag(firm, "batu", lead, off=("高意向",), tagging=dropped)
    assert marks(firm, lead, dropped) == []


def test_what_is_ticked_on_a_card_is_what_the_lead_has(firm: Firm) -> None:
    batu = firm.who("batu")
    assert ticked(TAGGING, batu, (Mark("高意向"),), {"高意向", "大额"}) == Wanted(("大额",))
    assert ticked(TAGGING, batu, (Mark("高意向"),), {"中意向"}) == Wanted(("中意向",)), "the other goes with its group"
    assert ticked(TAGGING, batu, (Mark("大额", "大额客户"), Mark("黑名单")), set()) == Wanted((), ("大额",))
    assert "黑名单" not in [each.name for each in TAGGING.for_card(batu)]
    assert "黑名单" in [each.name for each in TAGGING.for_card(firm.who("boss"))]


def test_setting_what_is_set_writes_nothing(firm: Firm) -> None:
    lead = firm.add("batu")
    tag(firm, "batu", lead, "大额")
    tag(firm, "batu", lead, "大额")
    assert len(history(firm, lead)) == 1
    assert firm.audited("batu").count(("lead:tag", f"lead:{lead}")) == 1
    with firm.store.read() as session:
        assert session.scalars(select(LeadTag.tag).where(LeadTag.lead_id == lead)).all() == ["大额"]
