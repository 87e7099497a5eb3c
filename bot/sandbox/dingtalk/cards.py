"""What DingTalk's card interfaces do: create, deliver, update; and what the answer to a tap does. Called under the
platform's lock.

Sources: open.dingtalk.com/document/development/create-and-deliver-cards, create-card-instance, deliver-card-instance,
message-card-sending-and-updating, event-callback-card.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.chats import Message
from bot.sandbox.dingtalk import card_rules
from bot.sandbox.dingtalk.card_rules import JSON, CardTemplate, Space, Variables, part_of, text_of
from bot.sandbox.dingtalk.refusal import Refusal
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk

_NOBODY: Mapping[str, Variables] = {}


@dataclass(frozen=True, slots=True)
class CardInstance:
    """One card. `public` is what everybody sees, `private` what single people see instead of parts of it; `answered`
    what the answers to their taps changed on their own screens, until the card is next updated. `kinds` are the spaces
    it was created for, `messages` where it was delivered: (space, message id). Only `recipients` see it in a group, if
    there are any."""

    track_id: str
    template: CardTemplate
    callback_type: str
    route_key: str
    public: Variables
    private: Mapping[str, Variables] = field(default_factory=dict)
    answered: Mapping[str, Variables] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    messages: tuple[tuple[Space, str], ...] = ()
    recipients: tuple[str, ...] = ()
    results: tuple[JSON, ...] = ()

    def view(self, userid: str = "") -> dict[str, Any]:
        """What `userid` sees of it; without one, what everybody sees."""
        mine = {**self.public, **self.private.get(userid, {}), **self.answered.get(userid, {})}
        return card_rules.look(self.template, mine)


def create(ding: "DingTalk", body: JSON) -> Done:
    """POST card/instances: the card is there, and nobody sees it yet.

    Raises:
        Refusal: with DingTalk's code.
    """
    card, old = _made(ding, body)
    if old is None:
        kinds = {kind for kind, name in _SPACE_MODELS.items() if part_of(body, name)}
        ding.cards[card.track_id] = replace(card, kinds=frozenset(kinds))
    return Done({"success": True, "result": card.track_id}, task_id=card.track_id)


def deliver(ding: "DingTalk", body: JSON) -> Done:
    """POST card/instances/deliver: a card that was created goes where it is to go.

    Raises:
        Refusal: with DingTalk's code.
    """
    card = _known(ding, body)
    spaces = card_rules.spaces_of(body)
    if any(space.kind not in card.kinds for space in spaces):
        raise Refusal("param.openSpaceIdInvalid", "the card was not created for such a space")
    people = _checked(ding, body, spaces)
    results, messages = _put(ding, card, body, people)
    return _done({"success": True, "result": list(results)}, card, results, messages)


def create_and_deliver(ding: "DingTalk", body: JSON) -> Done:
    """POST card/instances/createAndDeliver. A delivery may fail within the 200, and there is a card then all the same.

    Raises:
        Refusal: with DingTalk's code; then there is none.
    """
    card, old = _made(ding, body)
    spaces = card_rules.spaces_of(body)
    card_rules.check_space_model(body, spaces)
    people = _checked(ding, body, spaces)
    if old is not None:
        return _done(_both(old, old.results), old, old.results, (), ("the outTrackId was used before: no effect",))
    ding.cards[card.track_id] = card = replace(card, kinds=frozenset(space.kind for space in spaces))
    results, messages = _put(ding, card, body, people)
    return _done(_both(card, results), card, results, messages)


def update(ding: "DingTalk", body: JSON) -> Done:
    """PUT card/instances, for everybody. Without `cardUpdateOptions` all variables that are not named are gone.

    Raises:
        Refusal: with DingTalk's code.
    """
    card = _known(ding, body)
    if "cardData" not in body and "privateData" not in body:
        raise Refusal("param.empty", "neither cardData nor privateData")
    public, private = card_rules.variables_of(part_of(body, "cardData")), card_rules.private_of(body)
    private = {_userid(ding, body, key): value for key, value in private.items()}
    options = part_of(body, "cardUpdateOptions")
    running = ("updated while a tap on it waited for its answer",) if card.track_id in ding.tapped else ()
    changed = _changed(card, options, public, private)
    changed = replace(changed, answered=_without(card.answered, public, options))
    messages = show(ding, changed)
    return Done({"success": True, "result": True}, messages, task_id=card.track_id, warnings=running)


def answer(ding: "DingTalk", track_id: str, userid: str, response: JSON) -> tuple[str, ...]:
    """What the answer to a tap changes: only the view of `userid`. The errors in it, which change nothing."""
    card = ding.cards[track_id]
    try:
        public = card_rules.variables_of(part_of(response, "cardData"))
        own = card_rules.variables_of(part_of(response, "userPrivateData"))
        options = part_of(response, "cardUpdateOptions")
    except Refusal as refusal:
        return (f"answer to a tap: {refusal}",)
    if not public and not own:
        return ()
    seen = {**card.public, **card.private.get(userid, {}), **card.answered.get(userid, {})}
    if public and options.get("updateCardDataByKey") is not True:
        seen = dict.fromkeys(seen, "")  # what is not named is gone
    show(ding, replace(card, answered={**card.answered, userid: {**seen, **public, **own}}))
    return ()


def show(ding: "DingTalk", card: CardInstance) -> tuple[Message, ...]:
    """Keep the card as it is now, and let the chats show it."""
    ding.cards[card.track_id] = card
    shown = []
    for space, message_id in card.messages:
        userid = space.id if space.kind == "IM_ROBOT" else ""
        shown.append(ding.chats.show(message_id, card.view(userid)))
    return tuple(shown)


_SPACE_MODELS = {"IM_ROBOT": "imRobotOpenSpaceModel", "IM_GROUP": "imGroupOpenSpaceModel"}


def _made(ding: "DingTalk", body: JSON) -> tuple[CardInstance, CardInstance | None]:
    """The card that a request describes, and the one that has its outTrackId already."""
    track_id, template_id = text_of(body, "outTrackId"), text_of(body, "cardTemplateId")
    template = ding.templates.get(template_id)
    if template is None:
        raise Refusal("param.templateNotExist", "no such template")
    if not template.published:
        raise Refusal("param.templateUnpublished", "the template is not published")
    kind, key = card_rules.callback_of(body)
    public = card_rules.variables_of(part_of(body, "cardData", needed=True))
    private = {_userid(ding, body, userid): found for userid, found in card_rules.private_of(body).items()}
    old = ding.cards.get(track_id)
    if old is not None and ding.refuses_repeats:
        raise Refusal("param.cardAlreadyExist", "the outTrackId was used before")
    return CardInstance(track_id, template, kind, key, public, private), old


def _known(ding: "DingTalk", body: JSON) -> CardInstance:
    card = ding.cards.get(text_of(body, "outTrackId"))
    if card is None:
        raise Refusal("param.cardNotExist", "no such card")
    return card


def _checked(ding: "DingTalk", body: JSON, spaces: tuple[Space, ...]) -> tuple[Space, ...]:
    """The spaces, each person's by userId."""
    card_rules.check_deliver_model(body, spaces, ding.robot_code)
    found = []
    for space in spaces:
        if space.kind == "IM_GROUP" and space.id not in ding.groups:
            raise Refusal("param.openSpaceIdInvalid", "no such group")
        found.append(space if space.kind == "IM_GROUP" else Space(space.kind, _userid(ding, body, space.id)))
    return tuple(found)


def _userid(ding: "DingTalk", body: JSON, given: str) -> str:
    member = ding.by_union_id(given) if body.get("userIdType") == 2 else ding.member(given)
    if member is None:
        raise Refusal("param.userIdNotExist", "no such person")
    return member.userid


def _put(
    ding: "DingTalk", card: CardInstance, body: JSON, spaces: tuple[Space, ...]
) -> tuple[tuple[JSON, ...], tuple[Message, ...]]:
    results: list[JSON] = []
    messages: list[Message] = []
    delivered: list[tuple[Space, str]] = []
    for space in spaces:
        result: dict[str, Any] = {"spaceType": space.kind, "spaceId": space.id, "success": False}
        if not ding.reaches(space):
            results.append(result | {"errorMsg": "the robot does not reach this space"})
            continue
        userid = space.id if space.kind == "IM_ROBOT" else ""
        chat = userid or ding.chat_of_group(space.id)
        carrier = secrets.token_urlsafe(16)
        message = ding.chats.add(
            chat, "card", ding.clock(), from_bot=True, card=card.view(userid), msgid=carrier, task_id=card.track_id
        )
        messages.append(message)
        delivered.append((space, message.id))
        results.append(result | {"success": True, "carrierId": carrier, "errorMsg": ""})
    group = part_of(body, "imGroupOpenDeliverModel")
    recipients = group.get("recipients") or ()
    ding.cards[card.track_id] = replace(
        card, messages=(*card.messages, *delivered), recipients=tuple(map(str, recipients)), results=tuple(results)
    )
    return tuple(results), tuple(messages)


def _both(card: CardInstance, results: tuple[JSON, ...]) -> dict[str, Any]:
    return {"success": True, "result": {"outTrackId": card.track_id, "deliverResults": list(results)}}


def _done(
    said: dict[str, Any],
    card: CardInstance,
    results: tuple[JSON, ...],
    messages: tuple[Message, ...],
    warnings: tuple[str, ...] = (),
) -> Done:
    dropped = tuple(str(result["spaceId"]) for result in results if not result["success"])
    if any(button.get("id") for button in card.view()["buttons"]) and not card.callback_type:
        warnings = (*warnings, "buttons without a callbackType are dead")
    if card.view()["blank"]:
        warnings = (*warnings, "the card is blank")
    return Done(said, messages, dropped, card.track_id, warnings=warnings)


def _changed(card: CardInstance, options: JSON, public: Variables, private: Mapping[str, Variables]) -> CardInstance:
    by_key = options.get("updateCardDataByKey") is True
    own = card.private if options.get("updatePrivateDataByKey") is True else _NOBODY
    return replace(
        card,
        public={**card.public, **public} if by_key else public,
        private={**own, **{userid: {**own.get(userid, {}), **found} for userid, found in private.items()}},
    )


def _without(answered: Mapping[str, Variables], public: Variables, options: JSON) -> dict[str, Variables]:
    """What stays of each person's own view behind an update: what it does not name, if it goes by key."""
    if options.get("updateCardDataByKey") is not True:
        return {}
    return {userid: {key: value for key, value in own.items() if key not in public} for userid, own in answered.items()}
