"""Small companies made by chance, for properties of reports: rows of the real tables, put in at once, with their
moments and days around the boundaries of days, weeks, months and years in China.

    @given(seed=SEEDS)
    def test_a_metric(seed):
        made = generate(store, Lending(loans), Random(seed))
        assert ours(made.now) == by_hand(made.rows)

`generate` empties the database's tables first, so that one database serves all examples. The rows are consistent as
those of a real company are (one owner at a time, decisions at their steps, money for steps of 放款), but for the
operation log, which says nothing of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from core.leads.arriving import NewLead, customer_values
from core.leads.models import Customer, FollowUp, How, Lead, LeadState, Ownership, Touch, content_place
from core.leads.ways import Way
from core.loans.models import Definition
from core.moments import day_of, midnight
from core.people.models import Department, Person
from core.store.audit import AuditHead, AuditRow
from core.store.base import Base, table_of
from core.store.shared import SecretRow
from core.store.unit import Store, Unit

SEEDS = st.integers(0, 2**32 - 1)
"""What a company is made from; the smallest ones are as good as any."""
CHANNELS = ("抖音", "百度", "转介绍", "某平台")
REGIONS = ("150102", "150203", "150622", None)
PRODUCTS = ("house", "car", "credit", "business", None)
DEPARTMENTS = ("总部", "呼和浩特", "呼和浩特/一部", "呼和浩特/一部/甲组", "呼和浩特/二部", "包头", "包头/一部")
NOWS = (
    datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
    datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC),  # the last second of a month, and a Monday
    datetime(2026, 12, 31, 16, 0, tzinfo=UTC),  # the first moment of a year
    datetime(2027, 2, 28, 16, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 4, 0, tzinfo=UTC),
    datetime(2026, 3, 1, 16, 0, tzinfo=UTC),  # midnight of a Monday after a short month
)
_KEPT = (SecretRow, AuditRow, AuditHead, Definition)
_NEAR = (
    *(timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1), timedelta(seconds=-1)),
    *(timedelta(minutes=1), timedelta(hours=-1), timedelta(hours=8), timedelta(hours=-8)),
)


@dataclass(slots=True)
class Rows:
    """The rows by table, as they are put in: all columns, those of a kind numbered from 1."""

    of: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def __getitem__(self, model: type[Base]) -> list[dict[str, Any]]:
        return self.of.setdefault(model, [])

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """One row more: a column that is not given has its default, or nothing."""
        rows, table = self[model], table_of(model)
        row = {column.name: _default(column) for column in table.columns}
        if "id" in row:
            row["id"] = len(rows) + 1
        unknown = values.keys() - row.keys()
        if unknown:
            raise KeyError(f"{table.name} has no {sorted(unknown)}")
        rows.append(row | values)
        return rows[-1]


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


@dataclass(frozen=True, slots=True)
class Generated:
    """A company that is in the database, as of `now`."""

    now: datetime
    rows: Rows


class Chance:
    """Draws moments and days at and around the boundaries before `now`, and elsewhere in the fourteen months before."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        today = day_of(now)
        week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
        last = (month - timedelta(days=1)).replace(day=1)
        year_ago = month.replace(year=month.year - 1)
        self._days = [
            *(today, today - timedelta(days=1), week, week - timedelta(days=7), month, month - timedelta(days=1)),
            *(
                last,
                today.replace(month=1, day=1),
                year_ago,
                year_ago - timedelta(days=1),
                date(today.year - 1, 12, 31),
            ),
            *(today - timedelta(days=364), today - timedelta(days=365), today - timedelta(days=rng.randrange(400))),
        ]

    def moment(self, *, after: datetime | None = None) -> datetime:
        """A moment up to `now`, later than `after`."""
        for _ in range(8):
            at = midnight(self.rng.choice(self._days)) + self.rng.choice(_NEAR)
            if self.rng.random() < 0.25:
                at += timedelta(seconds=self.rng.randrange(86_400))
            if at <= self.now and (after is None or at > after):
                return at
        return after + (self.now - after) * self.rng.random() if after is not None else self.now

    def moments(self, count: int, *, after: datetime | None = None) -> list[datetime]:
        """So many moments, in order; none of them twice."""
        found = sorted({self.moment(after=after) for _ in range(count)})
        return [at for at in found if after is None or at > after]

    def day(self, *, near: datetime) -> str:
        """A day as it stands in a row: that of the moment, or one or some before it."""
        return (day_of(near) - timedelta(days=self.rng.choice((0, 0, 0, 0, 1, 3, 31)))).isoformat()

    def often(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.rng.random() < share


FillLoans: TypeAlias = Callable[[Unit, Rows, Chance], None]


def generate(store: Store, fill_loans: FillLoans | None, rng: Random, *, leads: int = 14) -> Generated:
    """Empty the tables, and put another company in: up to ten people (some have left), up to so many leads with their
    touches, owners and follow-ups, and what `fill_loans` makes of them (see `generated_loans.Lending`)."""
    now = rng.choice(NOWS)
    chance, rows = Chance(rng, now), Rows()
    with store.unit(request_id="test") as unit:
        _empty(unit.connection)
        people = _people(rows, chance)
        for _ in range(rng.randrange(1, leads + 1)):
            _lead(rows, unit, chance, people)
        if fill_loans is not None:
            fill_loans(unit, rows, chance)
        _write(unit.connection, rows)
    return Generated(now, rows)


def _empty(connection: Connection) -> None:
    kept = {table_of(model).name for model in _KEPT}
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in kept:
            connection.execute(table.delete())


def _write(connection: Connection, rows: Rows) -> None:
    postgres = connection.dialect.name == "postgresql"
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for model in sorted(rows.of, key=lambda one: order[table_of(one).name]):
        if not rows[model]:
            continue
        connection.execute(insert(table_of(model)), rows[model])
        name = func.pg_get_serial_sequence(table_of(model).name, "id")
        if postgres and "id" in rows[model][0] and connection.execute(select(name)).scalar():
            connection.execute(select(func.setval(name, len(rows[model]))))


def _people(rows: Rows, chance: Chance) -> list[int]:
    """Their numbers; officers, some of whom manage too, some of whom have left; and one for each other post."""
    for path in DEPARTMENTS:
        rows.add(Department, path=path)
    rng = chance.rng
    for number in range(rng.randrange(2, 7)):
        rows.add(
            Person,
            name=rng.choice(("张三", "张三", "额尔敦巴雅尔·乌兰其木格", "李娜", "苏日娜")),
            department_id=rng.randrange(1, len(DEPARTMENTS) + 1),
            roles=rng.choice(("officer", "officer", "officer|manager")),
            wecom_userid=f"o{number}",
            left_at=chance.moment() if chance.often(0.2) else None,
        )
    officers = [row["id"] for row in rows[Person]]
    for role in ("approver", "approver", "risk", "finance", "manager|admin"):
        rows.add(Person, name=role, department_id=1, roles=role, wecom_userid=f"p{len(rows[Person])}")
    return officers


def _lead(rows: Rows, unit: Unit, chance: Chance, people: Sequence[int]) -> None:
    """A lead of a new customer, or of one whose lead is closed: its touches, who had it, who wrote what."""
    rng, number = chance.rng, len(rows[Lead]) + 1
    closed = chance.often(0.35)
    begun = chance.moment()
    channel = rng.choice(CHANNELS)
    owners = [None, *(rng.choice([None, *people, *people]) for _ in range(rng.randrange(4)))]
    history = _history(rows, chance, number, owners, begun)
    last, since = history[-1]["owner_id"], history[-1]["since"]
    calls = _follow_ups(rows, unit, chance, history)
    mine = [at for at, person in calls if person == last and at >= since]
    rows.add(
        Lead,
        customer_id=_customer(rows, unit, chance),
        state=LeadState.CLOSED.value if closed else LeadState.OPEN.value,
        pool="hohhot",
        owner_id=last,
        owned_at=since if last else None,
        pooled_at=None if last else since,
        idle_since=max([since, *mine]) if last else None,
        contacted=bool(mine),
        closed_at=chance.moment(after=max([since, *mine])) if closed and chance.often(0.8) else None,
        product=rng.choice(PRODUCTS),
        amount_fen=rng.choice((None, 0, 1, 5_000_000, 50_000_000)),
        region=rng.choice(REGIONS),
        channel=channel,
        last_follow_up_at=max((at for at, _ in calls), default=None),
        created_at=begun,
    )
    rows.add(Touch, lead_id=number, channel=channel, at=begun)
    for at in chance.moments(rng.choice((0, 0, 0, 1, 2)), after=begun):
        rows.add(Touch, lead_id=number, channel=rng.choice(CHANNELS), at=at)


def _customer(rows: Rows, unit: Unit, chance: Chance) -> int:
    taken = {row["customer_id"] for row in rows[Lead] if row["state"] == LeadState.OPEN.value}
    free = [row["id"] for row in rows[Customer] if row["id"] not in taken]
    if free and chance.often(0.3):
        return int(chance.rng.choice(free))
    number = len(rows[Customer]) + 1
    new = NewLead(f"客户{number}", f"139{number:08d}", CHANNELS[0])
    values = customer_values(unit.vault, new) | {"created_at": chance.now}
    return int(rows.add(Customer, **values)["id"])


def _history(
    rows: Rows, chance: Chance, lead: int, owners: Sequence[int | None], begun: datetime
) -> list[dict[str, Any]]:
    """One row for each who had it in turn, or the pool; as many as there are moments for."""
    moments = [begun, *chance.moments(len(owners) - 1, after=begun)]
    found: list[dict[str, Any]] = []
    for owner, since in zip(owners, moments, strict=False):
        before = found[-1]["owner_id"] if found else None
        if found and owner == before:
            continue
        how = _how(chance, before, owner) if found else How.ENTER
        by_id = owner if how is How.CLAIM else before if how in (How.RELEASE, How.TRANSFER) else None
        rule = "15天跟进" if how in (How.RECYCLE, How.ASSIGN) else None
        if found:
            found[-1]["until"] = since
        one = {"owner_id": owner, "pool": "hohhot", "how": how.value, "by_id": by_id, "rule": rule, "since": since}
        found.append(rows.add(Ownership, lead_id=lead, **one))
    return found


def _how(chance: Chance, before: int | None, owner: int | None) -> How:
    if before is None:
        return How.CLAIM if chance.often(0.7) else How.ASSIGN
    if owner is None:
        return How.RELEASE if chance.often(0.5) else How.RECYCLE
    return How.TRANSFER


def _follow_ups(
    rows: Rows, unit: Unit, chance: Chance, history: Sequence[Mapping[str, Any]]
) -> list[tuple[datetime, int]]:
    """What the owners wrote while they had it; at the very moment they got it, too."""
    found = []
    for stretch in history:
        if stretch["owner_id"] is None:
            continue
        ends = stretch["until"] or chance.now
        moments = chance.moments(chance.rng.choice((0, 1, 1, 2, 5)), after=stretch["since"])
        if chance.often(0.1):
            moments.insert(0, stretch["since"])
        for at in (each for each in moments if each <= ends):
            number = len(rows[FollowUp]) + 1
            content = unit.vault.seal(content_place(number), "联系过")
            way = chance.rng.choice((None, *(each.value for each in Way)))
            rows.add(
                FollowUp, lead_id=stretch["lead_id"], person_id=stretch["owner_id"], content=content, way=way, at=at
            )
            found.append((at, stretch["owner_id"]))
    return found
