"""Boards as pictures, to people and to groups. Where no picture can be made or handed over, the same goes out as text
at once, and the picture later, by a row of its own.

The relay draws nothing itself: a `Drawer` is handed to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from cards.channel import (
    Channel,
    Expired,
    Fault,
    Misconfigured,
    Permanent,
    Retry,
    Sent,
    Unsent,
    Uploaded,
    may_have_arrived,
)
from cards.limits import cut_bytes
from core.groups import queries as groups
from core.groups.guard import GroupBoard, GroupText, PersonalData
from core.groups.rules import Group
from core.people.policy import Actor
from core.reports.results import Board
from core.store import outbox, post
from core.store.faultpoint import faultpoint
from core.store.outbox import Kind, OutboxRow
from core.store.unit import Store, Unit
from jobs.attempts import Attempt, Skip
from jobs.grouping import NO_GROUP, GroupPost
from jobs.stage import Superseded
from jobs.uploads import Uploads

KINDS = frozenset({Kind.PICTURE.value, Kind.LATER.value})
FILE_NAME = "board.png"
_AGAIN_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class Drawer(Protocol):
    """Makes what is sent of a board: drawn anew for each recipient, who stands in its watermark."""

    def board(self, session: Session, ref: str, to: Actor | Group) -> Board | Superseded:
        """The board that is kept under `ref`, as `to` may see it by the rights of now; Superseded if he may not see it
        any more, or if it is too old to be of use. A database is read here and nowhere else."""
        ...

    def picture(self, board: Board, to: Actor) -> bytes:
        """A PNG. May take seconds, and may raise: then it goes out as `words`."""
        ...

    def words(self, board: Board, to: Actor) -> str:
        """The same as text; what is longer than one message is cut."""
        ...

    def group_picture(self, board: GroupBoard, to: Group) -> bytes:
        """As `picture`, for a group. A robot takes 2 MB at most."""
        ...

    def group_words(self, board: GroupBoard, to: Group) -> str:
        """As `words`, for a group: see `GroupText` for what must not look like a number of somebody."""
        ...


@dataclass(frozen=True, slots=True)
class _Delivery:
    """How one row is delivered: what draws, what hands the picture over, and what says the same in words."""

    draw: Callable[[], bytes]
    show: Callable[[bytes], Attempt | Unsent]
    say: Callable[[], Attempt]


class Pictures:
    """Sends boards. `posting`: None where no groups are set up."""

    def __init__(self, store: Store, drawer: Drawer, posting: GroupPost | None) -> None:
        self._store, self._drawer, self._posting = store, drawer, posting
        self._uploads = Uploads(store)

    def to_person(self, channel: Channel, viewer: Actor, row: OutboxRow) -> Attempt:
        """Send the board to a person. One that may have arrived is sent again as the same upload: WeCom knows it by
        that, and it arrives once; on DingTalk it may come twice. Where the platform itself does not know whether it
        has arrived, it is not sent again, nor said in words."""
        with self._store.read() as session:
            board = self._drawer.board(session, self._ref(row), viewer)
        if isinstance(board, Superseded):
            return Attempt(Skip("superseded"))
        again = row.maybe_sent or row.attempts > 1
        kept = self._uploads.kept(row)
        if kept is not None:
            outcome = channel.send_picture(viewer.userid, kept)
            if not _is_refused(outcome):
                return Attempt(outcome)

        def say() -> Attempt:
            words = cut_bytes(self._drawer.words(board, viewer), channel.text_bytes)
            return Attempt(channel.send_text(viewer.userid, words, again=again))

        show = partial(self._show, channel, viewer, row)
        return self._deliver(row, _Delivery(lambda: self._drawer.picture(board, viewer), show, say))

    def to_group(self, row: OutboxRow) -> Attempt:
        """Send the board to the row's group, which no platform has a key for: after an unknown outcome it may come
        twice. What holds more than aggregate numbers is refused."""
        posting = self._posting
        if posting is None:
            return Attempt(Misconfigured("groups are not set up"))
        group = posting.group(row)
        if group is None:
            return Attempt(NO_GROUP)
        try:
            with self._store.read() as session:
                found = self._drawer.board(session, self._ref(row), group)
                if isinstance(found, Superseded):
                    return Attempt(Skip("superseded"))
                board = GroupBoard(found, names=group.names, colleagues=groups.colleagues(session))
            faultpoint("relay_before_send")
            return self._deliver(
                row,
                _Delivery(
                    lambda: self._drawer.group_picture(board, group),
                    lambda png: posting.show(group, png, FILE_NAME),
                    lambda: posting.say(group, GroupText(self._drawer.group_words(board, group))),
                ),
            )
        except PersonalData as refused:
            return posting.refused(row, refused)

    def _deliver(self, row: OutboxRow, delivery: _Delivery) -> Attempt:
        """As a picture; if it does not get as far as being sent, in words, and the picture is tried further."""
        png = self._drawn(row, delivery.draw)
        shown = delivery.show(png) if not isinstance(png, Unsent) else png
        if not isinstance(shown, Unsent):
            return shown
        _log.warning("a picture was not sent", row=row.id, why=shown.fault.why)
        if row.kind == Kind.LATER:
            return Attempt(shown.fault)
        said = delivery.say()
        if not isinstance(said.outcome, Sent) or isinstance(shown.fault, Permanent):
            return said
        ref, noted = self._ref(row), said.note

        def note(unit: Unit) -> None:
            if noted is not None:
                noted(unit)
            post.picture_later(unit, row, ref)

        return Attempt(said.outcome, note=note)

    def _drawn(self, row: OutboxRow, draw: Callable[[], bytes]) -> bytes | Unsent:
        """The picture. Whatever a drawing fails of, the numbers are there: it must not keep them from anybody."""
        try:
            return draw()
        except Exception as error:  # noqa: BLE001  see above
            _log.exception("a board could not be drawn", row=row.id)
            return Unsent(Retry(_AGAIN_SECONDS, f"not drawn: {type(error).__name__}"))

    def _show(self, channel: Channel, viewer: Actor, row: OutboxRow, png: bytes) -> Attempt | Unsent:
        uploaded = channel.upload(png, FILE_NAME)
        if not isinstance(uploaded, Uploaded):
            return Unsent(uploaded)
        if not self._uploads.keep(row, uploaded.media_id):
            return Attempt(Retry(0, "another relay has it"))
        faultpoint("relay_uploaded")
        outcome = channel.send_picture(viewer.userid, uploaded.media_id)
        return Unsent(_fault(outcome)) if _is_refused(outcome) else Attempt(outcome)

    def _ref(self, row: OutboxRow) -> str:
        return self._store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"")


def _is_refused(outcome: Sent | Expired | Fault) -> bool:
    """Is it the picture that the platform does not take, and not the person, so that nobody has it?"""
    refused = isinstance(outcome, Permanent) and not outcome.unreachable
    return isinstance(outcome, Expired) or (refused and not may_have_arrived(outcome))


def _fault(outcome: Sent | Expired | Fault) -> Fault:
    return outcome if isinstance(outcome, Permanent) else Retry(_AGAIN_SECONDS, "the upload is gone")
