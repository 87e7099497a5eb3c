"""档案: what each word of an exported application's data is called."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from cards import saying
from cards.texts import approving, risk
from core.dossier import judged
from core.dossier.application import OnDisk
from core.dossier.application import What as Versioned
from core.leads.filetypes import MediumKind
from core.leads.kept import MediumState
from core.leads.models import How, LeadState, MarkKind
from core.leads.ways import Way
from core.loans.deadline_models import Came
from core.loans.financing import METHODS
from core.loans.flows import Decision, Rung, StageType
from core.loans.forms import FieldKind
from core.loans.models import State, StepState, TaskKind, TaskState, What
from core.loans.repayment import Method, Per
from core.people.policy import Role
from core.risk.consent import Ended
from core.risk.policy import Severity, Suggestion
from core.risk.record import Why
from core.risk.reports import ReportState
from core.store.outbox import Kind, OutboxState

WORDS: Mapping[type[Enum], Mapping[Any, str]] = {
    Decision: approving.WORDS,
    Suggestion: risk.SUGGESTIONS,
    Severity: risk.SEVERITIES,
    Why: risk.OCCASIONS,
    Role: saying.ROLE_NAMES,
    Way: saying.WAYS,
    MediumKind: saying.MEDIA,
    Method: {method: word for word, method in METHODS.items()},
    State: {
        State.DRAFT: "填写中",
        State.RUNNING: "办理中",
        State.RETURNED: "退回修改",
        State.DROPPED: "已放弃",
        State.ENDED: "已结束",
    },
    StageType: {
        StageType.OPEN: "办理中",
        StageType.WAITING: "等外部",
        StageType.WON: "成功",
        StageType.LOST: "未成",
    },
    StepState: {
        StepState.HELD: "等资料",
        StepState.OPEN: "办理中",
        StepState.PASSED: "通过",
        StepState.REFUSED: "驳回",
        StepState.RETURNED: "退回",
        StepState.CANCELLED: "撤下",
        StepState.JOINED: "分支汇合",
    },
    TaskKind: {
        TaskKind.DECIDE: "审批",
        TaskKind.HANDLE: "办理",
        TaskKind.AMEND: "退回后修改",
        TaskKind.PAPERS: "补资料",
        TaskKind.BEFORE: "前加签",
        TaskKind.AFTER: "后加签",
        TaskKind.DELEGATE: "委派（给意见）",
    },
    TaskState: {
        TaskState.OPEN: "待处理",
        TaskState.WAITING: "等别人先办",
        TaskState.DONE: "已处理",
        TaskState.MOVED: "已转走",
        TaskState.CANCELLED: "已撤下",
    },
    What: {
        What.STARTED: "开始进件",
        What.SUBMITTED: "提交",
        What.WITHDRAWN: "撤回",
        What.DROPPED: "放弃",
        What.ENTERED: "到达节点",
        What.AGREED: "同意",
        What.REFUSED: "驳回",
        What.RETURNED: "退回",
        What.HANDLED: "办完",
        What.TRANSFERRED: "转交",
        What.DELEGATED: "委派",
        What.SIGNER_BEFORE: "前加签",
        What.SIGNER_AFTER: "后加签",
        What.SIGNER_DROPPED: "减签",
        What.TAKEN_BACK: "取回",
        What.COPIED: "抄送",
        What.NUDGED: "催办",
        What.CHANGED: "修改内容",
        What.SUPPLIED: "补资料",
        What.TAKEN_OFF: "拿掉资料",
        What.CHOSE: "选定审批人",
        What.GIVEN: "换了归属人",
        What.NOBODY: "没有合适的人，交给管理员",
        What.CALLED: "收到外部结果",
        What.PAID_OUT: "登记放款",
        What.CORRECTED: "更正放款",
        What.PAUSED: "暂停计时",
        What.RESUMED: "继续计时",
        What.ENDED: "结束",
    },
    Rung: {
        Rung.REMIND: "提醒本人",
        Rung.SUPERIOR: "抄送上级",
        Rung.REASSIGN: "转给上级",
        Rung.AGREE: "自动同意",
        Rung.REFUSE: "自动驳回",
        Rung.SMS: "发短信",
    },
    Came: {
        Came.DONE: "已做",
        Came.IMPOSSIBLE: "做不了，只提醒了本人",
        Came.NO_GATEWAY: "没有开短信，只发了卡片",
        Came.NO_PHONE: "没有手机号，只发了卡片",
        Came.OVERTAKEN: "被后一步代替",
        Came.STALE: "过了太久，没做",
    },
    LeadState: {
        LeadState.OPEN: "未结",
        LeadState.CLOSED: "已关闭",
    },
    How: {
        How.ENTER: "进入公海",
        How.CLAIM: "领取",
        How.ASSIGN: "分配",
        How.RELEASE: "释放",
        How.RECYCLE: "收回",
        How.TRANSFER: "转移",
    },
    MarkKind: {
        MarkKind.GRADE: "定等级",
        MarkKind.SET: "打标签",
        MarkKind.OFF: "去标签",
        MarkKind.RULE: "交回规则",
    },
    MediumState: {
        MediumState.WAITING: "正在取",
        MediumState.HELD_UP: "等空间",
        MediumState.KEPT: "已保存",
        MediumState.UNFIT: "不能保存",
        MediumState.LOST: "没取到",
        MediumState.DROPPED: "已删除",
    },
    Ended: {
        Ended.WITHDRAWN: "客户撤回",
        Ended.REMOVED: "拿掉了授权书",
    },
    ReportState: {
        ReportState.ASKED: "已请求",
        ReportState.PROMISED: "对方处理中",
        ReportState.THERE: "已收到",
        ReportState.NONE: "查无此人",
        ReportState.FAILED: "没查到，已放弃",
        ReportState.STOPPED: "没有查",
    },
    OnDisk: {
        OnDisk.SAME: "相符",
        OnDisk.OTHER: "不符，或打不开",
        OnDisk.GONE: "没有找到",
    },
    FieldKind: {
        FieldKind.TEXT: "文字",
        FieldKind.NUMBER: "数字",
        FieldKind.MONEY: "金额",
        FieldKind.PERCENT: "百分比",
        FieldKind.DATE: "日期",
        FieldKind.PHONE: "手机号",
        FieldKind.ID_NUMBER: "身份证号",
        FieldKind.CREDIT_CODE: "统一社会信用代码",
        FieldKind.CHOICE: "单选",
        FieldKind.CHOICES: "多选",
        FieldKind.FILE: "附件",
        FieldKind.PERSON: "人员",
        FieldKind.REGION: "地区",
        FieldKind.COMPUTED: "计算",
    },
    Per: {
        Per.YEAR: "年",
        Per.MONTH: "月",
    },
    Kind: {
        Kind.SHOW: "发卡片",
        Kind.CHANGE: "改卡片",
        Kind.SAY: "发文字",
        Kind.SMS: "发短信",
    },
    OutboxState: {
        OutboxState.PENDING: "待发",
        OutboxState.SENT: "已发出",
        OutboxState.HELD: "等到可以提醒的时候再发",
        OutboxState.SUPERSEDED: "已过时，没有发",
        OutboxState.DEAD: "没发出",
    },
    judged.Replay: {
        judged.Replay.SAME: "结果一样",
        judged.Replay.OTHER: "结果不同：记录被改过，或程序的算法变了",
        judged.Replay.UNOPENED: "记录解不开，无法重放",
        judged.Replay.NO_POLICY: "规则的那一版读不出来，无法重放",
    },
    Versioned: {
        Versioned.FORM: "表单",
        Versioned.FLOW: "流程",
        Versioned.RISK: "风控规则",
        Versioned.CONFIG: "公司配置",
    },
}
"""What each word of the data is called, by its kind: words of two kinds may be written alike."""

_LOAN = {f"loan:{what}": word for what, word in WORDS[What].items()}
ACTIONS: Mapping[str, str] = _LOAN | {
    "audit:exported": "导出档案",
    "automation:run": "自动化规则执行",
    "consent:given": "登记授权",
    "consent:removed": "拿掉授权书，授权终止",
    "consent:withdrawn": "客户撤回授权",
    "customer:complete": "补上客户的号码",
    "customer:credit_code": "补上信用代码",
    "customer:id_number": "补上身份证号",
    "customer:merge": "合并客户",
    "customer:name": "改客户姓名",
    "customer:phone": "补上手机号",
    "customer:unmerge": "撤销合并",
    "follow_task:done": "完成跟进任务",
    "follow_task:open": "建跟进任务",
    "lead:add": "新建线索",
    "lead:assign": "分配线索",
    "lead:claim": "领取线索",
    "lead:comment": "评论",
    "lead:follow": "写跟进",
    "lead:follow:way": "补跟进方式",
    "lead:grade": "定等级",
    "lead:next_contact": "约下次联系",
    "lead:recycle": "收回线索",
    "lead:release": "释放线索",
    "lead:reveal": "查看完整号码",
    "lead:see": "查看客户",
    "lead:tag": "改标签",
    "lead:touch": "客户再次来访",
    "lead:transfer": "转移线索",
    "loan:deadline": "规则改期限",
    "loan:denied": "要办的没有权限",
    "loan:grace": "登记延期还款",
    "loan:grace:back": "取消延期还款",
    "loan:hand_over": "离职交接",
    "loan:owner": "换了归属人",
    "loan:paper": "归入资料",
    "loan:paper:off": "拿掉资料",
    "loan:payout:corrected": "更正放款",
    "loan:plan": "定还款计划",
    "loan:repaid": "登记还款",
    "loan:repaid:back": "取消还款",
    "loan:rung": "到期限阶梯",
    "loan:see": "查看进件",
    "media:attach": "附件归到客户",
    "media:keep": "附件已保存",
    "media:receive": "收到附件",
    "media:send": "取看附件",
    "report:asked": "查外部报告",
    "report:deleted": "外部报告到期删除",
    "report:failed": "外部报告没查到",
    "report:handed_in": "录入外部报告",
    "report:seen": "查看外部报告",
    "report:none": "外部报告查无此人",
    "report:stopped": "外部报告没有查",
    "report:there": "收到外部报告",
    "risk:assessed": "预审",
    "risk:overridden": "越过预审的建议",
}
"""What the more common actions of the operation log are called; all others stand there as they are written."""


SCREENS: Mapping[str, str] = {
    "app_drop": "放弃进件",
    "app_fields": "修改进件",
    "app_filled": "进件详情",
    "app_paper": "资料",
    "app_papers": "资料清单",
    "app_question": "进件提问",
    "application": "进件",
    "copied": "抄送",
    "loan": "还款",
    "loan_due": "还款提醒",
    "loan_ended": "进件结束",
    "loan_late": "逾期提醒",
    "loan_plan": "还款计划",
    "progress": "进度",
    "screening": "预审",
    "app_reports": "外部报告",
    "task": "待办",
    "task_due": "期限提醒",
    "task_fields": "办理时填写",
    "task_late_below": "下属超期",
    "task_return": "退回到哪一步",
}
"""What the cards about an application are called, by their screens."""


def action_said(action: str) -> str:
    """`loan:agreed` -> `同意 loan:agreed`; one that is called nothing as it is."""
    wanted = action.removesuffix(":denied")
    word = ACTIONS.get(action) or ACTIONS.get(wanted)
    if word is None:
        return action
    return f"{word} {action}" if action in ACTIONS else f"{word}（没有允许） {action}"
