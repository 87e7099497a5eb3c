"""What must hold after whatever happened: one function for each invariant, over the database and the fake platform's
journal. Each names the first offender, or gives None. `assert_kept` asks them all.

The numbers are those of the reliability plan: I1 one effect and one audit row for what was acknowledged, I2 one effect
for one event, I3 one owner at a time, I4 only permitted moves, I5 whoever lost hears the winner's name, I6 every
message ends, I7 nothing is delivered twice, I9 the audit chain holds, I10 each slot of a timed job has one end, I11
nothing secret stands anywhere in clear.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.dingtalk.channel import track_id_of
from bot.channels.wecom.channel import task_id_of
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.journal import Entry, Journal
from core.handover.leads import TERMINAL
from core.leads.merged import Merge, MergeItem, Moved
from core.leads.models import Customer, FollowUp, How, Lead, Ownership, Touch
from core.leads.outcomes import Claimed, TakenBy, unpack_outcome
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor, Verb, may, may_touch
from core.privacy import Vault
from core.schedule.runs import JobRun, State
from core.store.audit import AuditRow, Broken, verify
from core.store.base import Base
from core.store.inbox import InboxRow, InboxState
from core.store.issued import IssuedCard
from core.store.outbox import Kind, OutboxRow, OutboxState
from core.store.slots import SlotRow
from core.store.unit import Store

_EFFECTS = {
    How.ENTER: "lead:add",
    How.CLAIM: "lead:claim",
    How.ASSIGN: "lead:assign",
    How.RELEASE: "lead:release",
    How.RECYCLE: "lead:recycle",
    How.TRANSFER: "lead:transfer",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """Values put in on purpose that may stand nowhere in clear. A phone may be sent to whoever had its lead."""

    phones: Sequence[str] = ()
    id_numbers: Sequence[str] = ()
    secrets: Sequence[str] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every one of them."""
        return (*self.phones, *self.id_numbers, *self.secrets)


def assert_kept(
    store: Store,
    journal: Journal | None = None,
    ding: DingTalk | None = None,
    *,
    planted: Planted | None = None,
    logs: Path | None = None,
    redis: Redis | None = None,
    settled: bool = True,
) -> None:
    """Check every invariant; `journal` is the fake WeCom's, `ding` the fake DingTalk; `settled` says that all work
    should have ended by now.

    Raises:
        AssertionError: with all offenders, one a line.
    """
    planted = planted or Planted()
    with store.read() as session:
        found = [
            i1_effects_are_audited(session),
            i2_one_effect_an_event(session, settled=settled),
            i3_one_owner(session),
            i4_permitted_moves(session),
            i5_losers_know(session),
            i6_every_message_ends(session) if settled else None,
            i7_delivered_once(session, journal, settled=settled) if journal else None,
            i7_on_dingtalk(session, ding, settled=settled) if ding else None,
            i9_chain(session, store.vault),
            i10_each_slot_once(session),
            i11_database(session, planted),
            i11_journal(session, store.vault, journal, planted) if journal else None,
            i11_journal(session, store.vault, ding.journal, planted) if ding else None,
        ]
    found += [
        i11_logs(logs, planted) if logs else None,
        i11_redis(redis, planted) if redis else None,
    ]
    offenders = [offender for offender in found if offender]
    assert not offenders, "\n".join(offenders)


def i1_effects_are_audited(session: Session) -> str | None:
    """I1: as many changes of each kind on each lead as audit entries about them; an answered event has its reply."""
    effects: Counter[tuple[str, str]] = Counter()
    for lead_id, how in session.execute(select(Ownership.lead_id, Ownership.how)):
        effects[f"lead:{lead_id}", _EFFECTS[How(how)]] += 1
    for lead_id, count in _where_they_came(session, Touch, Moved.TOUCH).items():
        effects[f"lead:{lead_id}", "lead:touch"] += count - 1  # the first touch made the lead
    for lead_id, count in _where_they_came(session, FollowUp, Moved.FOLLOW_UP).items():
        effects[f"lead:{lead_id}", "lead:follow"] += count
    wanted = {*_EFFECTS.values(), "lead:touch", "lead:follow"}
    audited = Counter(
        (subject, action)
        for subject, action in session.execute(select(AuditRow.subject, AuditRow.action))
        if action in wanted
    )
    for key in sorted((effects | audited).keys()):
        if effects[key] != audited[key]:
            return f"I1: {key[0]} has {effects[key]} effects and {audited[key]} audit rows of {key[1]}"
    unanswered = select(InboxRow.key).where(InboxRow.state != InboxState.NEW, InboxRow.reply.is_(None))
    key = session.scalars(unanswered).first()
    return f"I1: event {key} is done without a reply" if key else None


def _where_they_came(session: Session, model: type[Touch | FollowUp], what: Moved) -> Counter[int]:
    """How many rows were written on each lead. What a merge moved counts where it was before."""
    standing = select(MergeItem.row_id, MergeItem.was).join(Merge).where(Merge.undone_at.is_(None))
    moved = session.execute(standing.where(MergeItem.what == what.value).order_by(MergeItem.id.desc())).all()
    came: dict[int | None, int | None] = dict(moved)  # moved twice: the first move's place stays
    rows = session.execute(select(model.id, model.lead_id))
    return Counter(came.get(row_id) or lead_id for row_id, lead_id in rows)


def i2_one_effect_an_event(session: Session, *, settled: bool = True) -> str | None:
    """I2: what one event sends was written by one transaction, and by none if the event is not done."""
    states = dict(session.execute(select(InboxRow.key, InboxRow.state)).all())
    if settled and (waiting := [key for key, state in states.items() if state == InboxState.NEW]):
        return f"I2: event {waiting[0]} was never worked on"
    written: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for dedupe_key, request_id in session.execute(select(OutboxRow.dedupe_key, OutboxRow.request_id)):
        origin, _, serial = dedupe_key.rpartition(":")
        written[origin].append((int(serial), request_id))
    for origin, rows in written.items():
        serials, requests = sorted(serial for serial, _ in rows), {request for _, request in rows}
        if serials != list(range(1, len(rows) + 1)) or len(requests) > 1:
            return f"I2: {origin} wrote {serials} by {len(requests)} transactions"
        if states.get(origin) == InboxState.NEW:
            return f"I2: event {origin} has messages although it is not done"
    return None


def i3_one_owner(session: Session) -> str | None:
    """I3: a lead's history has no gap and no overlap, and ends with the owner it has."""
    for lead, steps in _histories(session):
        if not steps:
            return f"I3: L{lead.id} has no history"
        for before, after in pairwise(steps):
            if before.until != after.since:
                return f"I3: L{lead.id} from {before.until} to {after.since} belongs to nobody or two"
        if any(step.until is not None and step.until < step.since for step in steps):
            return f"I3: L{lead.id} was held for less than no time"
        last = steps[-1]
        if last.until is not None or last.owner_id != lead.owner_id:
            return f"I3: L{lead.id} belongs to {lead.owner_id}, its history says {last.owner_id} until {last.until}"
    return None


def i4_permitted_moves(session: Session) -> str | None:
    """I4: each change of owner is a legal one, by a person whose rights of now allow it (tests change no rights)."""
    for lead, steps in _histories(session):
        if steps and steps[0].how != How.ENTER:
            return f"I4: L{lead.id} begins with {steps[0].how}"
        for before, after in pairwise(steps):
            why = _illegal(session, before, after)
            if why:
                return f"I4: L{lead.id} {after.how} by {after.by_id}: {why}"
    return None


def _illegal(session: Session, before: Ownership, after: Ownership) -> str | None:
    if after.by_id is None:
        given = before.owner_id is None and after.owner_id is not None and after.how == How.ASSIGN
        taken = before.owner_id is not None and after.owner_id is None and after.how == How.RECYCLE
        at_the_terminal = after.rule == TERMINAL
        return None if after.rule and (given or taken or at_the_terminal) else "by no person and no rule that may"
    by = people.by_id(session, "wecom", after.by_id or 0)
    if by is None:
        return "by nobody who works here"
    department = people.department_of(session, before.owner_id) if before.owner_id else None
    match How(after.how):
        case How.CLAIM:
            legal = before.owner_id is None and after.owner_id == by.id and may(by, Verb.CLAIM)
        case How.ASSIGN:
            legal = before.owner_id is None and after.owner_id is not None
            legal = legal and (may_touch(by, Verb.TRANSFER, None, None) or _had_it(session, before, after, by))
        case How.TRANSFER:
            allowed = may_touch(by, Verb.TRANSFER, before.owner_id, department)
            legal = None not in (before.owner_id, after.owner_id) and before.owner_id != after.owner_id and allowed
        case How.RELEASE:
            allowed = may_touch(by, Verb.RELEASE, before.owner_id, department)
            legal = before.owner_id is not None and after.owner_id is None and allowed
        case _:
            legal = False
    return None if legal else f"from {before.owner_id} to {after.owner_id}"


def _had_it(session: Session, before: Ownership, after: Ownership, by: Actor) -> bool:
    """A hand-over that was taken back: out of the pool to who had the lead before, by one who may let him go."""
    had = select(Ownership.id).where(
        Ownership.lead_id == after.lead_id, Ownership.owner_id == after.owner_id, Ownership.until == before.since
    )
    department = people.department_of(session, after.owner_id or 0)
    return session.scalar(had) is not None and may_touch(by, Verb.HAND_OVER, after.owner_id, department)


def i5_losers_know(session: Session) -> str | None:
    """I5: who is told that somebody was faster hears the name of one who had the lead; who is told that he got it
    did."""
    owners = defaultdict(set)
    for lead_id, owner_id in session.execute(select(Ownership.lead_id, Ownership.owner_id)):
        owners[lead_id].add(owner_id)
    cards = session.scalars(select(IssuedCard).where(IssuedCard.screen == "claimed")).all()
    for card in cards:
        for outcome in map(unpack_outcome, card.args["outcomes"]):
            if isinstance(outcome, TakenBy) and outcome.owner_id not in owners[outcome.lead_id]:
                return f"I5: card {card.id} names {outcome.owner_id}, who never had L{outcome.lead_id}"
            if isinstance(outcome, Claimed) and card.person_id not in owners[outcome.lead_id]:
                return f"I5: card {card.id} says {card.person_id} got L{outcome.lead_id}, but he never had it"
    return None


def i6_every_message_ends(session: Session) -> str | None:
    """I6: every outbox row is sent, superseded or (visibly) dead."""
    row = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.PENDING)).first()
    if row:
        return f"I6: outbox row {row.id} ({row.kind}) is still pending after {row.attempts} attempts: {row.fault}"
    held = session.scalars(select(OutboxRow).where(OutboxRow.lease.is_not(None))).first()
    return f"I6: outbox row {held.id} has ended and is still held" if held else None


def i7_delivered_once(session: Session, journal: Journal, *, settled: bool = True) -> str | None:
    """I7: each card reached its person once and was decided by a commit; a text at most once more than it was said, and
    only where its outcome was unknown."""
    cards = {task_id_of(card_id) for card_id in session.scalars(select(IssuedCard.id))}
    delivered = journal.sends_by_key()
    for (member, task_id), count in sorted(delivered.items()):
        if count > 1:
            return f"I7: card {task_id} reached {member} {count} times"
        if task_id not in cards:
            return f"I7: card {task_id} was sent, but the work that decided it was rolled back"
    userids = dict(session.execute(select(Person.id, Person.wecom_userid)).all())
    rows = session.scalars(select(OutboxRow)).all()
    for row in _shown(rows, "wecom") if settled else ():
        key = userids[row.person_id], task_id_of(row.card_id or "")
        if delivered[key] != 1:
            return f"I7: card {key[1]} is marked as sent, but {key[0]} never got it"
    return _texts(rows, userids, journal)


def i7_on_dingtalk(session: Session, ding: DingTalk, *, settled: bool = True) -> str | None:
    """I7 for cards on DingTalk: each stands in its person's chat once, and was decided by a commit."""
    cards = {track_id_of(card_id) for card_id in session.scalars(select(IssuedCard.id))}
    stands = Counter(
        (member.userid, each.task_id) for member in ding.members() for each in ding.chat(member.userid) if each.task_id
    )
    for (member, track_id), count in sorted(stands.items()):
        if count > 1:
            return f"I7: card {track_id} stands in the chat of {member} {count} times"
        if track_id not in cards:
            return f"I7: card {track_id} was sent to {member}, but the work that decided it was rolled back"
    userids = dict(session.execute(select(Person.id, Person.dingtalk_userid)).all())
    for row in _shown(session.scalars(select(OutboxRow)).all(), "dingtalk") if settled else ():
        key = userids[row.person_id], track_id_of(row.card_id or "")
        if key not in stands:
            return f"I7: card {key[1]} is marked as sent, but {key[0]} never got it"
    return None


def _shown(rows: Sequence[OutboxRow], channel: str) -> list[OutboxRow]:
    sent = [row for row in rows if row.kind == Kind.SHOW and row.state == OutboxState.SENT]
    return [row for row in sent if row.channel == channel]


def _texts(rows: Sequence[OutboxRow], userids: dict[int, str | None], journal: Journal) -> str | None:
    sends = [entry for entry in journal.calls("message/send") if entry.summary.startswith("text")]
    got = Counter(member for entry in sends for member in entry.members)
    kept_back = Counter(member for entry in sends for member in entry.dropped)
    for person_id, userid in userids.items():
        said = [row for row in rows if row.person_id == person_id and row.kind == Kind.SAY and row.channel == "wecom"]
        most = len(said) + sum(row.maybe_sent for row in said)
        if got[userid or ""] > most:
            return f"I7: {userid} got {got[userid or '']} texts of at most {most}"
        sent = sum(row.state == OutboxState.SENT for row in said)
        if got[userid or ""] + kept_back[userid or ""] < sent:
            return f"I7: {userid} got {got[userid or '']} of {sent} texts that are marked as sent"
    return None


def i9_chain(session: Session, vault: Vault) -> str | None:
    """I9: the audit chain verifies."""
    result = verify(session, vault)
    return f"I9: audit row {result.seq} is {result.what}" if isinstance(result, Broken) else None


def i10_each_slot_once(session: Session) -> str | None:
    """I10: what of a timed job is over has one end, and as many got its message as have their mark at most."""
    marks: Counter[tuple[str, str]] = Counter()
    for job, slot in session.execute(select(SlotRow.job, SlotRow.slot)):
        marks[job, slot.partition(":")[0]] += 1
    for run in session.scalars(select(JobRun)):
        over = run.state in (State.DONE, State.SKIPPED)
        if over != (run.ended_at is not None) or (run.state == State.SKIPPED) != (run.why is not None):
            return f"I10: {run.job} of {run.slot} is {run.state}, ended {run.ended_at}, why {run.why}"
        if run.sent > marks[run.job, run.slot]:
            return f"I10: {run.job} of {run.slot} was sent to {run.sent}, {marks[run.job, run.slot]} are marked"
    return None


def i11_database(session: Session, planted: Planted) -> str | None:
    """I11: no column of any table holds a planted value in clear."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            where = _holds(b"\n".join(_bytes(value) for value in row), planted.all)
            if where:
                return f"I11: table {table.name} holds {where} in clear"
    return None


def i11_journal(session: Session, vault: Vault, journal: Journal, planted: Planted) -> str | None:
    """I11: no message on either platform holds a secret or an ID number; a phone stands in messages to those who had
    its lead only."""
    for entry in journal.entries():
        where = _holds(_wire(entry), (*planted.id_numbers, *planted.secrets))
        if where:
            return f"I11: journal entry {entry.number} ({entry.name}) holds {where}"
    for phone in planted.phones:
        allowed = _owners_of(session, vault, phone)
        for entry in journal.calls():
            told = {member.casefold() for member in entry.members} - allowed
            if phone.encode() in _wire(entry) and told:
                return f"I11: {sorted(told)} was sent the phone ending in {phone[-4:]}"
    return None


def i11_logs(folder: Path, planted: Planted) -> str | None:
    """I11: no log file (tracebacks included) holds a planted value."""
    for file in sorted(folder.rglob("*.log")):
        where = _holds(file.read_bytes(), planted.all)
        if where:
            return f"I11: {file.name} holds {where}"
    return None


def i11_redis(redis: Redis, planted: Planted) -> str | None:
    """I11: no key of Redis holds a planted value."""
    for key in redis.scan_iter(count=1000):
        where = _holds(key + b"\n" + (redis.dump(key) or b""), planted.all)
        if where:
            return f"I11: Redis key {key!r} holds {where}"
    return None


def _histories(session: Session) -> Iterable[tuple[Lead, list[Ownership]]]:
    steps: dict[int, list[Ownership]] = defaultdict(list)
    for step in session.scalars(select(Ownership).order_by(Ownership.id)):
        steps[step.lead_id].append(step)
    for lead in session.scalars(select(Lead).order_by(Lead.id)):
        yield lead, steps[lead.id]


def _owners_of(session: Session, vault: Vault, phone: str) -> set[str]:
    """By their user ids on both platforms."""
    statement = (
        select(Person.wecom_userid, Person.dingtalk_userid)
        .join(Ownership, Ownership.owner_id == Person.id)
        .join(Lead, Lead.id == Ownership.lead_id)
        .join(Customer, Customer.id == Lead.customer_id)
        .where(Customer.phone_index.in_(vault.indexes("customer.phone", phone)))
    )
    return {userid.casefold() for found in session.execute(statement) for userid in found if userid}


def _holds(content: bytes, values: Iterable[str]) -> str | None:
    """The first of `values` that stands in `content`, told by its end only."""
    for value in values:
        if value.encode() in content or json.dumps(value)[1:-1].encode() in content:
            return f"a planted value ending in …{value[-3:]}"
    return None


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return value.isoformat().encode() if isinstance(value, datetime) else str(value).encode()


def _wire(entry: Entry) -> bytes:
    return json.dumps(dict(entry.payload), ensure_ascii=False).encode() + f" {entry.summary}".encode()
