"""What is paid, what is late and by how many days, over a loan of 12,000 yuan: 1,000 of principal each 15th of 2027,
and interest of 120, 110, 100 … 10."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loan_plans import loan

from core.loans.arrears import (
    Bucket,
    Pause,
    Repayment,
    Standing,
    bucket,
    late_days,
    standing,
    to_settle,
)
from core.loans.repayment import Method, Plan

PLAN = loan()
ALL = 12_780_00
JANUARY, FEBRUARY, MARCH = date(2027, 1, 15), date(2027, 2, 15), date(2027, 3, 15)
DAY = timedelta(days=1)


def paid(*what: tuple[date, int]) -> list[Repayment]:
    return [Repayment(on, fen) for on, fen in what]


def on(today: date, *what: tuple[date, int], pauses: tuple[Pause, ...] = ()) -> Standing:
    return standing(PLAN, paid(*what), pauses, today)


def next_number(found: Standing) -> int | None:
    return found.next.instalment.number if found.next else None


def test_before_the_first_day_nothing_is_late() -> None:
    found = on(JANUARY - DAY)
    assert (found.overdue_fen, found.days_past_due, found.bucket) == (0, 0, Bucket.M0)
    assert (next_number(found), found.outstanding_fen, found.cleared) == (1, 12_000_00, None)


def test_on_its_day_an_instalment_is_due_and_not_late() -> None:
    found = on(JANUARY)
    assert (found.overdue_fen, found.days_past_due, next_number(found)) == (0, 0, 1)


def test_a_day_later_it_is_late_and_the_next_one_comes() -> None:
    found = on(JANUARY + DAY)
    assert (found.overdue_fen, found.days_past_due, found.bucket) == (1120_00, 1, Bucket.M1)
    assert next_number(found) == 2


def test_paid_on_its_day_it_leaves_nothing_late() -> None:
    found = on(JANUARY + DAY, (JANUARY, 1120_00))
    assert (found.overdue_fen, found.outstanding_fen, next_number(found)) == (0, 11_000_00, 2)


def test_a_part_pays_the_interest_first() -> None:
    found = on(JANUARY + DAY, (JANUARY, 100_00))
    assert (found.parts[0].interest_paid_fen, found.parts[0].principal_paid_fen) == (100_00, 0)
    found = on(JANUARY + DAY, (JANUARY, 620_00))
    assert (found.parts[0].interest_paid_fen, found.parts[0].principal_paid_fen) == (120_00, 500_00)
    assert (found.parts[0].open_fen, found.overdue_fen, found.days_past_due) == (500_00, 500_00, 1)
    assert found.outstanding_fen == 11_500_00


def test_the_oldest_is_paid_before_the_interest_of_the_next() -> None:
    """On 20 February January and February are open; 1,130 pays January wholly and 10 of February's interest."""
    found = on(date(2027, 2, 20), (date(2027, 2, 20), 1130_00))
    assert [each.open_fen for each in found.parts[:2]] == [0, 1100_00]
    assert found.parts[1].interest_paid_fen == 10_00
    assert (found.overdue_fen, found.days_past_due) == (1100_00, 5)


def test_what_is_paid_too_much_pays_the_next_ones_ahead() -> None:
    found = on(JANUARY, (JANUARY, 1120_00 + 1110_00 + 600_00))
    assert next_number(found) == 3
    assert found.next is not None
    assert (found.next.open_fen, found.over_fen) == (500_00, 0)
    assert found.outstanding_fen == 9_500_00, "the principal of two instalments and half of the third's"
    assert found.ahead_fen == 1110_00 + 600_00
    ahead = 110_00 + 100_00  # of interest that is not due yet
    assert to_settle(PLAN, [Repayment(JANUARY, 2830_00)], JANUARY) == found.outstanding_fen - ahead


def test_an_instalment_paid_before_its_day_leaves_the_same_principal_as_on_it() -> None:
    """Paying at the reminder is the usual case: nothing is to change by itself on the day."""
    before, on_it = on(JANUARY - 3 * DAY, (JANUARY - 3 * DAY, 1120_00)), on(JANUARY, (JANUARY - 3 * DAY, 1120_00))
    assert before.outstanding_fen == on_it.outstanding_fen == 11_000_00
    assert (before.ahead_fen, on_it.ahead_fen) == (1120_00, 0)


def test_what_is_paid_beyond_everything_is_over() -> None:
    found = on(FEBRUARY, (JANUARY, ALL), (FEBRUARY, 5_00))
    assert (found.outstanding_fen, found.over_fen, found.next, found.cleared) == (0, 5_00, None, JANUARY)


def test_a_repayment_of_a_later_day_does_not_count_yet() -> None:
    assert on(FEBRUARY, (FEBRUARY + DAY, ALL)) == on(FEBRUARY)


def test_a_late_loan_grows_older_through_the_buckets() -> None:
    after = (0, 1, 30, 31, 60, 61, 90, 91, 400)
    found = [on(JANUARY + days * DAY).bucket for days in after]
    assert [each.value for each in found] == ["M0", "M1", "M1", "M2", "M2", "M3", "M3", "M3+", "M3+"]


def test_after_the_last_day_all_that_is_open_is_late_and_nothing_comes() -> None:
    found = on(date(2028, 1, 1), (JANUARY, 1120_00))
    assert (found.overdue_fen, found.next) == (ALL - 1120_00, None)
    assert found.days_past_due == (date(2028, 1, 1) - FEBRUARY).days


# Pauses


def test_paused_days_are_not_counted_and_the_money_stays_open() -> None:
    """Late from 16 January; 20 to 29 January are paused, both with it: on 31 January 16 days less 10."""
    found = on(date(2027, 1, 31), pauses=(Pause(date(2027, 1, 20), date(2027, 1, 29)),))
    assert (found.days_past_due, found.overdue_fen, found.paused) == (6, 1120_00, False)


def test_an_open_pause_stops_the_count_where_it_stands() -> None:
    pauses = (Pause(date(2027, 1, 20)),)
    found = [on(date(2027, 1, 19) + days * DAY, pauses=pauses) for days in (0, 1, 100)]
    assert [each.days_past_due for each in found] == [4, 4, 4]
    assert [each.paused for each in found] == [False, True, True]


def test_a_pause_from_before_the_day_keeps_a_loan_in_time() -> None:
    found = on(date(2027, 1, 20), pauses=(Pause(date(2026, 12, 1), date(2027, 1, 20)),))
    assert (found.days_past_due, found.bucket) == (0, Bucket.M0)
    assert (found.overdue_fen, found.deferred_fen) == (0, 1120_00)


def test_what_fell_due_in_a_pause_is_deferred_as_long_as_it_runs() -> None:
    """January is late since before it; February and March fell due in it, and are late behind it."""
    pauses = (Pause(date(2027, 1, 20), date(2027, 3, 31)),)
    found = on(date(2027, 3, 31), pauses=pauses)
    assert (found.overdue_fen, found.days_past_due, found.bucket) == (1120_00, 4, Bucket.M1)
    assert [each.instalment.number for each in found.deferred] == [2, 3]
    assert found.deferred_fen == 1110_00 + 1100_00
    behind = on(date(2027, 4, 1), pauses=pauses)
    assert (behind.overdue_fen, behind.days_past_due, behind.deferred) == (1120_00 + 1110_00 + 1100_00, 5, ())
    paid = on(date(2027, 3, 31), (date(2027, 3, 26), 1120_00), pauses=pauses)
    assert (paid.overdue_fen, paid.days_past_due, paid.deferred_fen) == (0, 0, 1110_00 + 1100_00)


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError):
        Pause(FEBRUARY, JANUARY)


near = st.dates(date(2027, 1, 1), date(2027, 6, 30))
pauses_near = st.lists(
    st.tuples(near, st.none() | st.integers(0, 60)).map(
        lambda each: Pause(each[0], None if each[1] is None else each[0] + each[1] * DAY)
    ),
    max_size=5,
)


@settings(deadline=None)
@given(near, near, pauses_near)
def test_late_days_are_those_one_counts_on_the_fingers(due: date, today: date, pauses: list[Pause]) -> None:
    days = (due + number * DAY for number in range(1, (today - due).days + 1))
    assert late_days(due, pauses, today) == sum(not any(each.holds(day) for each in pauses) for day in days)


@settings(deadline=None)
@given(near, near, pauses_near)
def test_the_order_of_pauses_does_not_matter(due: date, today: date, pauses: list[Pause]) -> None:
    assert late_days(due, reversed(pauses), today) == late_days(due, pauses, today)


# Settling before the time


def test_settling_early_waives_the_interest_to_come() -> None:
    """January is paid. On 15 February: 110 of interest, 11,000 of principal."""
    repayments = [*paid((JANUARY, 1120_00)), Repayment(FEBRUARY, 11_110_00, settles=True)]
    found = standing(PLAN, repayments, (), date(2027, 12, 31))
    assert (found.cleared, found.outstanding_fen, found.overdue_fen, found.over_fen) == (FEBRUARY, 0, 0, 0)
    assert (found.next, found.bucket) == (None, Bucket.M0)
    assert sum(each.waived_fen for each in found.parts) == ALL - 1120_00 - 11_110_00


def test_the_same_money_not_meant_to_settle_pays_ahead_and_keeps_its_interest() -> None:
    found = on(date(2027, 12, 31), (JANUARY, 1120_00), (FEBRUARY, 11_110_00))
    assert (found.cleared, found.overdue_fen) == (None, ALL - 12_230_00)


def test_too_little_settles_nothing() -> None:
    """A fen is missing: it counts as any other repayment."""
    short = [*paid((JANUARY, 1120_00)), Repayment(FEBRUARY, 11_109_99, settles=True)]
    found = standing(PLAN, short, (), date(2027, 12, 31))
    assert found == on(date(2027, 12, 31), (JANUARY, 1120_00), (FEBRUARY, 11_109_99))
    assert found.cleared is None


def test_settling_pays_what_is_late_too() -> None:
    """Nothing was paid until 20 February: 230 of interest and 12,000."""
    at = date(2027, 2, 20)
    assert standing(PLAN, [Repayment(at, 12_229_99, settles=True)], (), at).cleared is None
    assert standing(PLAN, [Repayment(at, 12_230_00, settles=True)], (), at).cleared == at


def test_settling_within_a_month_takes_the_interest_of_its_days() -> None:
    """1 March is 14 of the 28 days from 15 February to 15 March: half of 100."""
    at, before = date(2027, 3, 1), paid((JANUARY, 1120_00), (FEBRUARY, 1110_00))
    assert to_settle(PLAN, before, at) == 10_000_00 + 50_00
    found = standing(PLAN, [*before, Repayment(at, 10_050_00, settles=True)], (), at)
    assert (found.cleared, found.over_fen, found.parts[2].interest_paid_fen) == (at, 0, 50_00)
    assert found.parts[2].waived_fen == 50_00


def test_what_a_lender_takes_beyond_the_running_month_is_over() -> None:
    at, before = date(2027, 3, 1), paid((JANUARY, 1120_00), (FEBRUARY, 1110_00))
    found = standing(PLAN, [*before, Repayment(at, 10_300_00, settles=True)], (), at)
    assert (found.parts[2].interest_paid_fen, found.parts[3].interest_paid_fen, found.over_fen) == (50_00, 0, 250_00)
    within = standing(PLAN, [*before, Repayment(at, 10_080_00, settles=True)], (), at)
    assert (within.parts[2].interest_paid_fen, within.over_fen) == (80_00, 0), "a lender may take more than the days"


def test_however_much_more_was_paid_as_much_was_owed() -> None:
    for more in (1_000_00, 5_000_00, 900_000_00):
        found = standing(PLAN, [Repayment(date(2026, 12, 31), 12_061_94 + more, settles=True)], (), date(2026, 12, 31))
        assert found.over_fen == more


def test_settling_on_a_due_day_takes_no_interest_of_the_next_month() -> None:
    found = standing(PLAN, [Repayment(JANUARY, 12_125_00, settles=True)], (), JANUARY)
    assert (found.cleared, found.over_fen, found.parts[1].interest_paid_fen) == (JANUARY, 5_00, 0)


@pytest.mark.parametrize(
    ("at", "fen"),
    [
        (date(2026, 12, 1), 12_000_00),  # before the first period, a month before its day
        (date(2026, 12, 31), 12_061_94),  # 16 of 31 days of 120
        (JANUARY, 12_120_00),
        (date(2027, 12, 15), ALL),
        (date(2029, 1, 1), ALL),
    ],
)
def test_what_would_settle_a_loan_of_which_nothing_was_paid(at: date, fen: int) -> None:
    assert to_settle(PLAN, [], at) == fen


def test_what_was_paid_ahead_is_less_to_settle() -> None:
    """Paid ahead: February wholly and 100 of March's interest; all of it counts against the principal."""
    assert to_settle(PLAN, paid((JANUARY, 1120_00 + 1110_00 + 100_00)), JANUARY) == 12_120_00 - 2330_00


def test_a_loan_paid_off_has_nothing_to_settle() -> None:
    assert to_settle(PLAN, paid((JANUARY, ALL)), FEBRUARY) == 0
    assert to_settle(PLAN, [Repayment(JANUARY, 12_120_00, settles=True)], FEBRUARY) == 0


def test_who_paid_enough_ahead_settles_without_money() -> None:
    ahead = paid((JANUARY, 12_130_00))
    assert standing(PLAN, ahead, (), JANUARY).cleared is None
    assert to_settle(PLAN, ahead, JANUARY) == 0
    found = standing(PLAN, [*ahead, Repayment(JANUARY, 0, settles=True)], (), JANUARY)
    assert (found.cleared, found.over_fen) == (JANUARY, 10_00)


@pytest.mark.parametrize(("fen", "settles"), [(0, False), (-1, False), (-1, True)])
def test_what_is_no_repayment_is_refused(fen: int, settles: bool) -> None:
    with pytest.raises(ValueError):
        Repayment(JANUARY, fen, settles)


# Whatever is paid

plans = st.builds(
    loan,
    st.integers(1, 10**6),
    st.sampled_from(("0", "0.049", "0.24")),
    st.sampled_from((1, 2, 12, 60, 360)),
    st.sampled_from(Method),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
repaid = st.lists(
    st.builds(Repayment, st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(1, 10**8), st.booleans()), max_size=8
)
days = st.dates(date(2026, 1, 1), date(2060, 1, 1))


@settings(deadline=None)
@given(plans, repaid, days, st.randoms(use_true_random=False))
def test_the_order_in_which_repayments_are_recorded_does_not_matter(
    plan: Plan, repayments: list[Repayment], today: date, chance: Random
) -> None:
    shuffled = list(repayments)
    chance.shuffle(shuffled)
    assert standing(plan, shuffled, (), today) == standing(plan, repayments, (), today)


@settings(deadline=None)
@given(plans, repaid, days)
def test_every_fen_is_somewhere(plan: Plan, repayments: list[Repayment], today: date) -> None:
    found = standing(plan, repayments, (), today)
    used = sum(each.interest_paid_fen + each.principal_paid_fen for each in found.parts)
    assert used + found.over_fen == sum(each.fen for each in repayments if each.on <= today)
    assert 0 <= found.outstanding_fen <= plan.principal_fen
    assert found.over_fen >= 0


@settings(deadline=None)
@given(plans, repaid, days)
def test_no_part_is_below_nothing_or_above_its_instalment(plan: Plan, repayments: list[Repayment], today: date) -> None:
    found = standing(plan, repayments, (), today)
    for each in found.parts:
        assert 0 <= each.principal_paid_fen <= each.instalment.principal_fen
        assert 0 <= each.interest_paid_fen <= each.instalment.interest_fen
        assert each.waived_fen >= 0
        assert each.open_fen >= 0
    assert (found.cleared is not None) == (not any(each.open_fen for each in found.parts))


@settings(deadline=None)
@given(plans, repaid, days)
def test_what_would_settle_does_settle(plan: Plan, repayments: list[Repayment], today: date) -> None:
    needed = to_settle(plan, repayments, today)
    found = standing(plan, [*repayments, Repayment(today, needed, settles=True)], (), today)
    assert found.cleared is not None
    assert (found.outstanding_fen, found.overdue_fen) == (0, 0)


@settings(deadline=None)
@given(plans, days)
def test_who_pays_each_instalment_on_its_day_is_never_late(plan: Plan, today: date) -> None:
    repayments = [Repayment(each.due, each.total_fen) for each in plan.instalments if each.total_fen]
    found = standing(plan, repayments, (), today)
    assert (found.days_past_due, found.overdue_fen, found.over_fen) == (0, 0, 0)


@settings(deadline=None)
@given(plans, repaid, days, st.integers(1, 400))
def test_lateness_only_grows_while_nothing_is_paid(
    plan: Plan, repayments: list[Repayment], today: date, later: int
) -> None:
    so_far = [each for each in repayments if each.on <= today]
    now, then = standing(plan, so_far, (), today), standing(plan, so_far, (), today + later * DAY)
    assert then.overdue_fen >= now.overdue_fen
    assert then.days_past_due >= now.days_past_due


@settings(deadline=None)
@given(st.integers(0, 400))
def test_a_bucket_never_falls_with_a_day_more(count: int) -> None:
    order = list(Bucket)
    assert order.index(bucket(count + 1)) >= order.index(bucket(count))


def test_interest_runs_from_the_payout() -> None:
    """A month's interest stands in the first instalment, whenever it was paid out: on that day it is none yet."""
    plan = replace(PLAN, paid_out=date(2026, 12, 31))
    assert to_settle(plan, [], date(2026, 12, 31)) == 12_000_00
    assert to_settle(plan, [], date(2027, 1, 8)) == 12_000_00 + 64_00, "8 of 15 days of 120"
    assert to_settle(plan, [], JANUARY) == 12_120_00
    early = replace(PLAN, paid_out=date(2026, 11, 15))
    assert to_settle(early, [], date(2026, 12, 15)) == 12_000_00 + 59_02, "30 of 61 days"
