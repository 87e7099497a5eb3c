"""How numbers, times and names are said on screen: money, dates, waiting times, products, regions."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from cards.fitting import cut, width
from core.calendar import CHINA
from core.leads.assignment_rules import Language
from core.leads.filetypes import MediumKind
from core.leads.pools import Hidden, Pool
from core.leads.products import PRODUCTS
from core.leads.ways import Way
from core.people.policy import Role
from core.regions import region

_WEEKDAYS = "一二三四五六日"


def money(fen: int | None) -> str:
    """`50000000` (fen) -> `50万`, `15000000000` -> `1.5亿`, `123456` -> `1234.56元`; unknown -> `金额未知`."""
    if fen is None:
        return "金额未知"
    yuan = Decimal(fen) / 100
    if yuan >= 10**8 and yuan % 10_000 == 0:
        return f"{(yuan / 10**8).normalize():f}亿"
    if yuan >= 10_000 and yuan % 100 == 0:
        return f"{(yuan / 10_000).normalize():f}万"
    return f"{yuan.normalize():f}元"


def product(key: str | None) -> str:
    """`house` -> `房抵`; unknown -> `产品未定`."""
    return PRODUCTS.get(key, key) if key else "产品未定"


LATER = "领取后可见"
NO_PHONE = "待补手机号"
NAMELESS = "微信客户"  # one who calls himself by nothing that can be shown


def phone(number: str | None) -> str:
    """A phone as it may be shown; one that nobody knows yet is 待补手机号, one that comes with the claim says so."""
    return NO_PHONE if number is None else number or LATER


def need_before_claim(product_key: str | None, fen: int | None, hidden: Collection[Hidden]) -> str:
    """As `need`, of a lead whose pool hides some of it; empty if all of it."""
    known = [product(product_key)] if Hidden.PRODUCT not in hidden and product_key else []
    known += [money(fen)] if Hidden.AMOUNT not in hidden and fen is not None else []
    nothing = "" if {Hidden.PRODUCT, Hidden.AMOUNT} & set(hidden) else "需求未知"
    return "".join(known) or nothing


def place_before_claim(code: str | None, hidden: Collection[Hidden]) -> str:
    """As `place`; empty if the lead's pool hides it."""
    return "" if Hidden.REGION in hidden else place(code)


def need(product_key: str | None, fen: int | None) -> str:
    """Product and amount in one word: `房抵50万`, `房抵`, `50万`, or `需求未知`."""
    parts = [product(product_key) if product_key else "", money(fen) if fen is not None else ""]
    return "".join(parts) or "需求未知"


def place(code: str | None) -> str:
    """`150102` -> `新城区`; unknown -> `地区未知`."""
    found = region(code) if code else None
    return found.short if found else "地区未知"


_LANGUAGES = {Language.MONGOLIAN: "蒙语", Language.CHINESE: "汉语"}


def language(key: str | None) -> str:
    """`mongolian` -> `蒙语`; unknown -> empty."""
    return _LANGUAGES[Language(key)] if key else ""


ROLE_NAMES = {
    Role.OFFICER: "客户经理",
    Role.MANAGER: "主管",
    Role.ADMIN: "管理员",
    Role.APPROVER: "审批人",
    Role.RISK: "风控",
    Role.FINANCE: "财务",
}
WAYS = {Way.PHONE: "电话", Way.WECHAT: "微信", Way.MEETING: "面谈", Way.SMS: "短信", Way.OTHER: "其他"}
"""By what a contact was made, as it is said and as it is typed."""


MEDIA = {
    MediumKind.PICTURE: "图片",
    MediumKind.VOICE: "语音",
    MediumKind.VIDEO: "视频",
    MediumKind.FILE: "文件",
}
"""What somebody sent, as it is called."""


PLATFORMS = {"wecom": "企业微信", "dingtalk": "钉钉"}
"""Where people work with us, by its channel."""


def size(count: int) -> str:
    """How large a file is: `230KB`, `1.5MB`."""
    return f"{max(count // 1024, 1)}KB" if count < 1024 * 1024 else f"{count / (1024 * 1024):.1f}MB"


def pool_name(pool: Pool | None) -> str:
    """`呼和浩特池`; of one that the company no longer has: `已停用的公海`."""
    return pool.name if pool else "已停用的公海"


def at(moment: datetime, now: datetime) -> str:
    """A time as people check it at a glance: `今天 15:00`, `明天（周三）10:00`, `12月3日（周四）14:00`, with the
    year when it is another one."""
    there, here = moment.astimezone(CHINA), now.astimezone(CHINA)
    clock = f"{there:%H:%M}"
    days = (there.date() - here.date()).days
    near = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}.get(days)
    weekday = f"（{weekday_of(there)}）"
    if near:
        return f"{near} {clock}" if days <= 0 else f"{near}{weekday}{clock}"
    year = f"{there.year}年" if there.year != here.year else ""
    return f"{year}{there.month}月{there.day}日{weekday}{clock}"


def weekday_of(there: datetime) -> str:
    """The day of the week of a local time: `周三`."""
    return f"周{_WEEKDAYS[there.weekday()]}"


def day(moment: datetime, now: datetime) -> str:
    """A date in short: `12-03`, with the year when it is another one: `2025-12-03`."""
    there = moment.astimezone(CHINA)
    return f"{there:%m-%d}" if there.year == now.astimezone(CHINA).year else f"{there:%Y-%m-%d}"


def since(moment: datetime, now: datetime) -> str:
    """How long ago: `刚刚`, `5分钟前`, `2天前`."""
    ago = span(now - moment)
    return ago if ago == "刚刚" else f"{ago}前"


def left(length: timedelta) -> str:
    """How long it is still to go: `还有5分钟`, `不到1分钟`."""
    return f"还有{span(length)}" if length >= timedelta(minutes=1) else "不到1分钟"


def span(length: timedelta) -> str:
    """How long: `刚刚` (below a minute), `5分钟`, `3小时`, `2天`. Rounded down."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天"


def worked(length: timedelta, day: timedelta) -> str:
    """Working time, of which a day has so much: `不到1分钟`, `40分钟`, `3小时20分钟`, `2工作日3小时`. Rounded down,
    from a day on to hours."""
    days, rest = divmod(length, day)
    minutes = int(rest.total_seconds() // 60)
    if days:
        return f"{days}工作日" + (f"{minutes // 60}小时" if minutes >= 60 else "")
    if minutes < 60:
        return f"{minutes}分钟" if minutes else "不到1分钟"
    return f"{minutes // 60}小时" + (f"{minutes % 60}分钟" if minutes % 60 else "")


def hours(number: float) -> str:
    """A length that a rule gives: `7天`, `36小时`, `30分钟`."""
    if number >= 24 and number % 24 == 0:
        return f"{number / 24:.0f}天"
    return f"{number:g}小时" if number % 1 == 0 else f"{number * 60:g}分钟"


def plain(text: str, longest: int) -> str:
    """Somebody's text in one line of at most `longest` characters, for a card."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def named(name: str, rest: str, room: int) -> str:
    """`name rest` in at most `room` 字: what is too long is taken from the name, because the rest decides."""
    return f"{cut(name, max(room - width(rest) - 1, 2))} {rest}"


def latest(steps: Sequence[str], room: int) -> str:
    """The steps of a history, oldest first, joined by arrows, in at most `room` 字: what does not fit is left out from
    the beginning, because the newest counts. `… → 李娜领取 11-24`."""
    told = ""
    for number, step in enumerate(reversed(steps)):
        longer = f"{step} → {told}" if told else step
        left_out = "… → " if number < len(steps) - 1 else ""
        if told and width(left_out + longer) > room:
            return f"… → {told}" if width(f"… → {told}") <= room else told
        told = longer
    return told


def chain(told: Sequence[str], earlier: Sequence[str], newest: Sequence[str], how_many: str, room: int) -> str:
    """The steps of a history, oldest first, joined by arrows, in at most `room` 字: as they are `told`; where that does
    not fit, the `earlier` ones by their names and the `newest` in one of its wordings. Names are left out from behind
    the first, and then `how_many` says of how many. `李娜 → … → 王强 → 转给张三 11-26（共5位）`."""
    whole = [told, *([*earlier, last] for last in newest)]
    kept = [[*earlier[:1], "…", *earlier[left_out + 1 :]] for left_out in range(1, len(earlier))]
    cut_short = [[*names, f"{last}{how_many}"] for last in newest for names in [*kept, ["…"]]]
    return first_that_fits([" → ".join(steps) for steps in (*whole, *cut_short, [newest[-1]])], room)


def first_that_fits(wordings: Sequence[str], room: int) -> str:
    """The first of several wordings, the fullest first, that has at most `room` 字; the last one, cut, if none has."""
    return next((wording for wording in wordings if width(wording) <= room), cut(wordings[-1], room))


def short_name(name: str) -> str:
    """The part of a name by which people call somebody: `阿木尔·道尔吉` -> `阿木尔`."""
    return name.partition("·")[0] or name


def short_mask(masked: str) -> str:
    """A masked name with at most two stars in a row: `额****·乌****` -> `额**·乌**`."""
    return re.sub(r"\*{3,}", "**", masked)


def care_waits(count: int, of: int) -> tuple[str, ...]:
    """The line on a card about `of` leads that came to somebody: for `count` of them a 关怀 is still to be done."""
    whose = f"其中 {count} 位" if of > 1 else "这位客户"
    return (f"{whose}有关怀任务待办，回复 关怀任务 查看",) if count else ()
