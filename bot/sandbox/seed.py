"""Fills an empty database with the sample company: people from `data/people.csv`, leads from the generator.

Rows are written in bulk, but they are the rows the verbs would have written: owners, history, touches, follow-ups, and
(`entries`) what the operation log says of each.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import func, insert, select

from bot.peoplefile import read_people
from bot.sandbox.sample import SampleLead, SampleMove, make_leads
from bot.sandbox.sample_past import IDLE
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
    subject,
)
from core.leads.pools import Pools
from core.leads.products import PRODUCTS
from core.moments import day_of, midnight
from core.people.models import Person
from core.people.service import Imported, import_people
from core.privacy import Vault
from core.store import audit
from core.store.audit import Entry
from core.store.base import Base, new_id, table_of
from core.store.unit import Store, Unit

PEOPLE_FILE = Path(__file__).parent / "data" / "people.csv"
SEED = 20261124
LEADS = 300
FIRST_NUMBER = 1001
_OTHER_WORDS = {"信用贷": "credit", "公积金贷": "credit"}  # the generator speaks as people do; the rest is business
_PRODUCTS = {word: key for key, word in PRODUCTS.items()} | _OTHER_WORDS
_BATCH = 5000
_FALLS = "15天跟进"  # the rule by which an untouched lead fell back
_OWNS = (How.CLAIM, How.ASSIGN, How.TRANSFER)

Told: TypeAlias = tuple[datetime, Entry]
"""When something was done, and what the operation log says of it."""


def seed(store: Store, pools: Pools) -> bool:
    """People and leads, if there are none; True if they were written now."""
    with store.unit(request_id="seed", channel="sandbox") as unit:
        if unit.session.scalar(select(func.count()).select_from(Person)):
            return False
        imported = import_people(unit, read_people(PEOPLE_FILE))
        if not isinstance(imported, Imported):
            raise RuntimeError(f"the sample people file is wrong: {imported[0]}")  # noqa: TRY004  a value, not a type
        unit.session.flush()
        userids, by_region = officers(unit)
        month = midnight(day_of(unit.now).replace(day=1))
        leads = [_without(lead, IDLE, month) for lead in make_leads(SEED, LEADS, unit.now, userids, by_region)]
        told: list[Told] = []
        write_leads(unit, leads, pools, first_number=FIRST_NUMBER, told=told)
        log(unit, told)
        unit.record(None, "sandbox:seed", "lead", leads=LEADS)
    return True


def officers(unit: Unit) -> tuple[list[str], dict[str, list[str]]]:
    """The officers' user ids, in all and by the region they work in."""
    people = (
        unit.session.scalars(select(Person).where(Person.roles.contains("officer")).order_by(Person.id)).unique().all()
    )
    by_region: dict[str, list[str]] = {"1501": [], "1502": []}
    for person in people:
        by_region["1501" if person.department.path.startswith("呼和浩特") else "1502"].append(person.wecom_userid or "")
    return [person.wecom_userid or "" for person in people], by_region


def _without(lead: SampleLead, person: str, since: datetime) -> SampleLead:
    """The lead, but for what this person wrote of it from then on."""
    kept = tuple(entry for entry in lead.follow_ups if entry.person != person or entry.at < since)
    return replace(lead, follow_ups=kept)


def log(unit: Unit, told: Iterable[Told]) -> None:
    """Chain the entries, each as of its moment, the oldest first."""
    for at, group in groupby(sorted(told, key=lambda one: one[0]), key=lambda one: one[0]):
        entries = [entry for _, entry in group]
        audit.append(unit.connection, unit.vault, entries, at=at, channel=unit.channel, request_id=unit.request_id)


@dataclass(slots=True)
class LeadRows:
    """The rows of some leads, by table, and what the operation log says of them."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    leads: list[dict[str, Any]] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    follow_ups: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

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

    def tell(self, at: datetime, by_id: int | None, action: str, number: int, **details: Any) -> None:
        """The log says that this was done to the lead."""
        self.told.append((at, Entry(by_id, action, subject(number), details)))


def write_leads(
    unit: Unit, leads: Iterable[SampleLead], pools: Pools, *, first_number: int, told: list[Told] | None = None
) -> int:
    """Write sample leads in batches (bounded memory), numbered from `first_number`; how many. What the operation log
    is to say of them is put into `told`; without it the log says nothing."""
    people = people_by_userid(unit)
    number = first_number
    for batch in _batches(leads):
        rows = LeadRows()
        for lead in batch:
            add_lead(rows, unit, lead, number, people, pools)
            number += 1
        rows.write(unit)
        if told is not None:
            told += rows.told
    continue_numbers(unit, Lead, number)
    return number - first_number


def people_by_userid(unit: Unit) -> dict[str | None, int]:
    """All people's numbers."""
    return {person.wecom_userid: person.id for person in unit.session.scalars(select(Person)).unique()}


def _batches(leads: Iterable[SampleLead]) -> Iterator[list[SampleLead]]:
    rest = iter(leads)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def continue_numbers(unit: Unit, model: type[Base], number: int) -> None:
    """The next one after `number`: PostgreSQL's sequence does not see numbers that were given by hand."""
    if unit.session.get_bind().dialect.name == "postgresql":
        unit.session.execute(select(func.setval(func.pg_get_serial_sequence(table_of(model).name, "id"), number)))


def add_lead(
    rows: LeadRows, unit: Unit, lead: SampleLead, number: int, people: Mapping[str | None, int], pools: Pools
) -> dict[str, Any]:
    """The rows of one lead; its own is given back, for what else is known of it."""
    product = product_of(lead)
    pool = pools.place(lead.region_code, product).key
    new = NewLead(lead.name, lead.phone, lead.channel, lead.id_number)
    customer = customer_values(unit.vault, new) | {"created_at": lead.created_at}
    rows.customers.append(customer)
    history = _history(unit.vault, lead, number, pool, people)
    owner_id, since = history[-1]["owner_id"], history[-1]["since"]
    last = lead.follow_ups[-1] if lead.follow_ups else None
    mine = last is not None and owner_id is not None and last.at >= since
    row = {
        "id": number,
        "customer_id": customer["id"],
        "state": LeadState.CLOSED if lead.closed_at else LeadState.OPEN,
        "pool": pool,
        "owner_id": owner_id,
        "owned_at": since if owner_id else None,
        "pooled_at": None if owner_id else since,
        "idle_since": max(since, last.at) if mine and last else since if owner_id else None,
        "contacted": mine,
        "applied_at": None,
        "disbursed_at": None,
        "settled_at": None,
        "closed_at": lead.closed_at,
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
    rows.leads.append(row)
    _add_touches(rows, lead, number)
    _tell_history(rows, history)
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
        rows.tell(entry.at, people[entry.person], "lead:follow", number, characters=len(entry.content))
    return row


def product_of(lead: SampleLead) -> str:
    """The product's key, for the word that the generator has for it."""
    return _PRODUCTS.get(lead.product, "business")


def _add_touches(rows: LeadRows, lead: SampleLead, number: int) -> None:
    rows.touches.append({"lead_id": number, "channel": lead.channel, "at": lead.created_at, "by_id": None})
    for channel, at in lead.touches:
        rows.touches.append({"lead_id": number, "channel": channel, "at": at, "by_id": None})
        rows.tell(at, None, "lead:touch", number, channel=channel)


def _tell_history(rows: LeadRows, history: list[dict[str, Any]]) -> None:
    """What the verbs record of each change of owner."""
    before = None
    for row in history:
        how, number, owner = row["how"], row["lead_id"], row["owner_id"]
        reason = "history" if row["reason"] else ""
        details: dict[How, dict[str, Any]] = {
            How.ENTER: {"channel": rows.leads[-1]["channel"], "pool": row["pool"], "owner": owner},
            How.ASSIGN: {"old": before, "new": owner, "reason": reason},
            How.TRANSFER: {"old": before, "new": owner, "reason": reason},
            How.RELEASE: {"owner": before, "pool": row["pool"], "reason": reason},
            How.RECYCLE: {"owner": before, "pool": row["pool"], "rule": row["rule"]},
        }
        action = "lead:add" if how is How.ENTER else f"lead:{how}"
        rows.tell(row["since"], row["by_id"], action, number, **details.get(how, {}))
        before = owner


def _history(
    vault: Vault, lead: SampleLead, number: int, pool: str, people: Mapping[str | None, int]
) -> list[dict[str, Any]]:
    """From the pool, through every move."""
    steps: list[tuple[int | None, How, int | None, str, datetime]] = [(None, How.ENTER, None, "", lead.created_at)]
    for move in lead.moves:
        how = How(move.how)
        owner = people[move.person] if move.person and how in _OWNS else None
        steps.append((owner, how, _by(move, steps[-1][0], people), move.reason, move.at))
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
            "rule": _FALLS if how is How.RECYCLE else None,
            "since": since,
            "until": until,
        }
        for row_id, (owner, how, by, reason, since), until in zip(ids, steps, untils, strict=True)
    ]


def _by(move: SampleMove, owner_id: int | None, people: Mapping[str | None, int]) -> int | None:
    """Who did it: whoever is named, at a transfer its owner of then, else who has the lead from then on."""
    if move.by:
        return people[move.by]
    if move.how == "transfer":
        return owner_id
    return people[move.person] if move.person else None
