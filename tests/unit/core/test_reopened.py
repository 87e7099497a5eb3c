"""撤销合并 opens a lead again: for its owner the days while it was closed did not pass."""

from datetime import datetime, timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from kit.invariants import assert_kept
from sqlalchemy import select

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.claiming import claim_leads
from core.leads.deferrals import ask_extension, decide_extension, falls, protect
from core.leads.marking import set_grade
from core.leads.merging import Merged, merge_customers
from core.leads.models import Deferral, DeferralKind
from core.leads.outcomes import Asked, Extended, NoExtension, Protected
from core.leads.recycle import due_leads, warn
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule
from core.leads.service import log_follow_up
from core.leads.tags import Tagging
from core.leads.unmerging import Unmerged, unmerge_customers

PHONE, OTHER = "13947155501", "13947155502"
CALENDAR = WorkingCalendar()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAPSES = [Lapse.FIRST_CONTACT, Lapse.FOLLOW_UP, Lapse.APPLICATION, Lapse.DISBURSEMENT]


def rules(lapse: Lapse, within: Length, *warnings: Length) -> Recycling:
    return Recycling(
        CALENDAR,
        (RecyclingRule("规则", lapse, within),),
        warnings,
        Extension(Length(3, Unit.DAY), 1),
        Protection(5, 15 * DAY),
    )


def two(firm: Firm, clock: Clock, by: str = "zhang") -> tuple[int, int]:
    """One person, entered twice: the second lead is closed if they are merged."""
    first = firm.add("batu", phone=PHONE)
    clock.go(minutes=1)
    return first, firm.add(by, name="刘志", phone=OTHER)


def merge(firm: Firm, first: int, second: int) -> int:
    outcome = firm.do(merge_customers, "lina", first, second)
    assert isinstance(outcome, Merged)
    assert outcome.plan.closes == second
    return outcome.merge_id


def unmerge(firm: Firm, number: int) -> Unmerged:
    outcome = firm.do(unmerge_customers, "lina", number, CALENDAR)
    assert isinstance(outcome, Unmerged)
    return outcome


def ends(firm: Firm, lead: int, by: Recycling) -> datetime | None:
    found = firm.work(lambda unit: falls(unit, lead, by))
    return found.at if found else None


@pytest.mark.parametrize("lapse", LAPSES)
def test_each_clock_goes_on_where_it_stood(firm: Firm, clock: Clock, lapse: Lapse) -> None:
    by = rules(lapse, Length(4, Unit.HOUR), Length(1, Unit.HOUR))
    first, second = two(firm, clock)
    clock.go(hours=1)
    number = merge(firm, first, second)
    clock.go(days=5)
    assert ends(firm, second, by) is None, "what is closed does not fall"
    unmerge(firm, number)
    assert ends(firm, second, by) == clock.now + 3 * HOUR
    with firm.store.read() as session:
        assert second not in {lead.id for lead in due_leads(session, by, lapse, clock.now, 10)}
    clock.go(hours=2, minutes=1)
    told = firm.work(lambda unit: warn(unit, by))
    assert (second, firm.who("zhang").id) in told, "he is warned as of any other"
    with firm.store.read() as session:
        assert second not in {lead.id for lead in due_leads(session, by, lapse, clock.now, 10)}
        assert second in {lead.id for lead in due_leads(session, by, lapse, clock.now + HOUR, 10)}
    assert_kept(firm.store, settled=False)


def test_who_was_warned_before_it_was_closed_is_warned_again(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(4, Unit.HOUR), Length(1, Unit.HOUR))
    first, second = two(firm, clock)
    clock.go(hours=3, minutes=30)
    assert second in dict(firm.work(lambda unit: warn(unit, by)))
    number = merge(firm, first, second)
    clock.go(days=1)
    unmerge(firm, number)
    assert ends(firm, second, by) == clock.now + HOUR / 2
    assert second in dict(firm.work(lambda unit: warn(unit, by)))


def test_by_working_time_there_is_as_much_left_too(firm: Firm, clock: Clock) -> None:
    """Closed over days off and reopened at the end of a workday: the working time that came meanwhile was not his."""
    by = rules(Lapse.FOLLOW_UP, Length(8, Unit.HOUR, working=True))
    clock.go(days=3, hours=8)  # Friday at 18:00
    first, second = two(firm, clock)
    clock.go(days=2)
    number = merge(firm, first, second)
    clock.go(days=3)  # Wednesday
    unmerge(firm, number)
    left = ends(firm, second, by)
    assert left is not None
    assert CALENDAR.between(clock.now, left) == 8 * HOUR


def test_what_he_did_before_counts_from_where_it_stood(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(7, Unit.DAY))
    first, second = two(firm, clock)
    clock.go(days=1)
    firm.do(log_follow_up, "zhang", second, "聊过", None)
    clock.go(days=2)
    number = merge(firm, first, second)
    clock.go(days=6)
    unmerge(firm, number)
    assert ends(firm, second, by) == clock.now + 5 * DAY
    assert firm.lead(second).last_follow_up_at == clock.now - 8 * DAY, "when he did it is as it was"


def test_more_time_and_protection_stand_still_too(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(1, Unit.DAY))
    first, second = two(firm, clock)
    assert isinstance(firm.do(protect, "zhang", second, by), Protected)
    clock.go(days=5)
    number = merge(firm, first, second)
    clock.go(days=6)
    unmerge(firm, number)
    assert ends(firm, second, by) == clock.now + 10 * DAY
    assert firm.do(protect, "zhang", second, by) == Protected(second, clock.now + 10 * DAY, 1, 5), "it is his still"


def test_what_was_granted_is_granted_still(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(1, Unit.DAY))
    first, second = two(firm, clock)
    assert isinstance(firm.do(ask_extension, "zhang", second, by), Asked)
    with firm.store.read() as session:
        asked = session.scalars(select(Deferral.id).where(Deferral.kind == DeferralKind.EXTENSION)).one()
    lina = firm.who("lina")
    granted = firm.work(lambda unit: decide_extension(unit, lina, asked, by, grant=True))
    assert granted == Extended(second, clock.now + 4 * DAY)
    number = merge(firm, first, second)
    clock.go(days=6)
    unmerge(firm, number)
    assert ends(firm, second, by) == clock.now + 4 * DAY
    assert firm.do(ask_extension, "zhang", second, by) == NoExtension(second, "used_up", 1, 1, lapse=Lapse.FOLLOW_UP)


def test_one_that_waits_in_a_pool_waits_on(firm: Firm, clock: Clock) -> None:
    first, second = firm.add("admin", phone=PHONE), firm.add("admin", phone=OTHER)
    before = firm.lead(second)
    outcome = firm.do(merge_customers, "admin", first, second)
    assert isinstance(outcome, Merged)
    clock.go(days=1)
    assert isinstance(firm.do(unmerge_customers, "admin", outcome.merge_id, CALENDAR), Unmerged)
    assert (firm.lead(second).pooled_at, firm.lead(second).owned_at) == (before.pooled_at, None)


@pytest.mark.parametrize("lapse", [Lapse.FIRST_CONTACT, Lapse.FOLLOW_UP])
def test_the_one_that_goes_on_alone_has_as_much_time_as_at_the_merge(firm: Firm, clock: Clock, lapse: Lapse) -> None:
    """Was: what its owner did on the other lead held it; that went back, and it fell in the next minute, unwarned."""
    by = rules(lapse, Length(4, Unit.HOUR), Length(1, Unit.HOUR))
    first, second = two(firm, clock, by="batu")
    clock.go(hours=1)
    firm.do(log_follow_up, "batu", second, "聊过", None)
    number = merge(firm, first, second)
    left = 3 * HOUR - timedelta(minutes=1)  # the first is a minute older
    clock.go(hours=2)
    unmerge(firm, number)
    assert ends(firm, first, by) == clock.now + left
    clock.go(hours=2, minutes=1)
    assert first in dict(firm.work(lambda unit: warn(unit, by)))


def test_a_protection_that_was_the_other_ones_goes_and_time_is_left(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(4, Unit.DAY))
    first, second = two(firm, clock, by="batu")
    assert isinstance(firm.do(protect, "batu", second, by), Protected)
    clock.go(days=3)
    number = merge(firm, first, second)
    clock.go(days=6)
    unmerge(firm, number)
    assert ends(firm, first, by) == clock.now + DAY - timedelta(minutes=1)


def test_time_that_nothing_held_passes_as_ever(firm: Firm, clock: Clock) -> None:
    by = rules(Lapse.FOLLOW_UP, Length(4, Unit.DAY))
    first, second = two(firm, clock)
    number = merge(firm, first, second)
    clock.go(days=2)
    unmerge(firm, number)
    assert ends(firm, first, by) == clock.now + 2 * DAY - timedelta(minutes=1)


@pytest.mark.parametrize("since", ["nothing", "a mark", "a contact"])
def test_a_contact_that_goes_back_is_no_longer_its_own(firm: Firm, clock: Clock, since: str) -> None:
    """Whatever was done to the lead meanwhile. Was: with any change it counted as contacted for good."""
    first, second = two(firm, clock, by="batu")
    firm.do(log_follow_up, "batu", second, "聊过", None)
    number = merge(firm, first, second)
    clock.go(hours=1)
    if since == "a mark":
        firm.do(set_grade, "batu", first, "A", Tagging())
    if since == "a contact":
        firm.do(log_follow_up, "batu", first, "又聊过", None)
    contacted_at = clock.now
    clock.go(hours=1)
    unmerge(firm, number)
    lead = firm.lead(first)
    assert lead.contacted is (since == "a contact")
    assert (lead.idle_since == contacted_at) is (since == "a contact")
    assert firm.lead(second).contacted


def test_who_claimed_it_in_the_moment_of_the_merge_keeps_his_own_times(firm: Firm, clock: Clock) -> None:
    """It was nobody's when they were merged. Was: the merge could not be taken back."""
    first, second = firm.add("admin", phone=PHONE), firm.add("admin", phone=OTHER)
    outcome = firm.do(merge_customers, "admin", first, second)
    assert isinstance(outcome, Merged)
    firm.do(claim_leads, "batu", [outcome.plan.into], firm.pools)
    assert firm.lead(first).owner_id == firm.who("batu").id
    assert isinstance(firm.do(unmerge_customers, "admin", outcome.merge_id, CALENDAR), Unmerged)
    assert firm.lead(first).idle_since == clock.now
