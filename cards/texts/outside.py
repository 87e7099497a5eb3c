"""收到: what is said when the outside has answered."""

from typing import assert_never

from cards.texts.words import Words
from core.loans.outcomes import NoSuchApplication
from core.loans.outside import CameOutcome, NotAwaited, WentOn

WHICH = "请写进件编号和收到了什么，如：收到 A203 银行批复"


def send(number: int, event: str) -> str:
    """The message that says that it is there."""
    return f"收到 A{number} {event}"


def awaits(number: int, event: str, by: str) -> str:
    """On its card: what has to come from outside, and what is to be sent then. `by`: the officer's name, where another
    one reads it."""
    return f"等「{event}」：来了请{f'{by}发' if by else '发'}：{send(number, event)}"


def waits_for(outcome: NotAwaited, *, by_yes: bool) -> str:
    """收到 A203: what it waits for."""
    if not outcome.awaited:
        return f"A{outcome.application_id} 现在没有在等外面的消息。"
    one = send(outcome.application_id, outcome.awaited[0])
    how = f"已经收到就回复 好，或发：{one}" if by_yes else f"收到了请发：{one}"
    return f"A{outcome.application_id} 在等 {'、'.join(f'「{one}」' for one in outcome.awaited)}。{how}"


def came(outcome: CameOutcome, words: Words) -> str:
    """What came of it."""
    match outcome:
        case WentOn(number, event, people, stage):
            who = "、".join(words.names[one] for one in people if one in words.names)
            return f"A{number} 已记「{event}」，现在到 {stage}{f'，等 {who}' if who else ''}。"
        case NotAwaited(number, event, awaited):
            waits = (
                f"它等的是 {'、'.join(f'「{one}」' for one in awaited)}。" if awaited else "它现在没有在等外面的消息。"
            )
            return f"A{number} 没有在等「{event}」。{waits}"
        case NoSuchApplication(number):
            return f"没有找到进件 A{number}，或它不是您的。"
        case _:
            assert_never(outcome)
