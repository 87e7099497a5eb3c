"""What is said of exports."""

from collections.abc import Collection, Sequence

from cards.texts.segments import segment_said
from core.exports import outcomes
from core.exports.kinds import NAMES, ExportKind
from core.exports.models import State
from core.exports.outcomes import Why
from core.exports.rules import ExportRules
from core.leads.segments import Segment

WHAT = (
    "要导出哪张清单或看板？先看再发 导出；或者直接写，如 导出 我的客户、导出 公海、导出 看板 本月、导出 明细 3。"
    "发 导出 E12 看某次导出的进度。"
)
COLLEAGUE, SUPERIOR = "同事", "上级"
NOT_THERE = "没有找到这次导出，或者不归您看。"

_STATES = {
    State.WANTED: "正在生成",
    State.PERMITTED: "已同意",
    State.SENT: "已发给申请人",
    State.REFUSED: "没有同意",
    State.EXPIRED: "过期没有批，作废了",
}
_WHY = {
    Why.NOTHING: "清单是空的，没有可导出的",
    Why.TOO_MANY: "行数超过一个文件的上限",
    Why.NOT_HIS: "现在看不到这张清单了",
    Why.CLOSED: "公司规定这张清单不能导出",
    Why.NOBODY: "要上级同意，但没有可以批的人",
    Why.LATE: "同意得太久，作废了",
    Why.UNSENT: "文件没能发出去",
    Why.UNSURE: "可能已发到您的聊天里",
}
_HELPS = {
    Why.TOO_MANY: "加上条件再导出，如 导出 部门客户 A级 呼和浩特。",
    Why.NOBODY: "请联系管理员在人员表里补上您的上级。",
    Why.LATE: "还要的话，再导出一次。",
    Why.UNSENT: "请过一会儿再导出一次。",
    Why.UNSURE: "网络不稳，没收到平台的回执。聊天里没有的话，再导出一次。",
}


def called(segment: Segment) -> str:
    """What a picked list of customers is called."""
    kind = ExportKind.TEAM if segment.team else ExportKind.OWN
    return NAMES[kind] if segment.is_all else f"{NAMES[kind]} {segment_said(segment)}"


def cannot(words: str, known: Collection[str]) -> str:
    """What was named shows no list."""
    return f"「{words}」不是能导出的清单。可以导出：{'、'.join(known)}。" if words else WHAT


def asked(outcome: outcomes.Wanted, words: str) -> str:
    """It is on its way."""
    return f"正在导出 {words}（E{outcome.number}），好了就发给您。电话照屏幕上那样打码，文件上有您的名字。"


def already(outcome: outcomes.AlreadyWanted, whose: str) -> str:
    """The same is on its way already."""
    rest = f"在等{whose}同意" if outcome.waits_for is not None else "正在生成，好了就发给您"
    return f"这份已经在导出了（E{outcome.number}）：{rest}。"


def enough(outcome: outcomes.EnoughToday) -> str:
    """No more today."""
    return f"今天已经申请导出 {outcome.most} 次，已达每日上限，请明天再来。"


def closed(kind: ExportKind) -> str:
    """Nobody exports this. Boards are closed together, by whichever word one is asked for."""
    if kind is ExportKind.BOARD:
        return "公司规定看板（日报、周报、月报、排行、看板、漏斗、渠道、走势）都不能导出，有需要请联系管理员。"
    return f"公司规定「{NAMES[kind]}」不能导出，有需要请联系管理员。"


def which(word: str, numbers: Sequence[int]) -> str:
    """Which of the exports that wait, said again with its number."""
    if len(numbers) == 1:
        return f"在等您批的只有这份导出：点按钮，或回复 {word} E{numbers[0]}。"
    return f"有 {len(numbers)} 份导出在等您批，请写上编号：{'、'.join(f'{word} E{number}' for number in numbers[:6])}。"


def decided(number: int, *, permitted: bool) -> str:
    """What he decided."""
    return f"已同意 E{number}，文件会直接发给申请人。" if permitted else f"已拒绝 E{number}，会告诉申请人。"


def not_decided(word: str, numbers: Sequence[int], behind: str) -> str:
    """More stands behind the numbers than can be done."""
    named = " ".join(f"E{number}" for number in numbers)
    return f"还没有{word} {named}：后面还写了「{behind}」。确定的话，请只回复 {word} {named}。"


def too_many_at_once(word: str, most: int) -> str:
    """More exports were named than may be decided by one message."""
    return f"一次最多{word} {most} 份，这次都没有处理，请分几次回复。"


def decided_before(outcome: outcomes.DecidedBefore, who: str) -> str:
    """Somebody was faster, or nothing is to be decided."""
    if outcome.by_id is None:
        return f"E{outcome.number} 不用再批：它没有在等同意，或者已经过期。" if outcome.there else NOT_THERE
    return f"{who} 已经{'同意' if outcome.permitted else '拒绝'}了 E{outcome.number}，不用再批。"


def stands(state: State, why: Why | None, waits_for: str, by: str, *, own: bool = False) -> str:
    """Where an export is, to who wanted it (`own`) or to others."""
    if state is State.SENT and own:
        return "已发给您"
    if state is State.WAITING:
        return f"等{waits_for}同意"
    if state is State.DROPPED:
        return _WHY[why] if why else "没有导出"
    if state in (State.REFUSED, State.PERMITTED) and by:  # it stays true on a card that cannot be changed again
        return f"{by}{'已' if state is State.PERMITTED else '没有'}同意"
    return _STATES[state]


def helps(state: State, why: Why | None, rules: ExportRules) -> str:
    """What he can do now, if there is something."""
    if state is State.WAITING and rules.approval_above is not None:
        return f"一天导出的客户超过 {rules.approval_above} 行，要上级同意；同意了文件会直接发来。"
    if state is State.DROPPED and why is Why.TOO_MANY:
        return f"一个文件最多 {rules.most_rows:,} 行。{_HELPS[Why.TOO_MANY]}"
    return _HELPS.get(why, "") if state is State.DROPPED and why else ""
