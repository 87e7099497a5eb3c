"""What `tuoling risk try` and `tuoling risk compare` print of two policies side by side."""

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from bot.printed import plain_table, printed
from cards.texts import comparing as texts
from cards.texts.comparing import Sides
from core.risk.comparing import RuleHits, Tally
from core.risk.policy import SUGGESTED, Suggestion

_RULES, _CHANNELS = 20, 20


def side_by_side(tally: Tally, sides: Sides, rules: Sequence[RuleHits]) -> Iterator[str]:
    """The two in tables: what they suggest, the share that is refused, who moves, by rule, by channel."""
    yield from printed(_matrix(tally, sides))
    yield ""
    yield texts.refusals(tally, sides)
    yield from texts.moved_lines(tally)
    yield ""
    yield from printed(_rules(rules[:_RULES], sides))
    if len(rules) > _RULES:
        yield f"  还有 {len(rules) - _RULES} 行没有列出。"
    channels = tally.by_channel()
    yield ""
    yield from printed(_channels(tally, sides))
    if len(channels) > _CHANNELS:
        yield f"  还有 {len(channels) - _CHANNELS} 个渠道没有列出。"


def notes(tally: Tally, labels: Mapping[str, str]) -> Iterator[str]:
    """What was left out, and what was not known. `labels`: what a name is called."""
    if tally.unrecorded:
        yield f"{tally.unrecorded:,} 笔当时没有预审，按表单里填的算。"
    for name, count in tally.lacking.most_common():
        yield f"{count:,} 笔没有「{labels.get(name, name)}」：当时的记录里没有，表单里也算不出，按没有填算。"
    if tally.unruled:
        yield f"另有 {tally.unruled:,} 笔的产品没有风控规则，没有算。"
    if tally.unsaid:
        yield f"另有 {tally.unsaid:,} 笔挑战者没有给出结果（程序出错，日志里有），没有算。"
    if tally.unreadable:
        yield f"另有 {tally.unreadable:,} 笔的内容打不开，没有算。"


def _matrix(tally: Tally, sides: Sides) -> Table:
    """A row for what the first suggests, a column for what the second does."""
    matrix, order = tally.matrix, tuple(Suggestion)
    heads = [f"{sides.after} {SUGGESTED[each]}" for each in order]
    table = plain_table(texts.MATRIX, "", *heads, texts.SUM)
    for before in order:
        counts = [matrix[before, after] for after in order]
        table.add_row(f"{sides.before} {SUGGESTED[before]}", *_counted([*counts, sum(counts)]))
    sums = [sum(matrix[before, after] for before in order) for after in order]
    table.add_row(texts.SUM, *_counted([*sums, tally.count]))
    return table


def _counted(numbers: Sequence[int]) -> list[str]:
    return [f"{number:,}" for number in numbers]


def _rules(rows: Sequence[RuleHits], sides: Sides) -> Table:
    table = plain_table(texts.BY_RULE, texts.RULE, sides.before, sides.after, texts.DIFFERENCE)
    for row in rows:
        counts = _counted([row.before, row.after])
        table.add_row(texts.rule_name(row), *counts, texts.change(row.before, row.after))
    return table


def _channels(tally: Tally, sides: Sides) -> Table:
    table = plain_table(texts.BY_CHANNEL, texts.CHANNEL, texts.COUNT, sides.before, sides.after, texts.DIFFERENCE)
    for channel, refused in list(tally.by_channel().items())[:_CHANNELS]:
        shares = [texts.share(count, refused.count) for count in (refused.before, refused.after)]
        name = channel or texts.NO_CHANNEL
        table.add_row(name, f"{refused.count:,}", *shares, texts.change(refused.before, refused.after))
    return table
