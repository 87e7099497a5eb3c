"""Samples of the screen of 预审, at its easiest and at its hardest. See `view_samples.py`."""

from dataclasses import replace

from progress_samples import LONG_NAME, NOW, ago

from cards.model import Card
from cards.views.risk import screening_card
from core.expressions import Kind
from core.loans.screened import RuleHit, ScreeningNow
from core.risk.advising import Advice
from core.risk.policy import Named, Policy, Rule, Severity, Suggestion, Unit
from core.risk.record import Why

_RATIO = Named("ratio", Kind.NUMBER, "负债率（含本笔）", Unit.SHARE)
_HIGH = Rule("high", "负债率", "", Severity.REFUSE, "负债率（含本笔）{ratio} > 70%", source="准入 3.1")
_LATE = Rule("late", "逾期次数偏多", "", Severity.REVIEW, "近两年逾期 {late:次}，超过 3 次", source="准入 2.2")
_ASKED = Rule("asked", "征信查询多", "", Severity.WARN, "近三月查询 {queries:次}，超过 10 次")
_HITS = (
    RuleHit(_HIGH, Severity.REFUSE, (), Advice(420_000.0, 60)),
    RuleHit(_LATE, Severity.REVIEW, (), None),
    RuleHit(_ASKED, Severity.WARN, (Named("queries", Kind.NUMBER, "近三月查询次数"),), None),
)
REFUSED = ScreeningNow(
    number=3,
    application_id=203,
    at=ago(minutes=2),
    why=Why.HANDED_IN,
    asked_by_id=1,
    suggestion=Suggestion.REFUSE,
    score=520,
    grade="C",
    hits=_HITS,
    values={"ratio": 0.78, "late": 4.0, "queries": None},
    named={"ratio": _RATIO},
    rules=20,
    version=3,
    policy=Policy("house"),
)
PASSED = replace(REFUSED, suggestion=Suggestion.PASS, hits=(), score=None, grade="", why=Why.ASKED)
MANY = replace(REFUSED, hits=_HITS * 6, unseen=2, why=Why.CHANGED)

RISK_VIEWS: dict[str, Card] = {
    "screening": screening_card(REFUSED, "刘志强 房抵50万", 1, NOW, live=True),
    "screening_nothing": screening_card(PASSED, "房抵50万", 1, NOW, live=False),
    "screening_many": screening_card(MANY, f"{LONG_NAME} 房抵50万", 1, NOW, live=True),
    "screening_many_last": screening_card(MANY, f"{LONG_NAME} 房抵50万", 9, NOW, live=True),
}
