"""流程图: what stands in the picture of a flow."""

from collections.abc import Sequence

from cards.saying import ROLE_NAMES
from core.leads.products import PRODUCTS
from core.loans.flows import (
    Act,
    Approve,
    Condition,
    Copy,
    Deadline,
    Flow,
    Handle,
    Mode,
    Node,
    Parallel,
    StageType,
    Wait,
    Who,
)
from core.people.policy import Role

_ELSE = "其余"
JOIN = "各路到齐"
FORWARD, REFUSED = "同意 / 继续", "驳回"
STAGE_TYPES = {
    StageType.OPEN: "进行中",
    StageType.WAITING: "等待外部",
    StageType.WON: "成功",
    StageType.LOST: "失败",
}
_KINDS = {
    "start": "开始",
    "approve": "审批",
    "handle": "办理",
    "copy": "抄送",
    "condition": "条件",
    "parallel": "并行",
    "wait": "等待",
    "act": "动作",
    "end": "结束",
}
MODES = {Mode.ALL: "会签", Mode.ANY: "或签", Mode.SEQUENCE: "依次"}
ACTIONS = {"grade": "等级设为 {0}", "tag": "打标签 {0}", "untag": "去标签 {0}", "tell": "通知归属人：{0}"}


def subject(flow: Flow) -> str:
    """Under the picture's name: for which products the flow is, and until where it may be withdrawn."""
    products = [PRODUCTS.get(each, each) for each in flow.products]
    parts = [f"适用产品 {'、'.join(products) if products else '其余全部'}"]
    if flow.withdraw_until:
        parts.append(f"到「{flow.node(flow.withdraw_until).name}」之前可以撤回")
    return f"{flow.key} · {' · '.join(parts)}"


def details(node: Node) -> list[str]:
    """What is said of a node under its name, line by line: its kind, who, how, until when."""
    kind = _KINDS[node.kind]
    match node:
        case Approve():
            against = ["预审建议拒绝的，同意要写原因"] if node.overrides else []
            return [_row(kind, mode(node), _money(node.money)), *_people(node.who), *against, *_within(node.deadline)]
        case Handle():
            done = "登记放款" if node.payout else ""
            return [_row(kind, done, _money(node.money)), *_people(node.who), *_within(node.deadline)]
        case Copy():
            return [kind, *_people(node.who)]
        case Condition():
            return [f"{kind} · 按编号，先符合的算" if len(node.cases) > 2 else kind]
        case Parallel():
            return [f"{kind} {len(node.branches)} 路"]
        case Wait():
            return [f"{kind} {node.event}"]
        case Act():
            return [kind, *(ACTIONS[do.does].format(do.value) for do in node.does)]
        case _:
            return [kind]


def case(number: int, when: str) -> str:
    """One case of a condition, by its number: `1. amount >= 50万`; the last is 其余."""
    return f"{number}. {when}" if when else _ELSE


def mode(node: Approve) -> str:
    """How those who approve decide together: `会签`, `比例 60%`."""
    return f"比例 {node.ratio}%" if node.mode is Mode.RATIO else MODES[node.mode]


def who(one: Who) -> str:
    """One way to find who is responsible: `岗位 审批人（呼和浩特/一部）`, `部门负责人`, `上级 第 2 级`."""
    found = _found(one)
    return f"{found}，当 {one.when}" if one.when else found


def _found(one: Who) -> str:
    if one.people:
        return f"人员 {'、'.join(one.people)}"
    if one.role:
        where = "提交人本部门" if one.department == "=" else one.department
        return f"岗位 {ROLE_NAMES[Role(one.role)]}" + (f"（{where}）" if where else "")
    if one.submitter:
        return "提交人"
    if one.head:
        return "部门负责人"
    if one.superior:
        return "直属上级" if one.superior == 1 else f"上级 第 {one.superior} 级"
    return f"表单里的 {one.field}" if one.field else "提交人指定"


def _people(ways: Sequence[Who]) -> list[str]:
    return [" · ".join(who(one) for one in ways)] if ways else []


def _within(deadline: Deadline | None) -> list[str]:
    return [f"时限 {deadline.within.words}"] if deadline else []


def _money(money: bool) -> str:
    return "资金节点" if money else ""


def _row(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
