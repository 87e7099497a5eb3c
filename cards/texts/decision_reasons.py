"""Why something is done with a task: the question, and what is said of words that are none."""

from cards import saying
from cards.texts.approving import WORDS
from core.loans.flows import Decision


def ask_task_reason(
    task_id: int, decision: Decision, place: str = "", *, against: bool = False, opinion: bool = False
) -> str:
    """The question why; `against`: the risk rules suggest to refuse what is agreed to; `opinion`: he was only asked
    what he thinks."""
    if opinion and decision is Decision.REFUSE:
        return f"T{task_id} 不同意：请直接发送理由，请您给意见的人会看到。回复 取消 退出。"
    if against:
        wanted = f"预审建议拒绝。要{WORDS[decision]} T{task_id} 请直接发送原因"
        return f"{wanted}，后面办的人会看到，另外记入操作日志。回复 取消 退出。"
    where = f" 到 {place}" if place else ""
    reads = "提交人" if decision in (Decision.REFUSE, Decision.RETURN) else "后面办的人"
    return f"{WORDS[decision]} T{task_id}{where}：请直接发送原因，{reads}会看到。回复 取消 退出。"


_BEHIND = {
    Decision.AGREE: "",
    Decision.TAKE_BACK: "",
    Decision.DROP_SIGNER: "",
    Decision.REFUSE: " 原因",
    Decision.RETURN: " 提交人 原因",
}
_DOUBTED = {
    "command": "像是另一条命令",
    "taken_back": "像是改了主意",
    "waits": "像是有条件，或者还没想好",
    "asks": "像是在问",
}


def ask_whether_reason(task_id: int, decision: Decision, said: str, *, against: bool = False) -> str:
    """What is asked of an answer to why that may be the reason, and may as well be something else; `against`: what is
    agreed to the risk rules suggest to refuse."""
    word = WORDS[decision]
    if against:
        why = f"预审建议拒绝，「{saying.plain(said, 40)}」作为{word}的原因，记入操作日志"
        return f"还没有{word} T{task_id}：{why}。看过卡片，要{word}就回复 确认；不{word}回复 取消。"
    return f"还没有{word} T{task_id}。「{saying.plain(said, 40)}」是{word}的原因吗？是就回复 确认；不{word}回复 取消。"


def ask_task_reason_again(task_id: int, decision: Decision, said: str, doubted: str) -> str:
    """The question after a reason that may have been meant for something else: a key of `_DOUBTED`."""
    word = WORDS[decision]
    why = f"「{saying.plain(said, 20)}」{_DOUBTED[doubted]}"
    return f"还没有{word} T{task_id}：{why}。要{word}请直接发送原因；不{word}回复 取消。"


def not_done(task_id: int, decision: Decision, said: str, doubted: str, *, paid: bool = False) -> str:
    """The answer to a decision behind which stands what takes it back, or puts it off: a key of `_DOUBTED`. `paid`: it
    is that money was paid out."""
    word, why = "放款" if paid else WORDS[decision], f"「{saying.plain(said, 20)}」{_DOUBTED[doubted]}"
    return f"还没有{word} T{task_id}：{why}。要{word}请发：{word} T{task_id}{_BEHIND.get(decision, ' 姓名')}"
