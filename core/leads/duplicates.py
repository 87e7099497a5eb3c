"""查重: is somebody with exactly this number a customer already, and whose? Counted and audited.

Exact only, and never a list: a part of a number would be fishing. What is told is enough to know whom to ask, and of a
lead that the person may not look at no more than that there is one. The number stands in no table and in no log: what
was asked is counted by a blind index of its own, which is of no use for finding a customer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, get_args

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from core.calendar import day_start
from core.leads.access import hidden_from, may_look_into, sees_everything
from core.leads.claiming import why_not
from core.leads.models import IS_OPEN, Customer, Deferral, DeferralKind, Lead, LeadState, NumberKind, subject
from core.leads.outcomes import ClaimRefusal, LimitReached, NotAllowed
from core.leads.pools import Hidden, Pools
from core.leads.queries import STARS, opened_name
from core.leads.rules import check_limit
from core.people.holding import hold
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, may, may_touch
from core.privacy import Vault, mask_name
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_ASKED_LETTERS = 32  # 128 bits of the blind index, in hex
_TOLD_LETTERS = 8  # in the audit log: the same number asked for again is seen to be the same


class DuplicateCheck(Base):
    """One number that somebody checked. `asked` is a blind index made for this table alone."""

    __tablename__ = "duplicate_check"
    __table_args__ = (Index(None, "person_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    asked: Mapped[str] = mapped_column(String(_ASKED_LETTERS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of a customer, in normal form (`core.privacy.normal`)."""

    kind: NumberKind
    value: str


@dataclass(frozen=True, slots=True)
class NobodyKnown:
    """No customer has this number."""


@dataclass(frozen=True, slots=True)
class CameBefore:
    """A customer has it, and no open lead. The last one was closed at `closed_at`; None: nobody knows when."""

    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class InHand:
    """The customer (`name` is masked) has an open lead, which `owner_id` of `department` has; nobody else gets it
    before `protected_until`. `visible`: the person may look at the lead, so he may be told its number."""

    lead_id: int
    name: str
    owner_id: int
    department: str
    protected_until: datetime | None
    visible: bool


@dataclass(frozen=True, slots=True)
class InPool:
    """The customer (`name` is masked; empty if the pool hides it) has an open lead, which waits in `pool`, and the
    person may look into that. `stop` says why he cannot claim it; None: he can."""

    lead_id: int
    name: str
    pool: str
    stop: ClaimRefusal | None


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """There is an open lead, in a pool that the person may not look into. `ask` are those who look after it."""

    ask: tuple[str, ...]


Found: TypeAlias = NobodyKnown | CameBefore | InHand | InPool | OutOfSight
"""What a check may tell."""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as the lookup finds him: his name (None if it does not open), and his open lead, if he has one."""

    customer_id: int
    name: str | None
    lead_id: int | None
    pool: str
    owner_id: int | None


_L, _P, _D = table_of(Lead), table_of(Person), table_of(Department)
_F = table_of(Deferral)
_C, _ASKED = table_of(Customer), table_of(DuplicateCheck)
_WHOSE = func.coalesce(_C.c.merged_into_id, _C.c.id)


def _by(kind: NumberKind) -> Prepared:
    """The customer with a blind index of this kind, into whom he was merged, and the open lead. As little as a check
    needs: it may take half as long again as a bare look by the index (`tests/bench/duplicates.py`)."""
    return Prepared(
        select(_C.c.id, _C.c.name, _C.c.merged_into_id, _L.c.id, _L.c.pool, _L.c.owner_id)
        .select_from(_C)
        .outerjoin(_L, and_(_L.c.customer_id == _WHOSE, IS_OPEN))
        .where(_C.c[f"{kind}_index"] == bindparam("index", type_=LargeBinary()))
    )


_LOOK_UP: dict[NumberKind, Prepared] = {kind: _by(kind) for kind in get_args(NumberKind)}
_NAME = Prepared(select(_C.c.name).where(_C.c.id == bindparam("customer")))
_HANDS = Prepared(
    select(
        _D.c.path,
        select(func.max(_F.c.until))
        .where(
            _F.c.lead_id == _L.c.id,
            _F.c.owner_id == _L.c.owner_id,
            _F.c.at >= _L.c.owned_at,
            _F.c.kind == DeferralKind.PROTECTION.value,
        )
        .scalar_subquery(),
    )
    .select_from(_L)
    .outerjoin(_P, _P.c.id == _L.c.owner_id)
    .outerjoin(_D, _D.c.id == _P.c.department_id)
    .where(_L.c.id == bindparam("lead"))
)
_LAST_CLOSED = Prepared(
    select(_L.c.id, func.coalesce(_L.c.closed_at, _L.c.settled_at, type_=UtcDateTime))
    .where(_L.c.customer_id == bindparam("customer"), _L.c.state == LeadState.CLOSED.value)
    .order_by(func.coalesce(_L.c.closed_at, _L.c.settled_at, _L.c.created_at).desc(), _L.c.id.desc())
    .limit(1)
)
_TODAY = Prepared(
    select(_ASKED.c.asked)
    .where(_ASKED.c.person_id == bindparam("person"), _ASKED.c.at >= bindparam("day", type_=UtcDateTime))
    .distinct()
)


def check_duplicate(unit: Unit, actor: Actor, number: Number, pools: Pools) -> Found | LimitReached | NotAllowed:
    """查重: what `actor` may know of the customer with this number. Each number counts once in a day."""
    actor = hold(unit, actor)
    if not may(actor, Verb.CHECK):
        unit.record(actor.id, "lead:check:denied", "lead")
        return NotAllowed(Verb.CHECK)
    asked = _asked(unit.vault, number)
    stop = _count(unit, actor, asked, pools)
    if stop is not None:
        unit.record(actor.id, "lead:check:limit", "lead", used=stop.used)
        return stop
    known = look_up(unit.connection, unit.vault, number)
    found = _told(unit, actor, known, pools)
    about = subject(known.lead_id) if known and known.lead_id else "lead"
    unit.record(actor.id, "lead:check", about, found=type(found).__name__, asked=asked[0][:_TOLD_LETTERS])
    return found


def count_as_checked(
    unit: Unit, actor: Actor, number: Number, pools: Pools, lead_id: int | None
) -> LimitReached | None:
    """What comes of a number that `actor` brings tells him as much as 查重 does, so it counts as one that he checked.
    What stops it, and then nothing may be told; the caller holds him."""
    asked, about = _asked(unit.vault, number), subject(lead_id) if lead_id else "lead"
    if _today(unit, actor) & set(asked):
        return None
    stop = _count(unit, actor, asked, pools)
    if stop is not None:
        unit.record(actor.id, "lead:check:limit", about, used=stop.used)
    else:
        unit.record(actor.id, "lead:check", about, brought=True, asked=asked[0][:_TOLD_LETTERS])
    return stop


def look_up(executor: Executor, vault: Vault, number: Number) -> Known | None:
    """The customer with exactly this number. Not for the eyes of who may not see him."""
    for index in vault.indexes(f"customer.{number.kind}", number.value):  # that of the key before comes second
        row = _LOOK_UP[number.kind].row(executor, {"index": index})
        if row is not None:
            found_id, name, merged_into, lead_id, pool, owner_id = row
            customer_id = merged_into or found_id
            if merged_into is not None:
                ((name,),) = _NAME.rows(executor, {"customer": merged_into})
            return Known(customer_id, opened_name(vault, customer_id, name), lead_id, pool or "", owner_id)
    return None


def told_of_lead(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> Found:
    """What `actor` may know of a lead that he met by bringing its customer again; as of one that he checked."""
    wanted = select(_C.c.id, _C.c.name, _L.c.pool, _L.c.owner_id).join(_L, _L.c.customer_id == _C.c.id)
    customer_id, name, pool, owner_id = unit.connection.execute(wanted.where(_L.c.id == lead_id)).one()
    known = Known(customer_id, opened_name(unit.vault, customer_id, name), lead_id, pool, owner_id)
    return _told(unit, actor, known, pools)


def _asked(vault: Vault, number: Number) -> list[str]:
    """How the number is counted, by the key of now and by the one before."""
    indexes = vault.indexes("duplicate_check.asked", f"{number.kind}:{number.value}")
    return [index.hex()[:_ASKED_LETTERS] for index in indexes]


def _count(unit: Unit, actor: Actor, asked: list[str], pools: Pools) -> LimitReached | None:
    """Count it. The person is held: two at once cannot both take the last one."""
    today = _today(unit, actor)
    if today & set(asked):
        return None
    stop = check_limit(pools, len(today), unit.now)
    if stop is None:
        unit.connection.execute(insert(_ASKED).values(person_id=actor.id, asked=asked[0], at=unit.now))
    return stop


def _today(unit: Unit, actor: Actor) -> set[str]:
    """The numbers that he checked today."""
    return {row[0] for row in _TODAY.rows(unit.connection, {"person": actor.id, "day": day_start(unit.now)})}


def _told(unit: Unit, actor: Actor, known: Known | None, pools: Pools) -> Found:
    if known is None:
        return NobodyKnown()
    if known.lead_id is None:
        closed = _LAST_CLOSED.row(unit.connection, {"customer": known.customer_id})
        return CameBefore(closed[1]) if closed else NobodyKnown()
    name = mask_name(known.name or STARS)
    if known.owner_id is not None:
        return _in_hand(unit, actor, known.lead_id, name, known.owner_id)
    pool = pools.by_key(known.pool)
    if not (may_look_into(actor, pool) or sees_everything(actor)):
        return OutOfSight(_admins(unit, pool.admins if pool else ()))
    shown = "" if Hidden.NAME in hidden_from(actor, pool) else name
    return InPool(known.lead_id, shown, known.pool, why_not(unit, actor, known.lead_id, pools))


def _in_hand(unit: Unit, actor: Actor, lead_id: int, name: str, owner_id: int) -> InHand:
    ((department, until),) = _HANDS.rows(unit.connection, {"lead": lead_id})
    kept = until if until is not None and until > unit.now else None
    visible = may_touch(actor, Verb.SEE_LEAD, owner_id, department)
    return InHand(lead_id, name, owner_id, department or "", kept, visible)


def _admins(unit: Unit, accounts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these who work here, by name."""
    if not accounts:
        return ()
    named = or_(_P.c.wecom_userid.in_(accounts), _P.c.dingtalk_userid.in_(accounts))
    wanted = select(_P.c.name).where(named, _P.c.left_at.is_(None)).order_by(_P.c.id)
    return tuple(unit.connection.scalars(wanted))
