"""Writes the past of the sample company (`sample_past.py`) into a database that has its people and leads, and no
applications yet."""

from typing import Any

from sqlalchemy import insert, select

from bot.sandbox.past_loans import Loans
from bot.sandbox.past_screening import Borrower
from bot.sandbox.past_way import Way
from bot.sandbox.sample_past import LEAVER, Past, PastLead
from bot.sandbox.seed import LEADS, SEED, LeadRows, Told, add_lead, continue_numbers, log, officers, people_by_userid
from config.company import Company
from core.leads.models import Lead
from core.people.models import Department, Person
from core.store.audit import Entry
from core.store.unit import Store, Unit

FIRST_NUMBER = 2001
"""The past's leads are numbered from here on, beside those that people see first."""
_LEAVER = {"name": "高娃", "department": "呼和浩特/二部", "roles": "officer", "rank": "客户经理"}


def seed_past(store: Store, company: Company) -> int:
    """Write it; of how many leads it is. Its moments lie before now, but some of them today."""
    with store.unit(request_id="seed", channel="sandbox") as unit:
        userids, by_region = officers(unit)
        past = Past(SEED, unit.now, userids, by_region, company.recycling.calendar.is_workday)
        told: list[Told] = [_leaver(unit, past)]
        leads = past.leads(beside=LEADS)
        _write(unit, company, leads, told)
        log(unit, told)
        unit.record(None, "sandbox:past", "lead", leads=len(leads))
    return len(leads)


def _leaver(unit: Unit, past: Past) -> Told:
    """Who left is among the people, and was never among the accounts."""
    path = _LEAVER["department"]
    department = unit.session.scalars(select(Department.id).where(Department.path == path)).one()
    values = {key: value for key, value in _LEAVER.items() if key != "department"}
    row = {**values, "department_id": department, "wecom_userid": LEAVER, "left_at": past.left_at}
    number = unit.session.scalars(insert(Person).returning(Person.id), [row]).one()
    details = {"roles": _LEAVER["roles"], "department": path}
    return past.left_at, Entry(None, "people:left", f"person:{number}", details)


def _write(unit: Unit, company: Company, leads: list[PastLead], told: list[Told]) -> None:
    people = people_by_userid(unit)
    places = {person.id: person for person in unit.session.scalars(select(Person)).unique()}
    rows, loans = LeadRows(), Loans(unit, company.loans)
    for number, past in enumerate(leads, FIRST_NUMBER):
        row = add_lead(rows, unit, past.lead, number, people, company.pools)
        if past.loan is not None and loans.fits:
            Way(loans, _borrower(past, row, people, places), past.loan).go()
    rows.write(unit)
    continue_numbers(unit, Lead, FIRST_NUMBER + len(leads))
    loans.write()
    told += rows.told + loans.told


def _borrower(past: PastLead, row: dict[str, Any], people: Any, places: dict[int, Person]) -> Borrower:
    officer = places[people[past.officer]]
    of_officer = (officer.id, officer.department.path, officer.rank)
    return Borrower(row, past.lead.id_number or "", *of_officer, people[past.heir])
