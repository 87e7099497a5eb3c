"""What a message asks for: the command, with its arguments; what is said where they lack; the nearest where it is none.
The commands themselves stand in `bot/words.py`.

A question (`bot/dialogs.py`) stays open over a whole command, and the reply says so.
"""

import re
from dataclasses import dataclass, replace
from functools import partial

from bot.call import SUGGESTED, Call, Reply
from bot.grammar import (
    ABOUT_ONE_LEAD,
    ANY,
    CUSTOMER,
    LEAD_AND_NAME,
    LEADS,
    LEADS_AND_TEXT,
    LOAN,
    NAME_AND_PAGE,
    ONE_AT_A_TIME,
    ONE_LEAD,
    PICK,
    SOME,
    TASK_AND_TEXT,
    Command,
    begun,
    behind_beginning,
    exact,
    with_number,
    without_hash,
)
from bot.handlers import (
    leads,
    transferring,
    unnumbered,
)
from bot.phrases.answers import agrees, denies, gives_up
from bot.phrases.courtesies import courtesy
from bot.phrases.lead_questions import asks_for_lead, asks_for_loan
from bot.phrases.numbers import (
    folded,
    lead_in,
    no_number_of_a_lead,
    normal_text,
    number_first,
    read_lead_number,
    several_leads,
    split_number,
)
from bot.phrases.where_to import says_where
from bot.suggestions import is_entry, nearest
from bot.words import COMMANDS, TO_COME, allowed
from cards import texts
from core.people.policy import Actor, Verb, may
from core.privacy import normal_phone

_MOST_SAID_BACK = 60
_TASK, _APPLICATION = re.compile(r"[Tt]\s?[1-9][0-9]{0,8}"), re.compile(r"[Aa]\s?[1-9][0-9]{0,8}")
_NUMBERED_BEHIND = re.compile(r"(?:[LlAaTt]\s?[1-9][0-9]{0,8}(?![0-9A-Za-z])|[0-9]{1,11}$)")
_ALSO_REASONS = frozenset({"补材料", "提交", "修改", "附件", "逾期", "结清", "为什么分给我", "标签", "电话"})
_LONGEST_ASKED = 40  # 字 behind a command's word: what is longer is an answer that begins with it
_GIVE_UP = re.compile(r"放弃\s*(?=[Aa]\s?[0-9])")  # of a lead it is 释放


@dataclass(frozen=True, slots=True)
class Routed:
    """The words are this command with these arguments, which have the form it needs (or it answers to theirs)."""

    command: Command
    text: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The words are this command, but its arguments (`text`) are missing or malformed."""

    command: Command
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command. `nearest` are the three likeliest this person may use, each with the `form` in which to send it: with
    what was typed where that can be sent so."""

    text: str
    nearest: tuple[Command, ...]


def route(message: str, actor: Actor) -> Routed:
    """Who answers `message`: the command it asks for, or what is said to one that lacks its arguments and to what is
    no command."""
    match read(message, actor):
        case Routed() as found:
            return found
        case Incomplete(command, text):
            return Routed(replace(command, does=partial(_explain, command)), text)
        case Unknown(text, likely):
            return Routed(Command("", (), ANY, Verb.CHAT, partial(_suggest, likely)), text)


def read(message: str, actor: Actor) -> Routed | Incomplete | Unknown:
    """What `message` asks for. A command that the person may not use is still recognised, whatever its arguments: its
    refusal says why. A beginning that fits several commands is unknown, with those as the nearest."""
    text = _GIVE_UP.sub("放弃进件 ", without_hash(normal_text(message)))
    if gives_up(text):
        return Routed(_by_word("取消"), "")
    some = [] if denies(text) else begun(text, COMMANDS)  # 「不」 is no beginning of 不同意
    found = exact(text, COMMANDS) or (behind_beginning(some[0], text) if len(some) == 1 else None)
    found = found or _bare(text, actor)
    found = found or _glued(text)
    if found is None:
        return _aside(text) or Unknown(text, nearest(text, allowed(actor), some))
    command, rest = found
    if not may(actor, command.verb):
        return Routed(command, rest)
    if command.needs is LEAD_AND_NAME and split_number(rest) is None:
        rest = number_first(rest) or rest
    several = several_leads(rest) if command.needs in (*ONE_AT_A_TIME, CUSTOMER) else None
    if several:
        return Routed(replace(command, does=partial(_one_at_a_time, command, *several)), rest)
    return Routed(command, rest) if command.needs.fullmatch(rest) else Incomplete(command, rest)


def _one_at_a_time(command: Command, number: int, rest: str, call: Call) -> Reply:  # noqa: ARG001
    """Several numbers where one belongs: nothing is done to any."""
    form = with_number(command.form, number)
    whole = f"{command.word} L{number} {rest}".strip() if rest or command.needs in (CUSTOMER, ONE_LEAD) else form
    return Reply(say=texts.one_at_a_time(whole if len(rest) <= _MOST_SAID_BACK else form))


def _explain(command: Command, call: Call) -> Reply:
    """What is missing or wrong in the arguments."""
    rest = call.text
    numbered = command.needs in (*ABOUT_ONE_LEAD, LEADS, LEADS_AND_TEXT)
    wrong = no_number_of_a_lead(rest) if numbered else None
    if wrong:
        return Reply(say=texts.wrong_number(wrong))
    number = lead_in(rest) if numbered else None
    usage = texts.usage(command.word, with_number(command.form, number), with_number(command.example, number))
    if command.word == "取消" and not call.asked:  # 「算了，先这样」: there is nothing to leave
        return Reply(say=texts.NOTHING_OPEN)
    unnumbered_one = _unnumbered(command, call)
    if unnumbered_one is not None:
        return unnumbered_one
    if rest and command.needs is LEAD_AND_NAME and split_number(rest) is None:
        picked = transferring.pick(call)
        if picked is not None:
            return picked
    beside = split_number(rest) if command.needs is ONE_LEAD else None
    if beside is not None and beside[1]:
        return Reply(say=texts.number_only(command.word, *beside))
    if rest and command.needs in (*ABOUT_ONE_LEAD, LEADS_AND_TEXT, LOAN) and split_number(rest) is None:
        return leads.without_number(command.word, command.verb, usage, call)
    return Reply(say=usage)


def _unnumbered(command: Command, call: Call) -> Reply | None:
    """What may be meant by 同意, 催办 and the like alone."""
    if command.needs is TASK_AND_TEXT:
        return unnumbered.task(call, command.word, call.text.strip())
    return unnumbered.nudge(call) if command.word == "催办" and not call.text.strip() else None


def _suggest(likely: tuple[Command, ...], call: Call) -> Reply:
    """The nearest commands for what is none. The first of them is remembered: who says yes means it."""
    answered = _taken_up(call)
    if answered is not None:
        return answered
    first = likely[0]
    call.suggest(first.send or (first.word if first.form == first.word else ""), first.form)
    return Reply(say=texts.unknown(call.text, [(command.form, command.about) for command in likely]), asks=True)


def _be_kind(kind: str, call: Call) -> Reply:
    """A kind word for a kind word; 「好」 to a suggestion takes it up."""
    return _taken_up(call) or Reply(say=texts.COURTESIES[kind])


def _taken_up(call: Call) -> Reply | None:
    """The answer to a mere yes or no behind a suggestion; None if it is neither, or there is none any more."""
    send, until = call.asked.get(SUGGESTED), str(call.asked.get("until", ""))
    if send is None or until < call.unit.now.isoformat():
        return None
    if denies(call.text):
        return Reply(say=texts.CANCELLED)
    if not agrees(call.text):
        return None
    if not send:
        return Reply(say=texts.send_whole(str(call.asked["form"])))
    found = route(str(send), call.actor)
    if not may(call.actor, found.command.verb):  # his post has changed since
        call.unit.record(call.actor.id, f"{found.command.verb}:denied", "command")
        return Reply(say=texts.not_allowed(found.command.verb))
    return found.command.does(replace(call, text=found.text, asked={}))


def _aside(text: str) -> Routed | None:
    """What is no command and has its answer: a word of what is to come, a kind word."""
    coming = exact(text, TO_COME)
    if coming:
        return Routed(*coming)
    kind = courtesy(text)
    return Routed(Command(kind, (), ANY, Verb.CHAT, partial(_be_kind, kind)), text) if kind else None


def is_command(message: str) -> bool:
    """True if `message`, typed as the answer to a question, is rather a whole command: its word stands there in full,
    by itself, and its arguments have the right form. 「公海」 is one, 「公海里找到的客户」 is an answer. So
    is the number of a task or an application alone."""
    text = _GIVE_UP.sub("放弃进件 ", without_hash(normal_text(message)))
    if asks_for_loan(text) is not None:
        return True  # `T88`, 「A203到哪了」: he wants to look at it first; it is neither a reason nor a name
    found = exact(text, COMMANDS)
    if found is None:
        return False
    command, rest = found[0], found[1].rstrip("?？。.!！~ ")
    if not rest or (command.needs in ABOUT_ONE_LEAD and (read_lead_number(rest) or several_leads(rest))):
        return True  # it lacks something, or names too many, and is told so; as an answer it would say nothing
    if command.needs in (ANY, NAME_AND_PAGE, PICK, SOME, CUSTOMER):
        apart = folded(text.partition(" ")[0]).casefold() in command.words or _NUMBERED_BEHIND.match(rest)
        return bool(apart) and len(rest) <= _LONGEST_ASKED
    return bool(command.needs.fullmatch(rest))


def may_say_why(message: str) -> bool:
    """True for the word of a command by itself that may be why somebody decides so: 「补资料」, 「逾期」, 「为什么」
    (which is none, and is told so)."""
    found = exact(without_hash(normal_text(message)), COMMANDS)
    return found is not None and not found[1].strip("。.!！?？ ") and found[0].word in _ALSO_REASONS


def is_unknown(message: str, actor: Actor) -> bool:
    """True if `message` is no command, nothing else that has its answer, and looks like nothing that could be sent."""
    found = read(message, actor)
    return isinstance(found, Unknown) and not any(command.send for command in found.nearest[:1])


def _bare(text: str, actor: Actor) -> tuple[Command, str] | None:
    """Only a number: `L1024`, 「L1024的情况」 or a phone is a question for that customer, `T88` for that task, `A203`
    or 「A203到哪了」 for that application."""
    if _TASK.fullmatch(text):
        return _by_word("待办"), text
    if _APPLICATION.fullmatch(text):
        return _by_word("进件" if may(actor, Verb.APPLY) else "进度"), text
    loan = asks_for_loan(text)
    if loan is not None:
        return _by_word("待办" if loan[0] == "T" else "进度"), f"{loan[0]}{loan[1]}"
    explicit = lead_in(text) is not None and asks_for_lead(text) is not None
    return (_by_word("客户"), text) if text and (explicit or normal_phone(text)) else None


def _glued(text: str) -> tuple[Command, str] | None:
    """录入 with the name right behind it (「录入张伟13800001111」), 导出 with the list, and where what comes is to come
    (「提醒发到钉钉」). Of the other commands such a text may be a note."""
    if says_where(text):
        return _by_word("设置"), text
    command = _by_word("录入")
    word = next((word for word in command.words if text.startswith(word)), None)
    rest = text.removeprefix(word) if word else ""
    if is_entry(rest):
        return command, rest
    export = _by_word("导出")
    word = next((word for word in export.words if text.startswith(word)), None)
    rest = text.removeprefix(word).removeprefix("一下") if word else ""
    return (export, rest) if rest and (exact(rest, COMMANDS) or begun(rest, COMMANDS)) else None


def _by_word(word: str) -> Command:
    return next(command for command in COMMANDS if command.word == word)
