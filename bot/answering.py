"""What an event is answered: who asks, what he said or which button of which card he tapped, and the handler for it.

Inside the transaction of `bot/dispatch.py`, and all that is written here is part of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.call import Call, Reply
from bot.dialogs import OFFERS, QUESTIONS, Question, lapsed, said_again
from bot.handlers import media, papers, reports
from bot.inbound import Ignored, Inbound, Lifecycle, Mixed, Place, QuotaGone, Sent, Tap, Text
from bot.phrases.answers import wants_nothing_kept
from bot.phrases.command_words import ALSO
from bot.phrases.never_kept import never_kept
from bot.routing import is_command, is_unknown, may_say_why, route
from bot.taps import LATE, MENU, TAPS
from cards import texts
from cards.actions import Forged, Outdated, Signer, Unpacked, numbers_of
from cards.render.wecom import SEEN_KEY
from config.company import Company
from core.people.accounts import WECOM
from core.people.policy import Actor, may
from core.people.reached import channels_of
from core.privacy import digest
from core.store import dialogs, issued, post
from core.store.dialogs import Dialog
from core.store.issued import Face
from core.store.unit import Unit

MOST_TYPED = 2048  # characters; WeCom itself lets 2,048 bytes through


_ABOUT_A_CONTACT = frozenset({"follow_up", "next_contact"})
_TAKES_FILES: dict[str, Callable[[Call, Sent], Reply]] = {
    "form": papers.received,
    "paper": papers.received,
    "report": reports.received,
}


def _about(asked: Dialog | None) -> dict[str, object]:
    """What was asked, if it was about a contact: what is sent meanwhile belongs to its lead."""
    return asked.args if asked is not None and asked.kind in _ABOUT_A_CONTACT else {}


def _received(call: Call, asked: Dialog | None, sent: Sent) -> Reply:
    """Something sent: it belongs to what was asked for, a paper of an application, or a lead's follow-up."""
    if asked is not None and not asked.lapsed and asked.kind in _TAKES_FILES:
        return _TAKES_FILES[asked.kind](replace(call, asked=asked.args), sent)
    return media.received(replace(call, asked=_about(asked)), sent)


@dataclass(frozen=True, slots=True)
class Answers:
    """Finds the handler and has it answer, by the rules of `company`; `signers` know the buttons of each channel."""

    company: Company
    signers: Mapping[str, Signer]

    def answers(self, unit: Unit, actor: Actor, inbound: Inbound, asked: Dialog | None) -> list[Reply]:
        """The replies to what `actor` did: one, or, to a message that is several things, one to each of them. Its
        pictures come before its words: those may end the question that says where the pictures belong."""
        if not isinstance(inbound, Mixed):
            return [self.answer(unit, actor, inbound, asked)]
        replies = [self.answer(unit, actor, each, asked) for each in inbound.sent]
        if inbound.text.strip():
            still_asked = dialogs.hold(unit.connection, unit.vault, actor.id, unit.channel, unit.now)
            replies.append(self.answer(unit, actor, Text(inbound.envelope, inbound.text), still_asked))
        return replies

    def answer(self, unit: Unit, actor: Actor, inbound: Inbound, asked: Dialog | None) -> Reply:
        """The reply to what `actor` did. `asked` is what he was asked last and has not answered, if
        anything; it may have lapsed."""
        match inbound:
            case Text():
                return self._typed(unit, actor, inbound.text[:MOST_TYPED], asked)
            case Tap():
                return self._tapped(unit, actor, inbound)
            case Lifecycle(_, "menu", key) if key in MENU:
                return self._typed(unit, actor, MENU[key], asked)
            case Lifecycle(_, "joined"):
                return Reply(say=texts.welcome(actor.name))
            case Sent():
                return _received(Call(unit, actor, self.company), asked, inbound)
            case Place():
                return Reply(say=texts.PLACE_TAKEN)
            case QuotaGone():
                on_wecom = WECOM in self.signers and WECOM in channels_of(unit, actor)
                return Reply(say=texts.words_kept_back(on_wecom=on_wecom))
            case Ignored():
                return Reply(say=texts.NOT_SUPPORTED)
            case _:
                return Reply()

    def _typed(self, unit: Unit, actor: Actor, message: str, asked: Dialog | None) -> Reply:
        """A whole command wins; else a message answers what was asked; else it is matched more loosely. What nothing
        fits, and would have been an answer if it had come in time, is told so. What may not be kept is refused whatever
        it was to be."""
        kind = never_kept(message)
        if kind is not None:
            return Reply(say=texts.NEVER_KEPT[kind], forget=True)
        if wants_nothing_kept(message):
            call = Call(unit, actor, self.company, asked=asked.args if asked else {})
            left = media.leave_typed(call)
            if left is not None:
                return said_again(call, left)
        late = asked if asked is not None and asked.lapsed else None
        asked = None if late else asked
        question = QUESTIONS.get(asked.kind) if asked is not None else None
        if asked is not None and question is not None and not _is_command(message, question):
            return question.answer(Call(unit, actor, self.company, text=message.strip(), asked=asked.args))
        if asked is not None and asked.kind in OFFERS:
            offered = Call(unit, actor, self.company, text=message.strip(), asked=asked.args)
            taken = None if is_command(message) else OFFERS[asked.kind](offered)
            if taken is not None:
                return taken
            asked = None
        if late is not None and late.kind in QUESTIONS and is_unknown(message, actor):
            return lapsed(Call(unit, actor, self.company, text=message.strip()), late)
        found = route(message, actor)
        if not may(actor, found.command.verb):
            unit.record(actor.id, f"{found.command.verb}:denied", "command")
            return Reply(say=texts.not_allowed(found.command.verb) if actor.roles else texts.NO_POST)
        call = Call(unit, actor, self.company, text=found.text, asked=asked.args if asked else {})
        if late is not None and found.command.word in ALSO:
            call.end_dialog()  # he went on to something else: what comes later is no late answer
        return found.command.handler(call)

    def _tapped(self, unit: Unit, actor: Actor, tap: Tap) -> Reply:
        """Three checks, each for itself: genuine, addressed to this person, allowed now (the core verb checks that)."""
        if tap.token == SEEN_KEY:
            return Reply()
        found = self.signers[unit.channel].unpack(tap.token, unit.now)
        if isinstance(found, Forged):
            unit.record(actor.id, "tap:forged", "card")
            return Reply(say=texts.FORGED)
        card_id, _, revision = found.card_id.partition(".")
        if tap.card_key and not tap.card_key.endswith(card_id):
            unit.record(actor.id, "tap:forged", f"card:{card_id}")
            return Reply(say=texts.FORGED)
        card = issued.find(unit.connection, card_id)
        if card is None:
            return Reply(say=texts.CARD_GONE)
        if card.person_id != actor.id or card.channel != unit.channel:
            unit.record(actor.id, "tap:foreign", f"card:{card_id}", issued_to=card.person_id)
            return Reply(say=texts.NOT_YOUR_CARD)
        if card.tapped == _digest(tap) and str(card.revision - 1) == revision:
            return Reply(refresh=True)  # the same tap once more: what it did stands on the card, and is no error
        call = Call(unit, actor, self.company, selected=tap.selected, card_id=card_id)
        if isinstance(found, Outdated) or str(card.revision) != revision:
            return _late(call, found) or Reply(say=texts.STALE_CARD, refresh=True)
        call.forget_suggested(numbers_of(found.action))
        reply = TAPS[type(found.action)](call, found.action)
        if tap.code and reply.change is None and not reply.refresh:
            post.keep_code(unit, card_id, tap.code, tap.code_seconds)
        return reply

    def change_tapped(self, unit: Unit, actor: Actor, tap: Tap, face: Face | None) -> None:
        """Change the card that was tapped: to `face`, or (None) to what it shows, as it is now."""
        found = self.signers[unit.channel].unpack(tap.token, unit.now)
        if not isinstance(found, Unpacked | Outdated):
            return
        card_id = found.card_id.partition(".")[0]
        if face is not None:
            issued.change_face(unit.connection, card_id, face, _digest(tap))
        else:
            issued.forget_what_hangs(unit.connection, card_id)  # he may see something older: that is why he tapped it
        post.change(unit, unit.channel, actor.id, card_id, tap.code)


def _late(call: Call, found: Unpacked | Outdated) -> Reply | None:
    """What is said to a tap on a card that has changed since, if it is more than just that."""
    if isinstance(found, Outdated) or type(found.action) not in LATE:
        return None
    return LATE[type(found.action)](call, found.action)


def _is_command(message: str, question: Question) -> bool:
    return is_command(message) and not (question.asks_why and may_say_why(message))


def _digest(tap: Tap) -> str:
    """Two taps have the same if the same was tapped and ticked, on the same picture of a card."""
    return digest(tap.token, json.dumps(tap.selected, sort_keys=True))
