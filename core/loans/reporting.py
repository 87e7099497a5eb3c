"""外部报告 of an application: which its product wants, how each stands, and asking for those that are not there. What
comes of one that was asked for stands in `reported.py`."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.expressions import Fact
from core.leads import borrower
from core.loans.authorising import given_by, paper_for
from core.loans.definitions import form_of
from core.loans.forms import AMOUNT, TERM, FieldKind, Form, Values
from core.loans.models import Application, values_place
from core.loans.report_now import ReportNow, Standing
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.loans.sight import may_look_at, may_work_on
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.privacy import Vault
from core.risk import reports
from core.risk.consent import Given
from core.risk.providers import IDENTITY, Item, Provider
from core.risk.record import Used
from core.risk.reports import AWAITED, Report, ReportState, Wanted
from core.store.base import table_of
from core.store.database import Executor

_A = table_of(Application)
_OF_FORM = {
    Item.PHONE: FieldKind.PHONE,
    Item.ID_NUMBER: FieldKind.ID_NUMBER,
    Item.CREDIT_CODE: FieldKind.CREDIT_CODE,
}
_BY_HAND = (Item.NAME, Item.ID_NUMBER, Item.CREDIT_CODE)
"""What says whom a report is about that a person brings."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom reports are wanted: an application, its customer, and what stands in its form."""

    application_id: int
    lead_id: int
    customer_id: int
    product: str
    form: Form
    values: Values


def subject_of(run: Run) -> Subject:
    """Of whom reports are wanted for this application."""
    return Subject(run.id, run.row.lead_id, run.lead.customer_id, run.row.product, run.form, run.values)


def subject_by_number(executor: Executor, vault: Vault, application_id: int) -> Subject:
    """The same of the application of this number, which is not held.

    Raises:
        LookupError: there is none.
    """
    row = executor.execute(select(_A).where(_A.c.id == application_id)).first()
    if row is None:
        raise LookupError(f"no application {application_id}")
    values = json.loads(vault.open(values_place(row.id), row.values))
    customer_id = borrower.customer_of(executor, row.lead_id)
    return Subject(row.id, row.lead_id, customer_id, row.product, form_of(executor, row.form), values)


def reports_now(
    executor: Executor, vault: Vault, of: Subject, rules: LoanRules, now: datetime
) -> tuple[ReportNow, ...]:
    """The reports that its product wants, each as it stands."""
    wanted = rules.providers.asked_for(of.product)
    if not wanted:
        return ()
    given = {each.purpose: each for each in given_by(executor, of.customer_id, day_of(now))}
    last = reports.of_application(executor, vault, of.application_id)
    his = borrower.same_person(executor, of.customer_id)
    known = items(executor, vault, of)
    found = []
    for provider, terms in wanted:
        about = about_of(provider, known)
        good = reports.good(executor, vault, his, provider.key, about, now - terms.stale)
        consent = given.get(provider.purpose)
        standing = _standing(provider, good, last.get(provider.key), consent, known)
        paper = paper_for(rules, of.form, provider.purpose)
        found.append(ReportNow(provider, terms, standing, good or last.get(provider.key), consent, paper))
    return tuple(found)


def _standing(
    provider: Provider, good: Report | None, last: Report | None, consent: Given | None, known: Mapping[Item, str]
) -> Standing:
    """Without a consent nothing is asked for, and nothing that was had by one is used any more."""
    if consent is None:
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


def items(executor: Executor, vault: Vault, of: Subject) -> dict[Item, str]:
    """What of the application can be sent to a provider, as far as it is known. Numbers on the form come first."""
    known: dict[Item, str | None] = {
        Item.NAME: borrower.name_of(executor, vault, of.customer_id),
        Item.PRODUCT: of.product,
        Item.AMOUNT: f"{of.values[AMOUNT] / 100:.2f}" if of.values.get(AMOUNT) is not None else None,
        Item.TERM: str(of.values[TERM]) if of.values.get(TERM) is not None else None,
        Item.NUMBER: f"A{of.application_id}",
    }
    his = dict(borrower.all_numbers(executor, vault, of.customer_id))
    for item, kind in _OF_FORM.items():
        field = next((each for each in of.form.fields if each.kind is kind and of.values.get(each.key)), None)
        known[item] = str(of.values[field.key]) if field is not None else his.get(item.value)  # type: ignore[call-overload]
    return {item: text for item, text in known.items() if text}


def about_of(provider: Provider, known: Mapping[Item, str]) -> str:
    """Whom a report of this provider is about, as one text."""
    sent = [item for _, item in provider.exchange.send if item in IDENTITY] if provider.exchange else _BY_HAND
    return json.dumps({item.value: known.get(item, "") for item in sorted(set(sent))}, ensure_ascii=False)


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
    """What is asked of this provider.

    Raises:
        ValueError: there is no consent.
    """
    if each.consent is None:
        raise ValueError(f"no consent for {each.provider.purpose}")
    of = subject_of(run)
    about = about_of(each.provider, items(run.unit.connection, run.unit.vault, of))
    return Wanted(run.id, of.customer_id, each.provider, each.consent.id, about, by_id)


def of_run(run: Run) -> tuple[ReportNow, ...]:
    """The reports of an application that is held."""
    unit = run.unit
    return reports_now(unit.connection, unit.vault, subject_of(run), run.rules, unit.now)


def ask_all(run: Run) -> tuple[ReportNow, ...]:
    """Ask for all that can be asked for and is not there, also for what failed before; how each stands then."""
    _ask(run, (Standing.TO_ASK, Standing.FAILED))
    return of_run(run)


def ask_new(run: Run) -> None:
    """Ask for what was never asked for about this applicant."""
    _ask(run, (Standing.TO_ASK,))


def _ask(run: Run, which: Collection[Standing]) -> None:
    by_id = run.by.id if run.by is not None else None
    for each in of_run(run):
        if each.standing in which:
            reports.ask(run.unit, wanted(run, each, by_id))


def figures_of(found: tuple[ReportNow, ...]) -> dict[str, Fact]:
    """What the rules learn from the reports that are there."""
    learnt: dict[str, Fact] = {}
    for each in found:
        if each.standing is Standing.GOOD and each.report is not None:
            learnt |= {key: fact for key, fact in each.report.figures.items() if fact is not None}
    return learnt


def used(found: tuple[ReportNow, ...]) -> tuple[Used, ...]:
    """The reports by which the rules are asked, for the record."""
    return tuple(
        Used(each.report.id, each.provider.key, each.report.ended_at)
        for each in found
        if each.standing is Standing.GOOD and each.report is not None and each.report.ended_at is not None
    )
