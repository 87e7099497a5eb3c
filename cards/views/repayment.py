"""Cards about 贷后: how a loan stands, its plan, what is due. Pure, as all views."""

from collections.abc import Mapping
from datetime import date

from cards import saying
from cards.fitting import cut
from cards.lead_actions import ShowLead
from cards.loan_actions import OpenLoan, ShowLate, ShowLoan, ShowPlan, WriteRepayment
from cards.model import Button, Card, Field, Style
from cards.texts import repaying as texts
from cards.views.reminders import LATER
from cards.views.rows import ROW, page_before_said, page_buttons
from core.loans.arrears import Bucket, Part, Standing
from core.loans.listing import PAGE as LATE_PAGE
from core.loans.loan_now import LoanNow
from core.loans.overdue import LateLoan, LatePage

PAGE = 6  # rows that a card has
_NAME = 12
_KEY = 5  # 字 of a row's name


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
    if now.days_past_due:
        fields.append(Field("逾期", f"{now.days_past_due}天 {now.bucket} {texts.yuan(now.overdue_fen)}"))
    elif now.deferred_fen:
        fields.append(Field("到期未还", texts.yuan(now.deferred_fen)))
    if now.next is not None:
        fields.append(Field("下一期", f"{now.next.instalment.due:%Y-%m-%d} {texts.yuan(now.next.open_fen)}"))
    settled = now.cleared is not None
    buttons = [] if settled or not records else [Button("记还款", WriteRepayment(loan.application_id), Style.PRIMARY)]
    lines = (f"{now.cleared:%Y-%m-%d} 已结清",) if now.cleared is not None else ()
    if loan.terms.principal_fen != loan.lent_fen and not lines:
        lines = (texts.plan_is_of_another_sum(loan.application_id, loan.lent_fen, loan.terms),)
    more = [texts.paid_ahead(loan.application_id, now)] if now.ahead_fen and not settled else []
    more += [texts.also_deferred(now)] if now.overdue and now.deferred else []
    more += [texts.grace_said(each) for each in loan.graces[-1:]]
    return Card(
        title=title,
        subtitle=sub,
        fields=tuple(fields),
        lines=(*lines, *more),
        buttons=(*buttons, Button("还款计划", ShowPlan(loan.application_id, 0)), lead),
    )


def loan_line(loan: LoanNow) -> str:
    """A loan in one line of its customer's card: `贷款 A203 · 逾期3天 M1`."""
    return f"贷款 A{loan.application_id} · {loan_stands(loan)}"


def loan_stands(loan: LoanNow) -> str:
    """How it is paid back, in short: `逾期3天 M1`, `在还，下一期 2026-12-24`."""
    now = loan.stands
    if now is None:
        return "还没有还款计划"
    if now.cleared is not None:
        return f"{now.cleared:%Y-%m-%d} 已结清"
    if now.days_past_due:
        return f"逾期{now.days_past_due}天 {now.bucket}"
    return "在还" + (f"，下一期 {now.next.instalment.due:%Y-%m-%d}" if now.next is not None else "")


def plan_card(loan: LoanNow, name: str, page: int, today: date) -> Card:
    """The plan, instalment by instalment; `page` counts from 1, 0 is the one with what is due next."""
    parts = loan.stands.parts if loan.stands is not None else ()
    late = loan.stands.overdue if loan.stands is not None else ()
    pages = max(-(-len(parts) // PAGE), 1)
    first_open = next((number for number, part in enumerate(parts) if part.open_fen), 0)
    page = min(page or first_open // PAGE + 1, pages)
    shown = parts[(page - 1) * PAGE : page * PAGE]
    before = (Button("上一页", ShowPlan(loan.application_id, page - 1)),) if page > 1 else ()
    after = (Button("下一页", ShowPlan(loan.application_id, page + 1), Style.PRIMARY),) if page < pages else ()
    return Card(
        title=f"A{loan.application_id} 还款计划 · {cut(name, _NAME)}",
        subtitle=f"{texts.terms(loan.terms) if loan.terms else ''} · 第{page}/{pages}页",
        fields=tuple(_row(part, today, late=part in late) for part in shown),
        buttons=(*before, *after, Button("回总览", ShowLoan(loan.application_id))),
    )


def _row(part: Part, today: date, *, late: bool) -> Field:
    one, unpaid = part.instalment, "逾期" if late else "未还"  # days of grace do not count as late
    state = "已还" if not part.open_fen else unpaid if one.due < today else ""
    open_fen = f"欠{texts.yuan(part.open_fen)}" if part.open_fen not in (0, one.total_fen) else ""
    said = " ".join(filter(None, (f"{one.due:%Y-%m-%d}", texts.yuan(one.total_fen), state, open_fen)))
    return Field(f"{one.number}期", said)


def late_card(found: LatePage, customers: Mapping[int, str], names: Mapping[int, str], viewer_id: int) -> Card:
    """逾期: the loans that are late, the latest first; each opens. `customers` by lead, as the viewer may see them."""
    if not found.total:
        return Card(title="逾期", subtitle="没有逾期的贷款。", buttons=(Button("刷新", ShowLate(1)),))
    counts = [f"{one} {found.counts[one]}笔" for one in Bucket if found.counts.get(one)]
    where = [f"第{found.page}页"] if found.page > 1 else []
    buttons = [Button(f"A{line.application_id}", OpenLoan(line.application_id)) for line in found.lines]
    more = found.page * LATE_PAGE < found.total
    return Card(
        title="逾期",
        subtitle=" · ".join([f"共{found.total}笔", *counts, *where]),
        fields=tuple(_late_row(line, customers, names, viewer_id) for line in found.lines),
        lines=page_before_said(len(buttons), found.page, "逾期"),
        buttons=(*buttons, *page_buttons(len(buttons), found.page, ShowLate, more=more)),
    )


def _late_row(line: LateLoan, customers: Mapping[int, str], names: Mapping[int, str], viewer_id: int) -> Field:
    number = f"A{line.application_id}"
    label, head = (number, "") if len(number) <= _KEY else ("编号", f"{number} ")
    owner = "" if line.owner_id == viewer_id else f" {saying.short_name(names.get(line.owner_id, '同事'))}"
    late, owed = f"{line.days}天 {line.bucket}", f"欠{texts.yuan(line.overdue_fen)}"
    room = ROW - len(head)
    rest = saying.first_that_fits(
        [f"{late} {owed}{owner}", f"{late} {owed}", f"{line.days}天 欠{saying.money(line.overdue_fen)}", late], room - 5
    )
    return Field(label, f"{head}{saying.named(saying.short_mask(customers.get(line.lead_id, '客户')), rest, room)}")


def due_card(loan: LoanNow, name: str, due: date, what: str, today: date, *, records: bool = True) -> Card:
    """To the officer: an instalment is due, or late."""
    now = loan.stands
    is_late = due < today and now is not None and bool(now.overdue)
    open_fen = now.overdue_fen if now is not None and is_late else 0
    part = next((one for one in now.parts if one.instalment.due == due), None) if now is not None else None
    owed = open_fen or (part.open_fen if part is not None else 0)
    also = now.overdue_fen if now is not None and due >= today else 0
    return Card(
        title=f"{'还款逾期' if is_late else '还款提醒'} · {cut(name, _NAME)}",
        subtitle=f"A{loan.application_id} · {_news(now, due, what, today)}",
        fields=(
            Field("到期", f"{due:%Y-%m-%d}"),
            Field("应还", texts.yuan(owed)),
            *((Field("逾期未还", f"{texts.yuan(also)}，另外要还"),) if also else ()),
            Field("剩余本金", texts.yuan(now.outstanding_fen) if now is not None else ""),
        ),
        lines=("请联系客户；还了就记一笔。",) if records else (),
        buttons=(
            *((Button("记还款", WriteRepayment(loan.application_id), Style.PRIMARY),) if records else ()),
            Button("还款计划", ShowPlan(loan.application_id, 0)),
            Button("客户", ShowLead(loan.lead_id)),
            LATER,
        ),
    )


def _news(now: Standing | None, due: date, what: str, today: date) -> str:
    """Why he was told; on a card that hangs since then what has become of it, if nothing is late any more."""
    if due < today and now is not None and not now.overdue:
        return texts.DEFERRED if now.deferred else texts.NOTHING_LATE
    return texts.due_news(what, (due - today).days, now.days_past_due if now is not None else 0)
