"""What is typed to do what a button does: for where there are no buttons, or one finds no room.

A command of the chat grammar, whole, so that it can be sent as it stands. Not every button has one: what asks once more
is only tapped, and so is what was made for one card (a page of a board). Where the action alone does not tell, the view
does (`Button.typed`, `Option.typed`).
"""

from cards import board_actions as boards
from cards import export_actions as exports
from cards import lead_actions as leads
from cards import loan_actions as loans
from cards.actions import Action
from cards.model import Button, Checklist, Option

_SAID: dict[type[Action], str] = {
    leads.ClaimLead: "领取 L{0.lead}",
    leads.WriteFollowUp: "跟进 L{0.lead}",
    leads.AttachMedia: "存到 L{0.lead}",
    leads.ReleaseLead: "释放 L{0.lead}",
    leads.StartApplication: "进件 L{0.lead}",
    leads.ShowLead: "客户 L{0.lead}",
    leads.LookAgain: "客户 L{0.lead}",
    leads.AskExtension: "延期 L{0.lead}",
    leads.RevealPhone: "电话 L{0.lead}",
    leads.AddPhone: "补手机 L{0.lead}",
    leads.ShowMarks: "等级 L{0.lead}",
    leads.ShowTags: "标签 L{0.lead}",
    leads.OpenMine: "我的客户",
    exports.ShowExport: "导出 E{0.number}",
    exports.OpenExport: "导出 E{0.number}",
    loans.ShowApplication: "进件 A{0.number}",
    loans.FillNext: "进件 A{0.number}",
    loans.SkipField: "不填",
    loans.SubmitApplication: "提交 A{0.number}",
    loans.WithdrawApplication: "撤回 A{0.number}",
    loans.ListPapers: "补材料 A{0.number}",
    loans.ShowProgress: "进度 A{0.number}",
    loans.ScreenAgain: "重新评估 A{0.number}",
    loans.ShowReports: "报告 A{0.number}",
    loans.NudgeApplication: "催办 A{0.number}",
    loans.ShowTask: "待办 T{0.task}",
    loans.AskReturn: "退回 T{0.task}",
    loans.ShowLoan: "还款计划 A{0.number}",
    loans.OpenLoan: "还款计划 A{0.number}",
    loans.WriteRepayment: "还款 A{0.number}",
}
BOARDS = {
    "daily": "日报",
    "key": "看板",
    "ranking": "排行",
    "funnel": "漏斗",
    "sources": "渠道",
    "trend": "走势",
    "jams": "瓶颈",
}
"""The board of each kind: of the usual days, while the button has those of the board on which it is."""
_DECISIONS = {
    "agree": "同意",
    "refuse": "驳回",
    "return": "退回",
    "transfer": "转交",
    "delegate": "委派",
    "sign_before": "加签",
    "sign_after": "后加签",
    "drop_signer": "减签",
    "take_back": "取回",
    "copy": "抄送",
}


def command_of(button: Button) -> str:
    """What is typed in place of tapping this button; empty: there is nothing."""
    return button.typed or _command(button.action)


def command_of_row(checklist: Checklist, option: Option) -> str:
    """What is typed in place of ticking this row alone, and sending; empty: there is nothing."""
    if option.typed or not isinstance(checklist.submit.action, leads.ClaimLeads):
        return option.typed
    return f"领取 {option.key}"


def _command(act: Action) -> str:
    if type(act) in _SAID:
        return _SAID[type(act)].format(act)
    match act:
        case leads.ShowPool(pool, page):
            return _on_page(f"公海 {pool}", page)
        case leads.ShowMine(page):
            return _on_page("我的客户", page)
        case loans.ShowTodo(page):
            return _on_page("待办", page)
        case loans.ShowLate(page):
            return _on_page("逾期", page)
        case leads.ShowMedia(lead, 1):
            return f"附件 L{lead}"
        case leads.SetGrade(lead, grade) if grade:
            return f"等级 L{lead} {grade}"
        case leads.ShowHandover(number, 0):
            return f"交接结果 H{number}"
        case leads.ShowHandover(number, 1):
            return f"撤销交接 H{number}"
        case loans.DropApplication(number, 0):
            return f"放弃进件 A{number}"
        case loans.ListFields(number, 1):
            return f"修改 A{number}"
        case loans.ShowScreening(number, 0 | 1):
            return f"预审 A{number}"
        case exports.DecideExport(number, permit):
            return f"{'同意' if permit else '驳回'} E{number}"
        case boards.ShowBoard(_, what):
            return BOARDS.get(what, "")
        case boards.ShowDetail(_, number, 0 | 1):
            return f"明细 {number}"
        case loans.ShowPlan(number, 0):
            return f"还款计划 A{number}"
        case loans.ShowOwnApplications(1):
            return "进度"
        case loans.DecideTask(task, decision, _):
            return f"{_DECISIONS[decision]} T{task}" if decision in _DECISIONS else ""
        case _:
            return ""


def _on_page(command: str, page: int) -> str:
    return f"{command} 第{page}页" if page > 1 else command
