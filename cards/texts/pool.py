"""公海 and 领取: what is said beside the cards."""

from collections.abc import Sequence

from cards import saying
from cards.texts.words import pool_names
from core.leads.pools import Pool


def no_pool(name: str, pool: Pool | None, open_pools: Sequence[Pool]) -> str:
    """The answer to 公海 with a name that is no pool (empty: the pool that was asked for is gone), or one that is not
    open to the person."""
    if not open_pools:
        return "目前没有对您的部门开放的公海，请联系管理员。"
    gone = f"没有叫「{saying.plain(name, 20)}」的公海。" if name else "这个公海已停用。"
    why = f"{pool.name}不对您的部门开放。" if pool else gone
    return f"{why}您可以看：{pool_names(open_pools)}。例如回复 公海 {open_pools[-1].name}。"


def too_many(most: int) -> str:
    """The answer to 领取 with too many numbers."""
    return f"一次最多领取 {most} 条，请分几次发，如：领取 L1024-L1033。"


TICK_FIRST = "请先勾选要领取的线索，再点领取。"
WHICH_LEADS = "没看懂要领取哪几条。请写编号，如：领取 L1024 L1025；连号如：领取 L1024-L1033。"
