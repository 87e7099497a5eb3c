"""The limits of a template card: the hard ones refuse it with the platform's errcode, the soft ones only warn.

Source: the platform's page on sending messages (90236) and its error table (90313). Where that table names a group of
codes for a group of fields, one code per field was chosen; an app must treat the whole group alike.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.sandbox.refusal import Refusal

Card = Mapping[str, Any]

CALLBACK_TYPES = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})
NOTICE_TYPES = frozenset({"text_notice", "news_notice"})
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
KEY_BYTES = 1024
OPTION_ID_BYTES = 128


def check(card: Card, *, updating: bool = False) -> tuple[str, ...]:
    """Check a card as the platform does; the warnings about what it would cut on screen.

    `updating` is the looser form of update_template_card: no task_id, `replace_text`, no submit button needed.

    Raises:
        Refusal: a hard limit is broken.
    """
    kind = card.get("card_type")
    if kind not in CALLBACK_TYPES | NOTICE_TYPES:
        raise Refusal(42031, "invalid card_type")
    warnings: list[str] = []
    _task_id(card, updating)
    _titles(card, warnings)
    _lists(card, warnings)
    _menu(card)
    if kind in NOTICE_TYPES:
        _notice(card)
    elif kind == "button_interaction":
        _buttons(card, updating, warnings)
    elif kind == "vote_interaction":
        _checkbox(card, warnings)
        _submit(card, updating, warnings)
    else:
        _selects(card, warnings)
        _submit(card, updating, warnings)
    return tuple(warnings)


def calls_back(card: Card) -> bool:
    """Whether the card can send a callback (needs a callback URL and a task_id)."""
    return card.get("card_type") in CALLBACK_TYPES or bool(card.get("action_menu"))


def _task_id(card: Card, updating: bool) -> None:
    task_id = card.get("task_id")
    if not task_id:
        if calls_back(card) and not updating:
            raise Refusal(42016, "missing task_id")
        return
    if not isinstance(task_id, str) or not TASK_ID.fullmatch(task_id):
        raise Refusal(42014, "invalid task_id")


def _titles(card: Card, warnings: list[str]) -> None:
    title = _part(card, "main_title").get("title")
    kind = card["card_type"]
    if not title and not (kind == "text_notice" and card.get("sub_title_text")):
        raise Refusal(42033, "missing main_title.title")
    question = kind in ("vote_interaction", "multiple_interaction")
    _soft(warnings, "main_title.title", title, 16 if kind == "vote_interaction" else 36)
    _soft(warnings, "main_title.desc", _part(card, "main_title").get("desc"), 160 if question else 44)
    _soft(warnings, "source.desc", _part(card, "source").get("desc"), 20)
    _soft(warnings, "sub_title_text", card.get("sub_title_text"), 160)
    _soft(warnings, "emphasis_content.title", _part(card, "emphasis_content").get("title"), 14)
    _soft(warnings, "emphasis_content.desc", _part(card, "emphasis_content").get("desc"), 22)


def _lists(card: Card, warnings: list[str]) -> None:
    for row in _rows(card, "horizontal_content_list", 0, 6, 42035):
        if not row.get("keyname"):
            raise Refusal(42027, "missing keyname")
        _need(row, {1: ("url", 42028), 2: ("media_id", 42029), 3: ("userid", 42050)})
        _soft(warnings, "horizontal_content_list.keyname", row["keyname"], 5)
        _soft(warnings, "horizontal_content_list.value", row.get("value"), 30)
    for row in _rows(card, "vertical_content_list", 0, 4, 42036):
        if not row.get("title"):
            raise Refusal(42033, "missing vertical_content_list.title")
        _soft(warnings, "vertical_content_list.title", row["title"], 38)
        _soft(warnings, "vertical_content_list.desc", row.get("desc"), 160)
    for row in _rows(card, "jump_list", 0, 3, 42042):
        if not row.get("title"):
            raise Refusal(42033, "missing jump_list.title")
        _need(row, {1: ("url", 42028), 2: ("appid", 42030)})
        _soft(warnings, "jump_list.title", row["title"], 18)


def _menu(card: Card) -> None:
    if not card.get("action_menu"):
        return
    rows = _rows(_part(card, "action_menu"), "action_list", 1, 3, 42051)
    for row in rows:
        if not row.get("text"):
            raise Refusal(42038, "missing action_list.text")
        _text_key(row.get("key"), KEY_BYTES, 42039, "action_list.key")
    _unique((row["key"] for row in rows), 42051, "action_list.key")


def _notice(card: Card) -> None:
    action = _part(card, "card_action")
    if action.get("type") not in (1, 2):
        raise Refusal(42045, "invalid card_action")
    _need(action, {1: ("url", 42028), 2: ("appid", 42030)})
    if card["card_type"] == "news_notice":
        image = _part(card, "card_image")
        if not image and not card.get("image_text_area"):
            raise Refusal(42044, "missing card_image or image_text_area")
        if image and not image.get("url"):
            raise Refusal(42044, "missing card_image.url")


def _buttons(card: Card, updating: bool, warnings: list[str]) -> None:
    if card.get("button_selection"):
        _question(_part(card, "button_selection"), 10, warnings, 16)
    needed = 0 if updating and card.get("replace_text") else 1
    rows = _rows(card, "button_list", needed, 6, 40058)
    keys = []
    for row in rows:
        if not row.get("text"):
            raise Refusal(42020, "missing button text")
        _soft(warnings, "button_list.text", row["text"], 10)
        if row.get("type", 0) == 1:
            _need(row, {1: ("url", 42028)})
            continue
        if not row.get("key"):
            raise Refusal(42019, "missing button key")
        _text_key(row["key"], KEY_BYTES, 42018, "button key")
        keys.append(row["key"])
    _unique(keys, 42017, "button key")


def _checkbox(card: Card, warnings: list[str]) -> None:
    box = _part(card, "checkbox")
    if not box:
        raise Refusal(42043, "missing checkbox")
    if box.get("mode", 0) not in (0, 1):
        raise Refusal(40058, "invalid checkbox.mode")
    _question(box, 20, warnings, 17)


def _selects(card: Card, warnings: list[str]) -> None:
    rows = _rows(card, "select_list", 1, 3, 42047)
    for row in rows:
        _question(row, 10, warnings, 16)
    _unique((row["question_key"] for row in rows), 42043, "question_key")


def _question(question: Card, most: int, warnings: list[str], width: int) -> None:
    _text_key(question.get("question_key"), KEY_BYTES, 42043, "question_key")
    options = _rows(question, "option_list", 1, most, 42037)
    for option in options:
        if not option.get("text"):
            raise Refusal(42038, "missing option text")
        _text_key(option.get("id"), OPTION_ID_BYTES, 42040, "option id")
        _soft(warnings, "option_list.text", option["text"], width)
    _unique((option["id"] for option in options), 42041, "option id")


def _submit(card: Card, updating: bool, warnings: list[str]) -> None:
    button = _part(card, "submit_button")
    if not button and updating:
        return
    if not button.get("text"):
        raise Refusal(42046, "missing submit_button.text")
    _text_key(button.get("key"), KEY_BYTES, 42049, "submit_button.key")
    _soft(warnings, "submit_button.text", button["text"], 10)


def _part(card: Card, name: str) -> Card:
    part = card.get(name) or {}
    if not isinstance(part, Mapping):
        raise Refusal(40058, f"invalid {name}")
    return part


def _rows(card: Card, name: str, least: int, most: int, errcode: int) -> Sequence[Card]:
    rows = card.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Refusal(40058, f"invalid {name}")
    if not least <= len(rows) <= most:
        raise Refusal(errcode, f"invalid {name} length")
    return rows


def _need(row: Card, needed: Mapping[int, tuple[str, int]]) -> None:
    name, errcode = needed.get(row.get("type", 0), ("", 0))
    if name and not row.get(name):
        raise Refusal(errcode, f"missing {name}")
    if name == "url" and not str(row["url"]).startswith(("http://", "https://")):
        raise Refusal(42028, "invalid url")


def _text_key(value: Any, most: int, errcode: int, name: str) -> None:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= most:
        raise Refusal(errcode, f"invalid {name}")


def _unique(values: Iterable[str], errcode: int, name: str) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise Refusal(errcode, f"duplicate {name}")


def _soft(warnings: list[str], name: str, value: Any, most: int) -> None:
    if value is not None and len(str(value)) > most:
        warnings.append(f"{name}: {len(str(value))} > {most}")
