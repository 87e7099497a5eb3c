"""Who is told of people who come and go. See `jobs/notices.py`."""

from collections.abc import Collection
from dataclasses import dataclass

from cards import texts
from core.exports import service as exports
from core.leads import holdings, questions
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.people.accounts import DINGTALK
from core.people.events import AccessEnded, AccountContested, AccountGivenUp, PeopleJoined, PersonLeft
from core.store import post
from core.store.calls import CallsRunLow
from core.store.unit import Event, Unit
from jobs.reach import say, warn


def access_ended(unit: Unit, event: AccessEnded) -> None:
    """He himself, by his cards: none of them shows anything of a customer any more."""
    post.withdraw(unit, event.person_id, people.USERID)


def account_given_up(unit: Unit, event: AccountGivenUp) -> None:
    """Whoever has it now, by the cards that hang there: they say nothing of a customer any more. WeCom changes a card
    for one account alone, and there is nothing to take back."""
    if event.platform == DINGTALK:
        post.disown(unit, event.person_id, event.platform)


def person_left(unit: Unit, event: PersonLeft) -> None:
    """The administrators, if anything of his waits for somebody; and whoever decides now what he was asked. What is
    being handed over waits for nobody; his answers to exports are no part of that."""
    exports.ask_others(unit, event.person_id)
    if event.handed_over:
        return
    questions.ask_others(unit, event.person_id)
    count = holdings.open_leads(unit.session, [event.person_id]).get(event.person_id, 0)
    if count:
        name = people.names(unit.session, [event.person_id])[event.person_id]
        _say_to_administrators(unit, texts.left_with_leads(name, count))


def people_joined(unit: Unit, event: PeopleJoined) -> None:
    """The administrators: who is new waits for a post."""
    names = people.names(unit.session, event.person_ids)
    _say_to_administrators(unit, texts.new_people([names[number] for number in event.person_ids]))


def account_contested(unit: Unit, event: AccountContested) -> None:
    """The administrators: only they can find out what is behind it."""
    names = people.names(unit.session, [event.person_id, event.holder_id])
    holder = names[event.holder_id] if event.holder_id is not None else None
    text = texts.account_contested(names[event.person_id], event.old, event.new, holder)
    _say_to_administrators(unit, text)


@dataclass(frozen=True, slots=True)
class CallsNotice:
    """Tells that a platform's calls run out, where that can still be told: `channels` are set up here."""

    channels: Collection[str]

    def tell(self, unit: Unit, event: Event) -> None:
        """The listener (`Store.listen`). The administrators: they buy more, or see to it that less is asked of the
        platform."""
        if isinstance(event, CallsRunLow):
            others = [channel for channel in self.channels if channel != event.channel]
            for person_id in people.administrators(unit.session):
                warn(unit, ReminderKind.STAFF, person_id, texts.calls_run_low(event), others)


def _say_to_administrators(unit: Unit, text: str) -> None:
    for person_id in people.administrators(unit.session):
        say(unit, ReminderKind.STAFF, person_id, text)
