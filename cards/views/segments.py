"""Cards of 部门客户: the leads in a segment. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cards import saying
from cards.fitting import cut
from cards.lead_actions import OpenMine, ShowLead, ShowSegment
from cards.model import Button, Card, Field, Style
from cards.texts.segments import segment_said
from cards.views.rows import (
    last_page_said,
    lead_label,
    lead_row,
    marks_said,
    page_before_said,
    page_buttons,
    when_due,
)
from core.leads.queries import PAGE, OwnLead
from core.leads.segments import COUNTED, SegmentPage

_WORDS = 44  # of them stand below the title


def segment_card(page: SegmentPage, packed: str, now: datetime, *, owns_leads: bool, may_care: bool) -> Card:
    """The leads in a segment, each line opens one. `packed` is the segment as buttons carry it."""
    title = "部门客户" if page.segment.team else "我的客户"
    words = segment_said(page.segment)
    if not page.total:
        mine = (Button("我的客户", OpenMine(), Style.PRIMARY),) if owns_leads else ()
        return Card(
            title=title,
            subtitle=cut(f"没有符合的：{words}", _WORDS),
            buttons=(*mine, Button("刷新", ShowSegment(packed, 1))),
        )
    buttons = [Button(lead_label(lead.id, saying.short_mask(lead.name)), ShowLead(lead.id)) for lead in page.leads]
    more = page.page * PAGE < page.total
    command = title if page.segment.is_all else f"{title} {words}"
    turns = page_buttons(len(buttons), page.page, partial(ShowSegment, packed), more=more, command=command)
    before = page_before_said(len(buttons), page.page, command)
    care = (f"要请归属人逐个关怀，回复 关怀 {words}：想说的话",) if may_care and not page.segment.is_all else ()
    return Card(
        title=title,
        subtitle=saying.first_that_fits([" · ".join((counted, words)) for counted in _counted(page)], _WORDS),
        fields=tuple(_row(lead, now) for lead in page.leads),
        lines=(*before, *care),
        buttons=(*buttons, *turns),
    )


def _counted(page: SegmentPage) -> list[str]:
    """How many there are, and which page it is."""
    total = f"{COUNTED - 1}+" if page.total >= COUNTED else str(page.total)
    if page.beyond:
        return [f"{last_page_said(page.page)} · 共{total}位"]
    return [f"共{total}位 · 第{page.page}页" if page.page > 1 else f"共{total}位"]


def _row(lead: OwnLead, now: datetime) -> Field:
    """One's own as in 我的客户; somebody else's with his name, and how long he has not followed up."""
    if not lead.owner:
        tail = f"{saying.need(lead.product, lead.amount_fen)} {when_due(lead.due, now)}"
        return _fitting(lead, (tail, when_due(lead.due, now)))
    idle = saying.span(now - lead.idle_since) if lead.idle_since else ""
    since = "刚跟进" if idle in ("", "刚刚") else f"{idle}未跟进"
    owner = saying.short_name(lead.owner)
    return _fitting(lead, (f"{owner} {since}", owner))


def _fitting(lead: OwnLead, tails: Sequence[str]) -> Field:
    marked = [f"{'·'.join(marks)} {tails[0]}" for marks in marks_said(lead.grade, lead.tags)]
    return lead_row(lead.id, saying.short_mask(lead.name), (*marked, *tails))
