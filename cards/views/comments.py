"""Cards about 评论. Pure, as all views."""

from datetime import datetime

from cards import saying
from cards.lead_actions import AnswerComment, ShowLead
from cards.model import Button, Card, Field, Style
from core.leads.comments import Said
from core.leads.queries import Brief

_LONGEST = 150


def comment_card(lead: Brief, said: Said, now: datetime) -> Card:
    """To who is named in a comment, and to the lead's owner."""
    who = saying.short_name(said.who)
    return Card(
        title=f"{who} 在 L{lead.id} 提到您" if said.to_viewer else f"{who} 评论了 L{lead.id}",
        subtitle=saying.at(said.at, now),
        quote=saying.plain(said.content, _LONGEST),
        fields=(Field("客户", lead.name), Field("需求", saying.need(lead.product, lead.amount_fen))),
        buttons=(Button("回复", AnswerComment(said.id), Style.PRIMARY), Button("详情", ShowLead(lead.id))),
    )
