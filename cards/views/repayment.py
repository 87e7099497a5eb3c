"""Cards about 贷后: how a loan stands, its plan, what is due. Pure, as all views."""

from datetime import date

from cards import saying
from cards.fitting import cut
from cards.lead_actions import ShowLead
from cards.loan_actions import ShowLoan, ShowPlan, WriteRepayment
from cards.model import Button, Card, Field, Style
from cards.texts import repaying as texts
from core.loans.aftercare import LoanNow
from core.loans.arrears import Part

PAGE = 6  # rows that a card has
_NAME = 12


def loan_card(loan: LoanNow, name: str, product: str, *, records: bool = True) -> Card:
    """How the loan of an application stands. `records`: the viewer may record what is paid back."""
    title = f"A{loan.application_id} 还款 · {cut(name, _NAME)}"
    sub = f"{saying.product(product)} · {loan.paid_out:%Y-%m-%d} 放款"
    lead = Button("客户", ShowLead(loan.lead_id))
    if loan.terms is None or loan.plan is None or loan.stands is None:
        paid_out = Field("放款", texts.yuan(loan.lent_fen))
        how = texts.say_plan(loan.application_id, "")
        return Card(title=title, subtitle=sub, fields=(paid_out,), lines=(how,), buttons=(lead,))
    now = loan.stands
    done = sum(not part.open_fen for part in now.parts)
    fields = [
        Field("放款", texts.yuan(loan.lent_fen)),
        Field("方式", texts.terms(loan.terms)),
        Field("已还", f"{done}/{len(now.parts)}期，共{texts.yuan(sum(one.fen for one, _ in loan.paid))}"),
        Field("剩余本金", texts.yuan(now.outstanding_fen)),
    ]
    if now.overdue_fen:
        fields.append(Field("逾期", f"{now.days_past_due}天 {now.bucket} {texts.yuan(now.overdue_fen)}"))
    if now.next is not None:
        fields.append(Field("下一期", f"{now.next.instalment.due:%m-%d} {texts.yuan(now.next.open_fen)}"))
    settled = now.cleared is not None
    buttons = [] if settled or not records else [Button("记还款", WriteRepayment(loan.application_id), Style.PRIMARY)]
    lines = (f"{now.cleared:%Y-%m-%d} 已结清",) if now.cleared is not None else ()
    more = ("在延期还款的日子里，不算逾期",) if now.paused else ()
    return Card(
        title=title,
        subtitle=sub,
        fields=tuple(fields),
        lines=(*lines, *more),
        buttons=(*buttons, Button("还款计划", ShowPlan(loan.application_id, 0)), lead),
    )


def plan_card(loan: LoanNow, name: str, page: int, today: date) -> Card:
    """The plan, instalment by instalment; `page` counts from 1, 0 is the one with what is due next."""
    parts = loan.stands.parts if loan.stands is not None else ()
    pages = max(-(-len(parts) // PAGE), 1)
    first_open = next((number for number, part in enumerate(parts) if part.open_fen), 0)
    page = min(page or first_open // PAGE + 1, pages)
    shown = parts[(page - 1) * PAGE : page * PAGE]
    before = (Button("上一页", ShowPlan(loan.application_id, page - 1)),) if page > 1 else ()
    after = (Button("下一页", ShowPlan(loan.application_id, page + 1), Style.PRIMARY),) if page < pages else ()
    return Card(
        title=f"A{loan.application_id} 还款计划 · {cut(name, _NAME)}",
        subtitle=f"{texts.terms(loan.terms) if loan.terms else ''} · 第{page}/{pages}页",
        fields=tuple(_row(part, today) for part in shown),
        buttons=(*before, *after, Button("回总览", ShowLoan(loan.application_id))),
    )


def _row(part: Part, today: date) -> Field:
    one = part.instalment
    state = "已还" if not part.open_fen else "逾期" if one.due < today else ""
    open_fen = f"欠{texts.yuan(part.open_fen)}" if part.open_fen not in (0, one.total_fen) else ""
    said = " ".join(filter(None, (f"{one.due:%Y-%m-%d}", texts.yuan(one.total_fen), state, open_fen)))
    return Field(f"{one.number}期", said)


def due_card(loan: LoanNow, name: str, due: date, what: str, today: date, *, records: bool = True) -> Card:
    """To the officer: an instalment is due, or late."""
    now = loan.stands
    open_fen = now.overdue_fen if now is not None and due < today else 0
    part = next((one for one in now.parts if one.instalment.due == due), None) if now is not None else None
    late = now.days_past_due if now is not None else 0
    owed = open_fen or (part.open_fen if part is not None else 0)
    return Card(
        title=f"{'还款逾期' if due < today else '还款提醒'} · {cut(name, _NAME)}",
        subtitle=f"A{loan.application_id} · {texts.due_news(what, (due - today).days, late)}",
        fields=(
            Field("到期", f"{due:%Y-%m-%d}"),
            Field("应还", texts.yuan(owed)),
            Field("剩余本金", texts.yuan(now.outstanding_fen) if now is not None else ""),
        ),
        lines=("请联系客户；还了就记一笔。",) if records else (),
        buttons=(
            *((Button("记还款", WriteRepayment(loan.application_id), Style.PRIMARY),) if records else ()),
            Button("还款计划", ShowPlan(loan.application_id, 0)),
            Button("客户", ShowLead(loan.lead_id)),
        ),
    )
