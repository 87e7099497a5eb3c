"""What is concluded from a board's numbers, before a headline, a line or a picture says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cards.fitting import cut
from cards.render.clean import clean
from cards.texts import measured
from core.reports.results import Board, Funnel, FunnelStage, Measure, Ranking, RankRow, Trend, Value

TOP = 20
"""How many rows are shown of a board that has more than `WHOLE`."""
WHOLE = 24
NAMELESS = "（没有名字）"
_NAME = 16  # 字 of a name in a line of text
_SUMS = (Measure.COUNT, Measure.MONEY)


@dataclass(frozen=True, slots=True)
class Rest:
    """Those of a ranking that have no row of their own: how many with something and what it adds up to (None: it does
    not add up), and who has nothing."""

    some: int
    total: Value | None
    nothing: tuple[str, ...]


def name(said: str) -> str:
    """A name as it stands on a board: on one line, without what cannot be seen."""
    return clean(said) or NAMELESS


def short(said: str) -> str:
    """A name in a line of text: cut where it is too long."""
    return cut(name(said), _NAME)


def joined(parts: Sequence[str]) -> str:
    """Those that say something, with `，` between them."""
    return "，".join(part for part in parts if part)


def rest(ranking: Ranking, shown: int) -> Rest:
    """Who comes after the first `shown` rows."""
    rows = ranking.rows[shown:]
    some = [row.value for row in rows if row.value]
    total = sum(some) if ranking.measure in _SUMS else None
    return Rest(len(some), total, tuple(name(row.name) for row in rows if not row.value))


def counted_in(ranking: Ranking) -> str:
    """What those who are ranked are counted in."""
    return "人" if ranking.of_people else "个"


def target_of(ranking: Ranking, row: RankRow) -> Value | None:
    """What this one is to reach."""
    return row.target if row.target is not None else ranking.target


def overall(measure: Measure) -> str:
    """What that of all together is called."""
    return "合计" if measure in _SUMS else "总体"


def compared(board: Board, now: Value | None, before: Value | None, measure: Measure) -> str:
    """`较昨日 +40万（+16%）`; empty where one of them is not known."""
    said = measured.changed(now, before, measure)
    return f"较{measured.before(board.period, board.as_of)} {said}" if said else ""


def attained(now: Value | None, target: Value | None, *, good_is_low: bool = False) -> str:
    """`完成目标 72%`; empty where there is no target."""
    part = measured.attained(now, target, good_is_low=good_is_low)
    return f"完成目标 {measured.attainment(part)}" if part is not None else ""


def weakest(funnel: Funnel) -> int | None:
    """The place of the stage to which the smallest share of those in the one before it comes; None: all come on."""
    found: int | None = None
    least = Decimal(1)
    for place, (above, stage) in enumerate(zip(funnel.stages, funnel.stages[1:], strict=False), start=1):
        part = passing(above, stage)
        if part is not None and part < least:
            found, least = place, part
    return found


def passing(above: FunnelStage, stage: FunnelStage) -> Decimal | None:
    """What share of those in a stage comes to the next one; None: nobody is there."""
    return Decimal(stage.cohort) / above.cohort if above.cohort else None


def adds_up(trend: Trend) -> bool:
    """Is that of several days what they have together?"""
    return trend.measure in _SUMS


def so_far(trend: Trend, board: Board) -> tuple[Value, Value | None]:
    """What the days have come to, and those before by then: all of them once the period is over. Of what does not add
    up, the last day's."""
    days = [each for _, each in trend.days]
    before = trend.before[: len(days)] if board.period.runs else trend.before
    if adds_up(trend):
        return sum(days), sum(before) if before else None
    return (days[-1] if days else 0), before[-1] if before else None


def days(number: Decimal) -> str:
    """`2.4天`"""
    return measured.value(number, Measure.DAYS)


def money(fen: int) -> str:
    """`320万`"""
    return measured.value(fen, Measure.MONEY)
