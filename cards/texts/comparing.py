"""两套风控规则对比: what is said of what two policies suggest (预审建议) for the same applications."""

from collections.abc import Iterator
from dataclasses import dataclass

from cards.texts.risk import SEVERITIES
from core.risk.comparing import NAMED, Moved, RuleHits, Tally
from core.risk.policy import SUGGESTED, Suggestion

MATRIX, REFUSALS, BY_RULE, BY_CHANNEL = "建议的变化", "建议的构成", "按规则（命中笔数）", "按渠道（拒绝率）"
SUM, RULE, SEVERITY, CHANNEL, COUNT, DIFFERENCE = "合计", "规则", "结果", "渠道", "笔数", "差"
NO_CHANNEL = "未写渠道"
LENDER_DECIDES = "比的是公司内部的预审建议，是否放款由资方决定。"


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two are called: `现在`, `改后`."""

    before: str
    after: str


TRIED = Sides("现在", "改后")
CHALLENGED = Sides("现行", "挑战者")


def share(part: int, whole: int) -> str:
    """`12.3%`; of nothing `-`."""
    return f"{part / whole:.1%}" if whole else "-"


def points(before: float, after: float) -> str:
    """The difference of two shares: `+2.1 个百分点`."""
    difference = round((after - before) * 100, 1)
    return f"{difference:+.1f} 个百分点" if difference else "不变"


def change(before: int, after: int) -> str:
    """`+12`, `-3`, or nothing where it is the same."""
    return f"{after - before:+,}" if after != before else ""


def refusals(tally: Tally, sides: Sides) -> str:
    """`拒绝率：现在 12.3%（152 笔），改后 10.1%（125 笔），-2.2 个百分点。`"""
    refused = tally.refused
    said = [
        f"{side} {share(count, refused.count)}（{count:,} 笔）"
        for side, count in ((sides.before, refused.before), (sides.after, refused.after))
    ]
    return f"拒绝率：{said[0]}，{said[1]}，{points(*refused.shares)}。"


def rule_name(row: RuleHits) -> str:
    """`负债率 · 拒绝`"""
    return f"{row.name} · {SEVERITIES[row.severity]}"


def moved_lines(tally: Tally) -> Iterator[str]:
    """Who would change from what to what, by number, and how many more."""
    if not tally.changed:
        return
    named = tally.named
    yield f"建议会变的 {tally.changed:,} 笔" + (f"，最近的 {NAMED} 笔：" if tally.changed > NAMED else "：")
    for before in Suggestion:
        for after in Suggestion:
            those = [each for each in named if (each.before, each.after) == (before, after)]
            count = tally.matrix[before, after]
            if before is not after and count:
                yield f"  {SUGGESTED[before]} → {SUGGESTED[after]} {count:,} 笔{_numbers(those, count)}"


def _numbers(those: list[Moved], count: int) -> str:
    if not those:
        return ""
    more = f"，还有 {count - len(those):,} 笔没有列出" if count > len(those) else ""
    return f"：{'、'.join(f'A{each.number}' for each in those)}{more}"
