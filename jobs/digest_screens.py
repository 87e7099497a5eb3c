"""The card of several reminders. See `jobs/screens.py`.

It holds the outbox rows that it stands for, and each is drawn from the state of now: what is done meanwhile is left
out, and a card of nothing is not sent.
"""

from collections.abc import Callable, Sequence

from cards import saying
from cards.loan_actions import ShowProgress, ShowTask
from cards.model import Card
from cards.render.text import render_message
from cards.views import reminders as views
from core.loans.task_queries import is_open
from core.manners.kinds import ReminderKind, importance
from core.manners.queries import wishes_of
from core.privacy import Unreadable
from core.store import outbox, outbox_held
from core.store.issued import Face, IssuedCard
from core.store.outbox import Kind
from core.store.outbox_held import Waiting
from jobs.export_screens import still_told
from jobs.stage import Args, Screen, Stage, Superseded

DIGEST = "digest"
MOST_IN_ONE = 40
_ROOM = 200  # of a text in a line, before it is fitted
Draw = Callable[[Stage, Face], Card | Superseded]

REMINDING = frozenset({"contact_due", "about_to_fall", "follow_task", "task_due", "loan_due"})
"""Screens whose card has 稍后提醒 as long as it reminds of something that is open; later it is something else's. (A
task's has it too, where its six buttons leave room.)"""


def still_true(stage: Stage, face: Face, card: Card) -> bool:
    """Does the card of a reminder still say what it was to remind of? One that was not sent in time may show what came
    of it instead."""
    match face.screen:
        case "task":
            return is_open(stage.session.connection(), face.args["task"])
        case "todo":
            return any(isinstance(button.action, ShowTask | ShowProgress) for button in card.buttons)
        case "export":
            return still_told(stage, face.args)
        case screen if screen in REMINDING:
            return views.reminds(card)
        case _:
            return True


def digest_face(rows: Sequence[int], about: tuple[str, ...] = (), page: int = 1) -> Face:
    """The reminders of these outbox rows on one card, which is found by all that they are about."""
    return Face(DIGEST, {"rows": list(rows), "page": page}, about)


def face_of(stage: Stage, row: Waiting) -> Face | None:
    """What the row shows, if it is a card that is not forgotten."""
    card = stage.session.get(IssuedCard, row.card_id) if row.card_id else None
    return Face(card.screen, card.args) if card is not None else None


def text_of(stage: Stage, row: Waiting) -> str:
    """The text of a row that is one; empty if it does not open."""
    try:
        return stage.vault.open(outbox.body_place(row.dedupe_key), row.body or b"")
    except Unreadable:
        return ""


def open_things(stage: Stage, rows: Sequence[int], draw: Draw) -> list[tuple[Waiting, Card | str]]:
    """What of these rows is open still and wanted, the most important first, each thing once: its card of now, or its
    text."""
    off = wishes_of(stage.session.connection(), stage.viewer.id).off
    seen: set[str] = set()
    found: list[tuple[Waiting, Card | str]] = []
    for row in outbox_held.rows_of(stage.session.connection(), rows):
        if row.person_id != stage.viewer.id or (_kind(row) in off and stage.company.manners.may_be_off(_kind(row))):
            continue
        face = face_of(stage, row) if row.kind is Kind.SHOW else None
        drawn = _drawn(stage, face, draw) if face is not None else text_of(stage, row)
        same = repr((face.screen, sorted(face.args.items(), key=str))) if face is not None else str(row.id)
        if drawn and same not in seen:
            seen.add(same)
            found.append((row, drawn))
    return sorted(found, key=lambda each: (importance(_kind(each[0])), each[0].id))


def _drawn(stage: Stage, face: Face, draw: Draw) -> Card | None:
    card = draw(stage, face)
    return None if isinstance(card, Superseded) or not still_true(stage, face, card) else card


def _kind(row: Waiting) -> ReminderKind:
    known = {kind.value: kind for kind in ReminderKind}
    return known.get(row.reminder, ReminderKind.UPDATED)


def digest_screens(draw: Draw) -> dict[str, Screen]:
    """The screen, over all others."""

    def digest(stage: Stage, args: Args) -> Card | Superseded:
        """Of what is left of it a card; of one thing its own."""
        things = open_things(stage, args["rows"], draw)
        if not things:
            return Superseded()
        if len(things) == 1 and isinstance(things[0][1], Card):
            return things[0][1]
        return views.digest_card([_line(row, drawn) for row, drawn in things], args["page"], stage.now)

    return {DIGEST: digest}


def _line(row: Waiting, drawn: Card | str) -> views.DigestLine:
    if isinstance(drawn, str):
        return views.DigestLine(row.id, _kind(row), (saying.plain(render_message(drawn), _ROOM),))
    customer = next((field.value for field in drawn.fields if field.label == "客户"), "")
    fuller = [f"{drawn.title} {saying.short_name(customer.partition(' ')[0])}"] if customer else []
    return views.DigestLine(row.id, _kind(row), (*fuller, drawn.title))
