"""On which channel somebody with two accounts wants to be reached."""

from dataclasses import dataclass

from sqlalchemy import select, update

from core.people.models import Person
from core.people.policy import Actor
from core.people.queries import USERID
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_P = table_of(Person)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where he wants to be reached, who has an account on several; None: where he acted last."""

    channel: str | None


def chosen(executor: Executor, person_id: int) -> Chosen | None:
    """What he has chosen; None if he has nothing to choose from."""
    row = executor.execute(select(*USERID.values(), _P.c.prefers).where(_P.c.id == person_id)).one()
    his = [channel for channel, userid in USERID.items() if getattr(row, userid.name)]
    return Chosen(row.prefers if row.prefers in his else None) if len(his) > 1 else None


def channels_of(unit: Unit, actor: Actor) -> tuple[str, ...]:
    """The channels on which he has an account."""
    row = unit.connection.execute(select(*USERID.values()).where(_P.c.id == actor.id)).one()
    return tuple(channel for channel, userid in zip(USERID, row, strict=True) if userid)


def prefer(unit: Unit, actor: Actor, channel: str | None) -> bool:
    """He wants to be reached there; None: where he acted last. False, and nothing, if he has no account there."""
    if channel is not None and channel not in channels_of(unit, actor):
        return False
    unit.connection.execute(update(_P).where(_P.c.id == actor.id).values(prefers=channel))
    unit.record(actor.id, "person:prefer", f"person:{actor.id}", channel=channel)
    return True
