"""A card, as every channel understands it: neutral and frozen.

A view (`cards/views`) builds a `Card` from plain data; a renderer (`cards/render`) turns it into what one platform
accepts. Buttons carry an `Action` object; only the renderer packs and signs it, for the one card and the one person.
"""

from dataclasses import dataclass
from enum import StrEnum

from cards.actions import Action


class Style(StrEnum):
    """How a button looks; never what it does."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Field:
    """One line `label: value`. The label has at most 5 characters (WeCom's keyname)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button that calls back with `action`. `typed`: what does the same when it is typed, where the action alone does
    not tell (`cards/commands.py`)."""

    label: str
    action: Action
    style: Style = Style.PLAIN
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page; nothing comes back from it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a checklist or a select: `text` is the short line to tick, `detail` more about it (shown where the
    platform has room: below the title in WeCom), `key` what comes back when it was ticked. `turns`: it is none of the
    things to choose from, but turns the page: where not all find room, it does. `typed` as a button's."""

    key: str
    text: str
    detail: str = ""
    checked: bool = False
    turns: bool = False
    typed: str = ""

    @property
    def beside(self) -> str:
        """The detail for where it stands in one line with the text: without its first words, which say there whose
        detail it is (`L7 139…`, `高意向：…`)."""
        head, colon, rest = self.detail.partition("：")
        if colon and self.text.startswith(head):
            return rest
        return self.detail.removeprefix(f"{self.key} ")


@dataclass(frozen=True, slots=True)
class Checklist:
    """Options to tick, and the one button that sends them. Comes back as `Tap.selected[key]`.

    Where there is something to tick, `ticks` says how. Where each row is a button (DingTalk), it begins with `before`;
    a tap on it `taps`, in words for who reads it (empty: as `submit` says); and `typed` says how the same is done by
    typing.
    """

    key: str
    options: tuple[Option, ...]
    submit: Button
    multiple: bool = True
    typed: str = ""
    ticks: str = ""
    taps: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """A drop-down. Comes back as `Tap.selected[key]`, one value."""

    key: str
    title: str
    options: tuple[Option, ...]


OURSELVES = "驼铃"


@dataclass(frozen=True, slots=True)
class Card:
    """What a person sees. At most one of `checklist` and `selects` is given.

    `quote` is what stands out: the newest thing that somebody said. `lines` are sentences below the fields (earlier
    follow-ups, reasons, hints). `source` is who sends it, or what finds no room but there on WeCom. Each card has
    something to tap that brings an answer: a button, a link, a choice. Only one that hangs somewhere and is changed
    because nobody can act upon it any more has none: `done` is the label of the one grey button that it gets.
    `revision` is set by the relay: the issued card's, which the buttons carry.
    """

    title: str
    subtitle: str = ""
    source: str = OURSELVES
    emphasis: str = ""
    quote: str = ""
    fields: tuple[Field, ...] = ()
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    checklist: Checklist | None = None
    selects: tuple[Select, ...] = ()
    submit: Button | None = None
    done: str = ""
    revision: int = 1

    @property
    def more(self) -> str:
        """What `source` says, for where nobody needs to be told who sends the card."""
        return "" if self.done or self.source == OURSELVES else self.source
