"""Parts of the export that say in words, beside the exact values, what people were shown: filled-in fields, decisions
of the risk rules, reminders of instalments."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from cards.texts import dossier as texts
from cards.texts import reports as report_texts
from cards.texts import risk as risk_texts
from cards.views.form_values import NOTHING, computed_said, value_said
from core.dossier import application, judged, money, outside
from core.dossier.judged import Judged, Replay
from core.dossier.reading import Named, Opened, Reading, Unopened, Who
from core.expressions import Fact
from core.loans.forms import FieldKind
from core.loans.screened import RuleHit, ScreeningNow
from core.risk.policy import SCORE, Severity, Suggestion
from core.risk.providers import Figure
from core.risk.record import Why
from core.risk.reports import ReportState

_AS_IT_IS = (FieldKind.PHONE, FieldKind.ID_NUMBER, FieldKind.CREDIT_CODE)  # masked already, where it is to be


@dataclass(frozen=True, slots=True)
class FilledSaid:
    """A field of the form, its value exactly and in words."""

    key: str
    label: str
    kind: FieldKind | None
    value: Any
    said: str
    asked: bool


@dataclass(frozen=True, slots=True)
class HitSaid:
    """A rule that hit: its sentence with the values in it, what it lacks, what could be done."""

    rule: str
    name: str
    severity: Severity
    said: str
    missing: tuple[str, ...]
    could: str
    source: str


@dataclass(frozen=True, slots=True)
class InputSaid:
    """What a decision was made by, exactly and in words."""

    key: str
    label: str
    value: Fact | None
    said: str


@dataclass(frozen=True, slots=True)
class UsedSaid:
    """A report that facts of a decision come from: when it came, and how old it was in days then."""

    number: int
    provider: Named
    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class PointSaid:
    """Points of the score card, by what they are for."""

    key: str
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class JudgedSaid:
    """A decision of the risk rules. `policy_number`: which version of the product's rules; `micros`: how long it
    took."""

    number: int
    at: datetime
    why: Why
    asked_by: Who | None
    suggestion: Suggestion
    score: int | None
    grade: str
    counts: bool
    replay: Replay
    policy_number: int | None
    policy: str
    micros: int
    hits: tuple[HitSaid, ...]
    points: tuple[PointSaid, ...]
    reports: tuple[UsedSaid, ...]
    inputs: tuple[InputSaid, ...]


@dataclass(frozen=True, slots=True)
class AskedSaid:
    """An outside report, as `outside.Asked`, its figures in words too."""

    number: int
    provider: Named
    application: str
    state: ReportState
    consent: int
    asked_at: datetime
    asked_by: Who | None
    called_at: datetime | None
    cost_fen: int
    reference: str
    ended_at: datetime | None
    fault: str
    keep_until: date | None
    figures: tuple[InputSaid, ...] | Unopened | None
    raw: Opened
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldSaid:
    """The officer was told of an instalment: `what` as it is kept, and in words."""

    at: datetime
    due: date
    what: str
    said: str


def values(reading: Reading) -> list[FilledSaid] | Unopened:
    """The form, filled in."""
    found = application.values(reading)
    if isinstance(found, Unopened):
        return found
    return [
        FilledSaid(each.key, each.label, each.kind, each.value, _filled_said(reading, each), each.asked)
        for each in found
    ]


def _filled_said(reading: Reading, filled: application.Filled) -> str:
    field = reading.form.field(filled.key) if reading.form is not None else None
    value = filled.value
    if value in (None, "", []):
        return NOTHING
    if field is None or field.kind in _AS_IT_IS:
        return str(value)
    if field.kind is FieldKind.COMPUTED:
        return computed_said(field, value)
    if field.kind is FieldKind.MONEY:
        return texts.yuan(value)
    return texts.who(value) if isinstance(value, Who) else value_said(field, value, {})


def decisions(reading: Reading) -> list[JudgedSaid]:
    """What the risk rules said, each time."""
    return [_judged(reading, each) for each in judged.decisions(reading)]


def _judged(reading: Reading, one: Judged) -> JudgedSaid:
    seen = one.seen
    return JudgedSaid(
        number=one.number,
        at=one.at,
        why=one.why,
        asked_by=one.asked_by,
        suggestion=one.suggestion,
        score=one.score,
        grade=one.grade,
        counts=one.counts,
        replay=one.replay,
        policy_number=seen.version if seen is not None else None,
        policy=one.policy,
        micros=one.micros,
        hits=tuple(_hit(hit, seen) for hit in seen.hits) if seen is not None else (),
        points=_points(one),
        reports=tuple(
            UsedSaid(each.report_id, reading.provider(each.provider), each.at, (one.at - each.at).days)
            for each in one.reports
        ),
        inputs=tuple(_input(name, fact, seen) for name, fact in one.facts.items()),
    )


def _hit(hit: RuleHit, seen: ScreeningNow) -> HitSaid:
    return HitSaid(
        hit.rule.key,
        hit.rule.name,
        hit.severity,
        risk_texts.hit_said(hit, seen, advice=False),
        tuple(named.label for named in hit.missing),
        risk_texts.advice_said(hit),
        hit.rule.source,
    )


def _points(one: Judged) -> tuple[PointSaid, ...]:
    card = one.seen.policy.score if one.seen is not None else None
    labels = {item.of: item.label for item in card.items} if card is not None else {}
    base = (PointSaid(SCORE, "基础分", card.base),) if card is not None else ()
    return (*base, *(PointSaid(key, labels.get(key, key), points) for key, points in one.points))


def _input(name: str, fact: Fact | None, seen: ScreeningNow | None) -> InputSaid:
    named = seen.named.get(name) if seen is not None else None
    return InputSaid(name, named.label if named is not None else name, fact, risk_texts.value_said(fact, named))


def reports(reading: Reading) -> list[AskedSaid]:
    """What was asked about the customer outside."""
    return [_asked(reading, each) for each in outside.reports(reading)]


def _asked(reading: Reading, one: outside.Asked) -> AskedSaid:
    provider = reading.means.providers.of(one.provider.key)
    known = {each.key: each for each in provider.figures} if provider is not None else {}
    figures = (
        one.figures
        if isinstance(one.figures, Unopened) or one.figures is None
        else tuple(InputSaid(key, *_figure(known.get(key), key, value)) for key, value in one.figures.items())
    )
    return AskedSaid(**{each.name: getattr(one, each.name) for each in fields(one)} | {"figures": figures})


def _figure(figure: Figure | None, key: str, value: Fact) -> tuple[str, Fact, str]:
    if figure is None:
        return key, value, risk_texts.value_said(value, None)
    return figure.label, value, report_texts.figure_said(figure, value)


def told(reading: Reading) -> list[ToldSaid]:
    """Reminders of instalments."""
    return [ToldSaid(each.at, each.due, each.what, texts.told_of(each.what)) for each in money.told(reading)]
