"""`commission/*.yaml`: how commission is reckoned, a plan a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.amounts import parse_share, parse_yuan
from config.calendarwords import meant_dates, parse_dates
from config.problems import quoted
from config.values import Table, account, chosen, departments, each_of, product, yes_or_no
from config.yamlfile import Value
from core.commission.plans import Base, Bounds, Cause, Clawback, Counted, Earned, Holdback, Part, Plan, Scope
from core.commission.tiers import Step, Style, Tiers

FOLDER = "commission"
_REQUIRED = ("name", "since", "of", "steps")
_OPTIONAL = (
    "until", "for", "earned", "by", "counted", "fixed", "each", "month", "shares", "holdback", "clawback", "team",
)  # fmt: skip
_SCOPE = ("people", "departments", "ranks", "products", "channels")
_LONGEST_NAME, _LONGEST_RANK = 20, 20
_MOST_DAYS = 3660
_BASES = {"放款金额": Base.LENT, "服务费": Base.FEE, "毛利": Base.MARGIN}
_EARNED = {"放款": Earned.PAYOUT, "收费": Earned.FEE}
_STYLES = {"整额": Style.WHOLE, "超额累进": Style.PROGRESSIVE}
_COUNTED = {"单笔": Counted.DEAL, "本期": Counted.PERIOD}
_PARTS = {"主办": Part.OFFICER, "协办": Part.HELPER, "团队长": Part.LEADER, "渠道": Part.SOURCE}
_CAUSES = {"提前结清": Cause.EARLY, "退费": Cause.REFUND, "逾期违约": Cause.DEFAULT}
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as it was read, and its place in the file."""

    plan: Plan
    place: Value


def read_plan(top: Value, key: str, channels: Sequence[str]) -> PlanFile | None:
    """The plan of this key from the top of its file; None, and problems, where it would mean nothing. `channels`: the
    company's. Its version is for who knows the whole of it (`company.py`)."""
    table = top.table(_REQUIRED, _OPTIONAL)
    tiers = _tiers(table)
    base = chosen(table["of"], _BASES) if "of" in table else None
    since = _day(table["since"]) if "since" in table else None
    until = _day(table["until"]) if "until" in table else None
    if since and until and until < since:
        table["until"].problem("shape", what=f"不早于 since（{since}）的日期", found=quoted(str(until)))
    earned = chosen(table["earned"], _EARNED) if "earned" in table else Earned.PAYOUT
    counted = chosen(table["counted"], _COUNTED) if "counted" in table else Counted.DEAL
    clawbacks = tuple(
        filter(None, map(_clawback, _rows(table, "clawback", ("for", "within", "share"), ("outstanding",))))
    )
    name = table["name"].text(_LONGEST_NAME) if "name" in table else ""
    if tiers is None or base is None or since is None or not name:
        return None
    plan = Plan(
        key,
        name,
        "",
        tiers,
        base=base,
        earned=earned or Earned.PAYOUT,
        counted=counted or Counted.DEAL,
        scope=_scope(table, channels),
        since=since,
        until=until,
        fixed_fen=_fen(table["fixed"]) or 0 if "fixed" in table else 0,
        each=_bounds(table, "each"),
        period=_bounds(table, "month"),
        shares=_shares(table),
        holdback=_holdback(table),
        clawbacks=clawbacks,
        team=yes_or_no(table, "team"),
    )
    return PlanFile(plan, table["name"])


def check_plans(files: Sequence[PlanFile]) -> None:
    """No two plans are for the same, alike specific, on the same days: nobody could tell which one counts."""
    for place, file in enumerate(files):
        for other in files[:place]:
            if _are_alike(file.plan, other.plan):
                file.place.problem("alike", word=other.plan.name)


def _are_alike(one: Plan, other: Plan) -> bool:
    apart = (one.until is not None and one.until < other.since) or (other.until is not None and other.until < one.since)
    pairs = (
        (one.scope.people, other.scope.people),
        (one.scope.departments, other.scope.departments),
        (one.scope.ranks, other.scope.ranks),
        (one.scope.products, other.scope.products),
        (one.scope.channels, other.scope.channels),
    )
    return one.team is other.team and not apart and all(bool(mine & his) or not (mine or his) for mine, his in pairs)


def _tiers(table: Table) -> Tiers | None:
    """The steps, each from where the one before it ends. Whoever writes `to` as well must have written the same."""
    rows = _rows(table, "steps", ("from", "rate"), ("to",))
    begins = [_fen(row["from"]) if "from" in row else None for row in rows]
    rates = [_share(row["rate"], least=_NOTHING) if "rate" in row else None for row in rows]
    style = chosen(table["by"], _STYLES) if "by" in table else Style.WHOLE
    if len(rows) > 1 and "by" not in table:
        table["steps"].missing("by")
    sound = _check_begins(rows, begins)
    if not (sound and rows) or style is None or None in begins or None in rates:
        return None
    return Tiers(style, tuple(Step(begin or 0, rate or _NOTHING) for begin, rate in zip(begins, rates, strict=True)))


def _check_begins(rows: Sequence[Table], begins: Sequence[int | None]) -> bool:
    sound = True
    for place, (row, begin) in enumerate(zip(rows, begins, strict=True)):
        if begin is None:
            continue
        if place == 0 and begin != 0:
            row["from"].problem("shape", what="0：第一档从 0 开始", found=row["from"].found())
            sound = False
        before = begins[place - 1] if place else None
        if before is not None and begin <= before:
            row["from"].problem("shape", what="比上一档的 from 大的金额", found=row["from"].found())
            sound = False
        if "to" in row:
            sound = (
                _check_end(row, begins[place + 1] if place + 1 < len(begins) else None, last=row is rows[-1]) and sound
            )
    return sound


def _check_end(row: Table, following: int | None, *, last: bool) -> bool:
    if last:
        row["to"].problem("last_step")
        return False
    end = _fen(row["to"])
    if end is not None and following is not None and end != following:
        row["to"].problem("gap" if end < following else "overlap")
        return False
    return True


def _rows(table: Table, key: str, required: Sequence[str], optional: Sequence[str]) -> list[Table]:
    return [row.values for row in table[key].tables(required, optional, least=1)] if key in table else []


def _scope(table: Table, channels: Sequence[str]) -> Scope:
    found = table["for"].table((), _SCOPE) if "for" in table else {}
    return Scope(
        people=frozenset(each_of(found, "people", account, least=1)),
        departments=frozenset(departments(found["departments"]) if "departments" in found else ()),
        ranks=frozenset(each_of(found, "ranks", lambda value: value.text(_LONGEST_RANK), least=1)),
        products=frozenset(each_of(found, "products", product, least=1)),
        channels=frozenset(
            each_of(found, "channels", lambda value: chosen(value, {name: name for name in channels}) or "", least=1)
        ),
    )


def _shares(table: Table) -> Mapping[Part, Decimal]:
    if "shares" not in table:
        return {Part.OFFICER: Decimal(1)}
    found = table["shares"].table((), tuple(_PARTS))
    shares = {_PARTS[word]: _share(value) or _NOTHING for word, value in found.items()}
    if sum(shares.values()) != 1 and all(shares.values()):
        table["shares"].problem("shape", what="几份加起来 100%", found=f"{sum(shares.values()) * 100:.4g}%")
    return shares


def _bounds(table: Table, key: str) -> Bounds:
    found = table[key].table((), ("least", "most")) if key in table else {}
    least, most = (_fen(found[name]) if name in found else None for name in ("least", "most"))
    if least is not None and most is not None and most < least:
        found["most"].problem("bounds")
    return Bounds(least, most)


def _holdback(table: Table) -> Holdback | None:
    if "holdback" not in table:
        return None
    found = table["holdback"].table(("share", "days"))
    share = _share(found["share"]) if "share" in found else None
    days = found["days"].number(1, _MOST_DAYS) if "days" in found else None
    return Holdback(share, days) if share is not None and days is not None else None


def _clawback(row: Table) -> Clawback | None:
    causes = frozenset(filter(None, (chosen(value, _CAUSES) for value in row["for"].each(1)))) if "for" in row else None
    days = row["within"].number(0, _MOST_DAYS) if "within" in row else None
    share = _share(row["share"]) if "share" in row else None
    outstanding = _share(row["outstanding"]) if "outstanding" in row else None
    return Clawback(causes, days, share, outstanding) if causes and days is not None and share is not None else None


def _fen(value: Value) -> int | None:
    """A sum of money in fen; None, and a problem, if it is none."""
    yuan = parse_yuan(value.word())
    if yuan is None or (yuan * 100) % 1:
        value.problem("shape", what="金额，最细到分", found=value.found(), example="30万")
        return None
    return int(yuan * 100)


def _share(value: Value, least: Decimal | None = None) -> Decimal | None:
    """A part of one, above nothing (or from `least` on); None, and a problem, if it is none."""
    found = parse_share(value.word())
    if found is None or found > 1 or (found <= 0 if least is None else found < least):
        value.problem("shape", what="百分比，不超过 100%", found=value.found(), example="1.2%")
        return None
    return found


def _day(value: Value) -> date | None:
    found = parse_dates(value.word())
    if found is None or found[0] != found[1]:
        value.problem("shape", what="日期", found=value.found(), near=meant_dates(value.word()), example="2026-11-01")
        return None
    return found[0]
