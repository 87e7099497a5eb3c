"""WeCom's limits for a template_card, written down a second time from document 90236 and kept apart from
`cards/limits.py`: what a renderer makes is checked against this, so a slip in either shows."""

import re
from typing import Any

KEYS = {
    "text_notice": "source main_title emphasis_content quote_area sub_title_text horizontal_content_list jump_list "
    "card_action",
    "button_interaction": "source main_title quote_area sub_title_text horizontal_content_list card_action button_list",
    "vote_interaction": "source main_title checkbox submit_button",
    "multiple_interaction": "source main_title select_list submit_button",
}


def violations(card: dict[str, Any], *, update: bool = False) -> list[str]:
    """Everything in `card` that WeCom would refuse or not show in full. Empty: the card is good."""
    kind = card["card_type"]
    allowed = {"card_type", "task_id", *KEYS[kind].split(), *(["replace_text"] if update else [])}
    found = [f"{key} does not belong on {kind}" for key in card if key not in allowed]
    found += _head(card, kind)
    found += _rows(card)
    found += _choices(card, update)
    found += _buttons(card, kind, update)
    if "task_id" in card or (kind != "text_notice" and not update):
        _expect(found, re.fullmatch(r"[0-9A-Za-z_\-@]{1,128}", card.get("task_id", "")) is not None, "task_id")
    if kind == "text_notice" or "card_action" in card:
        _expect(found, card["card_action"]["type"] == 1 and _address(card["card_action"]["url"]), "card_action")
    return found


def _expect(found: list[str], good: bool, what: str) -> None:
    if not good:
        found.append(what)


def _short(text: str, most: int, least: int = 1) -> bool:
    return least <= len(text) <= most and "\n" not in text


def _address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url.encode()) <= 2048


def _head(card: dict[str, Any], kind: str) -> list[str]:
    found: list[str] = []
    title = card["main_title"]
    choice = kind in ("vote_interaction", "multiple_interaction")
    _expect(found, _short(title["title"], 16 if kind == "vote_interaction" else 36), "main_title.title")
    _expect(found, len(title.get("desc", "x")) <= (160 if choice else 44), "main_title.desc")
    _expect(found, choice or "\n" not in title.get("desc", ""), "main_title.desc lines")
    _expect(found, _short(card.get("source", {}).get("desc", "x"), 20), "source.desc")
    emphasis = card.get("emphasis_content", {"title": "x"})
    _expect(found, _short(emphasis["title"], 14) and _short(emphasis.get("desc", "x"), 22), "emphasis_content")
    _expect(found, 1 <= len(card.get("sub_title_text", "x")) <= 160, "sub_title_text")
    _expect(found, 1 <= len(card.get("quote_area", {}).get("quote_text", "x")) <= 160, "quote_text")
    return found


def _rows(card: dict[str, Any]) -> list[str]:
    found: list[str] = []
    rows, jumps = card.get("horizontal_content_list", []), card.get("jump_list", [])
    _expect(found, len(rows) <= 6 and len(jumps) <= 3, "too many rows")
    for row in rows:
        _expect(found, _short(row["keyname"], 5) and _short(row["value"], 30), "row text")
        _expect(found, row.get("type", 0) == 0 or (row["type"] == 1 and _address(row["url"])), "row link")
    for jump in jumps:
        _expect(found, _short(jump["title"], 18) and jump["type"] == 1 and _address(jump["url"]), "jump")
    return found


def _options(options: list[dict[str, Any]], most: int, text: int) -> bool:
    ids = [option["id"] for option in options]
    return (
        1 <= len(options) <= most
        and len(set(ids)) == len(ids)
        and all(1 <= len(each.encode()) <= 128 for each in ids)
        and all(_short(option["text"], text) for option in options)
    )


def _choices(card: dict[str, Any], update: bool) -> list[str]:
    found: list[str] = []
    for box in [card["checkbox"]] if card["card_type"] == "vote_interaction" else []:
        _expect(found, 1 <= len(box["question_key"].encode()) <= 1024 and box["mode"] in (0, 1), "checkbox")
        _expect(found, _options(box["option_list"], 20, 17), "checkbox options")
        _expect(found, all(isinstance(option["is_checked"], bool) for option in box["option_list"]), "is_checked")
        _expect(found, update or "disable" not in box, "disable on sending")
    selects = card.get("select_list", [])
    _expect(found, len(selects) in ((1, 2, 3) if card["card_type"] == "multiple_interaction" else (0,)), "selects")
    keys = [select["question_key"] for select in selects]
    _expect(found, len(set(keys)) == len(keys) and all(1 <= len(key.encode()) <= 1024 for key in keys), "select keys")
    for select in selects:
        _expect(found, _options(select["option_list"], 10, 16), "select options")
        _expect(found, update or "disable" not in select, "disable on sending")
    return found


def _buttons(card: dict[str, Any], kind: str, update: bool) -> list[str]:
    found: list[str] = []
    buttons = card.get("button_list", [])
    _expect(found, (1 <= len(buttons) <= 6) == (kind == "button_interaction"), "button_list")
    keys = [button["key"] for button in buttons if button.get("type", 0) == 0]
    _expect(found, len(set(keys)) == len(keys) and all(1 <= len(key.encode()) <= 1024 for key in keys), "button keys")
    for button in buttons:
        _expect(found, _short(button["text"], 10) and button["style"] in (1, 2, 3, 4), "button")
        _expect(found, button.get("type", 0) == 0 or _address(button["url"]), "button url")
    if kind in ("vote_interaction", "multiple_interaction"):
        submit = card.get("submit_button", {"text": "x", "key": "x"} if "replace_text" in card else {"text": ""})
        _expect(found, _short(submit["text"], 10) and 1 <= len(submit.get("key", "").encode()) <= 1024, "submit_button")
    _expect(found, _short(card.get("replace_text", "x"), 10), "replace_text")
    return found
