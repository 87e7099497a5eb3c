"""导出: a list or a board as a file; and the decision on one that somebody has to permit."""

import re
from dataclasses import replace

from bot.call import Call, Reply
from bot.phrases.numbers import folded, normal_text
from cards import texts
from cards.export_actions import DecideExport, ExportAgain, OpenExport, ShowExport
from cards.texts import exports as sentences
from core.exports import queries, service
from core.exports.outcomes import AlreadyWanted, ClosedList, Decided, EnoughToday, MayNot, Wanted
from core.people.policy import may
from core.store import issued
from core.store.issued import Face
from jobs.export_lists import LISTS, Naming, kind_of, named, without_page
from jobs.export_screens import export_face, may_see

WORDS = (
    "我的客户", "部门客户", "公海", "待办", "进度", "瓶颈", "逾期",
    "日报", "周报", "月报", "排行", "看板", "漏斗", "渠道", "走势", "明细",
)  # fmt: skip
"""The commands whose answer can be exported."""
_NUMBER = re.compile(r"[Ee] ?([1-9][0-9]{0,8})")
_NUMBERED = re.compile(r"[Ee] ?([1-9][0-9]{0,8})(?![0-9A-Za-z])")
_BETWEEN = re.compile(r"[\s，,、；;和跟及]*")
_END = re.compile(r"[\s，,、；;。.!！~吧了]*")
_MOST_AT_ONCE = 10
_YES, _NO = "同意", "驳回"
_AS = r"(?:一下|成|为|到)? ?(?:excel|xlsx|表格|文件)"
_FILLERS = re.compile(rf"(?:一下|下|{_AS})", re.IGNORECASE)
_FILLED = re.compile(rf"^{_AS} |[ ，]?{_AS}$|^(?:一下|下) ", re.IGNORECASE)


def export(call: Call) -> Reply:
    """导出 [清单或看板]: alone what he looked at last; E12: how that stands."""
    said = folded(call.text).strip()
    number = _NUMBER.fullmatch(said)
    if number:
        return _stands(call, int(number[1]))
    if not said or _FILLERS.fullmatch(said):
        face = issued.newest_shown(call.unit.connection, call.actor.id, LISTS)
        return _ask(call, face) if face is not None else Reply(say=sentences.WHAT)
    return _named(call, _FILLED.sub("", normal_text(call.text)).strip())


def _named(call: Call, words: str) -> Reply:
    """A command that shows a list: what it would show is exported."""
    from bot.routing import route  # it knows the commands, of which this is one

    found = route(words, call.actor)
    if found.command.word not in WORDS:
        return Reply(say=sentences.cannot(words, WORDS))
    if not may(call.actor, found.command.verb):
        call.unit.record(call.actor.id, f"{found.command.verb}:denied", "command")
        return Reply(say=texts.not_allowed(found.command.verb))
    shown = found.command.does(replace(call, text=found.text, to_file=True))
    if shown.show is None or kind_of(shown.show) is None:
        return Reply(say=shown.say or sentences.cannot(words, WORDS))
    return _ask(call, shown.show)


def _ask(call: Call, shown: Face) -> Reply:
    """What is shown there, all of it, is wanted as a file."""
    kind, face = kind_of(shown), without_page(shown)
    if kind is None:
        return Reply(say=sentences.WHAT)
    called = named(Naming(call.unit.session, call.company, call.unit.now), face)
    match service.request(call.unit, call.actor, kind, face, called, call.company.exports):
        case Wanted() as wanted:
            return Reply(say=sentences.asked(wanted, called))
        case AlreadyWanted() as already:
            whose = call.words(already.waits_for).names.get(already.waits_for or 0, sentences.SUPERIOR)
            return Reply(say=sentences.already(already, whose))
        case EnoughToday() as enough:
            return Reply(say=sentences.enough(enough))
        case ClosedList(of):
            return Reply(say=sentences.closed(of))
        case MayNot(verb):
            return Reply(say=texts.not_allowed(verb))


def _stands(call: Call, number: int) -> Reply:
    """An export of his own, or one that he may decide on."""
    return Reply(show=export_face(number)) if _may_see(call, number) else Reply(say=sentences.NOT_THERE)


def _may_see(call: Call, number: int) -> bool:
    row = queries.find(call.unit.connection, number)
    return row is not None and may_see(call.unit.session, call.actor, row)


def open_one(call: Call, action: OpenExport) -> Reply:
    """From 待办: it as a card of its own."""
    return _stands(call, action.number)


def look_again(call: Call, action: ShowExport) -> Reply:
    """刷新."""
    seen = _may_see(call, action.number)
    return Reply(change=export_face(action.number)) if seen else Reply(say=sentences.NOT_THERE)


def again(call: Call, action: ExportAgain) -> Reply:
    """再导出一次: the same list, as it is now."""
    row = queries.find(call.unit.connection, action.number)
    if row is None or row.person_id != call.actor.id or row.screen not in LISTS:
        return Reply(say=sentences.NOT_THERE)
    return _ask(call, Face(row.screen, row.args))


def decide_typed(call: Call, word: str, rest: str) -> Reply | None:
    """同意 E12, 驳回 E12, 同意 E12 E13; None for what is about no export. Consent with words behind it is none yet, and
    neither is anything that names another export after words: nothing is done, and he is asked."""
    numbers, behind = numbered(folded(rest).strip())
    if not numbers or word not in (_YES, _NO):
        return None
    if (behind and word == _YES) or _NUMBERED.search(behind):
        return Reply(say=sentences.not_decided(word, numbers, behind))
    if len(numbers) > _MOST_AT_ONCE:
        return Reply(say=sentences.too_many_at_once(word, _MOST_AT_ONCE))
    replies = {number: _decide(call, number, permit=word == _YES) for number in numbers}
    if len(replies) == 1:
        return replies[numbers[0]]
    said = [f"E{number}：{reply.say}" for number, reply in replies.items()]
    return Reply(say="\n".join(said), refresh=any(reply.refresh for reply in replies.values()))


def numbered(said: str) -> tuple[list[int], str]:
    """The exports that it names first, each once, and what stands behind them."""
    numbers: dict[int, None] = {}
    at = 0
    while found := _NUMBERED.match(said, at):
        numbers[int(found[1])] = None
        between = _BETWEEN.match(said, found.end())
        at = between.end() if between else found.end()
    return list(numbers), "" if _END.fullmatch(said, at) else said[at:]


def only_question(call: Call, word: str) -> Reply | None:
    """同意 alone, of who has nothing else to decide: the exports that wait for him."""
    since = call.unit.now - call.company.exports.good_for
    rows = queries.waiting_for(call.unit.session, call.actor.id, since) if word in (_YES, _NO) else ()
    return Reply(say=sentences.which(word, [row.id for row in rows]), show=export_face(rows[0].id)) if rows else None


def decide(call: Call, action: DecideExport) -> Reply:
    """同意 or 不同意 on the question's card, which then says what was decided."""
    return _decide(call, action.number, permit=bool(action.permit))


def _decide(call: Call, number: int, *, permit: bool) -> Reply:
    match service.decide(call.unit, call.actor, number, call.company.exports, permit=permit):
        case Decided(permitted=permitted):
            return Reply(say=sentences.decided(number, permitted=permitted), refresh=True)
        case MayNot(verb):
            return Reply(say=texts.not_allowed(verb))
        case before:
            who = call.words(before.by_id).names.get(before.by_id or 0, sentences.COLLEAGUE)
            return Reply(say=sentences.decided_before(before, who), refresh=True)
