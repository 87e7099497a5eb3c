"""What the risk rules said of an application last, as the viewer may see it. Reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.expressions import Fact
from core.loans.definitions import number_of, policy_of
from core.loans.financing import SAYS_COST
from core.loans.forms import FieldKind, Form
from core.privacy import Vault
from core.risk import record
from core.risk.advising import Advice
from core.risk.names import AGE, AGE_AT_END, COMPANY_REGION, COST_A_YEAR, HOME_REGION, INSTALMENT, years_since
from core.risk.policy import SCORE, SCORE_GRADE, Named, Policy, Rule, Severity, Suggestion
from core.risk.record import Used, Why
from core.store.database import Executor


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that hit, how grave that is, what it lacks to be decided (as people call it), and what could be done."""

    rule: Rule
    severity: Severity
    missing: tuple[Named, ...]
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class ScreeningNow:
    """预审建议: `values` of all names that sentences may hold, with what they are (`named`). `unseen`: so many hits are
    about what the viewer may not see. `version` counts the versions of the policy; it has so many `rules`. Some of the
    values are those of `reports`."""

    number: int
    application_id: int
    at: datetime
    why: Why
    asked_by_id: int | None
    suggestion: Suggestion
    score: int | None
    grade: str
    hits: tuple[RuleHit, ...]
    values: Mapping[str, Fact | None]
    named: Mapping[str, Named]
    rules: int
    version: int
    policy: Policy
    unseen: int = 0
    reports: tuple[Used, ...] = ()


def screening(executor: Executor, vault: Vault, decision_id: int | None) -> ScreeningNow | None:
    """What was said by a decision; None if there is none."""
    found = record.of_number(executor, vault, decision_id)
    if found is None:
        return None
    policy, result = policy_of(executor, found.policy), found.result
    scored: dict[str, Fact] = {}
    if result.score is not None:
        scored = {SCORE: float(result.score), SCORE_GRADE: result.grade}
    hits = tuple(
        RuleHit(
            policy.rule(hit.rule),
            hit.severity,
            tuple(policy.named[name] for name in hit.missing if name in policy.named),
            found.advice.get(hit.rule),
        )
        for hit in result.hits
    )
    return ScreeningNow(
        found.id,
        found.application_id,
        found.at,
        found.why,
        found.asked_by_id,
        result.suggestion,
        result.score,
        result.grade,
        hits,
        {**found.facts, **result.made, **scored},
        policy.named,
        len(policy.rules),
        number_of(executor, found.policy),
        policy,
        reports=found.reports,
    )


def screening_for_eyes(whole: ScreeningNow, form: Form, hidden: Collection[str]) -> ScreeningNow:
    """Without the hits that tell of a field that is hidden, and without a score that does; how many they are is told,
    and what is suggested."""
    if not hidden:
        return whole
    made_of = _made_of(form)
    kept = frozenset(hidden)
    tells = {name for name in whole.policy.given if kept & (made_of.get(name, frozenset()) | {name})}
    seen = tuple(hit for hit in whole.hits if not whole.policy.needs(hit.rule.key) & tells)
    score_tells = whole.policy.needs_of_score & tells
    values = {name: value for name, value in whole.values.items() if not whole.policy.needs_of(name) & tells}
    return replace(
        whole,
        hits=seen,
        values=values,
        unseen=len(whole.hits) - len(seen),
        score=None if score_tells else whole.score,
        grade="" if score_tells else whole.grade,
    )


def _made_of(form: Form) -> dict[str, frozenset[str]]:
    """The fields of which each name that is reckoned tells."""
    numbers = frozenset(each.key for each in form.fields if each.kind is FieldKind.ID_NUMBER)
    codes = frozenset(each.key for each in form.fields if each.kind is FieldKind.CREDIT_CODE)
    days = {years_since(each.key): frozenset({each.key}) for each in form.fields if each.kind is FieldKind.DATE}
    return {
        AGE: numbers,
        AGE_AT_END: numbers | {"term"},
        HOME_REGION: numbers,
        COMPANY_REGION: codes,
        INSTALMENT: SAYS_COST,
        COST_A_YEAR: SAYS_COST,
        **days,
    }
