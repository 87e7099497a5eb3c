"""等级, 标签: what is said."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.texts.refusals import refusal
from cards.texts.words import Words
from core.leads.marking_outcomes import (
    GradeSet,
    MarkRefusal,
    NoSuchGrade,
    NoSuchTag,
    OneOfGroup,
    SameGrade,
    Tagged,
    TagNotForYou,
    TooManyTags,
)
from core.leads.models import MarkKind
from core.leads.tagged import Changed
from core.leads.tags import LONGEST_TAG, Mark, Tagging

NO_TAGS_SET = "公司还没有设标签，请管理员写进 tags.yaml。"
_MOST_NAMED = 12


def grade_named(grade: str | None, tagging: Tagging) -> str:
    """A grade with its name: `A级（重点）`; none is 未评级."""
    if grade is None:
        return "未评级"
    known = tagging.grade(grade)
    return f"{grade}级（{known.name}）" if known and known.name else f"{grade}级"


def changed_by(change: Changed) -> str:
    """Who changed a mark, or which rule of automation."""
    return change.who or f"自动化「{change.rule}」"


def changed(change: Changed, now: datetime) -> str:
    """One entry of the history: `11-24 李娜：等级 B→A`."""
    who = f"{saying.day(change.at, now)} {changed_by(change)}"
    match change.kind:
        case MarkKind.GRADE:
            return f"{who}：等级 {change.was or '未评'}→{change.value or '未评'}"
        case MarkKind.SET:
            return f"{who}：加 {change.value}"
        case MarkKind.OFF:
            return f"{who}：去掉 {change.value}"
        case MarkKind.RULE:
            return f"{who}：{change.value} 恢复自动"


def graded(outcomes: Sequence[GradeSet | SameGrade], tagging: Tagging) -> str:
    """The answer to 等级 where it was carried out, of one lead or of several."""
    to = grade_named(outcomes[0].grade, tagging)
    if len(outcomes) == 1:
        (only,) = outcomes
        if isinstance(only, SameGrade):
            return f"L{only.lead_id} 本来就是{to}，没有改动。"
        was = f"，原来是{grade_named(only.was, tagging)}" if only.was else ""
        return f"L{only.lead_id} 已定为{to}{was}。"
    new = [f"L{each.lead_id}" for each in outcomes if isinstance(each, GradeSet)]
    old = [f"L{each.lead_id}" for each in outcomes if isinstance(each, SameGrade)]
    said = [f"{len(new)} 条已定为{to}：{'、'.join(new)}。"] if new else []
    return "".join([*said, *([f"{'、'.join(old)} 本来就是。"] if old else [])])


def tagged(outcomes: Sequence[Tagged]) -> str:
    """The answer to 标签 where it was carried out: of one lead what it has now, of several what was done to each."""
    if len(outcomes) > 1:
        return "\n".join(f"L{each.lead_id} {_done(each)}。" for each in outcomes)
    (only,) = outcomes
    return f"L{only.lead_id} {_done(only)}。现有标签：{marks_said(only.marks) or '没有'}。"


def _done(outcome: Tagged) -> str:
    said = [f"已加 {'、'.join(outcome.on)}"] if outcome.on else []
    said += [f"已去掉 {'、'.join(outcome.off)}"] if outcome.off else []
    said += [f"{'、'.join(outcome.by_rule)} 恢复按规则"] if outcome.by_rule else []
    said += [f"{'、'.join(outcome.no_rule)} 没有自动规则，没有改动"] if outcome.no_rule else []
    return "，".join(said) or "没有改动"


def marks_said(marks: Sequence[Mark]) -> str:
    """Tags in a row, those of rules with the rule's name: `高意向、大额（自动：100万以上）`."""
    return "、".join(f"{mark.tag}（自动：{mark.rule}）" if mark.rule else mark.tag for mark in marks)


def too_many_to_mark(most: int, count: int) -> str:
    """The answer to more leads at once than can be marked."""
    return f"一次最多 {most} 条，您写了 {count} 条，什么都没有改。请分几次发。"


def mark_refused(outcome: MarkRefusal, tagging: Tagging, words: Words) -> str:
    """Why a lead was not marked, and what to send instead."""
    match outcome:
        case NoSuchGrade(number, word):
            grades = "、".join(grade_named(grade.key, tagging) for grade in tagging.grades)
            example = f"等级 L{number} {tagging.grades[0].key}"
            return f"没有等级「{saying.plain(word, 10)}」，公司的等级是 {grades}。请发：{example}"
        case NoSuchTag():
            return _no_such_tag(outcome, tagging)
        case TagNotForYou(_, tag, roles):
            return f"「{tag}」只能由{'、'.join(saying.ROLE_NAMES[role] for role in roles)}加、去。需要时请联系对方。"
        case OneOfGroup(_, tags) if len(set(tags)) == 1:
            return f"「{tags[0]}」又要加又要去，请只写一个。"
        case OneOfGroup(_, tags):
            return f"{'、'.join(tags)} 只能选一个，请再发一遍。"
        case TooManyTags(number, most):
            return f"L{number} 最多 {most} 个标签，请先去掉几个，如：标签 L{number} -标签名"
        case _:
            return refusal(outcome, words)


def _no_such_tag(outcome: NoSuchTag, tagging: Tagging) -> str:
    number, word = outcome.lead_id, saying.plain(outcome.word, LONGEST_TAG)
    if outcome.nearest:
        own = f"就要「{word}」，请发：标签 L{number} #{word}" if outcome.free else ""
        mend = f"请发：标签 L{number} +{outcome.nearest}"
        return f"没有标签「{word}」，是不是 {outcome.nearest}？{mend}" + (f"；{own}" if own else "")
    if tagging.free:
        return f"「{word}」不能作标签：最多 {LONGEST_TAG} 个字，不能是号码或客户的姓名。"
    if not tagging.tags:
        return NO_TAGS_SET
    names = [tag.name for tag in tagging.tags]
    more = f" 等 {len(names)} 个" if len(names) > _MOST_NAMED else ""
    return f"没有标签「{word}」，公司的标签是 {'、'.join(names[:_MOST_NAMED])}{more}。"
