"""等级, 标签: by word, for one lead or several, and by card."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.call import Call, Reply
from bot.phrases.marks import grade_word, leads_and_rest, wanted_tags
from cards import texts
from cards.lead_actions import SetGrade, SetTags, ShowMarks, ShowTags
from cards.views.marking import TICKS, option_key
from core.leads.marking import Wanted, may_mark, set_grade, set_tags, ticked
from core.leads.marking_outcomes import GradeSet, MarkRefusal, SameGrade, Tagged
from core.leads.outcomes import Closed
from core.leads.tagged import marks_of
from core.leads.tags import Tagging, picture
from core.store.issued import Face
from jobs.screens import marks_face, tags_face

MOST_AT_ONCE = 20

T = TypeVar("T")


def grade(call: Call) -> Reply:
    """等级 L1 A: set it; without a grade the card to choose one."""
    numbers, rest = leads_and_rest(call.text)
    word = grade_word(rest)
    if word is None and len(numbers) == 1:
        return _show(call, numbers[0], marks_face)
    if word is None or not numbers:
        return Reply(say=texts.usage("等级", "等级 编号 等级", "等级 编号 A"))
    came: tuple[list[GradeSet | SameGrade], list[str]] = _each(numbers, partial(_grade, call, word))
    outcomes, refused = came
    return _reply(texts.graded(outcomes, _tagging(call)) if outcomes else "", refused)


def _grade(call: Call, word: str, lead_id: int) -> GradeSet | SameGrade | str:
    outcome = set_grade(call.unit, call.actor, lead_id, word, _tagging(call))
    return outcome if isinstance(outcome, GradeSet | SameGrade) else _refused(call, outcome)


def tag(call: Call) -> Reply:
    """标签 L1 +高意向 -冷: put on and take off; without tags the card to tick them."""
    numbers, rest = leads_and_rest(call.text)
    wanted = wanted_tags(rest, call.company.tagging)
    if wanted == Wanted() and len(numbers) == 1:
        return _show(call, numbers[0], tags_face if call.company.tagging.for_card(call.actor) else None)
    if wanted == Wanted() or not numbers:
        return Reply(say=texts.usage("标签", "标签 编号 +标签 -标签", "标签 编号 +高意向 -冷"))
    outcomes, refused = _each(numbers, partial(_tag, call, wanted))
    return _reply(texts.tagged(outcomes) if outcomes else "", refused)


def _tag(call: Call, wanted: Wanted, lead_id: int) -> Tagged | str:
    outcome = set_tags(call.unit, call.actor, lead_id, wanted, _tagging(call))
    return outcome if isinstance(outcome, Tagged) else _refused(call, outcome)


def _each(numbers: Sequence[int], do: Callable[[int], T | str]) -> tuple[list[T], list[str]]:
    """Each lead by itself, in one order for all, so that two people with the same ones cannot hold each other up: what
    was done, and why the rest was not (each reason once)."""
    if len(numbers) > MOST_AT_ONCE:
        return [], [texts.too_many_to_mark(MOST_AT_ONCE, len(numbers))]
    came = {number: do(number) for number in sorted(numbers)}
    outcomes = [each for number in numbers if not isinstance(each := came[number], str)]
    refused = [each for number in numbers if isinstance(each := came[number], str)]
    return outcomes, list(dict.fromkeys(refused))


def _reply(said: str, refused: list[str]) -> Reply:
    return Reply(say="\n".join(filter(None, [said, *refused])))


def _tagging(call: Call) -> Tagging:
    return call.company.tagging


def _refused(call: Call, outcome: MarkRefusal) -> str:
    if isinstance(outcome, Closed):
        return call.refusal(outcome)
    outcome = call.in_sight(outcome)
    return texts.mark_refused(outcome, _tagging(call), call.words_for(outcome))


def _show(call: Call, lead_id: int, face: Callable[[int], Face] | None) -> Reply:
    refused = may_mark(call.unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=_refused(call, refused), refresh=True)
    return Reply(show=face(lead_id)) if face else Reply(say=texts.NO_TAGS_SET)


def show_marks(call: Call, action: ShowMarks) -> Reply:
    """等级标签 on a lead's card."""
    return _show(call, action.lead, marks_face)


def show_tags(call: Call, action: ShowTags) -> Reply:
    """标签 on the card of marks."""
    return _show(call, action.lead, tags_face if call.company.tagging.for_card(call.actor) else None)


def set_grade_tapped(call: Call, action: SetGrade) -> Reply:
    """A grade on the card: it shows what is so then."""
    outcome = set_grade(call.unit, call.actor, action.lead, action.grade, call.company.tagging)
    if isinstance(outcome, GradeSet | SameGrade):
        return Reply(say=texts.graded([outcome], call.company.tagging), refresh=True)
    return Reply(say=_refused(call, outcome), refresh=True)


def set_tags_tapped(call: Call, action: SetTags) -> Reply:
    """保存: what is ticked, if the card still shows what is so."""
    unit, tagging = call.unit, call.company.tagging
    refused = may_mark(unit, call.actor, action.lead)
    if refused is not None:
        return Reply(say=_refused(call, refused), refresh=True)
    has = marks_of(unit.connection, [action.lead], tagging, unit.now)[action.lead]
    if picture(tagging, call.actor, has) != action.seen:
        return Reply(say=texts.STALE_CARD, refresh=True)
    keys = call.selected.get(TICKS, ())
    names = {tag.name for place, tag in enumerate(tagging.for_card(call.actor)) if option_key(place) in keys}
    outcome = set_tags(unit, call.actor, action.lead, ticked(tagging, call.actor, has, names), tagging)
    if isinstance(outcome, Tagged):
        return Reply(say=texts.tagged([outcome]), refresh=True)
    return Reply(say=_refused(call, outcome), refresh=True)
