"""The challenger is asked beside the policy that counts: recorded, and nothing else; whatever goes wrong with it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import challenge, hand_in, stands
from sqlalchemy import select

from core.expressions import Kind
from core.loans.definitions import number_of, policy_of
from core.risk import record
from core.risk.assessing import Assessor, Facts, Result
from core.risk.models import RiskChallenge, RiskDecision, challenge_inputs_place, challenge_result_place
from core.risk.policy import Named, Policy, Rule, Severity
from core.store.audit import AuditRow

REFUSED = Rule("term", "期限", "term > 24", Severity.REFUSE, "期限太长")


def refusing(policy: Policy) -> Policy:
    """The same with a rule that refuses, over a name that the policy does not use."""
    return replace(policy, rules=(*policy.rules, REFUSED), names=(*policy.names, Named("term", Kind.NUMBER, "期限")))


def rows(company: Company, of: Any) -> list[Any]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(of).order_by(*of.__table__.primary_key)))


def said(company: Company, row: RiskChallenge) -> tuple[dict[str, Any], Result]:
    vault = company.runtime.store.vault
    facts = json.loads(vault.open(challenge_inputs_place(row.decision_id), row.inputs))
    result, _ = record.read(vault.open(challenge_result_place(row.decision_id), row.result), row.score, row.grade)
    return facts, result


def heard(company: Company) -> list[str]:
    """All that anybody got, but for what differs each time."""
    people = [company.person(each) for each in ("batu", "liufang", "agula")]
    return [card.whole for who in people for card in who.heard_since().cards]


def test_it_is_asked_about_the_same_application_and_written_down(company: Company) -> None:
    challenge(company, refusing)
    hand_in(company)
    (decision,), (row,) = rows(company, RiskDecision), rows(company, RiskChallenge)
    assert (row.decision_id, row.suggestion, decision.suggestion) == (decision.id, "refuse", "pass")
    facts, result = said(company, row)
    assert result.hits[0].rule == "term"
    assert facts["term"] == 36.0
    with company.runtime.store.read() as session:
        policy = policy_of(session.connection(), row.policy)
        assert policy.challenger == ("other",)
        assert (number_of(session.connection(), row.policy), number_of(session.connection(), decision.policy)) == (1, 1)
    assert Assessor(policy).assess(facts) == result


@ON_ONE_DATABASE
def test_nothing_of_it_is_shown_and_nothing_goes_by_it(company: Company) -> None:
    challenge(company, refusing)
    number = hand_in(company)
    assert stands(company, number).startswith("first_review")
    assert not any("期限太长" in card or "建议拒绝" in card for card in heard(company))
    assert "建议通过" in company.person("batu").say(f"预审 A{number}").card.whole
    audited = [row.action for row in rows(company, AuditRow) if row.action.startswith("risk:")]
    assert audited == ["risk:assessed"]


@ON_ONE_DATABASE
def test_what_is_asked_about_again_is_asked_of_neither_twice(company: Company) -> None:
    challenge(company, refusing)
    number = hand_in(company)
    company.person("batu").say(f"重新评估 A{number}")
    assert (len(rows(company, RiskDecision)), len(rows(company, RiskChallenge))) == (1, 1)
    challenge(company)
    company.person("batu").say(f"重新评估 A{number}")
    assert (len(rows(company, RiskDecision)), len(rows(company, RiskChallenge))) == (1, 1)


def test_a_fault_in_it_stops_nothing_and_is_written_down(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assess = Assessor.assess

    def broken(self: Assessor, facts: Facts) -> Result:
        if self.policy.challenger:
            raise RecursionError("too deep")
        return assess(self, facts)

    monkeypatch.setattr(Assessor, "assess", broken)
    challenge(company, refusing)
    number = hand_in(company)
    assert stands(company, number).startswith("first_review")
    (decision,), (row,) = rows(company, RiskDecision), rows(company, RiskChallenge)
    assert (decision.suggestion, row.suggestion, row.result, row.inputs) == ("pass", None, None, None)


@ON_ONE_DATABASE
def test_its_own_rate_makes_its_own_instalment(company: Company) -> None:
    challenge(company, lambda policy: replace(policy, rate=0.8))
    hand_in(company)
    facts, _ = said(company, rows(company, RiskChallenge)[0])
    vault, decision = company.runtime.store.vault, rows(company, RiskDecision)[0]
    counted = record.unpacked(vault.open(f"risk_decision.inputs:{decision.id}", decision.inputs))
    assert facts["instalment"] > 2 * counted["instalment"]  # type: ignore[operator]
    assert {key: facts[key] for key in facts if key != "instalment"} == {
        key: counted[key] for key in facts if key != "instalment"
    }


@ON_ONE_DATABASE
def test_a_product_without_a_challenger_has_none(company: Company) -> None:
    hand_in(company)
    assert rows(company, RiskChallenge) == []
