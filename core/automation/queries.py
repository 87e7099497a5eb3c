"""Reads of automation: what was done, and what a rule would do now."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.automation.deeds import Did
from core.automation.models import Came, RunRow
from core.automation.rules import Means, Rule
from core.automation.things import Thing, is_time, things
from core.leads.facts import moved_leads
from core.loans.facts import applications_since
from core.store.base import table_of
from core.store.database import Executor

_R = table_of(RunRow)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the log: see `RunRow`."""

    rule: str
    subject: str
    lead_id: int
    came_by: str
    depth: int
    did: tuple[Did, ...]
    at: datetime


def runs(session: Session, rule: str = "", limit: int = 50) -> list[Run]:
    """The last lines of the log, of one rule or of all, the newest first."""
    wanted = select(_R.c.rule, _R.c.subject, _R.c.lead_id, _R.c.came_by, _R.c.depth, _R.c.did, _R.c.at)
    wanted = wanted.where(_R.c.rule == rule) if rule else wanted
    return [
        Run(name, of, lead_id, came_by, depth, _read(did), at)
        for name, of, lead_id, came_by, depth, did, at in session.execute(wanted.order_by(_R.c.id.desc()).limit(limit))
    ]


def _read(did: str) -> tuple[Did, ...]:
    return tuple(Did(kind, Came(came), what) for kind, came, what in json.loads(did))


def would_do(executor: Executor, rule: Rule, means: Means, after: datetime, now: datetime) -> Iterator[Thing]:
    """The records on which something happened later than `after` and for which the rule's condition holds now (and,
    where it goes by a time since something, that is over). Changes nothing, and asks nothing of what was done."""
    above = 0
    while numbers := _numbers(executor, rule, after, above):
        above = numbers[-1]
        for thing in things(executor, rule, numbers, means.tagging, now):
            if rule.fits(thing.facts) and is_time(rule, thing, means, now):
                yield thing


def _numbers(executor: Executor, rule: Rule, after: datetime, above: int) -> Sequence[int]:
    of = applications_since if rule.of_applications else moved_leads
    return of(executor, after, above, _BATCH)
