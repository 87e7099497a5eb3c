"""Notices about single leads: a contact is due, a lead came or went, its customer came again."""

from datetime import datetime, timedelta

from cards import saying
from cards.lead_actions import OpenMine, ShowLead, WriteFollowUp
from cards.model import Button, Card, Field, Style
from cards.views.lead import HOW, NEWEST_CONTACT, contact_said, need_and_place
from cards.views.reminders import LATER
from core.leads.models import How
from core.leads.queries import Brief
from core.leads.whole import Lead360


def contact_due_card(lead: Lead360, due: datetime, now: datetime) -> Card:
    """To the owner, when the contact that was agreed is due: whom to call, about what, and what was said last."""
    return Card(
        title=f"该联系 L{lead.id} {lead.name}".rstrip(),
        subtitle=f"约在 {saying.at(due, now)}",
        quote=contact_said(lead.contacts[0], NEWEST_CONTACT, now) if lead.contacts else "",
        fields=(Field("电话", saying.phone(lead.phone)), Field("需求", need_and_place(lead))),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id)), LATER),
    )


def received_card(
    lead: Brief, by: str, how: How, reason: str, now: datetime, rule: str = "", cares: int = 0, loan: str = ""
) -> Card:
    """To the new owner: a lead came to him by another hand, or by the rule named `rule`. `cares`: a 关怀 waits; `loan`:
    what comes along, an application or a loan."""
    why: tuple[str, ...] = ()
    if rule:
        assigned = f"规则：{rule}。想知道原因，回复 为什么 L{lead.id}"
        why = (assigned if how is How.ASSIGN else f"自动化规则：{rule}",)
    return Card(
        title=f"L{lead.id} 已{HOW[how]}给您",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=(
            Field("客户", lead.name),
            Field("电话", saying.phone(lead.phone)),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
        ),
        lines=(*((loan,) if loan else ()), *((f"原因：{reason}",) if reason else why), *saying.care_waits(cares, 1)),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )


def lost_card(
    lead: Brief,
    by: str,
    to: str,
    how: How,
    reason: str,
    now: datetime,
    reads_until: datetime | None = None,
    *,
    rule: str = "",
) -> Card:
    """To the old owner: a lead of his went elsewhere by another hand. Masked: it is no longer his, though he may look
    at it until `reads_until`. `rule`: a rule of automation did it."""
    why = (f"原因：{reason}",) if reason else (f"自动化规则：{rule}",) if rule else ()
    return Card(
        title=f"L{lead.id} 已从您名下{HOW[how]}",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=(Field("客户", lead.name), Field("去向", to)),
        lines=(*why, *looks_on(lead.id, reads_until, now)),
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )


def looks_on(lead_id: int, reads_until: datetime | None, now: datetime) -> tuple[str, ...]:
    """What is said to who may still look at a lead that was his."""
    if reads_until is None:
        return ()
    return (f"您可查看至 {saying.day(reads_until - timedelta(seconds=1), now)}，回复 客户 L{lead_id}",)


def came_again_card(lead: Brief, channel: str, now: datetime) -> Card:
    """To the owner: his customer arrived through another channel."""
    return Card(
        title=f"L{lead.id} 客户再次来访",
        subtitle=f"渠道：{channel} · {saying.at(now, now)}",
        fields=(
            Field("客户", lead.name),
            Field("电话", saying.phone(lead.phone)),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
        ),
        lines=("趁热联系，成交机会更大。",),
        buttons=(Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )
