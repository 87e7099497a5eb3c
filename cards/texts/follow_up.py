"""跟进: what was written down, and the questions for what is missing."""

from datetime import datetime

from cards import saying
from cards.texts.words import Words
from core.calendar import CHINA
from core.leads import contact_outcomes as contact
from core.leads import outcomes as lead

_PARTS = ((5, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))  # each until that hour


def in_full(moment: datetime, now: datetime) -> str:
    """A time as it is said back to who named it, so that a wrong day or half of the day is seen at once:
    `明天 11月25日（周三）下午3点半`, with the year when it is another one."""
    there, here = moment.astimezone(CHINA), now.astimezone(CHINA)
    near = {0: "今天 ", 1: "明天 ", 2: "后天 "}.get((there.date() - here.date()).days, "")
    year = f"{there.year}年" if there.year != here.year else ""
    part = next(name for until, name in _PARTS if there.hour < until)
    hour = there.hour if there.hour <= 12 else there.hour - 12
    minutes = "半" if there.minute == 30 else f"{there.minute:02}分" if there.minute else ""
    day = f"{year}{there.month}月{there.day}日（{saying.weekday_of(there)}）"
    return f"{near}{day}{part}{hour}点{minutes}"


def ask_follow_up(lead_id: int, name: str) -> str:
    """The question after 写跟进."""
    return f"请直接发送 L{lead_id}（{name}）的跟进内容，如：意向强，明天10点面谈。回复 取消 退出。"


def logged(outcome: lead.Logged, words: Words, *, has_clock: bool = True, agreed: datetime | None = None) -> str:
    """The answer to a follow-up in which a next contact time was understood, or which names none. `has_clock` is False
    where nobody named the time of day: then it is said how to mend it. `agreed` is the earlier time that the new one
    replaces."""
    number, at = outcome.lead_id, outcome.next_contact_at
    what = f"L{number} 的跟进{f'（{saying.WAYS[outcome.way]}）' if outcome.way else ''}"
    if at is None:
        return f"已记录 {what}，未约下次联系。{_how_to_agree(number)}"
    replaced = f"（原约 {in_full(agreed, words.now)} 已改）" if agreed and agreed != at else ""
    mend = "" if has_clock else f"没说几点，要改就发 跟进 L{number} {_example_on(at, words.now)}。"
    return f"已记录 {what}，下次联系：{in_full(at, words.now)}{replaced}。{mend}"


_EXAMPLE_HOURS = {10: "10点", 15: "下午3点", 20: "晚上8点"}


def _example_on(at: datetime, now: datetime) -> str:
    """A time on the day of `at` that is taken as it stands if it is sent now: none that is over, and of another year
    with the year, for 「10月1日」 in November may be the one that was. Late in the evening, when no usual one is left
    of today, it is `at` itself."""
    there = at.astimezone(CHINA)
    year = f"{there.year}年" if there.year != now.astimezone(CHINA).year else ""
    ahead = (said for hour, said in _EXAMPLE_HOURS.items() if there.replace(hour=hour, minute=0) > now)
    return f"{year}{there.month}月{there.day}日{next(ahead, f'{there:%H:%M}')}"


def logged_as_agreed(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up that names no new time, while an earlier agreed one is still ahead."""
    when = in_full(outcome.next_contact_at, words.now) if outcome.next_contact_at else "未约"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系仍是：{when}。"


def called_off(lead_id: int, agreed: datetime, words: Words) -> str:
    """The answer to a follow-up that calls off what was agreed: 「不约」."""
    off = f"原约的 {in_full(agreed, words.now)} 已取消"
    return f"已记录 L{lead_id} 的跟进，{off}，未约下次联系。{_how_to_agree(lead_id)}"


def ask_time(
    lead_id: int,
    phrase: str,
    why: str,
    words: Words,
    *,
    proposal: datetime | None = None,
    agreed: datetime | None = None,
) -> str:
    """The question after a follow-up whose next contact time cannot be taken as it stands. `proposal` is what was
    probably meant, `agreed` what was agreed before and stands until it is answered."""
    end = f"；还按原约的 {in_full(agreed, words.now)} 就回复 不变" if agreed else ""
    ask = _ask(proposal, "明天10点", words)
    return f"L{lead_id} 的跟进已记录，但「{saying.plain(phrase, 40)}」{_ended(why)}{ask}；没有就回复 不约{end}。"


def ask_time_after_report(lead_id: int) -> str:
    """The question after a follow-up that only tells of what has been."""
    return f"L{lead_id} 的跟进已记录。下次什么时候联系？请回复时间，如 明天10点；没有就回复 不约。"


def ask_time_again(
    phrase: str, why: str, words: Words, *, proposal: datetime | None = None, agreed: datetime | None = None
) -> str:
    """The same question, asked again."""
    return f"「{saying.plain(phrase, 20)}」{_ended(why)}{_ask(proposal, _EXAMPLES, words)}；{_ways_out(agreed)}。"


def ask_another_time(*, agreed: datetime | None = None) -> str:
    """The question after the proposed time was denied."""
    return f"好的，那是什么时候？请回复下次联系时间，如 {_EXAMPLES}；{_ways_out(agreed)}。"


def ask_still(lead_id: int, kind: str, *, agreed: datetime | None = None) -> str:
    """The same question after an answer that was no time and is answered for itself; `kind` is that of a courtesy."""
    kindly = {"thanks": "不客气。", "greeting": "您好。", "goodbye": "好的。", "nod": "好的。"}.get(kind, "")
    return f"{kindly}L{lead_id} 下次什么时候联系？请回复时间，如 {_EXAMPLES}；{_ways_out(agreed)}。"


def not_kept(text: str, lead_id: int, content: str) -> str:
    """What is said of a text that came instead of a time: it is not written down, and how it would be."""
    whole = saying.plain(content, _LONGEST_EXAMPLE)
    example = whole if whole == content else "内容"
    return f"「{saying.plain(text, 20)}」不是时间，没有记下，要记就发 跟进 L{lead_id} {example}。"


_LONGEST_EXAMPLE = 40

# Each is ahead whenever it is read.
_EXAMPLES = "明天10点、下周三下午3点、3天后"


def _ways_out(agreed: datetime | None) -> str:
    """How to leave the question. Where something is agreed, 不约 calls it off, so the harmless way comes first."""
    return "不改就回复 不变，取消原约就回复 不约" if agreed else "没有就回复 不约"


def _ask(proposal: datetime | None, examples: str, words: Words) -> str:
    if proposal is None:
        return f"请回复下次联系时间，如 {examples}"
    return f"是 {in_full(proposal, words.now)} 吗？请回复 是，或别的时间，如 {examples}"


def leave_time(lead_id: int, words: Words, *, agreed: datetime | None = None) -> str:
    """The question for the time was asked often enough, or is left: what stands, and how to go on."""
    if agreed:
        return f"好的，L{lead_id} 的跟进已记录，下次联系仍是：{in_full(agreed, words.now)}。"
    return f"好的，L{lead_id} 的跟进已记录，先不约下次联系。想好了再发，如：跟进 L{lead_id} 明天10点。"


def no_next_contact(lead_id: int, words: Words, *, agreed: datetime | None = None) -> str:
    """The answer to 「不约」; `agreed` is what was agreed before and is called off with it."""
    return f"好的，L{lead_id} 原约的 {in_full(agreed, words.now)} 已取消。" if agreed else "好的，未约下次联系。"


def _how_to_agree(lead_id: int) -> str:
    return f"要约的话，如：跟进 L{lead_id} 明天10点。"


def _ended(why: str) -> str:
    """`why` with the mark that ends it; a question has its own."""
    return why if why.endswith("？") else f"{why}。"


def way_set(outcome: contact.WaySet) -> str:
    """The answer to 电话, 微信 … tapped after the follow-up was written."""
    return f"已记为{saying.WAYS[outcome.way]}跟进。"


NOT_LOGGED = "刚才的跟进没有记下："
"""Before the refusal of a follow-up that was asked for, and typed after the lead had gone to somebody else."""
