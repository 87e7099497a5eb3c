"""档案: an application exported for an inspection: what its values are called, and how they are said. Unlike on cards
everything is said exactly: money to the fen, moments to the second."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from cards import saying
from cards.texts import automation
from cards.texts.dossier_words import SCREENS, WORDS, action_said
from core.dossier import application, log, money, way
from core.dossier.reading import Named, Unopened, Who
from core.moments import CHINA

NOTHING = "—"
UNREADABLE = "解不开（密钥已停用，或数据被动过）"
BY_ITSELF = "系统"
LEFT = "已离职"
NOT_ASKED = "表单没有问"

LABELS: Mapping[str, str] = {
    "action": "操作",
    "acted_at": "处理时间",
    "acted_by": "处理人",
    "amount_fen": "金额",
    "application": "进件",
    "applied_at": "首次进件",
    "asked": "表单在问",
    "asked_at": "请求时间",
    "asked_by": "谁要求",
    "at": "时间",
    "attempts": "试过次数",
    "before_stage": "在此阶段前要齐",
    "branch": "分支",
    "bucket": "账龄",
    "by": "谁",
    "called_at": "首次查询（计费）",
    "came": "结果",
    "came_by": "触发",
    "came_from": "上一步",
    "card": "卡片",
    "channel": "渠道",
    "cleared": "结清日",
    "closed_at": "关闭时间",
    "consent": "按哪份授权",
    "content": "内容",
    "cost_fen": "费用",
    "cost_a_year": "综合融资成本（年，单利）",
    "could": "可以怎么办",
    "counts": "现在以此为准",
    "created_at": "建立时间",
    "credit_code": "统一社会信用代码",
    "days": "当时已有天数",
    "days_past_due": "逾期天数",
    "decision": "决定",
    "department": "部门",
    "details": "详情",
    "did": "做了什么",
    "digest": "内容摘要（SHA-256）",
    "disbursed_at": "放款登记",
    "does": "做什么",
    "due": "应还日",
    "due_at": "期限",
    "ended_at": "结束时间",
    "ended_by": "谁结束",
    "ended_why": "为什么结束",
    "entered_at": "进入时间",
    "entries": "相符的条数",
    "fault": "没发出的原因",
    "figures": "指标",
    "file": "文件核对",
    "files": "附件编号",
    "first": "从",
    "first_due": "首期",
    "first_wrong": "第一条不符的",
    "for_task": "加到谁的待办",
    "grade": "等级",
    "hash": "哈希",
    "head": "链头",
    "hits": "命中的规则",
    "holds": "校验",
    "how": "怎么来的",
    "id": "编号",
    "id_number": "身份证号",
    "inputs": "依据的内容",
    "instalments": "各期",
    "instead_of": "代谁",
    "interest_fen": "利息",
    "keep_until": "保存到",
    "key": "键",
    "kind": "种类",
    "label": "名称",
    "language": "语言",
    "last": "到",
    "left": "离职",
    "left_at": "离开时间",
    "lent_fen": "放款总额",
    "medium": "附件编号",
    "merged_into": "已并入",
    "method": "还款方式",
    "micros": "用时（微秒）",
    "missing": "缺什么",
    "months": "期数",
    "name": "名称",
    "next_contact_at": "约好再联系",
    "next_due": "下一期",
    "node": "节点",
    "note": "备注",
    "number": "编号",
    "opened_at": "到手时间",
    "outstanding_fen": "未还本金",
    "overdue_fen": "逾期金额",
    "owner": "归属人",
    "paper": "授权书",
    "paid_on": "日期",
    "paid_out": "放款日",
    "per": "利率按",
    "person": "谁的",
    "phone": "手机号",
    "points": "得分明细",
    "policy": "规则内容摘要（SHA-256）",
    "policy_number": "规则版本",
    "pool": "公海",
    "principal_fen": "本金",
    "product": "产品",
    "provider": "来源",
    "purpose": "用途",
    "put_at": "归入时间",
    "put_by": "归入人",
    "raw": "原文",
    "rate": "利率",
    "reason": "原因",
    "reference": "对方编号",
    "region": "地区",
    "replay": "按记录重放",
    "reports": "用到的报告",
    "request": "请求编号",
    "resume_at": "再提交后回到",
    "revision": "改动次数",
    "risk_decision": "当时的预审",
    "roles": "岗位",
    "rule": "规则",
    "said": "内容",
    "score": "评分",
    "screen": "卡片种类",
    "seat": "席位",
    "sent_at": "发出时间",
    "sent_by": "发送人",
    "seq": "序号",
    "settled_at": "结清登记",
    "settles": "结清",
    "severity": "级别",
    "sha256": "文件摘要（SHA-256）",
    "shown": "所看内容的摘要",
    "since": "从",
    "size": "字节",
    "source": "依据",
    "stage": "阶段",
    "stage_since": "到此阶段",
    "stage_type": "阶段性质",
    "state": "状态",
    "step": "步骤",
    "subject": "对象",
    "submitted_at": "最近提交",
    "submitted_by": "提交人",
    "suggestion": "建议",
    "tags": "标签",
    "taken_back_at": "取消时间",
    "taken_back_by": "取消人",
    "task": "待办",
    "term_months": "期限（月）",
    "title": "文件名",
    "to": "给谁",
    "told": "提到了谁",
    "total_fen": "合计",
    "type": "类型",
    "until": "到",
    "until_by": "谁恢复",
    "value": "值",
    "wanted": "要求提供",
    "was": "原来",
    "way": "方式",
    "what": "事项",
    "why": "起因",
    "within": "规则定的期限",
}
"""What each field is called, by its name in the data."""

_OTHERWISE: Mapping[tuple[type, str], str] = {
    (application.Paper, "sent_at"): "发来时间",
    (application.Paper, "sent_by"): "发来的人",
    (application.Version, "at"): "记下时间",
    (application.Version, "by"): "应用人",
    (application.Version, "number"): "第几版",
    (log.Chain, "hash"): "链头哈希",
    (log.Chain, "what"): "怎么不符",
    (log.Chain, "at"): "校验时间",
    (way.Stop, "step"): "步骤编号",
    (money.PlanOfLoan, "at"): "定于",
    (money.PlanOfLoan, "rate"): "利率",
    (money.Paid, "by"): "登记人",
    (money.Paid, "at"): "登记时间",
    (money.Payout, "by"): "登记人",
    (money.Payout, "at"): "登记时间",
    (money.Due, "number"): "期",
}
"""Where a field of one kind of row is called something else."""

_NUMBERED = {"application": "A", "lead": "L", "task": "T", "follow_task": "F"}
"""What the log writes out is called by its number, as people call it."""
_CHANNELS = saying.PLATFORMS | {"sms": "短信", "webhook": "外部系统"}


def label(row: type, name: str) -> str:
    """What a field of such a row is called.

    Raises:
        KeyError: nobody gave it a name.
    """
    return _OTHERWISE.get((row, name)) or LABELS[name]


def said(name: str, value: Any) -> str:
    """A value as people read it. Of sums (`…_fen`) and shares the field's name says what the number is."""
    match value:
        case None:
            return BY_ITSELF if name == "by" else NOTHING
        case Unopened():
            return UNREADABLE
        case Who():
            return who(value)
        case Named():
            return value.name or NOTHING
        case Enum():
            return WORDS.get(type(value), {}).get(value, str(value.value))
        case bool():
            return ("相符" if value else "不能证明") if name == "holds" else "是" if value else "否"
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case int() if name.endswith("_fen"):
            return yuan(value)
        case Decimal():
            return share(value)
        case way.Deed():
            return deed(value)
        case tuple() | list():
            return "、".join(said(name, each) for each in value) or NOTHING
        case str():
            return _text(name, value)
    return str(value)


def _text(name: str, value: str) -> str:
    if name == "action":
        return action_said(value)
    if name == "subject":
        kind, _, number = value.partition(":")
        return f"{_NUMBERED[kind]}{number}" if kind in _NUMBERED else value
    if name == "channel":
        return _CHANNELS.get(value, value)
    if name == "screen":
        return SCREENS.get(value, value)
    if name == "came_by":
        return automation.CAME_BY.get(value, value)
    return value or NOTHING


def who(person: Who) -> str:
    """`刘芳（审批人 · 呼和浩特/风控部）`."""
    name = person.name or f"人员 {person.id}"
    return f"{name}（{post_of(person)}）" if post_of(person) else name


def post_of(person: Who) -> str:
    """`审批人 · 呼和浩特/风控部`."""
    roles = "、".join(ROLE_WORDS.get(each, each) for each in person.roles)
    return " · ".join(filter(None, (roles, person.department, LEFT if person.left else "")))


ROLE_WORDS: Mapping[str, str] = {role.value: word for role, word in saying.ROLE_NAMES.items()}


def deed(one: way.Deed) -> str:
    """What a rule of automation did."""
    words = {each.value: word for each, word in automation.CAME.items()}
    what = f"{automation.KINDS.get(one.kind, one.kind)} {one.what}".rstrip()
    return f"{what}（{words[one.came]}）" if one.came in words else what


def yuan(fen: int) -> str:
    """`1120050` -> `11,200.50元`, to the fen whatever it is."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02}元"


def share(value: Decimal) -> str:
    """`0.049` -> `4.9%`."""
    return f"{(value * 100).normalize():f}%"


def told_of(what: str) -> str:
    """Why an officer was told of an instalment: `d3` -> `3 天后到期`, `M1` -> `逾期 M1`."""
    if what.startswith("d") and what[1:].isdigit():
        return "当天到期" if what == "d0" else f"{what[1:]} 天后到期"
    return f"逾期 {what}"
