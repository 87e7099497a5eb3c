"""Cards about 客户联系: a customer whom an officer has added in WeChat. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.lead_actions import ShowLead, WriteFollowUp
from cards.model import Button, Card, Field, Style
from cards.views.lead import add_phone
from core.leads.whole import Lead360


def new_contact_card(lead: Lead360, over: Sequence[int] | None, now: datetime) -> Card:
    """To the officer who added him: whom he got, from where, and the next step. `over`: he had so many already, of so
    many that he may claim."""
    lines = [f"备注：{saying.plain(lead.note, 60)}"] if lead.note else []
    lines += [f"您名下已有 {over[0]}/{over[1]} 条：这位仍归您，释放后才能再领。"] if over else []
    lines += [f"问到手机号后点 补手机号，或回复 补手机 L{lead.id} 手机号。"] if lead.phone is None else []
    return Card(
        title=f"新微信客户 L{lead.id}",
        subtitle=f"{lead.name} · {saying.at(lead.owned_at or now, now)} 起由您跟进",
        fields=(
            Field("客户", lead.name),
            Field("渠道", lead.channel),
            Field("电话", saying.phone(lead.phone)),
            Field("需求", saying.need(lead.product, lead.amount_fen)),
        ),
        lines=tuple(lines),
        buttons=(
            *add_phone(lead),
            Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
            Button("详情", ShowLead(lead.id)),
        ),
    )


def friend_gone_card(lead: Lead360, who: int, now: datetime) -> Card:
    """To the owner: his customer removed a colleague, by number, or himself from his contacts."""
    gone = next((friend for friend in lead.friends if friend.person_id == who), None)
    whose = "您" if gone is None or who == lead.owner_id else gone.who
    when = f"{saying.at(gone.gone_at, now)} " if gone is not None and gone.gone_at else ""
    return Card(
        title=f"L{lead.id} 客户删除了微信",
        subtitle=f"{when}客户删除了{whose}的微信",
        fields=(Field("客户", lead.name), Field("电话", saying.phone(lead.phone))),
        lines=(f"线索仍归您跟进{'' if lead.phone is None else '，可以电话联系'}；不再跟进的请释放，写明原因。",),
        buttons=(
            *add_phone(lead),
            Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
            Button("详情", ShowLead(lead.id)),
        ),
    )
