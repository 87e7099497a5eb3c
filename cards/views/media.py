"""Cards about 附件: to which lead something belongs, and what is kept with one. Pure, as all views."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from cards import saying
from cards.lead_actions import AttachMedia, LeaveMedia, OpenMine, SendMedium, ShowLead, ShowMedia
from cards.model import Button, Card, Field, Style
from cards.views.rows import ROW, lead_label
from core.leads.media import PAGE, Kept, KeptPage
from core.leads.queries import Brief

MOST_LEADS = 5
NO_PAPERS: Mapping[int, str] = MappingProxyType({})


def sort_card(count: int, leads: Sequence[Brief]) -> Card:
    """To which of his last `leads` do the `count` things belong that somebody sent?"""
    return Card(
        title=f"收到 {count} 个附件，存到哪位客户？",
        subtitle="3 天内没有选，就不保存。" if leads else "您名下还没有客户。3 天内没有选，就不保存。",
        lines=("不在下面的，请回复 存到 编号",),
        buttons=(
            *(Button(lead_label(lead.id, lead.name), AttachMedia(lead.id), Style.PRIMARY) for lead in leads),
            Button("不用保存", LeaveMedia()),
        ),
    )


def sorted_card() -> Card:
    """The same, once it is said."""
    return Card(
        title="附件已处理",
        subtitle="回复 附件 编号，可以看一位客户的附件。",
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )


def media_card(page: KeptPage, names: Mapping[int, str], now: datetime, papers: Mapping[int, str] = NO_PAPERS) -> Card:
    """附件: what is kept with a lead, the newest first; `names` are their senders', `papers` what those are called that
    are papers of an application, by their ids."""
    sends = [Button(f"看 {each.number}", SendMedium(each.id)) for each in page.items]
    more = [Button("更早的", ShowMedia(page.lead_id, page.page + 1), Style.PRIMARY)] if _has_more(page) else []
    if not more and page.page > 1:
        more = [Button("回最新的", ShowMedia(page.lead_id, 1), Style.PRIMARY)]
    return Card(
        title=f"L{page.lead_id} 附件 {page.count} 个",
        subtitle="点 看，附件会发给您；查看会留记录。",
        fields=tuple(_row(each, names.get(each.who, "同事"), now, papers.get(each.id, "")) for each in page.items),
        lines=(f"还有 {page.coming} 个正在保存",) if page.coming else (),
        buttons=(*sends, *more, *([] if more else [Button("详情", ShowLead(page.lead_id))])),
    )


def _has_more(page: KeptPage) -> bool:
    return page.page * PAGE < page.count


def _row(kept: Kept, who: str, now: datetime, paper: str) -> Field:
    what = paper or (saying.plain(kept.name, 12) if kept.name else saying.MEDIA[kept.kind])
    rest = f"{saying.day(kept.at, now)} {saying.size(kept.size)}"
    return Field(str(kept.number), saying.named(f"{what} {saying.short_name(who)}", rest, ROW))
