"""进件: what is said to who fills in an application, hands it in, takes it back."""

from collections.abc import Sequence
from typing import assert_never

from cards import saying
from cards.texts import reports
from cards.texts.form_fields import what_is_wrong
from cards.texts.words import Words
from core.loans.flows import Approve, Copy, Manned, Mode
from core.loans.forms import WrongValue
from core.loans.models import State
from core.loans.outcomes import (
    AlreadyLive,
    CannotChoose,
    Chosen,
    Dropped,
    Incomplete,
    LeadInPool,
    LeadOver,
    NoFlow,
    NoSuchApplication,
    NoSuchPaper,
    NotNow,
    Started,
    Submitted,
    TooLateToTakeBack,
    WhichProduct,
    Withdrawn,
)
from core.loans.queries import ApplicationNow

STATES = {
    State.DRAFT: "草稿，还没提交",
    State.RUNNING: "审批中",
    State.RETURNED: "已退回，等修改",
    State.DROPPED: "已放弃",
    State.ENDED: "已结束",
}
_FORM_WORDS = "进件 编号 产品 金额 期限"


def start_usage() -> str:
    """进件 without a lead or an application."""
    return f"请写哪位客户，如：{_FORM_WORDS}。编号就是 L 开头的那个；接着填写、查看用 A 开头的进件编号。"


def number_usage(word: str, *, some: bool = False) -> str:
    """提交, 撤回, 补材料 without an application's number. `some`: those under way are listed with it."""
    where = "您在办的：" if some else "不记得编号，请点 客户 卡片上的 进件。"
    return f"请写进件编号，如：{word} A编号。{where}"


def paused(number: int) -> str:
    """先停下, 取消."""
    return f"好的，已填的都存好了。什么时候接着填，回复 进件 A{number}。"


RESTARTS = "改了审批依据的内容（如金额、客户），重新提交后从第一步重走。"
"""Said of what was sent back by a step at which it would have gone on."""


def started(now: ApplicationNow, customer: str) -> str:
    """进件 of a lead: its number, and what stands there already."""
    said = f"A{now.number} 已建好（L{now.lead_id} {customer}，{saying.need(now.product, now.amount_fen)}"
    months = f"，{now.term_months}个月" if now.term_months else ""
    return f"{said}{months}）。一题一题填，随时可以 先停下，填过的都存着。"


def taken_over(outcome: Started) -> str:
    """Beside it: what of an earlier application was taken over; empty if nothing was."""
    if not outcome.taken_over:
        return ""
    taken = f"沿用了 A{outcome.earlier} 填过的 {outcome.taken_over} 项"
    return f"{taken}，请核对；要改，发 修改 A{outcome.application_id}。"


def amount_of_lead(number: int, fen: int) -> str:
    """Beside words that were not understood, of which one may be another amount."""
    return f"申请金额先按线索的 {saying.money(fen)}，不对请发：修改 A{number} 申请金额。"


def not_taken(unread: Sequence[str], wrong: Sequence[WrongValue]) -> str:
    """What of 进件 with words was not taken; empty if all was."""
    told = [f"「{saying.plain(word, 20)}」" for word in unread]
    said = f"{'、'.join(told)}没有看懂，没有记下。" if told else ""
    return said + "".join(f"{what_is_wrong(each)}，没有记下。" for each in wrong)


def chosen_beside(chosen: Sequence[str]) -> str:
    """What was chosen by words beside 进件; empty if nothing was."""
    return f"记下了：{'，'.join(chosen)}。" if chosen else ""


def instead_of(before: ApplicationNow, now: ApplicationNow) -> str:
    """What was said beside 进件 of one that is filled in already took the place of what stood there."""
    said = []
    if before.amount_fen is not None and now.amount_fen not in (None, before.amount_fen):
        said.append(f"申请金额由 {saying.money(before.amount_fen)} 改为 {saying.money(now.amount_fen or 0)}")
    if before.term_months is not None and now.term_months not in (None, before.term_months):
        said.append(f"期限由 {before.term_months}个月 改为 {now.term_months}个月")
    return f"{'，'.join(said)}。" if said else ""


def product_stays(number: int, product: str) -> str:
    """进件 of what is under way with another product."""
    return (
        f"A{number} 的产品是{saying.product(product)}，改不了，这句话里的都没有记下；"
        "要换产品，请先放弃这笔，再重新进件，项目相同的会沿用。"
    )


def submitted(outcome: Submitted, words: Words) -> str:
    """提交."""
    number = outcome.application_id
    if outcome.ended:
        return f"A{number} 已提交，但不能往下走：已结束（{outcome.stage}）。原因回复 预审 A{number} 查看。"
    if outcome.awaits:
        names = "、".join(each.provider.name for each in outcome.awaits)
        return f"A{number} 已提交，正在查{names}，结果回来就自动往下走。回复 进度 A{number} 随时可看。"
    who = "、".join(words.names.get(one, "同事") for one in outcome.waiting_for)
    papers = "、".join(each.name for each in outcome.held)
    now = f"还缺 {papers}，资料齐了就往下走" if papers else f"现在由 {who} 处理" if who else "等外部结果"
    return f"A{number} 已提交，到{outcome.stage}，{now}。回复 进度 A{number} 随时可看。"


def incomplete(outcome: Incomplete) -> str:
    """提交 of what is not whole: all that is missing."""
    fields = "、".join(each.field.label for each in outcome.fields)
    papers = "、".join(each.name for each in outcome.documents)
    said = [f"还没填：{fields}"] if fields else []
    said += [f"还缺资料：{papers}"] if papers else []
    said += [f"还缺报告：{'、'.join(reports.lacking_said(outcome.reports))}"] if outcome.reports else []
    said += [f"还要选人：{'、'.join(each.name for each in outcome.unchosen)}"] if outcome.unchosen else []
    return f"A{outcome.application_id} 还不能提交。{'；'.join(said)}。"


def ask_choice(number: int, node: Manned | Copy) -> str:
    """The question who has a node that is left to the submitter: who decides in turn is named in that order."""
    turn = isinstance(node, Approve) and node.mode is Mode.SEQUENCE
    several = "几位用、隔开，按先后写" if turn else "几位用、隔开"
    asks = f"A{number} 的「{node.name}」{_DOES[node.kind]}？由您来选"
    return f"{asks}，请直接发送姓名，{several}，如：李娜、王强。回复 取消 退出。"


_DOES = {"approve": "由谁审批", "handle": "由谁办理", "copy": "抄送给谁"}


def chosen(outcome: Chosen, words: Words) -> str:
    """The answer to names for a node."""
    return f"记下了：「{outcome.node}」选了 {'、'.join(words.names.get(one, '同事') for one in outcome.people)}。"


def cannot_choose(outcome: CannotChoose, words: Words) -> str:
    """Why a colleague cannot have a node."""
    name = words.names.get(outcome.person_id, "这位同事")
    why = {
        "left": f"{name} 已不在职",
        "submitter": f"{name} 是提交人，不能自己审自己",
        "no_post": f"「{outcome.node}」涉及资金，客户经理不能审",
    }[outcome.why]
    return f"{why}，没有记下。请换一位同事。"


def for_its_officer(number: int) -> str:
    """To who may look at it, and wants to change it."""
    return f"A{number} 由它的客户经理填写、修改和补资料，您能看：进度 A{number}"


def withdrawn(outcome: Withdrawn) -> str:
    """撤回."""
    asked = "，审批人的待办已取消" if outcome.asked else ""
    void = "之前的同意作废，再提交要从头审。" if outcome.void else ""
    return f"A{outcome.application_id} 已撤回{asked}。{void}改好后点 提交；不做了点 放弃。"


def dropped(outcome: Dropped) -> str:
    """放弃."""
    return f"A{outcome.application_id} 已放弃。客户 L{outcome.lead_id} 不变，重新进件会沿用填过的内容。"


def nothing_to_change(lead_id: int | None) -> str:
    """修改, with no application that is being filled in; of the lead itself nothing can be changed yet."""
    lead = f"L{lead_id}" if lead_id is not None else "编号"
    return f"您没有正在填的进件可改。录入的资料现在还改不了；更正请先写进跟进，如：跟进 {lead} 想要的是50万。"


NUMBER_DIFFERS = "注意：和客户档案里的身份证号不一样，请核对；审批人也会看到这个提醒。"
NUMBER_ELSEWHERE = "注意：这个身份证号已经是另一位客户的，审批人也会看到。请核对；是同一个人，请主管用 合并客户。"
TICK_ONE = "请先在卡片上选一项，再点按钮。"


def refused(
    outcome: NoFlow
    | WhichProduct
    | AlreadyLive
    | NoSuchApplication
    | NoSuchPaper
    | NotNow
    | TooLateToTakeBack
    | LeadOver
    | LeadInPool,
    words: Words,
) -> str:
    """Why it was not done, and what to do."""
    match outcome:
        case NoFlow(product):
            return f"公司还没有设置{saying.product(product)}的进件流程，请联系管理员。"
        case WhichProduct(lead_id):
            return f"L{lead_id} 还没写产品。请带上产品再发，如：进件 L{lead_id} 房抵 50万（房抵、车抵、信用、经营）。"
        case AlreadyLive(number, lead_id, state):
            return f"L{lead_id} 已有进件 A{number}（{STATES[state]}）。回复 进件 A{number} 查看。"
        case NoSuchApplication(number):
            return f"没有找到 A{number}，或者您不能查看。请核对编号。"
        case NoSuchPaper(number, _):
            return f"A{number} 的清单里没有这份资料。回复 补材料 A{number} 看清单。"
        case LeadOver(number, lead_id):
            over = f"L{lead_id} 已经并入同一位客户的另一条线索，A{number} 不能提交。"
            return f"{over}请在那条线索上进件；回复 客户 L{lead_id} 看是哪一条。"
        case LeadInPool(number, lead_id):
            return f"客户 L{lead_id} 现在在公海，A{number} 不能提交。先领取：领取 L{lead_id}"
        case NotNow(number, state):
            return _not_now(number, state)
        case TooLateToTakeBack(number, by_id):
            who = f"{words.names.get(by_id, '同事')} 已经处理过" if by_id is not None else "已经走到不能撤回的一步"
            return f"A{number} {who}，不能撤回了。请联系处理人退回。"
        case _:
            assert_never(outcome)


def _not_now(number: int, state: State) -> str:
    if state is State.RUNNING:
        back = f"要改先发 撤回 A{number}；撤不回的请办理人退回，您自己办过的一步可以 取回 A{number}"
        return f"A{number} 在审批中，不能改。{back}。"
    if state is State.DRAFT:
        return f"A{number} 还没提交。回复 进件 A{number} 接着填。"
    if state is State.RETURNED:
        return f"A{number} 已退回给您。回复 进件 A{number} 修改后重新提交。"
    return f"A{number} {STATES[state]}，不能再改。"
