"""离职交接: proposed with its counts, confirmed, dropped, taken back.

1. Proposed: a row with the counts that are shown. Nothing else has changed.
2. Confirmed: the counts are taken anew; if they are others, they are shown anew. Then, in one transaction, the leaver's
   access ends, and each record that goes with him gets its item. From the commit on he is a stranger: his messages and
   taps are not answered.
3. Item after item is carried out by `work`, each in a transaction of its own, by any number of processes.
4. Taken back within `REVERSIBLE`: what was not moved yet is not moved, what was goes back as `work` comes to it.
   Whether he works here again says who takes it back; without that, what goes back is a leaver's.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, insert, select, update

from core.handover.kinds import Errand, Rules, Survey
from core.handover.models import (
    REVERSIBLE,
    Aim,
    Handover,
    HandoverItem,
    ItemState,
    State,
    subject,
)
from core.handover.outcomes import (
    AccountGone,
    Begun,
    Dropped,
    HandoverRefusal,
    Himself,
    NoReceiver,
    NoSuchHandover,
    NotBelow,
    NotNow,
    OnlyAdministrator,
    Proposed,
    ToHimself,
    TooLate,
    Underway,
    Undoing,
)
from core.handover.registry import KINDS
from core.handover.rights import is_below, may_look_at
from core.handover.tasks import LoanTaskKind
from core.leads.outcomes import NotAllowed
from core.loans.standing_in import end_of_leaver
from core.people import queries as people
from core.people import service as people_service
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.people.service import LastAdministrator, Left
from core.store import dialogs
from core.store.base import table_of
from core.store.unit import Unit

_H, _I = table_of(Handover), table_of(HandoverItem)
_AT_WORK = (State.RUNNING.value, State.UNDOING.value)


def propose(
    unit: Unit, actor: Actor | None, leaver_id: int, aim: Aim, to_id: int | None, rules: Rules
) -> Proposed | HandoverRefusal:
    """What a hand-over would do, kept so that it can be confirmed. `actor` None: at the terminal."""
    refused = _refused(unit, actor, leaver_id) or _wrong_receiver(unit, leaver_id, aim, to_id, rules)
    if refused is not None:
        return refused
    errand = errand_of(unit, 0, leaver_id, aim, to_id, actor.id if actor else None, rules)
    values = {
        "leaver_id": leaver_id,
        "aim": aim.value,
        "to_id": to_id,
        "state": State.PROPOSED.value,
        "surveys": packed(surveys_of(unit, errand)),
        "by_id": errand.by_id,
        "at": unit.now,
    }
    number = unit.connection.execute(insert(_H).values(values).returning(_H.c.id)).scalar_one()
    return Proposed(int(number))


def look(unit: Unit, actor: Actor, leaver_id: int, rules: Rules) -> list[Survey] | HandoverRefusal:
    """How much there is to hand over, before it is said to whom. Changes nothing."""
    refused = _refused(unit, actor, leaver_id)
    if refused is not None:
        return refused
    return surveys_of(unit, errand_of(unit, 0, leaver_id, Aim.POOL, None, actor.id, rules))


def confirm(unit: Unit, actor: Actor | None, number: int, rules: Rules) -> Begun | Proposed | HandoverRefusal:
    """Begin it. Said again, it is `NotNow`, and nothing is done twice."""
    row = _own(unit, actor, number)
    if row is None:
        return NoSuchHandover(number)
    if row.state != State.PROPOSED:
        return NotNow(number, State(row.state))
    aim, leaver_id = Aim(row.aim), row.leaver_id
    people_service.hold_everybody(unit)  # of two who confirm for one leaver, the second finds the first
    actor = hold(unit, actor) if actor is not None else None  # who had to wait for it may have lost the right
    refused = _refused(unit, actor, leaver_id) or _wrong_receiver(unit, leaver_id, aim, row.to_id, rules)
    if refused is not None:
        return refused
    errand = errand_of(unit, number, leaver_id, aim, row.to_id, row.by_id, rules)
    surveys = packed(surveys_of(unit, errand))
    if surveys != row.surveys:
        _change(unit, number, State.PROPOSED, surveys=surveys)
        return Proposed(number, anew=True)
    gone = people_service.let_go(unit, leaver_id, row.by_id)
    if isinstance(gone, LastAdministrator):
        return OnlyAdministrator(leaver_id)
    begun = {"state": State.RUNNING.value, "begun_at": unit.now, "cut_access": isinstance(gone, Left)}
    if not _change(unit, number, State.PROPOSED, **begun):
        raise RuntimeError("a hand-over that was held here was changed")
    end_of_leaver(unit, leaver_id, row.by_id)
    for channel in people.USERID:
        dialogs.end(unit.connection, leaver_id, channel)
    items = [(kind.key, item) for kind in KINDS for item in kind.items(unit, errand)]
    rows = [
        {"handover_id": number, "kind": key, "record_id": item.record_id, "memo": item.memo, "state": ItemState.WAITING}
        for key, item in items
    ]
    if rows:
        unit.connection.execute(insert(_I), rows)
    counts = {kind.key: sum(key == kind.key for key, _ in items) for kind in KINDS}
    told = {"aim": aim.value, "to": row.to_id, "leaver": leaver_id, "cut_access": begun["cut_access"]}
    unit.record(row.by_id, Verb.HAND_OVER.value, subject(number), **told, **counts)
    return Begun(number)


def drop(unit: Unit, actor: Actor | None, number: int) -> Dropped | HandoverRefusal:
    """不交接: it is not done."""
    row = _own(unit, actor, number)
    if row is None:
        return NoSuchHandover(number)
    if not _change(unit, number, State.PROPOSED, state=State.DROPPED.value):
        return NotNow(number, State(row.state))
    return Dropped(number)


def undo(unit: Unit, actor: Actor | None, number: int, *, restore: bool) -> Undoing | HandoverRefusal:
    """撤销交接: what was moved goes back, and what was not is not moved. With `restore` the leaver works here again."""
    row = unit.connection.execute(_held(select(_H).where(_H.c.id == number))).one_or_none()
    if row is None or (actor is not None and not may_look_at(unit.session, actor, row.leaver_id)):
        return _unknown(unit, actor, number, there=row is not None)
    waiting = (_I.c.handover_id == number, _I.c.state == ItemState.WAITING.value)
    # Items before people, as `work` does, which holds who gets a record whose turn it is.
    unit.connection.execute(select(_I.c.id).where(*waiting).order_by(_I.c.id).with_for_update())
    people_service.hold_everybody(unit)
    actor = hold(unit, actor) if actor is not None else None
    refused = _refused(unit, actor, row.leaver_id, busy=False)
    if refused is not None:
        return refused
    if row.state not in (State.RUNNING, State.DONE) or row.begun_at is None:
        return NotNow(number, State(row.state))
    if unit.now >= row.begun_at + REVERSIBLE:
        return TooLate(number, row.begun_at + REVERSIBLE)
    if (other := _underway(unit, row.leaver_id)) not in (None, number):
        return Underway(other or 0)
    if restore and people_service.has_no_account(unit, row.leaver_id):
        return AccountGone(number, row.leaver_id)
    by_id = actor.id if actor else None
    _change(unit, number, State(row.state), state=State.UNDOING.value, undone_by_id=by_id, ended_at=None)
    unit.connection.execute(update(_I).where(*waiting).values(state=ItemState.SKIPPED.value))
    restored = restore and people_service.take_back(unit, row.leaver_id, by_id)
    unit.record(by_id, f"{Verb.HAND_OVER}:undo", subject(number), leaver=row.leaver_id, restored=restored)
    return Undoing(number, restored)


def may_see(unit: Unit, actor: Actor, number: int) -> HandoverRefusal | None:
    """Why `actor` may not see how it stands, or None if he may."""
    row = unit.connection.execute(select(_H.c.leaver_id).where(_H.c.id == number)).one_or_none()
    if row is None or not may_look_at(unit.session, actor, row.leaver_id):
        return _unknown(unit, actor, number, there=row is not None)
    return None


def may_undo(unit: Unit, actor: Actor, number: int) -> HandoverRefusal | None:
    """Why `actor` may not take it back now, or None if he may: asked before he decides how."""
    row = unit.connection.execute(select(_H).where(_H.c.id == number)).one_or_none()
    if row is None or not may_look_at(unit.session, actor, row.leaver_id):
        return _unknown(unit, actor, number, there=row is not None)
    if row.state not in (State.RUNNING, State.DONE) or row.begun_at is None:
        return NotNow(number, State(row.state))
    return TooLate(number, row.begun_at + REVERSIBLE) if unit.now >= row.begun_at + REVERSIBLE else None


def errand_of(
    unit: Unit, number: int, leaver_id: int, aim: Aim, to_id: int | None, by_id: int | None, rules: Rules
) -> Errand:
    """The errand, with the receiver as he is now: None if he cannot be given anything."""
    to = people.colleague(unit.connection, to_id or 0)
    receiver = to if to is not None and (may(to, Verb.FOLLOW) or may(to, Verb.WORK_TASKS)) else None
    return Errand(number, leaver_id, aim, receiver, by_id, rules)


def surveys_of(unit: Unit, errand: Errand) -> list[Survey]:
    """What there is of each kind."""
    return [kind.survey(unit, errand) for kind in KINDS]


def packed(surveys: Sequence[Survey]) -> str:
    """Counts as they stand in the row."""
    return json.dumps([asdict(survey) for survey in surveys], separators=(",", ":"))


def unpacked(surveys: str) -> list[Survey]:
    """The counts that `packed` packed."""
    return [Survey(**survey) for survey in json.loads(surveys)]


def still_permitted(unit: Unit, by_id: int | None, leaver_id: int) -> bool:
    """May who ordered it (None: at the terminal) let this person go, as the two are now?"""
    if by_id is None:
        return True
    actor = people.colleague(unit.connection, by_id)
    return actor is not None and is_below(unit.session, actor, leaver_id)


def _refused(unit: Unit, actor: Actor | None, leaver_id: int, *, busy: bool = True) -> HandoverRefusal | None:
    """Why `actor` may not hand over what this person has; a refusal of a right is audited."""
    if actor is not None and not may(actor, Verb.HAND_OVER):
        unit.record(actor.id, f"{Verb.HAND_OVER}:denied", f"person:{leaver_id}")
        return NotAllowed(Verb.HAND_OVER)
    if actor is not None and actor.id == leaver_id:
        return Himself()
    if actor is not None and not is_below(unit.session, actor, leaver_id):
        unit.record(actor.id, f"{Verb.HAND_OVER}:denied", f"person:{leaver_id}")
        return NotBelow(leaver_id)
    other = _underway(unit, leaver_id) if busy else None
    return Underway(other) if other is not None else None


def _wrong_receiver(
    unit: Unit, leaver_id: int, aim: Aim, to_id: int | None, rules: Rules
) -> ToHimself | NoReceiver | None:
    """Who works no leads can be the receiver of one who has none, but tasks."""
    if aim is not Aim.PERSON:
        return None
    if to_id == leaver_id:
        return ToHimself(leaver_id)
    to = people.colleague(unit.connection, to_id or 0)
    if to is not None and may(to, Verb.FOLLOW):
        return None
    if to is None or not may(to, Verb.WORK_TASKS):
        return NoReceiver(to_id or 0)
    errand = errand_of(unit, 0, leaver_id, aim, to_id, None, rules)
    there = {survey.kind for survey in surveys_of(unit, errand) if survey.total}
    return None if there == {LoanTaskKind.key} else NoReceiver(to.id)


def _underway(unit: Unit, leaver_id: int) -> int | None:
    wanted = select(_H.c.id).where(_H.c.leaver_id == leaver_id, _H.c.state.in_(_AT_WORK))
    number: int | None = unit.connection.execute(wanted).scalar()
    return number


def _own(unit: Unit, actor: Actor | None, number: int) -> Row[Any] | None:
    """A hand-over that this person has proposed, held to the commit."""
    by_id = actor.id if actor else None
    mine = select(_H).where(_H.c.id == number, _H.c.by_id.is_not_distinct_from(by_id))
    row: Row[Any] | None = unit.connection.execute(_held(mine)).one_or_none()
    return row


def _held(wanted: Any) -> Any:
    """Locked to the commit, but for its key: who writes its items a second time in one transaction, as `work` does,
    needs that to stay."""
    return wanted.with_for_update(key_share=True)


def _unknown(unit: Unit, actor: Actor | None, number: int, *, there: bool) -> NotAllowed | NoSuchHandover:
    """One that he may not see is to him as one that is not there; the audit log tells them apart."""
    if actor is None:
        return NoSuchHandover(number)
    permitted = may(actor, Verb.HAND_OVER)
    denied = there or not permitted
    unit.record(actor.id, f"{Verb.HAND_OVER}:{'denied' if denied else 'none'}", subject(number))
    return NoSuchHandover(number) if permitted else NotAllowed(Verb.HAND_OVER)


def _change(unit: Unit, number: int, was: State, **values: object) -> bool:
    """Write these values if it is still in this state; False if it is not."""
    changed = update(_H).where(_H.c.id == number, _H.c.state == was.value).values(**values).returning(_H.c.id)
    return unit.connection.execute(changed).scalar() is not None
