"""Who may hand over whose things, look at it, and take it back: by typed words, by genuine taps on cards of his own."""

from collections.abc import Callable

import pytest
from kit.company import Company
from security_kit import audited, issue, pack, person_id, tap

from cards.actions import Action
from cards.lead_actions import ConfirmHandover, DropHandover, ShowHandover, ShowHandoverItems, UndoHandover
from core.handover import service
from core.handover.models import Aim
from core.handover.outcomes import Proposed
from core.people.policy import Actor, Role, may_hand_over
from jobs.handing_over import rules_of
from jobs.handover_screens import handover_face

PHONE = "13947100001"
NOT_OVER_HIM = ("batu", "surina", "zhoumin", "wangqiang", "liufang", "hejing", "baowenlong")
OTHER_MANAGERS = ("wangqiang", "baowenlong")


def proposed(company: Company) -> int:
    runtime, lina = company.runtime, company.person("lina").actor
    rules = rules_of(runtime.company)
    with runtime.store.unit(request_id="test", channel="wecom") as unit:
        outcome = service.propose(unit, lina, company.person("zhangsan").actor.id, Aim.POOL, None, rules)
    assert isinstance(outcome, Proposed)
    return outcome.number


ACTIONS: tuple[Callable[[int], Action], ...] = (
    ConfirmHandover,
    DropHandover,
    lambda number: ShowHandover(number, 0),
    lambda number: ShowHandover(number, 1),
    lambda number: ShowHandoverItems(number, 1),
    lambda number: UndoHandover(number, 1),
)


@pytest.mark.parametrize("make", ACTIONS, ids=range(len(ACTIONS)))
def test_nobody_else_does_or_sees_anything_by_a_genuine_tap(company: Company, make: Callable[[int], Action]) -> None:
    lead = company.lead(phone=PHONE, by="zhangsan")
    number = proposed(company)
    for userid in NOT_OVER_HIM:
        card = issue(company, person_id(company, userid) or 0, handover_face(number))
        heard = tap(company, userid, pack(company, make(number), card), card)
        shown = "".join([heard.text, *(each.whole for each in heard.cards)])
        # Whose own order it is decides for the first two, so nobody's post is looked at there.
        hidden = userid in OTHER_MANAGERS or isinstance(make(number), ConfirmHandover | DropHandover)
        assert ("没有您能查看的交接" if hidden else "您的岗位不能办理离职交接") in shown, userid
        assert "张三" not in shown, userid
    assert company.owner(lead) == company.person("zhangsan").actor.id


def test_who_is_over_him_may_look_and_confirms_only_what_he_ordered(company: Company) -> None:
    company.lead(phone=PHONE, by="zhangsan")
    number = proposed(company)
    card = issue(company, person_id(company, "zhaojianguo") or 0, handover_face(number))
    heard = tap(company, "zhaojianguo", pack(company, ConfirmHandover(number), card), card)
    assert heard.text.startswith(f"没有您能查看的交接 H{number}")
    assert "张三" in company.person("zhaojianguo").say(f"交接结果 H{number}").card.whole
    assert company.person("zhangsan").say("帮助").text, "he works on"


def test_a_refused_word_is_audited(company: Company) -> None:
    assert company.person("lina").say("离职交接 苏日娜 张三").text.startswith("苏* 不归您管")
    assert "people:hand_over:denied" in audited(company, person_id(company, "lina"))
    assert company.person("surina").say("帮助").text


@pytest.mark.parametrize(
    ("roles", "department", "whose", "path", "allowed"),
    [
        ("manager", "呼和浩特/一部", "officer", "呼和浩特/一部", True),
        ("manager", "呼和浩特/一部", "officer|manager", "呼和浩特/一部", False),
        ("manager", "呼和浩特", "officer|manager", "呼和浩特/一部", True),
        ("manager", "呼和浩特", "officer|admin", "呼和浩特/一部", False),
        ("manager", "呼和浩特/一部", "officer", "呼和浩特/二部", False),
        ("manager", "呼和浩特/一部", "manager", "呼和浩特", False),
        ("admin", "总部", "manager|admin", "呼和浩特", True),
        ("officer", "呼和浩特/一部", "officer", "呼和浩特/一部", False),
        ("risk|finance|approver", "总部", "officer", "总部", False),
    ],
)
def test_whom_one_may_let_go(roles: str, department: str, whose: str, path: str, allowed: bool) -> None:
    actor = Actor(1, "某人", department, frozenset(Role(role) for role in roles.split("|")))
    other = frozenset(Role(role) for role in whose.split("|"))
    assert may_hand_over(actor, 2, path, other) is allowed
    assert not may_hand_over(actor, 1, path, other), "never himself"
