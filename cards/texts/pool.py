"""公海 and 领取: what is said beside the cards."""

from collections.abc import Sequence

from cards import saying
from cards.texts.words import pool_names
from core.leads.pools import Pool
from core.people.policy import Actor


def no_pool(name: str, pool: Pool | None, visible: Sequence[Pool], reader: Actor) -> str:
    """The answer to 公海 with a name that is no pool (empty: the pool that was asked for is gone), or one that the
    `reader` may not look into. `visible` are those he may."""
    why = _why_not(name, pool, reader) if pool or name or visible else ""
    if not visible:
        return f"{why}目前没有您可以看的公海，请联系管理员。"
    return f"{why}您可以看：{pool_names(visible)}。例如回复 公海 {visible[-1].name}。"


def _why_not(name: str, pool: Pool | None, reader: Actor) -> str:
    if pool is None:
        return f"没有叫「{saying.plain(name, 20)}」的公海。" if name else "这个公海已停用。"
    if pool.assign_only and pool.has_member(reader):
        return f"{pool.name}的线索由管理员分配，不能自己领取，分给您时会收到通知。"
    return f"{pool.name}不对您的部门开放。"


def too_many(most: int, numbers: Sequence[int]) -> str:
    """The answer to 领取 with too many `numbers`; the first of them can be sent at once."""
    first = numbers[:most]
    in_a_row = list(first) == list(range(first[0], first[0] + most))
    said = f"L{first[0]}-L{first[-1]}" if in_a_row else " ".join(f"L{number}" for number in first)
    return f"一次最多领取 {most} 条，请分几次发，如：领取 {said}。"


TICK_FIRST = "请先勾选要领取的线索，再点领取。"
WHICH_LEADS = "没看懂要领取哪几条。请写卡片上 L 开头的编号，几条之间空一格，连号中间用「-」。"
