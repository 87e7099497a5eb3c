"""公海: looking and claiming."""

from bot.call import Call, Reply
from bot.phrases.numbers import folded, no_number_of_a_lead, read_lead_numbers
from cards import texts
from cards.lead_actions import ClaimLead, ClaimLeads, ShowPool
from cards.views.pool import CHECKLIST
from core.leads.access import pools_to_see
from core.leads.claiming import claim_leads, taken_by
from core.leads.outcomes import Claimed
from core.people.policy import Verb
from jobs.screens import claimed_face, lead_face, pool_face

MOST_AT_ONCE = 10
_LAST_PAGE = 999  # of any pool: who is there has long chosen another way


def show_pool(call: Call) -> Reply:
    """公海, 公海 青城 2: a card of what may be claimed, in the pool that is named or the first that is open."""
    name, page = _name_and_page(folded(call.text))
    visible = pools_to_see(call.actor, call.company.pools)
    pool = call.company.pools.by_word(name) if name else next(iter(visible), None)
    if pool is None or pool not in visible:
        return Reply(say=texts.no_pool(name, pool, visible, call.actor))
    return Reply(show=pool_face(pool.key, page))


def _name_and_page(text: str) -> tuple[str, int]:
    words = text.split()
    if words and words[-1].isascii() and words[-1].isdigit():
        return " ".join(words[:-1]), min(max(int(words[-1]), 1), _LAST_PAGE)
    return " ".join(words), 1


def claim_by_number(call: Call) -> Reply:
    """领取 L1 L2, 领取 L1-L9: claim by number; the answer is the result card, or one sentence if there was one and it
    failed."""
    numbers = read_lead_numbers(call.text)
    if not numbers:
        wrong = no_number_of_a_lead(call.text)
        return Reply(say=texts.wrong_number(wrong) if wrong else texts.WHICH_LEADS)
    if len(numbers) > MOST_AT_ONCE:
        return Reply(say=texts.too_many(MOST_AT_ONCE, numbers))
    results = claim_leads(call.unit, call.actor, numbers, call.company.pools)
    if len(results) == 1 and not isinstance(results[0], Claimed):
        return Reply(say=call.refusal(results[0]))
    return Reply(show=claimed_face(results, call.unit.now))


def claim_ticked(call: Call, action: ClaimLeads) -> Reply:
    """领取 on the pool card: it becomes the result. The ticked leads say what is claimed, whatever pool they are in
    now; the pool of the card is where one may try again."""
    numbers = read_lead_numbers(" ".join(call.selected.get(CHECKLIST, ())))
    if not numbers:
        return Reply(say=texts.TICK_FIRST, refresh=True)
    if len(numbers) > MOST_AT_ONCE:
        return Reply(say=texts.too_many(MOST_AT_ONCE, numbers), refresh=True)
    results = claim_leads(call.unit, call.actor, numbers, call.company.pools)
    return Reply(change=claimed_face(results, call.unit.now, action.pool))


def claim_one(call: Call, action: ClaimLead) -> Reply:
    """领取 on a lead's card: the card becomes the 360 card of an own lead, or says who was faster."""
    (result,) = claim_leads(call.unit, call.actor, [action.lead], call.company.pools)
    if isinstance(result, Claimed):
        return Reply(change=lead_face(action.lead))
    return Reply(change=claimed_face([result], call.unit.now))


def claim_late(call: Call, action: ClaimLead) -> Reply | None:
    """领取 on a card of before: who was faster. None if nobody was: then the card has changed for another reason."""
    taken = taken_by(call.unit, call.actor, action.lead)
    return Reply(say=call.refusal(taken), refresh=True) if taken is not None else None


def turn_page(call: Call, action: ShowPool) -> Reply:
    """Another page, or another pool, on the same card: if it is open to the person now."""
    visible = pools_to_see(call.actor, call.company.pools)
    if action.pool in {pool.key for pool in visible}:
        return Reply(change=pool_face(action.pool, action.page))
    call.unit.record(call.actor.id, f"{Verb.SEE_POOL}:denied", f"pool:{action.pool}")
    if not visible:
        return Reply(say=texts.not_allowed(Verb.SEE_POOL))
    return Reply(say=texts.no_pool("", call.company.pools.by_key(action.pool), visible, call.actor))
