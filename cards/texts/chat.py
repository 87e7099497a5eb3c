"""The conversation itself: greeting, help, words and cards that are not understood, and what went wrong."""

import re
from collections.abc import Collection, Iterable, Sequence

from cards import saying


def welcome(name: str) -> str:
    """The greeting when a member first sees the app."""
    return f"{name}，您好，我是驼铃，您的客户助手。回复 帮助 查看您能做的事。"


def help_text(
    name: str, groups: Iterable[tuple[str, Sequence[tuple[str, str, str]]]], in_short: Collection[str] = ()
) -> str:
    """帮助: what this person may do, by group; of each command its word, its form and what it does. Of the groups
    `in_short` only the words: the whole of them is a 帮助 of its own."""
    parts = [f"{name}，您可以："]
    for title, commands in groups:
        if title in in_short and len(commands) > _FEW:
            words = "、".join(word for word, _, _ in commands)
            parts += [f"【{title}】", f"{words}（回复 帮助 {title} 细看）"]
        else:
            parts += [f"【{title}】", *(f"{form}：{about}" for _, form, about in commands)]
    return "\n".join(parts)


def help_group(title: str, commands: Sequence[tuple[str, str, str]]) -> str:
    """帮助 审批: the commands of one group."""
    return "\n".join([f"【{title}】", *(f"{form}：{about}" for _, form, about in commands)])


_FEW = 2


def help_about(word: str, form: str, about: str, example: str) -> str:
    """帮助 with the word of a command: what it does, its form and an example."""
    return f"{word}：{about}\n{usage(word, form, example)}"


def usage(word: str, form: str, example: str) -> str:
    """The answer to a command whose arguments are missing or not understood. An example of nothing but numbers says no
    more than the form."""
    number = _WHAT_NUMBER if "编号" in form + example else ""
    if all(_A_NUMBER.fullmatch(said) for said in example.split()[1:]):
        return f"{word} 请这样发：{form}{number}"
    return f"{word} 请这样发：{form}\n例如：{example}{number if '编号' in example else ''}"


_A_NUMBER = re.compile("编号|L[0-9]+")
_WHAT_NUMBER = "（编号是卡片上 L 开头的数字）"


def unknown(text: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The answer to words that are no command: the three nearest, each with what it does."""
    said = saying.plain(text, 20)
    head = f"没看懂「{said}」，您是不是想：" if said else "没看到文字，您是不是想："
    lines = [f"· {usage}：{about}" for usage, about in nearest]
    return "\n".join([head, *lines, "回复 帮助 查看全部。"])


def one_at_a_time(command: str) -> str:
    """The answer to several numbers where one belongs: nothing was done to any; `command` is for the first."""
    return f"一次一条，请分开发：{command}"


def number_only(word: str, lead_id: int, beside: str) -> str:
    """The answer to more words where a command takes a number and nothing else."""
    why = "：延几天由公司的规则定" if word == "延期" else "：保护几天由公司的规则定" if word == "保护" else ""
    return f"编号后面的「{saying.plain(beside, 20)}」不用写{why}。请发：{word} L{lead_id}"


def no_such_help(said: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The answer to 帮助 with what is no command of this person's: the three nearest, each with what it does."""
    lines = [f"· {word}：{about}" for word, about in nearest]
    first = nearest[0][0] if nearest else "公海"
    more = f"回复 帮助 {first} 看它怎么用，回复 帮助 看全部。"
    return "\n".join([f"您能用的命令里没有「{saying.plain(said, 20)}」，相近的有：", *lines, more])


def wrong_number(said: str) -> str:
    """The answer to what no lead can have as its number."""
    return f"没有 {saying.plain(said, 20)} 这样的编号：编号是 L 加最多 9 位数字，如卡片上所写。请核对后再发。"


def send_whole(form: str) -> str:
    """The answer to a mere yes, where nothing that was suggested can be done without more words."""
    return f"还缺内容，请完整发一遍，如：{form}"


def still_asked(number: str, what: str) -> str:
    """Said after a command that came between a question about a lead (`L7`) or a task (`T88`) and its answer, so that
    no later message is taken amiss."""
    return f"还在等 {number} 的{what}，直接回复即可；回复 取消 退出。"


def says_nothing(said: str, number: str, what: str) -> str:
    """The answer to an answer that says nothing to the question: an emoji, 「好的」."""
    return f"「{saying.plain(said, 20)}」没有记下。{still_asked(number, what)}"


def not_kept(done: str, said: str, send: str, *, by_yes: bool) -> str:
    """Beside all that a command needs stands `said`, which is not kept and may say that it is not so: nothing is done,
    until `send` is sent, by a mere yes if `by_yes`."""
    how = f"回复 好，或发：{send}" if by_yes else f"请发：{send}"
    return f"还没有{done}：后面的「{saying.plain(said, 20)}」没看懂。确定要{done}就{how}"


def lapsed(number: str, what: str, send: str = "", *, by_yes: bool = False) -> str:
    """The answer to words that came too late to a question about a lead or a task: nothing was done with them. `send`
    is what to send instead, `by_yes` if a mere yes does it."""
    how = f"请{'回复 好，或' if by_yes else ''}发：{send}" if send else "请重新发命令。"
    return f"等 {number} 的{what}已超时，这句话没有记下。{how}"


COURTESIES = {
    "greeting": "您好，我在。需要什么，直接发给我。",
    "thanks": "不客气，有事随时叫我。",
    "goodbye": "再见，祝您顺利。",
    "nod": "好的，没有等您确认的事，有事随时叫我。",
}
"""The answer to a kind word, by its kind in `bot/phrases/courtesies.py`."""

CANCELLED = "好的，已退出。"
NOTHING_OPEN = "现在没有进行中的操作。回复 帮助 查看能做什么。"
BUSY = "处理中，结果稍后送达，请勿重复点击。"
FORGED = "这个按钮无效，请重新发送命令，如 帮助。"
NOT_YOUR_CARD = "这张卡片是发给别人的，您不能操作。回复 帮助 看您能做的事。"
STALE_CARD = "这张卡片已过期，已为您刷新为最新状态。"
CARD_GONE = "这张卡片太旧了，请重新发送命令，如 公海、我的客户。"
EXPIRED = "您之前的操作因系统中断没有完成，未做任何改动，请重新操作。"
NOT_SUPPORTED = "这一种消息看不懂，请发文字、图片或语音，或回复 帮助。"


def words_kept_back(*, on_wecom: bool) -> str:
    """The answer to a message that DingTalk brought without its words. `on_wecom`: he can work there meanwhile."""
    meanwhile = "在企业微信里办，或" if on_wecom else ""
    return (
        "钉钉没有把这条消息的内容传过来：公司本月收消息的额度用完了，什么也没有办。额度恢复后请再发一次；"
        f"急事请{meanwhile}直接联系同事。"
    )


QUOTA_GONE = (
    "公司钉钉应用本月收消息的额度用完了：同事在钉钉里发来的消息没有内容，没法办；机器人发消息用的是另一份额度。"
    "请到钉钉开放平台查看用量、购买额度，或等下月恢复。今天不再为此提醒。"
)
NO_CALLS_FOR_A_CARD = (
    "钉钉本月的接口调用次数用完了，卡片发不出，先用文字给您看。按钮点不了，请打字办，如 领取 L1024、跟进 L1024 已联系；"
    "回复 帮助 看全部命令。"
)
PLACE_TAKEN = "位置看到了，但目前还不能存档。请用文字记录，如：跟进 L1024 已上门。"
NEVER_KEPT = {
    "secret": "请不要发送密码、CVV 或验证码。这条消息没有保存，也没有处理；请撤回它，去掉后再发。",
    "bank_card": "请不要发送银行卡号。这条消息没有保存，也没有处理；请撤回它，去掉后再发。",
}


def failed(error_id: str) -> str:
    """An unknown error: nothing was done; the number is in the log too."""
    return f"系统出了点问题（编号 {error_id}），您的操作没有丢，正在重试；如仍未完成会告诉您。"


def gave_up(error_id: str) -> str:
    """An unknown error that retrying did not mend."""
    return f"您的操作未能完成（编号 {error_id}），没有做任何改动。请稍后重试，或把编号告诉管理员。"


def card_not_sent(error_id: str) -> str:
    """Said in the stead of a card that could not be sent; the number is in the log too."""
    again = "请重新发送命令查看，如 公海、我的客户"
    return f"有一张卡片没能发给您。{again}；如果还是收不到，请把编号 {error_id} 告诉管理员。"
