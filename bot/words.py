"""The chat grammar: one table of commands (`bot/phrases/command_words.py` has their synonyms). Help, routing and the
nearest words for a typo are made from it.

A command is written with its word, a synonym, or a unique beginning; the arguments may follow without a space when
they begin with a digit or a Latin letter (`领取L1024`). Full-width and half-width are alike.

What stays open: a question (`bot/dialogs.py`) stays open over a whole command, and the reply says so.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from rapidfuzz import fuzz

from bot.call import Call, Reply
from bot.dialogs import QUESTIONS, said_again
from bot.handlers import follow_up, leads, pool
from bot.phrases.command_words import ALSO
from bot.phrases.need import Entry, read_entry
from bot.phrases.numbers import (
    BETWEEN_LEADS,
    FROM_TO,
    LEAD,
    LEAD_WITH_L,
    folded,
    normal_text,
    read_lead_number,
)
from bot.phrases.when import Nothing, find_time
from cards import texts
from core.people.policy import Actor, Verb, may
from core.privacy import normal_phone
from core.store import dialogs

NEAREST = 3
_ABOUT_COUNTS = 0.6  # an explanation shares characters with many words; the command's own words say more
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # whether a time is ahead does not matter, only that one is named
NONE = re.compile(r"")
PAGE = re.compile(r"([0-9]{1,3})?")
ANY = re.compile(r".*", re.DOTALL)
SOME = re.compile(r".+", re.DOTALL)
_LIKE_A_LEAD = r"[Ll]?\s?[0-9]{1,9}(?![0-9])"  # 领取 says itself which numbers it could not read
LEADS = re.compile(rf"{_LIKE_A_LEAD}([{BETWEEN_LEADS}{FROM_TO}]*{_LIKE_A_LEAD})*")
LEAD_AND_TEXT = re.compile(rf"{LEAD}.*", re.DOTALL)
_LEAD_FIRST = re.compile(rf"{LEAD_WITH_L}\s*\D")
LEAD_AND_NAME = re.compile(rf"{LEAD}\s*\S.*", re.DOTALL)
_FREE = (SOME, LEAD_AND_TEXT, LEAD_AND_NAME)  # their arguments end in text that is kept as it was typed
_MARKS = " ,，:：、。.!！~"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed, and what it `does`. `needs` is the form its arguments must have; `form` and `about`
    make the help."""

    word: str
    also: tuple[str, ...]
    needs: re.Pattern[str]
    verb: Verb
    does: Callable[[Call], Reply]
    group: str
    form: str
    about: str
    example: str

    @property
    def words(self) -> tuple[str, ...]:
        """The word and its synonyms."""
        return (self.word, *self.also)

    def handler(self, call: Call) -> Reply:
        """Carry it out. If a question was open and still is, the reply ends with it."""
        return said_again(call, self.does(call))


def help_me(call: Call) -> Reply:
    """帮助: what this person may do, by group."""
    groups = [
        (title, [(command.form, command.about) for command in group])
        for title, group in groupby(allowed(call.actor), key=lambda command: command.group)
    ]
    return Reply(say=texts.help_text(call.actor.name, groups))


def cancel(call: Call) -> Reply:
    """取消: leave what was asked."""
    if not call.asked:
        return Reply(say=texts.NOTHING_OPEN)
    unit = call.unit
    left = dialogs.current(unit.connection, unit.vault, call.actor.id, unit.channel, unit.now)
    call.end_dialog()
    return Reply(say=QUESTIONS[left.kind].left if left and left.kind in QUESTIONS else texts.CANCELLED)


COMMANDS: tuple[Command, ...] = (
    Command("公海", ALSO["公海"], ANY, Verb.SEE_POOL, pool.show_pool,
            "线索", "公海 [池] [页]", "看等待领取的线索", "公海"),
    Command("领取", ALSO["领取"], LEADS, Verb.CLAIM, pool.claim_by_number,
            "线索", "领取 L1024 [L1025 …]", "按编号领取，多条、连号都行", "领取 L1024 L1025"),
    Command("录入", ALSO["录入"], SOME, Verb.ADD_LEAD, leads.add,
            "线索", "录入 姓名 手机号 [需求]", "新增客户和线索", "录入 巴特尔·孟和 13800001111 房抵50万"),
    Command("我的客户", ALSO["我的客户"], PAGE, Verb.FOLLOW, leads.mine,
            "客户", "我的客户 [页]", "名下客户，先看到期的", "我的客户"),
    Command("客户", ALSO["客户"], SOME, Verb.SEE_LEAD, leads.find,
            "客户", "客户 编号、手机号或姓名", "看一位客户的全貌", "客户 L1024"),
    Command("跟进", ALSO["跟进"], LEAD_AND_TEXT, Verb.FOLLOW, follow_up.follow,
            "客户", "跟进 L1024 内容", "记跟进，会听懂下次联系时间", "跟进 L1024 意向强，明天10点面谈"),
    Command("释放", ALSO["释放"], LEAD_AND_TEXT, Verb.RELEASE, leads.release,
            "客户", "释放 L1024 原因", "把线索放回公海", "释放 L1024 联系不上"),
    Command("转移", ALSO["转移"], LEAD_AND_NAME, Verb.TRANSFER, leads.transfer,
            "客户", "转移 L1024 姓名 [原因]", "把线索转给同事", "转移 L1024 李娜"),
    Command("帮助", ALSO["帮助"], ANY, Verb.CHAT, help_me,
            "其他", "帮助", "看您能做什么", "帮助"),
    Command("取消", ALSO["取消"], NONE, Verb.CHAT, cancel,
            "其他", "取消", "退出正在进行的操作", "取消"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Routed:
    """The words are this command with these arguments, which have the form it needs."""

    command: Command
    text: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The words are this command, but its arguments are missing or malformed."""

    command: Command


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command. `nearest` are the three likeliest this person may use."""

    text: str
    nearest: tuple[Command, ...]


def allowed(actor: Actor) -> list[Command]:
    """The commands that `actor` may use, in the table's order."""
    return [command for command in COMMANDS if may(actor, command.verb)]


def route(message: str, actor: Actor) -> Routed | Incomplete | Unknown:
    """What `message` asks for. A command that the person may not use is still recognised, whatever its arguments: its
    refusal says why. A beginning that fits several commands is unknown, with those as the nearest."""
    text = normal_text(message)
    begun = _begun(text)
    found = _exact(text) or (_argued(begun[0], text) if len(begun) == 1 else None) or _bare(text)
    if found is None:
        return Unknown(text, _nearest(text, actor, begun if len(begun) > 1 else ()))
    command, rest = found
    whole = command.needs.fullmatch(rest) or not may(actor, command.verb)
    return Routed(command, rest) if whole else Incomplete(command)


def is_command(message: str) -> bool:
    """True if `message`, typed as the answer to a question, is rather a whole command: its word stands there in full,
    by itself, and its arguments have the right form. 「公海」 is one, 「公海里找到的客户」 is an answer."""
    text = normal_text(message)
    found = _exact(text)
    if found is None:
        return False
    command, rest = found
    if command.needs in (ANY, SOME):
        return folded(text.partition(" ")[0]).casefold() in command.words and len(rest) <= 40
    return bool(command.needs.fullmatch(rest))


def _exact(text: str) -> tuple[Command, str] | None:
    """The command whose word stands first, with a space, a number or nothing behind it; the longest word wins."""
    plain = folded(text).casefold()
    best: tuple[int, Command] | None = None
    for command in COMMANDS:
        for word in command.words:
            if not plain.startswith(word) or (best and best[0] >= len(word)):
                continue
            behind = text[len(word) :]
            if not behind or not behind[0].isalpha() or behind[0].isascii():
                best = len(word), command
    return (best[1], _rest(best[1], text[best[0] :])) if best else None


def _rest(command: Command, behind: str) -> str:
    """What stands behind the word, without the punctuation between; at the end it stays where it may be content."""
    rest = behind.lstrip(_MARKS)
    return rest if command.needs in _FREE else rest.rstrip(_MARKS)


def _begun(text: str) -> list[Command]:
    """The commands of which the first word is a beginning: 「我」 begins 我的客户, 「退」 begins 退回公海 and 退出."""
    head = folded(text.partition(" ")[0]).casefold()
    return [command for command in COMMANDS if head and any(word.startswith(head) for word in command.words)]


def _argued(command: Command, text: str) -> tuple[Command, str]:
    return command, _rest(command, text.partition(" ")[2])


def _bare(text: str) -> tuple[Command, str] | None:
    """Only a number: `L1024` or a phone is a question for that customer."""
    explicit = text[:1] in "Ll" and read_lead_number(text) is not None
    return (_by_word("客户"), text) if text and (explicit or normal_phone(text)) else None


def _by_word(word: str) -> Command:
    return next(command for command in COMMANDS if command.word == word)


def _nearest(text: str, actor: Actor, begun: Sequence[Command]) -> tuple[Command, ...]:
    """The commands this person may use that are likeliest meant: first the several that were begun, then those whose
    arguments stand there without the word (「王小明 13800001111」 is a 录入, 「明天10点」 a 跟进), then the most alike
    in word or explanation."""
    mine = allowed(actor)
    meant = _meant(text)
    head = folded(text)[:12].casefold()

    def likeness(command: Command) -> tuple[bool, bool, float]:
        word = max(fuzz.ratio(head.partition(" ")[0], word) for word in command.words)
        return command in begun, command.word in meant, max(word, _ABOUT_COUNTS * fuzz.WRatio(head, command.about))

    return tuple(sorted(mine, key=likeness, reverse=True)[:NEAREST])


def _meant(text: str) -> set[str]:
    """The words of commands that what was typed looks like the arguments of."""
    looks = {
        "跟进": _LEAD_FIRST.match(text) is not None or not isinstance(find_time(text[:200], _ANY_DAY), Nothing),
        "客户": read_lead_number(text) is not None,
        "录入": isinstance(read_entry(text[:200]), Entry),
    }
    return {word for word, fits in looks.items() if fits}
