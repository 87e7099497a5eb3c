"""What comes of a report that was asked for, or that a person brings: the rules are asked anew, and what waited for it
goes on. The relay calls it, a provider's callback, and who hands a report in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.expressions import Fact
from core.leads import media
from core.loans import reporting
from core.loans.events import ReportsMissing
from core.loans.going import reports_settled
from core.loans.models import LIVE, State
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.own import own
from core.loans.report_now import ReportNow, Standing
from core.loans.report_subject import subject_of, token_of
from core.loans.routing import release_held, tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.screening import screen
from core.people.policy import Actor
from core.risk import reports
from core.risk.providers import Provider
from core.risk.record import Why
from core.risk.reports import Report, ReportState
from core.store.unit import Unit


def came(
    unit: Unit, report: Report, provider: Provider, figures: Mapping[str, Fact], raw: str, rules: LoanRules
) -> bool:
    """The report is there; False: it had ended before."""
    run = _held(unit, report, rules)
    if not reports.came(unit, report, provider, figures, raw):
        return False
    _settled(run)
    return True


def fell_through(unit: Unit, report: Report, state: ReportState, why: str, rules: LoanRules) -> bool:
    """The report does not come (`state`: none, failed or stopped); False: it had ended before."""
    run = _held(unit, report, rules)
    if not reports.fell_through(unit, report, state, why):
        return False
    _settled(run)
    return True


def look_again(unit: Unit, application_id: int, rules: LoanRules) -> None:
    """Reports of an application count no more: the rules are asked anew, if others have it."""
    run = hold(unit, application_id, rules, None)
    if run is not None and run.row.state == State.RUNNING.value:
        _settled(run)


def _held(unit: Unit, report: Report, rules: LoanRules) -> Run:
    run = hold(unit, report.application_id, rules, None)
    if run is None:
        raise LookupError(f"no application {report.application_id}")
    return run


def _settled(run: Run) -> None:
    """The application goes on, if it waited; else the rules are asked anew about one that others have."""
    lacking = reports_settled(run)
    if lacking is None and run.row.state == State.RUNNING.value:
        screen(run, Why.REPORT)
        release_held(run)  # for a paper that is wanted no more
    if lacking:
        run.unit.happened(ReportsMissing(run.id, run.owner_id, lacking))
    tell(run)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A report that a person has brought is there. `went_on`: the application had waited for it; who has it now."""

    application_id: int
    provider: Provider
    went_on: bool
    waiting_for: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoSuchReport:
    """The application wants no such report, or none that a person can bring as it stands (`standing`)."""

    application_id: int
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class NoConsent:
    """The customer has not authorised this report."""

    application_id: int
    report: ReportNow


@dataclass(frozen=True, slots=True)
class AnotherApplicant:
    """Another person stands in the form than when somebody began to type the report."""

    application_id: int
    provider: Provider


HandInOutcome: TypeAlias = HandedIn | NoSuchApplication | NotNow | NoSuchReport | NoConsent | AnotherApplicant


def hand_in(
    unit: Unit,
    actor: Actor,
    number: int,
    key: str,
    figures: Mapping[str, Fact],
    media: Collection[int],
    about: str,
    rules: LoanRules,
) -> HandInOutcome:
    """A report of the provider `key` that a person has: its figures as he typed them, from these pictures and files;
    about whom (`report_subject.token_of`), as it was when he began. One that is asked for elsewhere can be brought only
    after that has failed."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in {state.value for state in LIVE}:
        return NotNow(number, State(run.row.state))
    found = next((each for each in reporting.of_run(run) if each.provider.key == key), None)
    if found is None or not can_be_brought(found):
        return NoSuchReport(number, found.standing if found is not None else None)
    if found.consent is None:
        return NoConsent(number, found)
    if token_of(unit.connection, unit.vault, subject_of(run)) != about:
        return AnotherApplicant(number, found.provider)
    reports.hand_in(unit, reporting.wanted(run, found, actor.id), figures, media)
    before = waiting_for(run)
    _settled(run)
    now = waiting_for(run)
    return HandedIn(number, found.provider, not before and bool(now), now)


def forget(unit: Unit) -> int:
    """Delete what was kept for as long as it is to be, with its pictures and files; how many reports (some at a
    time)."""
    gone = reports.forget(unit)
    media.drop(unit, reports.media_of(unit.connection, gone))
    return len(gone)


def can_be_brought(found: ReportNow) -> bool:
    """Can a person bring this report, once it is authorised?"""
    return found.provider.exchange is None or found.standing in (Standing.FAILED, Standing.NO_DATA)
