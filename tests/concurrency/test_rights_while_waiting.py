"""A right that is taken away while its holder waits for a row is gone when he goes on. (SQLite has one writer: there
nobody waits after his rights were read.)"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from sqlalchemy import select, text

from bot.peoplefile import read_people
from bot.sandbox.seed import PEOPLE_FILE
from core.handover import service as handover
from core.handover.models import Aim
from core.leads.claiming import claim_leads
from core.leads.deferrals import protect
from core.leads.duplicates import Number, check_duplicate
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import CannotReceive, Claimed, NotAllowed, NotYours
from core.leads.reveals import reveal_phone
from core.leads.service import transfer_lead
from core.people.models import Person
from core.people.policy import Actor
from core.people.service import import_people, leave
from core.store.unit import Unit
from jobs.handing_over import rules_of

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def _leaves(userid: str) -> Callable[[Unit], Any]:
    return lambda unit: leave(unit, userid)


def _changes(userid: str, **what: str) -> Callable[[Unit], Any]:
    rows = [replace(row, **what) if row.wecom == userid else row for row in read_people(PEOPLE_FILE)]
    return lambda unit: import_people(unit, rows)


def _meanwhile(company: Company, change: Callable[[Unit], Any], deed: Callable[[Unit], Any]) -> Any:
    """What comes of `deed`, which waits until the transaction of `change` is committed."""
    if company.runtime.store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nobody waits after his rights were read")
    begun = threading.Event()

    def first() -> None:
        with company.runtime.store.unit(request_id="change") as unit:
            change(unit)
            unit.session.flush()
            begun.set()
            until(lambda: unit.session.scalar(WAITING), "somebody who waits")

    def second() -> Any:
        assert begun.wait(15)
        with company.runtime.store.unit(request_id="deed") as unit:
            return deed(unit)

    return at_once([first, second])[1]


@pytest.fixture
def batu(company: Company) -> Actor:
    """An officer, with the rights of before."""
    return company.person("batu").actor


@pytest.mark.parametrize(
    "change", [_leaves("batu"), _changes("batu", role="finance")], ids=["he leaves", "he becomes finance"]
)
def test_who_may_claim_no_longer_claims_nothing(company: Company, batu: Actor, change: Callable[[Unit], Any]) -> None:
    lead, pools = company.lead(), company.runtime.company.pools
    (outcome,) = _meanwhile(company, change, lambda unit: claim_leads(unit, batu, [lead], pools))
    assert isinstance(outcome, NotAllowed)
    assert company.owner(lead) is None


def test_who_moves_to_a_new_department_claims_where_he_is_now(company: Company, batu: Actor) -> None:
    lead, pools = company.lead(), company.runtime.company.pools
    change = _changes("batu", department="赤峰/新部")
    (outcome,) = _meanwhile(company, change, lambda unit: claim_leads(unit, batu, [lead], pools))
    assert not isinstance(outcome, Claimed)
    assert company.owner(lead) is None


def test_who_has_left_gets_nothing(company: Company, batu: Actor) -> None:
    lead = company.lead(by="batu")
    to, pools = company.person("zhangsan").actor, company.runtime.company.pools
    outcome = _meanwhile(company, _leaves("zhangsan"), lambda unit: transfer_lead(unit, batu, lead, to, pools))
    assert outcome == CannotReceive(lead, to.id)
    assert company.owner(lead) == batu.id


def test_who_has_left_gives_nothing_away(company: Company, batu: Actor) -> None:
    lead = company.lead(by="batu")
    to, pools = company.person("zhangsan").actor, company.runtime.company.pools
    outcome = _meanwhile(company, _leaves("batu"), lambda unit: transfer_lead(unit, batu, lead, to, pools))
    assert isinstance(outcome, NotAllowed)
    assert company.owner(lead) == batu.id


@pytest.mark.parametrize("restored", [False, True], ids=["confirmed", "taken back"])
def test_who_has_left_hands_nobody_over(company: Company, restored: bool) -> None:
    rules = rules_of(company.runtime.company)
    lina, zhangsan, naren = (company.person(userid).actor for userid in ("lina", "zhangsan", "naren"))
    with company.runtime.store.unit(request_id="test") as unit:
        proposed = handover.propose(unit, lina, zhangsan.id, Aim.PERSON, naren.id, rules)
        number = proposed.number  # type: ignore[union-attr]
        if restored:
            handover.confirm(unit, lina, number, rules)

    def deed(unit: Unit) -> Any:
        if restored:
            return handover.undo(unit, lina, number, restore=True)
        return handover.confirm(unit, lina, number, rules)

    assert isinstance(_meanwhile(company, _leaves("lina"), deed), NotAllowed)
    with company.runtime.store.read() as session:
        gone = session.scalar(select(Person.left_at).where(Person.id == zhangsan.id))
    assert (gone is not None) is restored, "as it was before"


def test_nothing_is_revealed_checked_entered_or_protected_with_the_rights_of_before(
    company: Company, batu: Actor
) -> None:
    mine, pools = company.lead(by="batu", phone="13947100011"), company.runtime.company.pools
    entered = NewLead("王小明", "13947100012", channel="录入")
    recycling = company.runtime.company.recycling

    def deed(unit: Unit) -> list[Any]:
        return [
            reveal_phone(unit, batu, mine, pools),
            check_duplicate(unit, batu, Number("phone", "13947100013"), pools),
            add_lead(unit, batu, entered, pools),
            protect(unit, batu, mine, recycling),
        ]

    outcomes = _meanwhile(company, _leaves("batu"), deed)
    assert all(
        isinstance(outcome, NotAllowed | NotYours) or type(outcome).__name__ == "NoSuchLead" for outcome in outcomes
    )
    assert [type(outcome) for outcome in outcomes[1:3]] == [NotAllowed, NotAllowed]
