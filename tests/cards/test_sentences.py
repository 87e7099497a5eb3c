"""No outcome, verb or question is without its sentence."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.dialogs import QUESTIONS
from cards import texts
from cards.texts import Words
from core.leads import outcomes as lead
from core.leads.pools import Pool, Pools
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
    lead.NoSuchLead(1),
    lead.NotAllowed(Verb.CLAIM),
    lead.NotYours(1, 3),
    lead.NotYours(1, None),
    lead.PhoneAfterClaim(1, "hohhot"),
    lead.NoPhoneYet(1, mine=True),
    lead.NoPhoneYet(1, mine=False),
    lead.HasPhone(1),
    lead.PhoneElsewhere(1),
    *(lead.NoExtension(1, why, 2, 2, 3) for why in ("not_offered", "not_due", "asked", "used_up", "nobody")),
    lead.NoProtection(1, None, 0),
    lead.NoProtection(1, 5, 5),
    lead.NoProtection(1, 5, 1, NOW),
    lead.AlreadyDecided(1, 3, None),
    lead.AlreadyDecided(1, 3, NOW),
    lead.NothingToDecide(1),
    lead.NothingToDecide(0),
    lead.LimitReached(1, "daily_reveals", None, 10, 10, NOW),
    lead.LimitReached(0, "daily_checks", None, 30, 30, NOW),
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
    assert texts.still_asked(7, QUESTIONS[kind].what).startswith("还在等 L7 的")


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
