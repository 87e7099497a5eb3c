"""提交人选择: whom the submitter names for a node is asked for, by name, when he hands it in; 修改 asks anew."""

from bot.call import Call, Reply
from bot.handlers.colleagues import colleagues_named
from bot.handlers.filling import refused, show, to_fill
from bot.phrases.answers import gives_up
from bot.phrases.named_value import named_value
from cards.texts import applying as texts
from core.loans import choosing
from core.loans.choosing import Choice
from core.loans.outcomes import CannotChoose, Chosen
from core.loans.queries import ApplicationNow


def ask_who(call: Call, number: int, choice: Choice, *, hand_in: bool, said: str = "") -> Reply:
    """Who is to have this node? `hand_in`: with the answer the application is handed in."""
    call.ask("choice", application=number, node=choice.node.key, hand_in=hand_in)
    return Reply(say=f"{said}{texts.ask_choice(number, choice.node)}", asks=True)


def change(call: Call, now: ApplicationNow, said: str) -> Reply | None:
    """修改 A203 复审, 修改 A203 复审 李娜: of a node whose people he names. None: it is none."""
    found = named_value(said, now.choices, lambda choice: choice.node.name)
    if found is None:
        return None
    choice, people = found
    if not people:
        return ask_who(call, now.number, choice, hand_in=False)
    return _choose(call, now.number, choice, people, hand_in=False)


def of_node(now: ApplicationNow, key: str) -> Choice | None:
    """The node of this key, if its submitter names who has it."""
    return next((each for each in now.choices if each.node.key == key), None)


def named(call: Call) -> Reply | None:
    """The answer: names. None: they are noted, and it is to be handed in as he wanted."""
    number, key = int(str(call.asked["application"])), str(call.asked["node"])
    now = to_fill(call, number)
    if isinstance(now, Reply):
        return now
    if gives_up(call.text):
        return show(call, number, texts.paused(number))
    choice = of_node(now, key)
    if choice is None:  # by what was filled in meanwhile it goes another way
        return show(call, number)
    return _choose(call, number, choice, call.text, hand_in=bool(call.asked.get("hand_in")))


def _choose(call: Call, number: int, choice: Choice, text: str, *, hand_in: bool) -> Reply | None:
    found = colleagues_named(call, f"修改 A{number} {choice.node.name}", text)
    if isinstance(found, str):
        return Reply(say=found, asks=True)
    outcome = choosing.choose(call.unit, call.actor, number, choice.node.key, tuple(found), call.company.loans)
    match outcome:
        case Chosen():
            call.end_dialog_about_application(number)
            return None if hand_in else show(call, number, texts.chosen(outcome, call.words(*found)))
        case CannotChoose(person_id=person_id):
            return Reply(say=texts.cannot_choose(outcome, call.words(person_id)), asks=True)
        case _:
            return refused(call, outcome)
