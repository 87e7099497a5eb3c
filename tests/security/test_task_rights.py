"""Who may do what with a task, by genuine keys on cards of his own that name another's task: nobody but who has it."""

import pytest
from kit.company import Company
from kit.loans import hand_in, row, stands
from security_kit import CAST, audited, issue, last_entry, pack, person_id, tap

from cards.actions import Action
from cards.loan_actions import AskReturn, DecideTask, FillTask, NudgeApplication, ReturnTask, ShowTask, ShowTaskFields
from core.loans.flows import Decision
from jobs.screens import mine_face

OTHERS = ("owner", "peer", "own manager", "finance")
CLIENT = "刘志强"


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_decides_for_another(company: Company, decision: Decision, role: str) -> None:
    number = hand_in(company)
    refused(company, role, DecideTask(1, decision.value, row(company, number).shown))
    assert stands(company, number) == "first_review: liufang chaolu"


SEEN: list[Action] = [ShowTask(1), ShowTaskFields(1, 1), FillTask(1), AskReturn(1), ReturnTask(1, "start")]


@pytest.mark.parametrize("act", SEEN, ids=lambda act: type(act).__name__)
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_looks_into_what_is_another_ones(company: Company, act: Action, role: str) -> None:
    number = hand_in(company)
    refused(company, role, act)
    assert stands(company, number) == "first_review: liufang chaolu"


def refused(company: Company, role: str, act: Action) -> None:
    userid, before = CAST[role], last_entry(company)
    me = person_id(company, userid)
    card = issue(company, me or 0, mine_face())
    heard = tap(company, userid, pack(company, act, card), card)
    assert heard.text
    assert not any("经营周转" in one.whole or "50万" in one.title for one in heard.cards)
    assert any(entry.endswith("denied") for entry in audited(company, me, before)), heard.text


def test_a_colleague_does_not_hurry_what_is_none_of_his(company: Company) -> None:
    number = hand_in(company)
    refused(company, "peer", NudgeApplication(number))
