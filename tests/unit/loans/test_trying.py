"""Changed rules tried on the past: the same by one process and by several, on either database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import Company
from kit.loans import hand_in
from sqlalchemy import delete, update

from core.expressions import Kind
from core.loans import trying, trying_parts
from core.loans.models import Application
from core.loans.trying import Change
from core.loans.trying_parts import Place, try_all
from core.risk.comparing import Tally
from core.risk.models import RiskDecision
from core.risk.policy import Named, Policies, Rule, Severity, Suggestion

TERM = Named("term", Kind.NUMBER, "期限")
ADDED = Rule("term", "期限", "term > 24", Severity.REFUSE, "期限长")


def change(company: Company, *rules: Rule) -> Change:
    """The rules of now for 房抵, and the same with these beside them."""
    now = company.runtime.company.loans
    after = tuple(
        replace(each, rules=(*each.rules, *rules), names=tuple({*each.names, TERM})) for each in now.risk.policies
    )
    return Change(now.risk, Policies(after), now, company.clock() - timedelta(days=1))


def tried(company: Company, what: Change, processes: int = 1) -> Tally:
    settings = company.runtime.settings
    return try_all(company.runtime.store, Place(settings.database_url, settings.master_keys()), what, processes)


def test_several_processes_find_what_one_does(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        hand_in(company, phone=f"1394710000{number}", name="刘志强", queries=str(3 * number))
    what = change(company, ADDED)
    alone = tried(company, what)
    assert (alone.count, alone.refused.before, alone.refused.after) == (5, 0, 5)
    monkeypatch.setattr(trying, "PART", 2)
    monkeypatch.setattr(trying_parts, "_WORTH_IT", 2)
    monkeypatch.setattr(trying_parts, "_part", None)  # here, not where others work
    assert tried(company, what, processes=2) == alone


def test_what_was_never_asked_about_is_reckoned_from_its_form(company: Company) -> None:
    """For the day on which it was handed in: the other one of the same customer came later."""
    number = hand_in(company)
    with company.runtime.store.database.write() as session:
        session.execute(update(Application).where(Application.id == number).values(screened_id=None))
        session.execute(delete(RiskDecision))
    company.clock.go(days=200)
    again = Rule("again", "重复", "applied_90d > 0", Severity.INFO, "")
    what = replace(change(company, ADDED, again), since=company.clock() - timedelta(days=300))
    found = tried(company, what)
    assert (found.count, found.unrecorded, found.unruled) == (1, 1, 0)
    assert found.matrix[Suggestion.PASS, Suggestion.REFUSE] == 1
    assert ("house", "again", Severity.INFO) not in found.hits_after
    assert found.hits_before["house", "cost", Severity.INFO] == 1
    assert found.lacking["cost_a_year"] == 1
    assert "age" not in found.lacking


def test_a_product_without_rules_on_one_side_passes_there(company: Company) -> None:
    hand_in(company, overdue_two_years="7")
    what = change(company)
    assert tried(company, replace(what, after=Policies())).matrix[Suggestion.REFUSE, Suggestion.PASS] == 1
    assert tried(company, replace(what, before=Policies())).matrix[Suggestion.PASS, Suggestion.REFUSE] == 1
    assert tried(company, replace(what, before=Policies(), after=Policies())) == Tally(unruled=1)
