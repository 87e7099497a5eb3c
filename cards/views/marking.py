"""Cards of 等级 and 标签. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.fitting import width
from cards.lead_actions import SetGrade, SetTags, ShowLead, ShowTags
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.texts.marking import changed, changed_by, grade_named
from core.leads.models import MarkKind
from core.leads.tagged import Changed
from core.leads.tags import Tag, Tagging
from core.leads.whole import Lead360

TICKS = "tags"
MOST_BUTTONS = 6
_MOST_CHANGES = 4
_TITLE = 16
_BELOW = 160


def option_key(place: int) -> str:
    """What comes back when the tag at this place of the card is ticked."""
    return f"t{place}"


def marks_card(lead: Lead360, tagging: Tagging, history: Sequence[Changed], now: datetime) -> Card:
    """等级 L1: grade and tags, how they came about, and a button for each grade."""
    others = [grade for grade in tagging.grades if grade.key != lead.grade]
    buttons = [Button(f"{grade.key}级", SetGrade(lead.id, grade.key), Style.PRIMARY) for grade in others]
    tags = (Button("标签", ShowTags(lead.id)),) if tagging.tags else ()
    room = MOST_BUTTONS - len(tags)
    none = (Button("不评级", SetGrade(lead.id, "")),) if lead.grade and len(buttons) < room else ()
    buttons = [*buttons, *none][:room]
    detail = (Button("详情", ShowLead(lead.id)),) if len(buttons) < room else ()
    by_rule = [f"{mark.tag}：自动，规则 {mark.rule}" for mark in lead.marks if mark.rule]
    return Card(
        title=f"L{lead.id} {lead.name}".rstrip(),
        subtitle="点一个等级就改",
        fields=(
            Field("等级", grade_named(lead.grade, tagging) if lead.grade else "未评级"),
            Field("标签", saying.first_that_fits(_fewer(lead.tags), 30) if lead.tags else "没有"),
        ),
        lines=(*by_rule[:_MOST_CHANGES], *(changed(each, now) for each in history[:_MOST_CHANGES])),
        buttons=(*buttons, *tags, *detail),
    )


def _fewer(tags: Sequence[str]) -> list[str]:
    """All tags, or the first of them and how many there are."""
    counted = [f"{' · '.join(tags[:count])} 等{len(tags)}个" for count in range(len(tags) - 1, 0, -1)]
    return [" · ".join(tags), *counted]


def tags_card(lead: Lead360, offered: Sequence[Tag], history: Sequence[Changed], seen: str, now: datetime) -> Card:
    """标签 L1: a box for each tag, ticked where the lead has it, and below the title why it has it."""
    rules = {mark.tag: mark.rule for mark in lead.marks}
    ticks = "打勾的是有的，改好点保存"
    room, details = _BELOW - width(ticks) - width(lead.name) - 1, {}
    for tag in (each.name for each in offered if each.name in rules):
        why = _why(tag, rules[tag], history, now)
        room -= width(why) + 1
        if why and room >= 0:
            details[tag] = why
    options = tuple(
        Option(
            option_key(place),
            f"{tag.name}{'（自动）' if rules.get(tag.name) else ''}",
            details.get(tag.name, ""),
            checked=tag.name in rules,
            typed=f"标签 L{lead.id} {'-' if tag.name in rules else '+'}{tag.name}",
        )
        for place, tag in enumerate(offered)
    )
    return Card(
        title=saying.first_that_fits([f"L{lead.id} 标签", f"L{lead.id}"], _TITLE),
        subtitle=lead.name,
        checklist=Checklist(
            TICKS,
            options,
            submit=Button("保存", SetTags(lead.id, seen), Style.PRIMARY),
            typed=f"也可以发 标签 L{lead.id} +标签 -标签",
            ticks=ticks,
            taps="加上，有 ☑ 的就去掉",
        ),
    )


def _why(tag: str, rule: str, history: Sequence[Changed], now: datetime) -> str:
    """Why the lead has this tag: its rule, or who set it."""
    if rule:
        return f"{tag}：规则 {rule}"
    by = next((each for each in history if each.kind is MarkKind.SET and each.value == tag), None)
    return f"{tag}：{changed_by(by)} {saying.day(by.at, now)}" if by else ""
