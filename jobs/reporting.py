"""外部报告: what happens to a report between its being asked for and its end. The relay calls `ask` for its rows of the
kind REPORT, the web route `brought` for what a provider brings by itself.

Nothing is asked without a consent that stands at that moment, and nothing beyond the day's budget. A provider that does
not answer is asked again until it is given up, always under the same key.
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import partial

import structlog

from cards.channel import (
    Fault,
    Misconfigured,
    NoReport,
    Permanent,
    Promised,
    Quota,
    Reported,
    Reporting,
    Resting,
    Retry,
    Sent,
)
from config.in_force import InForce
from core.expressions import Fact, Undecided, read_answer
from core.loans import reported
from core.loans.reporting import Bar, sendable
from core.loans.rules import LoanRules
from core.risk import reports
from core.risk.policy import Unit as Measure
from core.risk.providers import Exchange, Figure, Item, Provider, Providers
from core.risk.reports import AWAITED, Report, ReportState
from core.store import outbox
from core.store.faultpoint import faultpoint
from core.store.outbox import OutboxRow
from core.store.unit import Store, Unit
from jobs.attempts import Skip
from jobs.keeping import Note
from jobs.pace import Paced

TIDY_EVERY_SECONDS = 600.0
_LONGEST_TEXT, _MOST = 100, 1e12  # of figures
NOT_SET_UP = "没有设置允许访问的地址（TUOLING_REPORT_HOSTS）"
SWITCHED_OFF = "这个数据源已停用"
BUDGET = "今天的查询额度用完了"
GIVEN_UP = "对方一直没有给出结果"
BROKEN = "查询出错"
BARRED = {
    Bar.NO_CONSENT: "没有客户的授权：撤回了，或到期了",
    Bar.ANOTHER: reports.ANOTHER,
    Bar.OVER: "进件已经结束",
    Bar.NOT_KEPT: "授权书还没有收到",
}
_SOON = 5.0  # seconds until a picture that was just sent is here

_log = structlog.get_logger(__name__)


class Brought(Enum):
    """What became of what a provider brought: taken (or had before), not its own, or of nobody."""

    TAKEN = 200
    REFUSED = 401
    UNKNOWN = 404


@dataclass(frozen=True, slots=True)
class _Asked:
    """A report that is awaited, by whom it is given, and how he is asked."""

    report: Report
    provider: Provider
    exchange: Exchange


class Reports:
    """Reports on their way. `asking` None: the company has not said which hosts may be asked. One a process; safe to
    share between threads."""

    def __init__(self, store: Store, in_force: InForce, asking: Reporting | None) -> None:
        self._store, self._in_force, self.asking = store, in_force, asking
        self._tidy_at = float("-inf")

    def ask(self, row: OutboxRow) -> tuple[Sent | Fault | Skip | Paced, Note | None]:
        """Ask the provider for the report that `row` names, or whether it is there by now."""
        with self._store.read() as session:
            report = reports.of_number(session.connection(), self._store.vault, self._number(row))
        if report is None or report.state.value not in AWAITED:
            return Skip("over"), None
        provider = self._providers().of(report.provider)
        if provider is None or not provider.active or provider.exchange is None:
            return self._ends(report, ReportState.FAILED, SWITCHED_OFF)
        if self.asking is None:
            return self._ends(report, ReportState.FAILED, NOT_SET_UP)
        asked = _Asked(report, provider, provider.exchange)
        items = self._items(report, provider)
        if items is Bar.NOT_KEPT:
            return Paced(_SOON), None
        if isinstance(items, Bar):
            return self._ends(report, ReportState.STOPPED, BARRED[items])
        left = report.asked_at + provider.gives_up - self._store.clock()
        if left <= timedelta(0):
            return self._ends(report, ReportState.FAILED, GIVEN_UP)
        if not self._paid(row, asked):
            return self._ends(report, ReportState.FAILED, BUDGET)
        faultpoint("relay_before_send")
        return self._outcome(asked, self._call(self.asking, asked, items), left)

    def _items(self, report: Report, provider: Provider) -> dict[Item, str] | Bar:
        """What is sent, as it stands at this moment, or why nothing is."""
        with self._store.read() as session:
            return sendable(session.connection(), self._store.vault, report, provider, self._store.clock())

    def _paid(self, row: OutboxRow, asked: _Asked) -> bool:
        """It is counted before it is asked for: who dies in between has spent it, and nothing is spent twice."""
        with self._store.unit(request_id=row.request_id, origin=f"report:{asked.report.id}:paid") as unit:
            return reports.pay(unit, asked.report, asked.provider)

    def _call(
        self, asking: Reporting, asked: _Asked, items: Mapping[Item, str]
    ) -> Reported | Promised | NoReport | Fault | Resting:
        report, exchange = asked.report, asked.exchange
        if report.state is ReportState.ASKED:
            return asking.ask(exchange, report.key, items)
        if exchange.polling is None:  # it will be brought
            return Promised(report.reference)
        return asking.poll(exchange, report.key, report.reference)

    def _outcome(
        self, asked: _Asked, answered: Reported | Promised | NoReport | Fault | Resting, left: timedelta
    ) -> tuple[Sent | Fault | Skip | Paced, Note | None]:
        report, polling = asked.report, asked.exchange.polling
        match answered:
            case Reported():
                return Sent(), partial(self._came, asked, answered)
            case NoReport(why):
                return Sent(), partial(self._fell_through, report, ReportState.NONE, why)
            case Promised(reference):
                wait = min(polling.every, left) if polling is not None else left
                new = report.state is ReportState.ASKED or reference != report.reference
                note = partial(_promised, report, reference) if new else None
                return Paced(max(wait.total_seconds(), 1.0)), note
            case Resting(after):
                return Paced(min(after, max(left.total_seconds(), 1.0))), partial(self._pays_back, asked)
            case Permanent(why):
                return answered, partial(self._fell_through, report, ReportState.FAILED, why)
            case Misconfigured() | Retry(maybe_sent=False) | Quota():
                return answered, partial(self._pays_back, asked)
            case _:
                return answered, None

    def _pays_back(self, asked: _Asked, unit: Unit) -> None:
        reports.pay_back(unit, asked.report, asked.provider)

    def _ends(self, report: Report, state: ReportState, why: str) -> tuple[Skip, Note]:
        _log.warning("a report was not asked for", report=report.id, provider=report.provider, state=state.value)
        return Skip(state.value), partial(self._fell_through, report, state, why)

    def _came(self, asked: _Asked, answered: Reported, unit: Unit) -> None:
        figures = _figures(asked.provider.figures, answered)
        raw = answered.raw.decode("utf-8", "replace")
        reported.came(unit, asked.report, asked.provider, figures, raw, self._rules())

    def _fell_through(self, report: Report, state: ReportState, why: str, unit: Unit) -> None:
        reported.fell_through(unit, report, state, why, self._rules())

    def given_up(self, unit: Unit, row: OutboxRow) -> None:
        """The relay gives up a row: what waits for the report does not wait for ever. What had ended stays so."""
        report = reports.of_number(unit.connection, unit.vault, self._number(row))
        if report is not None:
            self._fell_through(report, ReportState.FAILED, BROKEN, unit)

    def brought(self, key: str, headers: Mapping[str, str], body: bytes, request_id: str) -> Brought:
        """What a provider brings by itself. Brought again, or before its own promise came, it is the same."""
        provider = self._providers().of(key)
        if provider is None or not provider.active or provider.exchange is None or self.asking is None:
            return Brought.REFUSED
        if not provider.exchange.calls_back:
            return Brought.REFUSED
        found = self.asking.brought(provider.exchange, headers, body)
        if found is None:
            return Brought.REFUSED
        ours, answered = found
        with self._store.read() as session:
            report = reports.of_key(session.connection(), self._store.vault, key, ours)
        if report is None:
            return Brought.UNKNOWN
        asked = _Asked(report, provider, provider.exchange)
        with self._store.unit(request_id=request_id, origin=f"report:{report.id}:brought") as unit:
            barred = sendable(unit.connection, unit.vault, report, provider, unit.now)
            if isinstance(barred, Bar):
                self._fell_through(report, ReportState.STOPPED, BARRED[barred], unit)
            elif isinstance(answered, Reported):
                self._came(asked, answered, unit)
            else:
                self._fell_through(report, ReportState.NONE, answered.why, unit)
        return Brought.TAKEN

    def round(self) -> int:
        """Delete, if it is time again, reports that were kept for as long as they are to be; how many."""
        if time.monotonic() < self._tidy_at:
            return 0
        self._tidy_at = time.monotonic() + TIDY_EVERY_SECONDS
        gone = 0
        while True:
            with self._store.unit(request_id="reports", origin=f"reports:{uuid.uuid4().hex[:16]}") as unit:
                some = reported.forget(unit)
            gone += some
            if not some:
                return gone

    def _number(self, row: OutboxRow) -> int:
        return int(self._store.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))

    def _rules(self) -> LoanRules:
        return self._in_force.now.loans

    def _providers(self) -> Providers:
        return self._rules().providers


def _promised(report: Report, reference: str, unit: Unit) -> None:
    reports.promised(unit, report.id, reference)


def _figures(figures: tuple[Figure, ...], answered: Reported) -> dict[str, Fact]:
    """What the rules learn from the answer. What it does not say, or cannot be so, has no value."""
    read = {each: read_answer(each.source, answered.answer, each.kind) for each in figures if each.source}
    return {
        each.key: value for each, value in read.items() if not isinstance(value, Undecided) and _can_be(each, value)
    }


def _can_be(figure: Figure, value: Fact) -> bool:
    """A sum below nothing, half a time, and what no card could say is a slip of the provider's."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    if isinstance(value, bool) or not isinstance(value, float):
        return True
    counted = figure.whole or figure.unit in (Measure.YUAN, Measure.TIMES, Measure.MONTHS, Measure.YEARS)
    return abs(value) <= _MOST and not (counted and value < 0) and not (figure.whole and value % 1)
