"""What stands in an exported application, part by part, in the order in which it is read. A part more is a line here:
its key in the data, its title, and what reads it. What the fields of its rows are called stands in
`cards/texts/dossier.py`; docs/档案格式.md describes them all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.export import worded
from core.dossier import application, customer, log, messages, money, outside, way
from core.dossier.reading import UNOPENED, Reading

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Section:
    """A part: a row, rows, None where there is nothing, or `UNOPENED` where all of it is sealed and does not open.
    `note`: what its reader has to know."""

    key: str
    title: str
    read: Callable[[Reading], Any]
    note: str = ""


_KEPT = "卡片保留 90 天，更早的不在这里。内容在发送时按收件人的权限生成，不留存。"
_SENT = "按 TUOLING_OUTBOX_DAYS 保留（默认 30 天），更早的不在这里。"
_REPORTS = "报告的原文只在不打码的导出里；过了保存期的已删除，只剩何时、由谁、按哪份授权查的。"
_LOG = "校验为「相符」的，从第一条到这一条没有被改动、删除或插入；整条日志的校验见「操作日志的校验」。"

SECTIONS: tuple[Section, ...] = (
    Section("chain", "操作日志的校验", log.chain),
    Section("application", "进件", application.whole),
    Section("versions", "所依据的版本", application.versions),
    Section("customer", "客户", customer.customer),
    Section("lead", "线索", customer.lead),
    Section("values", "填写的内容", worded.values),
    Section("papers", "资料", application.papers),
    Section("consents", "授权", outside.consents, "这位客户的全部授权，别的进件上签的也在内。"),
    Section("reports", "外部报告", worded.reports, _REPORTS),
    Section("risk", "预审", worded.decisions, "预审是公司内部的建议，是否放款由资方决定。"),
    Section("history", "经过", way.history),
    Section("steps", "节点", way.steps),
    Section("tasks", "待办和决定", way.tasks, "岗位和部门是办理当时的；姓名是现在的。"),
    Section("chosen", "提交人选定的人", application.chosen),
    Section("pauses", "暂停", way.pauses),
    Section("reminders", "期限提醒", way.reminders),
    Section("payouts", "放款", money.payouts),
    Section("standing", "还款情况", money.standing, "按导出当天计算。"),
    Section("plans", "还款计划", money.plans),
    Section("repayments", "还款", money.repayments),
    Section("graces", "延期还款", money.graces),
    Section("due_reminders", "还款提醒", worded.told),
    Section("arrivals", "客户来访", customer.arrivals),
    Section("owners", "线索归属", customer.owners),
    Section("contacts", "跟进", customer.contacts),
    Section("remarks", "评论", customer.remarks),
    Section("marks", "等级和标签的变更", customer.marks),
    Section("looks", "查看完整号码", customer.looks),
    Section("automation", "自动化", way.automation, "保留 180 天。"),
    Section("cards", "发出的卡片", messages.cards, _KEPT),
    Section("messages", "发送记录", messages.messages, _SENT),
    Section("audit", "操作日志", log.entries, _LOG),
    Section("people", "提到的人", Reading.people, "岗位和部门是现在的。"),
)
"""`people` comes last: it lists whom the others named."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it was read."""

    section: Section
    content: Any


def read(reading: Reading, sections: Sequence[Section] = SECTIONS) -> list[Part]:
    """All parts, in their order. One of which somebody has altered the rows, so that they say nothing that there is, is
    told as unreadable: that keeps the others from nobody."""
    return [Part(each, _content(each, reading)) for each in sections]


def _content(section: Section, reading: Reading) -> Any:
    try:
        return section.read(reading)
    except (ValueError, ArithmeticError, LookupError) as error:
        _log.warning("a part cannot be read", part=section.key, error=repr(error))
        return UNOPENED
