"""Fills an empty database with the sample company: people from `data/people.csv`, leads from the generator.

Rows are written in bulk, but they are the rows the verbs would have written: owners, history, touches, follow-ups.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from bot.peoplefile import read_people
from bot.sandbox.sample import SampleLead, make_leads
from core.leads.intake import NewLead, customer_values
from core.leads.models import (
    Customer,
    FollowUp,
    How,
    Lead,
    LeadState,
    LeadTag,
    Ownership,
    Touch,
    content_place,
    note_place,
    reason_place,
)
from core.leads.pools import Pools
from core.leads.products import PRODUCTS
from core.people.models import Person
from core.people.service import Imported, import_people
from core.privacy import Vault
from core.store.base import new_id
from core.store.unit import Store, Unit

PEOPLE_FILE = Path(__file__).parent / "data" / "people.csv"
SEED = 20261124
LEADS = 300
FIRST_NUMBER = 1001
_OTHER_WORDS = {"信用贷": "credit", "公积金贷": "credit"}  # the generator speaks as people do; the rest is business
_PRODUCTS = {word: key for key, word in PRODUCTS.items()} | _OTHER_WORDS
_BATCH = 5000


def seed(store: Store, pools: Pools) -> bool:
    """People and leads, if there are none; True if they were written now."""
    with store.unit(request_id="seed", channel="sandbox") as unit:
        if unit.session.scalar(select(func.count()).select_from(Person)):
            return False
        imported = import_people(unit, read_people(PEOPLE_FILE))
        if not isinstance(imported, Imported):
            raise RuntimeError(f"the sample people file is wrong: {imported[0]}")  # noqa: TRY004  a value, not a type
        unit.session.flush()
        userids, by_region = _officers(unit)
        leads = make_leads(SEED, LEADS, unit.now, userids, by_region)
        write_leads(unit, leads, pools, first_number=FIRST_NUMBER)
        unit.record(None, "sandbox:seed", "lead", leads=LEADS)
    return True


def _officers(unit: Unit) -> tuple[list[str], dict[str, list[str]]]:
    """The officers' user ids, in all and by the region they work in."""
    people = (
        unit.session.scalars(select(Person).where(Person.roles.contains("officer")).order_by(Person.id)).unique().all()
    )
    by_region: dict[str, list[str]] = {"1501": [], "1502": []}
    for person in people:
        by_region["1501" if person.department.path.startswith("呼和浩特") else "1502"].append(person.wecom_userid or "")
    return [person.wecom_userid or "" for person in people], by_region


@dataclass(slots=True)
class _Rows:
    """The rows of some leads, by table."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    leads: list[dict[str, Any]] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    follow_ups: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)

    def write(self, unit: Unit) -> None:
        """Insert them, parents first."""
        tables = (
            (Customer, self.customers),
            (Lead, self.leads),
            (Touch, self.touches),
            (Ownership, self.history),
            (FollowUp, self.follow_ups),
            (LeadTag, self.tags),
        )
        for table, rows in tables:
            if rows:
                unit.session.execute(insert(table), rows)


def write_leads(unit: Unit, leads: Iterable[SampleLead], pools: Pools, *, first_number: int) -> int:
    """Write sample leads in batches (bounded memory), numbered from `first_number`; how many."""
    people = {person.wecom_userid: person.id for person in unit.session.scalars(select(Person)).unique()}
    number = first_number
    for batch in _batches(leads):
        rows = _Rows()
        for lead in batch:
            _add(rows, unit, lead, number, people, pools)
            number += 1
        rows.write(unit)
    _continue_numbers(unit, number)
    return number - first_number


def _batches(leads: Iterable[SampleLead]) -> Iterator[list[SampleLead]]:
    rest = iter(leads)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _continue_numbers(unit: Unit, number: int) -> None:
    """PostgreSQL's sequence does not see numbers that were given by hand."""
    if unit.session.get_bind().dialect.name == "postgresql":
        unit.session.execute(select(func.setval(func.pg_get_serial_sequence("lead", "id"), number)))


def _add(rows: _Rows, unit: Unit, lead: SampleLead, number: int, people: dict[str | None, int], pools: Pools) -> None:
    product = _PRODUCTS.get(lead.product, "business")
    pool = pools.place(lead.region_code, product).key
    new = NewLead(lead.name, lead.phone, lead.channel, lead.id_number)
    customer = customer_values(unit.vault, new) | {"created_at": lead.created_at}
    rows.customers.append(customer)
    history = _history(unit.vault, lead, number, pool, people)
    owner_id, since = history[-1]["owner_id"], history[-1]["since"]
    last = lead.follow_ups[-1] if lead.follow_ups else None
    mine = last is not None and owner_id is not None and last.at >= since
    rows.leads.append(
        {
            "id": number,
            "customer_id": customer["id"],
            "state": LeadState.OPEN,
            "pool": pool,
            "owner_id": owner_id,
            "owned_at": since if owner_id else None,
            "pooled_at": None if owner_id else since,
            "idle_since": max(since, last.at) if mine and last else since if owner_id else None,
            "contacted": mine,
            "product": product,
            "amount_fen": lead.amount_fen,
            "region": lead.region_code,
            "channel": lead.channel,
            "grade": lead.grade,
            "note": unit.vault.seal(note_place(number), lead.note) if lead.note else None,
            "next_contact_at": last.next_contact_at if last and mine else None,
            "last_follow_up_at": last.at if last else None,
            "created_at": lead.created_at,
            "revision": 1 + len(lead.moves),
        }
    )
    rows.touches.append({"lead_id": number, "channel": lead.channel, "at": lead.created_at, "by_id": None})
    rows.history += history
    rows.tags += [{"lead_id": number, "tag": tag} for tag in lead.tags]
    for entry in lead.follow_ups:
        follow_up_id = new_id()
        rows.follow_ups.append(
            {
                "id": follow_up_id,
                "lead_id": number,
                "person_id": people[entry.person],
                "content": unit.vault.seal(content_place(follow_up_id), entry.content),
                "next_contact_at": entry.next_contact_at,
                "at": entry.at,
            }
        )


def _history(
    vault: Vault, lead: SampleLead, number: int, pool: str, people: dict[str | None, int]
) -> list[dict[str, Any]]:
    """From the pool, through every move."""
    steps: list[tuple[int | None, How, int | None, str, datetime]] = [(None, How.ENTER, None, "", lead.created_at)]
    for move in lead.moves:
        how = How(move.how)
        who = people[move.person] if move.person else None
        owner = who if how in (How.CLAIM, How.TRANSFER) else None
        by = steps[-1][0] if how == How.TRANSFER else who
        steps.append((owner, how, by, move.reason, move.at))
    untils = [step[4] for step in steps[1:]] + [None]
    ids = [new_id() for _ in steps]
    return [
        {
            "id": row_id,
            "lead_id": number,
            "owner_id": owner,
            "pool": pool,
            "how": how,
            "by_id": by,
            "reason": vault.seal(reason_place(row_id), reason) if reason else None,
            "since": since,
            "until": until,
        }
        for row_id, (owner, how, by, reason, since), until in zip(ids, steps, untils, strict=True)
    ]
