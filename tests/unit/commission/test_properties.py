"""What holds for all plans and deals."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.commission.lines import missing
from core.commission.plans import Bounds, Counted, Plan
from core.commission.reckoning import Deal, reckon
from core.commission.splits import split
from core.commission.tiers import Step, Style, Tiers, rounded

RATES = st.decimals(0, 1, places=4)
AMOUNTS = st.integers(-(10**11), 10**11)
FEN = st.one_of(st.integers(0, 200), st.integers(0, 10**11))


@st.composite
def tables(draw: st.DrawFn, *, style: Style | None = None) -> Tiers:
    begins = [0, *sorted(draw(st.sets(st.integers(1, 10**9), max_size=4)))]
    return Tiers(style or draw(st.sampled_from(Style)), tuple(Step(each, draw(RATES)) for each in begins))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    least, most = sorted((draw(FEN), draw(FEN)))
    return Plan(
        "p", "方案", "v1", draw(tables()), counted=draw(st.sampled_from(Counted)), fixed_fen=draw(FEN),
        each=draw(st.sampled_from((Bounds(), Bounds(least_fen=least), Bounds(most_fen=most), Bounds(least, most)))),
        period=draw(st.sampled_from((Bounds(), Bounds(least_fen=least), Bounds(most_fen=most), Bounds(least, most)))),
    )  # fmt: skip


@st.composite
def several(draw: st.DrawFn) -> list[Deal]:
    days = draw(st.lists(st.tuples(st.integers(0, 29), AMOUNTS), max_size=8))
    return [Deal(n, date(2026, 11, 1) + timedelta(days=day), fen) for n, (day, fen) in enumerate(days)]


@st.composite
def shares(draw: st.DrawFn) -> list[Decimal]:
    parts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=5))
    whole = [Decimal(part) / 1000 for part in parts]
    return [*whole, 1 - sum(whole)]


@given(fen=AMOUNTS, of=shares())
def test_what_is_split_is_the_whole(fen: int, of: list[Decimal]) -> None:
    parts = split(fen, of)
    assert sum(parts) == fen
    assert all(abs(part - fen * share) < len(of) for part, share in zip(parts, of, strict=True))


@given(plan=plans(), deals=several(), seed=st.integers())
def test_in_whatever_order_they_come_they_earn_the_same(plan: Plan, deals: list[Deal], seed: int) -> None:
    mixed = list(deals)
    Random(seed).shuffle(mixed)
    assert reckon(plan, mixed) == reckon(plan, deals)


@given(table=tables(style=Style.PROGRESSIVE), deals=several())
def test_progressively_deals_earn_together_what_their_sum_does(table: Tiers, deals: list[Deal]) -> None:
    together = reckon(Plan("p", "", "", table, counted=Counted.PERIOD), deals)
    whole = table.between(0, sum(deal.base_fen for deal in deals))
    assert together.fen == rounded(sum((each.earned for each in whole), Decimal()))
    for earning in together.earnings:
        assert sum(each.part_fen for each in earning.slices) == earning.deal.base_fen


@given(table=tables(style=Style.PROGRESSIVE), low=AMOUNTS, more=FEN)
def test_progressively_more_never_earns_less(table: Tiers, low: int, more: int) -> None:
    assert sum((each.earned for each in table.between(low, low + more)), Decimal()) >= 0


@given(table=tables(), amount=AMOUNTS)
def test_each_amount_lies_in_one_step(table: Tiers, amount: int) -> None:
    step = table.at(amount, amount)
    assert step.from_fen <= max(amount, 0)
    assert step.to_fen is None or max(amount, 0) < step.to_fen
    assert (table.to_next(amount) is None) == (step.to_fen is None)


@given(plan=plans(), deals=several())
def test_what_is_undone_leaves_nothing_where_each_counts_by_itself(plan: Plan, deals: list[Deal]) -> None:
    alone = Plan("p", "", "", plan.tiers, fixed_fen=plan.fixed_fen, each=plan.each)
    undone = [Deal(100 + deal.number, deal.on, -deal.base_fen) for deal in deals]
    assert reckon(alone, [*deals, *undone]).fen == 0


@given(plan=plans(), deals=several(), seed=st.integers())
def test_what_is_written_step_by_step_is_what_is_written_at_once_and_twice_is_nothing(
    plan: Plan, deals: list[Deal], seed: int
) -> None:
    """In whatever order the deals become known."""
    known: list[Deal] = []
    ledger: dict[int, int] = {}
    bounded = 0
    for deal in Random(seed).sample(deals, len(deals)):
        known.append(deal)
        now = reckon(plan, known)
        for due in missing(now, ledger, bounded):
            if due.deal is None:
                bounded += due.fen
            else:
                ledger[due.deal] = ledger.get(due.deal, 0) + due.fen
        assert list(missing(now, ledger, bounded)) == []
    whole = reckon(plan, deals)
    assert ledger == {each.deal.number: each.fen for each in whole.earnings}
    assert bounded == whole.bounded_fen if deals else bounded == 0
