"""Who has a customer in WeChat, on the customer's card."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from core.leads.external import Friend

_MOST = 3  # are named


def friend_lines(friends: Sequence[Friend], now: datetime) -> list[str]:
    """Who has the customer among his contacts; and who had, until one of the two removed the other."""
    have = [friend.who for friend in friends if friend.gone_at is None]
    more = f" 等{len(have)}人" if len(have) > _MOST else ""
    lines = [f"微信好友：{'、'.join(have[:_MOST])}{more}"] if have else []
    parted = [friend for friend in friends if friend.gone_at is not None]
    return lines + [_parted(friend, now) for friend in parted[-_MOST:]]


def _parted(friend: Friend, now: datetime) -> str:
    day = saying.day(friend.gone_at, now) if friend.gone_at else ""
    if friend.gone_by == "customer":
        return f"{day} 客户删除了{friend.who}的微信"
    return f"{day} {friend.who}删除了客户的微信"
