"""进件: from a lead to what is handed in, taken back, given up."""

from collections.abc import Sequence
from dataclasses import replace

from bot.call import Call, Reply
from bot.handlers import choosing
from bot.handlers.filling import (
    PAPERS_LISTED,
    TO_FILL,
    answer,
    begins_with_label,
    current,
    go_on,
    labelled,
    show,
    to_fill,
    turn_to,
    unknown,
    works_on,
)
from bot.phrases.application_numbers import split_application
from bot.phrases.asked_loan import AskedLoan, read_asked_loan
from bot.phrases.numbers import lead_in, read_numbered
from cards.lead_actions import StartApplication
from cards.loan_actions import DropApplication, ShowApplication, SubmitApplication, WithdrawApplication
from cards.texts import applying as texts
from cards.texts import form_fields as field_texts
from core.leads.outcomes import Refusal
from core.loans import filling, queries, service
from core.loans.forms import AMOUNT, TERM, FieldKind, WrongValue
from core.loans.models import subject
from core.loans.outcomes import (
    AlreadyLive,
    Dropped,
    Filled,
    Incomplete,
    LeadInPool,
    LeadOver,
    NoFlow,
    NoSuchApplication,
    NotNow,
    Started,
    StartRefusal,
    Submitted,
    TooLateToTakeBack,
    WhichProduct,
    Withdrawn,
)
from core.loans.queries import ApplicationNow
from jobs.application_screens import drop_face, fields_face, paper_face, papers_face, question_face
from jobs.progress_screens import own_applications_face


def begin(call: Call) -> Reply:
    """进件 L1024 房抵贷 50万 36期, 进件 A203, or 进件 alone: what is under way, if it is one."""
    asked = read_asked_loan(call.text)
    if asked.application_id is not None:
        return _open(call, asked.application_id, asked)
    if asked.lead_id is not None:
        return _start(call, asked.lead_id, asked)
    number = the_one(call)
    if number is not None:
        return _open(call, number, asked)
    return Reply(say=texts.start_usage(), show=own_applications_face() if has_one(call) else None)


def start_tapped(call: Call, action: StartApplication) -> Reply:
    """进件 on a customer's card, which stays."""
    return _start(call, action.lead, AskedLoan())


def show_tapped(call: Call, action: ShowApplication) -> Reply:
    """The application on a card of its own."""
    now = current(call, action.number)
    if now is None:
        return unknown(call, action.number)
    call.unit.record(call.actor.id, "loan:see", subject(action.number))
    return show(call, action.number)


def has_one(call: Call) -> bool:
    """Is an application of his under way? To others the commands about one are of no use."""
    return bool(queries.live_of_owner(call.unit.session, call.actor.id))


def the_one(call: Call) -> int | None:
    """The application that is meant where none is named: that of the open question, or the only one that is under
    way."""
    asked = call.asked.get("application")
    if asked is not None:
        return int(str(asked))
    mine = queries.live_of_owner(call.unit.session, call.actor.id)
    return mine[0] if len(mine) == 1 else None


def named(call: Call) -> int | None:
    """The application that is named behind a command, else `the_one`."""
    return read_numbered("A", call.text) if call.text else the_one(call)


def _start(call: Call, lead_id: int, asked: AskedLoan) -> Reply:
    said = {AMOUNT: asked.amount_fen, TERM: asked.months}
    values = {key: value for key, value in said.items() if value is not None}
    outcome = service.start(call.unit, call.actor, lead_id, asked.product, values, call.company.loans)
    match outcome:
        case Started(application_id=number, wrong=wrong):
            now = current(call, number)
            if now is None:
                return unknown(call, number)
            begun = texts.started(now, call.customer(lead_id)) + texts.taken_over(outcome)
            told, unread = _choose(call, now, asked.unread)
            if unread and asked.amount_fen is None and now.amount_fen is not None:  # what was not read may be one
                told += texts.amount_of_lead(number, now.amount_fen)
            return go_on(call, current(call, number) or now, begun + told + texts.not_taken(unread, wrong))
        case AlreadyLive(number):
            return _open(call, number, asked)
        case _:
            return Reply(say=_start_refused(call, outcome), refresh=True)


def _start_refused(call: Call, outcome: StartRefusal) -> str:
    if isinstance(outcome, NoFlow | WhichProduct | AlreadyLive):
        return texts.refused(outcome, call.words())
    refusal: Refusal = outcome
    return call.refusal(refusal)


def _open(call: Call, number: int, asked: AskedLoan) -> Reply:
    """Go on with it, or show it; what was said beside the number goes into it first."""
    now = current(call, number)
    if now is None:
        return unknown(call, number)
    call.unit.record(call.actor.id, "loan:see", subject(number))
    if not works_on(call, now) or now.state not in TO_FILL:
        said = asked.amount_fen is not None or asked.months is not None
        refusal = texts.refused(NotNow(number, now.state), call.words()) if said else ""
        return show(call, number, refusal)
    if asked.product is not None and asked.product != now.product:  # what is said beside it is meant for that
        return go_on(call, now, texts.product_stays(number, now.product))
    chosen, unread = _choose(call, now, asked.unread)
    told = chosen + texts.not_taken(unread, _take(call, number, asked))
    told += texts.instead_of(now, current(call, number) or now)
    return go_on(call, current(call, number) or now, told)


def _take(call: Call, number: int, asked: AskedLoan) -> list[WrongValue]:
    """Amount and term as they were said; what does not fit."""
    wrong = []
    for key, value in ((AMOUNT, asked.amount_fen), (TERM, asked.months)):
        if value is None:
            continue
        outcome = service.fill(call.unit, call.actor, number, key, value, call.company.loans)
        if isinstance(outcome, Filled) and outcome.wrong is not None:
            wrong.append(outcome.wrong)
    return wrong


def _choose(call: Call, now: ApplicationNow, words: Sequence[str]) -> tuple[str, list[str]]:
    """Words that are choices of one question are its answer: what is said to that, and the words that are not."""
    chosen, unread = [], []
    for word in words:
        fits = [each.field for each in filling.asked(now) if each.field.kind is FieldKind.CHOICE]
        fits = [field for field in fits if word in field.choices]
        if len(fits) == 1:
            service.fill(call.unit, call.actor, now.number, fits[0].key, word, call.company.loans)
            chosen.append(f"{fits[0].label} {word}")
        else:
            unread.append(word)
    return texts.chosen_beside(chosen), unread


def change(call: Call) -> Reply:
    """修改 A203 申请金额: that question is asked again; without one, the list of what can be changed."""
    begun = split_application(call.text)
    number, said = begun or (the_one(call), call.text.strip())
    if number is None or (begun is None and lead_in(said) is not None):
        return Reply(say=texts.nothing_to_change(lead_in(said)))
    now = to_fill(call, number)
    if isinstance(now, Reply):
        return now
    if not said:
        return Reply(show=fields_face(number, 1))
    chooses = choosing.change(call, now, said)
    if chooses is not None:
        return chooses
    named_with_value = begins_with_label(now, said)
    if named_with_value is not None:
        return answer(call, now, *named_with_value)
    field = labelled(now, said)
    if field is None and "field" in call.asked:  # its question goes on
        return Reply(say=field_texts.no_field(said, [each.field.label for each in filling.asked(now)]), asks=True)
    if field is None:
        return Reply(say=field_texts.no_field_of(number, said), show=fields_face(number, 1))
    return turn_to(call, now, field.key)


def submit(call: Call) -> Reply:
    """提交 A203; without a number, the only one that can be handed in."""
    number = named(call)
    if number is None and not call.text:
        to_hand_in = queries.live_of_owner(call.unit.session, call.actor.id, TO_FILL)
        number = to_hand_in[0] if len(to_hand_in) == 1 else None
    return _submit(call, number) if number is not None else which_one(call, "提交")


def which_one(call: Call, word: str) -> Reply:
    """Which one? Those that are under way are listed."""
    some = has_one(call)
    return Reply(say=texts.number_usage(word, some=some), show=own_applications_face() if some else None)


def submit_tapped(call: Call, action: SubmitApplication) -> Reply:
    """提交, 重新提交: the card becomes what it is then."""
    return _submit(call, action.number, tapped=True)


def _submit(call: Call, number: int, *, tapped: bool = False) -> Reply:
    outcome = service.submit(call.unit, call.actor, number, call.company.loans)
    match outcome:
        case Submitted():
            said = texts.submitted(outcome, call.words(*outcome.waiting_for))
            return show(call, number, said, tapped=tapped)
        case Incomplete():
            return _incomplete(call, outcome, tapped=tapped)
        case _:
            return _refused(call, outcome)


def choice_given(call: Call) -> Reply:
    """Who is to have a node; then it is handed in, if that was what he wanted."""
    return choosing.named(call) or _submit(call, int(str(call.asked["application"])))


def _incomplete(call: Call, outcome: Incomplete, *, tapped: bool) -> Reply:
    """What is missing; the first of it is asked for, or the papers are listed. Where only people are to be named still,
    that is asked."""
    number, said = outcome.application_id, texts.incomplete(outcome)
    if outcome.fields:
        key = outcome.fields[0].key
        call.ask("form", application=number, field=key)
        face = question_face(number, key)
        return Reply(say=said, change=face, asks=True) if tapped else Reply(say=said, show=face, asks=True)
    now = current(call, number)
    choice = choosing.of_node(now, outcome.unchosen[0].key) if outcome.unchosen and now is not None else None
    if choice is not None and not outcome.documents:
        return replace(choosing.ask_who(call, number, choice, hand_in=True), refresh=tapped)
    if len(outcome.documents) == 1:
        key = outcome.documents[0].key
        call.ask("paper", application=number, paper=key)
        face = paper_face(number, key)
        return Reply(say=said, change=face, asks=True) if tapped else Reply(say=said, show=face, asks=True)
    if "paper" in call.asked:  # what he sends next is rather one of those that are missing
        call.end_dialog()
    face = papers_face(number)
    call.offer(PAPERS_LISTED, application=number)
    return Reply(say=said, change=face) if tapped else Reply(say=said, show=face)


def withdraw(call: Call) -> Reply:
    """撤回 A203."""
    number = named(call)
    return _withdraw(call, number) if number is not None else which_one(call, "撤回")


def withdraw_tapped(call: Call, action: WithdrawApplication) -> Reply:
    """撤回 on its card."""
    return _withdraw(call, action.number, tapped=True)


def _withdraw(call: Call, number: int, *, tapped: bool = False) -> Reply:
    outcome = service.withdraw(call.unit, call.actor, number, call.company.loans)
    if isinstance(outcome, Withdrawn):
        return show(call, number, texts.withdrawn(outcome), tapped=tapped)
    return _refused(call, outcome)


def drop(call: Call) -> Reply:
    """放弃进件 A203: asked once more."""
    number = named(call)
    if number is None:
        return which_one(call, "放弃进件")
    now = to_fill(call, number)
    return now if isinstance(now, Reply) else Reply(show=drop_face(number))


def drop_tapped(call: Call, action: DropApplication) -> Reply:
    """放弃, and 确定放弃 on the card that asks."""
    if not action.sure:
        now = to_fill(call, action.number)
        return now if isinstance(now, Reply) else Reply(change=drop_face(action.number))
    outcome = service.drop(call.unit, call.actor, action.number, call.company.loans)
    if isinstance(outcome, Dropped):
        return show(call, action.number, texts.dropped(outcome), tapped=True)
    return _refused(call, outcome)


def _refused(call: Call, outcome: NoSuchApplication | NotNow | TooLateToTakeBack | LeadOver | LeadInPool) -> Reply:
    by_id = outcome.by_id if isinstance(outcome, TooLateToTakeBack) else None
    return Reply(say=texts.refused(outcome, call.words(by_id)), refresh=True)
