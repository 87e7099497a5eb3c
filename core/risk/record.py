"""What a policy said, written down so that it can be shown, and reckoned again: once for the same policy and the same
facts."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from time import perf_counter_ns
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from core.expressions import Fact
from core.privacy import Unreadable, Vault
from core.risk import advising
from core.risk.advising import Advice
from core.risk.assessing import Assessor, Facts, Hit, Result
from core.risk.models import RiskDecision, inputs_place, result_place
from core.risk.names import RISK, RISK_GRADE, RISK_SCORE, RISK_WORSE, SAID
from core.risk.policy import SUGGESTED, Policy, Severity, Suggestion
from core.store.base import table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_D = table_of(RiskDecision)
_THEN = _D.alias("then")
_AS_HANDED_IN = (
    select(_THEN.c.suggestion)
    .where(_THEN.c.application_id == _D.c.application_id, _THEN.c.why == "handed_in", _THEN.c.id <= _D.c.id)
    .order_by(_THEN.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SAID = (_D.c.suggestion, _D.c.score, _D.c.grade, _AS_HANDED_IN.label("then"))
_SAID_BY = Prepared(select(*_SAID).where(_D.c.id == bindparam("number")))
INPUTS = "risk_decision.inputs"
"""The column of the vault's blind indexes."""


_GRAVITY = {Suggestion.PASS: 0, Suggestion.REVIEW: 1, Suggestion.REFUSE: 2}


class Altered(Exception):
    """A record does not open, or what is sealed in it says something else than its row."""


class Why(StrEnum):
    """On what occasion: it was handed in (again), something was changed, a report came, somebody asked. The values
    stand in the database."""

    HANDED_IN = "handed_in"
    CHANGED = "changed"
    REPORT = "report"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Used:
    """A report by which the policy was asked: its number, its provider (by key), when it came, and the names of what it
    said."""

    report_id: int
    provider: str
    at: datetime
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy with this digest said of an application, by these facts, some of which were in `reports`."""

    id: int
    application_id: int
    policy: str
    why: Why
    asked_by_id: int | None
    at: datetime
    facts: Mapping[str, Fact | None]
    result: Result
    advice: Mapping[str, Advice]
    reports: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """The decision that counts, whether it is `new`, and the one before it (None: it is the first)."""

    decision: Decision
    new: bool
    before: Decision | None


@lru_cache(maxsize=64)
def assessor(policy: Policy) -> Assessor:
    """This policy, ready to be asked; kept, as long as it is asked."""
    return Assessor(policy)


@dataclass(frozen=True, slots=True)
class Asking:
    """An application about which a policy (pinned under `digest`) is asked: `facts` are what is known of it, `advise`
    says what could be done about what the policy says; `by_id` asked (None: it came by itself). `before_id`: the
    decision that counted until now (None: none did). Some of the facts are those of `reports`."""

    application_id: int
    before_id: int | None
    digest: str
    policy: Policy
    facts: Facts
    why: Why
    by_id: int | None
    advise: Callable[[Assessor, Result], Mapping[str, Advice]]
    reports: tuple[Used, ...] = ()


def assess(unit: Unit, asked: Asking) -> Assessed:
    """Ask the policy, and write down what it says. The same policy asked about the same facts, by the same reports,
    says the same: that is not written down again. Of the facts only those are kept that it speaks of: no name, no
    phone, no ID number is one. A record that was altered is none to go by: the policy is asked anew."""
    application_id, digest, policy = asked.application_id, asked.digest, asked.policy
    known = policy.known(asked.facts)
    inputs = packed(known)
    row = _row(unit.connection, asked.before_id)
    before = _unaltered(unit.vault, row) if row is not None else None
    same = row is not None and row.policy == digest and row.inputs_index in unit.vault.indexes(INPUTS, inputs)
    if before is not None and same and before.reports == asked.reports:
        return Assessed(before, False, before)
    began = perf_counter_ns()
    result = assessor(policy).assess(known)
    advice = asked.advise(assessor(policy), result)
    micros = (perf_counter_ns() - began) // 1000
    values = {
        "application_id": application_id,
        "policy": digest,
        "why": asked.why.value,
        "asked_by_id": asked.by_id,
        "at": unit.now,
        "inputs": b"",
        "inputs_index": unit.vault.index(INPUTS, inputs),
        "suggestion": result.suggestion.value,
        "score": result.score,
        "grade": result.grade,
        "result": b"",
        "micros": micros,
        "reports": _json([_report(each) for each in asked.reports]),
    }
    number = int(unit.connection.execute(insert(_D).values(values).returning(_D.c.id)).scalar_one())
    sealed = {
        "inputs": unit.vault.seal(inputs_place(number), inputs),
        "result": unit.vault.seal(result_place(number), written(result, advice)),
    }
    unit.connection.execute(update(_D).where(_D.c.id == number).values(sealed))
    told = {"suggestion": result.suggestion.value, "hits": [hit.rule for hit in result.hits], "policy": digest[:16]}
    unit.record(asked.by_id, "risk:assessed", f"application:{application_id}", decision=number, **told)
    on = (asked.why, asked.by_id, unit.now)
    decision = Decision(number, application_id, digest, *on, known, result, advice, asked.reports)
    return Assessed(decision, True, before)


def of_number(executor: Executor, vault: Vault, decision_id: int | None) -> Decision | None:
    """The decision; None if there is none.

    Raises:
        Altered: its record was.
    """
    row = _row(executor, decision_id)
    return _opened(vault, row) if row is not None else None


def said_by(executor: Executor, decision_id: int | None) -> dict[str, Fact | None]:
    """What conditions may name of a decision (`names.SAID`); of none, nothing has a value."""
    return _as_facts(_SAID_BY.row(executor, {"number": decision_id}) if decision_id is not None else None)


def said_until(executor: Executor, application_id: int, at: datetime) -> dict[str, Fact | None]:
    """The same of what had been said of an application last at that moment."""
    mine = (_D.c.application_id == application_id, _D.c.at <= at)
    return _as_facts(executor.execute(select(*_SAID).where(*mine).order_by(_D.c.id.desc()).limit(1)).first())


def says_the_same(executor: Executor, then: int | None, now: int | None, names: Collection[str]) -> bool:
    """Does the decision `now` say what `then` said? Another one does if it lets pass, and what conditions see by these
    names (of `names.SAID`) is as it was: what speaks against it may be another thing now, or weigh more."""
    if then == now:
        return True
    before, after = said_by(executor, then), said_by(executor, now)
    return after[RISK] == SUGGESTED[Suggestion.PASS] and all(before[name] == after[name] for name in names)


def _as_facts(row: Sequence[Any] | None) -> dict[str, Fact | None]:
    if row is None:
        return dict.fromkeys(SAID)
    suggestion, score, grade, then = row
    points = float(score) if score is not None else None
    worse = then is not None and _GRAVITY[Suggestion(suggestion)] > _GRAVITY[Suggestion(then)]
    said = SUGGESTED[Suggestion(suggestion)]
    return {RISK: said, RISK_SCORE: points, RISK_GRADE: grade or None, RISK_WORSE: worse}


def moments_of(executor: Executor, application_id: int) -> list[tuple[int, Why, datetime]]:
    """The number, occasion and time of all that was said of the application, the first first."""
    columns = select(_D.c.id, _D.c.why, _D.c.at)
    rows = executor.execute(columns.where(_D.c.application_id == application_id).order_by(_D.c.id)).all()
    return [(row.id, Why(row.why), row.at) for row in rows]


def again(decision: Decision, policy: Policy) -> Result:
    """What the policy says of what stands in the record: the same, or the record was altered."""
    return assessor(policy).assess(decision.facts)


def _row(executor: Executor, decision_id: int | None) -> Any:
    return executor.execute(select(_D).where(_D.c.id == decision_id)).first() if decision_id is not None else None


def _unaltered(vault: Vault, row: Any) -> Decision | None:
    try:
        return _opened(vault, row)
    except Altered:
        return None


def _opened(vault: Vault, row: Any) -> Decision:
    try:
        facts = unpacked(vault.open(inputs_place(row.id), row.inputs))
        result, advice = read(vault.open(result_place(row.id), row.result), row.score, row.grade)
    except (Unreadable, ValueError) as error:  # ValueError: it is sealed, but nothing that we wrote
        raise Altered(f"decision {row.id} does not open") from error
    if result.suggestion is not Suggestion(row.suggestion):
        raise Altered(f"decision {row.id} says {row.suggestion}, its hits {result.suggestion}")
    on = (Why(row.why), row.asked_by_id, row.at)
    used = json.loads(row.reports)
    reports = tuple(Used(number, key, datetime.fromisoformat(at), tuple(says)) for number, key, at, says in used)
    return Decision(row.id, row.application_id, row.policy, *on, facts, result, advice, reports)


def _report(used: Used) -> list[Any]:
    return [used.report_id, used.provider, used.at.isoformat(), list(used.figures)]


def read(text: str, score: int | None, grade: str) -> tuple[Result, dict[str, Advice]]:
    """What `written` wrote."""
    said = json.loads(text)
    hits = tuple(Hit(rule, Severity(severity), tuple(missing)) for rule, severity, missing in said["hits"])
    points = tuple((name, int(each)) for name, each in said["points"])
    return Result(hits, said["made"], points, score, grade), advising.read(said["advice"])


def written(result: Result, advice: Mapping[str, Advice]) -> str:
    """A result, and what could be done about it, as they are written down."""
    hits = [[hit.rule, hit.severity.value, list(hit.missing)] for hit in result.hits]
    points = [list(each) for each in result.points]
    return _json({"hits": hits, "made": dict(result.made), "points": points, "advice": advising.said(advice)})


def packed(facts: Mapping[str, Fact | None]) -> str:
    """Facts as they are written down: as JSON, alike for alike facts; a moment as {"at": …}."""
    return _json(
        {name: {"at": fact.isoformat()} if isinstance(fact, datetime) else fact for name, fact in facts.items()}
    )


def unpacked(text: str) -> dict[str, Fact | None]:
    """The facts that were written down, from the text of them."""
    return {
        name: value if type(value) in _WRITTEN_AS_IT_IS else _fact(value) for name, value in json.loads(text).items()
    }


_WRITTEN_AS_IT_IS = frozenset({float, str, bool, type(None)})


def _fact(value: Any) -> Fact | None:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"])
    if isinstance(value, list):
        return tuple(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
