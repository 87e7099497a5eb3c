"""What a rule remembers of a record, and how it is decided that it is its turn: by one row, so that of any number who
come to the same conclusion at one instant exactly one does it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from core.automation.models import StateRow
from core.automation.rules import Rule, Since
from core.store.base import table_of
from core.store.database import among, insert_new
from core.store.unit import Unit

_S = table_of(StateRow)


def take_turn(
    unit: Unit, rule: Rule, subject: str, *, since: datetime | None = None, day: str | None = None, anew: bool = True
) -> bool:
    """The condition holds for this record: is it to be done now? By the clock (`day`, and `since` for what is reckoned
    from a moment) once a day at most; only when changed, once as long as it holds, or once for the moment. `anew`: of a
    record that the rule sees for the first time, that the condition did not hold before, as far as that is known."""
    values = {"held": True, "since": since, "day": day}
    new = insert_new(unit.connection, StateRow).values(rule=rule.name, subject=subject, **values)
    if unit.connection.execute(new.returning(_S.c.subject)).scalar() is not None:
        return anew or not rule.only_when_changed
    free = [_S.c.rule == rule.name, _S.c.subject == subject]
    if day is not None:
        free.append(_S.c.day.is_distinct_from(day))
    if rule.only_when_changed:
        free.append(_S.c.since.is_distinct_from(since) if isinstance(rule.when, Since) else _S.c.held.is_(False))
    taken = update(_S).where(*free).values(values).returning(_S.c.subject)
    return unit.connection.execute(taken).scalar() is not None


def is_held(unit: Unit, rule: Rule, subject: str) -> bool:
    """Did the condition hold before, so that it is done no more until it did not?"""
    held = select(_S.c.held).where(_S.c.rule == rule.name, _S.c.subject == subject)
    return rule.only_when_changed and bool(unit.connection.execute(held).scalar())


def let_go(unit: Unit, rule: Rule, subjects: Collection[str]) -> None:
    """The condition does not hold for these: once it does again, it is their turn."""
    if not subjects or not rule.only_when_changed or isinstance(rule.when, Since):
        return
    these = (_S.c.rule == rule.name, among(unit.connection, _S.c.subject, list(subjects)), _S.c.held.is_(True))
    unit.connection.execute(update(_S).where(*these).values(held=False))


def had_their_turn(unit: Unit, rule: Rule, since: dict[str, datetime | None], day: str) -> set[str]:
    """Of these records (with the moment that is reckoned from) those that need not be looked at today: a look that
    saves work, and decides nothing."""
    these = (_S.c.rule == rule.name, among(unit.connection, _S.c.subject, list(since)))
    rows = unit.connection.execute(select(_S.c.subject, _S.c.since, _S.c.day).where(*these))
    return {
        row.subject
        for row in rows
        if row.day == day or (rule.only_when_changed and row.since == since[row.subject] and row.since is not None)
    }


_BEGAN = "began:"


def _of_its_time(when: Since) -> str:
    return f"{_BEGAN}{when.moment}:{when.after.amount}{when.after.unit}{'w' if when.after.working else ''}"


def forget_what_went(unit: Unit, rules: Collection[Rule]) -> None:
    """Rules that do not go by such a time any more (these do) begin anew, should they ever do so again."""
    kept = {(rule.name, _of_its_time(rule.when)) for rule in rules if isinstance(rule.when, Since)}
    rows = unit.connection.execute(select(_S.c.rule, _S.c.subject).where(_S.c.subject.startswith(_BEGAN))).all()
    for row in rows:
        if (row.rule, row.subject) not in kept:
            unit.connection.execute(delete(_S).where(_S.c.rule == row.rule, _S.c.subject == row.subject))


def began(unit: Unit, rule: Rule, when: Since) -> datetime:
    """Since when the rule goes by this time: what was due before is left alone, or a new rule would do a year's work at
    once."""
    subject = _of_its_time(when)
    row = {"rule": rule.name, "subject": subject, "held": False, "since": unit.now}
    unit.connection.execute(insert_new(unit.connection, StateRow).values(row))
    wanted = select(_S.c.since).where(_S.c.rule == rule.name, _S.c.subject == subject)
    since: datetime = unit.connection.execute(wanted).scalar_one()
    return since
