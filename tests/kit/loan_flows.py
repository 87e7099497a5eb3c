"""Small flows and a form for the loan tests of every kind."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.tags import Tagging
from core.loans.flows import (
    Approve,
    Case,
    Condition,
    Deadline,
    End,
    Flow,
    Flows,
    Handle,
    Mode,
    Node,
    Parallel,
    Stage,
    StageType,
    Start,
    Who,
)
from core.loans.forms import FieldKind, Form, FormField
from core.loans.rules import LoanRules

FORM = Form(
    "loan",
    "申请",
    (
        FormField("amount", "申请金额", FieldKind.MONEY, required=True, least=Decimal(10_000)),
        FormField("term", "期限", FieldKind.NUMBER, required=True, whole=True, least=Decimal(1), most=Decimal(360)),
        FormField("paid", "放款金额", FieldKind.MONEY),
    ),
)
STAGES = (
    Stage("apply", "进件", StageType.OPEN),
    Stage("first", "初审", StageType.OPEN),
    Stage("second", "复审", StageType.OPEN),
    Stage("payout", "放款", StageType.OPEN),
    Stage("after", "贷后", StageType.WON),
    Stage("refused", "未通过", StageType.LOST),
)
THREE = Who(people=("lina", "zhang", "wang"))
FIRST = Approve("first", "初审", "first", "second", "lost", (Who(role="approver"),))
SECOND = Approve("second", "复审", "second", "pay", "lost", (THREE,))
PAY = Handle("pay", "放款", "payout", "won", (Who(role="finance"),), money=True, payout=True, editable=("paid",))
_ENDS = (End("won", "贷后", "after"), End("lost", "未通过", "refused"))


def flow(*nodes: Node, **more: Any) -> Flow:
    """A flow of these nodes between the start and the two ends."""
    return Flow(
        "standard", "标准", "loan", STAGES, (Start("start", "进件", "apply", nodes[0].key), *nodes, *_ENDS), **more
    )


def by_mode(mode: Mode, ratio: int = 60, **more: Any) -> Flow:
    """初审 by the approver, 复审 by three in this mode, 放款 by finance."""
    return flow(FIRST, replace(SECOND, mode=mode, ratio=ratio, **more), PAY)


def parallel(**more: Any) -> Flow:
    """At 李娜 and 张三 at once (one after the other branch meets), then 放款."""
    left = Approve("left", "左", "first", "pay", "lost", (Who(people=("lina",)),), **more)
    right = Approve("right", "右", "first", "right2", "lost", (Who(people=("zhang",)),))
    right2 = Approve("right2", "右二", "first", "pay", "lost", (Who(people=("wang",)),), **more)
    fork = Parallel("fork", "并行", "first", ("left", "right"), "pay")
    return flow(FIRST_TO_FORK, fork, left, right, right2, PAY)


FIRST_TO_FORK = replace(FIRST, next="fork")


def tiers() -> Flow:
    """Below 50万 the first look is enough."""
    tier = Condition("tier", "额度", "first", (Case("pay", "amount < 50万"), Case("second")))
    return flow(replace(FIRST, next="tier"), tier, SECOND, PAY)


def rules_with(of: Flow) -> LoanRules:
    """The rules of a company with this one flow."""
    return LoanRules((FORM,), Flows((of,)), Tagging(), WorkingCalendar())


def within(hours: int) -> Deadline:
    """A deadline of so many working hours."""
    return Deadline(Length(hours, Unit.HOUR, working=True))
