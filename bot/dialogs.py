"""The questions: who takes the next plain message as the answer, and what is said while one is open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.call import Call, Reply
from bot.handlers import (
    applying,
    changing,
    comments,
    filling,
    follow_up,
    leads,
    merging,
    papers,
    phones,
    repaying,
    reports,
    task_answers,
)
from bot.handlers import approving as approving_handlers
from bot.phrases.answers import agrees, denies, leaves_unchanged
from cards import texts
from cards.texts import approving
from cards.texts import repaying as repaying_texts
from core.store import dialogs
from core.store.dialogs import Dialog

_MOST_SENT = 60  # so much of a late answer is put into a command to send


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question about a lead, or a task. `answer` handles what is typed next; `what` is waited for, and
    `again` the command that a late answer belongs behind, if there is one; `left` gives what is said when the question
    is left by 取消. `asks_why`: the word of a command by itself may answer it (`routing.may_say_why`)."""

    answer: Callable[[Call], Reply]
    what: str
    again: str = ""
    left: Callable[[Call], str] = lambda _: texts.CANCELLED
    asks_why: bool = False


QUESTIONS: dict[str, Question] = {
    "follow_up": Question(follow_up.content_given, "跟进内容", "跟进"),
    "next_contact": Question(follow_up.time_given, "下次联系时间", "跟进", left=follow_up.time_left),
    "release_reason": Question(leads.release_reason, "释放原因", "释放", left=lambda _: texts.NOT_RELEASED),
    "phone": Question(phones.phone_given, "手机号", "补手机", left=lambda _: texts.NO_PHONE_ADDED),
    "comment": Question(comments.content_given, "评论", "评论", left=lambda _: texts.NOT_COMMENTED),
    "repayment": Question(repaying.repayment_given, "还款金额", left=lambda _: repaying_texts.NOT_RECORDED),
    "merge": Question(merging.merge_confirmed, "合并确认", left=lambda _: texts.NOT_MERGED),
    "form": Question(filling.answer_given, "答案", "进件", left=filling.left),
    "choice": Question(applying.choice_given, "姓名", "提交", left=filling.left),
    "paper": Question(papers.typed, "图片或文件", "补材料", left=papers.left),
    "report": Question(reports.typed, "报告", "补报告", left=reports.left),
    "task_reason": Question(task_answers.reason_given, "原因", left=lambda _: approving.NOT_DECIDED, asks_why=True),
    "task_place": Question(approving_handlers.place_given, "退回到哪一步", left=lambda _: approving.NOT_DECIDED),
    "task_people": Question(task_answers.people_given, "同事姓名", left=lambda _: approving.NOT_DECIDED),
    "task_change": Question(changing.value_given, "新的值", left=lambda _: approving.NOT_CHANGED),
    "task_field": Question(task_answers.field_given, "填写内容", left=lambda _: approving.NOT_DECIDED),
}
OFFERS: dict[str, Callable[[Call], Reply | None]] = {filling.PAPERS_LISTED: papers.named}
"""What was shown and is no question: what is typed next refers to it where it fits, and is read as ever else."""
_NUMBERED = {"lead": "L", "task": "T", "application": "A"}


def about(args: Mapping[str, object]) -> str:
    """What a question is about, by its number: `L7`, `T88`."""
    return next((f"{letter}{args[name]}" for name, letter in _NUMBERED.items() if name in args), "")


def said_again(call: Call, reply: Reply) -> Reply:
    """`reply` to a command that was typed while a question was open (`call.asked`).

    A question stays open over a command: people look something up before they write. So that the next message is not
    taken amiss, the reply ends with what is still waited for; not where the command itself asked, or answered it.
    """
    unit = call.unit
    open_now = (
        dialogs.current(unit.connection, unit.vault, call.actor.id, unit.channel, unit.now) if call.asked else None
    )
    if open_now is None or open_now.kind not in QUESTIONS or open_now.args != call.asked or reply.asks:
        return reply
    still = texts.still_asked(about(open_now.args), QUESTIONS[open_now.kind].what)
    return replace(reply, say=f"{reply.say}\n{still}" if reply.say else still)


def lapsed(call: Call, asked: Dialog) -> Reply:
    """What is said to words that are nothing else, when a question was open too long to take them for its answer: what
    was waited for, that nothing was written down, and what to send; a mere yes sends it."""
    question, number = QUESTIONS[asked.kind], about(asked.args)
    call.end_dialog()
    if not question.again:
        return Reply(say=texts.lapsed(number, question.what))
    if "application" in asked.args:  # what stands there already is kept, and the question comes again
        send = f"{question.again} {number}"
        return Reply(say=texts.lapsed(number, question.what, send, by_yes=call.suggest(send)))
    words = call.text.strip()
    whole = len(words) <= _MOST_SENT and not (agrees(words) or denies(words) or leaves_unchanged(words))
    send = f"{question.again} {number} {words}" if whole else ""
    by_yes = bool(send) and call.suggest(send)
    form = f"{question.again} {number} {question.what}"
    return Reply(say=texts.lapsed(number, question.what, send or form, by_yes=by_yes))
