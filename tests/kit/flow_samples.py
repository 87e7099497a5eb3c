"""Flows to draw: plain ones, and those that are hard to draw."""

from core.calendar import Length, Unit
from core.loans.flows import (
    Act,
    Approve,
    Case,
    Condition,
    Copy,
    Deadline,
    Do,
    End,
    Flow,
    Handle,
    Mode,
    Node,
    Parallel,
    Stage,
    StageType,
    Start,
    Wait,
    Who,
)

STAGES = (
    Stage("apply", "进件", StageType.OPEN),
    Stage("first", "初审", StageType.OPEN),
    Stage("second", "复审", StageType.OPEN),
    Stage("sign", "签约", StageType.WAITING),
    Stage("pay", "放款", StageType.OPEN),
    Stage("after", "贷后", StageType.WON),
    Stage("lost", "未成", StageType.LOST),
)
DAY = Deadline(Length(1, Unit.DAY, working=True))
APPROVER, HEAD = Who(role="approver"), Who(head=True)
WON, LOST = End("won", "贷后管理", "after"), End("lost", "不再办理", "lost")


def approve(key: str, name: str, stage: str, goes: str, refused: str = "lost", **more: object) -> Approve:
    """An approval by the approvers."""
    return Approve(key, name, stage, goes, refused, **{"who": (APPROVER,), "deadline": DAY} | more)  # type: ignore[arg-type]


def flow(*nodes: Node, name: str = "抵押贷款流程") -> Flow:
    """A flow of these nodes."""
    return Flow("mortgage", name, "loan", STAGES, nodes, products=("房抵", "车抵"), withdraw_until=nodes[-1].key)


START = Start("start", "客户经理进件", "apply", "first")

STRAIGHT = flow(
    START,
    approve("first", "初审", "first", "second"),
    approve("second", "复审", "second", "sign", mode=Mode.ALL, money=True, who=(APPROVER, HEAD)),
    Handle("sign", "签约", "sign", "pay", (Who(role="officer", department="="),), deadline=DAY),
    Handle("pay", "放款", "pay", "won", (Who(role="finance"),), money=True, payout=True),
    WON,
    LOST,
)
SKIPPING = flow(
    Start("start", "客户经理进件", "apply", "size"),
    Condition("size", "按金额分档", "first", (Case("first", "amount >= 50万"), Case("sign"))),
    approve("first", "初审", "first", "second"),
    approve("second", "复审", "second", "sign", mode=Mode.RATIO, ratio=60),
    Handle("sign", "签约", "sign", "won", (Who(chosen=True),)),
    WON,
    LOST,
)
LOOPING = flow(
    START,
    Handle("fill", "补充资料", "apply", "first", (Who(role="officer", department="="),)),
    approve("first", "初审", "first", "check", refused="fill"),
    Condition(
        "check", "资料齐不齐", "first", (Case("fill", "documents < 3"), Case("second", "term <= 36"), Case("lost"))
    ),
    approve("second", "复审", "second", "second_again", refused="first"),
    approve("second_again", "再复审", "second", "won", refused="second"),
    WON,
    LOST,
)
PARALLEL = flow(
    START,
    Parallel("first", "三方同时核实", "first", ("risk", "house", "bank"), "second"),
    approve("risk", "风控核查", "first", "second", who=(Who(role="risk"),)),
    Handle("house", "房产评估", "first", "house_twice", (Who(people=("zhangsan", "lisi")),)),
    Copy("house_twice", "评估结果抄送", "first", "second", (Who(superior=1), Who(superior=3, when="amount > 100万"))),
    Wait("bank", "等银行回复", "first", "second", "bank_result"),
    approve("second", "复审", "second", "tag", mode=Mode.SEQUENCE),
    Act("tag", "自动打标签", "second", "won", (Do("tag", "已批"), Do("tell", "客户的贷款已批，请联系客户签约"))),
    WON,
    LOST,
)
LONG_NAMED = flow(
    Start("start", "巴特尔·孟和提交的呼和浩特市赛罕区二手房抵押经营贷款申请资料(含配偶及共同借款人)", "apply", "first"),
    Condition(
        "first",
        "按申请金额、产品、客户等级以及是否有共同借款人分成不同的审批路径",
        "first",
        (
            Case("second", 'amount >= 500000 && product == "房抵" && (grade == "A" || grade == "B") && term <= 36'),
            Case("sign", "AVeryLongNameOfSomethingThatSomebodyWroteWithoutAnySpaceAtAll"),
            Case("lost"),
        ),
    ),
    approve(
        "second",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW复审",
        "second",
        "sign",
        who=(
            Who(role="approver", department="呼和浩特分公司/新城区第一营业部/企业客户组", when="amount > 100万"),
            Who(people=("zhangsan@very-long-domain.example", "lisi", "wangwu", "zhaoliu", "sunqi")),
            Who(field="reviewer"),
        ),
    ),
    Handle("sign", "签约", "sign", "won", (HEAD,)),
    WON,
    LOST,
    name="呼和浩特分公司房屋抵押经营性贷款（二手房、商铺、写字楼）审批流程 2026 年修订版（含共同借款人与担保人的核实）",
)


def _twenty_five() -> Flow:
    checks = [f"check{number}" for number in range(1, 6)]
    return flow(
        Start("start", "进件", "apply", "complete"),
        Condition("complete", "资料齐全？", "apply", (Case("grade", "documents >= 5"), Case("fill"))),
        Handle("fill", "补充资料", "apply", "grade", (Who(role="officer", department="="),), deadline=DAY),
        Condition("grade", "等级", "first", (Case("fast", 'grade == "A"'), Case("all", 'grade == "B"'), Case("first"))),
        approve("fast", "快速审批", "first", "price", mode=Mode.ANY),
        Parallel("all", "分头核实", "first", tuple(checks), "committee"),
        *(approve(key, f"核实 {key[-1]}", "first", "committee", refused="fill") for key in checks[:3]),
        Handle(checks[3], "上门核实", "first", "photo", (Who(role="risk"),)),
        Copy("photo", "照片抄送", "first", "committee", (HEAD,)),
        Wait(checks[4], "等征信报告", "first", "committee", "credit_report"),
        approve("first", "初审", "first", "committee", deadline=DAY),
        approve("committee", "审贷会", "second", "size", mode=Mode.RATIO, ratio=67, money=True),
        Condition(
            "size",
            "金额分档",
            "second",
            (Case("head", "amount > 500万"), Case("manager", "amount > 100万"), Case("price")),
        ),
        approve("head", "总经理审批", "second", "price", money=True),
        approve("manager", "部门经理审批", "second", "price", refused="committee"),
        Act("price", "定价通知", "second", "sign", (Do("tell", "请联系客户签约"), Do("grade", "A"))),
        Handle("sign", "签约", "sign", "bank", (Who(role="officer", department="="),)),
        Wait("bank", "等银行放款", "sign", "pay", "bank_paid"),
        Handle("pay", "登记放款", "pay", "told", (Who(role="finance"),), money=True, payout=True),
        Copy("told", "放款抄送", "pay", "won", (HEAD, Who(superior=2))),
        WON,
        LOST,
        End("withdrawn", "客户放弃", "lost"),
        name="综合贷款流程",
    )


TWENTY_FIVE = _twenty_five()
ALL = {
    "straight": STRAIGHT,
    "skipping": SKIPPING,
    "looping": LOOPING,
    "parallel": PARALLEL,
    "long_named": LONG_NAMED,
    "twenty_five": TWENTY_FIVE,
}
