"""渠道: what channels brought and cost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from core.leads.channels import Channels
from core.reports.asking import Asking, By
from core.reports.measuring import measure
from core.reports.metrics import Aggregate, Event, Metric, Spent
from core.reports.periods import Period
from core.reports.results import Source, Sources
from core.reports.wanted import Own

OWN: Mapping[Own, Metric] = {
    Own.LEADS: Metric("", "", Aggregate.COUNT, Event.ARRIVED),
    Own.APPLICATIONS: Metric("", "", Aggregate.COUNT, Event.HANDED_IN),
    Own.LOANS: Metric("", "", Aggregate.COUNT, Event.PAID_OUT),
    Own.LENT: Metric("", "", Aggregate.SUM, Event.PAID_OUT),
}
_FEES = Metric("", "", Aggregate.SUM, Event.FEE)


def sources(session: Session, asking: Asking, period: Period, channels: Channels) -> Sources:
    """All channels that are named or brought something, the one with the most leads first. Costs are the company's:
    who sees less than all of it does not see them beside his part."""
    first = replace(asking, pick=replace(asking.pick, last_touch=False))
    leads = measure(session, first, OWN[Own.LEADS], period, By.CHANNEL)
    of_loans = (OWN[Own.APPLICATIONS], OWN[Own.LOANS], OWN[Own.LENT], _FEES)
    handed_in, loans, lent, fees = (measure(session, asking, each, period, By.CHANNEL) for each in of_loans)
    only, whole = asking.pick.channel, asking.sees_all and not (asking.pick.product or asking.pick.region)
    named = {channel.name for channel in channels.channels} | leads.keys() | handed_in.keys() | loans.keys()
    rows = []
    for name in named if not only else [only]:
        count = int(leads.get(name) or 0)
        cost = _cost(name, count, period, channels, asking.reports.spent) if whole else None
        income, paid = int(fees.get(name) or 0), int(lent.get(name) or 0)
        numbers = (count, int(handed_in.get(name) or 0), int(loans.get(name) or 0))
        rows.append(Source(0, name, *numbers, paid, cost, income, _roi(income, cost)))
    rows.sort(key=lambda row: (-row.leads, -row.disbursed_fen, row.channel))
    return Sources(tuple(rows), _together(rows), asking.pick.last_touch)


def _cost(name: str, leads: int, period: Period, channels: Channels, spent: tuple[Spent, ...]) -> int | None:
    """What its leads cost by the piece, and of what was spent on it in a month the days' part; None if neither is
    known."""
    price = next((one.cost_fen for one in channels.channels if one.name == name), None)
    lots = [part for each in spent if each.channel == name and (part := _part(each, period)) is not None]
    if price is None and not lots:
        return None
    return (price or 0) * leads + int(sum(lots, Fraction()))


def _part(spent: Spent, period: Period) -> Fraction | None:
    """What of it falls into the period, in fen; None if the month does not."""
    following = (spent.month + timedelta(days=31)).replace(day=1)
    first, behind = max(spent.month, period.first), min(following, period.last + timedelta(days=1))
    return Fraction(spent.fen * (behind - first).days, (following - spent.month).days) if first < behind else None


def _roi(income: int, cost: int | None) -> Decimal | None:
    return Decimal(income - cost) / cost if cost else None


def _together(rows: list[Source]) -> Source:
    """All of them. What they cost in all is known only where it is known of each that brought something, and of one."""
    unknown = any(row.cost_fen is None and (row.leads or row.disbursed) for row in rows)
    known = [row.cost_fen for row in rows if row.cost_fen is not None]
    cost = sum(known) if known and not unknown else None
    income = sum(row.income_fen for row in rows)
    sums = (
        sum(each) for each in zip(*((r.leads, r.applications, r.disbursed, r.disbursed_fen) for r in rows), strict=True)
    )
    leads, applications, disbursed, fen = tuple(sums) if rows else (0, 0, 0, 0)
    return Source(0, "", leads, applications, disbursed, fen, cost, income, _roi(income, cost))
