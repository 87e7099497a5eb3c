"""Cards of 批量关怀. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.fitting import width
from cards.lead_actions import BeginCare, DropCare, OpenMine, ShowCare, TickCare
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.texts.caring import shares_said
from cards.texts.segments import segment_said
from core.leads.care_queries import CareNow, Progress
from core.leads.queries import Brief

TICKS = "care"
PAGE = 5
_ROWS = 4
_OPTION = 17
_BELOW = 160
_TEXT = 150
_ROW = 30


def plan_card(care: CareNow, leads: int, owners: int) -> Card:
    """The draft: whom it is about, and how many; it begins by a tap."""
    return Card(
        title=f"关怀 {leads} 位客户？",
        subtitle=f"确认后给 {owners} 位归属人列任务单，不会发给客户",
        quote=saying.plain(care.text, _TEXT),
        fields=(
            Field("条件", saying.plain(segment_said(care.segment), _ROW)),
            Field("客户", f"{leads} 位"),
            Field("归属人", f"{owners} 位"),
        ),
        buttons=(
            Button("确认发起", BeginCare(care.number), Style.PRIMARY),
            Button("不发了", DropCare(care.number)),
        ),
    )


def progress_card(care: CareNow, progress: Progress, shares: Sequence[tuple[str, int, int]], now: datetime) -> Card:
    """To who began it: how many tasks are done, and by whom. `shares` are owners with done and total."""
    until = f"，{saying.at(care.until, now)} 截止" if care.until and care.until > now else "，已截止"
    void = (f"{progress.void} 条线索已结束，不用再联系",) if progress.void else ()
    return Card(
        title=f"关怀 C{care.number} 完成 {progress.done}/{progress.total}",
        subtitle=f"{saying.at(care.begun_at, now)} 发起{until}" if care.begun_at else "",
        quote=saying.plain(care.text, _TEXT),
        fields=(Field("条件", saying.plain(segment_said(care.segment), _ROW)),),
        lines=(*shares_said(shares, 2 * _ROWS), *void),
        buttons=(Button("刷新", ShowCare(care.number), Style.PRIMARY),),
    )


def dropped_card(number: int) -> Card:
    """A draft that is not wanted any more, or another has taken its place."""
    return Card(
        title=f"关怀 C{number} 已作废", subtitle="没有发起", buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),)
    )


def tasks_card(care: CareNow, leads: Sequence[Brief], count: int, by: str) -> Card:
    """To an owner: whom to contact, to tick off when it is done. `count` in all; the text comes below the title."""
    details = [f"L{lead.id} {lead.phone}" for lead in leads]
    more = f"还有 {count - len(leads)} 条，做完再看" if count > len(leads) else ""
    fixed = sum(width(line) + 1 for line in (*details, more, by) if line) + 12
    return Card(
        title=f"关怀任务 {count} 条",
        subtitle=f"{by}建议说：{saying.plain(care.text, max(_BELOW - fixed, 10))}",
        lines=(more,) if more else (),
        checklist=Checklist(
            TICKS,
            tuple(Option(f"L{lead.id}", _option(lead), detail) for lead, detail in zip(leads, details, strict=True)),
            submit=Button("已联系", TickCare(care.number), Style.PRIMARY),
            taps="记为已联系",
        ),
    )


def _option(lead: Brief) -> str:
    need, name = saying.need(lead.product, lead.amount_fen), saying.short_name(lead.name)
    return saying.first_that_fits([f"L{lead.id} {lead.name} {need}", f"L{lead.id} {name}", f"L{lead.id}"], _OPTION)


def tasks_done_card(care: CareNow, now: datetime) -> Card:
    """To an owner: nothing is left for him."""
    over = care.until is not None and care.until <= now
    return Card(
        title="关怀任务已截止" if over else "没有待联系的关怀任务了",
        subtitle=saying.plain(care.text, 40),
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )
