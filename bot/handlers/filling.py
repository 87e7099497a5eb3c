"""进件, question by question: what is asked, what is answered, going back, leaving out, stopping."""

from typing import Any

from bot.call import Call, Reply
from bot.handlers.colleagues import colleagues_of
from bot.phrases.filling_words import Said, field_to_change, read_wish, says_done
from bot.phrases.form_answers import Answer, read_answer
from bot.phrases.named_value import partly_named_value
from bot.phrases.numbers import folded
from cards.loan_actions import (
    AskField,
    ChangeField,
    FillNext,
    LeaveFilling,
    ListFields,
    PickChoice,
    PickChoices,
    ShowFilled,
    SkipField,
)
from cards.texts import applying as texts
from cards.texts import form_fields as field_texts
from cards.views.application import MORE, TICKS, option_key
from core.loans import filling, queries, service
from core.loans.applicant import complete, is_another_than_known, known_elsewhere, own_of
from core.loans.forms import FieldKind, FormField, initial
from core.loans.models import LIVE, State, subject
from core.loans.outcomes import Filled, NoSuchApplication, NotNow
from core.loans.queries import ApplicationNow
from core.loans.sight import may_work_on
from core.store.issued import Face
from jobs.application_screens import application_face, fields_face, filled_face, question_face

TO_FILL = (State.DRAFT, State.RETURNED)
PAPERS_LISTED = "papers_listed"
"""The kind of dialog that follows the list of papers: a paper's name picks it."""
_THIS_NUMBER = ("用这个号码", "用这个", "就这个", "就用这个")


def current(call: Call, number: int) -> ApplicationNow | None:
    """The application as this person may see it."""
    unit = call.unit
    return queries.application(unit.session, unit.vault, call.actor, number, call.company.tagging, unit.now)


def works_on(call: Call, now: ApplicationNow) -> bool:
    """May he fill it in, hand it in, take it back?"""
    return may_work_on(call.unit.connection, call.actor, now.owner_id)


def to_fill(call: Call, number: int) -> ApplicationNow | Reply:
    """The application, if he may fill it in now; else what is said."""
    now = current(call, number)
    if now is None or not works_on(call, now):
        return unknown(call, number, now)
    if now.state not in TO_FILL:
        return refused(call, NotNow(number, now.state))
    return now


def unknown(call: Call, number: int, now: ApplicationNow | None = None) -> Reply:
    """Of an application that is none of his no more is said than of one that is not there, but to who may look at it
    (`now`); it is audited."""
    call.unit.record(call.actor.id, "loan:denied", subject(number))
    if now is not None:
        call.end_dialog_about_application(number)
        return Reply(say=texts.for_its_officer(number), refresh=True)
    return refused(call, NoSuchApplication(number))


def refused(call: Call, outcome: NoSuchApplication | NotNow) -> Reply:
    """What is said about it; a tapped card is brought up to date."""
    call.end_dialog_about_application(outcome.application_id)
    return Reply(say=texts.refused(outcome, call.words()), refresh=True)


def ask(call: Call, number: int, key: str, said: str = "", *, tapped: bool = False, reached: str = "") -> Reply:
    """Ask for this field: its card takes the place of the tapped one, or is a new one. `reached`: the question to which
    the walk had come, and goes on from when this one is answered; empty: it is here."""
    call.ask("form", application=number, field=key, reached=reached)
    return _with(question_face(number, key), said, tapped=tapped, asks=True)


def ask_again(call: Call, now: ApplicationNow, key: str) -> None:
    """This field is waited for still: he has his half hour again."""
    call.ask("form", application=now.number, field=key, reached=_reached(call, now, key))


def turn_to(call: Call, now: ApplicationNow, key: str, *, tapped: bool = False, left: str = "") -> Reply:
    """Ask for the field `key` instead of the one that is open (`left`, where nobody knows any more which that is): that
    one has its turn again, if nothing stands in it yet."""
    reached = _reached(call, now, key) or (left if _is_empty(now, left) else "")
    return ask(call, now.number, key, tapped=tapped, reached=reached)


def _reached(call: Call, now: ApplicationNow, key: str) -> str:
    """How far the walk through this application has come, by the question that is open; empty: to `key`, or there is
    none."""
    asked = call.asked if "field" in call.asked else call.waiting_for("form")
    if asked.get("application") != now.number:
        return ""
    here = str(asked.get("field"))
    reached = str(asked.get("reached") or "") or (here if _is_empty(now, here) else "")
    return reached if reached != key else ""


def _is_empty(now: ApplicationNow, key: str) -> bool:
    return any(each.field.key == key and filling.is_empty(each) for each in filling.asked(now))


def show(call: Call, number: int, said: str = "", *, tapped: bool = False) -> Reply:
    """Nothing is asked any more: the application as it stands. A paper that is missing can be named next."""
    call.end_dialog_about_application(number)
    now = current(call, number)
    if now is not None and now.state in LIVE and works_on(call, now) and not all(each.count for each in now.papers):
        call.offer(PAPERS_LISTED, application=number)
    return _with(application_face(number), said, tapped=tapped)


def _with(face: Face, said: str, *, tapped: bool, asks: bool = False) -> Reply:
    return Reply(say=said, change=face, asks=asks) if tapped else Reply(say=said, show=face, asks=asks)


def go_on(call: Call, now: ApplicationNow, said: str = "", *, tapped: bool = False) -> Reply:
    """The first question that is open, or the whole, if none is."""
    first = filling.first_open(now)
    if first is None:
        return show(call, now.number, said, tapped=tapped)
    return ask(call, now.number, first.field.key, said, tapped=tapped)


def fill_next(call: Call, action: FillNext) -> Reply:
    """继续填写."""
    now = to_fill(call, action.number)
    return now if isinstance(now, Reply) else go_on(call, now, tapped=True)


def ask_tapped(call: Call, action: AskField) -> Reply:
    """上一题: the card becomes that question."""
    now = to_fill(call, action.number)
    if isinstance(now, Reply):
        return now
    if not any(each.field.key == action.key for each in filling.asked(now)):
        return go_on(call, now, tapped=True)
    left = filling.after(now, action.key)
    return turn_to(call, now, action.key, tapped=True, left=left.field.key if left is not None else "")


def pick_choice(call: Call, action: PickChoice) -> Reply:
    """A choice on a button; of a number it is the customer's own."""
    now = to_fill(call, action.number)
    field = _field(now, action.key) if isinstance(now, ApplicationNow) else None
    if isinstance(now, Reply) or field is None:
        return now if isinstance(now, Reply) else go_on(call, now, tapped=True)
    unit, value = call.unit, None
    if field.choices:
        value = field.choices[action.place] if action.place < len(field.choices) else None
    else:
        value = own_of(unit.session, unit.vault, call.actor, now, field)
    return go_on(call, now, tapped=True) if value is None else _fill(call, now, field, value, tapped=True)


def pick_choices(call: Call, action: PickChoices) -> Reply:
    """What was ticked: one, or several."""
    now = to_fill(call, action.number)
    field = _field(now, action.key) if isinstance(now, ApplicationNow) else None
    if isinstance(now, Reply) or field is None:
        return now if isinstance(now, Reply) else go_on(call, now, tapped=True)
    ticked = call.selected.get(TICKS, ())
    chosen = [choice for place, choice in enumerate(field.choices) if option_key(place) in ticked]
    if not chosen:
        return Reply(say=texts.TICK_ONE, refresh=True)
    several = field.kind is FieldKind.CHOICES
    return _fill(call, now, field, chosen if several else chosen[0], tapped=True)


def skip_tapped(call: Call, action: SkipField) -> Reply:
    """不填."""
    now = to_fill(call, action.number)
    field = _field(now, action.key) if isinstance(now, ApplicationNow) else None
    if isinstance(now, Reply) or field is None:
        return now if isinstance(now, Reply) else go_on(call, now, tapped=True)
    return _skip(call, now, field, tapped=True)


def leave(call: Call, action: LeaveFilling) -> Reply:
    """先停下, 返回, 好了: the card becomes the application. On a card of a question it is said how to go on."""
    now = current(call, action.number)
    if now is None:
        return unknown(call, action.number)
    filling_it = now.state in TO_FILL and filling.lacking(now)
    said = texts.paused(now.number) if filling_it and works_on(call, now) else ""
    return show(call, now.number, said, tapped=True)


def list_fields(call: Call, action: ListFields) -> Reply:
    """修改."""
    now = to_fill(call, action.number)
    return now if isinstance(now, Reply) else Reply(change=fields_face(action.number, action.page))


def show_filled(call: Call, action: ShowFilled) -> Reply:
    """详情 on the application's card, and its pages."""
    if current(call, action.number) is None:
        return unknown(call, action.number)
    return Reply(change=filled_face(action.number, action.page))


def change_tapped(call: Call, action: ChangeField) -> Reply:
    """The ticked field of that list."""
    now = to_fill(call, action.number)
    if isinstance(now, Reply):
        return now
    ticked = next(iter(call.selected.get(TICKS, ())), "")
    if ticked == MORE:
        return Reply(change=fields_face(action.number, action.page + 1))
    if _field(now, ticked) is None:
        return Reply(say=texts.TICK_ONE, refresh=True)
    return ask(call, action.number, ticked, tapped=True)


def left(call: Call) -> str:
    """What is said when the question is left by 取消."""
    return texts.paused(int(str(call.asked["application"])))


def answer_given(call: Call) -> Reply:
    """What is typed to a question: a word to steer by, or the answer."""
    number, key = int(str(call.asked["application"])), str(call.asked["field"])
    now = to_fill(call, number)
    if isinstance(now, Reply):
        return now
    field = _field(now, key)
    if field is None:  # an answer before it made it idle
        return go_on(call, now)
    steered = _steered(call, now, field)
    if steered is not None:
        return steered
    return answer(call, now, field, call.text)


def answer(call: Call, now: ApplicationNow, field: FormField, text: str) -> Reply:
    """Write down what these words answer to the question for this field, and go on; or ask again."""
    if folded(text).strip() in _THIS_NUMBER:
        own = own_of(call.unit.session, call.unit.vault, call.actor, now, field)
        if own:
            return _fill(call, now, field, own)
    read = read_answer(field, text, call.unit.now, colleagues_of(call, field))
    if isinstance(read, Answer):
        return _fill(call, now, field, read.value)
    ask_again(call, now, field.key)
    return Reply(say=field_texts.not_read(field, read.why, read.said, read.among), asks=True)


def _steered(call: Call, now: ApplicationNow, field: FormField) -> Reply | None:
    """Where he wants to go, if he says no answer."""
    to = field_to_change(call.text)
    if to is not None:
        meant = labelled(now, to)
        if meant is not None:
            return turn_to(call, now, meant.key)
        if field.kind is not FieldKind.TEXT:
            labels = [each.field.label for each in filling.asked(now)]
            return Reply(say=field_texts.no_field(to, labels), asks=True)
    if field.kind is FieldKind.FILE and says_done(call.text):
        return _after(call, current(call, now.number) or now, field)
    match read_wish(call.text):
        case Said.BACK:
            before = filling.before(now, field.key)
            if before is None:
                return Reply(say=field_texts.FIRST_QUESTION, asks=True)
            return turn_to(call, now, before.field.key)
        case Said.SKIP:
            return _skip(call, now, field)
        case Said.STOP:
            return show(call, now.number, texts.paused(now.number))
        case _:
            return None


def labelled(now: ApplicationNow, said: str) -> FormField | None:
    """The field that is called so, or the only one whose name has these words in it."""
    fields = [each.field for each in filling.asked(now)]
    whole = [field for field in fields if field.label == said]
    fits = whole or [field for field in fields if said in field.label]
    return fits[0] if len(fits) == 1 else None


def begins_with_label(now: ApplicationNow, said: str) -> tuple[FormField, str] | None:
    """The field with whose name, or what of it is no other one's, these words begin, and the value behind it: 「期限
    3年」, 「金额 60万」 of 申请金额."""
    found = partly_named_value(said, (each.field for each in filling.asked(now)), lambda field: field.label)
    return found if found is not None and found[1] else None


def _field(now: ApplicationNow | Reply, key: str) -> FormField | None:
    if isinstance(now, Reply):
        return None
    return next((each.field for each in filling.asked(now) if each.field.key == key), None)


def _skip(call: Call, now: ApplicationNow, field: FormField, *, tapped: bool = False) -> Reply:
    if field.required:
        return Reply(say=field_texts.required(field), refresh=tapped, asks=True)
    return _fill(call, now, field, initial(field), tapped=tapped)  # the default is what stands where nothing is said


def _fill(call: Call, now: ApplicationNow, field: FormField, value: Any, *, tapped: bool = False) -> Reply:
    """Write it down, and ask for the next."""
    outcome = service.fill(call.unit, call.actor, now.number, field.key, value, call.company.loans)
    match outcome:
        case Filled(wrong=wrong) if wrong is not None:
            ask_again(call, now, field.key)
            return Reply(say=field_texts.wrong_value(wrong), refresh=tapped, asks=True)
        case Filled():
            complete(call.unit, call.actor, now, field, value)
            return _after(call, now, field, _warned(call, now, field), tapped=tapped)
        case _:
            return refused(call, outcome)


def _warned(call: Call, before: ApplicationNow, field: FormField) -> str:
    """What is said of an ID number that another customer has (whose he is he does not learn by it), or that is another
    than this customer's."""
    now = current(call, before.number) if field.kind is FieldKind.ID_NUMBER else None
    connection, vault = call.unit.connection, call.unit.vault
    if now is None:
        return ""
    if known_elsewhere(connection, vault, now) is not None:
        call.unit.record(call.actor.id, "loan:number_elsewhere", subject(now.number))
        return texts.NUMBER_ELSEWHERE
    return texts.NUMBER_DIFFERS if is_another_than_known(connection, vault, now) else ""


def _after(call: Call, before: ApplicationNow, field: FormField, said: str = "", *, tapped: bool = False) -> Reply:
    """What is asked next; where nothing is, the whole is shown."""
    now = current(call, before.number)
    if now is None:
        return unknown(call, before.number)
    reached = _reached(call, now, field.key)
    following = filling.next_after(before, now, field.key, reached)
    if following is None:
        return show(call, now.number, said, tapped=tapped)
    reached = filling.still_reached(now, following.field.key, reached)
    return ask(call, now.number, following.field.key, said, tapped=tapped, reached=reached)
