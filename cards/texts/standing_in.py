"""代理: who acts for whom, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cards import saying
from cards.texts.words import Words
from core.loans.standing_in import NoStandIn, StandInEnded, StandsIn
from core.moments import day_of


def arranged(outcome: StandsIn | NoStandIn, words: Words) -> str:
    """The answer to 代理."""
    if isinstance(outcome, NoStandIn):
        name = words.names.get(outcome.person_id, "这位同事")
        why = {
            "self": "不能请自己代理",
            "left": f"{name} 已不在职",
            "over": "结束时间已经过去",
            "no_post": f"{name} 的岗位办不了您的待办",
        }[outcome.why]
        if outcome.why == "no_post":
            return f"{why}，没有设代理。请换一位同岗位的同事。"
        return f"{why}，没有设代理。请这样发：代理 李娜 到 12-31"
    name = words.names.get(outcome.stand_in_id, "同事")
    return f"{_period(outcome, words.now)} 由 {name} 代您处理待办，已告诉对方；您自己也仍能处理。提前结束请发：取消代理"


def _period(one: StandsIn, now: datetime) -> str:
    last = saying.day(one.until - timedelta(seconds=1), now)
    return f"即日起到 {last}" if one.since <= now else f"{saying.day(one.since, now)} 到 {last}"


def command(name: str, since: datetime, until: datetime, now: datetime) -> str:
    """The message that arranges it."""
    first, last = day_of(since), day_of(until - timedelta(seconds=1))
    return f"代理 {name} 到 {last}" if since <= now else f"代理 {name} {first} 到 {last}"


def told(one: StandsIn, name: str, now: datetime, waiting: int) -> str:
    """To who is to stand in. `waiting`: so many tasks wait there now."""
    has = f"现在有 {waiting} 件，" if waiting else ""
    return f"{name} 请您代理：{_period(one, now)}，{name} 的待办您也能处理，会注明是代办。{has}回复 待办 查看。"


def no_more(name: str) -> str:
    """To who stood in, when it has ended early."""
    return f"{name} 的代理已结束，{name} 的待办不再由您代办。"


def no_more_from(name: str, since: datetime, now: datetime) -> str:
    """To who stands in, or was to, when somebody else does from a later day on."""
    return f"{name} 从 {saying.day(since, now)} 起改请别人代理，那以后 {name} 的待办不再由您代办。"


def interrupted(one: StandsIn, name: str, now: datetime) -> str:
    """To who stands in, when somebody else (`one`) does for a part of that time."""
    return f"{name} 的待办 {_period(one, now)} 由别人代理，过后仍请您代理。"


def lost(name: str) -> str:
    """To whom somebody stood in who has left."""
    return f"{name} 已离职，不再代您处理待办。要请别人代理，请发：代理 李娜 到 12-31"


def ended(outcome: StandInEnded, words: Words) -> str:
    """The answer to 取消代理."""
    if not outcome.stand_in_ids:
        return "您没有设代理。要设请发：代理 李娜 到 12-31"
    names = "、".join(words.names.get(one, "同事") for one in dict.fromkeys(outcome.stand_in_ids))
    return f"代理已结束，{names} 不再代您处理待办。"


def listed(all_of_them: Sequence[StandsIn], words: Words) -> str:
    """The answer to 代理 alone: who acts for whom, now and ahead."""
    if not all_of_them:
        return "现在没有代理。休假前请这样发：代理 李娜 到 12-31，或 代理 李娜 12-01 到 12-05"
    lines = []
    for one in all_of_them:
        mine = one.person_id == words.reader.id
        other = words.names.get(one.stand_in_id if mine else one.person_id, "同事")
        lines.append(f"· {_period(one, words.now)}：{f'{other} 代您' if mine else f'您代 {other}'}")
    return "\n".join(["代理：", *lines, "结束您设的代理请发：取消代理"])


_NO_PERIOD = {
    "unclear": "没看懂代理到哪一天",
    "gone": "结束的日期已经过去",
    "turned": "结束的日期比开始的还早",
}


def until_when(name: str, why: str) -> str:
    """The answer to 代理 without a period that can be; `why`: a key of `_NO_PERIOD`."""
    return f"{_NO_PERIOD[why]}，没有设代理。请这样发：代理 {name} 到 12-31，或 代理 {name} 12-01 到 12-05"
