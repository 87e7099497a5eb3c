"""One mention of a time in a text, as `mentions.py` finds it and `changes.py` and `when.py` weigh it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from bot.phrases.readings import Day, Span


class Kind(Enum):
    """Where a mention lies. WRONG is a doubt that no other mention settles, VAGUE one that a clear time does."""

    AHEAD = auto()
    PAST = auto()
    VAGUE = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a time: text[start:end]. `at` is local and set for AHEAD and PAST, `day` where one was named."""

    kind: Kind
    start: int
    end: int
    phrase: str
    at: datetime | None = None
    day: date | None = None
    has_clock: bool = False
    why: str = ""
    bare: bool = False  # a day and nothing else
    told: bool = False  # of what has been, rather than agreed
    half: bool = False  # of one in doubt: only the half of the day is missing
    proposal: datetime | None = None  # of a VAGUE one: what was probably meant,
    over: Day | None = None  # because the day as it was said is over
    due: bool = False  # something else falls due on that day
    contact: bool = False  # the words behind one ahead or vague speak of a contact
    span: Span | None = None  # the days it names, for a later day that leaves its week, month or year open
