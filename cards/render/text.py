"""A card as plain text: for channels and moments without cards."""

from cards.commands import command_of, command_of_row
from cards.model import Button, Card, Checklist, Select
from cards.render.clean import clean


def render_text(card: Card) -> str:
    """The whole card as lines of text, nothing cut (the caller splits, see `cards.limits.split_bytes`).

    What can be chosen or tapped is numbered, each with what is typed to do the same (`cards/commands.py`); ticked
    options are marked. Buttons that cannot be typed are named at the end: they wait for a card. A card that is done
    shows its end instead of buttons.
    """
    rows = [
        *_options(card.checklist, done=bool(card.done)),
        *(line for select in card.selects for line in _select(select)),
    ]
    numbered, left = _buttons(card, len(card.checklist.options) + 1 if card.checklist else 1)
    blocks = [
        [_plain(card.title), _plain(card.subtitle), _plain(card.emphasis)],
        [f"{_plain(field.label)}：{_plain(field.value) or '—'}" for field in card.fields],
        [_plain(card.quote), *(_plain(line) for line in card.lines)],
        rows,
        numbered,
        [_plain(card.checklist.typed) if card.checklist and not card.done else "", _plain(card.more)],
        [f"{_plain(link.label)}：{clean(link.url)}" for link in card.links],
        [left, f"【{_plain(card.done)}】" if card.done else ""],
    ]
    drawn = ("\n".join(line for line in block if line) for block in blocks)
    return "\n".join(block for block in drawn if block)


def render_message(text: str) -> str:
    """A sentence of ours as a text message: its lines stay, and what people wrote into it (names, a word that was not
    understood) is only text: no links, no calls, nothing invisible."""
    return "\n".join(_plain(line) for line in text.split("\n"))


def _options(checklist: Checklist | None, *, done: bool) -> list[str]:
    if checklist is None:
        return []
    lines = []
    for number, option in enumerate(checklist.options, start=1):
        row = f"{number}. {'☑' if option.checked else ''}{_plain(option.text)}  {_plain(option.beside)}".rstrip()
        lines.append(row if done else f"{row}{_to_type(command_of_row(checklist, option))}")
    return lines


def _select(select: Select) -> list[str]:
    rows = [
        f"{number}. {'☑' if option.checked else ''}{_plain(option.text)}  {_plain(option.beside)}".rstrip()
        for number, option in enumerate(select.options, start=1)
    ]
    return [_plain(select.title), *rows]


def _buttons(card: Card, first: int) -> tuple[list[str], str]:
    """The buttons that can be typed, numbered from `first`, and what is said of the others."""
    if card.done:
        return [], ""
    buttons = [*card.buttons, *([card.submit] if card.submit else [])]
    typed = [button for button in buttons if command_of(button)]
    numbered = [
        f"{number}. {_plain(button.label)}{_to_type(command_of(button))}" for number, button in enumerate(typed, first)
    ]
    rest = [*(button for button in buttons if not command_of(button)), *_unsent(card.checklist)]
    named = "".join(f"「{_plain(button.label)}」" for button in rest)
    return numbered, f"{named}要在卡片上点，等卡片能显示了再点。" if named else ""


def _unsent(checklist: Checklist | None) -> list[Button]:
    """The button of a checklist of which not one row can be typed."""
    if checklist is None or checklist.typed:
        return []
    return [] if any(command_of_row(checklist, option) for option in checklist.options) else [checklist.submit]


def _to_type(command: str) -> str:
    return f" → 发 {_plain(command)}" if command else ""


def _plain(text: str) -> str:
    """Cleaned, and without the angle brackets from which WeCom's text message makes links (`<a href>`) and calls
    (`<@all>`): they become full-width."""
    return clean(text).replace("<", "＜").replace(">", "＞")
