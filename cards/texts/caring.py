"""批量关怀: what is said."""

from collections.abc import Sequence
from typing import assert_never

from cards import saying
from cards.texts.refusals import not_allowed
from cards.texts.words import Words
from core.leads.care_outcomes import (
    CareBegunBefore,
    CareGone,
    CareQuota,
    CareRefusal,
    CareStarted,
    NobodyToCare,
    Ticked,
    TooManyToCare,
)
from core.leads.care_rules import CareRules
from core.leads.outcomes import NotAllowed

TICK_CARE = "请先勾选已经联系过的客户，再点已联系。"
CARE_DROPPED = "好的，没有发起关怀。"
NO_CARE_TASKS = "您没有待联系的关怀任务。"
NO_CARES = "您还没有发起过关怀。想发起请发：关怀 A 高意向：想说的话"
_MOST_SAID = 60


def older_cares(count: int) -> str:
    """Beside the tasks of the newest care: `count` more stand in older ones."""
    return f"更早的关怀里还有 {count} 条，这张做完后再发 关怀任务 查看。"


def care_text_too_long(length: int, most: int) -> str:
    """The answer to 关怀 with a text that one message does not hold."""
    return f"想说的话最多 {most} 字，这里有 {length} 字，还没有发起。请写短一些再发。"


def care_how(words: str, rules: CareRules) -> str:
    """What 关怀 needs; `words` is the segment, where it was understood."""
    segment = words or "A 高意向 3天未跟进"
    names = "、".join(template.name for template in rules.templates)
    ready = f"\n也可以用现成的话术：{names}，如：关怀 {segment}：{rules.templates[0].name}" if rules.templates else ""
    return f"关怀要写一群客户和想说的话，用冒号隔开，如：关怀 {segment}：最近有资金需求吗？{ready}"


def care_begun(outcome: CareStarted) -> str:
    """The answer to 确认."""
    told = f"已给 {outcome.owners} 位归属人列了 {outcome.leads} 条任务"
    return f"关怀 C{outcome.number} 已发起：{told}。没有给客户发任何消息。回复 关怀进度 看做到哪了。"


def care_ticked(outcome: Ticked, left: int) -> str:
    """The answer to 已联系."""
    if not outcome.lead_ids:
        return "勾选的任务已经完成，或已不在您名下，没有改动。"
    numbers = "、".join(f"L{number}" for number in outcome.lead_ids)
    return f"{numbers} 已记为联系过，并写了跟进。{f'还剩 {left} 条。' if left else '这次关怀您都做完了。'}"


def care_logged(text: str) -> str:
    """What stands in the follow-up of a lead that was ticked off."""
    return f"已联系（关怀：{saying.plain(text, _MOST_SAID)}）"


def care_refused(outcome: CareRefusal, words: Words) -> str:
    """Why a care is not planned, or does not begin."""
    match outcome:
        case NotAllowed(verb):
            return not_allowed(verb)
        case NobodyToCare(resting=True, days=days):
            return f"符合的客户都已在关怀任务里，或 {days} 天内刚关怀过，不重复打扰。"
        case NobodyToCare():
            return "没有符合的客户。可以先看看有谁：我的客户 或 部门客户 加条件。"
        case TooManyToCare(most):
            return f"符合的客户超过 {most} 位，一次最多 {most} 位。请加条件，如等级、标签、几天未跟进。"
        case CareQuota(used, limit, frees_at):
            return f"今天已发起 {used}/{limit} 次关怀，{saying.at(frees_at, words.now)} 恢复。"
        case CareGone(number):
            return f"关怀 C{number} 已作废，请重新发：关怀 条件：想说的话"
        case CareBegunBefore(number, at):
            return f"关怀 C{number} 在 {saying.at(at, words.now)} 已经发起，没有重复发。"
        case _:
            assert_never(outcome)


def shares_said(lines: Sequence[tuple[str, int, int]], most: int) -> list[str]:
    """Owners with what they have done: `张三 3/5`."""
    said = [f"{name} {done}/{total}" for name, done, total in lines[:most]]
    return [*said, *([f"另有 {len(lines) - most} 位"] if len(lines) > most else [])]
