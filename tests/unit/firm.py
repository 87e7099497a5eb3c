"""The small firm: its people, its pools, and the verbs with the least that a test must say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select, update

from core.leads.intake import NewLead, add_lead
from core.leads.models import Lead, LeadState, Ownership
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.pooled import Look, PoolPage, pool_page
from core.leads.pools import Pool, Pools
from core.leads.whole import Lead360, lead_360
from core.people.models import Person
from core.people.policy import Actor
from core.people.queries import by_userid
from core.people.service import PersonRow
from core.store.audit import AuditRow
from core.store.unit import Store, Unit

T = TypeVar("T")

_LINES = (
    ("乌云", "总部", "admin", "admin"),
    ("刘芳", "总部/审批部", "approver", "approver"),
    ("何静", "总部/财务部", "finance", "finance"),
    ("赵建国", "呼和浩特", "manager", "boss"),
    ("李娜", "呼和浩特/一部", "officer|manager", "lina"),
    ("巴图", "呼和浩特/一部", "officer", "batu"),
    ("张三", "呼和浩特/一部", "officer", "zhang"),
    ("王强", "呼和浩特/二部", "officer", "wang"),
    ("周敏", "包头/一部", "officer", "zhou"),
    ("白音", "包头", "manager", "bai"),
)
PEOPLE = [PersonRow(line, name, path, role, userid, "", "", "") for line, (name, path, role, userid) in
          enumerate(_LINES, 2)]  # fmt: skip
EVERYBODY = tuple(userid for *_, userid in _LINES)
POOLS = Pools(
    (
        Pool("hohhot", "呼和浩特池", departments=("呼和浩特",), regions=("1501",)),
        Pool("all", "全区池"),
    ),
    "all",
)
_phones = count(13947100000)


@dataclass(slots=True)
class Firm:
    """The firm at work on one database."""

    store: Store
    pools: Pools = field(default=POOLS)

    def who(self, userid: str) -> Actor:
        """A person with the rights of now."""
        with self.store.read() as session:
            found = by_userid(session, "wecom", userid)
        assert found is not None
        return found

    def do(self, verb: Callable[..., T], userid: str, *args: Any) -> T:
        """One verb by one person, in a unit of its own."""
        actor = self.who(userid)
        with self.store.unit(request_id="test", channel="wecom") as unit:
            return verb(unit, actor, *args)

    def work(self, work: Callable[[Unit], T]) -> T:
        """Anything, in a unit of its own."""
        with self.store.unit(request_id="test") as unit:
            return work(unit)

    def page(self, userid: str, pool: Pool, number: int = 1) -> PoolPage:
        """A page of `pool` as this person is shown it now."""
        with self.store.read() as session:
            return pool_page(session, self.store.vault, self.look(userid), pool, number)

    def look(self, userid: str) -> Look:
        """How this person looks at the pools now."""
        return Look(self.who(userid), self.pools, self.store.clock())

    def whole(self, userid: str, lead_id: int) -> Lead360 | None:
        """The lead as this person is shown it now."""
        with self.store.read() as session:
            return lead_360(session, self.store.vault, self.who(userid), lead_id, self.pools, self.store.clock())

    def add(self, by: str = "admin", name: str = "刘志强", **more: Any) -> int:
        """A lead that `by` enters (the administrator's waits in its pool); its number."""
        phone = more.pop("phone", None) or str(next(_phones))
        given = {"region": "150102", "product": "house", "channel": "抖音"} | more
        outcome = self.do(add_lead, by, NewLead(name, phone, **given), self.pools)
        assert isinstance(outcome, Added | AlreadyOpen)
        return outcome.lead_id

    def close(self, lead_id: int) -> None:
        """The lead is closed, whatever closed it."""
        with self.store.database.write() as session:
            session.execute(update(Lead).where(Lead.id == lead_id).values(state=LeadState.CLOSED))

    def leaves(self, userid: str) -> int:
        """The person leaves the firm; his number."""
        number = self.who(userid).id
        with self.store.database.write() as session:
            session.execute(update(Person).where(Person.id == number).values(left_at=self.store.clock()))
        return number

    def lead(self, lead_id: int) -> Lead:
        """The lead's row."""
        with self.store.read() as session:
            return session.scalars(select(Lead).where(Lead.id == lead_id)).one()

    def history(self, lead_id: int) -> list[tuple[int | None, str, str, bool]]:
        """Who had the lead: (owner, pool, how, has it still)."""
        with self.store.read() as session:
            rows = session.scalars(select(Ownership).where(Ownership.lead_id == lead_id).order_by(Ownership.id))
            return [(row.owner_id, row.pool, row.how, row.until is None) for row in rows]

    def audited(self, userid: str) -> list[tuple[str, str]]:
        """What stands of a person in the audit log: (action, subject)."""
        wanted = select(AuditRow.action, AuditRow.subject).where(AuditRow.actor_id == self.who(userid).id)
        with self.store.read() as session:
            return [(row.action, row.subject) for row in session.execute(wanted.order_by(AuditRow.seq))]
