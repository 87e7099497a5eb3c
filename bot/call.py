"""What a handler gets, and what it gives back.

A handler turns words or a tapped action into a core call, and the outcome into a `Reply`. It neither sends nor
commits: the intake does both, in one transaction.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.phrases.numbers import split_number
from cards import texts
from cards.texts import Words
from config.company import Company
from core.leads import access, queries
from core.leads.merged import merged_into
from core.leads.outcomes import Closed, NoSuchLead, NotYours, Refusal
from core.people import queries as people
from core.people.policy import Actor
from core.store import dialogs
from core.store.dialogs import Dialog
from core.store.issued import Face
from core.store.unit import Unit

T = TypeVar("T")

SUGGESTED = "suggested"
_NUMBERED = re.compile("[TAL]([0-9]{1,9})")
"""The kind of dialog that follows a suggestion. It is no question: what is typed next is read as ever, and only a mere
yes refers to it (`bot/routing.py`). Its arguments are `suggested`, the message to be carried out, or empty if the
suggestion was not whole; `form`, what to send; and `until`."""

_GOOD_FOR = timedelta(minutes=5)  # who says 「好」 later does not mean the suggestion any more

_PEOPLE = ("owner_id", "person_id", "from_id", "by_id", "withdrawn_by", "waits_for")  # as outcomes call them


def people_named(*outcomes: object) -> list[int]:
    """Whom these outcomes name, of whatever class: the sentences about them look up their names."""
    said = [getattr(outcome, name, None) for outcome in outcomes for name in _PEOPLE]
    return [one for each in said if each is not None for one in (each if isinstance(each, tuple) else (each,))]


@dataclass(frozen=True, slots=True)
class Reply:
    """The one answer to one inbound: a text, a new card, a changed card (the tapped one), or a text beside a card.

    `refresh` brings the tapped card up to date without showing something else. `forget` wipes what came in: it held
    what may not be kept (a password, a card number). `asks` says that the text is a question whose answer is awaited
    (`Call.ask`). `pictures` are boards, by their references, that are drawn and sent behind the card. An empty reply
    says nothing.
    """

    say: str = ""
    show: Face | None = None
    change: Face | None = None
    refresh: bool = False
    forget: bool = False
    asks: bool = False
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One person's request, inside its transaction. `text` is what was typed after the command (or the whole message,
    for a dialog), `selected` what was ticked, `card_id` the card that was tapped, `asked` the dialog's arguments;
    `to_file`: what would be shown is exported instead, so nothing needs to be drawn beside it."""

    unit: Unit
    actor: Actor
    company: Company
    text: str = ""
    selected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    card_id: str = ""
    asked: dict[str, object] = field(default_factory=dict)
    to_file: bool = False

    def numbered(self) -> tuple[int, str]:
        """The lead's number that the text begins with, and the rest. The command's form made sure that one is there."""
        split = split_number(self.text)
        if split is None:
            raise ValueError("a command without its lead number came through")
        return split

    @property
    def asked_lead(self) -> int:
        """The lead that the open question is about."""
        return int(str(self.asked["lead"]))

    def words(self, *person_ids: int | None) -> Words:
        """What sentences look up: the pools, the time, and these colleagues' names."""
        names = people.names(self.unit.session, person_ids)
        return Words(names, self.company.pools, self.unit.now, self.actor)

    def words_for(self, *outcomes: object) -> Words:
        """The same with the names of whom these outcomes name."""
        return self.words(*people_named(*outcomes))

    def in_sight(self, outcome: T) -> T | NoSuchLead:
        """The outcome as it may be told: of a lead that is out of sight no more is said than of one that does not
        exist, as by 客户."""
        if not isinstance(outcome, NotYours) or outcome.owner_id is None:
            return outcome
        unit, pools = self.unit, self.company.pools
        known = access.may_know_owner(unit.connection, self.actor, outcome.lead_id, pools, unit.now)
        return outcome if known else NoSuchLead(outcome.lead_id)

    def refusal(self, outcome: Refusal) -> str:
        """What is said about an outcome that refuses."""
        outcome = self.in_sight(outcome)
        into = merged_into(self.unit.connection, outcome.lead_id) if isinstance(outcome, Closed) else None
        if into is not None and isinstance(outcome, Closed):
            return texts.closed_by_merge(outcome.lead_id, into, seen=self.may_see(into))
        return texts.refusal(outcome, self.words_for(outcome))

    def may_see(self, lead_id: int) -> bool:
        """May he look at this lead?"""
        return access.may_see(self.unit.connection, self.actor, lead_id, self.company.pools, self.unit.now)

    def customer(self, lead_id: int) -> str:
        """The customer's name on a lead, masked unless the lead is one's own."""
        briefs = queries.briefs(self.unit.session, self.unit.vault, self.actor, [lead_id], self.company.pools)
        return briefs[lead_id].name if lead_id in briefs else ""

    def ask(self, kind: str, **args: object) -> None:
        """Take this person's next plain message as the answer to `kind` (a key of `QUESTIONS` in `bot/dialogs.py`)."""
        unit = self.unit
        dialogs.ask(unit.connection, unit.vault, self.actor.id, unit.channel, Dialog(kind, args), unit.now)

    def suggest(self, send: str, form: str = "") -> bool:
        """Have a mere yes send the message `send`, or say that it needs more if that is empty, for some minutes. Not
        over a question that is open: False."""
        if self.asked and SUGGESTED not in self.asked and self._is_open():
            return False
        until = (self.unit.now + _GOOD_FOR).isoformat()
        self.ask(SUGGESTED, suggested=send, form=form or send, until=until)
        return True

    def offer(self, kind: str, **args: object) -> None:
        """Have what is typed next refer to what was shown, if it fits (a key of `OFFERS` in `bot/dialogs.py`). Not over
        a question that is open."""
        found = self._open_now()
        if found is None or found.kind in (kind, SUGGESTED):
            self.ask(kind, **args)

    def waiting_for(self, kind: str) -> dict[str, object]:
        """What this question is about, if it is the one that waits still; for taps, which answer none."""
        found = self._open_now()
        return dict(found.args) if found is not None and found.kind == kind else {}

    def _is_open(self) -> bool:
        """Does a question still wait? The one that this message answered may have ended."""
        return self._open_now() is not None

    def _open_now(self) -> Dialog | None:
        unit = self.unit
        return dialogs.current(unit.connection, unit.vault, self.actor.id, unit.channel, unit.now)

    def ask_about(self, kind: str, lead_id: int, refused: Refusal | None, question: Callable[[int, str], str]) -> Reply:
        """Ask this person for what `kind` needs to know of a lead: `question` makes the sentence from its number and
        its customer's name. If it is `refused` (an outcome), that is said instead, and a tapped card brought up to
        date."""
        if refused is not None:
            return Reply(say=self.refusal(refused), refresh=True)
        self.ask(kind, lead=lead_id)
        return Reply(say=question(lead_id, self.customer(lead_id)), asks=True)

    def end_dialog(self) -> None:
        """The question is answered, or no longer of interest."""
        dialogs.end(self.unit.session, self.actor.id, self.unit.channel)

    def forget_suggested(self, numbers: Collection[int]) -> None:
        """Who turns to something else, known by these numbers, does not mean what a mere yes would send any more."""
        found = self._open_now()
        if found is None or found.kind != SUGGESTED:
            return
        about = {int(number) for number in _NUMBERED.findall(str(found.args.get("suggested") or ""))}
        if about and numbers and about.isdisjoint(numbers):
            self.end_dialog()

    def end_dialog_about_application(self, number: int, kind: str = "") -> None:
        """End an open question (of this kind; empty: any) about this application: nothing of that is to be asked any
        more."""
        unit = self.unit
        asked = dialogs.current(unit.connection, unit.vault, self.actor.id, unit.channel, unit.now)
        if asked is not None and asked.args.get("application") == number and kind in ("", asked.kind):
            self.end_dialog()

    def end_dialog_about(self, lead_id: int) -> None:
        """End an open question about this lead: what a command did to it has answered it, or made it idle."""
        if self.asked.get("lead") == lead_id:
            self.end_dialog()
