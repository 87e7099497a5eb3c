"""What automatic assignment keeps: whose turn it is in each rule, and every decision, so that it can be explained.

A lead that nobody could take has one open decision, without a person: its place in the queue. It is replaced when the
lead is looked at again, and goes when the lead is given out or is no longer waiting.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, and_, bindparam, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.leads.assignment_outcomes import Chosen, Decision, Nobody, Turn, pack_decision, unpack_decision
from core.leads.models import IS_POOLED, How, Lead, Ownership
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.bulk import InsertMany
from core.store.database import Executor, insert_new
from core.store.prepared import Prepared
from core.store.unit import Unit

RETRY = timedelta(minutes=1)
"""A lead that nobody could take is looked at again after so long at the latest: somebody may have handed one back."""

_WAITS = text("person_id IS NULL")
_UNTOLD = text("person_id IS NOT NULL AND told_at IS NULL")


class AssignmentTurn(Base):
    """Whose turn it is in the rule `rule`: `turns` (JSON) are the people's by number. Whoever chooses by this rule
    holds the row. `told_at`: that nobody could take a lead was told then, and some have been waiting since."""

    __tablename__ = "assignment_turn"

    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    turns: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AssignmentRow(Base):
    """One decision (`decision` as JSON) on a lead by the rule `rule` of the configuration `version`. `person_id` None:
    nobody could take it; it waits `since`, and is looked at again at `retry_at`. At most one of these a lead. Of others
    `told_at` says that the new owner was told."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("uq_assignment_waiting", "lead_id", unique=True, postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_assignment_retry", "retry_at", postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_assignment_since", "since", "lead_id", postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_assignment_untold", "id", postgresql_where=_UNTOLD, sqlite_where=_UNTOLD),
        Index(None, "lead_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    rule: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_A, _T, _L, _O = table_of(AssignmentRow), table_of(AssignmentTurn), table_of(Lead), table_of(Ownership)
IS_QUEUED = _A.c.person_id.is_(None)
_IS_UNTOLD = and_(_A.c.person_id.is_not(None), _A.c.told_at.is_(None))
_ADD_GIVEN = InsertMany(AssignmentRow, ("lead_id", "rule", "person_id", "decision"), ("version", "at"))
_ADD_WAITING = InsertMany(AssignmentRow, ("lead_id", "rule", "decision"), ("version", "at", "since", "retry_at"))
_KEEP_TURNS = Prepared(update(_T).where(_T.c.rule == bindparam("of")).values(turns=bindparam("turns")))


def hold_turns(unit: Unit, rules: Collection[str]) -> dict[str, dict[int, Turn]]:
    """The turns of these rules by person, held to the commit: who chooses by one of them meanwhile waits."""
    for rule in sorted(rules):
        unit.connection.execute(insert_new(unit.connection, AssignmentTurn).values(rule=rule, turns="{}"))
    wanted = select(_T.c.rule, _T.c.turns).where(_T.c.rule.in_(rules)).order_by(_T.c.rule).with_for_update()
    return {
        rule: {
            int(person): Turn(served, due, datetime.fromisoformat(last) if last else None)
            for person, (served, due, last) in json.loads(turns).items()
        }
        for rule, turns in unit.connection.execute(wanted)
    }


def keep_turns(unit: Unit, turns: Mapping[str, Mapping[int, Turn]]) -> None:
    """Write the turns of the rules that `hold_turns` holds."""
    for rule, people in turns.items():
        packed = {
            person: (turn.served, turn.due, turn.last_served_at.isoformat() if turn.last_served_at else None)
            for person, turn in people.items()
        }
        _KEEP_TURNS.run(unit.connection, {"of": rule, "turns": json.dumps(packed, separators=(",", ":"))})


def keep_given(unit: Unit, version: str, given: Sequence[Chosen]) -> None:
    """Write decisions by which leads were given to people; they wait no more."""
    leave_queue(unit, [one.lead_id for one in given])
    rows = [(one.lead_id, one.rule, one.person_id, _packed(one)) for one in given]
    _ADD_GIVEN.run(unit.connection, rows, version=version, at=unit.now)


def keep_waiting(unit: Unit, version: str, nobody: Nobody, since: Mapping[int, datetime]) -> None:
    """Write the decision that nobody could take the leads of `since` (when each came into its pool), which are alike
    in all that was looked at: instead of what stood there."""
    latest = unit.now + RETRY
    values = {
        "rule": nobody.rule,
        "version": version,
        "decision": _packed(nobody),
        "at": unit.now,
        "retry_at": min(nobody.earliest or latest, latest),
    }
    again = update(_A).where(IS_QUEUED, _A.c.lead_id.in_(since)).values(**values).returning(_A.c.lead_id)
    known = set(unit.connection.scalars(again))
    fresh: dict[datetime, list[int]] = defaultdict(list)
    for lead_id, pooled_at in since.items():
        if lead_id not in known:
            fresh[pooled_at].append(lead_id)
    more = {name: values[name] for name in ("version", "at", "retry_at")}
    for pooled_at, lead_ids in fresh.items():
        rows = [(lead_id, nobody.rule, values["decision"]) for lead_id in lead_ids]
        _ADD_WAITING.run(unit.connection, rows, since=pooled_at, **more)


def leave_queue(unit: Unit, lead_ids: Collection[int]) -> None:
    """These leads wait for nobody any more."""
    unit.connection.execute(delete(_A).where(IS_QUEUED, _A.c.lead_id.in_(lead_ids)))


def wake(unit: Unit, version: str) -> None:
    """What another configuration than `version` decided to leave waiting is looked at again at once."""
    old = update(_A).where(IS_QUEUED, _A.c.version != version, _A.c.retry_at > unit.now)
    unit.connection.execute(old.values(retry_at=unit.now))


def _packed(decision: Decision) -> str:
    return json.dumps(pack_decision(decision), ensure_ascii=False, separators=(",", ":"))


def tell_given(unit: Unit, limit: int) -> list[tuple[int, int]]:
    """Up to `limit` leads (with their new owners) of which the owners were not told yet, the first given first; from
    here on they count as told."""
    untold = select(_A.c.id).where(_IS_UNTOLD).order_by(_A.c.id).limit(limit)
    told = update(_A).where(_A.c.id.in_(untold), _A.c.told_at.is_(None)).values(told_at=unit.now)
    rows = unit.connection.execute(told.returning(_A.c.id, _A.c.lead_id, _A.c.person_id)).all()
    return [(row.lead_id, row.person_id) for row in sorted(rows, key=lambda row: row.id)]


def tell_no_more(unit: Unit, lead_ids: Collection[int]) -> None:
    """The new owners of these leads are told otherwise."""
    untold = update(_A).where(_IS_UNTOLD, _A.c.lead_id.in_(lead_ids))
    unit.connection.execute(untold.values(told_at=unit.now))


def any_untold(session: Session) -> bool:
    """Is there a new owner who was not told?"""
    return session.scalar(select(_A.c.id).where(_IS_UNTOLD).limit(1)) is not None


def tell_once(unit: Unit, rules: Collection[str]) -> set[str]:
    """Those of the rules of which it was not told yet that nobody can take a lead; from here on it counts as told."""
    new = update(_T).where(_T.c.rule.in_(rules), _T.c.told_at.is_(None)).values(told_at=unit.now)
    return set(unit.connection.scalars(new.returning(_T.c.rule)))


def relieve(unit: Unit) -> None:
    """Rules by which no lead waits any more work again: should one wait later, that is told anew."""
    waits = select(_A.c.id).join(_L, _L.c.id == _A.c.lead_id).where(IS_QUEUED, _A.c.rule == _T.c.rule, IS_POOLED)
    unit.connection.execute(update(_T).where(_T.c.told_at.is_not(None), ~waits.exists()).values(told_at=None))


def any_told(session: Session) -> bool:
    """Is there a rule of which it was told that nobody can take a lead?"""
    return session.scalar(select(_T.c.rule).where(_T.c.told_at.is_not(None)).limit(1)) is not None


def why_given(session: Session, lead_id: int) -> Chosen | None:
    """The decision by which the lead came to who has it now; None if it came to him otherwise."""
    current = and_(_O.c.lead_id == lead_id, _O.c.until.is_(None), _O.c.how == How.ASSIGN.value, _O.c.by_id.is_(None))
    found = session.execute(
        select(_A.c.decision)
        .join(_O, and_(_O.c.lead_id == _A.c.lead_id, _O.c.owner_id == _A.c.person_id))
        .where(_A.c.lead_id == lead_id, current)
        .order_by(_A.c.id.desc())
        .limit(1)
    ).scalar()
    decision = unpack_decision(json.loads(found)) if found else None
    return decision if isinstance(decision, Chosen) else None


def why_waiting(session: Session, lead_id: int) -> Nobody | None:
    """The decision that nobody could take the lead, which waits still; None if there is none."""
    found = session.execute(
        select(_A.c.decision, _A.c.version, _A.c.at).where(IS_QUEUED, _A.c.lead_id == lead_id)
    ).first()
    decision = unpack_decision(json.loads(found.decision)) if found else None
    return replace(decision, lead_id=lead_id) if isinstance(decision, Nobody) else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many leads wait in a pool by a rule, the oldest `since` when, and why: the decision on that one."""

    pool: str
    count: int
    since: datetime
    why: Nobody


def queue(executor: Executor, pools: Collection[str]) -> list[Waiting]:
    """What waits in these pools because nobody can take it, by rule and pool, the longest first."""
    in_pool = and_(IS_QUEUED, IS_POOLED, _L.c.pool.in_(pools))
    groups = executor.execute(
        select(_L.c.pool, _A.c.rule, func.count(), func.min(_A.c.since).label("oldest"))
        .join(_L, _L.c.id == _A.c.lead_id)
        .where(in_pool)
        .group_by(_L.c.pool, _A.c.rule)
    ).all()
    return sorted((_waiting(executor, *group) for group in groups), key=lambda one: one.since)


def _waiting(executor: Executor, pool: str, rule: str, count: int, since: datetime) -> Waiting:
    oldest = (
        select(_A.c.decision)
        .join(_L, _L.c.id == _A.c.lead_id)
        .where(IS_QUEUED, IS_POOLED, _L.c.pool == pool, _A.c.rule == rule, _A.c.since == since)
        .order_by(_A.c.lead_id)
        .limit(1)
    )
    why = unpack_decision(json.loads(executor.execute(oldest).scalar_one()))
    if not isinstance(why, Nobody):
        raise TypeError(type(why).__name__)
    return Waiting(pool, count, since, why)
