"""Cards about 超时回收: what is about to fall, what fell, and the question for more time. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.lead_actions import AskExtension, DecideExtension, OpenMine, ReleaseLead, ShowLead, ShowPool, WriteFollowUp
from cards.model import Button, Card, Field, Style
from cards.texts.recycling import HELPS
from cards.views.reminders import LATER
from cards.views.rows import ROW, lead_label, lead_row
from core.leads.queries import Brief
from core.leads.recycling import Due

MOST_LISTED = 5


def warning_card(lead: Brief, falls: Due, now: datetime, *, can_extend: bool) -> Card:
    """To the owner, some time before a lead falls."""
    helps = falls.rule.lapse.is_met_by_a_follow_up
    write, ask = (Style.PRIMARY, Style.PLAIN) if helps or not can_extend else (Style.PLAIN, Style.PRIMARY)
    extend = (Button("申请延期", AskExtension(lead.id), ask),) if can_extend else ()
    return Card(
        title=f"L{lead.id} 即将收回",
        subtitle=f"{saying.at(falls.at, now)} 到期，{saying.left(falls.at - now)}",
        fields=(
            Field("客户", lead.name),
            Field("电话", saying.phone(lead.phone)),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
            Field("规则", falls.rule.name),
        ),
        lines=(f"{HELPS[falls.rule.lapse]}。",),
        buttons=(
            Button("写跟进", WriteFollowUp(lead.id), write),
            *extend,
            Button("释放", ReleaseLead(lead.id)),
            LATER,
        ),
    )


def warnings_card(leads: Sequence[tuple[Brief, Due]], count: int, now: datetime) -> Card:
    """The same of several at once: the first to fall first; `count` in all."""
    rows = tuple(lead_row(lead.id, lead.name, (f"{saying.at(falls.at, now)} 到期",)) for lead, falls in leads)
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    lapses = {falls.rule.lapse for _, falls in leads}
    helps = HELPS[lapses.pop()] if len(lapses) == 1 else "点开看是哪条规则"
    return Card(
        title=f"{count} 条线索即将收回",
        subtitle=f"{helps}；也可回复 延期 编号。",
        fields=rows,
        lines=more,
        buttons=tuple(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead, _ in leads),
    )


def fallen_card(lines: Sequence[tuple[int, str]], count: int, rule: str, now: datetime) -> Card:
    """To the old owner: leads of his went back to their pools. `lines` are numbers and pools of the first of them."""
    title = f"L{lines[0][0]} 已收回" if count == 1 else f"{count} 条线索已收回"
    more = (f"还有 {count - len(lines)} 条",) if count > len(lines) else ()
    return Card(
        title=title,
        subtitle=f"规则：{rule} · {saying.at(now, now)}",
        fields=tuple(lead_row(number, f"进入{pool}", ("",)) for number, pool in lines),
        lines=more,
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )


def fallen_below_card(lines: Sequence[tuple[str, int]], rule: str, pool: str | None, now: datetime) -> Card:
    """To the superior, and to who runs the pools: how many leads of whom fell; `pool` is the key of the pool to look
    into, None if there is none that the reader may look into."""
    look = Button("我的客户", OpenMine()) if pool is None else Button("看公海", ShowPool(pool, 1), Style.PRIMARY)
    return Card(
        title=f"收回 {sum(count for _, count in lines)} 条线索",
        subtitle=f"规则：{rule} · {saying.at(now, now)}",
        fields=tuple(Field("归属", saying.named(name, f"{count}条", ROW)) for name, count in lines[:MOST_LISTED]),
        lines=(f"另有 {len(lines) - MOST_LISTED} 位同事",) if len(lines) > MOST_LISTED else (),
        buttons=(look,),
    )


def extension_card(lead: Brief, owner: str, falls: Due, until: datetime, number: int, now: datetime) -> Card:
    """To the superior: somebody asks for more time."""
    return Card(
        title=f"{saying.short_name(owner)} 申请延期",
        subtitle=f"L{lead.id} {lead.name}",
        fields=(
            Field("需求", saying.need(lead.product, lead.amount_fen)),
            Field("到期", saying.at(falls.at, now)),
            Field("延到", saying.at(until, now)),
            Field("规则", falls.rule.name),
        ),
        buttons=(
            Button("同意", DecideExtension(number, 1), Style.PRIMARY),
            Button("不同意", DecideExtension(number, 0)),
            Button("详情", ShowLead(lead.id)),
        ),
    )


def decided_card(lead: Brief, owner: str, said: str) -> Card:
    """The question, answered or of no interest any more: `said` says which."""
    return Card(
        title=f"{saying.short_name(owner)} 申请延期",
        subtitle=f"L{lead.id} {lead.name}",
        fields=(Field("结果", said),),
        buttons=(Button("详情", ShowLead(lead.id)),),
    )


def extended_card(lead: Brief, by: str, until: datetime | None, falls: Due | None, now: datetime) -> Card:
    """To the owner: his question for more time was answered; if by no, what helps now (`falls`: when and by what)."""
    helps = f"；{HELPS[falls.rule.lapse]}" if falls else ""
    said = f"延期到 {saying.at(until, now)}" if until else f"没有同意{helps}"
    return Card(
        title=f"L{lead.id} {'已延期' if until else '没有延期'}",
        subtitle=f"{saying.short_name(by)} · {saying.at(now, now)}",
        fields=(Field("客户", lead.name), Field("结果", said)),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )
