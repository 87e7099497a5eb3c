"""How what is typed is matched against commands: their words, the forms of their arguments.

A command is written with its word, a synonym, or a unique beginning; the arguments may follow without a space when
they begin with a digit or a Latin letter (`领取L1024`). Full-width and half-width are alike, and a space within a word
(「公 海」) does not matter. Which commands there are stands in
`bot/words.py`, what is suggested for what is none of them in `bot/suggestions.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.call import SUGGESTED, Call, Reply
from bot.dialogs import said_again
from bot.phrases.asked_task import TASK
from bot.phrases.courtesies import without_kindness
from bot.phrases.numbers import BETWEEN_LEADS, FROM_TO, LEAD, bare_page, folded, unbracketed
from core.people.policy import Verb

NONE = re.compile(r"")
PAGE = re.compile(r"([0-9]{1,3})?")
NAME_AND_PAGE = re.compile(r"(.*)", re.DOTALL)
PICK = re.compile(r"(?!.*[Ll] ?[0-9])(.*)", re.DOTALL)  # what picks a group of leads names none by its number
ANY = re.compile(r".*", re.DOTALL)
SOME = re.compile(r".+", re.DOTALL)
CUSTOMER = re.compile(r"(?:.+)", re.DOTALL)  # a lead's number, a phone or a name
# 领取 says itself which numbers it could not read. A space before a number without L is one between leads: read in two
# ways it would make a long row of numbers take for ever.
_LIKE_A_LEAD = r"(?:[Ll]\s?)?[0-9]{1,9}(?![0-9])"
LEADS = re.compile(rf"{_LIKE_A_LEAD}([{BETWEEN_LEADS}{FROM_TO}]*{_LIKE_A_LEAD})*")
LEAD_AND_TEXT = re.compile(rf"{LEAD}.*", re.DOTALL)
LEAD_AND_NAME = re.compile(rf"{LEAD}\s*\S.*", re.DOTALL)
ONE_LEAD = re.compile(LEAD)
LEADS_AND_TEXT = re.compile(rf"(?:{LEAD}).*", re.DOTALL)  # one lead or several, and what is to be done to them
# Of an application nothing else but its number; without one it is the only one that may be meant.
MAYBE_APPLICATION = re.compile(r"(?:[Aa]? ?0{0,8}[1-9][0-9]{0,8})?")
BOARD = re.compile(r"(?!.*[0-9]{9}).*", re.DOTALL)  # which days, which department; whose phone it is asks no board
# 明细: the small number beside a number on a board.
MAYBE_NUMBER = re.compile(r"(?:#? ?(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})(?: ?[号个])?)?")
# 进件: a lead or an application, wherever its number stands, and what is wanted of it.
LOAN = re.compile(r"(?:(?=.*(?<![A-Za-z0-9])[LlAa] ?[0-9]).+|[0-9]{1,9}(?:[ ,].*)?)?", re.DOTALL)
TASK_AND_TEXT = re.compile(rf"{TASK}.*", re.DOTALL)
APPLICATION = re.compile(r"(?:[Aa]\s?)?0{0,8}[1-9][0-9]{0,8}")
ABOUT_ONE_LEAD = (LEAD_AND_TEXT, LEAD_AND_NAME, ONE_LEAD)
ONE_AT_A_TIME = (LEAD_AND_TEXT, ONE_LEAD)  # 转移 takes several
FREE = (
    SOME,
    CUSTOMER,
    LEAD_AND_TEXT,
    LEAD_AND_NAME,
    TASK_AND_TEXT,
)  # their arguments end in text that is kept as it was typed
_EXAMPLE = re.compile(r"\S+ ([LTA])[0-9]")
_HASHES = "#/\\*·•>@ "
_PAGED = (PAGE, NAME_AND_PAGE, PICK)
_PAGE_FIRST = re.compile(r"第 ?[0-9一二三四五六七八九十]{1,3} ?页")
_MARKS = " ,，:：、。.!！~"
_PARTICLES = "吧呀啊呢啦哈哦"
_NUMBER = re.compile("(?<![A-Za-z0-9])L[0-9]+|编号")
PLACEHOLDER = "编号"
_OF_LEAD = re.compile(rf"(?<![AT]){PLACEHOLDER}")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed, and what it `does`. `needs` is the form its arguments must have; `form` and `about`
    make the help, what is not offered there has none; `more` is told of it alone. `send` is set where it is suggested
    and whole: the message that asks for it. `has_use` tells of who may use it whether it is of use to him: to others
    帮助 does not show it."""

    word: str
    also: tuple[str, ...]
    needs: re.Pattern[str]
    verb: Verb
    does: Callable[[Call], Reply]
    group: str = ""
    form: str = ""
    about: str = ""
    example: str = ""
    more: str = ""
    send: str = ""
    has_use: Callable[[Call], bool] = lambda _call: True

    @property
    def words(self) -> tuple[str, ...]:
        """The word and its synonyms."""
        return (self.word, *self.also)

    @property
    def letter(self) -> str:
        """The letter of the number with which its arguments begin, as its example has one: L, T or A; empty: none."""
        found = _EXAMPLE.match(self.example)
        return found[1] if found else ""

    def handler(self, call: Call) -> Reply:
        """Carry it out. If a question was open and still is, the reply ends with it."""
        if SUGGESTED in call.asked:
            call.end_dialog()  # it is about the next message only
        return said_again(call, self.does(call))


def with_number(said: str, lead_id: int | None) -> str:
    """A form or an example of a command with this lead's number in it, or else 编号: a number that stands there for an
    example only is somebody's lead, and would be sent as it is. The second of two numbers is 编号, and so is that of an
    application (A编号)."""
    bare = _NUMBER.sub(PLACEHOLDER, said)
    return _OF_LEAD.sub(f"L{lead_id}", bare, count=1) if lead_id is not None else bare


def without_particles(text: str) -> str:
    """`text` without 吧, 呀 and the like at its end."""
    return text.rstrip(_MARKS + _PARTICLES)


def without_hash(text: str) -> str:
    """`text` without the signs that people put before a command: `#跟进 …`, `/公海`."""
    return text.lstrip(_HASHES) or text


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
            behind = text[found.end() :] if without_particles(text[found.end() :]) else ""
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
    if command.needs in (*ABOUT_ONE_LEAD, LEADS):
        rest = unbracketed(rest)
    return rest if command.needs in FREE else without_kindness(without_particles(rest))


def begun(text: str, among: Sequence[Command]) -> list[Command]:
    """The commands of which the first word is a beginning: 「我」 begins 我的客户, 「退」 begins 退回公海 and 退出."""
    head = folded(text.partition(" ")[0]).casefold()
    return [command for command in among if head and any(word.startswith(head) for word in command.words)]


def behind_beginning(command: Command, text: str) -> tuple[Command, str]:
    """A command that was begun, with its arguments."""
    return command, _rest(command, text.partition(" ")[2])
