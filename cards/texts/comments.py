"""评论: what is said of comments on a lead, and the questions for what is missing."""

from collections.abc import Sequence

from cards.texts.words import Words
from core.leads import contact_outcomes as contact


def ask_comment(lead_id: int, name: str, called: Sequence[str] = ()) -> str:
    """The question after 评论 without a content; `called` are those who were named already and will hear it."""
    if called:
        told = "、".join(called)
        return f"要对 {told} 说什么？请直接发送对 L{lead_id}（{name}）的评论，会告诉 {told}。回复 取消 退出。"
    return f"请直接发送对 L{lead_id}（{name}）的评论，可以 @ 同事，如：@李娜 请确认利率。回复 取消 退出。"


def ask_answer(lead_id: int, who: str) -> str:
    """The question after 回复 on a comment of `who`."""
    return f"请直接发送给 {who} 的回复（L{lead_id}）。回复 取消 退出。"


def commented(outcome: contact.Commented, words: Words) -> str:
    """The answer to 评论: who hears of it, and who may not."""
    told = "、".join(words.names.get(each, "同事") for each in outcome.told)
    unseen = "、".join(words.names.get(each, "同事") for each in outcome.unseen)
    heard = f"，已告诉 {told}" if told else ""
    kept = f"{unseen} 不能查看这位客户，没有通知。" if unseen else ""
    return f"已评论 L{outcome.lead_id}{heard}。{kept}"


def several_named(name: str, accounts: Sequence[tuple[str, str]]) -> str:
    """Several colleagues have the name; `accounts` are each one's account and department. Nothing was done."""
    ways = "、".join(f"@{account}（{department}）" for account, department in accounts)
    return f"有 {len(accounts)} 位 {name}，评论没有发出。请写明是哪一位再发一遍：{ways}。"


def nobody_named(names: Sequence[str]) -> str:
    """No colleague has these names. Nothing was done."""
    return f"没有叫 {'、'.join(names)} 的同事，评论没有发出。请核对 @ 后面的姓名再发一遍。"


NOT_COMMENTED = "好的，不评论了。"
"""Said when the question for a comment is left."""
