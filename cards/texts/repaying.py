"""贷后: what is said of plans, repayments, what is due and what is late."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

from cards import saying
from core.loans.aftercare_outcomes import (
    Again,
    BeforePayout,
    FarOff,
    GraceEnded,
    GraceGiven,
    JustTakenBack,
    LoanHidden,
    LongGrace,
    NoGrace,
    NoPlan,
    NotADay,
    NothingPaid,
    NotPaidOut,
    NotThatRepayment,
    NotYoursToRecord,
    Paid,
    PayRefusal,
    Planned,
    PlanRefusal,
    SettledAlready,
    TakenBack,
    TooLittle,
    TooMuch,
    WhichGrace,
)
from core.loans.arrears import Pause, Standing
from core.loans.cost import Cost, NoRate, above
from core.loans.due_reminders import DAYS_BEFORE
from core.loans.financing import METHODS
from core.loans.outcomes import NoSuchApplication
from core.loans.repayment import Per, Rate, Terms

_METHODS = {method: word for word, method in METHODS.items()}
_PLAN_FORM = "还款计划 A{number} 等额本息 36期 年利率4.9% 首期 2027-01-15"
WHICH_LOAN = "请写进件编号，如：还款计划 A203；编号在进件卡片上。"
MEANT = "没写错"
SET_ANEW = "还款计划和放款的总额对不上，要照放款的总额重新定：按原来的期数和利率，回复 好。"
DEFERRED = "到期未还，延期中，不算逾期"
NOTHING_LATE = "现在没有逾期"
NOT_RECORDED = "好的，没有记还款。"


def ask_repayment(number: int, name: str) -> str:
    """记还款: of which loan, whose."""
    return f"A{number} {name} 还了多少？可以带日期，如 5000 12-15。取消请回复 取消。"


def which_of_loans(lead_id: int, loans: Sequence[tuple[int, int, date]], word: str, rest: str) -> str:
    """A lead's number with this command, and the lead has several loans: number, sum in fen and day of payout of
    each."""
    each = "、".join(f"A{number}（{_day(on)} 放款 {yuan(fen)}）" for number, fen, on in loans)
    send = f"{word} A{loans[0][0]} {saying.plain(rest, 60)}".strip()
    return f"L{lead_id} 有 {len(loans)} 笔贷款：{each}。是哪一笔？请写它的编号，如：{send}"


def yuan(fen: int) -> str:
    """`1120050` -> `11,200.50元`; whole yuan without the fen."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}{f'.{rest:02}' if rest else ''}元"


def rate(of: Rate) -> str:
    """`年利率4.9%`."""
    percent = (of.share * 100).normalize()
    return f"{'年' if of.per is Per.YEAR else '月'}利率{percent:f}%"


def terms(of: Terms) -> str:
    """`等额本息 36期 年利率4.9%`."""
    return f"{_METHODS[of.method]} {of.months}期 {rate(of.rate)}"


def loan_hidden(number: int) -> str:
    """To who may see the application, but not what it costs."""
    return f"A{number} 的金额或费用按公司的规定不对您显示，还款情况也看不到。需要时请问客户经理。"


def no_such_application(number: int) -> str:
    """One that there is not, or not for these eyes."""
    return f"没有找到进件 A{number}，或您看不到它。"


def refused(
    outcome: PlanRefusal | PayRefusal | NothingPaid | NotThatRepayment, send: str = "", *, by_yes: bool = False
) -> str:
    """Why nothing was written down. `send`: the message by which it is, where it may be meant so; `by_yes` if a mere
    yes sends it: not where another question is open, which would take it."""
    sure = "回复 好。" if by_yes else f"请发：{send}"
    match outcome:
        case NoSuchApplication(number):
            return no_such_application(number)
        case NotYoursToRecord(number):
            return f"A{number} 现在不归您管，还款计划和还款由现在的客户经理或财务来记。"
        case LoanHidden(number):
            return loan_hidden(number)
        case NotPaidOut(number):
            return f"A{number} 还没有放款，放款以后才有还款。"
        case BeforePayout(number, paid_on):
            return f"首期早于放款日 {_day(paid_on)}，A{number} 的计划没有定；请核对年份和日期。"
        case FarOff(number, first):
            return f"首期 {_day(first)} 离今天很远，A{number} 的计划没有定；请核对日期。没写错就{sure}"
        case NoPlan(number):
            return f"A{number} 还没有还款计划，先定计划再记还款，如：{_PLAN_FORM.format(number=number)}"
        case SettledAlready(number, on):
            return f"A{number} 在 {_day(on)} 已经结清，不用再记。记错了回复 取消还款 A{number}，再重新记。"
        case TooLittle(number, fen, wanted, on):
            enough = f"{yuan(fen)} 不够结清 A{number}：那天大约要 {yuan(wanted)}（利息按天算，以银行为准），没有记。"
            return f"{enough}只是还一部分，请发：还款 A{number} {sum_and_day(fen, on)}"
        case TooMuch(number, fen, _, wanted):
            return f"{yuan(fen)} 比 A{number} 全部结清还多（大约要 {yuan(wanted)}），没有记。没写错就{sure}"
        case Again(number, fen, on, _, count):
            already = f"已经记过{'一' if count == 1 else f' {count} '}笔"
            return f"A{number} {_day(on)} {already} {yuan(fen)}，没有再记。是另外一笔，{sure}"
        case NotADay(number, on, "future"):
            return f"{_day(on)} 还没到，A{number} 没有记；请写已经还款的日子。"
        case NotADay(number, on, _):
            return f"{_day(on)} 在放款以前，A{number} 没有记；请核对日期。"
        case NothingPaid(number):
            return f"A{number} 没有可以取消的还款记录。"
        case NotThatRepayment(number, fen, on):
            last = f"最近一笔是 {_day(on)} 的 {yuan(fen)}"
            return f"A{number} 没有这一笔，没有取消。{last}，要取消它请发：取消还款 A{number} {sum_and_day(fen, on)}"
        case _:
            assert_never(outcome)


def planned(outcome: Planned) -> str:
    """The plan stands."""
    now, reminds = outcome.stands, f"到期前 {max(DAYS_BEFORE)} 天和当天会提醒您，那天休息就提前到休息前。"
    said = f"A{outcome.application_id} 的还款计划定好了：{terms(outcome.terms)}"
    untouched = now.next is not None and now.next is now.parts[0] and now.next.open_fen == now.next.instalment.total_fen
    if now.next is not None and untouched:
        return f"{said}，{_day(now.next.instalment.due)} 还第一期 {yuan(now.next.open_fen)}。{reminds}"
    return f"{said}。{standing(now)}{reminds if now.next is not None else ''}"


def also_deferred(now: Standing) -> str:
    """Beside what is overdue: what fell due in days that do not count as late."""
    return f"另有 {yuan(now.deferred_fen)} 到期未还，延期中，不算逾期"


def paid_ahead(number: int, now: Standing) -> str:
    """On a loan's card: what was paid before its day counts where it is settled before its time."""
    return f"其中 {yuan(now.ahead_fen)} 是提前还的；提前结清还要多少，回复 结清 A{number}"


def grace_said(of: Pause) -> str:
    """Days that do not count as late, as a loan's card has them."""
    return f"延期还款：{_from_to(of)}，不算逾期，也不提醒"


def _from_to(of: Pause) -> str:
    return f"{_day(of.first)} 到 {_day(of.last) if of.last else '再说'}"


def long_grace(outcome: LongGrace, send: str, *, by_yes: bool) -> str:
    """Days of grace that are rather a slip; `send` and `by_yes` as with `refused`."""
    days = f"{_day(outcome.first)} 到 {_day(outcome.last)}"
    why = f"延期 {days} 太长，或在最后一期以后，A{outcome.application_id} 没有记；请核对年份。"
    return f"{why}没写错就{'回复 好。' if by_yes else f'请发：{send}'}"


def grace_ended(outcome: GraceEnded | NoGrace | WhichGrace) -> str:
    """延期还款 A203 取消."""
    number = outcome.application_id
    if isinstance(outcome, NoGrace):
        return f"A{number} 没有延期还款可以取消。"
    if isinstance(outcome, WhichGrace):
        which = "、".join(map(_from_to, outcome.agreed))
        send = f"延期还款 A{number} 取消 {_day(outcome.agreed[-1].first)}"
        return f"没有取消。A{number} 的延期还款：{which}。要取消的请写开始那天：{send}"
    said = f"已取消 A{number} {_from_to(outcome.ended)} 的延期还款"
    if outcome.left:
        also = f"也要取消请发：延期还款 A{number} 取消 {_day(outcome.left[-1].first)}"
        return f"{said}。{'、'.join(map(_from_to, outcome.left))} 的还算；{also}"
    return f"{said}，那些天照常算逾期。"


def grace_given(of: GraceGiven) -> str:
    """These days do not count as late."""
    undo = f"延期还款 A{of.application_id} 取消 {_day(of.first)}"
    days = f"{_day(of.first)} 到 {_day(of.last)}"
    return f"记下了：A{of.application_id} 从 {days}，不算逾期，也不提醒。记错了回复 {undo}"


def paid(outcome: Paid) -> str:
    """It is recorded, and where the loan is now."""
    said = f"已记 A{outcome.application_id} {_day(outcome.on)} 还款 {yuan(outcome.fen)}。"
    ahead = _ahead(outcome.stands)
    return f"{said}{standing(outcome.stands)}{ahead}记错了回复 取消还款 A{outcome.application_id}。"


def _ahead(now: Standing) -> str:
    """What is said where more was paid than the next instalment: the lender may reckon anew instead."""
    done = sum(not part.open_fen for part in now.parts if part.interest_paid_fen + part.principal_paid_fen)
    coming = [part for part in now.parts if not part.open_fen][-1:] if now.ahead_fen else []
    if now.cleared is not None or not coming or done < 2:
        return ""
    return f"提前还的 {yuan(now.ahead_fen)} 先抵后面的期数；资方按提前还本重新算的，以资方的为准。"


def again(outcome: Again | TooMuch) -> str:
    """The message that records it all the same; `bot/phrases/repaid.py` reads its end. Of the same sum and day it says
    which one it is (第3笔), so that the message sent twice records no third one."""
    paid = f"A{outcome.application_id} {sum_and_day(outcome.fen, outcome.on)}"
    word = "结清" if outcome.settles else "还款"
    if isinstance(outcome, TooMuch):
        return f"{word} {paid} {MEANT}"
    return f"{word} {paid} 再记{'一' if outcome.count == 1 else f'第{outcome.count + 1}'}笔"


def sum_and_day(fen: int, on: date) -> str:
    """A repayment as it is typed: `5000 2026-12-24`."""
    return f"{Decimal(fen) / 100} {_day(on)}"


def one_more(outcome: JustTakenBack) -> str:
    """The message that takes this one back all the same; `bot/phrases/repaid.py` reads its end. Where others of the
    same sum and day were taken back it says which one it is, so that the message sent twice takes back no third one."""
    which = f"第{outcome.count + 1}" if outcome.count else "一"
    return f"取消还款 A{outcome.application_id} {sum_and_day(outcome.fen, outcome.on)} 再取消{which}笔"


def just_taken_back(outcome: JustTakenBack, *, by_yes: bool) -> str:
    """A second 取消还款 soon after the first; `by_yes` as with `refused`."""
    said = f"A{outcome.application_id} 刚取消过一笔还款，没有再取消。"
    send = one_more(outcome)
    return (
        f"{said}还要取消 {_day(outcome.on)} 的 {yuan(outcome.fen)}？是就{'回复 好，或' if by_yes else '请'}发：{send}"
    )


def taken_back(outcome: TakenBack) -> str:
    """The last repayment does not count any more."""
    said = f"已取消 A{outcome.application_id} {_day(outcome.on)} 的还款 {yuan(outcome.fen)}。"
    return f"{said}{standing(outcome.stands)}"


def standing(now: Standing) -> str:
    """Where a loan is, in a sentence or two."""
    if now.cleared is not None:
        over = f"，多还了 {yuan(now.over_fen)}" if now.over_fen else ""
        return f"贷款已结清{over}。"
    late = ""
    if now.overdue:
        also = f"{also_deferred(now)}。" if now.deferred else ""
        late = f"逾期 {now.days_past_due} 天（{now.bucket}），欠 {yuan(now.overdue_fen)}。{also}"
    elif now.deferred:
        late = f"到期未还 {yuan(now.deferred_fen)}，延期中，不算逾期。"
    coming = f"下一期 {_day(now.next.instalment.due)} {yuan(now.next.open_fen)}。" if now.next else ""
    return f"{late}{coming}"


def plan_command(number: int, of: Terms) -> str:
    """The whole message that sets such a plan."""
    monthly = f" 每月{of.day}号" if of.day not in (None, of.first.day) else ""
    return f"还款计划 A{number} {terms(of)} 首期 {of.first:%Y-%m-%d}{monthly}"


def plan_of_another_sum_still(number: int, lent_fen: int, planned_fen: int) -> str:
    """Beside what is reckoned by a plan that was made for another sum than was paid out."""
    sums = f"放款是 {yuan(lent_fen)}，还款计划还是按 {yuan(planned_fen)} 定的"
    return f"注意：{sums}，上面的数要等重新定了才准：回复 还款计划 A{number}"


def plan_is_of_another_sum(number: int, lent_fen: int, of: Terms) -> str:
    """The plan was made for another sum than was paid out: what to send."""
    made = f"放款 {yuan(lent_fen)}，还款计划却是按 {yuan(of.principal_fen)} 定的。"
    return f"{made}照放款的金额重新定，请发：{plan_command(number, of)}"


def say_plan(number: int, suggested: str, *, by_yes: bool = False) -> str:
    """There is no plan yet: what to send. `suggested` is a whole message, from what was applied for; or empty."""
    if suggested:
        return f"A{number} 还没有还款计划。按进件填的，请发{'（或直接回复 好）' if by_yes else ''}：\n{suggested}"
    return f"A{number} 还没有还款计划，请发：{_PLAN_FORM.format(number=number)}"


def lacks(what: str, unclear: str) -> str:
    """What is missing of a plan, with the words that were meant for it, perhaps, and are not clear."""
    return f"{what}（没看懂「{saying.plain(unclear, 20)}」）" if unclear else what


def plan_lacks(number: int, missing: list[str], form: str) -> str:
    """What was not said of a plan."""
    return f"A{number} 的还款计划还缺：{'、'.join(missing)}。请整条再发一次，如：{form}"


def which_repayment(number: int, said: str) -> str:
    """取消还款 with words (`said`) that name none, and may say that it is not to be."""
    how = f"取消还款 A{number}（最近一笔），或 取消还款 A{number} 5000 12-15"
    return f"没看懂「{saying.plain(said, 20)}」，没有取消。请发：{how}"


def which_sum(number: int, word: str = "还款") -> str:
    """A repayment without a sum."""
    how = f"{word} A{number} 5000 昨天（日期也可以写成 11-20 或 2026-11-20，不写就是今天）"
    return f"没看懂还了多少，或是哪天还的。请发：{how}"


def paid_ahead_already(number: int, *, by_yes: bool) -> str:
    """结清 without a sum, where nothing is left to pay; `by_yes` as with `refused`."""
    return f"A{number} 已经还够了，不用再还。记为结清就{'回复 好' if by_yes else f'请发：结清 A{number} 0元'}"


def to_settle(number: int, fen: int) -> str:
    """结清 without a sum: about how much it takes today."""
    about = f"A{number} 今天结清大约要 {yuan(fen)}（本金、到期未还的和这一期到今天的利息，以银行算的为准）。"
    return f"{about}客户还清了请发：结清 A{number} 金额"


def which_days(number: int) -> str:
    """Days of grace that were not understood."""
    return f"没看懂从哪天到哪天。请发：延期还款 A{number} 12-01 到 12-20"


def cost(simple: Decimal | None, line: Decimal) -> str:
    """综合融资成本, said to be 单利 as it has to be (`core/loans/cost.py`), and warned of above the line; None: so dear
    that there is no rate."""
    if simple is None:
        return "综合融资成本算不出来：费用几乎和借到的一样多，请核对"
    said = f"综合融资成本 年化 {(simple * 100).normalize():f}%（单利）"
    return f"{said}，超过 {(line * 100).normalize():f}% 的警戒线" if simple > line else said


def financing(of: Cost | NoRate | None, line: Decimal) -> tuple[list[str], list[str]]:
    """The sentence on what a loan costs a year, as what stands before all other lines of a card (above the line), and
    as what stands behind them; of what is not known nothing."""
    if of is None:
        return [], []
    said = [cost(of.simple if isinstance(of, Cost) else None, line)]
    return (said, []) if above(of, line) else ([], said)


def due_news(what: str, days: int, late: int) -> str:
    """Why the officer is told: `d3`, `d0`, `M1` …; it is due in so many days, or is `late` by so many, which leave out
    the days of grace."""
    if what == "d0" and days > 0:
        return f"还有 {days} 天，休假期间到期"
    if what.startswith("d"):
        return "今天到期" if days <= 0 else f"还有 {days} 天到期"
    return f"已逾期 {late} 天，进入 {what}"


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
