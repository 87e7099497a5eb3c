"""One application as it is read for an inspection: masked, or in full. Whether somebody may have it is asked before.

What does not open (its key was retired, it came to harm) is `UNOPENED` where it stands, and keeps nothing else away.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, TypeAlias

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core.leads.models import (
    NUMBERS,
    Customer,
    Lead,
    NumberKind,
    credit_code_place,
    id_number_place,
    name_place,
    phone_place,
)
from core.leads.pools import Pools
from core.leads.products import PRODUCTS
from core.leads.tags import Tagging
from core.loans.definitions import flow_of, form_of
from core.loans.flows import Flow
from core.loans.forms import FieldKind, Form
from core.loans.models import Application, StepRow, Task, values_place
from core.people.posts import Career, career_of
from core.privacy import Unreadable, Vault, mask_credit_code, mask_id_number, mask_name, mask_numbers, mask_phone
from core.risk.providers import Providers
from core.store import audit
from core.store.audit import Broken
from core.store.base import table_of
from core.store.files import Files

_A, _C, _L = table_of(Application), table_of(Customer), table_of(Lead)
_PLACES = {"phone": phone_place, "id_number": id_number_place, "credit_code": credit_code_place}
_MASKS: Mapping[NumberKind, Callable[[str], str]] = {
    "phone": mask_phone,
    "id_number": mask_id_number,
    "credit_code": mask_credit_code,
}
_NUMBER_FIELDS: dict[FieldKind, NumberKind] = {
    FieldKind.PHONE: "phone",
    FieldKind.ID_NUMBER: "id_number",
    FieldKind.CREDIT_CODE: "credit_code",
}
_SHORTEST = 2
"""Of a part of a name (巴特尔 of 巴特尔·孟和) that is masked in a text by itself too."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A sealed value that does not open."""


UNOPENED: Final = Unopened()
Opened: TypeAlias = str | Unopened | None
"""What was sealed; None where nothing was."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its key, and what people call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person, with the post that he had when he did what is told of him, as far as it is known. The name is that of
    now; `left`: he did not work here any more."""

    id: int
    name: str
    roles: tuple[str, ...]
    department: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What is read by beside the database: what the company calls things now, and the `files` of papers, if they are to
    be looked at."""

    tagging: Tagging
    pools: Pools
    providers: Providers = field(default_factory=Providers)
    files: Files | None = None


@dataclass(frozen=True)
class Reading:
    """An application being read, at the moment `now`, by these `means`. `full`: nothing of it is masked."""

    session: Session
    vault: Vault
    row: Any
    now: datetime
    means: Means
    full: bool = False
    _careers: dict[int, Career | None] = field(default_factory=dict)

    @cached_property
    def broken(self) -> Broken | None:
        """What of the operation log does not hold, at the moment of this reading; None: it is whole."""
        found = audit.verify(self.session, self.vault)
        return found if isinstance(found, Broken) else None

    @property
    def number(self) -> int:
        """The application's number."""
        return int(self.row.id)

    @property
    def lead_id(self) -> int:
        """The lead it was born from."""
        return int(self.row.lead_id)

    @cached_property
    def form(self) -> Form | None:
        """The form it is filled in on; None if that cannot be read any more."""
        try:
            return form_of(self.session.connection(), self.row.form)
        except (LookupError, ValueError):
            return None

    @cached_property
    def flow(self) -> Flow | None:
        """The flow it runs on; None if that cannot be read any more."""
        try:
            return flow_of(self.session.connection(), self.row.flow)
        except (LookupError, ValueError):
            return None

    @cached_property
    def values(self) -> dict[str, Any] | None:
        """What is filled in, as it is; None if it does not open."""
        found = self.opened(values_place(self.number), self.row.values)
        values: dict[str, Any] | None = json.loads(found) if isinstance(found, str) else None
        return values

    @cached_property
    def customers(self) -> Sequence[Any]:
        """The rows of its customer, and of those who were merged into him; his own first."""
        his = select(_L.c.customer_id).where(_L.c.id == self.lead_id).scalar_subquery()
        wanted = select(_C).where((_C.c.id == his) | (_C.c.merged_into_id == his))
        return self.session.execute(wanted.order_by(_C.c.merged_into_id.is_not(None), _C.c.id)).all()

    @cached_property
    def steps(self) -> Sequence[Any]:
        """The rows of the nodes that it was at, the first first."""
        return self.rows(table_of(StepRow))

    @cached_property
    def tasks(self) -> Sequence[Any]:
        """The rows of its tasks, the first first."""
        return self.rows(table_of(Task))

    def rows(self, table: Table) -> Sequence[Any]:
        """Its rows in this table, by number."""
        mine = select(table).where(table.c.application_id == self.number)
        return self.session.execute(mine.order_by(table.c.id)).all()

    def opened(self, place: str, sealed: bytes | None) -> Opened:
        """What is sealed there, as it is: for whoever does not show it, or masks it himself."""
        if sealed is None:
            return None
        try:
            return self.vault.open(place, sealed)
        except (Unreadable, UnicodeDecodeError):
            return UNOPENED

    def words(self, place: str, sealed: bytes | None) -> Opened:
        """What somebody typed, sealed there, as it may be shown."""
        found = self.opened(place, sealed)
        return self.text(found) if isinstance(found, str) else found

    def text(self, typed: str) -> str:
        """What somebody typed, as it may be shown: without the customer's name, and without numbers of anybody's."""
        return typed if self.full else mask_numbers(self.plain(typed))

    def plain(self, written: str) -> str:
        """What the program wrote (where a date is no phone number), without what it may hold of the customer."""
        if not self.full:
            for secret, masked in self._secrets.items():
                written = written.replace(secret, masked)
        return written

    def name(self, row: Any) -> Opened:
        """The name in a customer's row."""
        found = self.opened(name_place(row.id), row.name)
        return mask_name(found) if isinstance(found, str) and not self.full else found

    def own_number(self, row: Any, kind: NumberKind) -> Opened:
        """A number in a customer's row."""
        found = self.opened(_PLACES[kind](row.id), getattr(row, kind))
        return _MASKS[kind](found) if isinstance(found, str) and not self.full else found

    def filled(self, kind: FieldKind, value: Any) -> Any:
        """What stands in a field of this kind, as it may be shown."""
        if self.full or not isinstance(value, str):
            return value
        if kind in _NUMBER_FIELDS:
            return _MASKS[_NUMBER_FIELDS[kind]](value)
        return self.text(value) if kind is FieldKind.TEXT else value

    def who(self, person_id: int | None, at: datetime | None = None) -> Who | None:
        """The person, with his post of that moment (None: of now); None for nobody."""
        if person_id is None:
            return None
        if person_id not in self._careers:
            self._careers[person_id] = career_of(self.session, person_id)
        career = self._careers[person_id]
        if career is None:
            return Who(person_id, "", (), "", left=True)
        post = career.at(at) if at is not None else career.now
        return Who(career.id, career.name, post.roles, post.department, left=not post.works_here)

    def people(self) -> list[Who]:
        """All who were named so far, as they are now."""
        return [who for person_id in sorted(self._careers) if (who := self.who(person_id)) is not None]

    def node(self, key: str) -> Named:
        """A node of its flow, by key."""
        known = {each.key: each.name for each in self.flow.nodes} if self.flow is not None else {}
        return Named(key, known.get(key, key))

    def stage(self, key: str) -> Named:
        """A stage of its flow, by key."""
        known = {each.key: each.name for each in self.flow.stages} if self.flow is not None else {}
        return Named(key, known.get(key, key))

    def provider(self, key: str) -> Named:
        """Who is asked for reports, by key."""
        found = self.means.providers.of(key)
        return Named(key, found.name if found is not None else key)

    @cached_property
    def _secrets(self) -> Mapping[str, str]:
        """What a text must not hold of the customer, with what stands there in its place, the longest first."""
        found: dict[str, str] = {}
        for row in self.customers:
            name = self.opened(name_place(row.id), row.name)
            found |= {part: mask_name(part) for part in _parts(name)} if isinstance(name, str) else {}
            for kind in NUMBERS:
                number = self.opened(_PLACES[kind](row.id), getattr(row, kind))
                found |= {number: _MASKS[kind](number)} if isinstance(number, str) else {}
        for each in self.form.fields if self.form is not None else ():
            value = (self.values or {}).get(each.key)
            if each.kind in _NUMBER_FIELDS and isinstance(value, str) and value:
                found[value] = _MASKS[_NUMBER_FIELDS[each.kind]](value)
        return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def _parts(name: str) -> Iterable[str]:
    """A name as it may be written: whole, without its dots, and each part of it."""
    return {part for part in (name, name.replace("·", ""), *name.split("·")) if len(part) >= _SHORTEST}


def product(key: str | None) -> Named | None:
    """A product by its key."""
    return Named(key, PRODUCTS.get(key, key)) if key else None


def begin(
    session: Session, vault: Vault, number: int, now: datetime, means: Means, *, full: bool = False
) -> Reading | None:
    """Begin to read the application; None if there is none of this number. `session` is a snapshot, so that what is
    read fits together."""
    row = session.execute(select(_A).where(_A.c.id == number)).one_or_none()
    return Reading(session, vault, row, now, means, full) if row is not None else None
