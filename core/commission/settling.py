"""A period as a whole: which plan each deal earns by, what it earns, and whose that is. Pure.

A deal belongs to who handled it (主办). By his plan it is reckoned, with all of his of the period; then it is split. A
share whose part nobody had (no 协办, no 团队长 above him) is his. What a leader earns on his team's deals beside that
(`Plan.team`) is reckoned of all of them together, and is all his own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.commission.plans import Base, Chosen, Facts, Part, Plan, choose
from core.commission.reckoning import Deal, Earning, reckon
from core.commission.splits import split


@dataclass(frozen=True, slots=True)
class Paid:
    """A payout that earns: its number, its application's, the day, what was lent, the fee and the margin that come with
    it (with the first payout of a loan; else 0), who handled it, and what plans ask of him and of the deal."""

    number: int
    application: int
    on: date
    lent_fen: int
    fee_fen: int
    margin_fen: int
    officer_id: int
    facts: Facts

    def base(self, of: Base) -> int:
        """What counts by a plan on this."""
        return {Base.LENT: self.lent_fen, Base.FEE: self.fee_fen, Base.MARGIN: self.margin_fen}[of]


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody earns by a deal: for which part of it, by which plan, how all of the deal was reckoned, and his
    part of that. `paid` None: what is added to, or taken off, all that he earns in the period by the plan."""

    person_id: int
    part: Part
    chosen: Chosen
    fen: int
    paid: Paid | None = None
    earning: Earning | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """All lines of a period, and the payouts that earn nothing because no plan fits."""

    lines: tuple[Line, ...]
    without: tuple[Paid, ...]

    def totals(self) -> dict[int, int]:
        """What each person earns in all."""
        found: dict[int, int] = {}
        for line in self.lines:
            found[line.person_id] = found.get(line.person_id, 0) + line.fen
        return found


def settle(
    plans: Sequence[Plan], payouts: Iterable[Paid], leaders: Mapping[int, int], of_leaders: Mapping[int, Facts]
) -> Settlement:
    """The payouts of one period by these plans. `leaders`: who leads whom; `of_leaders`: what plans ask of a leader."""
    groups: dict[tuple[int, str], tuple[Chosen, list[Paid]]] = {}
    teams: dict[tuple[int, str], tuple[Chosen, list[Paid]]] = {}
    without = []
    for paid in payouts:
        chosen = choose(plans, paid.facts, paid.on)
        if chosen is None:
            without.append(paid)
        else:
            groups.setdefault((paid.officer_id, chosen.plan.key), (chosen, []))[1].append(paid)
        leader = leaders.get(paid.officer_id)
        his = of_leaders.get(leader) if leader is not None else None
        over = choose(plans, his, paid.on, team=True) if his is not None else None
        if leader is not None and over is not None:
            teams.setdefault((leader, over.plan.key), (over, []))[1].append(paid)
    lines = [
        *(line for (officer, _), group in groups.items() for line in _of_officer(officer, *group, leaders)),
        *(line for (leader, _), group in teams.items() for line in _of_team(leader, *group)),
    ]
    return Settlement(tuple(lines), tuple(without))


def _reckoned(chosen: Chosen, payouts: Sequence[Paid]) -> tuple[Iterator[tuple[Paid, Earning]], int]:
    period = reckon(chosen.plan, (Deal(paid.number, paid.on, paid.base(chosen.plan.base)) for paid in payouts))
    by_number = {paid.number: paid for paid in payouts}
    return ((by_number[earning.deal.number], earning) for earning in period.earnings), period.bounded_fen


def _of_officer(officer: int, chosen: Chosen, payouts: Sequence[Paid], leaders: Mapping[int, int]) -> Iterator[Line]:
    earnings, bounded = _reckoned(chosen, payouts)
    who = {Part.OFFICER: officer, Part.LEADER: leaders.get(officer)}
    for paid, earning in earnings:
        shares = chosen.plan.shares
        for part, fen in zip(shares, split(earning.fen, tuple(shares.values())), strict=True):
            person = who.get(part)
            yield Line(
                person if person is not None else officer,
                part if person is not None else Part.OFFICER,
                chosen,
                fen,
                paid,
                earning,
            )
    if bounded:
        yield Line(officer, Part.OFFICER, chosen, bounded)


def _of_team(leader: int, chosen: Chosen, payouts: Sequence[Paid]) -> Iterator[Line]:
    earnings, bounded = _reckoned(chosen, payouts)
    for paid, earning in earnings:
        yield Line(leader, Part.LEADER, chosen, earning.fen, paid, earning)
    if bounded:
        yield Line(leader, Part.LEADER, chosen, bounded)
