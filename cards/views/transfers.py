"""Cards about several leads that changed hands at once. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.actions import OpenMine, ShowLead
from cards.model import Button, Card, Field, Style
from cards.views.lead import lead_label, lead_row
from core.leads.queries import Brief

MOST_LISTED = 5


def many_given_card(leads: Sequence[Brief], count: int, by: str, now: datetime) -> Card:
    """To the new owner of `count` leads: the first of them."""
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    return Card(
        title=f"转给您 {count} 条线索",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=tuple(_row(lead) for lead in leads),
        lines=more,
        buttons=(
            *(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def many_lost_card(leads: Sequence[Brief], count: int, by: str, to: str, now: datetime) -> Card:
    """To the old owner: leads of his were given to somebody else by another hand. Masked: they are no longer his."""
    more = (f"还有 {count - len(leads)} 条",) if count > len(leads) else ()
    return Card(
        title=f"{count} 条线索已从您名下转移",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=tuple(lead_row(lead.id, lead.name, (f"转给 {to}", "")) for lead in leads),
        lines=more,
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )


def _row(lead: Brief) -> Field:
    return lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), ""))
