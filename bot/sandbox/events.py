"""What the platform tells the app: the XML of messages and events, exactly as it comes in a callback."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from bot.sandbox.chats import JSON, Message

Fields: TypeAlias = Iterable[tuple[str, Any]]


def to_xml(fields: Fields) -> str:
    """Texts stand in CDATA, numbers bare, nested pairs as elements: `[("SelectedItem", [("QuestionKey", "q")])]`."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: Any) -> str:
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        # The end mark inside a text is split over two sections; XML knows no other way.
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _inner(value)


class NotOnCard(ValueError):
    """The person cannot do that: the card has no such button or option."""


def tap_fields(message: Message, key: str, selected: Mapping[str, Iterable[str]], response_code: str) -> Fields:
    """The body of template_card_event (or its menu event) for a tap on `key` of the card as it is, or as it was
    before its last changes (the person's screen may be older than the card).

    Raises:
        NotOnCard: no such button, or an option that cannot be chosen.
    """
    cards = [card for card in (message.card, *reversed(message.past)) if card]
    for card in cards:
        menu = any(row["key"] == key for row in (card.get("action_menu") or {}).get("action_list", ()))
        if menu or key in keys_of(card):
            break
    else:
        raise NotOnCard(f"message {message.id} has no button {key[:40]!r}")
    fields: list[tuple[str, Any]] = [
        ("Event", "template_card_menu_event" if menu else "template_card_event"),
        ("EventKey", key),
        ("TaskId", message.task_id),
        ("CardType", card["card_type"]),
        ("ResponseCode", response_code),
    ]
    questions = () if menu else _questions(card)
    if questions:
        items = [("SelectedItem", _item(question, selected)) for question in questions]
        fields.append(("SelectedItems", items))
    return fields


def keys_of(card: JSON) -> tuple[str, ...]:
    """The keys of the buttons that call back."""
    buttons = [row["key"] for row in card.get("button_list") or () if row.get("type", 0) == 0]
    submit = (card.get("submit_button") or {}).get("key")
    return tuple(buttons + ([submit] if submit else []))


def _questions(card: JSON) -> tuple[JSON, ...]:
    single = [card[name] for name in ("checkbox", "button_selection") if card.get(name)]
    return (*single, *(card.get("select_list") or ()))


def _item(question: JSON, selected: Mapping[str, Iterable[str]]) -> Fields:
    key, offered = question["question_key"], [option["id"] for option in question["option_list"]]
    chosen = list(selected[key]) if key in selected else _preset(question, offered)
    if any(option not in offered for option in chosen):
        raise NotOnCard(f"{key} offers {offered}, not {chosen}")
    if len(chosen) > 1 and question.get("mode") != 1:
        raise NotOnCard(f"{key} takes one option, not {chosen}")
    return [("QuestionKey", key), ("OptionIds", [("OptionId", option) for option in chosen])]


def _preset(question: JSON, offered: list[str]) -> list[str]:
    """What stands chosen before the person touches anything."""
    if "selected_id" in question or "mode" not in question:
        wanted = question.get("selected_id")
        return [wanted if wanted in offered else offered[0]]
    return [option["id"] for option in question["option_list"] if option.get("is_checked")]
