"""What rules do: one deed, one core verb, in the transaction in which the thing happened."""

import json
from dataclasses import dataclass
from datetime import UTC
from typing import assert_never
from urllib.parse import urlsplit

from core.automation.models import Came
from core.automation.rules import (
    POOL,
    SUPERIOR,
    CallWebhook,
    Deed,
    GiveLead,
    Means,
    OpenTask,
    PutGrade,
    PutTag,
    Rule,
    SendSms,
    SetDeadline,
    TakeTag,
    Tell,
)
from core.automation.things import Thing
from core.leads.events import OwnerTold
from core.leads.follow_tasks import open_follow_task
from core.leads.marking import ByRule, Wanted, set_grade, set_tags
from core.leads.marking_outcomes import GradeSet, MarkRefusal, SameGrade, Tagged
from core.leads.outcomes import AtWork, CannotReceive, Closed, NoRoom, NoSuchLead, NotAMember, SameOwner, Transferred
from core.leads.ruled import contact_by, give_by_rule, pool_by_rule
from core.loans.models import number_in
from core.loans.timing import give_time
from core.manners.kinds import ReminderKind, as_reminder
from core.people import phones
from core.people import queries as people
from core.people.policy import Actor
from core.store import post
from core.store.database import Executor
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Did:
    """One deed by its kind, what came of it, and what goes with that: the task's number, the tag, the grade, whose the
    lead is now."""

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
        case SendSms():
            return "sms"
        case PutTag():
            return "tag"
        case TakeTag():
            return "untag"
        case PutGrade():
            return "grade"
        case GiveLead():
            return "assign"
        case SetDeadline():
            return "deadline"
        case CallWebhook():
            return "webhook"
        case _:
            assert_never(deed)


def hindrance(executor: Executor, rule: Rule, deed: Deed, thing: Thing, means: Means) -> Came | None:
    """Why the deed cannot be done to this thing now, as far as that is known without doing it: there is no owner, or
    nothing by which it could reach him or the other system (what is for that one waits in the outbox)."""
    match deed:
        case OpenTask():
            return Came.NO_OWNER if thing.owner_id is None else None
        case SetDeadline():
            return Came.NO_OWNER if thing.owner_id is None and not rule.of_applications else None
        case Tell() | SendSms():
            if thing.owner_id is None or not people.works_here(executor, thing.owner_id):
                return Came.NO_OWNER
            return _untextable(executor, thing.owner_id, means) if isinstance(deed, SendSms) else None
        case CallWebhook(url):
            return None if urlsplit(url).hostname in means.hosts else Came.NOT_ALLOWED
        case PutTag() | TakeTag() | PutGrade() | GiveLead():
            return None
        case _:
            assert_never(deed)


def _untextable(executor: Executor, person_id: int, means: Means) -> Came | None:
    if not means.texting:
        return Came.NO_GATEWAY
    return None if phones.with_phone(executor, [person_id]) else Came.NO_PHONE


def carry_out(unit: Unit, rule: Rule, deed: Deed, thing: Thing, means: Means, came_by: str) -> Did:
    """Do it, as nobody, by the rule's name; `came_by` set the rule off."""
    kind, by = kind_of(deed), ByRule(rule.name)
    hindered = hindrance(unit.connection, rule, deed, thing, means)
    if hindered is not None and not isinstance(deed, CallWebhook):
        return Did(kind, hindered, deed.within.words if isinstance(deed, SetDeadline) else "")
    match deed:
        case OpenTask():
            return _open_task(unit, rule, deed, thing, means)
        case Tell(text):
            number = number_in(thing.subject) if rule.of_applications else None
            unit.happened(OwnerTold(thing.lead_id, _owner(thing), text, number))
            return Did(kind, Came.DONE)
        case SendSms(text):
            post.text_about_lead(unit, _owner(thing), thing.lead_id, text, as_reminder(ReminderKind.FOLLOW_TASK))
            return Did(kind, Came.DONE)
        case PutTag(tag):
            return _marked(kind, tag, set_tags(unit, by, thing.lead_id, Wanted(on=(tag,)), means.tagging))
        case TakeTag(off):
            return _marked(kind, off, set_tags(unit, by, thing.lead_id, Wanted(off=(off,)), means.tagging))
        case PutGrade(grade):
            return _marked(kind, grade, set_grade(unit, by, thing.lead_id, grade, means.tagging))
        case GiveLead(to):
            return _give(unit, rule, to, thing, means)
        case SetDeadline():
            return Did(kind, _set_deadline(unit, rule, deed, thing, means), deed.within.words)
        case CallWebhook(url):
            post.call(unit, url, thing.subject, _told(unit, rule, thing, means, came_by))
            return Did(kind, hindered or Came.DONE, url)
        case _:
            assert_never(deed)


def _owner(thing: Thing) -> int:
    """Whose it is, of what has an owner: `hindrance` looked at that."""
    if thing.owner_id is None:
        raise ValueError(f"nobody has {thing.subject}")
    return thing.owner_id


def _open_task(unit: Unit, rule: Rule, deed: OpenTask, thing: Thing, means: Means) -> Did:
    due_at = deed.within.after(means.calendar, unit.now) if deed.within is not None else None
    number = open_follow_task(unit, thing.lead_id, rule.name, deed.text, due_at)
    return Did("task", Came.OPEN_ALREADY) if number is None else Did("task", Came.DONE, f"F{number}")


def _give(unit: Unit, rule: Rule, to: str, thing: Thing, means: Means) -> Did:
    if to == POOL:
        came = pool_by_rule(unit, rule.name, thing.lead_id, means.pools)
        if isinstance(came, AtWork):
            return Did("assign", Came.AT_WORK, to)
        if isinstance(came, Closed | NoSuchLead):
            return Did("assign", Came.CLOSED, to)
        return Did("assign", Came.DONE if came else Came.SAME, to)
    person = _person(unit, to, thing)
    if person is None:
        return Did("assign", Came.NO_SUPERIOR if to == SUPERIOR else Came.NO_PERSON, to)
    outcome = give_by_rule(unit, rule.name, thing.lead_id, person, means.pools)
    return Did("assign", _CAME_OF_GIVING[type(outcome)], person.account or to)


_CAME_OF_GIVING = {
    Transferred: Came.DONE,
    SameOwner: Came.SAME,
    CannotReceive: Came.NO_PERSON,
    NotAMember: Came.NO_PERSON,
    NoRoom: Came.NO_ROOM,
    Closed: Came.CLOSED,
    NoSuchLead: Came.CLOSED,
}


def _person(unit: Unit, to: str, thing: Thing) -> Actor | None:
    if to != SUPERIOR:
        return next(iter(people.actors_by_accounts(unit.connection, [to])), None)
    above = people.superior_of(unit.session, thing.owner_id) if thing.owner_id is not None else None
    return people.colleague(unit.connection, above) if above is not None else None


def _set_deadline(unit: Unit, rule: Rule, deed: SetDeadline, thing: Thing, means: Means) -> Came:
    if rule.of_applications:
        number = number_in(thing.subject)
        if not give_time(unit, means.loans, number, deed.within):
            return Came.NO_TASK
        unit.record(None, "loan:deadline", thing.subject, within=deed.within.packed(), rule=rule.name)
        return Came.DONE
    at = deed.within.after(means.calendar, unit.now)
    return Came.DONE if contact_by(unit, rule.name, thing.lead_id, at) else Came.SAME


def _told(unit: Unit, rule: Rule, thing: Thing, means: Means, came_by: str) -> str:
    """What another system is told, as it stands now, in JSON: no name, no phone and no ID number of anybody's. Money is
    in yuan, as text, since many a reader would make a float of it."""
    kind = "application" if rule.of_applications else "lead"
    facts = dict(thing.facts)
    facts.pop("channel", None)  # as somebody typed it: it may be a person's name; free tags likewise
    known = {tag.name for tag in means.tagging.tags}
    tags = facts.get("tags")
    facts["tags"] = tuple(tag for tag in tags if tag in known) if isinstance(tags, tuple | list) else None
    amount = facts.pop("amount", None)
    owner = people.accounts_of(unit.connection, [thing.owner_id]) if thing.owner_id is not None else {}
    data = {
        "rule": rule.name,
        "lead": f"L{thing.lead_id}",
        "application": f"A{number_in(thing.subject)}" if rule.of_applications else None,
        "owner": owner.get(thing.owner_id or 0),
        "amount": f"{amount:.2f}" if isinstance(amount, float | int) else None,
        **{name: list(fact) if isinstance(fact, tuple | list | frozenset) else fact for name, fact in facts.items()},
    }
    told = {"type": f"{kind}.{came_by}", "timestamp": unit.now.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


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
