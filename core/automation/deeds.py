"""What rules do: one deed, one core verb, in the transaction in which the thing happened."""

from dataclasses import dataclass
from typing import assert_never

from core.automation.models import Came
from core.automation.rules import Deed, Means, OpenTask, PutGrade, PutTag, Rule, TakeTag, Tell
from core.automation.things import Thing
from core.leads.events import OwnerTold
from core.leads.follow_tasks import open_follow_task
from core.leads.marking import ByRule, Wanted, set_grade, set_tags
from core.leads.marking_outcomes import GradeSet, MarkRefusal, SameGrade, Tagged
from core.leads.outcomes import Closed
from core.people import queries as people
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Did:
    """One deed by its kind, what came of it, and what goes with that: the task's number, the tag, the grade."""

    kind: str
    came: Came
    what: str = ""


def kind_of(deed: Deed) -> str:
    """How a deed is called in the log."""
    match deed:
        case OpenTask():
            return "task"
        case Tell():
            return "tell"
        case PutTag():
            return "tag"
        case TakeTag():
            return "untag"
        case PutGrade():
            return "grade"
        case _:
            assert_never(deed)


def carry_out(unit: Unit, rule: Rule, deed: Deed, thing: Thing, means: Means) -> Did:
    """Do it, as nobody, by the rule's name."""
    kind, by = kind_of(deed), ByRule(rule.name)
    match deed:
        case OpenTask():
            return _open_task(unit, rule, deed, thing, means)
        case Tell(text):
            if thing.owner_id is None or not people.works_here(unit.connection, thing.owner_id):
                return Did(kind, Came.NO_OWNER)
            unit.happened(OwnerTold(thing.lead_id, thing.owner_id, text))
            return Did(kind, Came.DONE)
        case PutTag(tag):
            return _marked(kind, tag, set_tags(unit, by, thing.lead_id, Wanted(on=(tag,)), means.tagging))
        case TakeTag(tag):
            return _marked(kind, tag, set_tags(unit, by, thing.lead_id, Wanted(off=(tag,)), means.tagging))
        case PutGrade(grade):
            return _marked(kind, grade, set_grade(unit, by, thing.lead_id, grade, means.tagging))
        case _:
            assert_never(deed)


def _open_task(unit: Unit, rule: Rule, deed: OpenTask, thing: Thing, means: Means) -> Did:
    if thing.owner_id is None:
        return Did("task", Came.NO_OWNER)
    due_at = deed.within.after(means.calendar, unit.now) if deed.within is not None else None
    number = open_follow_task(unit, thing.lead_id, rule.name, deed.text, due_at)
    return Did("task", Came.OPEN_ALREADY) if number is None else Did("task", Came.DONE, f"F{number}")


def _marked(kind: str, word: str, outcome: Tagged | GradeSet | SameGrade | MarkRefusal) -> Did:
    match outcome:
        case Tagged(on=on, off=off):
            return Did(kind, Came.DONE if on or off else Came.SAME, word)
        case GradeSet():
            return Did(kind, Came.DONE, word)
        case SameGrade():
            return Did(kind, Came.SAME, word)
        case Closed():
            return Did(kind, Came.CLOSED, word)
    return Did(kind, Came.REFUSED, word)
