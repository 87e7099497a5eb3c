"""The phones of a customer who was entered twice: each is shown where the other is, to whom, and as, the other is."""

from dataclasses import replace

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select, update

from core.leads.intake import NewLead, add_lead
from core.leads.merging import Merged, merge_customers
from core.leads.models import Customer
from core.leads.outcomes import Added, LimitReached, NoPhoneYet, Revealed
from core.leads.pooled import PooledLead
from core.leads.pools import Hidden, Pool, Pools
from core.leads.queries import Brief, briefs
from core.leads.reveals import Phone, phone_shown, reveal_phone
from core.leads.unmerging import Unmerged, unmerge_customers

PHONE, OTHER, THIRD = "13947155501", "13947155502", "13947155503"
HIDES = Pools((Pool("all", "全区池", hidden=frozenset({Hidden.PHONE})),), "all")


def merged(firm: Firm, kept: int, gone: int) -> int:
    outcome = firm.do(merge_customers, "admin", kept, gone)
    assert isinstance(outcome, Merged)
    return outcome.merge_id


def entered(firm: Firm, by: str, clock: Clock, *phones: str | None) -> list[int]:
    """Leads that `by` enters, a minute between them. Without a phone: as a contact in a messenger is."""
    leads = []
    for phone in phones:
        outcome = firm.do(add_lead, by, NewLead("刘志强", phone, "抖音", region="150102"), firm.pools)
        assert isinstance(outcome, Added)
        leads.append(outcome.lead_id)
        clock.go(minutes=1)
    return leads


def card(firm: Firm, userid: str, lead: int) -> tuple[str | None, tuple[str, ...]]:
    """The phones on the card of the lead."""
    whole = firm.whole(userid, lead)
    assert whole is not None
    return whole.phone, whole.other_phones


def sees(firm: Firm, userid: str, lead: int) -> Phone | None:
    with firm.store.read() as session:
        return phone_shown(session, firm.store.vault, firm.who(userid), lead, firm.pools, firm.store.clock())


def asked(firm: Firm, userid: str, lead: int) -> Phone | None:
    assert firm.do(reveal_phone, userid, lead, firm.pools) == Revealed(lead)
    return sees(firm, userid, lead)


def brief(firm: Firm, userid: str, lead: int) -> Brief:
    with firm.store.read() as session:
        return briefs(session, firm.store.vault, firm.who(userid), [lead], firm.pools)[lead]


def test_whichever_customer_is_kept_both_phones_stand_on_the_card(firm: Firm, clock: Clock) -> None:
    for kept in (0, 1):
        first, second = leads = entered(firm, "batu", clock, f"1394715551{kept}", f"1394715552{kept}")
        here, there = (f"1394715551{kept}", f"1394715552{kept}")[:: 1 - 2 * kept]
        number = merged(firm, leads[kept], leads[1 - kept])
        assert card(firm, "batu", first) == (here, (there,)), "the lead that was first goes on"
        phone = asked(firm, "batu", first)
        assert phone is not None
        assert (phone.phone, phone.others) == (here, (there,))
        assert isinstance(firm.do(unmerge_customers, "admin", number), Unmerged)
        assert card(firm, "batu", first) == (f"1394715551{kept}", ())
        assert card(firm, "batu", second) == (f"1394715552{kept}", ())


def test_of_three_in_a_row_all_stand_there_in_their_order(firm: Firm, clock: Clock) -> None:
    first, second, third = entered(firm, "batu", clock, PHONE, OTHER, THIRD)
    merged(firm, second, third)
    merged(firm, first, second)
    assert card(firm, "batu", first) == (PHONE, (OTHER, THIRD))


def test_masked_and_in_full_by_the_same_right(firm: Firm, clock: Clock) -> None:
    first, second = entered(firm, "batu", clock, PHONE, OTHER)
    merged(firm, first, second)
    for userid in ("lina", "boss", "admin"):
        assert card(firm, userid, first) == ("139****5501", ("139****5502",)), userid
    assert firm.whole("zhang", first) is None
    phone = asked(firm, "lina", first)
    assert phone is not None
    assert (phone.phone, phone.others, phone.used) == (PHONE, (OTHER,), 1), "one customer, counted once"


def test_who_had_the_closed_lead_sees_neither(firm: Firm, clock: Clock) -> None:
    (first,), (second,) = entered(firm, "batu", clock, PHONE), entered(firm, "zhang", clock, OTHER)
    merged(firm, first, second)
    assert card(firm, "zhang", second) == ("139****5501", ("139****5502",))


def test_a_pool_that_hides_the_phone_hides_them_all(firm: Firm, clock: Clock) -> None:
    firm.pools = HIDES
    first, second = entered(firm, "admin", clock, PHONE, OTHER)
    merged(firm, first, second)
    assert card(firm, "batu", first) == ("", ())
    firm.pools = Pools((replace(HIDES.pools[0], hidden=frozenset()),), "all")
    assert card(firm, "batu", first) == ("139****5501", ("139****5502",))


@pytest.mark.parametrize("by", ["batu", "admin"])
def test_a_customer_who_had_none_has_the_one_that_the_merge_brought(firm: Firm, clock: Clock, by: str) -> None:
    first, second = entered(firm, by, clock, None, PHONE)
    number = merged(firm, first, second)
    shown = PHONE if by == "batu" else "139****5501"
    assert card(firm, "batu", first) == (shown, ())
    assert brief(firm, "batu", first).phone == shown
    phone = asked(firm, by, first)
    assert phone is not None
    assert (phone.phone, phone.others) == (PHONE, ())
    waiting: tuple[PooledLead, ...] = firm.page("batu", firm.pools.pools[0]).leads
    assert [lead.phone for lead in waiting] == ([] if by == "batu" else [shown])
    firm.do(unmerge_customers, "admin", number)
    assert card(firm, "batu", first) == (None, ())
    assert isinstance(firm.do(reveal_phone, by, first, firm.pools), NoPhoneYet)


def test_one_that_does_not_open_spoils_only_itself(firm: Firm, clock: Clock) -> None:
    first, second = entered(firm, "batu", clock, PHONE, OTHER)
    gone = firm.lead(second).customer_id
    merged(firm, first, second)
    with firm.store.database.write() as session:
        other = select(Customer.phone).where(Customer.id == firm.lead(first).customer_id).scalar_subquery()
        session.execute(update(Customer).where(Customer.id == gone).values(phone=other))
    assert card(firm, "batu", first) == (PHONE, ("***",))


@pytest.mark.parametrize("kept", [0, 1])
def test_a_number_that_came_by_a_merge_counts_and_one_that_was_shown_does_not(
    firm: Firm, clock: Clock, kept: int
) -> None:
    """Was: what had been shown of the one went to the other's lead, and with it the right to the other's number."""
    firm.pools = Pools((Pool("all", "全区池", daily_reveals=5),), "all", daily_reveals=1)
    leads = first, second = entered(firm, "admin", clock, PHONE, OTHER)
    assert firm.do(reveal_phone, "batu", second, firm.pools) == Revealed(second)
    number = merged(firm, leads[kept], leads[1 - kept])
    stopped = firm.do(reveal_phone, "batu", first, firm.pools)
    assert isinstance(stopped, LimitReached)
    assert (stopped.used, stopped.limit) == (1, 1)
    assert sees(firm, "batu", first) is None, "nor does a card show it that is drawn anew"
    firm.pools = replace(firm.pools, daily_reveals=2)
    phone = asked(firm, "batu", first)
    assert phone is not None
    assert ({phone.phone, *phone.others}, phone.used) == ({PHONE, OTHER}, 2)
    firm.pools = replace(firm.pools, daily_reveals=1)
    assert asked(firm, "batu", first) is not None, "and again for nothing"
    firm.do(unmerge_customers, "admin", number)
    for lead in leads:
        again = asked(firm, "batu", lead)
        assert again is not None
        assert (again.others, again.used) == ((), 2), "each was shown today"


def test_a_merge_that_brings_no_number_takes_none_away(firm: Firm, clock: Clock) -> None:
    firm.pools = Pools((Pool("all", "全区池", daily_reveals=1),), "all")
    first, second = entered(firm, "admin", clock, None, PHONE)
    assert asked(firm, "batu", second) is not None
    merged(firm, first, second)
    phone = asked(firm, "batu", first)
    assert phone is not None
    assert (phone.phone, phone.used) == (PHONE, 1)
