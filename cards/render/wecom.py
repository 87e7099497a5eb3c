"""A card as WeCom's `template_card` (documents 90236 for sending, 94888 for changing).

Which of WeCom's types a card becomes:

| card                                   | sent                            | changed by update_template_card          |
|----------------------------------------|---------------------------------|------------------------------------------|
| checklist                              | vote_interaction                | the same; `done`: disabled, grey button  |
| selects                                | multiple_interaction            | the same; `done`: disabled, grey button  |
| buttons                                | button_interaction, links too   | the same; `done`: one grey button        |
| only links                             | text_notice                     | the same; `done`: button_interaction     |
| neither                                | refused                         | refused; `done`: one grey button         |
| `done`                                 | as if it had only its links     | as the rows above say                    |

A button that does nothing would be a lie, and WeCom has no card without one (it refuses a text_notice without an
address), so a card with nothing to tap is refused: its view forgot the next step. Only an update can make a button
grey; WeCom takes no tap on that one, and its key, `SEEN_KEY`, is no action. A card that is `done` carries no token at
all. It never leaves its interactive type for text_notice: a vote card replaced that way was seen to stay tappable
(other integrators' report, 2026-06).
"""

from collections.abc import Callable, Iterable
from typing import Any

from cards.actions import Action
from cards.limits import TooLarge, check_wecom, cut, cut_evenly, wecom_room, width
from cards.model import Button, Card, Checklist, Link, Option, Select, Style
from cards.render.clean import clean

SEEN_KEY = "seen"
_NOTHING = "—"
_MOST_ROWS = 6
_PLAIN_STYLE = 4
# WeCom explains its styles 1 to 4 by a picture only; 1 is the default and the one its samples give to the main button.
_STYLES = {Style.PRIMARY: 1, Style.DANGER: 2, Style.PLAIN: _PLAIN_STYLE}

Pack = Callable[[Action], str]
Payload = dict[str, Any]


def render_wecom(card: Card, *, task_id: str, pack: Pack) -> Payload:
    """The `template_card` of a message/send. `pack` makes a button's key from its action.

    Raises:
        cards.limits.LimitBroken: the card cannot be shown on WeCom: nothing to tap, too many buttons or options, a
            doubled key, a bad address, buttons or links beside a checklist or selects (WeCom has the submit button
            only).
    """
    payload = _payload(card, pack, update=False)
    payload["task_id"] = task_id
    check_wecom(payload)
    return payload


def render_wecom_update(card: Card, *, task_id: str | None, pack: Pack) -> Payload:
    """The `template_card` of an update_template_card. `task_id` None leaves it out, as WeCom's own samples do.

    Raises:
        cards.limits.LimitBroken: as `render_wecom`.
    """
    payload = _payload(card, pack, update=True)
    if task_id is not None:
        payload["task_id"] = task_id
    check_wecom(payload, update=True)
    return payload


def _payload(card: Card, pack: Pack, *, update: bool) -> Payload:
    live = update or not card.done  # only an update can disable a checklist or selects
    if card.checklist and live:
        return _vote(card, card.checklist, pack)
    if card.selects and live:
        return _multiple(card, pack)
    if card.links and not _buttons(card) and not (update and card.done):
        return _notice(card)
    return _interaction(card, pack, update=update)


def _vote(card: Card, checklist: Checklist, pack: Pack) -> Payload:
    """vote_interaction: options to tick and one button. All other text goes below the title."""
    kind = "vote_interaction"
    box: Payload = {
        "question_key": checklist.key,
        "mode": 1 if checklist.multiple else 0,
        "option_list": [
            {"id": option.key, "text": _option_text(option, "checkbox", kind), "is_checked": option.checked}
            for option in checklist.options
        ],
    }
    payload = _choice(card, kind, checklist.options)
    payload["checkbox"] = box | {"disable": True} if card.done else box
    return payload | _submit(card, checklist.submit, kind, pack)


def _multiple(card: Card, pack: Pack) -> Payload:
    """multiple_interaction: up to three drop-downs and one button."""
    kind = "multiple_interaction"
    options = [option for select in card.selects for option in select.options]
    payload = _choice(card, kind, options)
    payload["select_list"] = [_select(select, kind, disable=bool(card.done)) for select in card.selects]
    return payload | _submit(card, card.submit, kind, pack)


def _select(select: Select, kind: str, *, disable: bool) -> Payload:
    drawn: Payload = {
        "question_key": select.key,
        "title": _text(select.title, "select_list[].title", kind),
        "option_list": [
            {"id": option.key, "text": _option_text(option, "select_list[]", kind)} for option in select.options
        ],
    }
    chosen = next((option.key for option in select.options if option.checked), None)
    if chosen is not None:
        drawn["selected_id"] = chosen
    return drawn | {"disable": True} if disable else drawn


def _choice(card: Card, kind: str, options: Iterable[Option]) -> Payload:
    """What both cards with choices share: source, title, and everything else below the title."""
    beside = len(card.links) + len(_buttons(card))
    if beside:
        raise TooLarge("buttons and links beside the choice", 0, beside)
    ticks = card.checklist.ticks if card.checklist and not card.done else ""
    said = (ticks, card.subtitle, card.emphasis, card.quote)
    head = [*map(clean, said), *_field_lines(card, 0), *map(clean, card.lines)]
    details = [clean(option.detail) for option in options]
    room = wecom_room("main_title.desc", kind)
    return _frame(card, kind, _below_title([line for line in head if line], [line for line in details if line], room))


def _below_title(head: list[str], details: list[str], room: int) -> str:
    """Text and one line per option in `room` 字: the options may take what the text leaves, and two thirds at least;
    what is too much is cut evenly from the options' ends."""
    text = "\n".join(head)
    if not details:
        return cut(text, room)
    wanted = sum(width(line) + 1 for line in details)
    text = cut(text, max(room - wanted, room // 3))
    left = room - width(text) - 1 if text else room
    return "\n".join([*([text] if text else []), *cut_evenly(details, left)])


def _submit(card: Card, submit: Button | None, kind: str, pack: Pack) -> Payload:
    if card.done:
        return {"replace_text": _filled(card.done, "replace_text", kind)}
    if submit is None:
        return {}
    label = _filled(submit.label, "submit_button.text", kind)
    return {"submit_button": {"text": label, "key": pack(submit.action)}}


def _notice(card: Card) -> Payload:
    """text_notice: nothing to answer. The whole card opens the first link; the links stand below by name."""
    kind = "text_notice"
    emphasis, done = clean(card.emphasis), clean(card.done)
    large = width(emphasis) <= wecom_room("emphasis_content.title", kind)
    payload = _sheet(card, kind, [] if large else [emphasis])
    shown = [text for text in (emphasis if large else "", done) if text]
    if shown:
        names = ("title", "desc")
        payload["emphasis_content"] = {
            name: _text(text, f"emphasis_content.{name}", kind) for name, text in zip(names, shown, strict=False)
        }
    # Three lines at most: a fourth link is still reached, as the first is, by the card itself.
    named = card.links if len(card.links) <= 3 else card.links[1:]
    payload["jump_list"] = [
        {"type": 1, "title": _filled(link.label, "jump_list[].title", kind), "url": link.url} for link in named
    ]
    payload["card_action"] = {"type": 1, "url": card.links[0].url}
    return payload


def _interaction(card: Card, pack: Pack, *, update: bool) -> Payload:
    """button_interaction: fields, lines, and up to six buttons; a changed card that is done has one grey button."""
    kind = "button_interaction"
    buttons = _buttons(card)
    links = card.links if card.done else ()
    payload = _sheet(card, kind, [clean(card.emphasis)], links)
    if links:
        payload["card_action"] = {"type": 1, "url": links[0].url}
    if buttons:
        payload["button_list"] = [_button(button, kind, pack) for button in buttons]
        payload["button_list"] += [_link_button(link, kind) for link in card.links]
        return payload
    if update and card.done:
        label = _label(card.done, kind)
        payload["button_list"] = [{"text": label, "style": _PLAIN_STYLE, "key": SEEN_KEY}]
        payload["replace_text"] = label
    return payload


def _buttons(card: Card) -> list[Button]:
    """The buttons that may still be tapped."""
    if card.done:
        return []
    return [*card.buttons, *([card.submit] if card.submit and not card.selects else [])]


def _button(button: Button, kind: str, pack: Pack) -> Payload:
    return {"text": _label(button.label, kind), "style": _STYLES[button.style], "key": pack(button.action)}


def _link_button(link: Link, kind: str) -> Payload:
    return {"type": 1, "text": _label(link.label, kind), "style": _PLAIN_STYLE, "url": link.url}


def _sheet(card: Card, kind: str, first: list[str], links: tuple[Link, ...] = ()) -> Payload:
    """Source, title, rows and text of a card without choices. Fields that find no row become lines.
    `links` get rows of their own."""
    payload = _frame(card, kind, cut(clean(card.subtitle), wecom_room("main_title.desc", kind)))
    rows = max(_MOST_ROWS - len(links), 0)
    drawn = [_row(field.label, field.value, kind) for field in card.fields[:rows]]
    drawn += [_row("链接", link.label, kind) | {"type": 1, "url": link.url} for link in links]
    if drawn:
        payload["horizontal_content_list"] = drawn
    lines = [*first, *_field_lines(card, rows), *map(clean, card.lines), *_choices_as_lines(card)]
    quote, text = _two_places(clean(card.quote), [line for line in lines if line], wecom_room("sub_title_text", kind))
    if quote:
        payload["quote_area"] = {"type": 0, "quote_text": cut(quote, wecom_room("quote_area.quote_text", kind))}
    if text:
        payload["sub_title_text"] = text
    return payload


def _two_places(quote: str, lines: list[str], room: int) -> tuple[str, str]:
    """What goes into the quote area, above the rows, and the text below them (at most `room` 字).

    The area belongs to what the card quotes. Where it is free, it takes what does not fit below: the two stand apart,
    so no line is torn between them, and whoever reads from above reads in order. A long line becomes the quotation;
    else the first lines do.
    """
    text = "\n".join(lines)
    if width(text) <= room:
        return quote, text
    if quote:
        return quote, _every_beginning(lines, room)
    longest = max(range(len(lines)), key=lambda index: width(lines[index]))
    if width(lines[longest]) > room // 2:
        return lines[longest], _every_beginning(lines[:longest] + lines[longest + 1 :], room)
    last = next(index for index in range(len(lines)) if width("\n".join(lines[index:])) <= room)
    return "\n".join(lines[:last]), "\n".join(lines[last:])


def _every_beginning(lines: list[str], room: int) -> str:
    """The lines in `room` 字: each keeps its beginning, unless there are too many."""
    text = "\n".join(lines)
    if width(text) <= room or 2 * len(lines) > room:
        return cut(text, room)
    return "\n".join(cut_evenly(lines, room))


def _choices_as_lines(card: Card) -> list[str]:
    """The options of a card that is done before it is sent: as text, because only an update can disable them."""
    ticks = [
        " ".join(part for part in ("☑" if option.checked else "☐", clean(option.text), clean(option.detail)) if part)
        for option in (card.checklist.options if card.checklist else ())
    ]
    for select in card.selects:
        chosen = [option for option in select.options if option.checked] or select.options
        ticks.append(f"{clean(select.title)}：{'、'.join(clean(option.text) for option in chosen)}")
    return ticks


def _frame(card: Card, kind: str, below: str) -> Payload:
    title: Payload = {"title": _filled(card.title, "main_title.title", kind)}
    if below:
        title["desc"] = below
    payload: Payload = {"card_type": kind, "main_title": title}
    source = _text(card.source, "source.desc", kind)
    return payload | {"source": {"desc": source}} if source else payload


def _field_lines(card: Card, after: int) -> list[str]:
    """The fields from number `after` on, as lines of text."""
    return [f"{clean(field.label)}：{clean(field.value) or _NOTHING}" for field in card.fields[after:]]


def _row(label: str, value: str, kind: str) -> Payload:
    return {
        "keyname": _filled(label, "horizontal_content_list[].keyname", kind),
        "value": _filled(value, "horizontal_content_list[].value", kind),
    }


def _option_text(option: Option, where: str, kind: str) -> str:
    return _filled(option.text, f"{where}.option_list[].text", kind)


def _label(text: str, kind: str) -> str:
    return _filled(text, "button_list[].text", kind)


def _filled(text: str, path: str, kind: str) -> str:
    """As `_text`, where WeCom refuses an empty one."""
    return _text(text, path, kind) or _NOTHING


def _text(text: str, path: str, kind: str) -> str:
    """A person's or our text, cleaned and cut to what WeCom shows at `path`."""
    return cut(clean(text), wecom_room(path, kind))
