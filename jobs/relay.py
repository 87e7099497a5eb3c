"""The relay: takes due rows from the outbox, renders them from the state of now, sends them, and marks them.

Any number of relays may run. A row is leased, so two never send it at the same time; if one dies between sending and
marking, the next sends again under the same key, and the platform's "exists already" counts as sent.
"""

import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from cards import texts
from cards.channel import (
    Calling,
    Channel,
    Contact,
    Expired,
    Fault,
    Misconfigured,
    NoCards,
    NoContact,
    Pace,
    Permanent,
    Quota,
    Retry,
    Sent,
    Texting,
    may_have_arrived,
)
from cards.limits import LimitBroken, cut_bytes
from cards.model import Card
from cards.render.text import render_text
from config.in_force import InForce
from config.logging import bind_request
from core.manners.rules import Off, Wait
from core.people import queries as people
from core.people.policy import Actor
from core.store import outbox, outbox_lease, post
from core.store.faultpoint import faultpoint
from core.store.issued import Face, IssuedCard
from core.store.outbox import Kind, OutboxRow, OutboxState, Priority
from core.store.outbox_lease import Which
from core.store.unit import Store, Unit
from jobs import calling, contacts, hanging, picturing, sessions, texting, undelivered
from jobs.attempts import Attempt, Outcome, Skip
from jobs.board_screens import BOARD
from jobs.boards import BoardMaker
from jobs.courtesy import Courtesy
from jobs.digest_screens import still_true
from jobs.exporting import Exports
from jobs.grouping import GroupPost
from jobs.keeping import Gone, Keeper, Worked
from jobs.pace import Limited, Paced, for_reminders, paced, rooms
from jobs.picturing import Pictures
from jobs.reporting import Reports
from jobs.screens import UnknownScreen, draw
from jobs.stage import Stage, Superseded

LEASE_SECONDS = 30.0  # how long a batch waits for its turn; each row's lease is renewed when its turn comes
WORK_SECONDS = outbox_lease.LONGEST_LEASE.total_seconds()
BATCH = 16
BROKEN_ATTEMPTS = 3  # a bug of ours does not go away by waiting, and the row holds up its person
MOST_ATTEMPTS = 12  # with the delays between them: about 13 hours of trying
DELAYS = (1, 2, 5, 15, 30, 60, 300, 900, 3600, 3600 * 4, 3600 * 8)
LONGEST_WAIT = outbox_lease.LONGEST_WAIT.total_seconds()
MISCONFIGURED_SECONDS = 60.0
MEDIA_LIFE = timedelta(days=3)  # so long the platform has what somebody sent
MOST_DELAYS = {Kind.FETCH.value: 8, Kind.REPORT.value: 6}  # the first of them: these are tried again sooner
NO_KEEPER = Misconfigured("files are not set up")
NO_GATEWAY = Misconfigured("short messages are not set up")
NO_EXPORTS = Misconfigured("exports are not set up")
NO_GROUPS = Misconfigured("groups are not set up")
NO_PICTURES = Misconfigured("pictures are not set up")
NO_REPORTS = Misconfigured("reports are not set up")
NO_WEBHOOKS = Misconfigured("webhooks are not set up")

_log = structlog.get_logger(__name__)
OUTCOMES = Counter("tuoling_outbox_rows", "Outbox rows by what came of them.", ["channel", "kind", "outcome"])
LATENCY = Histogram(
    "tuoling_outbox_seconds",
    "From writing a row to its being sent.",
    ["channel"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)


class UnknownKind(Exception):
    """A row of a kind that this release does not know."""


class Relay:
    """Drains the outbox. One a process; `drain` may be called from several threads."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        in_force: InForce,
        keeper: Keeper | None = None,
        *,
        sms: Texting | None = None,
        webhooks: Calling | None = None,
        reports: Reports | None = None,
        groups: GroupPost | None = None,
        pictures: Pictures | None = None,
        boards: BoardMaker | None = None,
        exports: Exports | None = None,
        threads: int = 4,
    ) -> None:
        self._keeper = keeper
        self._store = store
        self._channels = channels
        self._sms = sms
        self._webhooks = webhooks
        self._reports = reports
        self._groups = groups
        self._pictures = pictures
        self._boards = boards
        self._exports = exports
        self._in_force = in_force
        self._threads = threads
        self._limited = Limited()
        # A large one takes seconds to make, and some to hand over: no answer waits for it.
        self._files = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._making: Future[int] | None = None
        self._beginning = threading.Lock()
        self.courtesy = Courtesy(in_force, self._runs_short)

    def drain(self, most: int = 1000, *, until: float | None = None, stop: threading.Event | None = None) -> int:
        """Send what is due, until nothing is or `most` rows were worked on; how many were.

        Begins no further batch after the monotonic time `until` or when `stop` is set; rows of a batch whose turn has
        not come when `stop` is set are given back. With `until` a batch is as long as one exchange: a row a thread.
        Files of lists are made beside the others, one at a time; only who gives neither waits for them.

        Raises:
            WrongKey: see `Store.check_key`.
        """
        self._store.check_key()  # what another key has sealed would go out as what cannot be read
        worked = 0
        size = BATCH if until is None else self._threads
        waits_for_files = until is None and stop is None
        stop = stop or threading.Event()
        files: Future[int] | None = None
        with ThreadPoolExecutor(self._threads, thread_name_prefix="relay") as pool:
            while worked < most and not stop.is_set() and (until is None or time.monotonic() < until):
                self._in_force.look()
                files = self._begin_files(stop) or files
                holder = uuid.uuid4().hex[:20]
                rows = self._lease(holder, size, Which.BUT_EXPORTS)
                if not rows and not (waits_for_files and files):
                    break
                faultpoint("relay_leased")
                if not rows and files:
                    made, files = files.result(), None
                    if not made:
                        break  # what is due waits behind another row of its person
                    worked += made  # and what came of them may have to be sent too
                list(pool.map(partial(self._work, holder=holder, stop=stop), rows))
                worked += len(rows)
        return worked

    def _begin_files(self, stop: threading.Event) -> Future[int] | None:
        """Have files made, if any are wanted; None if there is nothing to wait for."""
        with self._beginning:
            if self._making is None or self._making.done():
                with self._store.read() as session:
                    wanted = outbox_lease.anything_due(session, self._store.clock(), which=Which.EXPORTS)
                self._making = self._files.submit(self._make_files, stop) if wanted else None
            return self._making

    def _make_files(self, stop: threading.Event) -> int:
        """One after the other, each leased when its turn comes: a lease would run out behind a slow upload, which
        counts as an attempt that failed. How many."""
        worked, holder = 0, uuid.uuid4().hex[:20]
        try:
            while not stop.is_set() and (rows := self._lease(holder, 1, Which.EXPORTS)):
                faultpoint("relay_leased")
                self._work(rows[0], holder, stop)
                worked += 1
        except Exception:  # noqa: BLE001  nobody may wait for it; the next drain begins anew
            _log.exception("exports could not be leased")
        return worked

    def _lease(self, holder: str, size: int, which: Which) -> list[OutboxRow]:
        """The next rows; of a channel whose limit for the whole app leaves little room, fewer or none."""
        now = self._store.clock()
        with self._store.read() as session:
            if not outbox_lease.anything_due(session, now, which=which):
                return []  # the count is not needed where nothing waits
            room = rooms(session, self._all(), now)
            if not outbox_lease.anything_due(session, now, room, which=which):
                return []
        with self._store.database.write() as session:
            return outbox_lease.lease(
                session, holder, now=now, seconds=LEASE_SECONDS, limit=size, rooms=room, which=which
            )

    def _work(self, row: OutboxRow, holder: str, stop: threading.Event) -> None:
        """One row from its turn to its mark. What cannot be marked keeps its lease, and is tried when that runs out."""
        bind_request(row.request_id)
        try:
            if stop.is_set():
                self._give_back(row, holder)
            elif self._is_mine(row, holder):
                self._mark(row, holder, self._attempt(row))
        except Exception:  # noqa: BLE001  the last resort: one row that cannot be marked must not stop the others
            _log.exception("outbox row could not be marked", row=row.id, kind=row.kind)

    def _is_mine(self, row: OutboxRow, holder: str) -> bool:
        """Holds the row for as long as sending it may take; False if it waited so long that another relay has it."""
        with self._store.database.write() as session:
            return outbox_lease.renew(session, row.id, holder, now=self._store.clock(), seconds=WORK_SECONDS)

    def _give_back(self, row: OutboxRow, holder: str) -> None:
        """Untouched, for the next relay."""
        with self._store.database.write() as session:
            outbox_lease.put_back(
                session,
                row.id,
                holder,
                now=self._store.clock(),
                next_try_at=row.next_try_at,
                fault=row.fault,
                maybe_sent=row.maybe_sent,
                tried=False,
            )

    def _attempt(self, row: OutboxRow) -> Attempt:
        """What came of rendering and sending. A bug of ours stops nobody else: it is logged and soon given up."""
        if self._is_worn_out(row, MOST_ATTEMPTS + 1):
            return Attempt(Permanent(row.fault or "no attempt came to its end"))  # never marked: each died or failed
        try:
            waits = self._may_not_come(row) or self._is_limited(row) or self._paced(row)
            return Attempt(waits) if waits else self._send(row)
        except Exception as error:  # noqa: BLE001  the last resort: one poisoned row must not stop the relay
            return Attempt(self._failure(row, error))

    def _failure(self, row: OutboxRow, error: Exception) -> Outcome:
        match error:
            case LimitBroken():
                _log.exception("a card does not fit its platform", row=row.id)
                return Permanent(f"limit: {error}")
            case UnknownKind():
                _log.warning("a row of another release", row=row.id, kind=str(error))
                # Its own relays are coming, or come back.
                return Retry(MISCONFIGURED_SECONDS, outbox_lease.OF_ANOTHER_RELEASE)
            case UnknownScreen():
                _log.error("a card of another release", row=row.id, screen=str(error))
                return Permanent("unknown screen")
            case OperationalError() | InterfaceError():
                _log.warning("the database failed a row", row=row.id, error=type(error).__name__)
                return Retry(0, f"error: {type(error).__name__}")
            case _:
                _log.exception("outbox row failed", row=row.id, kind=row.kind)
                why = f"error: {type(error).__name__}"
                return Permanent(why) if row.attempts >= BROKEN_ATTEMPTS else Retry(0, why)

    def _may_not_come(self, row: OutboxRow) -> Wait | Skip | None:
        """A reminder that is to wait, or that its reader has switched off."""
        if row.reminder is None:
            return None
        with self._store.read() as session:
            found = self.courtesy.verdict(session, row, self._store.clock())
        return Skip("switched off") if isinstance(found, Off) else found if isinstance(found, Wait) else None

    def _runs_short(self, channel: str) -> bool:
        found = self._channels.get(channel)
        return found is not None and found.runs_short()

    def _is_limited(self, row: OutboxRow) -> Paced | None:
        return self._limited.waits(row, self._store.clock(), free=sessions.is_free(self._store, row))

    def _paced(self, row: OutboxRow) -> Paced | None:
        """Nothing where a card is only changed, or something is asked: that counts for no limit of a member's."""
        if row.kind in (Kind.CHANGE, Kind.FETCH, Kind.CONTACT, Kind.REPORT):
            return None
        with self._store.read() as session:
            pace = self._pace(session, row)
            return paced(session, row.target, pace, self._store.clock()) if pace is not None else None

    def _pace(self, session: Session, row: OutboxRow) -> Pace | None:
        """How much the row's target may be sent."""
        if post.group_of(row.target) is not None:
            return self._groups.pace(session, row) if self._groups is not None else None
        channel = self._all().get(row.channel)
        if channel is None:
            return None
        return for_reminders(channel.pace) if row.priority == Priority.REMINDER else channel.pace

    def _all(self) -> Mapping[str, Channel | Texting]:
        """The channels, that of short messages among them."""
        return {**self._channels, self._sms.name: self._sms} if self._sms else self._channels

    def _send(self, row: OutboxRow) -> Attempt:
        if row.kind in (Kind.SMS, Kind.SMS_LEAD):
            return Attempt(texting.send(self._store, self._sms, row) if self._sms else NO_GATEWAY)
        if row.kind == Kind.REPORT:
            asked = self._reports.ask(row) if self._reports else (NO_REPORTS, None)
            return Attempt(asked[0], note=asked[1])
        if row.kind == Kind.CALL:
            return Attempt(calling.call(self._store, self._webhooks, row) if self._webhooks else NO_WEBHOOKS)
        if post.group_of(row.target) is not None:
            return self._to_group(row)
        channel = self._channels.get(row.channel)
        if channel is None:
            return Attempt(Misconfigured(f"channel {row.channel} is not set up"))
        if row.kind == Kind.FETCH:
            outcome, note = self._fetched(channel, row)
            return Attempt(outcome, note=note)
        if row.kind == Kind.CONTACT:
            return self._contact(channel, row)
        if row.kind == Kind.THERE:
            faultpoint("relay_before_send")
            return Attempt(sessions.say_there(self._store, channel, row))
        with self._store.read() as session:
            viewer = people.by_id(session, row.channel, row.person_id)
            if viewer is None or not viewer.userid:
                if row.kind == Kind.EXPORT and self._exports is not None:
                    return self._exports.gone(row)
                return Attempt(hanging.withdraw(self._store, session, channel, row))
            message = self._message(session, viewer, row)
        faultpoint("relay_before_send")
        again = row.maybe_sent or row.attempts > 1
        match message:
            case Skip():
                return Attempt(message)
            case Actor() if row.kind == Kind.EXPORT:
                return self._exports.send(channel, viewer, row) if self._exports else Attempt(NO_EXPORTS)
            case Actor() if row.kind in picturing.KINDS:
                return self._pictures.to_person(channel, viewer, row) if self._pictures else Attempt(NO_PICTURES)
            case Actor():
                return Attempt(self._keeper.send(channel, viewer, row) if self._keeper else NO_KEEPER)
            case str():
                return Attempt(sessions.say(self._store, channel, viewer.userid, message, row))
            case Card() if row.kind == Kind.SHOW:
                return self._shown(channel, viewer.userid, message, row, again=again)
            case Card():
                return self._change(channel, viewer.userid, message, row, again=again)

    def _to_group(self, row: OutboxRow) -> Attempt:
        if row.kind in picturing.KINDS:
            return self._pictures.to_group(row) if self._pictures else Attempt(NO_PICTURES)
        return self._groups.tell(row) if self._groups else Attempt(NO_GROUPS)

    def _contact(self, channel: Channel, row: OutboxRow) -> Attempt:
        faultpoint("relay_before_send")
        match contacts.fetch(self._store.vault, channel, row):
            case Contact() as found:
                return Attempt(Sent(), note=lambda unit: contacts.take(unit, row, found, self._in_force.now))
            case NoContact():
                return Attempt(Skip("no contact"))
            case fault:
                return Attempt(fault)

    def _shown(self, channel: Channel, userid: str, card: Card, row: OutboxRow, *, again: bool) -> Attempt:
        """The card; where none of the month's calls are left and it answers a message, the same in words, which cost
        none: then it hangs nowhere, and nothing is left to be sent when there are calls again."""
        now = self._store.clock()
        waits = self._limited.waits(row, now)
        attempt = Attempt(waits) if waits else self._show(channel, userid, card, row, again=again)
        if _wants_calls(attempt.outcome):
            words = cut_bytes(f"{texts.NO_CALLS_FOR_A_CARD}\n\n{render_text(card)}", channel.text_bytes)
            said = sessions.say_instead(self._store, channel, words, row)
            if said is not None:
                if isinstance(attempt.outcome, Quota):
                    self._limited.note(row, now, attempt.outcome)
                return Attempt(said)
        return attempt

    def _show(self, channel: Channel, userid: str, card: Card, row: OutboxRow, *, again: bool) -> Attempt:
        """The card; as text if it does not fit the platform (our bug), or no card is taken there now (our settings):
        the person gets an answer all the same."""
        try:
            outcome = channel.send_card(userid, card, row.card_id or "", again=again)
        except LimitBroken:
            _log.exception("a card does not fit its platform", row=row.id)
            return _in_words(channel, userid, card, again=again)
        if isinstance(outcome, NoCards):
            _log.error("no cards are taken: sent as text", row=row.id, channel=row.channel, why=outcome.why)
            return _in_words(channel, userid, card, again=again)
        return Attempt(outcome, card)

    def _change(self, channel: Channel, userid: str, card: Card, row: OutboxRow, *, again: bool) -> Attempt:
        """The card, where it hangs; what does not fit there comes as text, as in `_show`."""
        try:
            return Attempt(hanging.change(self._store, channel, userid, card, row), card)
        except LimitBroken:
            _log.exception("a card does not fit its platform", row=row.id)
            return _in_words(channel, userid, card, again=again)

    def _fetched(self, channel: Channel, row: OutboxRow) -> Worked:
        return self._keeper.fetch(channel, row) if self._keeper else (NO_KEEPER, None)

    def _message(self, session: Session, viewer: Actor, row: OutboxRow) -> str | Card | Skip | Actor:
        """What the row says; of a file or a picture, to whom it goes."""
        match row.kind:
            case Kind.SAY:
                return self._text(row)
            case Kind.FILE | Kind.EXPORT | Kind.PICTURE | Kind.LATER:
                return viewer
            case Kind.SHOW | Kind.CHANGE:
                return self._card(session, viewer, row)
            case _:
                raise UnknownKind(row.kind)

    def _text(self, row: OutboxRow) -> str:
        return self._store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"")

    def _card(self, session: Session, viewer: Actor, row: OutboxRow) -> Card | Skip:
        issue = session.get(IssuedCard, row.card_id)
        if issue is None:
            return Skip("card forgotten")
        face = Face(issue.screen, issue.args)
        if face.screen == BOARD and self._boards is not None:
            self._boards.made(face.args["board"])
            session.rollback()  # what was read before does not know of it
        stage = Stage(session, self._store.vault, viewer, self._in_force.now, self._store.clock())
        card = draw(stage, face)
        if isinstance(card, Superseded) or (_has_waited(row) and not still_true(stage, face, card)):
            return Skip("superseded")
        return replace(card, revision=issue.revision)

    def _mark(self, row: OutboxRow, holder: str, attempt: Attempt) -> None:
        faultpoint("relay_after_send")
        outcome = attempt.outcome
        now = self._store.clock()
        OUTCOMES.labels(row.channel, row.kind, type(outcome).__name__).inc()
        origin = undelivered.origin(row, sent=isinstance(outcome, Sent))
        with self._store.unit(request_id=row.request_id, channel=row.channel, origin=origin) as unit:
            session, closed = unit.session, True
            match outcome:
                case Sent():
                    closed = outbox_lease.close(session, row.id, holder, OutboxState.SENT, now=now)
                    if closed and attempt.card is not None:
                        hanging.came(unit, row, attempt.card, outcome, self._channels[row.channel].changes_freely)
                    LATENCY.labels(row.channel).observe(max(0.0, (now - row.created_at).total_seconds()))
                case Expired():
                    if outbox_lease.close(session, row.id, holder, OutboxState.SUPERSEDED, now=now, fault="code gone"):
                        hanging.show_anew(unit, row)
                case Skip(why) | Gone(why):
                    closed = outbox_lease.close(session, row.id, holder, OutboxState.SUPERSEDED, now=now, fault=why)
                case Permanent():
                    self._give_up(unit, row, holder, outcome)
                case Wait(until, why):
                    outbox_lease.hold(session, row.id, holder, now=now, until=until, why=why)
                case Paced(after, calls):
                    due = now + timedelta(seconds=min(after, LONGEST_WAIT))
                    why = outbox_lease.OUT_OF_CALLS if calls else "pace"
                    outbox_lease.put_back(session, row.id, holder, now=now, next_try_at=due, fault=why, tried=False)
                case Retry() | Quota() | Misconfigured() if self._is_worn_out(row, MOST_ATTEMPTS):
                    self._give_up(unit, row, holder, outcome)
                case Retry() | Quota() | Misconfigured():
                    self._put_back(session, row, holder, outcome, now)
                case unknown:
                    assert_never(unknown)
            if closed and attempt.note is not None:
                attempt.note(unit)
            if isinstance(outcome, Permanent) and row.kind == Kind.REPORT and self._reports is not None:
                self._reports.given_up(unit, row)

    def _is_worn_out(self, row: OutboxRow, most: int) -> bool:
        """Is it of no use to try again? What somebody sent is tried for as long as the platform has it, a report for as
        long as its provider has (`Reports.ask`)."""
        if row.kind == Kind.REPORT:
            return False
        if row.kind == Kind.FETCH:
            return self._store.clock() - row.created_at >= MEDIA_LIFE
        return row.attempts >= most

    def _give_up(self, unit: Unit, row: OutboxRow, holder: str, outcome: Fault) -> None:
        """The row is dead; who waits for its card hears of it."""
        log = _log.warning if isinstance(outcome, Permanent) else _log.error
        log("outbox row is dead", row=row.id, why=outcome.why, attempts=row.attempts)
        maybe, why = row.maybe_sent or may_have_arrived(outcome), outcome.why[:200]
        if outbox_lease.close(
            unit.session, row.id, holder, OutboxState.DEAD, now=unit.now, fault=why, maybe_sent=maybe
        ):
            undelivered.tell(unit, row, outcome, maybe_sent=maybe)

    def _put_back(
        self, session: Session, row: OutboxRow, holder: str, outcome: Retry | Quota | Misconfigured, now: datetime
    ) -> None:
        if isinstance(outcome, Quota):
            self._limited.note(row, now, outcome)
        for_calls = _wants_calls(outcome)  # which come with the next month: that is no failure
        wait = MISCONFIGURED_SECONDS if isinstance(outcome, Misconfigured) else outcome.after
        delays = DELAYS[: MOST_DELAYS.get(row.kind)]
        wait = max(wait, delays[min(row.attempts, len(delays)) - 1])
        _log.warning("outbox row put back", row=row.id, why=outcome.why, attempts=row.attempts, seconds=wait)
        outbox_lease.put_back(
            session,
            row.id,
            holder,
            now=now,
            next_try_at=now + timedelta(seconds=min(wait, LONGEST_WAIT)),
            fault=outbox_lease.OUT_OF_CALLS if for_calls else outcome.why[:200],
            maybe_sent=may_have_arrived(outcome),
            tried=not for_calls,
        )


def _wants_calls(outcome: Outcome) -> bool:
    """Does it wait for a call of the month's, of which there are none left?"""
    return outcome.calls if isinstance(outcome, Paced) else isinstance(outcome, Quota) and outcome.counted


def _in_words(channel: Channel, userid: str, card: Card, *, again: bool) -> Attempt:
    """The card as text. No card of it hangs then: what changes comes as a fresh one."""
    return Attempt(channel.send_text(userid, cut_bytes(render_text(card), channel.text_bytes), again=again))


def _has_waited(row: OutboxRow) -> bool:
    """Is it a reminder that could not be sent when it was decided? What was done meanwhile it need not tell."""
    return row.reminder is not None and row.kind == Kind.SHOW and row.put_at != row.created_at
