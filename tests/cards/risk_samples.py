"""Samples of the screen of 预审, at its easiest and at its hardest. See `view_samples.py`."""

from dataclasses import replace
from datetime import date, timedelta

from kit.reports import radar
from progress_samples import LONG_NAME, NOW, ago

from cards.model import Card
from cards.views.reports import reports_card
from cards.views.risk import screening_card
from core.expressions import Kind
from core.loans.forms import Document
from core.loans.report_now import ReportNow, Standing
from core.loans.screened import RuleHit, ScreeningNow
from core.risk.advising import Advice
from core.risk.consent import Given
from core.risk.policy import Named, Policy, Rule, Severity, Suggestion, Unit
from core.risk.providers import Figure, Provider, Terms
from core.risk.record import Used, Why
from core.risk.reports import Report, ReportState

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

_PROVIDER = Provider(
    "credit",
    "征信报告",
    "征信查询",
    True,
    (),
    (Figure("queries", "近三月查询次数", Kind.NUMBER, whole=True),),
    None,
    timedelta(days=180),
)
_RADAR = replace(_PROVIDER, key="radar", name="大数据分", purpose="大数据查询", exchange=radar().exchange)
_GIVEN = Given(1, 1, "征信查询", 203, "consent", 1, ago(days=9), date(2027, 2, 22))
_REPORT = Report(
    1, 203, 1, "credit", ReportState.THERE, "k", 1, b"", "", ago(days=3), 1, None, 0, ago(days=3), "", {"queries": 3.0},
    deleted=False,
)  # fmt: skip
_PAPER = Document("consent", "征信授权书")
_MUST = Terms((), mandatory=True, skippable=False, stale=timedelta(days=30))
_HAVE = ReportNow(_PROVIDER, replace(_MUST, mandatory=False), Standing.GOOD, _REPORT, _GIVEN, _PAPER)
_FAILED = replace(_REPORT, state=ReportState.FAILED, fault="对方一直没有给出结果", figures={})
_LACKS = (
    ReportNow(_RADAR, _MUST, Standing.NO_CONSENT, None, None, _PAPER),
    replace(_HAVE, standing=Standing.TO_HAND_IN, report=None),
    ReportNow(replace(_RADAR, name="反欺诈名单核验"), _MUST, Standing.FAILED, _FAILED, _GIVEN, _PAPER),
)

RISK_VIEWS: dict[str, Card] = {
    "screening": screening_card(REFUSED, "刘志强 房抵50万", 1, NOW, live=True),
    "screening_reports": screening_card(
        replace(REFUSED, reports=(Used(1, "radar", ago(days=3)), Used(2, "credit", ago(minutes=3)))),
        "刘志强 房抵50万",
        1,
        NOW,
        live=True,
        providers={"radar": "大数据分", "credit": "征信报告"},
    ),
    "screening_nothing": screening_card(PASSED, "房抵50万", 1, NOW, live=False),
    "screening_many": screening_card(MANY, f"{LONG_NAME} 房抵50万", 1, NOW, live=True),
    "app_reports": reports_card(203, "刘志强 房抵50万", (_HAVE,), NOW, works_on=False, sees_figures=True),
    "app_reports_lacking": reports_card(203, LONG_NAME, _LACKS, NOW, works_on=True, sees_figures=False),
    "screening_many_last": screening_card(MANY, f"{LONG_NAME} 房抵50万", 9, NOW, live=True),
}
