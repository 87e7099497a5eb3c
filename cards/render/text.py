"""A card as plain text: for channels and moments without cards."""

from cards.model import Card, Option
from cards.render.clean import clean


def render_text(card: Card) -> str:
    """The whole card as lines of text, nothing cut (the caller splits, see `cards.limits.split_bytes`).

    Options are numbered from 1 in each list, ticked ones marked; buttons stand by their label in 「」, because only
    the chat grammar knows which words to type instead. A card that is done shows its end instead of buttons.
    """
    blocks = [
        [_plain(card.title), _plain(card.subtitle), _plain(card.emphasis)],
        [f"{_plain(field.label)}：{_plain(field.value) or '—'}" for field in card.fields],
        [_plain(card.quote), *(_plain(line) for line in card.lines)],
        _options(card.checklist.options) if card.checklist else [],
        *([_plain(select.title), *_options(select.options)] for select in card.selects),
        [_buttons(card), *(f"{_plain(link.label)}：{clean(link.url)}" for link in card.links)],
    ]
    drawn = ("\n".join(line for line in block if line) for block in blocks)
    return "\n".join(block for block in drawn if block)


def render_message(text: str) -> str:
    """A sentence of ours as a text message: its lines stay, and what people wrote into it (names, a word that was not
    understood) is only text: no links, no calls, nothing invisible."""
    return "\n".join(_plain(line) for line in text.split("\n"))


def _options(options: tuple[Option, ...]) -> list[str]:
    return [
        f"{number}. {'☑' if option.checked else ''}{_plain(option.text)}  {_plain(option.detail)}".rstrip()
        for number, option in enumerate(options, start=1)
    ]


def _buttons(card: Card) -> str:
    if card.done:
        return f"【{_plain(card.done)}】"
    buttons = [
        *card.buttons,
        *([card.checklist.submit] if card.checklist else []),
        *([card.submit] if card.submit else []),
    ]
    return "".join(f"「{_plain(button.label)}」" for button in buttons)


def _plain(text: str) -> str:
    """Cleaned, and without the angle brackets from which WeCom's text message makes links (`<a href>`) and calls
    (`<@all>`): they become full-width."""
    return clean(text).replace("<", "＜").replace(">", "＞")
