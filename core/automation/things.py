"""What a rule can be about: an open lead, or an application with its lead; with what the conditions see of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.automation.rules import Means, Rule, Since, Trigger
from core.expressions import Fact
from core.leads.events import FollowUpLogged, LeadMarked, LeadsAdded, LeadsAssigned, LeadsFell, OwnerChanged
from core.leads.facts import facts_of
from core.leads.models import subject as lead_subject
from core.leads.tags import Tagging
from core.loans.events import ApplicationEnded, StageEntered, ValuesChanged
from core.loans.facts import application_facts
from core.loans.models import subject as application_subject
from core.store.database import Executor
from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class Thing:
    """One record as it is now. `moments` are those from which a time can be reckoned."""

    subject: str
    lead_id: int
    owner_id: int | None
    moments: dict[str, datetime | None]
    facts: dict[str, Fact | None]


def heard(event: Event) -> tuple[Trigger, tuple[int, ...]] | None:
    """What an event sets off, and of which leads (or applications); None if it is nothing to automation."""
    match event:
        case LeadsAdded(lead_ids):
            return Trigger.ADDED, lead_ids
        case LeadMarked(lead_id, grade):
            return Trigger.GRADE if grade else Trigger.TAGS, (lead_id,)
        case OwnerChanged(lead_id=lead_id):
            return Trigger.OWNER, (lead_id,)
        case LeadsFell(fallen=fallen):
            return Trigger.OWNER, tuple(each.lead_id for each in fallen)
        case LeadsAssigned(given):
            return Trigger.OWNER, tuple(lead_id for lead_id, _ in given)
        case FollowUpLogged(lead_id, _, anew) if anew:
            return Trigger.FOLLOWED, (lead_id,)
        case StageEntered(application_id=application_id):
            return Trigger.STAGE, (application_id,)
        case ValuesChanged(application_id):
            return Trigger.VALUES, (application_id,)
        case ApplicationEnded(application_id=application_id):
            return Trigger.ENDED, (application_id,)
    return None


def before(event: Event) -> dict[str, Fact | None]:
    """What conditions saw before of what this event changed, where it is known: of marks alone."""
    return dict(event.was) if isinstance(event, LeadMarked) else {}


def things(executor: Executor, rule: Rule, numbers: Sequence[int], tagging: Tagging, now: datetime) -> Iterator[Thing]:
    """The records of these numbers that `rule` can be about. Leads that are closed are none."""
    if rule.of_applications:
        for number in numbers:
            yield from _application(executor, number, tagging, now)
        return
    found = facts_of(executor, numbers, tagging, now)
    for number in numbers:
        if number in found:
            lead = found[number]
            yield Thing(lead_subject(number), number, lead.owner_id, lead.moments, lead.facts)


def _application(executor: Executor, number: int, tagging: Tagging, now: datetime) -> Iterator[Thing]:
    of = application_facts(executor, number)
    if of is None:
        return
    lead = facts_of(executor, [of.lead_id], tagging, now).get(of.lead_id)
    owner_id, known = (lead.owner_id, lead.facts) if lead is not None else (None, {})
    yield Thing(application_subject(number), of.lead_id, owner_id, {}, known | of.facts)


def reckoned_from(rule: Rule, thing: Thing) -> datetime | None:
    """The moment from which the rule's time is reckoned; None if it is reckoned from none, or there was none."""
    return thing.moments[rule.when.moment] if isinstance(rule.when, Since) else None


def is_time(rule: Rule, thing: Thing, means: Means, now: datetime) -> bool:
    """Is it so long ago as the rule says, if it says that?"""
    since = reckoned_from(rule, thing)
    if not isinstance(rule.when, Since):
        return True
    return since is not None and since <= rule.when.after.before(means.calendar, now)
