"""A command about a task or an application without its number, as who is in a hurry types it: the only one that can be
meant is asked back, and a mere yes does it; of several the list is shown."""

from bot.call import Call, Reply
from bot.handlers import exports
from bot.handlers.task_deeds import ask_reason, card_of
from cards.texts import approving as texts
from core.loans import queries, todo
from core.loans.at_hand import Wish
from core.loans.flows import Decision
from core.loans.models import TaskKind
from core.loans.task_queries import his_latest_agreed
from jobs.progress_screens import own_applications_face
from jobs.task_screens import todo_face

_DECIDES_NOTHING = (TaskKind.AMEND, TaskKind.PAPERS)


def task(call: Call, word: str, rest: str) -> Reply | None:
    """同意, 驳回 不行, 转交 李娜; a mere 驳回 of the only one asks why. None: 取回, and there is nothing."""
    unit = call.unit
    export = exports.decide_typed(call, word, rest)
    if export is not None:
        return export
    if word == "取回":
        last = his_latest_agreed(unit.session, call.actor.id)
        return _only(call, f"取回 T{last}", last) if last is not None and not rest else None
    lines = [line for line in todo.of_person(unit.session, call.actor, unit.now) if line.kind not in _DECIDES_NOTHING]
    if len(lines) == 1 and word == "驳回" and not rest:
        asked = ask_reason(call, lines[0].number, Wish(Decision.REFUSE))
        return Reply(say=asked.say, show=card_of(call, lines[0].number), asks=True)
    if len(lines) == 1:
        return _only(call, f"{word} T{lines[0].number} {rest}".strip(), lines[0].number)
    if not lines:
        return exports.only_question(call, word) or Reply(say=texts.nothing_to_decide(word))
    return Reply(say=texts.which_of_tasks(word, [line.number for line in lines]), show=todo_face(1))


def _only(call: Call, send: str, task_id: int) -> Reply:
    suggested = call.suggest(send)
    return Reply(say=texts.only_this(send, by_yes=suggested), show=card_of(call, task_id), asks=suggested)


def nudge(call: Call) -> Reply | None:
    """催办; None: nothing of his is under way."""
    running = queries.running_of_owner(call.unit.session, call.actor.id)
    if not running:
        return None
    if len(running) > 1:
        return Reply(say=texts.WHICH_TO_NUDGE, show=own_applications_face())
    send = f"催办 A{running[0]}"
    suggested = call.suggest(send)
    return Reply(say=texts.only_this(send, by_yes=suggested), asks=suggested)
