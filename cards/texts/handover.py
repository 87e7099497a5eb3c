"""离职交接, 撤销交接, 交接结果: what is said."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from cards import saying
from cards.texts.refusals import held, not_allowed
from cards.texts.words import Words
from core.handover import outcomes as handover
from core.handover.kinds import Back, Came, Result, Returned, Survey
from core.handover.models import REVERSIBLE, Aim, State
from core.handover.queries import Line
from core.leads.outcomes import NotAllowed

KINDS = {
    "lead": ("线索", "条"),
    "reminder": ("约好的联系", "个"),
    "care": ("关怀任务", "个"),
    "approval": ("待批的申请", "个"),
    "application": ("进件", "笔"),
    "task": ("待办", "件"),
}
"""What each kind of `core/handover/registry.py` is called, and counted in."""
_RECORDS = {
    "lead": "L{}",
    "reminder": "L{} 的联系",
    "care": "L{} 的关怀",
    "approval": "L{} 的延期申请",
    "application": "A{}",
    "task": "T{}",
}
_ALWAYS = ("lead", "reminder")
WHICH_HANDOVER = "请写交接的编号，如：撤销交接 H3；编号在交接卡片上。"
NO_HANDOVER = "您还没有办理过离职交接。"
_HOURS = int(REVERSIBLE.total_seconds() // 3600)
_WHY = {
    "full": "接收人名下已满",
    "at_work": "有进件或贷款在办，不进公海，请指定接收人",
    "no_receiver": "接收人不在职或不跟进客户了，请换人",
    "not_permitted": "办理人已没有这个权限",
    "no_rule": "没有分配规则收它",
    "nobody": "规则里暂时没有人能接，排队等分配",
    "paused": "自动分配停用中",
    "closed": "已结束",
    "answered": "已答复，或不用再批",
    "done": "已经做了，或过了期",
    "no_superior": "没有能批的上级",
    "decided": "已经处理，或不用处理了",
    "nobody_above": "没有能办的上级",
}
_STATES = {
    State.PROPOSED: "还没有确认",
    State.DROPPED: "当时没有交接",
    State.RUNNING: "正在交接",
    State.DONE: "已经交接完",
    State.UNDOING: "正在撤销",
    State.UNDONE: "已经撤销",
}


def number(kind: str, record_id: int) -> str:
    """The number of a record, as it is typed; of what has none that of its lead."""
    return _RECORDS[kind].format(record_id).split()[0]


def record(kind: str, record_id: int) -> str:
    """A record by its number: `L8`."""
    return _RECORDS[kind].format(record_id)


def shown(surveys: Sequence[Survey]) -> list[Survey]:
    """The counts that are told: leads and agreed contacts always, all else where there is any."""
    return [one for one in surveys if one.total or one.kind in _ALWAYS]


def counted(survey: Survey) -> str:
    """How many there are of a kind, and of these what is not as one would think: `32条，8条进公海`."""
    unit = KINDS[survey.kind][1]
    parts = [f"{survey.total}{unit}"]
    parts += [f"{survey.late}{unit}已过时间"] if survey.late else []
    parts += [f"{survey.beyond}{unit}进公海"] if survey.beyond else []
    parts += [f"{survey.kept}{unit}留下"] if survey.kept else []
    return "，".join(parts)


def aimed(aim: Aim, to: str) -> str:
    """Where it goes: a name, 公海, 按规则."""
    return {Aim.PERSON: to, Aim.POOL: "公海", Aim.RULE: "按规则"}[aim]


def cautions(surveys: Sequence[Survey], aim: Aim, leaver: str, to: str) -> list[str]:
    """What who confirms must know before: what does not go where it is meant to, and why."""
    beyond, kept = sum(one.beyond for one in surveys), sum(one.kept for one in surveys)
    said = [f"{to} 到了持有上限，放不下的 {beyond} 条进公海。"] if beyond else []
    said += [f"有进件或贷款在办的 {kept} 条不进公海，先留在 {leaver} 名下，请另外指定接收人。"] if kept else []
    if aim is Aim.RULE:
        said.append("没有规则收、或暂时没有人能接的，进公海等分配。")
    return [*said, f"跟进记录和进度不变；{_HOURS} 小时内可以撤销。"]


def became(line: Line, words: Words) -> str:
    """What became of one record, in short."""
    if line.kind in _DECIDED and (told := _decided(line, words)):
        return told
    if line.back is not None:
        return returned(line.back, words)
    if line.result is None:
        return "撤销前没有轮到" if line.skipped else "等待交接"
    return _came(line.result, words)


_DECIDED = {"approval": ("批", "已答复，或不用再批"), "task": ("办", "已经处理，或不用处理了")}


def _decided(line: Line, words: Words) -> str:
    """What is said otherwise of what waits for somebody: nobody works on it, somebody decides it."""
    does, over = _DECIDED[line.kind]
    if line.back is not None and line.back.returned is Returned.SINCE:
        return f"仍由 {_name(line.back.to_id, words)} {does}" if line.back.to_id else over
    if line.back is not None or line.result is None or not line.result.to_id:
        return ""
    return f"改由 {_name(line.result.to_id, words)} {does}"


def _came(result: Result, words: Words) -> str:
    why = _because(result, words)
    match result.came:
        case Came.GIVEN:
            return f"转给 {_name(result.to_id, words)}"
        case Came.POOLED:
            return f"进{words.pool(result.pool or '')}" + (f"：{why}" if why else "")
        case Came.LAPSED:
            return "客户进了公海，不再提醒"
        case Came.KEPT:
            return "没有交接" + (f"：{why}" if why else "")
        case Came.GONE:
            return why or (f"已由 {_name(result.to_id, words)} 跟进" if result.to_id else "已不在他名下")
        case _:
            assert_never(result.came)


def _because(result: Result, words: Words) -> str:
    if result.limit is not None:
        return f"接收人{held(result.limit, words)}"
    return _WHY.get(result.why, "")


def returned(back: Back, words: Words) -> str:
    """What became of a record when the hand-over was taken back."""
    if back.returned is Returned.BACK:
        return "已退回"
    return f"没有退回：已由 {_name(back.to_id, words)} 跟进" if back.to_id else "没有退回：已结束或在公海变动过"


def grouped(lines: Iterable[Line], words: Words, most: int) -> list[str]:
    """What did not go as it was meant to, what is alike together, the first `most` groups: `L8、L9 进公海：…`."""
    told: dict[str, list[str]] = {}
    for line in lines:
        told.setdefault(became(line, words), []).append(record(line.kind, line.record_id))
    said = [f"{_some(names)} {why}" for why, names in told.items()]
    return said[:most] + ([f"另有 {len(said) - most} 种情况，见明细"] if len(said) > most else [])


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:3]) + (f" 等{len(names)}条" if len(names) > 3 else "")


def _name(person_id: int | None, words: Words) -> str:
    return words.names.get(person_id or 0, "同事")


def to_whom(leaver: str, surveys: Sequence[Survey]) -> str:
    """The answer to 离职交接 without a receiver: what there is, and the three ways to send it."""
    there = "、".join(f"{KINDS[one.kind][0]} {one.total} {KINDS[one.kind][1]}" for one in shown(surveys))
    ways = "\n".join(f"· 离职交接 {leaver} {to}" for to in ("姓名（写接收人的）", "按规则", "公海"))
    return f"{leaver} 名下有{there}。交给谁？请发其中一句：\n{ways}\n会先给您看清单，点确认才开始。"


def one_receiver(leaver: str, to: str, more: str) -> str:
    """The answer to 离职交接 with more behind the receiver: nothing of it is done."""
    return (
        f"「{saying.plain(more, 20)}」不能一起写：一次交给一位同事，确认后马上开始。"
        f"请发：离职交接 {leaver} {to}；几位同事分，请发：离职交接 {leaver} 按规则"
    )


def handover_begun(number: int, leaver: str, *, cut: bool) -> str:
    """The answer to 确认交接."""
    gone = f"{leaver} 从现在起不能再用驼铃。" if cut else ""
    return f"{gone}开始交接 H{number}，完成后卡片会更新。"


def handover_undoing(outcome: handover.Undoing, leaver: str) -> str:
    """The answer to 撤销交接."""
    active = f"{leaver} 恢复在职；" if outcome.restored else ""
    return f"{active}开始撤销 H{outcome.number}，没有再转手的退回 {leaver} 名下，完成后卡片会更新。"


HANDOVER_DROPPED = "好的，没有交接，什么也没有变。"
COUNTS_CHANGED = "清单刚才变了，还没有交接。请看新的清单，再点一次确认。"


def handover_refused(outcome: handover.HandoverRefusal, words: Words) -> str:
    """Why a hand-over cannot be done, or taken back."""
    match outcome:
        case NotAllowed(verb):
            return not_allowed(verb)
        case handover.NotBelow(person):
            who = words.colleague(person)
            return f"{who} 不归您管，或是您部门的经理、公司的管理员，您不能替他办离职交接。请联系管理员。"
        case handover.Himself():
            return "不能给自己办离职交接。请让主管或管理员来办。"
        case handover.ToHimself():
            return "离职的人不能是接收人，请换一位同事。"
        case handover.NoReceiver(person):
            return f"{words.names.get(person, '这位同事')} 的岗位不跟进客户，不能接收。请换一位客户经理。"
        case handover.OnlyAdministrator(person):
            return f"{words.names.get(person, '他')} 是唯一的管理员，请先让另一个人当管理员。什么也没有改。"
        case handover.Underway(number):
            return f"他的交接 H{number} 还在进行，完成后再办。回复 交接结果 H{number} 查看。"
        case handover.NoSuchHandover(number):
            return f"没有您能查看的交接 H{number}。请核对编号。"
        case handover.NotNow(number, state):
            return f"交接 H{number} {_STATES[state]}，不能再操作。"
        case handover.AccountGone(_, person):
            who = words.names.get(person, "他")
            back = "要复职，请先在通讯录里恢复账号再办，或由管理员重新导入人员。"
            return f"{who} 的账号已从通讯录删除，不能复职，什么也没有改。只退回客户请点 只退回；{back}"
        case handover.TooLate(number, until):
            return f"交接 H{number} 在 {saying.at(until, words.now)} 以前可以撤销，现在过了时间。可以用 转移 逐条调整。"
        case _:
            assert_never(outcome)
