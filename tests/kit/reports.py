"""A company whose customers authorise reports, and a provider that answers as the test says.

bureau = asks_for_reports(company, mandatory=True)
bureau.answers += [Retry(1, "HTTP 500"), bureau.report(score=610)]
...
assert [asked.key for asked in bureau.asked] == …
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from cards.channel import Fault, NoReport, Promised, Reported, Resting
from core.expressions import Kind
from core.loans import service
from core.loans.forms import Document
from core.loans.outcomes import Started
from core.risk.policy import Named, Policies, Rule, Severity, Unit
from core.risk.providers import Exchange, Figure, Item, Polling, Provider, Providers, Signing, Terms
from kit.company import Colleague, Company, Heard
from kit.filled import filled

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 64
CONSENT = Document("consent", "征信授权书", authorises=("征信查询", "大数据查询"), valid=timedelta(days=90))
Outcome = Reported | Promised | NoReport | Fault | Resting


@dataclass(frozen=True, slots=True)
class Asked:
    """What the provider was asked: under which key, with what (None: whether it is there by now)."""

    key: str
    items: Mapping[Item, str] | None


@dataclass
class Bureau:
    """A provider: what it answers next, in order; and what it was asked. With nothing left to say it fails."""

    answers: list[Outcome] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def report(self, **data: Any) -> Reported:
        """A report that says so."""
        answer = {"code": 0.0, "data": data}
        return Reported(answer, json.dumps(answer).encode())

    def ask(self, exchange: Exchange, key: str, items: Mapping[Item, str]) -> Outcome:
        """See `Reporting`."""
        self.asked.append(Asked(key, {item: items[item] for _, item in exchange.send if item in items}))
        return self.answers.pop(0)

    def poll(self, exchange: Exchange, key: str, reference: str) -> Outcome:  # noqa: ARG002
        """See `Reporting`."""
        self.asked.append(Asked(key, None))
        return self.answers.pop(0)

    def brought(
        self,
        exchange: Exchange,  # noqa: ARG002
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[str, Reported | NoReport] | None:
        """See `Reporting`: what carries the right word is its own."""
        if headers.get("X-Word") != "open":
            return None
        said = json.loads(body)
        return said["key"], self.report(**said["data"]) if "data" in said else NoReport("nobody of that name")


def radar(*, mandatory: bool = False, skippable: bool = False, **more: Any) -> Provider:
    """A provider by HTTP of one figure, 大数据分, and another one, 涉诉次数."""
    exchange = Exchange(
        "https://radar.example.com/report",
        "TUOLING_REPORT_RADAR",
        Signing.HMAC,
        (("name", Item.NAME), ("id", Item.ID_NUMBER)),
        polling=more.pop("polling", None),
        calls_back=more.pop("calls_back", False),
    )
    figures = (
        Figure("radar_score", "大数据分", Kind.NUMBER, source="answer.data.score"),
        Figure("radar_lawsuits", "涉诉次数", Kind.NUMBER, Unit.TIMES, source="answer.data.lawsuits"),
    )
    terms = (Terms((), mandatory, skippable, timedelta(days=7)),)
    whole = Provider(
        "radar", "大数据分", "大数据查询", True, terms, figures, exchange, timedelta(days=90), cost_fen=350
    )
    return replace(whole, **more)


def asks_for_reports(company: Company, *providers: Provider, rules: tuple[Rule, ...] = ()) -> Bureau:
    """The company asks for these reports (none: the shipped ones), and `rules` look at them too."""
    now = company.runtime.company
    forms = tuple(replace(form, documents=(CONSENT,)) for form in now.forms)
    named = tuple(
        replace(
            policy,
            names=(*policy.names, *(each for each in _named(providers) if each.name not in policy.given)),
            rules=(*policy.rules, *rules),
        )
        for policy in now.risk.policies
    )
    changed = replace(now, forms=forms, risk=Policies(named))
    if providers:
        changed = replace(changed, providers=Providers(providers))
    company.runtime.in_force.hold(changed)
    bureau = Bureau()
    company.runtime.reports.asking = bureau
    return bureau


def _named(providers: tuple[Provider, ...]) -> list[Named]:
    return [Named(each.key, each.kind, each.label, each.unit) for one in providers for each in one.figures]


LOW_SCORE = Rule(
    "radar_low",
    "大数据分低",
    "radar_score < 550.0",
    Severity.REVIEW,
    "大数据分 {radar_score}，低于 550",
    missing=Severity.WARN,
)
POLLED = Polling("https://radar.example.com/report/{reference}", timedelta(seconds=30))


def begun(company: Company, phone: str = "13947100001", name: str = "刘志强") -> int:
    """A draft that is filled in, of 房抵50万."""
    lead, actor = company.lead(name, phone, by="batu"), company.person("batu").actor
    rules = company.runtime.company.loans
    with company.runtime.store.unit(request_id=f"in-{phone}") as unit:
        started = service.start(unit, actor, lead, "house", filled("house"), rules)
    assert isinstance(started, Started)
    return started.application_id


def picture(company: Company, who: Colleague, content: bytes = PNG) -> Heard:
    company.clock.go(seconds=20)
    return who.after(lambda: who.phone.send_picture(content))


def authorised(company: Company, batu: Colleague, number: int, content: bytes = PNG) -> str:
    """The signed paper is sent; what is said to that."""
    batu.say(f"补材料 A{number} 征信授权书")
    said = picture(company, batu, content).text
    batu.say("好了")
    return said
