"""Cards about 自动分配: many leads at once for one person, and that nobody is there for a lead. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.lead_actions import OpenMine, ShowLead, ShowPool
from cards.model import Button, Card, Field, Style
from cards.texts import assigning as texts
from cards.views.rows import lead_label, lead_row
from core.leads.assigned import Waiting
from core.leads.queries import Brief

MOST_LISTED = 5
_MOST_POOLS = 5
_MOST_REASONS = 3  # where they are not the same: each is a long line


def many_received_card(leads: Sequence[Brief], count: int, now: datetime, cares: int = 0) -> Card:
    """To the new owner of `count` leads: the first of them. For `cares` of them a 关怀 waits."""
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    rows = tuple(lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), "")) for lead in leads)
    return Card(
        title=f"分给您 {count} 条线索",
        subtitle=f"系统自动分配 · {saying.at(now, now)}",
        fields=rows,
        lines=(*more, *saying.care_waits(cares, count), "想知道原因，回复 为什么 和编号"),
        buttons=(
            *(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def nobody_card(waiting: Sequence[Waiting], pool_names: Sequence[str], now: datetime) -> Card:
    """To who can mend it: leads wait by one rule because nobody can take them. One of `waiting` a pool, the longest
    first, with the pools' names."""
    oldest = waiting[0]
    named = list(zip(waiting, pool_names, strict=True))
    rows = tuple(Field("公海", saying.named(name, f"{one.count}条", 30)) for one, name in named[:_MOST_POOLS])
    return Card(
        title=f"{sum(one.count for one in waiting)} 条线索没有人能接",
        subtitle=f"规则：{oldest.why.name}",
        fields=(*rows, Field("最早进入", saying.at(oldest.since, now))),
        lines=(*_reasons(named, now), "回复 分配队列 看最新情况"),
        buttons=(Button("看公海", ShowPool(oldest.pool, 1), Style.PRIMARY),),
    )


def _reasons(named: Sequence[tuple[Waiting, str]], now: datetime) -> tuple[str, ...]:
    """Why nobody can: once if it is so in all of the pools, else for each of them."""
    reasons = [(f"{texts.counted(one.why)}。", texts.earliest(one.why.earliest, now)) for one, _ in named]
    if len(set(reasons)) == 1:
        return reasons[0]
    each = zip(named, reasons, strict=True)
    more = (f"还有 {len(named) - _MOST_REASONS} 个公海的原因没有列出",) if len(named) > _MOST_REASONS else ()
    return *(f"{name}：{why}{when}" for (_, name), (why, when) in list(each)[:_MOST_REASONS]), *more
