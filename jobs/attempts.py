"""What can come of one attempt at an outbox row: the platform's answer, or that nothing was to be sent."""

from dataclasses import dataclass

from cards.channel import Expired, Fault, Sent
from cards.model import Card
from core.manners.rules import Wait
from jobs.keeping import Gone, Note
from jobs.pace import Paced


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is to be sent: superseded, or the person cannot be reached."""

    why: str


Outcome = Sent | Expired | Fault | Skip | Paced | Gone | Wait


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a row; the card as it was drawn for it, if one was; and what is to be noted with its mark."""

    outcome: Outcome
    card: Card | None = None
    note: Note | None = None
