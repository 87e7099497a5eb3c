"""Lists of one's own leads: 我的客户, and several that fit a search."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cards import saying
from cards.lead_actions import ShowLead, ShowMine, ShowPool
from cards.model import Button, Card, Field, Style
from cards.views.rows import (
    last_page_said,
    lead_label,
    lead_row,
    marks_said,
    page_before_said,
    page_buttons,
    when_due,
)
from core.leads.pools import Pool
from core.leads.queries import PAGE, Brief, OwnLead, OwnPage


def own_card(page: OwnPage, first_pool: Pool | None, now: datetime) -> Card:
    """我的客户: what is due first; each line opens its lead."""
    if not page.total:
        buttons = (Button("去公海看看", ShowPool(first_pool.key, 1), Style.PRIMARY),) if first_pool else ()
        return Card(
            title="我的客户",
            subtitle="您名下还没有客户。",
            buttons=buttons or (Button("刷新", ShowMine(1)),),
        )
    parts = [last_page_said(page.page)] if page.beyond else []
    parts += [f"共{page.total}位"]
    parts += [f"逾期{page.overdue}"] if page.overdue else []
    parts += [f"今日待联系{page.today}"] if page.today else []
    parts += [f"第{page.page}页"] if page.page > 1 and not page.beyond else []
    fields = tuple(_own_row(lead, now) for lead in page.leads)
    shown = [Button(lead_label(lead.id, lead.name), ShowLead(lead.id)) for lead in page.leads]
    turns = page_buttons(len(shown), page.page, ShowMine, more=page.page * PAGE < page.total)
    return Card(
        title="我的客户",
        subtitle=" · ".join(parts),
        fields=fields,
        lines=page_before_said(len(shown), page.page, "我的客户"),
        buttons=(*shown, *turns),
    )


def _own_row(lead: OwnLead, now: datetime) -> Field:
    """Grade and tags stand where the need leaves them room, as many as fit."""
    need, due = saying.need(lead.product, lead.amount_fen), when_due(lead.due, now)
    tail = f"{need} {due}"
    marked = [f"{'·'.join(marks)} {tail}" for marks in marks_said(lead.grade, lead.tags)]
    return lead_row(lead.id, lead.name, (*marked, tail, due))


def found_card(leads: Sequence[Brief], owners: Mapping[int, str], *, more: bool) -> Card:
    """客户 with words that fit several leads: one line and one button each. `owners` names the owners by number."""
    fields = tuple(_found_row(lead, owners) for lead in leads)
    return Card(
        title=f"找到 {len(leads)} 条" if not more else f"找到 {len(leads)} 条以上",
        subtitle="请选一条；也可以用手机号查，更准。",
        fields=fields,
        buttons=tuple(Button(lead_label(lead.id, lead.name), ShowLead(lead.id)) for lead in leads),
    )


def _found_row(lead: Brief, owners: Mapping[int, str]) -> Field:
    owner = "公海" if lead.owner_id is None else "您" if lead.mine else owners.get(lead.owner_id, "同事")
    return lead_row(lead.id, lead.name, (f"{saying.need(lead.product, lead.amount_fen)} · {owner}", owner))


def disowned_card() -> Card:
    """What becomes of the cards under an account that is another's now, or nobody's."""
    why = "账号换过了，客户资料不再显示。请在现在的账号里重新发命令。"
    return Card(title="这张卡片已失效", subtitle=why, buttons=(Button("我的客户", ShowMine(1)),))


def left_card() -> Card:
    """What becomes of the cards of somebody who has left."""
    return Card(title="您已不能使用驼铃", subtitle="客户资料不再显示。有疑问请联系原来的主管。", done="已停用")
