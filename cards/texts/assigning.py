"""自动分配: why a lead went to whom, and why it waits, as sentences and as the parts of cards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from cards import saying
from cards.fitting import MESSAGE_BYTES, byte_length
from cards.texts import refusals
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.assigned import Waiting
from core.leads.assignment_outcomes import (
    LEAD,
    Blocked,
    Chosen,
    Decision,
    HoldingFull,
    Nobody,
    NotSkilled,
    NotWorkingHere,
    OffShift,
    OnLeave,
    QuotaReached,
    Ranked,
    Reason,
    Standing,
    WrongLanguage,
    WrongRegion,
)
from core.leads.assignment_rules import Method
from core.leads.whole import Step
from core.privacy import mask_colleague

METHODS = {Method.ROUND_ROBIN: "轮流", Method.WEIGHTED: "按比例", Method.LEAST_LOADED: "最少"}
_FIRST = {
    Method.ROUND_ROBIN: "应得的多的先分",
    Method.WEIGHTED: "按比例应得的多的先分",
    Method.LEAST_LOADED: "手上（按比例折算）少的先分",
}
_ROOM_FOR_MORE = 60  # bytes, for how many were left out
_VERSION = 8  # so many characters of the configuration's version tell one from another
_HOW = {"enter": "录入", "claim": "领取", "assign": "由管理员分配", "transfer": "转移"}
NO_QUEUE = "这里列出您管理的公海里排队等分配的线索，您现在没有管理的公海。"
NOTHING_QUEUED = "没有排队的线索：要自动分配的都分出去了。"
ALL_PAUSED = "自动分配现在停用（assignment.yaml 里 paused: 是，或没有规则）。"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an answer; one that is `needed` is not left out while there is room for anything."""

    text: str
    needed: bool = False


def why_given(decision: Chosen, words: Words, *, in_full: bool) -> str:
    """为什么分给我: the rule, and each of its people with his numbers, or why he did not get it. `in_full`: colleagues'
    names are not masked."""
    first = next(one for one in decision.standings if one.person_id == decision.person_id)
    at, to = saying.at(decision.at, words.now), _apart(_called(first, words, in_full=in_full))
    how = f"方式：{METHODS[decision.method]}，{_FIRST[decision.method]}，一样时先给最久没分到的"
    head = [f"L{decision.lead_id} 于 {at} 按规则「{decision.name}」分给{to}。", f"{how}；{_version(decision)}。"]
    return _fitted([*head, *_fell_back(decision)], _lines(decision, words, in_full=in_full))


def why_nobody(decision: Nobody, words: Words, *, in_full: bool) -> str:
    """Why a lead waits: for each of the rule's people what stops him, and when somebody is there."""
    looked = f"{saying.at(decision.at, words.now)} 看过"
    head = [
        f"L{decision.lead_id} 还没有分出去：规则「{decision.name}」里现在没有人能接（{looked}）。",
        f"方式：{METHODS[decision.method]}；{_version(decision)}。{earliest(decision.earliest, words.now)}",
    ]
    return _fitted([*head, *_fell_back(decision)], _lines(decision, words, in_full=in_full))


def not_assigned(lead_id: int, last: Step, words: Words) -> str:
    """The lead came to its owner otherwise."""
    who = "您" if last.owner_id == words.reader.id else mask_colleague(last.who or "同事")
    how = _HOW.get(last.how.value, "转移")
    by = f"按自动化规则「{last.rule}」" if last.rule else ""
    return f"L{lead_id} 不是自动分配的：{saying.at(last.since, words.now)} {by}{how}，现在由{_apart(who)}跟进。"


def no_rule(lead_id: int) -> str:
    """No rule takes it: it stays where it waits."""
    return f"L{lead_id} 没有符合的分配规则，留在公海等人领取。"


def next_round(lead_id: int, rule: str) -> str:
    """A rule takes it, and it was not looked at yet."""
    return f"L{lead_id} 符合规则「{rule}」，等着下一轮自动分配，一般几秒钟。"


def paused(lead_id: int) -> str:
    """Nothing is given out by itself at present."""
    return f"L{lead_id} 留在公海等人领取。{ALL_PAUSED}"


def queue(waiting: Sequence[Waiting], words: Words, *, is_paused: bool) -> str:
    """分配队列: how many wait by which rule, since when, and why."""
    notes = [ALL_PAUSED] if is_paused else []
    if not waiting:
        return "\n".join([*notes, NOTHING_QUEUED])
    lines = [
        _Line(
            f"「{one.why.name}」{words.pool(one.pool)} {one.count}条，最早 {saying.at(one.since, words.now)} 进公海\n"
            f"  {counted(one.why)}。{earliest(one.why.earliest, words.now)}"
        )
        for one in waiting
    ]
    head = [*notes, f"排队等分配 {sum(one.count for one in waiting)} 条："]
    return _fitted(head, lines, unit="组", tail="看一条的原因，回复 为什么 和编号。")


def counted(decision: Nobody) -> str:
    """The reasons, counted: `休假 2 人，不当班 3 人，已满 1 人`."""
    reasons = Counter(_kind(one.verdict) for one in decision.standings if not isinstance(one.verdict, Ranked))
    return "，".join(f"{kind} {count} 人" for kind, count in reasons.most_common()) or "规则里没有人"


def earliest(moment: datetime | None, now: datetime) -> str:
    """When somebody is there, as far as that is known."""
    return f"最早 {saying.at(moment, now)} 有人能接。" if moment else "什么时候有人能接还不知道。"


def _kind(reason: Reason) -> str:
    match reason:
        case NotWorkingHere():
            return "不在职"
        case WrongRegion():
            return "不跑该地区"
        case WrongLanguage():
            return "语言不通"
        case NotSkilled():
            return "不做该产品"
        case OnLeave():
            return "休假"
        case OffShift():
            return "不当班"
        case QuotaReached():
            return "今日已分满"
        case HoldingFull():
            return "已满"
        case Blocked(lead.LimitReached()):
            return "已满"
        case Blocked(lead.CoolingDown()):
            return "冷却中"
        case Blocked(lead.NotYourPool()):
            return "不是公海成员"
        case Blocked(lead.NotAllowed()):
            return "岗位不带客户"
        case Blocked():
            return "暂时不能接"
        case _:
            assert_never(reason)


def _why_not(reason: Reason, words: Words) -> str:
    """What stops one person, in full."""
    match reason:
        case NotWorkingHere():
            return "不在职，或没有这个账号"
        case WrongRegion(region):
            return f"不跑{saying.place(region)}"
        case WrongLanguage(language):
            return f"不会{saying.language(language)}"
        case NotSkilled(product):
            return f"不做{saying.product(product)}"
        case OnLeave(until):
            return f"休假到 {saying.at(until, words.now)}"
        case OffShift(next_at):
            return f"不当班，{saying.at(next_at, words.now)} 上班"
        case QuotaReached(used, limit):
            return f"今日已分 {used}/{limit} 条"
        case HoldingFull(used, limit):
            return f"手上已有 {used}/{limit} 条"
        case Blocked(refusal):
            return _blocked(refusal, words)
        case _:
            assert_never(reason)


def _blocked(refusal: lead.ClaimRefusal, words: Words) -> str:
    match refusal:
        case lead.LimitReached():
            return refusals.held(refusal, words)
        case lead.CoolingDown(since=since, frees_at=frees_at):
            had, again = saying.at(since, words.now), saying.at(frees_at, words.now)
            return f"{had} 以前跟过，{again} 起可再接"
        case lead.NotYourPool(pool=pool):
            return f"不是{words.pool(pool)}的成员"
        case lead.NotAllowed():
            return "岗位名下不带客户"
        case _:
            return refusals.reason(refusal, words)


def _numbers(one: Ranked, method: Method, now: datetime) -> str:
    weight = f"比例 {one.weight}，" if method is not Method.ROUND_ROBIN else ""
    last = f"，上次 {saying.at(one.last_served_at, now)}" if one.last_served_at else "，还没分到过"
    if method is Method.LEAST_LOADED:
        return f"{weight}手上 {one.held} 条{last}"
    return f"{weight}已分 {one.served} 条，应得 {one.due / LEAD:+.2f} 条{last}"


def _lines(decision: Decision, words: Words, *, in_full: bool) -> list[_Line]:
    """A line for each of the rule's people: those who could take it by their ranks, then the others. That of the first
    and that of the reader must not be missing."""
    ranked: list[tuple[int, _Line]] = []
    others: list[_Line] = []
    for one in decision.standings:
        name, mine = _called(one, words, in_full=in_full), _is_reader(one, words)
        if isinstance(one.verdict, Ranked):
            rank, numbers = one.verdict.rank, _numbers(one.verdict, decision.method, words.now)
            ranked.append((rank, _Line(f"{rank}. {name}：{numbers}", needed=mine or rank == 1)))
        else:
            others.append(_Line(f"· {name}：{_why_not(one.verdict, words)}", needed=mine))
    return [*(line for _, line in sorted(ranked, key=lambda each: each[0])), *others]


def _is_reader(one: Standing, words: Words) -> bool:
    return one.person_id is not None and one.person_id == words.reader.id


def _called(one: Standing, words: Words, *, in_full: bool) -> str:
    if _is_reader(one, words):
        return "您"
    if not one.name:
        return f"账号 {one.account}" if in_full else "同事"
    return one.name if in_full else mask_colleague(one.name)


def _apart(name: str) -> str:
    """A name within a sentence."""
    return name if name == "您" else f" {name} "


def _version(decision: Decision) -> str:
    return f"规则版本 {decision.version[:_VERSION]}" if decision.version else "规则没有版本"


def _fell_back(decision: Decision) -> list[str]:
    return ["客户要说的语言没有人会，按会说话的人都可以接来分。"] if decision.fell_back else []


def _fitted(head: Sequence[str], lines: Sequence[_Line], unit: str = "人", tail: str = "") -> str:
    """All of it in one message: of the lines those that are needed, and then as many as there is room for; how many
    were left out is said."""
    room = MESSAGE_BYTES - _ROOM_FOR_MORE - sum(byte_length(line) + 1 for line in (*head, tail))
    taken: list[int] = []
    for index in sorted(range(len(lines)), key=lambda index: not lines[index].needed):
        size = byte_length(lines[index].text) + 1
        if size <= room:
            taken.append(index)
            room -= size
    left_out = len(lines) - len(taken)
    more = f"还有 {left_out} {unit}没有列出。" if left_out else ""
    return "\n".join(filter(None, (*head, *(lines[index].text for index in sorted(taken)), more, tail)))
