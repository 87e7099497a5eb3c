"""合并客户 L12 L15, 撤销合并 M3."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from bot.call import Call, Reply
from bot.phrases.answers import agrees, denies, gives_up
from bot.phrases.numbers import read_lead_numbers, read_numbered
from cards import texts
from core.leads import access
from core.leads.merging import Merged, MergePlan, MergeRefusal, merge_customers, plan_merge
from core.leads.models import subject
from core.leads.outcomes import NoSuchLead
from core.leads.unmerging import NoSuchMerge, Unmerged, unmerge_customers
from core.manners.kinds import ReminderKind
from core.store import post
from jobs.reach import say, show
from jobs.screens import lead_face


def merge(call: Call) -> Reply:
    """合并客户 L12 L15: shows what it would do, and asks."""
    numbers = read_lead_numbers(call.text)
    if len(numbers) != 2:
        return Reply(say=texts.MERGE_TWO)
    return _ask(call, *numbers)


def _ask(call: Call, lead_id: int, other_id: int) -> Reply:
    plan = plan_merge(call.unit, call.actor, lead_id, other_id, call.company.tagging)
    if not isinstance(plan, MergePlan):
        return _refused(call, plan, (lead_id, other_id))
    question = _question(call, plan)
    call.ask("merge", lead=lead_id, other=other_id, shown=_digest(question))
    return Reply(say=question, asks=True)


def _question(call: Call, plan: MergePlan) -> str:
    names = call.customer(plan.lead_id), call.customer(plan.other_id)
    return texts.ask_merge(plan, names, call.words(*plan.owners.values()))


def _digest(question: str) -> str:
    return sha256(question.encode()).hexdigest()[:16]


def merge_confirmed(call: Call) -> Reply:
    """The answer to the question whether to merge. If by now something else would be shown, it is asked anew."""
    lead_id, other_id = call.asked_lead, int(str(call.asked["other"]))
    if gives_up(call.text) or denies(call.text):
        call.end_dialog()
        return Reply(say=texts.NOT_MERGED)
    if not agrees(call.text):
        return Reply(say=texts.ASK_MERGE_AGAIN, asks=True)
    call.end_dialog()
    plan = plan_merge(call.unit, call.actor, lead_id, other_id, call.company.tagging)
    if isinstance(plan, MergePlan) and _digest(_question(call, plan)) != call.asked.get("shown"):
        return _ask(call, lead_id, other_id)
    outcome = merge_customers(call.unit, call.actor, lead_id, other_id, call.company.tagging)
    if not isinstance(outcome, Merged):
        return _refused(call, outcome, (lead_id, other_id))
    plan, words = outcome.plan, call.words(*outcome.plan.owners.values())
    _tell(call, plan.owners, lambda number: texts.merge_told(plan, number, call.actor.name, words))
    return Reply(say=texts.merged(outcome))


def _refused(call: Call, outcome: MergeRefusal, named: tuple[int, int]) -> Reply:
    """Why not. Of leads that are out of sight, in the order they were typed, no more is said than of such as there are
    not; nor is one told of that was not typed."""
    told = call.in_sight(outcome)
    if isinstance(told, NoSuchLead):
        unit, pools = call.unit, call.company.pools
        hidden = [
            number
            for number in named
            if not access.may_know_owner(unit.connection, call.actor, number, pools, unit.now)
        ]
        if not hidden:
            return Reply(say=texts.MERGE_ELSEWHERE)
        told = NoSuchLead(hidden[0])
    return Reply(say=texts.merge_refused(told, call.words_for(told)))


def unmerge(call: Call) -> Reply:
    """撤销合并 M3: put everything back."""
    number = read_numbered("M", call.text)
    if number is None:
        return Reply(say=texts.WHICH_MERGE)
    outcome = unmerge_customers(call.unit, call.actor, number, call.company.recycling.calendar)
    if not isinstance(outcome, Unmerged):
        if isinstance(call.in_sight(outcome), NoSuchLead):  # as of one that there never was
            outcome = NoSuchMerge(number)
        return Reply(say=texts.merge_refused(outcome, call.words_for(outcome)))
    _tell(call, outcome.owners, lambda lead: texts.unmerge_told(outcome, lead, call.actor.name))
    return Reply(say=texts.unmerged(outcome, call.words(outcome.left)))


def _tell(call: Call, owners: Mapping[int, int | None], told: Callable[[int], str]) -> None:
    """The owners of the leads that it concerned, unless they did it themselves; and the cards that show what was. Whose
    card cannot be changed any more gets a fresh one."""
    unit = call.unit
    for lead_id, owner_id in owners.items():
        left = post.refresh_all(unit, subject(lead_id))
        if owner_id is None:
            continue
        if owner_id != call.actor.id:
            say(unit, ReminderKind.LEAD_CAME, owner_id, told(lead_id))
        if owner_id in left:
            show(unit, ReminderKind.UPDATED, owner_id, lead_face(lead_id))
