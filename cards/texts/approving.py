"""待办, 同意, 驳回, 退回 …: what is said to those who decide, and of what they decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from cards import saying
from cards.texts.deadlines import left
from cards.texts.form_fields import not_read, wrong_value
from cards.texts.papers import names_of
from cards.texts.words import Words
from core.calendar import CHINA
from core.loans import outcomes as loan
from core.loans.flows import Decision
from core.loans.forms import FieldKind, FormField, WrongValue
from core.loans.models import State, TaskKind
from core.loans.queries import ApplicationNow, Waiting
from core.loans.service import NUDGE_EVERY
from core.loans.task_queries import BackTo
from core.loans.todo import Opinion
from core.people.policy import Role

_NUDGE_AGAIN = f"{NUDGE_EVERY // timedelta(hours=1)} 个工作小时"
_LEAVE = "回复 取消 退出。"
WORDS = {
    Decision.AGREE: "同意",
    Decision.REFUSE: "驳回",
    Decision.RETURN: "退回",
    Decision.TRANSFER: "转交",
    Decision.DELEGATE: "委派",
    Decision.SIGN_BEFORE: "前加签",
    Decision.SIGN_AFTER: "后加签",
    Decision.DROP_SIGNER: "减签",
    Decision.TAKE_BACK: "取回",
    Decision.COPY: "抄送",
}
"""What each decision is called, and how it is typed."""

NOT_DECIDED = "已退出，没有处理。"
NO_TASK_CARD = "这件待办已经不在您这里。回复 待办 看还有哪些。"
WHICH_TASK = "没看懂编号：T 开头的是待办，A 开头的是进件。回复 待办 看编号。"
STATES = {
    State.DRAFT: "还没有提交",
    State.RUNNING: "正在办理",
    State.RETURNED: "已退回给提交人",
    State.DROPPED: "已放弃",
    State.ENDED: "已经结束",
}


def stamp(moment: datetime, now: datetime) -> str:
    """When something was done, in a wording that stays true: `11-27 10:32`."""
    return f"{saying.day(moment, now)} {moment.astimezone(CHINA):%H:%M}"


def who_acted(person_id: int, by_id: int | None, names: Mapping[int, str]) -> str:
    """Who decided: `刘芳`, a stand-in `王五（代 赵六）`, 系统 where it went by itself."""
    whose = names.get(person_id, "同事")
    if by_id is None:
        return f"{whose}（系统）"
    return whose if by_id == person_id else f"{names.get(by_id, '同事')}（代 {whose}）"


def decided_as(kind: TaskKind, decision: Decision) -> str:
    """What was decided, in a word or two: `已同意`; of what is done `已办完`, of what was asked for `意见：不同意`."""
    if kind is TaskKind.DELEGATE and decision in (Decision.AGREE, Decision.REFUSE):
        return "意见：同意" if decision is Decision.AGREE else "意见：不同意"
    if kind is TaskKind.HANDLE and decision is Decision.AGREE:
        return "已办完"
    if kind is TaskKind.AMEND and decision is Decision.AGREE:
        return "已重新提交"
    return f"已{WORDS[decision]}"


def opinion_said(opinion: Opinion, names: Mapping[int, str], now: datetime) -> str:
    """What somebody decided, at which node, when and why: `初审 刘芳 已同意 11-27 10:32：资料齐全`."""
    who = who_acted(opinion.person_id, opinion.by_id, names)
    did = decided_as(opinion.kind, opinion.decision)
    if opinion.decision is Decision.TRANSFER and opinion.by_id is None:
        who, did = names.get(opinion.person_id, "同事"), "超期没有处理，按流程转走"
    said = f"{opinion.node} {who} {did} {stamp(opinion.at, now)}"
    return f"{said}：{saying.plain(opinion.reason, 80)}" if opinion.reason else said


def late_or_left(due: datetime | None, now: datetime, late: timedelta) -> str:
    """How long there is still, or how `late` it is in working time: `截止 今天 17:00`, `已超期2小时`."""
    if due is None:
        return ""
    return f"截止 {saying.at(due, now)}" if due > now else left(-late)


def _place(each: Waiting) -> str:
    return "查外部报告" if each.reports else f"{each.name}前补资料" if each.held else each.name


def place_said(whole: ApplicationNow, names: Mapping[int, str]) -> list[str]:
    """Where an application stands and who has it, the fullest wording first."""
    if whole.state is not State.RUNNING or not whole.waiting:
        return [f"{whole.stage} · {STATES[whole.state]}" if whole.state is not State.ENDED else whole.stage]
    nodes = "、".join(map(_place, whole.waiting))
    people = list(dict.fromkeys(names.get(one, "同事") for each in whole.waiting for one in each.people))
    if not people:
        return [f"{nodes} · 等外部结果", nodes]
    several = f"{people[0]} 等{len(people)}人"
    return [f"{nodes} · {'、'.join(people)}", f"{nodes} · {several}", nodes]


def decided(outcome: loan.Decided, words: Words, kind: TaskKind) -> str:
    """The answer to what was done with a task: done, and who has the application now."""
    told = f"T{outcome.task_id} {_did(outcome, words, kind)}。"
    if outcome.overrode:
        told += "预审建议拒绝，您的原因已记入操作日志。"
    if outcome.paid is not None:
        told += f"记下放款 {saying.money(outcome.paid.fen)}，{outcome.paid.on:%Y-%m-%d}。"
    if outcome.decision is Decision.COPY:
        return told
    if outcome.ended:
        return f"{told}A{outcome.application_id} 到了 {outcome.stage}。"
    if not outcome.waiting_for:
        return f"{told}A{outcome.application_id} 在 {outcome.stage}。"
    who = _people(outcome.waiting_for, words)
    if outcome.lacking:
        return f"{told}A{outcome.application_id} 还缺 {names_of(outcome.lacking)}，等 {who} 补资料。"
    return f"{told}A{outcome.application_id} 在 {outcome.stage}，等 {who} 处理。"


def _did(outcome: loan.Decided, words: Words, kind: TaskKind) -> str:
    to = _people(outcome.to_ids, words)
    instead = f"（代 {words.names.get(outcome.for_id, '同事')}）" if outcome.for_id is not None else ""
    match outcome.decision:
        case Decision.AGREE | Decision.REFUSE | Decision.RETURN:
            said = decided_as(kind, outcome.decision)
        case Decision.TRANSFER:
            said = f"已转交给 {to}"
        case Decision.DELEGATE:
            said = f"已委派给 {to}，对方给出意见后再轮到您"
        case Decision.SIGN_BEFORE:
            said = f"已请 {to} 先审，都同意后再轮到您"
        case Decision.SIGN_AFTER:
            said = f"已同意，并请 {to} 加签，对方也同意才算数"
        case Decision.DROP_SIGNER:
            said = f"已减签，不再等 {to}"
        case Decision.TAKE_BACK:
            his = {words.reader.id, outcome.for_id} & set(outcome.waiting_for)  # it may have gone to another
            said = f"已取回{'，您可以重新处理' if his else ''}"
        case Decision.COPY:
            said = f"已抄送给 {to}"
        case _:
            assert_never(outcome.decision)
    return f"{said}{instead}"


def _people(ids: Sequence[int], words: Words) -> str:
    return "、".join(words.names.get(one, "同事") for one in ids)


def task_refused(outcome: loan.TaskRefusal, words: Words) -> str:
    """Why nothing was done with a task, and what can be done instead."""
    match outcome:
        case loan.NoSuchTask(number):
            return f"没有找到 T{number}，它也可能不归您处理。回复 待办 看您手上的。"
        case loan.NotYourTask(number, person_id):
            whose = words.names.get(person_id, "同事")
            return f"T{number} 由 {whose} 处理，您不能代办。需要时请对方 转交，或设 代理。"
        case loan.OfficersTask(number, application_id, amends=True):
            return f"T{number} 是退回给您修改的，不用审批：改好后发 提交 A{application_id}。"
        case loan.OfficersTask(number, application_id):
            return f"T{number} 是请您补资料，不用审批：请发 补材料 A{application_id}，补齐了自动往下走。"
        case loan.TaskOver():
            return _over(outcome, words)
        case loan.NotYourTurn(number, waits_for):
            first = _people(waits_for, words)
            return f"T{number} 要先等 {first} 处理，再轮到您。" if first else f"T{number} 还没有轮到您。"
        case loan.ChangedSince(number):
            return f"T{number} 的金额、产品或客户有变动，没有处理。请看最新的卡片再决定。"
        case loan.NotOffered(number, Decision.TAKE_BACK):
            return f"T{number} 取不回来：能取回的是自己的同意，退回、转交和放款取不回。退回的，等提交人改好重新提交。"
        case loan.NotOffered(number, decision):
            return f"T{number} 在这一步不能{WORDS[decision]}。回复 待办 打开卡片，看能做什么。"
        case loan.NeedsReason(number, decision):
            return f"{WORDS[decision]} T{number} 要写原因，请这样发：{WORDS[decision]} T{number} 原因"
        case loan.NeedsFields(number, fields):
            labels = "、".join(each.field.label for each in fields)
            return f"T{number} 还要填 {labels}，没有处理。请发：同意 T{number}，会一项一项问您。"
        case loan.CannotAct():
            return _cannot(outcome, words)
        case loan.OwnApplication(task_id, application_id, person_id) if person_id == words.reader.id:
            own = f"A{application_id} 是您的进件，或由您提交，不能自己审自己。"
            return f"{own}请转交给别人：转交 T{task_id} 姓名"
        case loan.OwnApplication(_, application_id, person_id):
            whose = words.names.get(person_id, "同事")
            own = f"A{application_id} 是您的进件，或由您提交，不能自己审自己，代理也不行。"
            return f"{own}请 {whose} 处理，或由对方转交。"
        case loan.AlreadyVoted(task_id, person_id):
            whose = words.names.get(person_id, "同事")
            voted = "您在这一步已经表过态，一人只有一票。"
            if person_id == words.reader.id:
                return f"{voted}请转交给别人：转交 T{task_id} 姓名"
            return f"{voted}T{task_id} 请 {whose} 自己处理，或由对方转交。"
        case loan.PaidAlready(task_id, number):
            why = f"A{number} 已经放款，不能驳回 T{task_id}：驳回了它会算作未放款。"
            return f"{why}请同意；放款以后走过的步骤，也可以退回到那里。"
        case loan.NoPost(task_id, roles):
            posts = "、".join(saying.ROLE_NAMES[Role(role)] for role in roles)
            if outcome.against:
                return (
                    f"T{task_id} 预审建议拒绝，同意要由{posts}（或主管、管理员）决定。"
                    f"请转交给有这个岗位的同事：转交 T{task_id} 姓名"
                )
            why = f"T{task_id} 涉及资金，要由{posts}处理，您现在的岗位不行。"
            return f"{why}请转交给有这个岗位的同事：转交 T{task_id} 姓名"
        case loan.NoReturnThere(number, _):
            return f"T{number} 不能退回到那一步。回复 退回 T{number} 看能退到哪里。"
        case loan.TooLateToTakeBack(number, by_id, _, "returned" | "withdrawn" as back):
            who = "您自己" if by_id == words.reader.id else f"{words.names.get(by_id or 0, '同事')} "
            what = "退回给提交人了" if back == "returned" else "撤回了"
            return f"取不回来：A{number} {who}已经{what}；改好再提交，会重新审。"
        case loan.TooLateToTakeBack(number, by_id, here):
            what = f"已经在这一步{WORDS[here]}了" if here is not None else "已经处理了下一步"
            if by_id == words.reader.id:
                return f"取不回来：A{number} 您自己{what}。"
            who = f"{words.names.get(by_id, '同事')} {what}" if by_id is not None else "后面的步骤已经开始"
            return f"取不回来：A{number} {who}。" + ("" if here is not None else "需要改时，请对方 退回。")
        case _:
            assert_never(outcome)


def _over(outcome: loan.TaskOver, words: Words) -> str:
    now = f"现在等您的是 T{outcome.now}，回复 待办 T{outcome.now} 打开。" if outcome.now is not None else ""
    if outcome.withdrawn_by is not None and outcome.at is not None:
        by = words.names.get(outcome.withdrawn_by, "提交人")
        return f"{by} 撤回了这笔进件（{stamp(outcome.at, words.now)}），T{outcome.task_id} 不用处理了。{now}"
    if outcome.decision is None or outcome.at is None:
        return f"T{outcome.task_id} 已经不用处理了。{now or '回复 待办 看还有哪些。'}"
    mine = outcome.by_id == words.reader.id
    who = "您" if mine else "系统" if outcome.by_id is None else f" {words.names.get(outcome.by_id, '同事')} "
    again = now or (f"想改主意请发：取回 T{outcome.task_id}。" if mine and outcome.back else "")
    when = stamp(outcome.at, words.now)
    did = decided_as(outcome.kind, outcome.decision).removeprefix("已")
    did = did.replace("意见：", "给过意见：") if outcome.kind is TaskKind.DELEGATE else f"{did}了"
    return f"T{outcome.task_id} {who.lstrip()}已经{did}（{when}），没有再处理。{again}"


def _cannot(outcome: loan.CannotAct, words: Words) -> str:
    name = words.names.get(outcome.person_id, "这位同事")
    why = {
        "left": f"{name} 已不在职",
        "self": "不能交给自己",
        "has_it": f"{name} 手上已经有这一步",
        "voted": f"{name} 在这一步已经表过态，一人只有一票",
        "submitter": f"{name} 是提交人，不能自己审自己",
        "no_tasks": f"{name} 的岗位不处理待办",
        "no_post": f"这一步涉及资金，{name} 没有办它的岗位",
    }.get(outcome.why, f"{name} 不能处理")
    return f"{why}，没有交出去。请换一位同事。"


def over_for_good(whole: ApplicationNow, *, own: bool) -> str:
    """The answer to 取回 of what is over. `own`: who asks could begin anew himself."""
    now = whole.stage if whole.state is State.ENDED else STATES[whole.state]
    anew = f"要再做，请重新进件：进件 L{whole.lead_id}" if own else "要再做，请客户经理重新 进件。"
    return f"A{whole.number} 已经结束（{now}），取不回来。{anew}"


_TO_WHOM = {
    Decision.TRANSFER: "转交给谁？请直接发送姓名，后面可以写原因，如：李娜 我在休假",
    Decision.DELEGATE: "委派给谁？对方给出意见后再由您决定。请直接发送姓名",
    Decision.SIGN_BEFORE: "请谁先审？请直接发送姓名，几位用、隔开，如：李娜、王强。您同意后再请人审的，请发 后加签",
    Decision.SIGN_AFTER: "您同意后，还要谁同意？请直接发送姓名，几位用、隔开，如：李娜、王强",
    Decision.COPY: "抄送给谁？请直接发送姓名，几位用、隔开，如：李娜、王强",
}


def ask_task_people(task_id: int, decision: Decision) -> str:
    """The question to whom."""
    return f"T{task_id} {_TO_WHOM[decision]}。回复 取消 退出。"


def ask_where(task_id: int, places: Sequence[BackTo], named: str = "", said: str = "") -> str:
    """The answer to 退回 that does not say where to, of a task that could go to several places; or `named` a node to
    which it cannot go; or `said` something else, when it was asked."""
    why = f"「{saying.plain(said, 20)}」不是能退到的一步，还没有退回。" if said else ""
    why = f"T{task_id} 不能退回到「{named}」，还没有退回。" if named else why
    names = "、".join("提交人" if each.start else each.name for each in places)
    return (
        f"{why}T{task_id} 退回到哪一步？可以退到：{names}。点卡片上的一个，或发：退回 T{task_id} {_first(places)} 原因"
    )


def _first(places: Sequence[BackTo]) -> str:
    return "提交人" if places[0].start else places[0].name


def nobody_to_drop(task_id: int, dropped: Sequence[str], added: Sequence[str]) -> str:
    """The answer to 减签 where these were not added, or have decided; `added` are those who are waited for."""
    if not added:
        return f"T{task_id} 没有在等加签的同事，不用减签。"
    who, waited = "、".join(dropped), "、".join(added)
    return f"{who} 不在 T{task_id} 的加签里，没有减签。在等的是 {waited}：减签 T{task_id} {added[0]}"


def nothing_to_return(task_id: int) -> str:
    """There is nowhere to return it to."""
    return f"T{task_id} 没有可以退回的地方。"


def ask_task_field(task_id: int, field: FormField, offered: str, *, place: int, of: int) -> str:
    """The question for what is filled in at this node. `offered` is taken by a mere yes."""
    many = f"（{place}/{of}）" if of > 1 else ""
    several = "可以选几个" if field.kind is FieldKind.CHOICES else "选一个"
    ways = [f"{several}：{'、'.join(field.choices)}" if field.choices else f"请直接发送{field.label}"]
    ways += [f"是 {offered} 就回复 好"] if offered else []
    ways += [] if field.required or offered else ["没有就回复 不填"]
    return (
        f"T{task_id} {field.label}{many}：{'；'.join(ways)}。{f'{field.hint}。' if field.hint else ''}回复 取消 退出。"
    )


def task_field_not_read(field: FormField, why: str, said: str, among: Sequence[str]) -> str:
    """The answer to a value that is not understood."""
    return f"{not_read(field, why, said, among)}{_LEAVE}"


def task_field_wrong(wrong: WrongValue) -> str:
    """The answer to a value that does not fit."""
    return f"{wrong_value(wrong)}{_LEAVE}"


NOT_CHANGED = "好的，没有改。"


def nothing_to_fill(task_id: int) -> str:
    """修改 T88 where its node has nothing to fill in, or it is over."""
    return f"T{task_id} 现在没有可以改的填写项。办完又想改，先发 取回 T{task_id}；申请的内容由客户经理改，请 退回。"


def which_field(task_id: int, fields: Sequence[tuple[str, str]]) -> str:
    """修改 T88: what can be changed, with what stands there."""
    listed = "\n".join(f"· {label}：{stands}" for label, stands in fields)
    return f"T{task_id} 可以改：\n{listed}\n请这样发：修改 T{task_id} {fields[0][0]}"


def ask_new_value(task_id: int, field: FormField, stands: str) -> str:
    """The question for another value."""
    empty = "" if field.required else "；要清空回复 不填"
    return f"T{task_id} {field.label} 现在是 {stands}，请直接发送新的{field.label}{empty}。回复 取消 退出。"


def value_changed(outcome: loan.FilledIn, field: FormField, said: str) -> str:
    """There is another value now."""
    told = f"T{outcome.task_id} 的{field.label}改为 {said}。"
    if not outcome.corrects:
        return f"{told}还没有处理，办好请发：同意 T{outcome.task_id}"
    plan = f"：还款计划还是按 {saying.money(outcome.planned_fen)} 定的" if outcome.planned_fen else ""
    return f"{told}放款记录已更正，客户经理会收到通知{plan}。"


WHICH_TO_NUDGE = "催哪一笔？请写编号，如：催办 A203。您在办的："


def only_this(send: str, *, by_yes: bool) -> str:
    """A command without its number, of which only one can be meant: asked back."""
    return f"您是说 {send}？对的话回复 好，或点卡片上的按钮。" if by_yes else f"请写编号：{send}"


def not_at_payout(task_id: int) -> str:
    """放款 of a task at which nothing is paid out."""
    return f"T{task_id} 不是放款这一步，没有处理。要同意或办完，请看卡片上写的是什么，再点按钮。"


def came_again(application_id: int, send: str, *, by_yes: bool) -> str:
    """同意 A203, 驳回 A203 … of what was taken from him and came again. `send`: what does it now."""
    return f"A{application_id} 撤下以后又到了您这里，内容可能改过，没有处理。{_once_seen(send, by_yes=by_yes)}"


def came_on(application_id: int, done: int, who: str, task_id: int, send: str, *, by_yes: bool) -> str:
    """同意 A203, 放款 A203 … where an earlier task of it (`done`) was done just now, by him or by `who`."""
    again = _once_seen(send, by_yes=by_yes)
    return f"A{application_id} 的 T{done} {who}刚才处理过了。现在到了下一步 T{task_id}，还没有处理。{again}"


def _once_seen(send: str, *, by_yes: bool) -> str:
    word = send.partition(" ")[0]
    return f"看过卡片，{word}就回复 好。" if by_yes else f"看过卡片，{word}请发：{send}"


def not_decided_yet(task_id: int) -> str:
    """取回 of a task that waits to be decided."""
    return f"T{task_id} 还没有处理，或者已经取回了，不用取回。回复 待办 T{task_id} 打开卡片。"


def nothing_to_decide(word: str) -> str:
    """A verb alone of who has nothing to decide."""
    return f"现在没有等您处理的进件，不用{word}。有编号的请这样发：{word} T88"


def which_of_tasks(word: str, tasks: Sequence[int]) -> str:
    """A command without its number, of which several can be meant."""
    return f"您手上有 {len(tasks)} 件，{word} 哪一件？请写编号，如：{word} T{tasks[0]}"


def one_at_a_time(word: str, first: str) -> str:
    """A verb with the numbers of several tasks."""
    return f"一次处理一件，什么都没有处理。请分开发，先发：{word} {first}"


def several_tasks(application_id: int, tasks: Sequence[int]) -> str:
    """The answer to a command with an application's number, of which he has several tasks."""
    return f"A{application_id} 有您的几件待办：{'、'.join(f'T{task}' for task in tasks)}。请写 T 开头的编号。"


def no_task_of_yours(application_id: int) -> str:
    """The answer to 取回 A203 of one to which he agreed nothing."""
    return f"A{application_id} 没有您同意过、还能取回的步骤。"


def none_is_yours(whole: ApplicationNow, names: Mapping[int, str]) -> str:
    """The answer to 同意 A203 and the like of one of which nothing is or was his to do."""
    return f"A{whole.number} 没有要您处理的待办，现在：{place_said(whole, names)[0]}。"


def nudged(
    outcome: loan.Hurried | loan.NudgedAlready | loan.NobodyToNudge | loan.NotNow | loan.NoSuchApplication, words: Words
) -> str:
    """The answer to 催办."""
    match outcome:
        case loan.Hurried(number, people):
            return f"已催 {_people(people, words)}：A{number} 的卡片会再发给对方。{_NUDGE_AGAIN}后可以再催。"
        case loan.NudgedAlready(number, at, frees_at):
            said, frees = stamp(at, words.now), saying.at(frees_at, words.now)
            return f"A{number} 在 {said} 已经催过，{frees} 以后可以再催。"
        case loan.NobodyToNudge(number):
            return f"A{number} 现在没有别人要处理，不用催。"
        case loan.NotNow(number, state):
            return f"A{number} {STATES[state]}，没有人要催。"
        case loan.NoSuchApplication(number):
            return f"没有找到 A{number}，它也可能不归您管。请核对编号。"
        case _:
            assert_never(outcome)
