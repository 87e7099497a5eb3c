"""Cards about 跟进: the question for what is to be written down. Pure, as all views."""

from cards import saying
from cards.lead_actions import ChooseWay, ShowLead
from cards.model import Button, Card, Field, Style
from core.leads.queries import Brief
from core.leads.ways import Way


def ask_card(lead: Brief, way: Way | None, *, logged: bool) -> Card:
    """写跟进: the content comes with the next message; by what the contact was made may be tapped before it or after
    it was `logged`."""
    ways = tuple(
        Button(saying.WAYS[each], ChooseWay(lead.id, each.value), Style.PRIMARY if each == way else Style.PLAIN)
        for each in Way
    )
    said = "请直接发送跟进内容，如：意向强，明天10点面谈。回复 取消 退出。"
    return Card(
        title=f"写跟进 L{lead.id} {lead.name}".rstrip(),
        subtitle="已记录。这次是怎么联系的？" if logged else said,
        fields=(Field("方式", saying.WAYS[way]),) if way else (),
        buttons=(*ways, Button("详情", ShowLead(lead.id))),
    )
