"""A card as the variables of DingTalk's template: the shared one, or an own one with the same parts.

A template's variables are strings of at most 1 KB each, so that is what a card has: a title, a body in markdown, and
buttons as JSON. What a card becomes:

| card      | on DingTalk                                                                                     |
|-----------|-------------------------------------------------------------------------------------------------|
| buttons   | buttons; those that find no room stand in the body with what is typed instead                   |
| links     | buttons that open a page                                                                        |
| checklist | the rows in the body, numbered, and a button for each row that finds room                       |
| a select  | as a checklist of which one is chosen; of several at once DingTalk has none: refused            |
| `done`    | 【…】 below the body, and no buttons: a variable that is changed is changed for good               |

There is nothing to tick on the shared template. A row's button says what ticking that row, and nothing else, and then
tapping the one button below would have said: of one choice that one, of several those that were ticked, this one
turned. So it needs no handler of its own, and what a person does to several rows he does row by row, or types
(`Checklist.typed`).

Sources: open.dingtalk.com/document/development/instructions-for-filling-in-api-card-data (strings, 1 KB); the shared
template's variables are on no page of DingTalk's: they are those of dingtalk-stream's `card_instance.py`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import quote, unquote

from cards.actions import Action
from cards.commands import command_of
from cards.fitting import cut_evenly_bytes
from cards.limits import DINGTALK_VALUE_BYTES, Malformed, TooLarge, byte_length, check_dingtalk, cut, cut_bytes
from cards.model import Button, Card, Checklist, Link, Option, Select, Style
from cards.render.clean import clean

SHARED_TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
FINISHED = "3"
"""What `flowStatus` is of a card that is not being written: any other one is shown as if it were, or blank."""
_ROOM = DINGTALK_VALUE_BYTES - 24  # of a value: what we count and what they count need not be the same to the byte
_TITLE_CHARS = 36
_LABEL_CHARS = 10
_ROW_CHARS = 20  # measured: as wide as a card on a phone
_GAP = "\n\n"  # lines of the body run together without an empty one between them
_NOTHING = "—"
_COLOURS = {Style.PRIMARY: "blue", Style.DANGER: "red", Style.PLAIN: "gray"}
_MARKS = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "_": "＿", "`": "｀", "~": "～", "\\": "＼"}
)
_LEADING = re.compile(r"^[#+=|-]")
_ADDRESS = re.compile(r":(?=//)")

Pack = Callable[[Action], str]
Variables = dict[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A card template: its id, and what its variables are called. `buttons` holds the shared template's parts with
    their order if `kind` is `parts`, else (`list`) a list of buttons for a loop."""

    id: str = SHARED_TEMPLATE
    title: str = "msgTitle"
    body: str = "staticMsgContent"
    status: str = "flowStatus"
    buttons: str = "sys_full_json_obj"
    kind: Literal["parts", "list"] = "parts"


SHARED = Template()


def template_of(template_id: str | None, called: Mapping[str, str]) -> Template:
    """The template of this id, whose variables are called so where they are not called as the shared one's. One that
    calls its buttons otherwise has a loop over a list."""
    template = Template(
        template_id or SHARED.id,
        called.get("title", SHARED.title),
        called.get("body", SHARED.body),
        called.get("status", SHARED.status),
        called.get("buttons", SHARED.buttons),
    )
    return template if template.buttons == SHARED.buttons else replace(template, kind="list")


def render_dingtalk(card: Card, *, pack: Pack, template: Template = SHARED) -> Variables:
    """The `cardParamMap` of a card, to be sent or to take another one's place: every variable that any card has is
    there, so that nothing of the one before is left. `pack` makes a token from an action.

    Raises:
        cards.limits.LimitBroken: the card cannot be shown on DingTalk: nothing to tap, several drop-downs, a bad
            address, or not one button that finds room.
    """
    options = _checklist(card)
    chosen, left = _fitting(card, options, pack, template)
    variables = {
        template.status: FINISHED,
        template.title: cut_bytes(cut(clean(card.title), _TITLE_CHARS), _ROOM) or _NOTHING,
        template.body: _body(card, options, left),
        template.buttons: _packed(chosen, template),
    }
    if template.kind == "parts":
        variables["msgContent"] = ""  # the template's own: what an AI writes word by word
    check_dingtalk(variables)
    return variables


def button_id(token: str, question: str = "", ticked: Iterable[str] = ()) -> str:
    """What stands in a button: `token`, or with what is ticked by it `token?question=key,key` (percent-encoded)."""
    return (
        f"{token}?{quote(question, safe='')}={','.join(quote(key, safe='') for key in ticked)}" if question else token
    )


def read_button_id(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The token in a button's id, and what was ticked, by question. Total: nothing of it is checked yet."""
    token, _, choice = text.partition("?")
    question, _, keys = choice.partition("=")
    ticked = tuple(unquote(key) for key in keys.split(",") if key)
    return token, {unquote(question): ticked} if question else {}


def _checklist(card: Card) -> Checklist | None:
    """What is to be chosen from. A drop-down is a choice of one."""
    if card.done:
        return None
    if len(card.selects) + (card.checklist is not None) > 1:
        raise TooLarge("drop-downs", 1, len(card.selects) + (card.checklist is not None))
    if not card.selects:
        return card.checklist
    if card.submit is None:
        raise Malformed("submit", "drop-downs that nothing sends")
    (select,) = card.selects
    return _as_checklist(select, card.submit)


def _as_checklist(select: Select, submit: Button) -> Checklist:
    return Checklist(select.key, select.options, submit, multiple=False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A button that would stand there. `yields`: to those with a lower number, if not all find room: 0 what can only be
    tapped, 1 what can be typed too (`typed`), 2 a row of a list."""

    drawn: dict[str, Any]
    label: str
    yields: int
    typed: str = ""


def _fitting(
    card: Card, options: Checklist | None, pack: Pack, template: Template
) -> tuple[list[dict[str, Any]], list[str]]:
    """The buttons that find room, in their order, and lines of what is typed in place of the others that are no
    rows."""
    wanted = [] if card.done else [*_rows(options, pack), *_buttons(card, pack)]
    wanted += [_Wanted(_link(link), clean(link.label), 0) for link in card.links]
    if not wanted and not card.done:
        raise Malformed("buttons", "nothing to tap")
    taken: set[int] = set()
    for index in sorted(range(len(wanted)), key=lambda index: wanted[index].yields):
        if byte_length(_packed([wanted[each].drawn for each in sorted({*taken, index})], template)) <= _ROOM:
            taken.add(index)
    if wanted and not taken:
        raise TooLarge(template.buttons, _ROOM, byte_length(_packed([wanted[0].drawn], template)))
    left = [each for index, each in enumerate(wanted) if index not in taken and each.typed]
    said = [f"{number}. {_plain(each.label)} → 发 {_plain(each.typed)}" for number, each in enumerate(left, start=1)]
    return [wanted[index].drawn for index in sorted(taken)], said


def _rows(options: Checklist | None, pack: Pack) -> Iterator[_Wanted]:
    if options is None:
        return
    token = pack(options.submit.action)
    colour = _COLOURS[options.submit.style]
    for option in options.options:
        ticked = _turned(options, option)
        before = f"{clean(options.before)} " if options.before and not option.turns else ""
        label = cut(f"{before}{_tick(option)}{clean(option.text)}", _ROW_CHARS) or _NOTHING
        yield _Wanted(_button(label, colour, button_id(token, options.key, ticked)), label, 0 if option.turns else 2)


def _turned(options: Checklist, turned: Option) -> list[str]:
    """What is ticked when this row was tapped."""
    if not options.multiple or turned.turns:
        return [turned.key]
    return [option.key for option in options.options if option.checked != (option is turned)]


def _buttons(card: Card, pack: Pack) -> Iterator[_Wanted]:
    for button in (*card.buttons, *([card.submit] if card.submit and not card.selects else [])):
        label = cut(clean(button.label), _LABEL_CHARS) or _NOTHING
        typed = command_of(button)
        yield _Wanted(_button(label, _COLOURS[button.style], pack(button.action)), label, 1 if typed else 0, typed)


def _button(label: str, colour: str, key: str) -> dict[str, Any]:
    return {"text": label, "color": colour, "id": key, "request": True}


def _link(link: Link) -> dict[str, Any]:
    if not re.fullmatch(r"https?://[^\s]+", link.url):
        raise Malformed("links", "no http or https address")
    label = cut(clean(link.label), _LABEL_CHARS) or _NOTHING
    return {"text": label, "color": _COLOURS[Style.PLAIN], "url": link.url, "iosUrl": link.url}


def _packed(buttons: list[dict[str, Any]], template: Template) -> str:
    if template.kind == "list":
        return _json(buttons)
    order = [template.title, template.body]
    return _json({"order": [*order, "msgButtons"], "msgButtons": buttons} if buttons else {"order": order})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _body(card: Card, options: Checklist | None, left: list[str]) -> str:
    """All text below the title, in one value: long lines are cut so that each keeps its beginning. How to choose stays
    whole: it says what a tap does."""
    quote, emphasis = _plain(card.quote), _plain(card.emphasis)
    fields = [_plain(f"{field.label}：{field.value or _NOTHING}") for field in card.fields]
    how = _how(options)
    head = [line for line in (f"**{emphasis}**" if emphasis else "", _plain(card.subtitle)) if line]
    lines = [
        f"> {quote}" if quote else "",
        *fields,
        *map(_plain, card.lines),
        *_option_lines(card, options),
        _plain(card.more),
        *(["没有按钮的：", *left] if left else []),
        f"【{_plain(card.done)}】" if card.done else "",
    ]
    kept = [*head, *(line for line in lines if line)]
    fitting = cut_evenly_bytes(kept, _ROOM - byte_length(how) - byte_length(_GAP) * (len(kept) + 1))
    return _GAP.join([*fitting[: len(head)], *([how] if how else []), *fitting[len(head) :]])


def _option_lines(card: Card, options: Checklist | None) -> list[str]:
    """The rows, numbered; of a card that is done, what was there to choose from."""
    if options is not None:
        return [
            f"{number}. {_tick(option)}{_plain(option.text)}  {_plain(option.beside)}".rstrip()
            for number, option in enumerate(options.options, start=1)
            if not option.turns
        ]
    if not card.done:
        return []
    ended = [*(card.checklist.options if card.checklist else ())]
    shown = [f"{'☑' if option.checked else '☐'} {_plain(option.text)}" for option in ended if not option.turns]
    for select in card.selects:
        chosen = [option for option in select.options if option.checked] or select.options
        shown.append(f"{_plain(select.title)}：{'、'.join(_plain(option.text) for option in chosen)}")
    return shown


def _how(options: Checklist | None) -> str:
    """What a tap on a row does, and what is typed instead; before the rows, so that nobody taps one to see."""
    if options is None:
        return ""
    tapped = f"点一行就{_plain(options.taps or options.submit.label)}"
    return f"{tapped}；{_plain(options.typed)}" if options.typed else tapped


def _tick(option: Option) -> str:
    return "☑" if option.checked else ""


def _plain(text: str) -> str:
    """Cleaned, and without what markdown makes something of: what people wrote is only text there, neither a link nor a
    call of somebody (`<a atId=…>`), and a phone number keeps its stars."""
    return _ADDRESS.sub("：", _LEADING.sub(lambda found: chr(ord(found[0]) + 0xFEE0), clean(text).translate(_MARKS)))
