"""Cards about several leads that changed hands at once. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.fitting import cut
from cards.lead_actions import OpenMine, ShowLead, TransferTicked
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.views.news import looks_on
from cards.views.rows import lead_label, lead_row
from core.leads.queries import Brief, OwnLead

MOST_LISTED = 5
CHECKLIST = "leads"
MOST_PICKED = 20  # so many lines to tick has a card
_OPTION = 17  # 字 of a line to tick
_TITLE = 16  # of the title above such lines
_SHORT = 7  # of a name on a button


def many_given_card(leads: Sequence[Brief], count: int, by: str, now: datetime, cares: int = 0) -> Card:
    """To the new owner of `count` leads: the first of them. For `cares` of them a 关怀 waits."""
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    return Card(
        title=f"转给您 {count} 条线索",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=tuple(_row(lead) for lead in leads),
        lines=(*more, *saying.care_waits(cares, count)),
        buttons=(
            *(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def many_lost_card(
    leads: Sequence[Brief], count: int, by: str, to: str, now: datetime, reads_until: datetime | None = None
) -> Card:
    """To the old owner: leads of his were given to somebody else by another hand. Masked: they are no longer his,
    though he may look at them until `reads_until`."""
    more = (f"还有 {count - len(leads)} 条",) if count > len(leads) else ()
    return Card(
        title=f"{count} 条线索已从您名下转移",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=tuple(lead_row(lead.id, lead.name, (f"转给 {to}", "")) for lead in leads),
        lines=(*more, *looks_on(leads[0].id, reads_until, now)),
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )


def pick_card(leads: Sequence[OwnLead], to_id: int, to: str) -> Card:
    """To who wants to give some of his leads to the colleague `to`: the first of them, to be ticked."""
    options = tuple(Option(f"L{lead.id}", _option(lead), typed=f"转移 L{lead.id} {to}") for lead in leads)
    name = cut(saying.short_name(to), _SHORT)
    return Card(
        title=f"转给 {cut(to, _TITLE - 3)}",
        checklist=Checklist(
            CHECKLIST,
            options,
            Button(f"转给 {name}", TransferTicked(to_id), Style.PRIMARY),
            typed=f"几条一起、没有列出的：发 转移 编号 {to}",
            ticks="勾选要转的，再点按钮；没有列出的请发 转移 编号 姓名。",
            taps=f"转给 {to}",
            before=f"转给{name}",
        ),
    )


def _option(lead: OwnLead) -> str:
    need = saying.need(lead.product, lead.amount_fen)
    wordings = (f"L{lead.id} {lead.name} {need}", f"L{lead.id} {saying.short_name(lead.name)} {need}")
    return saying.first_that_fits([*wordings, f"L{lead.id} {lead.name}"], _OPTION)


def _row(lead: Brief) -> Field:
    return lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), ""))
