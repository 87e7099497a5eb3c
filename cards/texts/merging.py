"""合并客户, 撤销合并: what is said."""

from datetime import datetime

from cards import saying
from cards.texts.refusals import refusal
from cards.texts.words import Words
from core.leads.merged import REVERSIBLE, Moved
from core.leads.merging import BothAtWork, Merged, MergePlan, MergeRefusal, SameCustomer
from core.leads.outcomes import NoSuchLead, NotAllowed, NotYours
from core.leads.unmerging import (
    AlreadyUndone,
    CameSince,
    MergedSince,
    NoSuchMerge,
    TooLate,
    Unmerged,
    UnmergeRefusal,
)

_COUNTED = {
    Moved.TOUCH: "来访",
    Moved.FOLLOW_UP: "跟进",
    Moved.TAG: "标签",
    Moved.MEDIUM: "附件",
    Moved.COMMENT: "评论",
    Moved.REVEAL: "看电话记录",
}
_NEEDS = {
    "product": "产品",
    "amount_fen": "金额",
    "region": "地区",
    "language": "语言",
    "grade": "等级",
    "note": "备注",
}
NOT_MERGED = "好的，没有合并。"
"""Said when the question whether to merge is left, or answered by no."""
MERGE_TWO = "合并客户要写两个编号：后一个的客户并入前一个的客户，如：合并客户 编号 编号。"
WHICH_MERGE = "撤销合并要写合并时给的编号，如：撤销合并 M3。"
MERGE_ELSEWHERE = "两位客户中，有一位还有您看不到的线索在跟进，您不能合并。需要时请联系管理员。"
ASK_MERGE_AGAIN = "还没有合并。确认请回复 确认，不合并回复 取消。"


def ask_merge(plan: MergePlan, names: tuple[str, str], words: Words) -> str:
    """The question before a merge: what it does, with the counts. `names` are the customers' of the two leads."""
    name, other = names
    lines = [f"把 L{plan.other_id}（{other}）的客户并入 L{plan.lead_id}（{name}）的客户，带过来 {plan.leads} 条线索。"]
    if name != other:
        lines.append("请注意：两边登记的姓名不同。")
    if plan.into is not None and plan.closes is not None:
        stays, ends = (f"L{number}（{_holder(plan.owners[number], words)}）" for number in (plan.into, plan.closes))
        counted = "、".join(f"{word} {plan.counts[what]}" for what, word in _COUNTED.items() if plan.counts.get(what))
        moved = f"，它的{counted} 归到 L{plan.into}" if counted else ""
        lines.append(f"两条都在进行中：保留较早或已进件的 {stays}，{ends} 结束{moved}。")
        lines += [f"L{plan.closes} 的{_needs(plan)} 补到 L{plan.into}。"] if plan.filled else []
        lines += [_agreed_asked(plan, plan.agreed, words)] if plan.agreed else []
    lines.append(f"{REVERSIBLE.days} 天内可以撤销。确认请回复 确认，不合并回复 取消。")
    return "\n".join(lines)


def _needs(plan: MergePlan) -> str:
    return "、".join(_NEEDS[name] for name in plan.filled)


def _holder(owner_id: int | None, words: Words) -> str:
    return "公海" if owner_id is None else f"{words.colleague(owner_id)} 跟进"


def _agreed_asked(plan: MergePlan, agreed: datetime, words: Words) -> str:
    at = saying.at(agreed, words.now)
    if plan.into is None or plan.owners[plan.into] is None:
        return f"L{plan.closes} 约了 {at} 联系：公海里没有人跟，请另外安排。"
    goes = "一并转过去" if agreed == plan.next_contact else "保留的那条约得更早，按早的提醒"
    return f"L{plan.closes} 约了 {at} 联系：{goes}。"


def _agreed_lost(plan: MergePlan, agreed: datetime, words: Words) -> str:
    """To the owner of the lead that is closed: what becomes of what he agreed with the customer."""
    at = saying.at(agreed, words.now)
    owner_id = plan.owners[plan.into or 0]
    if owner_id is None:
        return f"您约好的 {at} 联系还没有人接，请和主管说一声。"
    holder = words.colleague(owner_id)
    if agreed == plan.next_contact:
        return f"您约好的 {at} 联系已转给 {holder}。"
    return f"您约好的 {at} 联系已告诉 {holder}。"


def _agreed_taken(plan: MergePlan, agreed: datetime, words: Words) -> str:
    """To the owner of the lead that goes on: what was agreed on the other one."""
    at = saying.at(agreed, words.now)
    if agreed == plan.next_contact:
        return f"对方已和客户约好 {at} 联系，现在由您去，到时提醒您。"
    return f"对方还和客户约了 {at} 联系，请一并留意。"


def merged(outcome: Merged) -> str:
    """The answer when it is done."""
    plan = outcome.plan
    ended = f"，L{plan.closes} 已结束，记录归到 L{plan.into}" if plan.closes else ""
    return (
        f"已合并，编号 M{outcome.merge_id}：L{plan.other_id} 的客户并入 L{plan.lead_id} 的客户{ended}。"
        f"{REVERSIBLE.days} 天内可撤销，请发：撤销合并 M{outcome.merge_id}"
    )


def merge_told(plan: MergePlan, lead_id: int, by: str, words: Words) -> str:
    """The notice to the owner of the open lead `lead_id`, whom `by` did not ask."""
    if lead_id == plan.closes and plan.into is not None:
        lost = _agreed_lost(plan, plan.agreed, words) if plan.agreed else ""
        return (
            f"您的客户 L{lead_id} 与 L{plan.into} 是同一个人，{by} 已合并：L{lead_id} 结束，记录归到 L{plan.into}"
            f"（{_holder(plan.owners[plan.into], words)}）。{lost}有疑问请联系 {by}。"
        )
    taken = _agreed_taken(plan, plan.agreed, words) if plan.agreed and lead_id == plan.into else ""
    if plan.filled and lead_id == plan.into:
        taken = f"{_needs(plan)} 已补上。{taken}"
    other = plan.closes or (plan.other_id if lead_id == plan.lead_id else plan.lead_id)
    return f"您的客户 L{lead_id} 与 L{other} 是同一个人，{by} 已合并：记录归到 L{lead_id}，您照常跟进。{taken}"


def closed_by_merge(lead_id: int, into: int, *, seen: bool) -> str:
    """The answer to what is done to a lead that was merged into another one: it goes on there."""
    look = f"请看 L{into}：客户 L{into}。" if seen else "这位客户的事请问主管。"
    return f"L{lead_id} 已结束，已并入 L{into}，不能再操作。{look}"


def unmerged(outcome: Unmerged, words: Words) -> str:
    """The answer to 撤销合并."""
    again = f"，L{outcome.reopened} 重新打开，记录已归还" if outcome.reopened else ""
    pooled = ""
    if outcome.left is not None and outcome.pool is not None:
        pooled = (
            f"原来跟进的 {words.colleague(outcome.left)} 已离职，L{outcome.reopened} 放回 {words.pool(outcome.pool)}。"
        )
    return f"已撤销 M{outcome.merge_id}：L{outcome.lead_id} 与 L{outcome.other_id} 恢复为两位客户{again}。{pooled}"


def unmerge_told(outcome: Unmerged, lead_id: int, by: str) -> str:
    """The notice to the owner of a lead that a merge had changed, and now no longer does."""
    again = "重新打开，由您继续跟进" if lead_id == outcome.reopened else "照常由您跟进，合并来的记录已归还"
    return f"{by} 撤销了 L{outcome.lead_id} 与 L{outcome.other_id} 的客户合并：L{lead_id} {again}。"


def merge_refused(outcome: MergeRefusal | UnmergeRefusal, words: Words) -> str:
    """Why two customers are not merged, or not parted again."""
    match outcome:
        case NotAllowed() | NoSuchLead() | NotYours():
            return refusal(outcome, words)
        case SameCustomer(number, other):
            return f"L{number} 和 L{other} 本来就是同一位客户，无需合并。"
        case BothAtWork(number, other):
            return f"L{number} 和 L{other} 都有进行中的进件或已放款，不能合并。请先办结其中一条。"
        case NoSuchMerge(number):
            return f"没有找到合并 M{number}。请核对合并时给的编号。"
        case AlreadyUndone(number, at):
            return f"M{number} 已在 {saying.at(at, words.now)} 撤销，无需再撤。"
        case TooLate(number, until):
            return f"M{number} 只能在 {REVERSIBLE.days} 天内撤销，{saying.at(until, words.now)} 已到期。"
        case MergedSince(number, later):
            return f"M{number} 的客户之后又合并过，请先发：撤销合并 M{later}"
        case CameSince(number, closed, new):
            return f"M{number} 不能撤销：L{closed} 要重新打开，但这位客户已有新线索 L{new}。请先办结 L{new}。"
