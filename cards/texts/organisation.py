"""Who came and who went, as administrators are told, and what else only they can see to; and what is said to who has
come and may do nothing yet."""

from collections.abc import Sequence

from cards.saying import PLATFORMS
from core.store.calls import CallsRunLow

_MOST_NAMED = 10

NO_POST = "您还没有岗位，暂时不能使用。请联系管理员安排，安排好了马上就能用。"


def left_with_leads(name: str, count: int) -> str:
    """Somebody is gone, by the word of WeCom's address book, and what is his waits for somebody."""
    return f"{name} 已离职（企业微信通讯录已删除），账号已停用，名下还有 {count} 条线索。请交接：离职交接 {name}"


def new_people(named: Sequence[str]) -> str:
    """New people who have no post yet."""
    shown = "、".join(named[:_MOST_NAMED]) + (f" 等 {len(named)} 人" if len(named) > _MOST_NAMED else "")
    return f"通讯录里新来了 {shown}，还没有岗位，什么也做不了。请在人员表里写上岗位，再导入。"


def account_contested(name: str, old: str, new: str, holder: str | None) -> str:
    """A platform said that an account is another one now, and it was not believed. `holder` has the new one; None: he
    who had the old one left long ago."""
    why = f"{new} 是 {holder} 的，所以没有改，两人都照旧" if holder else f"{name} 早已离职，所以没有改"
    return f"企业微信来消息说，{name} 的账号 {old} 换成了 {new}。可 {why}。请到企业微信管理后台核对。"


def calls_run_low(event: CallsRunLow) -> str:
    """The calls of the month run out: what is asked of the platform beyond them it refuses, until the next month."""
    name = PLATFORMS.get(event.channel, event.channel)
    if event.messages:
        return (
            f"{name}本月已经传来 {event.used} 条消息和点击（每月 {event.allowed} 条，公司别的应用用掉的不在内），"
            "用完后同事发来的消息没有内容，没法办。请到开发者后台看用量、购买消息量包。"
        )
    spared = f"另有 {event.spared} 条回答没有占用次数。" if event.spared else ""
    if event.gone:
        return (
            f"{name}本月的接口调用量用完了（驼铃用了 {event.used} 次），卡片和消息发不出去，下月 1 日恢复。"
            f"请到开发者后台购买调用量包；驼铃会隔一会儿再试。{spared}"
        )
    percent = 100 * event.used // event.allowed
    return (
        f"{name}本月的接口调用已用 {event.used} 次（{percent}%，每月 {event.allowed} 次），用完后卡片和消息发不出去。"
        f"请到开发者后台购买调用量包，或减少提醒。{spared}"
    )
