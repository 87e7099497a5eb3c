"""Cards about leads: the pool, the result of a claim, one's own leads, the 360 view, and notices.

Pure: plain data in, a neutral `Card` out. Nothing here decides anything.
"""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.actions import ClaimLead, ClaimLeads, ReleaseLead, ShowLead, ShowMine, StartApplication, WriteFollowUp
from cards.model import Button, Card, Checklist, Field, Option, Style
from core.leads.models import How
from core.leads.queries import PAGE, Brief, Lead360, OwnPage, PoolPage, Step

CHECKLIST = "leads"

_HOW = {
    How.ENTER: "录入",
    How.CLAIM: "领取",
    How.ASSIGN: "分配",
    How.RELEASE: "释放",
    How.RECYCLE: "回收",
    How.TRANSFER: "转移",
}


def pool_card(page: PoolPage, now: datetime) -> Card:
    """公海: what waits, to tick and claim."""
    if not page.leads:
        return Card(
            title=page.pool.name,
            subtitle="暂时没有可领取的线索。" if page.page == 1 else "后面没有了，回复 公海 从头看。",
            done="暂无线索",
        )
    count = "99+" if page.waiting >= 100 else str(page.waiting)
    more = page.page * PAGE < page.waiting
    options = tuple(
        Option(
            key=f"L{lead.id}",
            text=f"L{lead.id} {lead.name} {saying.need(lead.product, lead.amount_fen)}",
            detail=f"L{lead.id} {lead.phone} {saying.place(lead.region)} {lead.channel} {_waited(lead.pooled_at, now)}",
        )
        for lead in page.leads
    )
    return Card(
        title=f"{page.pool.name} {count}条",
        source=f"驼铃 · 看更多回复 公海 {page.page + 1}" if more else "驼铃",
        checklist=Checklist(
            CHECKLIST, options, submit=Button("领取", ClaimLeads(page.pool.key), Style.PRIMARY), multiple=True
        ),
    )


def _waited(since: datetime, now: datetime) -> str:
    ago = saying.span(now - since)
    return ago if ago == "刚刚" else f"等{ago}"


def claimed_card(won: Sequence[Brief], refusals: Sequence[str], now: datetime) -> Card:
    """What the pool card becomes: the leads that were won, with full numbers, and why the others were not."""
    if not won:
        return Card(title="这次没有领到", lines=tuple(refusals), done="已处理")
    fields = tuple(
        Field(f"L{lead.id}", f"{lead.name} {lead.phone} {saying.need(lead.product, lead.amount_fen)}") for lead in won
    )
    buttons: tuple[Button, ...]
    if len(won) == 1:
        buttons = (
            Button("写跟进", WriteFollowUp(won[0].id), Style.PRIMARY),
            Button("详情", ShowLead(won[0].id)),
            Button("释放", ReleaseLead(won[0].id)),
        )
    else:
        buttons = tuple(Button(f"写跟进 L{lead.id}", WriteFollowUp(lead.id), Style.PRIMARY) for lead in won[:6])
    return Card(
        title=f"已领取 {len(won)} 条" if len(won) > 1 else f"已领取 L{won[0].id}",
        subtitle=f"{saying.at(now, now)} · 请尽快联系",
        fields=fields,
        lines=tuple(refusals),
        buttons=buttons,
    )


def own_card(page: OwnPage, now: datetime) -> Card:
    """我的客户: what is due first; each line opens its lead."""
    if not page.total:
        return Card(title="我的客户", subtitle="您名下还没有客户。回复 公海 去领取。", done="暂无客户")
    parts = [f"共{page.total}位"]
    parts += [f"逾期{page.overdue}"] if page.overdue else []
    parts += [f"今日待联系{page.today}"] if page.today else []
    fields = tuple(
        Field(f"L{lead.id}", f"{lead.name} {saying.need(lead.product, lead.amount_fen)} {_due(lead.due, now)}")
        for lead in page.leads
    )
    buttons = [Button(f"L{lead.id} {lead.name}"[:10], ShowLead(lead.id)) for lead in page.leads]
    if page.page * PAGE < page.total:
        buttons.append(Button("下一页", ShowMine(page.page + 1), Style.PRIMARY))
    return Card(title="我的客户", subtitle=" · ".join(parts), fields=fields, buttons=tuple(buttons))


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "未约"
    return f"逾期{saying.span(now - due)}" if due <= now else saying.at(due, now)


def lead_card(lead: Lead360, now: datetime) -> Card:
    """客户360: who, needs, grade and tags, channels, owners, the last follow-ups, what is next."""
    fields = [
        Field("电话", lead.phone),
        Field("需求", f"{saying.need(lead.product, lead.amount_fen)} · {saying.place(lead.region)}"),
        Field("等级标签", " ".join(filter(None, (lead.grade, *lead.tags))) or "未评级"),
        Field("来源", " → ".join(f"{channel} {saying.day(at, now)}" for at, channel in lead.touches) or lead.channel),
        Field("归属", _owners(lead.history, now) or lead.pool),
        Field(
            "下次联系",
            saying.at(lead.next_contact_at, now) + _late(lead.next_contact_at, now) if lead.next_contact_at else "未约",
        ),
    ]
    lines = [f"备注：{lead.note}"] if lead.note else []
    lines += [f"{saying.day(contact.at, now)} {contact.who}：{contact.content}" for contact in lead.contacts]
    if lead.contact_count > len(lead.contacts):
        lines.append(f"（共 {lead.contact_count} 次跟进{'' if lead.contacts else '，领取后可见'}）")
    return Card(
        title=f"L{lead.id} {lead.name}",
        subtitle=_standing(lead, now),
        fields=tuple(fields),
        lines=tuple(lines),
        buttons=_lead_buttons(lead),
        done="" if _lead_buttons(lead) else "仅可查看",
    )


def gone_card(lead_id: int) -> Card:
    """A lead that the viewer may no longer see: it was released or went to somebody else."""
    return Card(title=f"L{lead_id}", subtitle="该线索已不在您可查看的范围内。", done="已更新")


def _standing(lead: Lead360, now: datetime) -> str:
    if not lead.open:
        return "已结束"
    if lead.owner_id is None:
        return f"在{lead.pool}，可领取"
    held = f"，已 {saying.span(now - lead.owned_at)}" if lead.owned_at else ""
    return ("由我跟进" if lead.mine else f"由 {lead.owner} 跟进") + held


def _late(due: datetime, now: datetime) -> str:
    return f"（逾期{saying.span(now - due)}）" if due <= now else ""


def _owners(history: Sequence[Step], now: datetime) -> str:
    return " → ".join(
        f"{step.who or step.pool} {_HOW[step.how]} {saying.day(step.since, now)}" for step in history[-3:]
    )


def _lead_buttons(lead: Lead360) -> tuple[Button, ...]:
    if not lead.open:
        return ()
    if lead.owner_id is None:
        return (Button("领取", ClaimLead(lead.id), Style.PRIMARY),)
    if not lead.mine:
        return ()
    return (
        Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
        Button("释放", ReleaseLead(lead.id)),
        Button("进件", StartApplication(lead.id)),
    )


def received_card(lead: Brief, by: str, how: How, reason: str, now: datetime) -> Card:
    """To the new owner: a lead came to him by another hand."""
    return Card(
        title=f"L{lead.id} 已{_HOW[how]}给您",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=(
            Field("客户", lead.name),
            Field("电话", lead.phone),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
            *((Field("原因", reason),) if reason else ()),
        ),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )


def lost_card(lead: Brief, by: str, to: str, how: How, reason: str, now: datetime) -> Card:
    """To the old owner: a lead of his went elsewhere by another hand. Masked: it is no longer his."""
    return Card(
        title=f"L{lead.id} 已{_HOW[how]}",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=(Field("客户", lead.name), Field("去向", to), *((Field("原因", reason),) if reason else ())),
        done="已知悉",
    )


def came_again_card(lead: Brief, channel: str, now: datetime) -> Card:
    """To the owner: his customer arrived through another channel."""
    return Card(
        title=f"L{lead.id} 客户再次来访",
        subtitle=f"渠道：{channel} · {saying.at(now, now)}",
        fields=(
            Field("客户", lead.name),
            Field("电话", lead.phone),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
        ),
        lines=("趁热联系，成交机会更大。",),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )
