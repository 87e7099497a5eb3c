"""The buttons about loan applications. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("app")
@dataclass(frozen=True, slots=True)
class ShowApplication(Action):
    """进件: the application `number`: what is filled in, what is missing, how it stands."""

    number: int


@action("app_fill")
@dataclass(frozen=True, slots=True)
class FillNext(Action):
    """继续填写: the first question of the application `number` that has no answer yet."""

    number: int


@action("app_ask")
@dataclass(frozen=True, slots=True)
class AskField(Action):
    """上一题, 修改: the question for the field `key` of the application `number`."""

    number: int
    key: str


@action("app_pick")
@dataclass(frozen=True, slots=True)
class PickChoice(Action):
    """One of the choices of the field `key`: the one at `place`, from 0."""

    number: int
    key: str
    place: int


@action("app_picks")
@dataclass(frozen=True, slots=True)
class PickChoices(Action):
    """The ticked choices of the field `key`."""

    number: int
    key: str


@action("app_skip")
@dataclass(frozen=True, slots=True)
class SkipField(Action):
    """不填: the field `key` stays empty, and the next question comes."""

    number: int
    key: str


@action("app_submit")
@dataclass(frozen=True, slots=True)
class SubmitApplication(Action):
    """提交: hand in the application `number`."""

    number: int


@action("app_drop")
@dataclass(frozen=True, slots=True)
class DropApplication(Action):
    """放弃: give up the draft `number`; with `sure` 0 he is asked first."""

    number: int
    sure: int


@action("app_back")
@dataclass(frozen=True, slots=True)
class WithdrawApplication(Action):
    """撤回: the application `number` is a draft again."""

    number: int


@action("app_paper")
@dataclass(frozen=True, slots=True)
class SendPaper(Action):
    """A paper of the checklist: the pictures and files that come next are the paper `key` of the application."""

    number: int
    key: str


@action("app_fields")
@dataclass(frozen=True, slots=True)
class ListFields(Action):
    """修改: what is filled in of the application `number`, page `page` (from 1), to choose what is to be changed."""

    number: int
    page: int


@action("app_filled")
@dataclass(frozen=True, slots=True)
class ShowFilled(Action):
    """详情: page `page` (from 1) of all that is filled in of the application `number`, to look at."""

    number: int
    page: int


@action("app_change")
@dataclass(frozen=True, slots=True)
class ChangeField(Action):
    """The ticked one of that list: its question, or the next page, behind `page`."""

    number: int
    page: int


@action("app_stop")
@dataclass(frozen=True, slots=True)
class LeaveFilling(Action):
    """先停下, 返回: nothing is asked any more, and the card shows the application `number`."""

    number: int


@action("app_papers")
@dataclass(frozen=True, slots=True)
class ListPapers(Action):
    """补材料: the checklist of papers of the application `number`."""

    number: int


@action("app_which")
@dataclass(frozen=True, slots=True)
class PickPaper(Action):
    """The ticked paper of that list: see `SendPaper`."""

    number: int


@action("app_sent")
@dataclass(frozen=True, slots=True)
class UseOffered(Action):
    """用刚发的, 用以前的: what was sent just before, or for an earlier application, known again by `shown`, is the
    paper `key` of the application `number`."""

    number: int
    key: str
    shown: str


@action("app_off")
@dataclass(frozen=True, slots=True)
class TakePaperOff(Action):
    """去掉: the paper `key` of the application, of which so many pictures are `shown`, is not there any more; they stay
    with the lead."""

    number: int
    key: str
    shown: int


@action("app_prog")
@dataclass(frozen=True, slots=True)
class ShowProgress(Action):
    """进度: where the application `number` is, and was."""

    number: int


@action("app_risk")
@dataclass(frozen=True, slots=True)
class ShowScreening(Action):
    """预审: what the risk rules found in the application `number`; 下一页."""

    number: int
    page: int


@action("app_rescreen")
@dataclass(frozen=True, slots=True)
class ScreenAgain(Action):
    """重新评估: the risk rules are asked about the application `number` as it is now."""

    number: int


@action("app_reports")
@dataclass(frozen=True, slots=True)
class ShowReports(Action):
    """报告: the outside reports that the application `number` wants."""

    number: int


@action("app_rfiles")
@dataclass(frozen=True, slots=True)
class ShowReportFiles(Action):
    """看原件: the pictures and files of the report of the provider `key`, which a colleague has brought."""

    number: int
    key: str


@action("app_bring")
@dataclass(frozen=True, slots=True)
class BringReport(Action):
    """补报告: the report of the provider `key`, which a person has, is handed in for the application `number`."""

    number: int
    key: str


@action("app_nudge")
@dataclass(frozen=True, slots=True)
class NudgeApplication(Action):
    """催办: who has the application `number` is asked to hurry."""

    number: int


@action("todo")
@dataclass(frozen=True, slots=True)
class ShowTodo(Action):
    """待办: page `page` (from 1) of what waits for the person."""

    page: int


@action("task")
@dataclass(frozen=True, slots=True)
class ShowTask(Action):
    """详情: the task `task`."""

    task: int


@action("task_do")
@dataclass(frozen=True, slots=True)
class DecideTask(Action):
    """同意, 驳回, 转交 …: what is to be done with the task (a `Decision`), on what was `shown` (a digest); what it
    still needs (a reason, a colleague) is asked for by a message."""

    task: int
    decision: str
    shown: str


@action("task_where")
@dataclass(frozen=True, slots=True)
class AskReturn(Action):
    """退回: the places to which the task's application can go back."""

    task: int


@action("task_return")
@dataclass(frozen=True, slots=True)
class ReturnTask(Action):
    """退回 to the node `node`; the reason is asked for by a message."""

    task: int
    node: str


@action("task_all")
@dataclass(frozen=True, slots=True)
class ShowTaskFields(Action):
    """详情: page `page` (from 1; 0: the first, on a card of its own) of all that is filled in, as who has the task
    `task` may see it."""

    task: int
    page: int


@action("task_fill")
@dataclass(frozen=True, slots=True)
class FillTask(Action):
    """修改 on 详情: which field of the task `task` is to have another value."""

    task: int


@action("loan")
@dataclass(frozen=True, slots=True)
class ShowLoan(Action):
    """回总览: how the loan of the application `number` stands."""

    number: int


@action("loan_open")
@dataclass(frozen=True, slots=True)
class OpenLoan(Action):
    """A line of 逾期: the loan of the application `number`, on a card of its own."""

    number: int


@action("loan_late")
@dataclass(frozen=True, slots=True)
class ShowLate(Action):
    """下一页 of the loans that are late."""

    page: int


@action("loan_plan")
@dataclass(frozen=True, slots=True)
class ShowPlan(Action):
    """还款计划: page `page` of the plan, from 1; 0 is the one with what is due next."""

    number: int
    page: int


@action("loan_paid")
@dataclass(frozen=True, slots=True)
class WriteRepayment(Action):
    """记还款: the person's next plain message is a repayment of the loan of the application `number`."""

    number: int


@action("app_way")
@dataclass(frozen=True, slots=True)
class ShowWay(Action):
    """历程: page `page` (from 1) of all that the application `number` went through; 0 is its 进度."""

    number: int
    page: int


@action("app_list")
@dataclass(frozen=True, slots=True)
class ShowOwnApplications(Action):
    """下一页 of one's own applications that are under way."""

    page: int


@action("jam")
@dataclass(frozen=True, slots=True)
class ShowBottlenecks(Action):
    """瓶颈: where that which is picked waits now (`core/loans/bottlenecks.to_token`)."""

    packed: str


@action("jam_list")
@dataclass(frozen=True, slots=True)
class ShowWaiting(Action):
    """The list behind a line of 瓶颈: page `page` (from 1) of what is picked; `fresh` 1: as a card of its own."""

    packed: str
    page: int
    fresh: int
