"""What is said of commission."""

from collections.abc import Sequence
from datetime import date

BY_PERSON, PERSON, NOW, NEW, DIFFERENCE, TOGETHER = "按人", "姓名", "现在", "新方案", "差", "合计"
NOTHING_CHANGED = "只是试算，什么也没有改。"


def tried(name: str, *, replaces: bool, month: date, count: int) -> str:
    """What is tried, of which month."""
    how = f"代替生效的 {name}" if replaces else f"加上 {name}"
    return f"试算：{how}，{month.year}年{month.month}月，放款 {count:,} 笔。"


def yuan(fen: int) -> str:
    """`1,234.50`; yuan with both places, as in a statement."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02}"


def signed(fen: int) -> str:
    """A difference: `+1,200.00`, `-0.50`; none is `0`."""
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen) if fen else "0"


def who_gains(more: int, less: int) -> str:
    """How many get more, and how many less."""
    return f"多得 {more} 人，少得 {less} 人。"


def without_plan(count: int, numbers: Sequence[int], most: int) -> str:
    """Payouts for which there is no plan: they earn nothing."""
    named = "、".join(f"A{number}" for number in numbers)
    rest = f" 等 {most} 笔进件" if most > len(numbers) else ""
    return f"{count} 笔放款没有方案可用，没有提成：{named}{rest}。"


def fee_not_recorded(plan: str) -> str:
    """A plan by which commission is earned when the fee comes, of which nothing is recorded yet."""
    return f"方案「{plan}」是收到服务费才算的：收费还没有记录，这里按放款日算。"
