"""附件: pictures and files that people send, kept with a lead. What is done with one, and who may see it again.

Who works a lead may put something to it; who may look into a lead may see what is kept there, as with its follow-ups:
of a lead that waits in a pool only who sees every lead. Fetching is `jobs/keeping.py`'s work; here stands what is true
of it. Each step is one conditional UPDATE, so that it is the same however often it is done.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.calendar import day_start
from core.leads.contact_outcomes import Attached, NoSuchMedium, NothingToAttach, Received, Sending
from core.leads.events import MediumAsked, MediumReceived
from core.leads.filetypes import MediumKind
from core.leads.kept import ALIVE, TO_FETCH, Medium, MediumState, key_place, source_place, title_place
from core.leads.models import IS_OPEN, Lead, subject
from core.leads.outcomes import LimitReached, NoSuchLead, NotAllowed, NotYours, Refused
from core.leads.pools import Pools
from core.leads.rules import media_limit
from core.leads.service import Owned, hold_reachable, owned
from core.people.holding import hold
from core.people.policy import Actor, Verb, may, may_touch
from core.privacy import Unreadable, Vault, mask_numbers
from core.store.base import new_id, table_of
from core.store.database import Executor
from core.store.files import new_key
from core.store.unit import Unit

UNSORTED_FOR = timedelta(days=3)
"""So long something waits for being told to which lead it belongs; then it is forgotten."""
ASKED_JUST_NOW = timedelta(minutes=10)
"""So long the card that asks for the lead is in sight: for what comes meanwhile there is no second one."""
PAGE = 5

LookRefused: TypeAlias = NoSuchLead | NotAllowed | NotYours

_M = table_of(Medium)
_UNSORTED = (_M.c.lead_id.is_(None), _M.c.state.in_(ALIVE))


def receive(
    unit: Unit,
    actor: Actor,
    kind: MediumKind,
    source: str,
    lead_id: int | None,
    pools: Pools,
    *,
    private: bool = False,
) -> Received | NotAllowed | LimitReached:
    """Somebody sent something: note it, so that it is fetched, unless he has sent too much today. `lead_id` is the lead
    it belongs to, if that is clear and he may write on it; else he is asked. `private`: see `Medium`."""
    actor = hold(unit, actor)  # of several sent at once one is the first
    if not may(actor, Verb.ATTACH):
        unit.record(actor.id, f"{Verb.ATTACH}:denied", "medium")
        return NotAllowed(Verb.ATTACH)
    stop = media_limit(pools, sent_since(unit.session, actor.id, day_start(unit.now)), unit.now)
    if stop is not None:
        unit.record(actor.id, "media:limit", "medium", used=stop.used)
        return stop
    if lead_id is not None and not isinstance(hold_reachable(unit, actor, Verb.ATTACH, lead_id), Owned):
        lead_id = None
    before = unsorted_count(unit.session, actor.id, unit.now - ASKED_JUST_NOW) if lead_id is None else 0
    medium_id, vault = new_id(), unit.vault
    values = {
        "id": medium_id,
        "lead_id": lead_id,
        "person_id": actor.id,
        "channel": unit.channel,
        "kind": kind.value,
        "state": MediumState.WAITING.value,
        "key": vault.seal(key_place(medium_id), new_key()),
        "source": vault.seal(source_place(medium_id), source),
        "private": private,
        "received_at": unit.now,
    }
    unit.session.execute(insert(Medium).values(values))
    unit.record(actor.id, "media:receive", subject(lead_id) if lead_id else "medium", medium=medium_id, kind=kind.value)
    unit.happened(MediumReceived(medium_id, actor.id, unit.channel, lead_id))
    return Received(medium_id, kind, lead_id, before)


def sent_since(session: Session, person_id: int, since: datetime) -> int:
    """How many this person has sent since then, whatever became of them."""
    sent = select(func.count()).select_from(_M).where(_M.c.person_id == person_id, _M.c.received_at >= since)
    return session.scalar(sent) or 0


def unsorted_count(session: Session, person_id: int, since: datetime | None = None) -> int:
    """How many this person has sent (since then) without saying to which lead they belong."""
    mine = select(func.count()).select_from(_M).where(_M.c.person_id == person_id, *_UNSORTED)
    return session.scalar(mine.where(_M.c.received_at > since) if since else mine) or 0


def attach(
    unit: Unit, actor: Actor, lead_id: int, only: Collection[int] | None = None
) -> Attached | NothingToAttach | Refused:
    """存到 L1024: all (or `only` these) that this person has sent without saying where it belongs goes to this lead. Of
    two at once the first counts."""
    lead = hold_reachable(unit, actor, Verb.ATTACH, lead_id)
    if not isinstance(lead, Owned):
        return lead
    of_him = (_M.c.person_id == actor.id, *_UNSORTED, *((_M.c.id.in_(only),) if only is not None else ()))
    mine = update(_M).where(*of_him).values(lead_id=lead_id)
    moved = sorted(unit.connection.execute(mine.returning(_M.c.id)).scalars())
    if not moved:
        return NothingToAttach(lead_id)
    unit.record(actor.id, "media:attach", subject(lead_id), media=moved)
    unit.happened(MediumReceived(None, actor.id, unit.channel, lead_id))
    return Attached(lead_id, len(moved))


def leave(unit: Unit, actor: Actor) -> int:
    """不用保存: forget what this person has sent without saying where it belongs; how many."""
    gone = _drop(unit, _M.c.person_id == actor.id, *_UNSORTED)
    if gone:
        unit.record(actor.id, "media:drop", "medium", media=gone)
        unit.happened(MediumReceived(None, actor.id, unit.channel, None))
    return len(gone)


def forget(unit: Unit, lead_ids: Collection[int], actor_id: int | None) -> int:
    """Forget all that is kept with these leads (their customer is erased); how many. The files go soon after."""
    gone = _drop(unit, _M.c.lead_id.in_(lead_ids), _M.c.state != MediumState.DROPPED.value)
    if gone:
        unit.record(actor_id, "media:erase", "medium", media=gone)
    return len(gone)


def drop(unit: Unit, medium_ids: Collection[int]) -> int:
    """Forget these, whoever sent them; how many. The files go soon after."""
    return len(_drop(unit, _M.c.id.in_(medium_ids))) if medium_ids else 0


def drop_unsorted(unit: Unit) -> int:
    """Forget what nobody has put to a lead in time; how many."""
    return len(_drop(unit, *_UNSORTED, _M.c.received_at < unit.now - UNSORTED_FOR))


def _drop(unit: Unit, *which: ColumnElement[bool]) -> list[int]:
    gone = update(_M).where(*which).values(state=MediumState.DROPPED.value).returning(_M.c.id)
    return sorted(unit.connection.execute(gone).scalars())


@dataclass(frozen=True, slots=True)
class Kept:
    """One of a lead's 附件. `number` is its place in the list, from 1; `name` is empty for what has none."""

    id: int
    number: int
    kind: MediumKind
    type: str
    size: int
    who: int
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page of them, the newest first; `count` in all, and `coming` are still being fetched."""

    lead_id: int
    page: int
    count: int
    coming: int
    items: tuple[Kept, ...]


def may_look(viewer: Actor, lead: Owned | None) -> bool:
    """May `viewer` see what is kept with this lead?"""
    return lead is not None and may_touch(viewer, Verb.SEE_MEDIA, lead.owner_id, lead.department)


def kept_page(session: Session, vault: Vault, viewer: Actor, lead_id: int, page: int) -> KeptPage | None:
    """Page `page` (from 1) of what is kept with the lead, the last one if there are fewer; None for who may not see
    it."""
    if not may_look(viewer, owned(session, lead_id)):
        return None
    shown = (_M.c.lead_id == lead_id, _M.c.private.is_(False))
    by_state = select(_M.c.state, func.count()).where(*shown).group_by(_M.c.state)
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(by_state)}
    count = counts.get(MediumState.KEPT.value, 0)
    page = max(min(page, -(-count // PAGE)), 1)
    rows = _listed(session, lead_id, (page - 1) * PAGE, PAGE)
    items = tuple(_kept(vault, row, count - (page - 1) * PAGE - place) for place, row in enumerate(rows))
    return KeptPage(lead_id, page, count, sum(counts.get(state.value, 0) for state in TO_FETCH), items)


def _listed(session: Session, lead_id: int, skip: int, most: int) -> Sequence[Row[Medium]]:
    here = select(Medium).where(Medium.lead_id == lead_id, Medium.state == MediumState.KEPT, Medium.private.is_(False))
    return session.execute(here.order_by(Medium.received_at.desc(), Medium.id.desc()).offset(skip).limit(most)).all()


def _kept(vault: Vault, row: Row[Medium], number: int) -> Kept:
    (medium,) = row
    name = ""
    if medium.name:
        try:
            name = mask_numbers(vault.open(title_place(medium.id), medium.name))
        except Unreadable:
            name = ""
    return Kept(
        medium.id,
        number,
        MediumKind(medium.kind),
        medium.type or "",
        medium.size or 0,
        medium.person_id,
        medium.received_at,
        name,
    )


def count_of(session: Session, lead_id: int) -> int:
    """How many are kept with the lead. Not for the eyes of who may not look into it."""
    mine = (Medium.lead_id == lead_id, Medium.state == MediumState.KEPT, Medium.private.is_(False))
    kept = select(func.count()).where(*mine)
    return session.scalar(kept) or 0


def of_lead(executor: Executor, lead_id: int, medium_ids: Collection[int]) -> frozenset[int]:
    """Those of these that belong to the lead and are kept, or about to be: not what was unfit, lost or forgotten. Not
    for the eyes of who may not look into it."""
    here = (_M.c.id.in_(medium_ids), _M.c.lead_id == lead_id, _M.c.state.in_(ALIVE))
    return frozenset(executor.execute(select(_M.c.id).where(*here)).scalars()) if medium_ids else frozenset()


def kept_of(executor: Executor, medium_ids: Collection[int]) -> frozenset[int]:
    """Those of these that are here, with whichever lead."""
    here = (_M.c.id.in_(medium_ids), _M.c.state == MediumState.KEPT.value)
    return frozenset(executor.execute(select(_M.c.id).where(*here)).scalars()) if medium_ids else frozenset()


def copies_of(executor: Executor, medium_ids: Collection[int]) -> frozenset[int]:
    """Others that are the same as any of these, bit for bit; of whichever lead, and kept or not any more."""
    digests = select(_M.c.digest).where(_M.c.id.in_(medium_ids), _M.c.digest.is_not(None))
    same = (_M.c.digest.in_(digests), _M.c.id.not_in(medium_ids))
    return frozenset(executor.execute(select(_M.c.id).where(*same)).scalars()) if medium_ids else frozenset()


def alive(executor: Executor, medium_ids: Collection[int]) -> frozenset[int]:
    """Those of these that are kept, or about to be, with whichever lead."""
    here = (_M.c.id.in_(medium_ids), _M.c.state.in_(ALIVE))
    return frozenset(executor.execute(select(_M.c.id).where(*here)).scalars()) if medium_ids else frozenset()


def sent_for(
    executor: Executor, person_id: int, lead_id: int, since: datetime, kinds: Collection[MediumKind]
) -> list[int]:
    """What this person has sent since then, of these kinds, for the lead or for none yet; the first first."""
    whose = or_(_M.c.lead_id == lead_id, _M.c.lead_id.is_(None))
    sent = (_M.c.person_id == person_id, _M.c.received_at > since, _M.c.kind.in_([kind.value for kind in kinds]))
    wanted = select(_M.c.id).where(*sent, whose, _M.c.state.in_(ALIVE))
    return list(executor.execute(wanted.order_by(_M.c.received_at, _M.c.id)).scalars())


def ask_for(unit: Unit, actor: Actor, lead_id: int, number: int) -> Sending | NoSuchMedium | LookRefused:
    """附件 L1024 2: the second one is sent to `actor`, if he may look into the lead. Audited."""
    refused = may_list(unit, actor, lead_id)
    if refused is not None:
        return refused
    count = count_of(unit.session, lead_id)
    rows = _listed(unit.session, lead_id, count - number, 1) if 0 < number <= count else ()
    if not rows:
        return NoSuchMedium(lead_id, number, count)
    return _send(unit, actor, rows[0][0], number)


def ask_for_medium(unit: Unit, actor: Actor, medium_id: int) -> Sending | NoSuchMedium | LookRefused:
    """The same by a button."""
    medium = unit.session.get(Medium, medium_id)
    if medium is None or medium.lead_id is None:
        return NoSuchMedium(0, None, 0)
    refused = may_list(unit, actor, medium.lead_id)
    if refused is not None:
        return refused
    if medium.state != MediumState.KEPT:
        return NoSuchMedium(medium.lead_id, None, count_of(unit.session, medium.lead_id))
    return _send(unit, actor, medium, 0)


def _send(unit: Unit, actor: Actor, medium: Medium, number: int) -> Sending:
    unit.record(actor.id, "media:send", subject(medium.lead_id or 0), medium=medium.id)
    unit.happened(MediumAsked(medium.id, actor.id, unit.channel))
    return Sending(medium.lead_id or 0, number, MediumKind(medium.kind))


def may_list(unit: Unit, actor: Actor, lead_id: int) -> LookRefused | None:
    """Why `actor` may not see what is kept with this lead, or None if he may; a refusal is audited."""
    lead = owned(unit.connection, lead_id)
    if lead is None:
        return NoSuchLead(lead_id)
    if may_look(actor, lead):
        return None
    unit.record(actor.id, f"{Verb.SEE_MEDIA}:denied", subject(lead_id))
    return NotYours(lead_id, lead.owner_id) if may(actor, Verb.SEE_MEDIA) else NotAllowed(Verb.SEE_MEDIA)


def recent_leads(session: Session, person_id: int, most: int) -> list[int]:
    """The leads that this person has worked on last: to which of them a picture belongs is asked."""
    touched = func.coalesce(Lead.idle_since, Lead.owned_at)
    mine = select(Lead.id).where(Lead.owner_id == person_id, IS_OPEN)
    return list(session.scalars(mine.order_by(touched.desc(), Lead.id.desc()).limit(most)))
