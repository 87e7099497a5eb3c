"""What was probably meant by words that are no command, with what was typed put where it belongs.

A suggestion is whole when it can be sent as it stands; then its command's `send` is that, and a mere yes carries it
out (`bot/routing.py`). Where something is missing its form says what, with the number that was typed, or with 编号:
never with a number that is somebody's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rapidfuzz import fuzz

from bot.grammar import (
    ABOUT_ONE_LEAD,
    ANY,
    CUSTOMER,
    FREE,
    LEAD_AND_NAME,
    LEAD_AND_TEXT,
    LEADS,
    Command,
    with_number,
    without_particles,
)
from bot.phrases.asked_task import TASK_WITH_LETTER
from bot.phrases.entry_names import without_lead_in
from bot.phrases.lead_questions import asks_for_lead, asks_for_phone, hands_on
from bot.phrases.name_words import looks_like_name
from bot.phrases.need import Entry, read_entry
from bot.phrases.numbers import LEAD_WITH_L, folded, lead_in, number_first, read_lead_number
from bot.phrases.repaid import repaid_of
from bot.phrases.when import Nothing, find_time

NEAREST = 3
_LEAD_FIRST = re.compile(rf"{LEAD_WITH_L}\s*\D")
_ABOUT_COUNTS = 0.6  # an explanation shares characters with many words; the command's own words say more
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # whether a time is ahead does not matter, only that one is named
_MOST_SUGGESTED = 60  # so much of what was typed is put into a suggestion
_MOST_READ = 200
_SURE = 1.0
_ENTRY = "录入"
_POLITE = re.compile("(?:我们?|你|您|请问?|帮忙?|麻烦|想|要|需要|把|将|给|先|再|可以|能|来|看|查|一下|[ ,，:：、])*")
_LED_OVER = re.compile("一下|掉|给")
# 「T7驳回资料不齐」: what stands right behind these goes with them. 「T7同意书没签」 is no consent.
_GLUED = frozenset(
    {"驳回", "退回", "转交", "委派", "加签", "后加签", "减签", "抄送", "暂停", "补材料", "修改", "还款", "结清"}
)
_LOAN_FIRST = re.compile(rf"(?>{_POLITE.pattern}){TASK_WITH_LETTER}")
_NUMBERS = re.compile(rf"{TASK_WITH_LETTER}|{LEADS.pattern}")
_BEHIND = re.compile(f"(?:{_LED_OVER.pattern})? *")
_HEAD = re.compile(r"[^\sA-Za-z0-9,，:：、。.]{2,6}")


@dataclass(frozen=True, slots=True)
class _Heard:
    """The word of a command in a text: how surely, and what stands before and behind it."""

    surely: float
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class _Meant:
    """What was typed looks like the `arguments` of a command; None if they are not whole."""

    arguments: str | None
    surely: float = 0.5


_NOT_MEANT = _Meant(None, 0)


def nearest(text: str, among: Sequence[Command], begun: Sequence[Command]) -> tuple[Command, ...]:
    """The commands that are likeliest meant: first the several that were `begun`, then those whose word stands in the
    text, misspelt (「更进 L1 没接」) or in another place (「L1 领取」), with arguments that fit; then those whose
    arguments stand there without a word (「王小明 13800001111」 is a 录入, 「明天10点」 a 跟进), then the most alike in
    word or explanation. Each with the `form` to show and, where it is whole, what to `send`."""
    meant = _meant(text, tuple(word for command in among for word in command.words))
    head = folded(text)[:12].casefold()
    heard: dict[str, tuple[float, str] | None] = {command.word: _arguments(command, text) for command in among}
    if any(said and said[0] == _SURE for said in heard.values()):
        meant = {}  # its own word says more than a look at the arguments: 「L1 领取」 is no note
    elif any(each.surely == _SURE for each in meant.values()):
        heard = dict.fromkeys(heard)  # and 「看看L1的电话」 more than that 看看 is like 查看

    def likeness(command: Command) -> tuple[bool, float, float, float]:
        word = max(fuzz.ratio(head.partition(" ")[0], word) for word in command.words)
        said = heard[command.word]
        alike = max(word, _ABOUT_COUNTS * fuzz.WRatio(head, command.about))
        return command in begun, said[0] if said else 0, meant.get(command.word, _NOT_MEANT).surely, alike

    def suggested(command: Command) -> Command:
        said = heard[command.word]
        if said is not None:
            return _with(command, said[1], text)
        return _with(command, meant.get(command.word, _NOT_MEANT).arguments, text)

    return tuple(suggested(command) for command in sorted(among, key=likeness, reverse=True)[:NEAREST])


def is_entry(text: str) -> bool:
    """True if `text` is a name and a phone, as 录入 needs them, and tells of no lead there is already."""
    return lead_in(text) is None and isinstance(read_entry(text[:_MOST_READ]), Entry)


def _with(command: Command, arguments: str | None, text: str) -> Command:
    """The command as it is suggested."""
    if command.word == _ENTRY and arguments:
        arguments = without_lead_in(arguments)
    if arguments is None or len(arguments) > _MOST_SUGGESTED or (command.word == _ENTRY and _names_nobody(arguments)):
        return _without_arguments(command, lead_in(text))
    send = f"{command.word} {arguments}".strip()
    if command.needs is LEAD_AND_TEXT and read_lead_number(arguments) is not None:
        return replace(command, form=with_number(command.form, read_lead_number(arguments)), send=send)
    return replace(command, form=send, send=send)


def _names_nobody(arguments: str) -> bool:
    """Is it unsure that the name in an entry is one (「推送 王丽 138…」)? Who means it writes 录入 himself; a customer
    is not made of it by a mere yes."""
    entry = read_entry(arguments)
    return isinstance(entry, Entry) and not looks_like_name(entry.name)


def _without_arguments(command: Command, lead_id: int | None) -> Command:
    if command.needs is CUSTOMER and lead_id is not None:
        return replace(command, form=f"{command.word} L{lead_id}", send=f"{command.word} L{lead_id}")
    return replace(command, form=with_number(command.form, lead_id))


def _arguments(command: Command, text: str) -> tuple[float, str] | None:
    """How surely the command's word stands in `text`, and the arguments that go with it; None if it does not, or they
    do not fit."""
    for heard in _heard(command, text):
        if command.word == _ENTRY and not heard.behind and is_entry(heard.before):
            return heard.surely, heard.before.strip()
        if command.needs is LEAD_AND_NAME and not heard.before and (turned := number_first(heard.behind)):
            return heard.surely, turned
        numbers = _tail_cut(_POLITE.sub("", heard.before, count=1)) if heard.before else ""
        letter = _letter(numbers)
        if numbers and not letter:
            continue
        loan = letter in ("T", "A")
        behind = heard.behind.removeprefix("了").lstrip(" ,，:：、") if loan else heard.behind
        arguments = f"{numbers.upper() if loan else numbers} {behind}".strip()
        if command.needs not in FREE:
            arguments = without_particles(arguments)
        if _fits(command, arguments, letter):
            return heard.surely, "" if command.needs is ANY and not letter else arguments
    return None


def _tail_cut(numbers: str) -> str:
    """Numbers that stand before a word, without what leads over to it: 「L1 我要领取」."""
    found = _NUMBERS.match(numbers)
    return found.group().strip() if found and not _POLITE.sub("", numbers[found.end() :], count=1) else numbers.strip()


def _letter(numbers: str) -> str:
    """Of what the numbers are that stand before a word: `L` (one or several), `T`, `A`; empty if they are none."""
    if LEADS.fullmatch(numbers) and lead_in(numbers) is not None:
        return "L"
    found = _NUMBERS.fullmatch(numbers)
    return numbers[0].upper() if found and numbers[0] in "TtAa" else ""


def _fits(command: Command, arguments: str, letter: str) -> bool:
    """`letter`: that of the numbers that stood before the word, if any did."""
    if letter == "L" and command.letter != "L" and command.needs not in (*ABOUT_ONE_LEAD, LEADS, CUSTOMER):
        return False
    if letter in ("T", "A") and command.letter != letter and (command.letter, letter) != ("T", "A"):
        return False  # a task may be named by its application
    if letter == "L" and command.needs is CUSTOMER and read_lead_number(arguments) is None:
        return False  # 「L12 客户想再考虑」 is a note
    if command.word == _ENTRY and not is_entry(arguments):
        return False
    return command.needs.fullmatch(arguments) is not None


def _heard(command: Command, text: str) -> list[_Heard]:
    """Where the command's word may stand in `text`, the surest first."""
    found = []
    for word in sorted((word for word in command.words if len(word) > 1), key=len, reverse=True):
        start = text.casefold().find(word)
        behind = _BEHIND.sub("", text[start + len(word) :], count=1)
        after = text[start + len(word) :]
        loan = _LOAN_FIRST.fullmatch(text[: max(start, 0)].rstrip()) is not None
        glued = (loan and command.word in _GLUED) or (command.needs is LEAD_AND_NAME and lead_in(text) is not None)
        ends = _is_apart(after, loan=loan) or (command.word == _ENTRY and is_entry(behind))
        if start >= 0 and (ends or glued):
            found.append(_Heard(_SURE, text[:start], behind.lstrip(" ,，:：、")))
    head = _HEAD.match(text)
    if head and not found:
        alike = max(_alike(head.group(), word) for word in command.words)
        if alike:
            found.append(_Heard(alike, "", text[head.end() :].lstrip(" ,，:：、")))
    return found


def _alike(head: str, word: str) -> float:
    """How alike a misspelt word is, below 1; 0 if it is another one. A wrong character is in its place."""
    same = sum(one == other for one, other in zip(head, word, strict=False))
    longer = max(len(head), len(word))
    return 0.9 * same / longer if same * 2 >= longer and len(word) > 1 and abs(len(head) - len(word)) <= 1 else 0


def _is_apart(behind: str, *, loan: bool = False) -> bool:
    """True if a word ends here: no other one is made of it and what stands `behind`. `loan`: before it stands the
    number of a task or an application: 「T72同意了」."""
    rest = without_particles(behind).removeprefix("了" if loan else "")
    return not rest or not rest[0].isalpha() or rest[0].isascii() or _LED_OVER.match(rest) is not None


def _meant(text: str, words: tuple[str, ...]) -> dict[str, _Meant]:
    """Of which commands what was typed looks like the arguments. A text that begins with one of the `words` of commands
    is no entry: 「跟进张伟13800001111」."""
    meant = {}
    if asks_for_lead(text) is not None:
        return {"客户": _Meant(text)}
    if _LEAD_FIRST.match(text):
        meant["跟进"] = _Meant(text)
    elif not isinstance(find_time(text[:_MOST_READ], _ANY_DAY), Nothing):
        meant["跟进"] = _Meant(None)  # which customer?
    if read_lead_number(text) is not None:
        meant["客户"] = _Meant(text)
    if is_entry(text) and not text.startswith(words):
        meant["录入"] = _Meant(text)
    if (phone := asks_for_phone(text)) is not None:
        meant["电话"] = _Meant(f"L{phone}", _SURE)
    if (repaid := repaid_of(text)) is not None:
        meant["还款"] = _Meant(f"A{repaid[0]} {repaid[1]}", _SURE)
    if (handed := hands_on(text)) is not None:
        meant["转移"] = _Meant(f"L{handed[0]} {handed[1]}", _SURE)
    return meant
