"""The lists that cards show, as tables with all of their rows: what stands there is what the card would say, page by
page, masked alike."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cards import saying
from cards.texts import progress as progress_texts
from cards.views.todo import Line, what_waits
from cards.workbook.table import Cell, Money, Table, named
from core.leads.pooled import PooledLead
from core.leads.queries import OwnLead
from core.loans.bottlenecks import WaitingLine
from core.loans.listing import ApplicationLine
from core.loans.overdue import LateLoan
from core.reports.details import Detail

Names = Mapping[int, str]

_CUSTOMER, _PRODUCT, _AMOUNT = ("客户", 18), ("产品", 10), ("金额（元）", 14)
_MOMENT = 18


def money(fen: int | None) -> Money | None:
    """An amount that may not be known."""
    return Money(fen) if fen is not None else None


def product(key: str | None) -> str | None:
    """A product, empty where it is not known."""
    return saying.product(key) if key else None


def lead_table(title: str, leads: Iterable[OwnLead], now: datetime) -> Table:
    """我的客户, 部门客户."""
    columns = named(
        ("编号", 10), _CUSTOMER, _PRODUCT, _AMOUNT, ("等级", 6), ("标签", 24), ("归属人", 12),
        ("约定联系", _MOMENT), ("上次跟进", _MOMENT), ("多久未跟进", 12),
    )  # fmt: skip
    return Table(title, columns, [_lead(lead, now) for lead in leads])


def _lead(lead: OwnLead, now: datetime) -> tuple[Cell, ...]:
    idle = saying.span(now - lead.idle_since) if lead.idle_since is not None else None
    return (
        f"L{lead.id}",
        lead.name,
        product(lead.product),
        money(lead.amount_fen),
        lead.grade,
        "、".join(lead.tags),
        lead.owner or None,
        lead.due,
        lead.last_follow_up_at,
        idle,
    )


def pool_table(title: str, leads: Iterable[PooledLead], now: datetime) -> Table:
    """公海; what the pool hides before a claim is empty."""
    columns = named(
        ("编号", 10), _CUSTOMER, ("手机", 14), ("地区", 18), _PRODUCT, _AMOUNT, ("渠道", 14), ("进公海", _MOMENT),
        ("已等", 12),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"L{lead.id}",
            lead.name,
            lead.phone,
            saying.place(lead.region) if lead.region else None,
            product(lead.product),
            money(lead.amount_fen),
            lead.channel,
            lead.pooled_at,
            saying.span(now - lead.pooled_at),
        )
        for lead in leads
    ]
    return Table(title, columns, rows)


def todo_table(title: str, lines: Sequence[Line], customers: Names, names: Names, viewer: int, now: datetime) -> Table:
    """待办, what is due first."""
    columns = named(
        ("编号", 10), ("线索", 10), _CUSTOMER, ("要做什么", 30), _PRODUCT, _AMOUNT, ("代谁", 12), ("期限", _MOMENT),
        ("超期", 6),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        number, what, of, fen, person = what_waits(line)
        instead = names.get(person, "同事") if person not in (None, viewer) else None
        late = "超期" if line.due_at is not None and line.due_at <= now else None
        customer = customers.get(line.lead_id, "")
        lead = f"L{line.lead_id}" if line.lead_id else None
        parts = (number, lead, customer, what, product(of), money(fen), instead)
        rows.append((*parts, line.due_at, late))
    return Table(title, columns, rows)


def application_table(title: str, lines: Iterable[ApplicationLine], customers: Names) -> Table:
    """进度: applications, what stands at its stage the longest first."""
    columns = named(
        ("编号", 10), ("线索", 10), _CUSTOMER, _PRODUCT, _AMOUNT, ("状态", 16), ("从什么时候起", _MOMENT)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"A{line.number}",
            f"L{line.lead_id}",
            customers.get(line.lead_id, ""),
            product(line.product),
            money(line.amount_fen),
            progress_texts.stands(line.state, line.stage),
            line.since,
        )
        for line in lines
    ]
    return Table(title, columns, rows)


def waiting_table(title: str, lines: Iterable[WaitingLine], customers: Names, names: Names) -> Table:
    """What waits at a place of 瓶颈, the longest first."""
    columns = named(
        ("编号", 10), ("线索", 10), _CUSTOMER, _PRODUCT, _AMOUNT, ("节点", 16), ("在谁那里", 20),
        ("从什么时候起", _MOMENT), ("期限", _MOMENT),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"A{line.number}",
            f"L{line.lead_id}",
            customers.get(line.lead_id, ""),
            product(line.product),
            money(line.amount_fen),
            line.node,
            "、".join(names.get(person, "同事") for person in line.people) or "等外部答复",
            line.since,
            line.due_at,
        )
        for line in lines
    ]
    return Table(title, columns, rows)


def late_table(title: str, lines: Iterable[LateLoan], customers: Names, names: Names) -> Table:
    """逾期, the latest first."""
    columns = named(
        ("编号", 10), ("线索", 10), _CUSTOMER, ("归属人", 12), ("逾期天数", 10), ("档", 10), ("逾期金额（元）", 16)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"A{line.application_id}",
            f"L{line.lead_id}",
            customers.get(line.lead_id, ""),
            names.get(line.owner_id, "同事"),
            line.days,
            line.bucket.value,
            Money(line.overdue_fen),
        )
        for line in lines
    ]
    return Table(title, columns, rows)


def detail_table(title: str, lines: Iterable[Detail], customers: Names, names: Names) -> Table:
    """明细: what is behind a number, the newest first."""
    columns = named(
        ("编号", 10), ("线索", 10), _CUSTOMER, _PRODUCT, _AMOUNT, ("员工", 12), ("日期", 12), ("说明", 20)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"{line.letter}{line.number}",
            f"L{line.lead_id}",
            customers.get(line.lead_id),
            product(line.product),
            money(line.amount_fen),
            names.get(line.person_id or 0),
            line.on,
            line.part or None,
        )
        for line in lines
    ]
    return Table(title, columns, rows)
