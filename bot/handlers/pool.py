"""公海: looking and claiming."""

from bot.call import Call, Reply
from bot.phrases.numbers import read_lead_numbers
from cards import texts
from cards.actions import ClaimLead, ClaimLeads, ShowPool
from cards.views.lead import CHECKLIST
from core.leads.outcomes import Claimed
from core.leads.pools import Pool
from core.leads.service import claim_leads
from jobs.screens import claimed_face, lead_face, pool_face


def show_pool(call: Call) -> Reply:
    """公海 [池] [页]: a card of what may be claimed, in the pool that is named or the first that is open."""
    name, page = _name_and_page(call.text)
    open_pools = call.company.pools.open_to(call.actor.department)
    pool = call.company.pools.by_word(name) if name else (open_pools[0] if open_pools else None)
    if pool is None or pool not in open_pools:
        return Reply(say=texts.NO_POOL.format(name=name, pools=_names(open_pools)) if name else texts.NO_OPEN_POOL)
    return Reply(show=pool_face(pool.key, page))


def _name_and_page(text: str) -> tuple[str, int]:
    words = text.split()
    if words and words[-1].isascii() and words[-1].isdigit() and 0 < int(words[-1]) < 1000:
        return " ".join(words[:-1]), int(words[-1])
    return " ".join(words), 1


def _names(pools: tuple[Pool, ...]) -> str:
    return "、".join(pool.name for pool in pools) or "无"


def claim_by_number(call: Call) -> Reply:
    """领取 L1 L2: claim by number; the answer is the result card, or one sentence if there was one and it failed."""
    numbers = read_lead_numbers(call.text)
    results = claim_leads(call.unit, call.actor, numbers, call.company.pools)
    if len(results) == 1 and not isinstance(results[0], Claimed):
        return Reply(say=call.refusal(results[0]))
    return Reply(show=claimed_face(results, call.unit.now))


def claim_ticked(call: Call, action: ClaimLeads) -> Reply:  # noqa: ARG001  the ticked leads say all
    """领取 on the pool card: it becomes the result."""
    numbers = read_lead_numbers(" ".join(call.selected.get(CHECKLIST, ())))
    if not numbers:
        return Reply(say=texts.TICK_FIRST, refresh=True)
    return Reply(change=claimed_face(claim_leads(call.unit, call.actor, numbers, call.company.pools), call.unit.now))


def claim_one(call: Call, action: ClaimLead) -> Reply:
    """领取 on a lead's card: the card becomes the 360 card of an own lead, or says who was faster."""
    (result,) = claim_leads(call.unit, call.actor, [action.lead], call.company.pools)
    if isinstance(result, Claimed):
        return Reply(change=lead_face(action.lead))
    return Reply(change=claimed_face([result], call.unit.now))


def turn_page(call: Call, action: ShowPool) -> Reply:  # noqa: ARG001
    """换一批: the same card, another page."""
    return Reply(change=pool_face(action.pool, action.page))
