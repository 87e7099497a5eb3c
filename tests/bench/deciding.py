"""A decision tap, from the callback to the committed next step with its cards in the outbox: 同意 of 初审, which opens
复审. Against a bare ORM transaction that writes as many rows into the same tables (`same_rows.py`).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from bot.channels.wecom.channel import task_id_of
from bot.inbound import Envelope, Tap
from bot.runtime import Runtime
from bot.sandbox.seed import FIRST_NUMBER
from cards.actions import Signer
from cards.loan_actions import DecideTask
from core.leads.models import Lead
from core.loans import service
from core.loans.flows import Decision
from core.loans.models import Application, Task
from core.loans.outcomes import Started
from core.people import queries as people
from core.people.policy import Actor
from core.store.issued import IssuedCard
from core.store.outbox import OutboxRow, OutboxState
from tests.bench.company import AGENT_ID, CORP_ID
from tests.bench.figures import Figure, Wish
from tests.bench.same_rows import SameRows, tables, written
from tests.bench.stand import filled, runtime, workplace
from tests.kit.filled import filled as usual

LEADS = 2_000
OFFICER, APPROVER = "batu", "liufang"
WARM = 10
_FILLED = usual("house", amount=60_000_000)
_EVENT = b"<xml>" + b"x" * 900 + b"</xml>"  # as long as that of a tap


def measure(dialect: str, *, rounds: int, taps: int) -> list[Figure]:
    """Milliseconds a tap, ours and the floor by turns, `taps` of each a turn."""
    with workplace() as folder, filled(dialect, LEADS, folder) as url:
        made = runtime(url, folder / "var")
        try:
            decisions = _decisions(made, 1 + WARM + rounds * taps)
            before = tables(made.store)
            _tap(made, next(decisions))
            floor = SameRows(made.store, rows := written(before, tables(made.store)))
            ours_ms, floor_ms = [], []
            for turn in range(rounds + 1):
                number = taps if turn else WARM  # the first turn warms up
                ours = _milliseconds(lambda: _tap(made, next(decisions)), number)
                with floor.then_put_back():
                    theirs = _milliseconds(floor.write, number)
                ours_ms += [ours] if turn else []
                floor_ms += [theirs] if turn else []
            _check(made, 1 + WARM + rounds * taps)
        finally:
            made.store.database.dispose()
    name = f"同意 with the next step ({rows}), {dialect}"
    return [Figure(name, "ms", tuple(ours_ms), tuple(floor_ms), Wish("ratio", most=2.0))]


def _milliseconds(work: Callable[[], None], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) * 1000 / times


def _tap(made: Runtime, tap: Tap) -> None:
    taken = made.intake.take(tap, _EVENT)
    if taken.came != "done" or taken.text:
        raise RuntimeError(f"a tap came to {taken}")


def _check(made: Runtime, decided: int) -> None:
    """Each tap decided, and opened the next step: else the figures mean nothing."""
    with made.store.read() as session:
        done = session.scalars(select(Task.id).where(Task.decision == Decision.AGREE)).all()
        steps = session.scalars(select(Application.id).where(Application.stage == "second_review")).all()
    if (len(done), len(steps)) != (decided, decided):
        raise RuntimeError(f"of {decided} taps {len(done)} decided, {len(steps)} opened 复审")


def _decisions(made: Runtime, number: int) -> Iterator[Tap]:
    """So many applications wait for 刘芳; her taps on 同意, one for each."""
    now = made.company
    made.in_force.hold(replace(now, forms=tuple(replace(form, documents=()) for form in now.forms)))
    officer, approver = _person(made, OFFICER), _person(made, APPROVER)
    leads = range(FIRST_NUMBER, FIRST_NUMBER + number)
    with made.store.database.write() as session:
        mine = {"owner_id": officer.id, "owned_at": made.store.clock(), "idle_since": made.store.clock()}
        session.execute(update(Lead).where(Lead.id.in_(leads)).values(**mine, pooled_at=None))
    for lead in leads:
        _hand_in(made, officer, lead)
    with made.store.database.write() as session:  # as if it had been sent
        sent = {"state": OutboxState.SENT, "sent_at": made.store.clock(), "finished_at": made.store.clock()}
        session.execute(update(OutboxRow).values(sent))
    with made.store.read() as session:
        mine = (IssuedCard.person_id == approver.id, IssuedCard.screen == "task")
        cards = session.execute(select(IssuedCard.id, IssuedCard.args).where(*mine).order_by(IssuedCard.id)).all()
        shown = dict(session.execute(select(Task.id, Application.shown).join(Application)).all())
    if len(cards) != number:
        raise RuntimeError(f"{len(cards)} cards for {number} applications")
    return (_signed(made, card.id, card.args["task"], shown[card.args["task"]]) for card in cards)


def _signed(made: Runtime, card_id: str, task_id: int, shown: str | None) -> Tap:
    """Her tap on 同意 of this card, as WeCom brings it."""
    vault, now = made.store.vault, made.store.clock()
    keys = dict(zip(vault.key_ids(), vault.keys("action"), strict=True))
    signer = Signer(keys, f"wecom:{CORP_ID}:{AGENT_ID}")
    act = DecideTask(task_id, Decision.AGREE.value, shown or "")
    token = signer.pack(act, f"{card_id}.1", now + timedelta(days=1))
    envelope = Envelope("wecom", f"wecom:tap:{card_id}", APPROVER, now)
    return Tap(envelope, token, task_id_of(card_id), code="c" * 64, code_seconds=3600)


def _person(made: Runtime, userid: str) -> Actor:
    with made.store.read() as session:
        found = people.by_userid(session, "wecom", userid)
    if found is None:
        raise RuntimeError(f"{userid} is not there")
    return found


def _hand_in(made: Runtime, officer: Actor, lead: int) -> None:
    rules = made.company.loans
    with made.store.unit(request_id="bench", channel="wecom", origin=f"bench:{lead}") as unit:
        started = service.start(unit, officer, lead, "house", _FILLED, rules)
        if isinstance(started, Started):
            service.submit(unit, officer, started.application_id, rules)
