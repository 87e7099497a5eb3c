"""The 360 card of one lead, its full number, and what is shown of one that is gone.

Pure: plain data in, a neutral `Card` out. Nothing here decides anything: what the viewer may do comes in with the lead.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from cards import saying
from cards.lead_actions import (
    AddPhone,
    ClaimLead,
    LookAgain,
    ReleaseLead,
    RevealPhone,
    ShowLead,
    ShowMarks,
    ShowMine,
    ShowPool,
    StartApplication,
    WriteFollowUp,
)
from cards.model import Button, Card, Field, Style
from cards.views.friends import friend_lines
from cards.views.rows import ROW, late
from core.leads.comments import Said
from core.leads.models import How
from core.leads.outcomes import CoolingDown
from core.leads.recycling import Due
from core.leads.reveals import Phone
from core.leads.whole import Contact, Lead360, Step
from core.people.policy import Verb

_SOON = timedelta(days=7)  # a lead that falls later is not spoken of
_NUMBERS = 5  # so many other numbers in rows of their own
NEWEST_CONTACT = 150
_OLDER_CONTACT = 40
_REASONS, _REASON = 2, 40  # so many reasons of changes of hands, each so long
HOW = {
    How.ENTER: "录入",
    How.CLAIM: "领取",
    How.ASSIGN: "分配",
    How.RELEASE: "释放",
    How.RECYCLE: "收回",
    How.TRANSFER: "转移",
}
_INTO_POOL = {How.RELEASE: "释放到", How.RECYCLE: "收回到"}


def lead_card(lead: Lead360, now: datetime, falls: Due | None = None, title: str = "", loan: str = "") -> Card:
    """客户360: who, needs, grade and tags, channels, owners, the last follow-ups, what is next. `falls` is when it goes
    back to its pool if nothing is done; `loan` the line of an application that is under way."""
    fields = (
        Field("电话", saying.phone(lead.phone)),
        Field("需求", need_and_place(lead)),
        Field("等级标签", " · ".join(filter(None, (f"{lead.grade}级" if lead.grade else "", *lead.tags))) or "未评级"),
        Field("来源", _channels(lead, now)),
        Field("归属", _owners(lead.history, now) or saying.pool_name(lead.pool)),
        Field("下次联系", _next(lead, now)),
    )
    return Card(
        title=title or f"L{lead.id} {lead.name}".rstrip(),
        subtitle=_standing(lead, now),
        quote=contact_said(lead.contacts[0], NEWEST_CONTACT, now) if lead.contacts else "",
        fields=fields,
        lines=(
            *((loan,) if loan else ()),
            *_other_phones(lead),
            *_falls(falls, now),
            *_by_rules(lead),
            *_lines(lead, now),
        ),
        buttons=(*_lead_buttons(lead), *((Button("刷新", LookAgain(lead.id)),) if lead.only_looked_at else ())),
    )


def need_and_place(lead: Lead360) -> str:
    """Product and amount, and where the customer lives."""
    need = saying.need_before_claim(lead.product, lead.amount_fen, lead.hidden)
    place, language = saying.place_before_claim(lead.region, lead.hidden), saying.language(lead.language)
    return " · ".join(filter(None, (need, place, language))) or saying.LATER


def _channels(lead: Lead360, now: datetime) -> str:
    return saying.latest(_arrivals(lead.touches, now), ROW) or lead.channel or saying.LATER


def _standing(lead: Lead360, now: datetime) -> str:
    if not lead.open:
        return f"已结束，已并入 L{lead.into_id}" if lead.into_id else "已结束"
    if lead.owner_id is None:
        return f"在{saying.pool_name(lead.pool)}，{_claimable(lead, now)}"
    who = "由您跟进" if lead.mine else f"由 {lead.owner} 跟进"
    held = saying.span(now - lead.owned_at) if lead.owned_at else ""
    since = "，刚刚接手" if held == "刚刚" else f"，已{held}" if held else ""
    return f"{who}{since}{'（您仅可查看）' if lead.only_looked_at else ''}"


def _claimable(lead: Lead360, now: datetime) -> str:
    if lead.opens is not None:
        return f"{saying.at(lead.opens.frees_at, now)} 起可{'再' if isinstance(lead.opens, CoolingDown) else ''}领取"
    return "可领取" if Verb.CLAIM in lead.verbs else "还没有人领取"


def _arrivals(touches: Sequence[tuple[datetime, str]], now: datetime) -> list[str]:
    """The arrivals, oldest first, those of one channel on one day as one: `手工录入×3 11-24`."""
    told = [(way, _day(at, now)) for at, way in touches]
    merged = [(arrival, len(list(same))) for arrival, same in groupby(told)]
    return [f"{way}{f'×{count}' if count > 1 else ''} {day}" for (way, day), count in merged]


def _day(moment: datetime, now: datetime) -> str:
    """A date within a row: with a hyphen (U+2011) at which no line ends."""
    return saying.day(moment, now).replace("-", "\u2011")


def _owners(history: Sequence[Step], now: datetime) -> str:
    """Who had the lead, the first to the last: in full where that fits, else the last in full and of the others the
    names, the first and the newest of them. `李娜 → … → 王强 → 转给张三 11-26（共5位）`."""
    if not history:
        return ""
    told = [_step(step, now) for step in history]
    last, before = history[-1], [step.who for step in history[:-1] if step.who]
    earlier = [saying.short_name(who) for who, _ in groupby(before)]
    short = f"{saying.short_name(last.who) if last.who else '公海'} {_day(last.since, now)}"
    how_many = f"（共{len({*before, last.who} - {None})}位）"
    return saying.chain(told, earlier, (told[-1], short), how_many, ROW)


def _step(step: Step, now: datetime) -> str:
    """One step of the owner history, in a few words: `李娜领取 11-24`, `释放到呼和浩特池 11-25`."""
    day = _day(step.since, now)
    if step.who is None:
        return f"{_INTO_POOL.get(step.how, '进入')}{saying.pool_name(step.pool)} {day}"
    if step.how in (How.TRANSFER, How.ASSIGN):
        return f"{'转给' if step.how == How.TRANSFER else '分给'}{step.who} {day}"
    return f"{step.who}{HOW[step.how]} {day}"


def _next(lead: Lead360, now: datetime) -> str:
    due = lead.next_contact_at
    if due is None:
        return "未约"
    return f"{saying.at(due, now)}（{late(due, now)}）" if due <= now else saying.at(due, now)


def _lines(lead: Lead360, now: datetime) -> tuple[str, ...]:
    """Note, earlier follow-ups and why it changed hands, the newest first; how many follow-ups there are, and a hint at
    what can only be typed."""
    lines = [f"备注：{saying.plain(lead.note, 60)}"] if lead.note else []
    lines += [f"· {contact_said(contact, _OLDER_CONTACT, now)}" for contact in lead.contacts[1:]]
    lines += friend_lines(lead.friends, now)
    lines += _reasons(lead.history, now)
    if lead.contact_count > len(lead.contacts):
        when = "，领取后可见" if not lead.contacts and Verb.CLAIM in lead.verbs else ""
        lines.append(f"（共 {lead.contact_count} 次跟进{when}）")
    if lead.reads_until is not None and lead.only_looked_at:
        lines.append(f"原来由您跟进，可查看至 {saying.day(lead.reads_until - timedelta(seconds=1), now)}")
    lines += [_comment(said, now) for said in lead.comments]
    if lead.media_count:
        lines.append(f"附件 {lead.media_count} 个，回复 附件 L{lead.id} 查看")
    if Verb.TRANSFER in lead.verbs and not lead.mine and lead.open:
        lines.append(f"要转给同事，请回复 转移 L{lead.id} 姓名")
    return tuple(lines)


def _comment(said: Said, now: datetime) -> str:
    return f"「{saying.day(said.at, now)} {said.who}：{saying.plain(said.content, _OLDER_CONTACT)}」"


def _reasons(history: Sequence[Step], now: datetime) -> list[str]:
    """Why it changed hands last, where a person wrote why: `11-25 李娜释放：联系不上`."""
    told = [step for step in reversed(history) if step.reason][:_REASONS]
    return [f"{saying.day(step.since, now)} {_did(step)}：{saying.plain(step.reason, _REASON)}" for step in told]


def _did(step: Step) -> str:
    return f"{saying.short_name(step.by)}{HOW[step.how]}"


def _other_phones(lead: Lead360) -> tuple[str, ...]:
    return (f"其他电话：{'、'.join(lead.other_phones)}",) if lead.other_phones else ()


def _falls(falls: Due | None, now: datetime) -> tuple[str, ...]:
    if falls is None or falls.at - now > _SOON:
        return ()
    return (f"{saying.at(falls.at, now)} 前不处理将收回（{falls.rule.name}）",)


def _by_rules(lead: Lead360) -> tuple[str, ...]:
    """Why the tags are there that nobody set."""
    told = "、".join(f"{mark.tag}（{mark.rule}）" for mark in lead.marks if mark.rule)
    return (f"自动标签：{told}",) if told else ()


def contact_said(contact: Contact, longest: int, now: datetime) -> str:
    """A follow-up in a line: day, who, by what, and what was said."""
    way = f" {saying.WAYS[contact.way]}" if contact.way else ""
    return f"{saying.day(contact.at, now)} {contact.who}{way}：{saying.plain(contact.content, longest)}"


def _lead_buttons(lead: Lead360) -> tuple[Button, ...]:
    if not lead.open:
        return ()
    asks = Verb.REVEAL in lead.verbs and not lead.full and lead.phone is not None
    phone = (Button("看电话", RevealPhone(lead.id)),) if asks else add_phone(lead)
    if lead.owner_id is None:
        claim = (Button("领取", ClaimLead(lead.id), Style.PRIMARY),) if Verb.CLAIM in lead.verbs else ()
        return (*claim, *phone)
    release = (Button("释放", ReleaseLead(lead.id)),) if Verb.RELEASE in lead.verbs else ()
    marks = (Button("等级标签", ShowMarks(lead.id)),) if Verb.MARK in lead.verbs else ()
    apply = (Button("进件", StartApplication(lead.id)),) if Verb.APPLY in lead.verbs else ()
    if Verb.FOLLOW not in lead.verbs:
        return (*phone, *release, *marks)
    return (
        Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
        *add_phone(lead),
        *release,
        *apply,
        *marks,
    )


def add_phone(lead: Lead360) -> tuple[Button, ...]:
    """补手机号, where nobody knows the phone yet and the viewer may say it."""
    wanted = lead.phone is None and Verb.ADD_PHONE in lead.verbs
    return (Button("补手机号", AddPhone(lead.id)),) if wanted else ()


def phone_card(phone: Phone) -> Card:
    """看电话: the full number, the others of the customer, and how many the viewer has asked for today."""
    counted = "" if phone.used is None else f"今日已看 {phone.used}{'' if phone.limit is None else f'/{phone.limit}'}"
    claim = (Button("领取", ClaimLead(phone.id), Style.PRIMARY),) if phone.claimable else ()
    return Card(
        title=f"L{phone.id} {phone.name}",
        subtitle=" · ".join(filter(None, (counted, "查看已留记录"))),
        fields=(Field("电话", phone.phone), *(Field("其他电话", number) for number in phone.others[:_NUMBERS])),
        lines=(f"还有：{'、'.join(phone.others[_NUMBERS:])}",) if phone.others[_NUMBERS:] else (),
        buttons=(*claim, Button("详情", ShowLead(phone.id))),
    )


def gone_card(lead_id: int, went: Step | None, now: datetime, *, owns_leads: bool) -> Card:
    """A lead that the viewer may no longer see: it was released or went to somebody else. `went` is how it left his own
    hands, or that somebody was faster where he could have claimed it; None if it was neither his nor offered to him."""
    pool = went.pool if went and went.how == How.CLAIM else None
    again = (Button("看公海", ShowPool(pool.key, 1), Style.PRIMARY),) if pool else ()
    mine = Button("我的客户", ShowMine(1), Style.PLAIN if again else Style.PRIMARY)
    return Card(
        title=f"L{lead_id}",
        subtitle=_went(went, now) if went else "该线索已不在您可查看的范围内。",
        buttons=(*again, mine if owns_leads else Button("刷新", LookAgain(lead_id))),
    )


def _went(went: Step, now: datetime) -> str:
    if went.how == How.CLAIM:
        return f"已于 {saying.at(went.since, now)} 被 {went.who} 领走。"
    to = f"转给 {went.who}" if went.who else f"{_INTO_POOL.get(went.how, '放回')}{saying.pool_name(went.pool)}"
    return f"已于 {saying.at(went.since, now)} {to}。"
