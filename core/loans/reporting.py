"""外部报告 of an application: which its product wants, how each stands, and asking for those that are not there. What
comes of one that was asked for stands in `reported.py`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from core.expressions import Fact
from core.loans.authorising import given_by, is_kept, paper_for
from core.loans.models import LIVE, Application
from core.loans.report_now import UP_TO_OFFICER, ReportNow, Standing
from core.loans.report_subject import (
    Subject,
    about_of,
    applications_of,
    identity_of,
    items,
    subject_by_number,
    subject_of,
)
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.loans.sight import may_look_at, may_work_on
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.privacy import Vault
from core.risk import consent, reports
from core.risk.consent import Given
from core.risk.providers import IDENTITY, Item, Provider
from core.risk.record import Used
from core.risk.reports import AWAITED, Report, ReportState, Wanted
from core.store.base import table_of
from core.store.database import Executor

_A = table_of(Application)


def reports_now(
    executor: Executor, vault: Vault, of: Subject, rules: LoanRules, now: datetime
) -> tuple[ReportNow, ...]:
    """The reports that its product wants, each as it stands."""
    wanted = rules.providers.asked_for(of.product)
    if not wanted:
        return ()
    known = items(executor, vault, of)
    given = given_by(executor, vault, of, known, day_of(now))
    last = reports.of_application(executor, vault, of.application_id)
    his = applications_of(executor, of.customer_id)
    found = []
    for provider, terms in wanted:
        about = about_of(provider, known)
        good = reports.good(executor, vault, his, provider.key, about, now - terms.stale)
        mine = last.get(provider.key)
        if mine is not None and not reports.is_about(vault, mine, about):
            mine = None  # somebody else stood in the form then
        allowed = given.get(provider.purpose)
        standing = _standing(provider, good, mine, allowed, known)
        paper = paper_for(rules, of.form, provider.purpose)
        found.append(ReportNow(provider, terms, standing, good or mine, allowed, paper))
    return tuple(found)


def _standing(
    provider: Provider, good: Report | None, last: Report | None, allowed: Given | None, known: Mapping[Item, str]
) -> Standing:
    """Without a consent nothing is asked for, and nothing that was had by one is used any more."""
    if allowed is None:
        return Standing.NO_CONSENT
    if good is not None:
        return Standing.GOOD if good.state is ReportState.THERE else Standing.NOTHING
    if provider.exchange is None:
        return Standing.TO_HAND_IN
    if last is not None and last.state in AWAITED:
        return Standing.AWAITED
    if any(item not in known for _, item in provider.exchange.send if item in IDENTITY):
        return Standing.NO_DATA
    failed = last is not None and last.state in (ReportState.FAILED, ReportState.STOPPED)
    return Standing.FAILED if failed else Standing.TO_ASK


class Bar(StrEnum):
    """Why a report that was to be asked for may not be: the customer has not authorised it, or not any more; another
    person than it was to be about stands in the form; the application is over. Not kept: what he signed is not here
    yet."""

    NO_CONSENT = "no_consent"
    ANOTHER = "another"
    OVER = "over"
    NOT_KEPT = "not_kept"


def sendable(
    executor: Executor, vault: Vault, report: Report, provider: Provider, now: datetime
) -> dict[Item, str] | Bar:
    """What is sent to ask for this report, as it stands at this moment, or why nothing is."""
    of = subject_by_number(executor, vault, report.application_id)
    known = items(executor, vault, of)
    if not reports.is_about(vault, report, about_of(provider, known)):
        return Bar.ANOTHER
    if of.state not in LIVE:
        return Bar.OVER
    given = given_by(executor, vault, of, known, day_of(now)).get(provider.purpose)
    if given is None:
        return Bar.NO_CONSENT
    return known if is_kept(executor, given) else Bar.NOT_KEPT


def to_bring(found: Collection[ReportNow]) -> tuple[ReportNow, ...]:
    """What its officer has to see to before it can be handed in."""
    return tuple(each for each in found if each.stops and each.standing in UP_TO_OFFICER)


@dataclass(frozen=True, slots=True)
class Seen:
    """The reports of an application, as somebody may see them: `works_on`: he can bring what is missing;
    `sees_figures`: what they say is for him as well."""

    subject: Subject
    reports: tuple[ReportNow, ...]
    works_on: bool
    sees_figures: bool


def seen_by(
    executor: Executor, vault: Vault, viewer: Actor, number: int, rules: LoanRules, now: datetime
) -> Seen | None:
    """The reports of this application, of any state; None if he may not know of it."""
    owner_id = executor.execute(select(_A.c.owner_id).where(_A.c.id == number)).scalar()
    if owner_id is None or not may_look_at(executor, viewer, number, owner_id, now):
        return None
    of = subject_by_number(executor, vault, number)
    figures = may_touch(viewer, Verb.SEE_REPORT, owner_id, people.department_of(executor, owner_id))
    found = reports_now(executor, vault, of, rules, now)
    return Seen(of, found, may_work_on(executor, viewer, owner_id), figures)


def wanted(run: Run, each: ReportNow, by_id: int | None) -> Wanted:
    """What is asked of this provider. The consent is this person's from here on.

    Raises:
        ValueError: there is no consent.
    """
    if each.consent is None:
        raise ValueError(f"no consent for {each.provider.purpose}")
    of = subject_of(run)
    known = items(run.unit.connection, run.unit.vault, of)
    consent.bind(run.unit, each.consent, identity_of(known))
    return Wanted(run.id, of.customer_id, each.provider, each.consent.id, about_of(each.provider, known), by_id)


def of_run(run: Run) -> tuple[ReportNow, ...]:
    """The reports of an application that is held."""
    unit = run.unit
    return reports_now(unit.connection, unit.vault, subject_of(run), run.rules, unit.now)


def ask_all(run: Run) -> tuple[ReportNow, ...]:
    """Ask for all that can be asked for and is not there, also for what failed before; how each stands then."""
    return _ask(run, (Standing.TO_ASK, Standing.FAILED))


def ask_new(run: Run) -> tuple[ReportNow, ...]:
    """Ask for what was never asked for about this applicant; how each stands then."""
    return _ask(run, (Standing.TO_ASK,))


def _ask(run: Run, which: Collection[Standing]) -> tuple[ReportNow, ...]:
    by_id = run.by.id if run.by is not None else None
    found = of_run(run)
    to_ask = [each for each in found if each.standing in which]
    for each in to_ask:
        reports.ask(run.unit, wanted(run, each, by_id))
    return of_run(run) if to_ask else found


def figures_of(found: tuple[ReportNow, ...]) -> dict[str, Fact | None]:
    """What the rules learn from the reports that are there. Of one that was there and counts no more (its consent is
    gone, it is old) nothing is known, also where the customer says it himself: what spoke against him is not gone by
    that."""
    learnt: dict[str, Fact | None] = {}
    for each in found:
        if each.report is None or each.report.state is not ReportState.THERE:
            continue
        good = each.standing is Standing.GOOD
        said = each.report.figures if good else dict.fromkeys(figure.key for figure in each.provider.figures)
        learnt |= {key: fact for key, fact in said.items() if fact is not None or not good}
    return learnt


def used(found: tuple[ReportNow, ...]) -> tuple[Used, ...]:
    """The reports by which the rules are asked, for the record."""
    return tuple(
        Used(each.report.id, each.provider.key, each.report.ended_at, tuple(sorted(each.report.figures)))
        for each in found
        if each.standing is Standing.GOOD and each.report is not None and each.report.ended_at is not None
    )
