"""The card of a task: what is to be decided, on what, by when; and what came of it. Pure, as all views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cards import saying
from cards.actions import Action
from cards.loan_actions import (
    AskReturn,
    DecideTask,
    FillTask,
    ReturnTask,
    SendPaper,
    ShowApplication,
    ShowTask,
    ShowTaskFields,
)
from cards.model import Button, Card, Field, Style
from cards.texts.approving import (
    decided_as,
    late_or_left,
    opinion_said,
    place_said,
    stamp,
    who_acted,
)
from cards.texts.papers import papers_said
from cards.texts.pausing import stands_still
from cards.texts.repaying import financing
from cards.texts.risk import in_one_line
from cards.texts.voting import own_vote, together
from cards.views.filled_pages import filled_card
from cards.views.form_values import as_rows, ratios, telling
from cards.views.reminders import LATER
from core.loans.flows import Approve, Decision, Handle
from core.loans.models import State, TaskKind, TaskState
from core.loans.queries import ApplicationNow
from core.loans.task_queries import BackTo
from core.loans.todo import Opinion, TaskNow

_MOST_BUTTONS = 6
_KEY, _ROW, _LABEL, _SUBTITLE = 5, 30, 10, 44
_MOST_RATIOS = 2
_LINES = 150  # what stands below the rows, in 字
_OF_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Beside:
    """What a task's card says beside the task: the customer as the viewer may see him, colleagues' names, and whether
    the viewer has it himself. `hurried_by` asked for haste just now. `late`: by so much working time it is beyond its
    deadline. `same_number`: the lead of another customer who has this customer's ID number (0: one without a lead that
    is open); `another_number`: the ID number is another than the customer's own. `did_it`: the viewer decided, in his
    own place or another's."""

    customer: str
    names: Mapping[int, str]
    mine: bool
    hurried_by: str = ""
    late: timedelta = timedelta(0)
    same_number: int | None = None
    another_number: bool = False
    did_it: bool = False

    def name(self, person_id: int | None) -> str:
        """A colleague; of what nobody did, the system."""
        return "系统" if person_id is None else self.names.get(person_id, "同事")


ASKS = {
    TaskKind.DECIDE: "待您审批",
    TaskKind.HANDLE: "待您办理",
    TaskKind.AMEND: "已退回，请修改",
    TaskKind.PAPERS: "请补资料",
    TaskKind.BEFORE: "请您加签",
    TaskKind.AFTER: "请您加签",
    TaskKind.DELEGATE: "请您给意见",
}


def task_card(task: TaskNow, beside: Beside, now: datetime) -> Card:
    """The task as it stands."""
    if task.over:
        return _over_card(task, beside, now)
    if task.state is TaskState.WAITING:
        return _waiting_card(task, beside, now)
    if task.kind in (TaskKind.AMEND, TaskKind.PAPERS):
        return _officers_card(task, beside, now)
    whole = task.application
    return Card(
        title=_title(task, ASKS[task.kind]),
        subtitle=_subtitle(task, beside, now),
        quote=_opinions(task.opinions, beside, now),
        fields=_rows(whole, beside, now),
        lines=_lines(whole, beside, now, _asked(task, beside), _telling(whole, beside.names)),
        buttons=_buttons(task),
    )


def _title(task: TaskNow, asks: str) -> str:
    return f"T{task.number} {saying.first_that_fits([task.name], 10)} {asks}"


def _subtitle(task: TaskNow, beside: Beside, now: datetime) -> str:
    due = late_or_left(task.due_at, now, beside.late)
    hurried = f"{saying.short_name(beside.hurried_by)} 催办" if beside.hurried_by else ""
    instead = "" if beside.mine else f"代 {saying.short_name(beside.name(task.person_id))}"
    return " · ".join(filter(None, (hurried, instead, due, f"{saying.since(task.opened_at, now)}收到")))


def _rows(whole: ApplicationNow, beside: Beside, now: datetime) -> tuple[Field, ...]:
    """Who, how much, by whom, the computed ratios, the papers."""
    term = f" {whole.term_months}期" if whole.term_months else ""
    found = [
        Field("客户", saying.named(beside.customer, f"A{whole.number} L{whole.lead_id}", _ROW)),
        Field("申请", f"{saying.need(whole.product, whole.amount_fen)}{term}"),
        Field("提交", saying.first_that_fits(_handed_in(whole, beside, now), _ROW)),
    ]
    found += [Field(label, value) for label, value in as_rows(ratios(whole)[:_MOST_RATIOS], _KEY, _ROW)]
    if whole.papers:
        found.append(Field("资料", saying.first_that_fits(papers_said(whole.papers), _ROW)))
    return tuple(found)


def _handed_in(whole: ApplicationNow, beside: Beside, now: datetime) -> list[str]:
    """Who handed it in, when, and whose it is since, if it came to another; the fullest wording first."""
    by = beside.name(whole.submitted_by_id or whole.owner_id)
    at = stamp(whole.submitted_at, now) if whole.submitted_at else ""
    gone = whole.submitted_by_id not in (None, whole.owner_id)
    owner = f"，现归{saying.short_name(beside.name(whole.owner_id))}" if gone else ""
    named = [by, saying.short_name(by)]
    return [f"{name} {at}".strip() + owner for name in named] + [f"{name}{owner}" for name in named]


def _asked(task: TaskNow, beside: Beside) -> tuple[str, ...]:
    """Why it is his who was added, or to whom it came for want of another."""
    if task.unmanned and task.kind in (TaskKind.DECIDE, TaskKind.HANDLE):
        return ("按流程没有找到办这一步的人，先到了您这里：请办理，或 转交 给合适的同事。",)
    if task.asked_by is None:
        return _vote(task)
    by = beside.name(task.asked_by)
    match task.kind:
        case TaskKind.DELEGATE:
            return (f"{by} 委派给您：您的意见供参考，由对方决定。",)
        case TaskKind.BEFORE:
            return (f"{by} 加签：您先审，再轮到对方。",)
        case TaskKind.AFTER:
            return (f"{by} 已同意，加签给您：您也同意才算数。",)
        case _:
            return ()


def _vote(task: TaskNow) -> tuple[str, ...]:
    """How it is decided with others."""
    if task.kind is not TaskKind.DECIDE or not isinstance(task.node, Approve):
        return ()
    own = (own_vote(task.own_vote),) if task.own_vote is not None else ()
    return (*own, *filter(None, (together(task.node, task.seats),)))


def _lines(
    whole: ApplicationNow, beside: Beside, now: datetime, told: Sequence[str], telling: Sequence[str] = ()
) -> tuple[str, ...]:
    """What is said of the task, with why the clock stands still, what the risk rules found, and what the loan costs
    (first if that is too much); what tells of the application comes last but one."""
    dear, costs = financing(whole.cost, whole.form.cost_line)
    known = f"（L{beside.same_number}）" if beside.same_number else ""
    same = () if beside.same_number is None else (f"注意：身份证号与另一位客户{known}相同，请核对。",)
    differs = ("注意：身份证号与客户档案里的不一样，请核对。",) if beside.another_number else ()
    found = (in_one_line(whole.screening),) if whole.screening is not None else ()
    still = stands_still(whole.paused, beside.names, now)
    return (*same, *differs, *dear, *still, *told, *found, *telling, *costs)


def _telling(whole: ApplicationNow, names: Mapping[int, str]) -> tuple[str, ...]:
    """As many fields as there is room for, in one line."""
    line = ""
    for label, value in telling(whole, names):
        longer = f"{line} · {label} {value}" if line else f"{label} {value}"
        if len(longer) > _LINES // 2:
            break
        line = longer
    return (line,) if line else ()


def _opinions(opinions: Sequence[Opinion], beside: Beside, now: datetime) -> str:
    """What others decided so far: the newest first, and of the older ones as many as there is room for."""
    said = [opinion_said(each, beside.names, now) for each in reversed(opinions) if not each.void]
    whole = ""
    for one in said:
        longer = f"{whole}；{one}" if whole else one
        if whole and len(longer) > _OF_QUOTE:
            return whole
        whole = longer
    return whole


def _buttons(task: TaskNow) -> tuple[Button, ...]:
    """What the flow offers here for this kind of task, the commonest first; 详情 is always there."""
    shown = task.application.shown

    def does(label: str, decision: Decision, style: Style = Style.PLAIN) -> tuple[Decision, Button]:
        return decision, Button(label, DecideTask(task.number, decision.value, shown), style)

    back = (Decision.RETURN, Button("退回", AskReturn(task.number)))
    hand_on = does("转交", Decision.TRANSFER)
    match task.kind:
        case TaskKind.DELEGATE:
            refuse = does("不同意", Decision.REFUSE, Style.DANGER)
            offered = [does("同意", Decision.AGREE, Style.PRIMARY), refuse, hand_on]
        case TaskKind.HANDLE:
            done = does("办理完成", Decision.AGREE, Style.PRIMARY)
            offered = [done, back, hand_on, does("委派", Decision.DELEGATE), does("抄送", Decision.COPY)]
        case _:
            offered = [
                does("同意", Decision.AGREE, Style.PRIMARY),
                does("驳回", Decision.REFUSE, Style.DANGER),
                back,
                hand_on,
            ]
            if task.kind is TaskKind.DECIDE:
                offered += [does("加签", Decision.SIGN_BEFORE), does("委派", Decision.DELEGATE)]
            offered.append(does("抄送", Decision.COPY))
    verbs = task.node.verbs if isinstance(task.node, Approve) else frozenset(Decision)
    kept = [button for decision, button in offered if decision in verbs]
    shown_all = (*kept[: _MOST_BUTTONS - 1], Button("详情", ShowTaskFields(task.number, 0)))
    return (*shown_all, LATER)[:_MOST_BUTTONS]


def _officers_card(task: TaskNow, beside: Beside, now: datetime) -> Card:
    """To the officer: what came back, or wants papers. It leads to his application, or at once to
    the first of these papers."""
    whole = task.application
    returned = task.kind is TaskKind.AMEND
    last = next((one for one in reversed(task.opinions) if one.decision is Decision.RETURN), None)
    why = opinion_said(last, beside.names, now) if returned and last is not None else ""
    before = task.node.stage if task.node is not None and not returned else None
    wanted = [each.document for each in whole.papers if not each.count and each.document.stage == before]
    names = "、".join(each.name for each in wanted)
    amend = Button("去修改", ShowApplication(whole.number), Style.PRIMARY)
    supply = [
        Button(
            "去补资料",
            SendPaper(whole.number, each.key),
            Style.PRIMARY,
            typed=f"补材料 A{whole.number} {each.name}",
        )
        for each in wanted[:1]
    ]
    return Card(
        title=f"A{whole.number} {ASKS[task.kind]}",
        subtitle=f"{beside.customer} · {saying.at(task.opened_at, now)}",
        quote=why,
        fields=_rows(whole, beside, now),
        lines=_lines(whole, beside, now, (f"进入下一步前还缺：{names}",) if wanted else ()),
        buttons=(*(tuple(supply) or (amend if returned else replace(amend, label="查看进件"),)), LATER),
    )


def _waiting_card(task: TaskNow, beside: Beside, now: datetime) -> Card:
    """Others come first."""
    verbs = task.node.verbs if isinstance(task.node, Approve) else frozenset(Decision)
    drops = task.has_added and Decision.DROP_SIGNER in verbs
    first = "、".join(beside.name(one) for one in task.waits_for) or "对方"
    drop = Button("减签", DecideTask(task.number, Decision.DROP_SIGNER.value, task.application.shown))
    return Card(
        title=_title(task, "等别人先办"),
        subtitle=_subtitle(task, beside, now),
        quote=_opinions(task.opinions, beside, now),
        fields=_rows(task.application, beside, now),
        lines=_lines(
            task.application,
            beside,
            now,
            (f"{first} 办完会再轮到您；不等了点 减签。" if drops else f"{first} 办完会轮到您。",),
        ),
        buttons=(*((drop,) if drops else ()), Button("详情", ShowTaskFields(task.number, 0))),
    )


def _over_card(task: TaskNow, beside: Beside, now: datetime) -> Card:
    """What was decided, by whom, when, why; and where the application stands since."""
    whole = task.application
    what, whole_name, at, why = _came(task, beside.names)
    short_name = _came(task, {number: saying.short_name(name) for number, name in beside.names.items()})[1]
    when = stamp(at, now) if at else ""
    acted = [" · ".join(filter(None, (what, f"{who} {when}".strip()))) for who in (whole_name, short_name)]
    fields = [Field("客户", saying.named(beside.customer, f"A{whole.number} L{whole.lead_id}", _ROW))]
    fields.append(Field("申请", saying.need(whole.product, whole.amount_fen)))
    fields.append(Field("现在", saying.first_that_fits(place_said(whole, beside.names), _ROW)))
    verbs = task.node.verbs if isinstance(task.node, Approve) else frozenset(Decision)
    mine = (beside.mine or beside.did_it) and task.decision is Decision.AGREE and whole.state is State.RUNNING
    paid = isinstance(task.node, Handle) and task.node.payout  # which stays so
    back = mine and Decision.TAKE_BACK in verbs and task.kind not in (TaskKind.AMEND, TaskKind.PAPERS) and not paid
    take_back = Button("取回", DecideTask(task.number, Decision.TAKE_BACK.value, whole.shown))
    return Card(
        title=_title(task, what),
        subtitle=saying.first_that_fits(acted, _SUBTITLE),
        quote=why,
        fields=tuple(fields),
        buttons=(*((take_back,) if back else ()), Button("详情", ShowTaskFields(task.number, 0))),
    )


def _came(task: TaskNow, names: Mapping[int, str]) -> tuple[str, str, datetime | None, str]:
    """What became of the task, by whom, when, and why: of one that nobody needs any more what decided its step."""
    own = next((one for one in reversed(task.opinions) if one.at == task.acted_at and _is_of(one, task)), None)
    if task.decision is not None:
        who = who_acted(task.person_id, task.acted_by_id, names)
        return decided_as(task.kind, task.decision), who, task.acted_at, own.reason if own else ""
    if task.kind is TaskKind.PAPERS and task.state is TaskState.DONE:
        return "资料已补齐", "", task.acted_at, ""
    if task.withdrawn_by is not None:
        return "提交人已撤回", names.get(task.withdrawn_by, "同事"), task.acted_at, ""
    settled = [one for one in task.opinions if one.at == task.acted_at]
    by = next((one for one in reversed(settled) if one.decision in _SETTLES), None)
    if by is None:
        return "不用处理了", "", task.acted_at, ""
    who = who_acted(by.person_id, by.by_id, names)
    return decided_as(TaskKind.DECIDE, by.decision), who, by.at, by.reason


_SETTLES = (Decision.AGREE, Decision.REFUSE, Decision.RETURN)


def _is_of(opinion: Opinion, task: TaskNow) -> bool:
    return opinion.person_id == task.person_id and opinion.decision is task.decision


def return_card(task: TaskNow, places: Sequence[BackTo], beside: Beside) -> Card:
    """退回: a button for each place to which it can go back; of more than there is room for the submitter and the
    latest."""
    kept = list(places) if len(places) <= _MOST_BUTTONS else [places[0], *places[-(_MOST_BUTTONS - 1) :]]
    whole = task.application
    handed_in = whole.submitted_by_id in (None, whole.owner_id)
    officer = f"{'提交人' if handed_in else '客户经理'} {saying.short_name(beside.name(whole.owner_id))}"
    return Card(
        title=f"T{task.number} 退回到哪一步？",
        subtitle=f"{beside.customer} · A{task.application.number} · 选好后请写原因",
        buttons=tuple(_place(task.number, each, officer) for each in kept),
    )


def _place(task: int, place: BackTo, officer: str) -> Button:
    wordings = [officer, officer.partition(" ")[0]] if place.start else [place.name]
    typed = f"退回 T{task} {'提交人' if place.start else place.name}"
    return Button(saying.first_that_fits(wordings, _LABEL), ReturnTask(task, place.node), typed=typed)


def fields_card(task: TaskNow, page: int, beside: Beside) -> Card:
    """详情, as who has the task may see it."""

    def turn(to: int) -> Action:
        return ShowTaskFields(task.number, to)

    fill = (Button("修改", FillTask(task.number)),) if beside.mine and task.fillable else ()
    back = Button("回到待办", ShowTask(task.number))
    return filled_card(task.application, beside.customer, beside.names, page, turn, *fill, back)
