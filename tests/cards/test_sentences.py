"""No outcome, verb or question is without its sentence."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.dialogs import QUESTIONS
from cards import texts
from cards.texts import Words
from cards.texts.assigning import counted
from cards.texts.handover import became
from core.handover.kinds import Came, Result
from core.handover.queries import Line
from core.leads import outcomes as lead
from core.leads.assignment_outcomes import Blocked, Nobody, Standing
from core.leads.assignment_rules import Method
from core.leads.pools import Pool, Pools
from core.leads.recycling import Lapse
from core.people.policy import Actor, Role, Verb

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
POOLS = Pools((Pool("hohhot", "呼和浩特池", departments=("呼和浩特",)), Pool("region", "全区池")), "region")
OFFICER = Actor(1, "巴特尔·孟和", "呼和浩特/一部", frozenset({Role.OFFICER}))
ADMIN = Actor(2, "乌云·塔娜", "总部", frozenset({Role.ADMIN}))
REFUSALS: tuple[lead.Refusal, ...] = (
    lead.AlreadyYours(1, NOW),
    lead.TakenBy(1, 3, NOW),
    lead.TakenBy(1, 3, NOW, claimed=False),
    lead.NotYourPool(1, "hohhot"),
    lead.NotYourPool(1, "gone"),
    lead.LimitReached(1, "holding", None, 80, 80, None),
    lead.LimitReached(1, "daily_claims", "gone", 3, 3, NOW),
    lead.Closed(1),
    lead.AtWork(1),
    lead.NoSuchLead(1),
    lead.NotAllowed(Verb.CLAIM),
    lead.NotYours(1, 3),
    lead.NotYours(1, None),
    lead.PhoneAfterClaim(1, "hohhot"),
    lead.NoPhoneYet(1, mine=True),
    lead.NoPhoneYet(1, mine=False),
    lead.HasPhone(1),
    lead.PhoneElsewhere(1),
    *(lead.NoExtension(1, why, 2, 2, 3) for why in ("not_offered", "not_due")),
    *(lead.NoExtension(1, why, 2, 2, 3, each) for why in ("asked", "used_up", "nobody") for each in Lapse),
    lead.NoProtection(1, None, 0),
    lead.NoProtection(1, 5, 5),
    lead.NoProtection(1, 5, 1, NOW),
    lead.AlreadyDecided(1, 3, None),
    lead.AlreadyDecided(1, 3, NOW),
    lead.NothingToDecide(1),
    lead.NothingToDecide(0),
    lead.LimitReached(1, "daily_reveals", None, 10, 10, NOW),
    lead.LimitReached(0, "daily_checks", None, 30, 30, NOW),
    lead.LimitReached(0, "daily_media", None, 200, 200, NOW),
    lead.NotAMember(1, "hohhot", 3),
    lead.NoRoom(1, 3, lead.LimitReached(1, "holding", None, 80, 80, None)),
    lead.Frozen(1, "region", 2.0, NOW),
    lead.CoolingDown(1, "region", NOW, 168.0, NOW),
    lead.LimitReached(1, "holding", None, 41, 40, None, "初级"),
)


def words(reader: Actor = OFFICER) -> Words:
    return Words({3: "李娜"}, POOLS, NOW, reader)


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_has_its_refusal(verb: Verb) -> None:
    sentence = texts.not_allowed(verb)
    assert sentence.startswith("您的岗位")
    assert sentence.endswith("如需开通，请联系管理员。")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_question_that_is_still_open_is_said_to_be(kind: str) -> None:
    assert texts.still_asked("L7", QUESTIONS[kind].what).startswith("还在等 L7 的")


def test_the_samples_are_all_refusals() -> None:
    assert {type(outcome) for outcome in REFUSALS} == set(get_args(lead.Refusal))


@pytest.mark.parametrize("reader", [OFFICER, ADMIN], ids=["officer", "admin"])
@pytest.mark.parametrize("outcome", REFUSALS, ids=lambda outcome: type(outcome).__name__)
def test_every_refusal_says_why_in_whole_sentences(outcome: lead.Refusal, reader: Actor) -> None:
    said = texts.refusal(outcome, words(reader))
    assert said.endswith("。")
    assert "。。" not in said
    assert not any(odd in said for odd in ("gone", "None", "hohhot")), said


def test_a_limit_that_stopped_several_is_said_once_with_their_numbers() -> None:
    stopped = [lead.LimitReached(number, "holding", None, 80, 80, None) for number in (7, 9)]
    assert texts.reasons([lead.Claimed(1), stopped[0], lead.NoSuchLead(8), stopped[1]], words()) == [
        "L7、L9 未领：名下已有 80/80 条，释放后可再领",
        "没有找到 L8",
    ]


def test_how_full_somebody_is_is_said_alike_wherever_he_is_to_be_given_more() -> None:
    full = lead.LimitReached(8, "holding", None, 81, 80, None, "初级")
    held = "名下已有 81/80 条（初级）"
    li_na = Actor(3, "李娜", "呼和浩特/一部", frozenset({Role.OFFICER}))
    many = texts.transferred_many([8], [lead.NoRoom(8, 3, full)], li_na, words())
    assert many == f"一条也没有转。\n· L8 没有转：李娜 {held}"
    line = Line("lead", 8, skipped=False, result=Result(Came.POOLED, pool="hohhot", limit=full), back=None)
    assert became(line, words()) == f"进呼和浩特池：接收人{held}"
    standings = (
        Standing("lina", 3, "李娜", Blocked(full)),
        Standing("batu", 1, "巴特尔·孟和", Blocked(lead.CoolingDown(8, "hohhot", NOW, 168.0, NOW + timedelta(days=7)))),
        Standing("wuyun", 2, "乌云·塔娜", Blocked(lead.NotAllowed(Verb.FOLLOW))),
        Standing("zhoumin", 4, "周敏", Blocked(lead.NotYourPool(8, "hohhot"))),
    )
    nobody = Nobody(
        "house", "青城房抵", "v1", Method.WEIGHTED, 8, NOW, fell_back=False, standings=standings, earliest=None
    )
    assert texts.why_nobody(nobody, words(ADMIN), in_full=True).split("\n")[2:] == [
        f"· 李娜：{held}",
        "· 巴特尔·孟和：今天 10:00 以前跟过，12月1日（周二）10:00 起可再接",
        "· 您：岗位名下不带客户",
        "· 周敏：不是呼和浩特池的成员",
    ]
    assert counted(nobody) == "已满 1 人，冷却中 1 人，岗位不带客户 1 人，不是公海成员 1 人"
