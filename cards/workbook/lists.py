"""The lists that cards show, as tables with all of their rows: what stands there is what the card would say, page by
page, masked alike. A column is declared once, with what it says of a line."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cards import saying
from cards.texts import progress as progress_texts
from cards.texts.boards_asked import counts, shared
from cards.views.todo import Line, what_waits
from cards.workbook.table import Cell, Money, Of, Table, listed
from core.leads.pooled import PooledLead
from core.leads.queries import OwnLead
from core.loans.bottlenecks import WaitingLine
from core.loans.listing import ApplicationLine
from core.loans.overdue import LateLoan
from core.reports.details import Detail, DetailPage

Names = Mapping[int, str]
_MOMENT = 18


class _Wish(Protocol):
    """Of which product, and how much."""

    @property
    def product(self) -> str | None: ...
    @property
    def amount_fen(self) -> int | None: ...


class _Lead(Protocol):
    """A customer's lead itself."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


class _AboutLead(Protocol):
    """What is about a lead."""

    @property
    def lead_id(self) -> int: ...


def money(fen: int | None) -> Money | None:
    """An amount that may not be known."""
    return Money(fen) if fen is not None else None


def product(key: str | None) -> str | None:
    """A product, empty where it is not known."""
    return saying.product(key) if key else None


_PRODUCT: Of[_Wish] = Of("产品", 10, lambda wish: product(wish.product))
_AMOUNT: Of[_Wish] = Of("金额（元）", 14, lambda wish: money(wish.amount_fen))
_NUMBER: Of[_Lead] = Of("编号", 10, lambda lead: f"L{lead.id}")
_NAME: Of[_Lead] = Of("客户", 18, lambda lead: lead.name)
_LEAD: Of[_AboutLead] = Of("线索", 10, lambda line: f"L{line.lead_id}" if line.lead_id else None)


def _customer(customers: Names) -> Of[_AboutLead]:
    """The customer of what is about a lead, by lead; empty where he is not to be seen."""
    return Of("客户", 18, lambda line: customers.get(line.lead_id))


def lead_table(title: str, leads: Iterable[OwnLead], viewer: str, now: datetime) -> Table:
    """我的客户, 部门客户: what names no owner is `viewer`'s own."""
    columns: tuple[Of[OwnLead], ...] = (
        _NUMBER,
        _NAME,
        _PRODUCT,
        _AMOUNT,
        Of("等级", 6, lambda lead: lead.grade),
        Of("标签", 24, lambda lead: "、".join(lead.tags)),
        Of("归属人", 12, lambda lead: lead.owner or viewer),
        Of("约定联系", _MOMENT, lambda lead: lead.due),
        Of("上次跟进", _MOMENT, lambda lead: lead.last_follow_up_at),
        Of("未跟进时长", 12, lambda lead: _since(lead.idle_since, now)),
    )
    return listed(title, columns, leads)


def _since(moment: datetime | None, now: datetime) -> str | None:
    return saying.span(now - moment) if moment is not None else None


def pool_table(title: str, leads: Iterable[PooledLead], now: datetime) -> Table:
    """公海; what the pool hides before a claim is empty."""
    columns: tuple[Of[PooledLead], ...] = (
        _NUMBER,
        _NAME,
        Of("手机", 14, lambda lead: lead.phone),
        Of("地区", 18, lambda lead: saying.place(lead.region) if lead.region else None),
        _PRODUCT,
        _AMOUNT,
        Of("渠道", 14, lambda lead: lead.channel),
        Of("进公海", _MOMENT, lambda lead: lead.pooled_at),
        Of("已等", 12, lambda lead: saying.span(now - lead.pooled_at)),
    )
    return listed(title, columns, leads)


def todo_table(title: str, lines: Sequence[Line], customers: Names, names: Names, viewer: int, now: datetime) -> Table:
    """待办, what is due first."""

    def instead(line: Line) -> Cell:
        person = what_waits(line).person_id
        return names.get(person, "同事") if person not in (None, viewer) else None

    def late(line: Line) -> Cell:
        return "超期" if line.due_at is not None and line.due_at <= now else None

    columns: tuple[Of[Line], ...] = (
        Of("编号", 10, lambda line: what_waits(line).number),
        _LEAD,
        _customer(customers),
        Of("要做什么", 30, lambda line: what_waits(line).what),
        Of("产品", 10, lambda line: product(what_waits(line).product)),
        Of("金额（元）", 14, lambda line: money(what_waits(line).amount_fen)),
        Of("代谁办理", 12, instead),
        Of("期限", _MOMENT, lambda line: line.due_at),
        Of("超期", 6, late),
    )
    return listed(title, columns, lines)


def application_table(title: str, lines: Iterable[ApplicationLine], customers: Names) -> Table:
    """进度: applications, what stands at its stage the longest first."""
    columns: tuple[Of[ApplicationLine], ...] = (
        Of("编号", 10, lambda line: f"A{line.number}"),
        _LEAD,
        _customer(customers),
        _PRODUCT,
        _AMOUNT,
        Of("状态", 16, lambda line: progress_texts.stands(line.state, line.stage)),
        Of("起始时间", _MOMENT, lambda line: line.since),
    )
    return listed(title, columns, lines)


def waiting_table(title: str, lines: Iterable[WaitingLine], customers: Names, names: Names) -> Table:
    """What waits at a place of 瓶颈, the longest first."""

    def who(line: WaitingLine) -> Cell:
        return "、".join(names.get(person, "同事") for person in line.people) or progress_texts.OUTSIDE

    columns: tuple[Of[WaitingLine], ...] = (
        Of("编号", 10, lambda line: f"A{line.number}"),
        _LEAD,
        _customer(customers),
        _PRODUCT,
        _AMOUNT,
        Of("节点", 16, lambda line: line.node),
        Of("处理人", 20, who),
        Of("起始时间", _MOMENT, lambda line: line.since),
        Of("期限", _MOMENT, lambda line: line.due_at),
    )
    return listed(title, columns, lines)


def late_table(title: str, lines: Iterable[LateLoan], customers: Names, names: Names) -> Table:
    """逾期, the latest first."""
    columns: tuple[Of[LateLoan], ...] = (
        Of("编号", 10, lambda line: f"A{line.application_id}"),
        _LEAD,
        _customer(customers),
        Of("归属人", 12, lambda line: names.get(line.owner_id, "同事")),
        Of("逾期天数", 10, lambda line: line.days),
        Of("逾期档次", 10, lambda line: line.bucket.value),
        Of("逾期金额（元）", 16, lambda line: Money(line.overdue_fen)),
    )
    return listed(title, columns, lines)


def detail_table(title: str, page: DetailPage, customers: Names, names: Names) -> Table:
    """明细: what is behind a number, the newest first, with how the number comes about where it is a share."""
    columns: tuple[Of[Detail], ...] = (
        Of("编号", 10, lambda line: f"{line.letter}{line.number}"),
        _LEAD,
        _customer(customers),
        _PRODUCT,
        _AMOUNT,
        Of("员工", 12, lambda line: names.get(line.person_id or 0)),
        Of("日期", 12, lambda line: line.on),
        Of("说明", 24, lambda line: "，".join(counts(line)) or None),
    )
    return listed(title, columns, page.lines, (shared(page.share),) if page.share is not None else ())
