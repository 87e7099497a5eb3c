"""How what is typed is matched against commands: their words, the forms of their arguments, and the nearest of them.

A command is written with its word, a synonym, or a unique beginning; the arguments may follow without a space when
they begin with a digit or a Latin letter (`领取L1024`). Full-width and half-width are alike, and a space within a word
(「公 海」) does not matter. Which commands there are stands in `bot/words.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from rapidfuzz import fuzz

from bot.call import Call, Reply
from bot.dialogs import said_again
from bot.phrases.need import Entry, read_entry
from bot.phrases.numbers import BETWEEN_LEADS, FROM_TO, LEAD, LEAD_WITH_L, bare_page, folded, read_lead_number
from bot.phrases.when import Nothing, find_time
from core.people.policy import Verb

NEAREST = 3
NONE = re.compile(r"")
PAGE = re.compile(r"([0-9]{1,3})?")
NAME_AND_PAGE = re.compile(r"(.*)", re.DOTALL)
ANY = re.compile(r".*", re.DOTALL)
SOME = re.compile(r".+", re.DOTALL)
_LIKE_A_LEAD = r"[Ll]?\s?[0-9]{1,9}(?![0-9])"  # 领取 says itself which numbers it could not read
LEADS = re.compile(rf"{_LIKE_A_LEAD}([{BETWEEN_LEADS}{FROM_TO}]*{_LIKE_A_LEAD})*")
LEAD_AND_TEXT = re.compile(rf"{LEAD}.*", re.DOTALL)
LEAD_AND_NAME = re.compile(rf"{LEAD}\s*\S.*", re.DOTALL)
ONE_LEAD = re.compile(LEAD)
ABOUT_ONE_LEAD = (LEAD_AND_TEXT, LEAD_AND_NAME, ONE_LEAD)
_FREE = (SOME, LEAD_AND_TEXT, LEAD_AND_NAME)  # their arguments end in text that is kept as it was typed
_PAGED = (PAGE, NAME_AND_PAGE)
_PAGE_FIRST = re.compile(r"第 ?[0-9一二三四五六七八九十]{1,3} ?页")
_LEAD_FIRST = re.compile(rf"{LEAD_WITH_L}\s*\D")
_A_LEAD = re.compile(rf"(?<![A-Za-z0-9]){LEAD_WITH_L}")
_MARKS = " ,，:：、。.!！~"
_ABOUT_COUNTS = 0.6  # an explanation shares characters with many words; the command's own words say more
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # whether a time is ahead does not matter, only that one is named
_MOST_SUGGESTED = 60  # so much of what was typed is put into a suggestion
_MOST_READ = 200


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed, and what it `does`. `needs` is the form its arguments must have; `form` and `about`
    make the help, what is not offered there has none."""

    word: str
    also: tuple[str, ...]
    needs: re.Pattern[str]
    verb: Verb
    does: Callable[[Call], Reply]
    group: str = ""
    form: str = ""
    about: str = ""
    example: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The word and its synonyms."""
        return (self.word, *self.also)

    def handler(self, call: Call) -> Reply:
        """Carry it out. If a question was open and still is, the reply ends with it."""
        return said_again(call, self.does(call))


def exact(text: str, among: Sequence[Command]) -> tuple[Command, str] | None:
    """The command whose word stands first, with a space, a number or nothing behind it, and its arguments; the longest
    word wins."""
    plain = folded(text).casefold()
    best: tuple[int, Command, str] | None = None
    for command in among:
        for word in command.words:
            found = _spaced(word).match(plain)
            if not found or (best and best[0] >= len(word)):
                continue
            behind = text[found.end() :]
            paged = command.needs in _PAGED and _PAGE_FIRST.match(behind)
            if not behind or not behind[0].isalpha() or behind[0].isascii() or paged:
                best = len(word), command, behind
    return (best[1], _rest(best[1], best[2])) if best else None


@cache
def _spaced(word: str) -> re.Pattern[str]:
    return re.compile(" ?".join(map(re.escape, word)))


def _rest(command: Command, behind: str) -> str:
    """What stands behind the word, without the punctuation between; at the end it stays where it may be content."""
    rest = behind.lstrip(_MARKS)
    if command.needs in _PAGED:
        return bare_page(rest.rstrip(_MARKS))
    return rest if command.needs in _FREE else rest.rstrip(_MARKS)


def begun(text: str, among: Sequence[Command]) -> list[Command]:
    """The commands of which the first word is a beginning: 「我」 begins 我的客户, 「退」 begins 退回公海 and 退出."""
    head = folded(text.partition(" ")[0]).casefold()
    return [command for command in among if head and any(word.startswith(head) for word in command.words)]


def behind_beginning(command: Command, text: str) -> tuple[Command, str]:
    """A command that was begun, with its arguments."""
    return command, _rest(command, text.partition(" ")[2])


def nearest(text: str, among: Sequence[Command], begun: Sequence[Command]) -> tuple[Command, ...]:
    """The commands that are likeliest meant: first the several that were `begun`, then those whose arguments stand
    there without the word (「王小明 13800001111」 is a 录入, 「明天10点」 a 跟进), then the most alike in word or
    explanation. Where the arguments are whole, the `form` is what was typed with the word before it, to be sent so."""
    meant = _meant(text, tuple(word for command in among for word in command.words))
    head = folded(text)[:12].casefold()

    def likeness(command: Command) -> tuple[bool, bool, float]:
        word = max(fuzz.ratio(head.partition(" ")[0], word) for word in command.words)
        return command in begun, command.word in meant, max(word, _ABOUT_COUNTS * fuzz.WRatio(head, command.about))

    whole = len(text) <= _MOST_SUGGESTED
    return tuple(
        replace(command, form=f"{command.word} {text}") if whole and meant.get(command.word) else command
        for command in sorted(among, key=likeness, reverse=True)[:NEAREST]
    )


def is_entry(text: str) -> bool:
    """True if `text` is a name and a phone, as 录入 needs them, and tells of no lead there is already."""
    return _A_LEAD.search(text) is None and isinstance(read_entry(text[:_MOST_READ]), Entry)


def _meant(text: str, words: tuple[str, ...]) -> dict[str, bool]:
    """Of which commands what was typed looks like the arguments; True if they are whole. A text that begins with one of
    the `words` of commands is no entry: 「跟进张伟13800001111」."""
    meant = {}
    if _LEAD_FIRST.match(text):
        meant["跟进"] = True
    elif not isinstance(find_time(text[:_MOST_READ], _ANY_DAY), Nothing):
        meant["跟进"] = False  # which customer?
    if read_lead_number(text) is not None:
        meant["客户"] = True
    if is_entry(text) and not text.startswith(words):
        meant["录入"] = True
    return meant
