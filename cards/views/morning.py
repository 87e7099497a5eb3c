"""Cards of the morning: what the day brings. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.lead_actions import OpenList, OpenMine, ShowLead, ShowPool
from cards.model import Button, Card, Field, Style
from cards.views.rows import lead_label, lead_row
from core.calendar import CHINA
from core.leads.follow_tasks import FollowTaskNow
from core.leads.morning import Morning
from core.leads.pools import Pool
from core.leads.queries import Brief, OwnLead
from core.leads.recycling import Due

FALLING, FRESH, TASKS = "fall", "new", "task"
_MOST_DUE = 3
_NOON = 12


def morning_card(
    name: str,
    day: Morning,
    falling: int,
    first_fall: Due | None,
    pool: Pool | None,
    now: datetime,
    tasks: Sequence[FollowTaskNow] = (),
) -> Card:
    """早报: whom to contact, what is about to fall, what is new, what is to be done (`tasks`, what is due first coming
    first). `pool` is where he may look for more."""
    there = now.astimezone(CHINA)
    greeting = "早上好" if there.hour < _NOON else "今日安排"
    buttons = [Button("我的客户", OpenMine(), Style.PRIMARY)] if day.total else []
    buttons += [Button("即将收回", OpenList(FALLING))] if falling else []
    buttons += [Button("新线索", OpenList(FRESH))] if day.fresh else []
    buttons += [Button("跟进任务", OpenList(TASKS))] if tasks else []
    buttons += [Button("去公海看看", ShowPool(pool.key, 1))] if pool and not (day.due or falling) else []
    return Card(
        title=f"{saying.short_name(name)}，{greeting}",
        subtitle=f"{there.month}月{there.day}日 {saying.weekday_of(there)} · {_said(day, falling)}",
        fields=(
            *_counts(day, falling, first_fall, now),
            *_to_do(tasks, now),
            *(_due_row(lead, now) for lead in day.due[: _MOST_DUE - bool(tasks)]),
        ),
        buttons=tuple(buttons) or (Button("刷新", OpenMine()),),
    )


def _said(day: Morning, falling: int) -> str:
    if day.today or day.overdue:
        return f"有 {day.today + day.overdue} 位客户要联系"
    return "今天没有约好的客户" if falling or day.fresh else "今天没有约好的客户，祝您顺利"


def _counts(day: Morning, falling: int, first_fall: Due | None, now: datetime) -> list[Field]:
    contacts = [f"今天{day.today}位"] if day.today else []
    contacts += [f"逾期{day.overdue}位"] if day.overdue else []
    fields = [Field("待联系", " · ".join(contacts))] if contacts else []
    if falling and first_fall is not None:
        fields.append(Field("将收回", f"{falling}条，最早 {saying.at(first_fall.at, now)}"))
    if day.fresh:
        since = day.since.astimezone(CHINA)
        days = (now.astimezone(CHINA).date() - since.date()).days
        fields.append(Field("新线索", f"{day.fresh}条（{'昨天' if days == 1 else saying.weekday_of(since)}以来）"))
    return fields


def _to_do(tasks: Sequence[FollowTaskNow], now: datetime) -> list[Field]:
    if not tasks:
        return []
    first = f"，最早 {saying.at(tasks[0].due_at, now)}" if tasks[0].due_at else ""
    return [Field("任务", f"{len(tasks)}个{first}")]


def _due_row(lead: OwnLead, now: datetime) -> Field:
    due = saying.at(lead.due, now) if lead.due else ""
    return lead_row(lead.id, lead.name, (f"{saying.need(lead.product, lead.amount_fen)} {due}", due))


def fresh_card(leads: Sequence[Brief], count: int, now: datetime) -> Card:
    """新线索: the newest of `count` leads that came lately."""
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    return Card(
        title=f"新线索 {count} 条",
        subtitle=f"截至 {saying.at(now, now)}" if count else "现在没有新线索。",
        fields=tuple(lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), "")) for lead in leads),
        lines=more,
        buttons=(
            *(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def none_falling_card() -> Card:
    """即将收回, of which there is none any more."""
    return Card(
        title="即将收回 0 条",
        subtitle="现在没有即将收回的线索。",
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )
