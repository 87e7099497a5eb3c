"""还款计划, 还款, 结清, 取消还款, 延期还款: what happens to a loan after its payout."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypedDict

from bot.call import Call, Reply
from bot.phrases.application_numbers import split_application
from bot.phrases.numbers import folded, lead_in, read_number, split_number
from bot.phrases.repaid import (
    bare_rate,
    beside_days,
    beside_in,
    beside_plan,
    beside_repayment,
    day_nearest,
    days_between,
    plan_words,
    repayment_in,
    repayment_named,
    taken_back_beside,
)
from cards.loan_actions import OpenLoan, ShowLate, ShowLoan, ShowPlan, WriteRepayment
from cards.texts import chat
from cards.texts import repaying as texts
from core.loans import queries
from core.loans.aftercare import give_grace, may_record, pay_back, set_plan, take_back_grace, take_back_repayment
from core.loans.aftercare_outcomes import (
    Again,
    FarOff,
    GraceEnded,
    GraceGiven,
    JustTakenBack,
    LongGrace,
    NoGrace,
    NoPlan,
    NotPaidOut,
    NotYoursToRecord,
    Paid,
    PayRefusal,
    Planned,
    SettledAlready,
    TakenBack,
    TooMuch,
    WhichGrace,
)
from core.loans.financing import terms_of
from core.loans.loan_now import LoanNow, all_of_lead, lent, loan_now, newest_of_lead, pay_off, plan_row, running_of_lead
from core.loans.models import subject
from core.loans.repayment import Method, Rate, Terms, in_month
from core.loans.sight import may_look_at, may_see_loan
from core.moments import day_of
from core.store.database import Executor
from jobs.repayment_screens import late_face, loan_face, plan_face

_ENDS_GRACE = ("取消", "撤销", "不延了")


class _Sure(TypedDict):
    """What is meant so: as `pay_back` has it."""

    beside: int
    meant: bool


def plan(call: Call) -> Reply:
    """还款计划 A203 [等额本息 36期 年利率4.9% 首期 2027-01-15]: shown, or set."""
    meant = _meant(call, "还款计划")
    if isinstance(meant, Reply):
        return meant
    number, rest = meant
    known = _visible(call, number)
    if isinstance(known, str):
        return Reply(say=known)
    if not rest:
        if known.terms is not None:
            return _shown(call, known)
        return _propose(call, number)
    return _set(call, number, rest)


def _shown(call: Call, known: LoanNow) -> Reply:
    """The loan; where its plan is of another sum than was paid out, a mere yes sets it anew."""
    number, terms = known.application_id, known.terms
    ended = known.stands is not None and known.stands.cleared is not None
    if terms is None or ended or terms.principal_fen == known.lent_fen or not _records(call, number):
        return Reply(show=loan_face(number))
    by_yes = call.suggest(texts.plan_command(number, terms))
    return Reply(say=texts.SET_ANEW if by_yes else "", show=loan_face(number), asks=by_yes)


def _propose(call: Call, number: int) -> Reply:
    """There is no plan yet: what to send, or to agree to."""
    if not _records(call, number):
        return Reply(say=texts.refused(NotYoursToRecord(number)))
    suggested = _suggested(call, number)
    by_yes = bool(suggested) and call.suggest(suggested)
    return Reply(say=texts.say_plan(number, suggested, by_yes=by_yes), asks=by_yes)


def _set(call: Call, number: int, rest: str) -> Reply:
    paid_out, today = lent(call.unit.connection, number), day_of(call.unit.now)
    said = plan_words(rest, today, paid_out[1] if paid_out is not None else None)
    method = None if said.method_unclear else said.method or Method.EQUAL_INSTALMENT
    asked = (
        ("还款方式", method, said.method_unclear),
        ("几期", said.months, said.months_unclear),
        ("年利率", said.rate, said.rate_unclear),
        ("首期日期", said.first, said.first_unclear),
    )
    lacks = [texts.lacks(word, unclear) for word, there, unclear in asked if there is None]
    terms = Terms(
        paid_out[0] if paid_out is not None else 0,
        method or Method.EQUAL_INSTALMENT,
        said.rate or bare_rate(said.rate_unclear) or Rate(Decimal("0.049")),
        said.months or 36,
        said.first or in_month(today, 1, today.day),
        said.day,
    )
    if lacks:
        return Reply(say=texts.plan_lacks(number, lacks, texts.plan_command(number, terms)))
    beside = beside_plan(rest.removesuffix(texts.MEANT), today)
    if beside:
        return _sure_of(call, "设还款计划", beside, texts.plan_command(number, terms))
    outcome = set_plan(call.unit, call.actor, number, terms, again=rest.endswith(texts.MEANT))
    if isinstance(outcome, FarOff):
        send = f"{texts.plan_command(number, terms)} {texts.MEANT}"
        by_yes = call.suggest(send)
        return Reply(say=texts.refused(outcome, send, by_yes=by_yes), asks=by_yes)
    return Reply(say=texts.planned(outcome) if isinstance(outcome, Planned) else texts.refused(outcome))


def _suggested(call: Call, number: int) -> str:
    """A whole message that sets the plan as it was applied for; empty where that says too little."""
    found = queries.application(
        call.unit.session, call.unit.vault, call.actor, number, call.company.tagging, call.unit.now
    )
    paid_out = lent(call.unit.connection, number)
    if found is None or paid_out is None:
        return ""
    asked = {key: value for key, value in found.values.items() if key in found.asked_for}  # no other answers' rate
    terms = terms_of(asked, paid_out[1])
    return texts.plan_command(number, terms) if terms is not None else ""


def repay(call: Call) -> Reply:
    """还款 A203 5000 [12-15]: recorded."""
    if call.text.strip().isdigit():  # 「还款 5000」: of which?
        return Reply(say=texts.WHICH_LOAN)
    meant = _meant(call, "还款")
    return meant if isinstance(meant, Reply) else _recorded(call, *meant, settles=False)


def repayment_given(call: Call) -> Reply:
    """The answer to 记还款."""
    number = int(str(call.asked["application"]))
    if repayment_in(call.text, day_of(call.unit.now)) is None:
        return Reply(say=texts.which_sum(number), asks=True)
    call.end_dialog()
    return _recorded(call, number, call.text, settles=False)


def _recorded(call: Call, number: int, text: str, *, settles: bool) -> Reply:
    """What was paid, by its words; what stands beside sum and day is not kept, and asked about."""
    today, word = day_of(call.unit.now), "结清" if settles else "还款"
    said_of_it, sure = _sure(text)
    said = repayment_in(said_of_it, today)
    if said is None:
        return Reply(say=texts.which_sum(number, word))
    beside = beside_repayment(said_of_it, today)
    if beside:
        send = f"{word} A{number} {texts.sum_and_day(*said)} {text[len(said_of_it) :]}".strip()
        return _sure_of(call, "记这笔还款", beside, send)
    return _paid(call, pay_back(call.unit, call.actor, number, *said, settles=settles, **sure))


def _sure_of(call: Call, done: str, beside: str, send: str) -> Reply:
    """Nothing is done yet: what stands beside it may say that it is not so."""
    by_yes = call.suggest(send)
    return Reply(say=chat.not_kept(done, beside, send, by_yes=by_yes), asks=by_yes)


def _sure(text: str) -> tuple[str, _Sure]:
    """The text without the words at its end that say it is meant so, and what they say. Who records another one of the
    same sum has seen it twice: he is not asked about the sum as well."""
    before, beside = beside_in(text)
    if beside:
        return before, {"beside": beside, "meant": True}
    return text.removesuffix(texts.MEANT), {"beside": 0, "meant": text.endswith(texts.MEANT)}


def _paid(call: Call, outcome: Paid | PayRefusal) -> Reply:
    if isinstance(outcome, Again | TooMuch):
        by_yes = call.suggest(texts.again(outcome))
        return Reply(say=texts.refused(outcome, texts.again(outcome), by_yes=by_yes), asks=by_yes)
    if isinstance(outcome, Paid):
        return Reply(say=texts.paid(outcome) + _other_sum(call, outcome.application_id))
    return Reply(say=texts.refused(outcome))


def _other_sum(call: Call, number: int) -> str:
    """What is said of a loan whose plan is of another sum than was paid out; empty of every other."""
    row, paid_out = plan_row(call.unit.connection, number), lent(call.unit.connection, number)
    if row is None or paid_out is None or row.principal_fen == paid_out[0]:
        return ""
    return "\n" + texts.plan_of_another_sum_still(number, paid_out[0], row.principal_fen)


def settle(call: Call) -> Reply:
    """结清 A203 金额 [12-15]: the rest was paid at once; without a sum it is said how much that is."""
    meant = _meant(call, "结清")
    if isinstance(meant, Reply):
        return meant
    number, rest = meant
    if not rest:
        return _to_settle(call, number)
    if folded(rest).strip() in ("0", "0元"):  # enough was paid ahead
        return _paid(call, pay_back(call.unit, call.actor, number, 0, settles=True))
    return _recorded(call, number, rest, settles=True)


def _to_settle(call: Call, number: int) -> Reply:
    """About how much it takes today."""
    known = _visible(call, number)
    if isinstance(known, str):
        return Reply(say=known)
    if known.stands is None:
        return Reply(say=texts.refused(NoPlan(number)))
    if known.stands.cleared is not None:
        return Reply(say=texts.refused(SettledAlready(number, known.stands.cleared)))
    left = pay_off(known, day_of(call.unit.now))
    if not left:
        by_yes = call.suggest(f"结清 A{number} 0元")
        return Reply(say=texts.paid_ahead_already(number, by_yes=by_yes), asks=by_yes)
    return Reply(say=texts.to_settle(number, left) + _other_sum(call, number))


def take_back(call: Call) -> Reply:
    """取消还款 A203 [5000] [12-15]: the last one, or the last of that sum and day, was a mistake."""
    meant = _meant(call, "取消还款", all_of_lead)
    if isinstance(meant, Reply):
        return meant
    number, rest = meant
    named, others = taken_back_beside(rest)
    fen, on, beside = repayment_named(named, day_of(call.unit.now))
    if beside:
        return Reply(say=texts.which_repayment(number, beside))
    outcome = take_back_repayment(call.unit, call.actor, number, fen=fen, on=on, beside=others)
    if isinstance(outcome, JustTakenBack):
        by_yes = call.suggest(texts.one_more(outcome))
        return Reply(say=texts.just_taken_back(outcome, by_yes=by_yes), asks=by_yes)
    return Reply(say=texts.taken_back(outcome) if isinstance(outcome, TakenBack) else texts.refused(outcome))


def grace(call: Call) -> Reply:
    """延期还款 A203 12-01 到 12-20: days that do not count as late; 延期还款 A203 取消: they do."""
    meant = _meant(call, "延期还款")
    if isinstance(meant, Reply):
        return meant
    number, rest = meant
    ends = next((word for word in _ENDS_GRACE if rest.startswith(word)), None)
    if ends is not None:
        named = rest.removeprefix(ends).strip()
        day = day_nearest(named, day_of(call.unit.now)) if named else None
        return _end_grace(call, number, day) if day or not named else Reply(say=texts.which_days(number))
    today = day_of(call.unit.now)
    begins, _, ends = folded(rest.removesuffix(texts.MEANT)).replace("至", "到").partition("到")
    days = days_between(begins, ends, today)
    if days is None:
        return Reply(say=texts.which_days(number))
    first, last = days
    send, again = f"延期还款 A{number} {first} 到 {last}", rest.endswith(texts.MEANT)
    beside = beside_days(f"{begins} {ends}", today)
    if beside:
        return _sure_of(call, "延期", beside, send)
    outcome = give_grace(call.unit, call.actor, number, first, last, again=again)
    if isinstance(outcome, LongGrace):
        send = f"{send} {texts.MEANT}"
        by_yes = call.suggest(send)
        return Reply(say=texts.long_grace(outcome, send, by_yes=by_yes), asks=by_yes)
    return Reply(say=texts.grace_given(outcome) if isinstance(outcome, GraceGiven) else texts.refused(outcome))


def _end_grace(call: Call, number: int, first: date | None) -> Reply:
    """延期还款 A203 取消 [12-01]."""
    outcome = take_back_grace(call.unit, call.actor, number, first)
    if isinstance(outcome, GraceEnded | NoGrace | WhichGrace):
        return Reply(say=texts.grace_ended(outcome))
    return Reply(say=texts.refused(outcome))


def show(call: Call, action: ShowLoan) -> Reply:
    """还款计划, 回总览: the loan; what to send, where there is no plan yet."""
    known = _visible(call, action.number)
    if not isinstance(known, str) and known.terms is None:
        return _propose(call, action.number)
    return _on_card(call, action.number, Reply(change=loan_face(action.number)))


def open_late(call: Call, action: OpenLoan) -> Reply:
    """A line of 逾期."""
    return _on_card(call, action.number, Reply(show=loan_face(action.number)))


def late(call: Call) -> Reply:
    """逾期 [2]: the loans that are late."""
    return Reply(show=late_face(read_number(call.text) or 1))


def turn_late(call: Call, action: ShowLate) -> Reply:  # noqa: ARG001
    """下一页, 刷新."""
    return Reply(change=late_face(action.page))


def turn_page(call: Call, action: ShowPlan) -> Reply:
    """还款计划, 上一页, 下一页."""
    return _on_card(call, action.number, Reply(change=plan_face(action.number, action.page)))


def write(call: Call, action: WriteRepayment) -> Reply:
    """记还款: the sum is asked for."""
    known = _visible(call, action.number)
    if isinstance(known, str):
        return Reply(say=known, refresh=True)
    if not _records(call, action.number):
        call.unit.record(call.actor.id, "loan:denied", subject(action.number))
        return Reply(say=texts.refused(NotYoursToRecord(action.number)), refresh=True)
    if known.stands is not None and known.stands.cleared is not None:
        return Reply(say=texts.refused(SettledAlready(action.number, known.stands.cleared)), refresh=True)
    call.ask("repayment", lead=known.lead_id, application=action.number)
    return Reply(say=texts.ask_repayment(action.number, call.customer(known.lead_id)), asks=True)


def _records(call: Call, number: int) -> bool:
    """May he say how it is paid back?"""
    owner = queries.owner_and_product(call.unit.session, number)
    return owner is not None and may_record(call.unit.connection, call.actor, owner[0])


def _on_card(call: Call, number: int, reply: Reply) -> Reply:
    known = _visible(call, number)
    return Reply(say=known, refresh=True) if isinstance(known, str) else reply


def _visible(call: Call, number: int) -> LoanNow | str:
    """The loan, or what is said to who may not see it, or of one that there is not yet."""
    hidden = _hidden(call, number)
    if hidden:
        return hidden
    found = loan_now(call.unit.connection, number, call.unit.now)
    return found if found is not None else texts.refused(NotPaidOut(number))


def _may_look(call: Call, number: int) -> bool:
    owner = queries.owner_and_product(call.unit.session, number)
    return owner is not None and may_look_at(call.unit.connection, call.actor, number, owner[0], call.unit.now)


def _hidden(call: Call, number: int) -> str:
    """What is said to who may not see the loan; empty to who may."""
    owner = queries.owner_and_product(call.unit.session, number)
    if owner is None or not _may_look(call, number):
        return texts.no_such_application(number)
    sees_it = may_see_loan(call.unit.connection, call.actor, number, owner[0], call.unit.now)
    return "" if sees_it else texts.loan_hidden(number)


def _meant(
    call: Call, word: str, among: Callable[[Executor, int], list[int]] = running_of_lead
) -> tuple[int, str] | Reply:
    """Which application is meant, and what is said behind it: by its number, or by its lead's, if `among` says that it
    is one of the lead's alone; of several it is asked which. Of none it is the last for which money was paid out."""
    lead = lead_in(call.text)
    beside = split_number(call.text) if lead is not None else None
    if lead is None or beside is None:
        return split_application(call.text) or Reply(say=texts.WHICH_LOAN)
    connection = call.unit.connection
    seen = [number for number in among(connection, lead) if not _hidden(call, number)]
    if len(seen) > 1:
        loans = [(number, *paid_out) for number in seen if (paid_out := lent(connection, number)) is not None]
        return Reply(say=texts.which_of_loans(lead, loans, word, beside[1]))
    number = seen[0] if seen else newest_of_lead(connection, lead)
    if number is None or not _may_look(call, number):  # whether a colleague's lead has a loan is not told
        return Reply(say=texts.WHICH_LOAN)
    return number, beside[1]
