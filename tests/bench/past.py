"""Applications of the past with what the risk rules said of them, as many as are wanted, for trying changed rules on.

A few hundred applicants, each many times: what is asked about each is opened, read and reckoned for itself.
"""

import json
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.engine import Connection

from bot.runtime import Runtime
from core.expressions import Fact
from core.leads.models import Lead
from core.leads.products import PRODUCTS
from core.loans import definitions
from core.loans.forms import Form
from core.loans.models import Application, values_place
from core.loans.risk_facts import History, risk_facts
from core.moments import day_of
from core.people import queries as people
from core.risk import record
from core.risk.assessing import Assessor, Result
from core.risk.models import RiskDecision, inputs_place, result_place
from core.risk.policy import Policies, Policy
from tests.bench.bottlenecks import LONG_WORK
from tests.kit.filled import filled as usual

APPLICANTS = 400
_PRODUCTS = ("house", "credit")
_AT_ONCE = 2_000
_SEED = 20261128


@dataclass(frozen=True, slots=True)
class Applicant:
    """What one filled in for a product, and what the rules see of it and said."""

    product: str
    values: dict[str, Any]
    facts: dict[str, Fact | None]
    result: Result


def applicants(made: Runtime) -> list[Applicant]:
    """Some hundred, of whom the rules say all that they can say; the same ones each time."""
    chance = random.Random(_SEED)
    return [_applicant(made, _PRODUCTS[number % 2], chance) for number in range(APPLICANTS)]


def _applicant(made: Runtime, product: str, chance: random.Random) -> Applicant:
    form, policy = form_of(made, product), policy_of(made.company.risk, product)
    said = {
        "monthly_debts": round(usual(product)["monthly_income"] * chance.choice([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5])),
        "overdue_two_years": str(chance.choice([0, 0, 0, 1, 2, 4, 7])),
        "queries": str(chance.randrange(0, 13)),
        "marriage": chance.choice(["未婚", "已婚"]),
        "spouse_agrees": "知情同意",
        "term": chance.choice(["12", "36", "60"]),
    }
    values = usual(product, **said)
    about = {"product": PRODUCTS[product], "channel": "直投", "grade": None, "tags": (), "department": "一部"}
    history = History(chance.choice([0, 0, 1, 3]), chance.choice([0, 0, 0, 1]))
    today = day_of(made.store.clock())
    rate = policy.rate
    facts = risk_facts(form, values, about, history=history, cost=None, rate=rate, today=today)
    known = policy.known(facts)
    return Applicant(product, values, known, Assessor(policy).assess(known))


def form_of(made: Runtime, product: str) -> Form:
    """The form for this product."""
    flow = made.company.flows.of(product)
    form = made.company.form(flow.form) if flow is not None else None
    if form is None:
        raise RuntimeError(f"there is no form for {product}")
    return form


def policy_of(policies: Policies, product: str) -> Policy:
    """The policy for this product."""
    found = policies.of(product)
    if found is None:
        raise RuntimeError(f"there are no rules for {product}")
    return found


def stricter(policies: Policies) -> Policies:
    """The same with a lower limit for debts, as somebody would try it."""
    return Policies(tuple(replace(each, rules=tuple(map(_stricter, each.rules))) for each in policies.policies))


def _stricter(rule: Any) -> Any:
    return replace(rule, when="debts_with_loan > 60%") if rule.key == "debts_high" else rule


def fill(made: Runtime, count: int) -> None:
    """So many applications that are over, each with a record; several of a lead."""
    some = applicants(made)
    with made.store.unit(request_id="bench") as unit:
        digests = {product: definitions.pin(unit, policy_of(made.company.risk, product)) for product in _PRODUCTS}
        form = definitions.pin(unit, form_of(made, "house"))
        flow = definitions.pin(unit, made.company.flows.flows[0])
    with made.store.read() as session:
        leads = session.scalars(select(Lead.id).order_by(Lead.id)).all()
        officer = people.by_userid(session, "wecom", "batu")
    if officer is None:
        raise RuntimeError("batu is not there")
    whole = {"form": form, "flow": flow, "owner_id": officer.id, "submitted_by_id": officer.id}
    with made.store.database.begin() as connection:
        for setting in LONG_WORK if made.store.database.dialect == "postgresql" else ():
            connection.execute(text(setting))
        for first in range(1, count + 1, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, count + 1))
            _write(made, connection, {number: some[number % len(some)] for number in numbers}, leads, digests, whole)
        connection.execute(text("ANALYZE"))


def _write(
    made: Runtime,
    connection: Connection,
    those: dict[int, Applicant],
    leads: Any,
    digests: dict[str, str],
    whole: dict[str, Any],
) -> None:
    vault, now = made.store.vault, made.store.clock()
    applications, decisions = [], []
    for number, one in those.items():
        at = now - timedelta(days=80, minutes=-number)
        values = vault.seal(values_place(number), json.dumps(one.values, ensure_ascii=False))
        mine = {"id": number, "lead_id": leads[number % len(leads)], "product": one.product, "values": values}
        over = {"state": "ended", "stage": "after", "stage_type": "won", "shown": "", "screened_id": number}
        times = {"stage_since": at, "created_at": at, "submitted_at": at, "ended_at": at}
        sums = {"amount_fen": one.values["amount"], "term_months": int(one.values["term"])}
        applications.append(mine | over | times | sums | whole)
        asked = {"id": number, "application_id": number, "policy": digests[one.product], "why": "handed_in", "at": at}
        said = {"suggestion": one.result.suggestion.value, "score": one.result.score, "grade": one.result.grade}
        inputs = record.packed(one.facts)
        sealed = {
            "inputs": vault.seal(inputs_place(number), inputs),
            "inputs_index": vault.index(record.INPUTS, inputs),
            "result": vault.seal(result_place(number), record.written(one.result, {})),
        }
        decisions.append(asked | said | sealed | {"micros": 20, "reports": "[]"})
    connection.execute(insert(Application), applications)
    connection.execute(insert(RiskDecision), decisions)
