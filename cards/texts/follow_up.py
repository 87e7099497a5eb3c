"""跟进: what was written down, and the questions for what is missing."""

from cards import saying
from cards.texts.words import Words
from core.leads import outcomes as lead


def ask_follow_up(lead_id: int, name: str) -> str:
    """The question after 写跟进."""
    return f"请直接发送 L{lead_id}（{name}）的跟进内容，如：意向强，明天10点面谈。回复 取消 退出。"


def logged(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up in which a next contact time was understood, or which names none."""
    if outcome.next_contact_at is None:
        return f"已记录 L{outcome.lead_id} 的跟进，未约下次联系。要约的话，如：跟进 L{outcome.lead_id} 明天10点。"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系 {saying.at(outcome.next_contact_at, words.now)}。"


def logged_as_agreed(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up that names no new time, while an earlier agreed one is still ahead."""
    when = saying.at(outcome.next_contact_at, words.now) if outcome.next_contact_at else "未约"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系仍是 {when}。"


def ask_time(lead_id: int, phrase: str, why: str) -> str:
    """The question after a follow-up whose next contact time cannot be taken as it stands."""
    return f"L{lead_id} 的跟进已记录，但「{phrase}」{_ended(why)}请回复下次联系时间，如 明天10点；没有就回复 不约。"


def ask_time_after_report(lead_id: int) -> str:
    """The question after a follow-up that only tells of what has been."""
    return f"L{lead_id} 的跟进已记录。下次什么时候联系？请回复时间，如 明天10点；没有就回复 不约。"


def ask_time_again(phrase: str, why: str) -> str:
    """The same question, asked again."""
    said = saying.plain(phrase, 20)
    return f"「{said}」{_ended(why)}请回复下次联系时间，如 明天10点、下周三下午3点、12-03 14:00；回复 不约 结束。"


def leave_time(lead_id: int, *, kept: bool) -> str:
    """The question for the time was asked often enough: what stands (`kept`: what was agreed before), and how to go
    on."""
    stands = "原来约的下次联系不变" if kept else "先不约下次联系"
    return f"好的，L{lead_id} 的跟进已记录，{stands}。想好了再发，如：跟进 L{lead_id} 明天10点。"


def _ended(why: str) -> str:
    """`why` with the mark that a sentence of its kind ends with."""
    asks = not why.startswith("没说") and any(word in why for word in ("还是", "哪", "吗"))
    return f"{why}{'？' if asks else '。'}"


NO_NEXT_CONTACT = "好的，未约下次联系。"
