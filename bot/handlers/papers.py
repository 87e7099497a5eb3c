"""补材料: the pictures and files that come next are a paper of an application."""

from dataclasses import replace

from bot.call import Call, Reply
from bot.handlers import media
from bot.handlers.applying import the_one, which_one
from bot.handlers.filling import PAPERS_LISTED, ask_again, current, refused, show, to_fill, unknown, works_on
from bot.inbound import Sent
from bot.phrases.application_numbers import split_application
from bot.phrases.filling_words import says_done
from bot.phrases.numbers import folded
from cards.loan_actions import ListPapers, PickPaper, SendPaper, TakePaperOff, UseOffered
from cards.texts import applying as texts
from cards.texts import papers as paper_texts
from cards.views.papers import TICKS
from core.leads import media as kept
from core.leads.contact_outcomes import Received
from core.loans import filling, papers, service
from core.loans.forms import FieldKind
from core.loans.models import LIVE
from core.loans.outcomes import Filled, NoSuchPaper, NothingSent, NotNow, OtherPictures, PaperGone, PaperInUse, PaperPut
from core.loans.queries import ApplicationNow, Paper
from core.store.issued import Face
from jobs.application_screens import paper_face, papers_face

_SHORTEST_NAME = 2
_NEXT = ("下一份", "下一个", "下一张")


def supply(call: Call) -> Reply:
    """补材料 A203: the checklist; 补材料 A203 征信: that paper, if only one is called so."""
    number, said = split_application(call.text) or (the_one(call), "")
    if number is None:
        return which_one(call, "补材料")
    now = _live(call, number)
    if isinstance(now, Reply):
        return now
    meant = _meant(now, said)
    if len(meant) != 1:
        return Reply(show=_listed(call, number))
    return _wait(call, now, meant[0].document.key, tapped=False)


def list_tapped(call: Call, action: ListPapers) -> Reply:
    """补材料, 资料清单."""
    now = _live(call, action.number)
    if isinstance(now, Reply):
        return now
    return Reply(change=_listed(call, action.number))


def _listed(call: Call, number: int) -> Face:
    """The checklist. Who turns to it from a question of the form names a paper next: that would be read as an
    answer."""
    call.end_dialog_about_application(number, "form")
    call.offer(PAPERS_LISTED, application=number)
    return papers_face(number)


def named(call: Call) -> Reply | None:
    """A paper's name, typed where the list was shown: that paper is waited for. None: it is none of them."""
    now = current(call, int(str(call.asked["application"])))
    said = folded(call.text).strip()
    if now is None or not works_on(call, now) or now.state not in LIVE or len(said) < _SHORTEST_NAME:
        return None
    meant = _meant(now, said)
    if len(meant) > 1:
        return Reply(say=paper_texts.which_paper([each.document.name for each in meant]))
    return _wait(call, now, meant[0].document.key, tapped=False) if meant else None


def pick(call: Call, action: PickPaper) -> Reply:
    """The ticked paper of the list."""
    ticked = next(iter(call.selected.get(TICKS, ())), "")
    now = _live(call, action.number)
    if isinstance(now, Reply):
        return now
    return _wait(call, now, ticked) if ticked else Reply(say=texts.TICK_ONE, refresh=True)


def send(call: Call, action: SendPaper) -> Reply:
    """下一份: another paper."""
    now = _live(call, action.number)
    return now if isinstance(now, Reply) else _wait(call, now, action.key)


def take_off(call: Call, action: TakePaperOff) -> Reply:
    """去掉."""
    rules = call.company.loans
    outcome = papers.take_off_shown(call.unit, call.actor, action.number, action.key, action.shown, rules)
    match outcome:
        case PaperGone():
            call.ask("paper", application=action.number, paper=action.key)
            return Reply(say=paper_texts.paper_gone(outcome), refresh=True, asks=True)
        case PaperInUse():
            return Reply(say=paper_texts.paper_in_use(outcome), refresh=True)
        case OtherPictures():
            call.ask("paper", application=action.number, paper=action.key)
            return Reply(say=paper_texts.other_pictures(outcome), refresh=True, asks=True)
        case NoSuchPaper():
            return Reply(say=texts.refused(outcome, call.words()), refresh=True)
        case _:
            return refused(call, outcome)


def _live(call: Call, number: int) -> ApplicationNow | Reply:
    """The application, if its papers can be changed by this person."""
    now = current(call, number)
    if now is None or not works_on(call, now):
        return unknown(call, number, now)
    if now.state not in LIVE:
        return refused(call, NotNow(number, now.state))
    return now if now.papers else Reply(say=paper_texts.no_papers(number), refresh=True)


def _wait(call: Call, now: ApplicationNow, key: str, *, tapped: bool = True) -> Reply:
    if _paper(now, key) is None:
        return Reply(say=texts.refused(NoSuchPaper(now.number, key), call.words()), refresh=True)
    call.ask("paper", application=now.number, paper=key)
    face = paper_face(now.number, key)
    return Reply(change=face, asks=True) if tapped else Reply(show=face, asks=True)


def _paper(now: ApplicationNow, key: str) -> Paper | None:
    return next((each for each in now.papers if each.document.key == key), None)


def _meant(now: ApplicationNow, text: str) -> list[Paper]:
    """The papers that are named by their names or a part of them."""
    said = folded(text).strip()
    fits = [each for each in now.papers if said and said in folded(each.document.name)]
    begins = [each for each in fits if folded(each.document.name).startswith(said)]
    return begins or fits  # 身份证, and not the spouse's


def typed(call: Call) -> Reply:
    """Words while a paper is waited for: done, another paper by its name, or told that pictures are awaited."""
    number, key = int(str(call.asked["application"])), str(call.asked["paper"])
    now = _live(call, number)
    if isinstance(now, Reply):
        return now
    if says_done(call.text):
        return show(call, number)
    if folded(call.text).strip() in _NEXT:
        left = filling.next_paper(now, key)
        return _wait(call, now, left.document.key, tapped=False) if left is not None else show(call, number)
    meant = _meant(now, _behind_number(call.text, number))
    if len(meant) == 1:
        return _wait(call, now, meant[0].document.key, tapped=False)
    if meant:
        return Reply(say=paper_texts.which_paper([each.document.name for each in meant]), asks=True)
    here = _paper(now, key)
    return Reply(say=paper_texts.waits_for_paper(number, here.document.name if here else "资料"), asks=True)


def _behind_number(text: str, number: int) -> str:
    """「资料 A1 征信授权书」: what stands behind the number of this application; else all of it."""
    _, numbered, rest = folded(text).casefold().partition(f"a{number} ")
    return rest if numbered else text


def left(call: Call) -> str:
    """What is said when it is left by 取消."""
    return paper_texts.papers_left(int(str(call.asked["application"])))


def received(call: Call, sent: Sent) -> Reply:
    """A picture or file while a paper, or one for a field, is waited for: kept with the lead, and noted as that."""
    now = current(call, int(str(call.asked["application"])))
    if now is None or not works_on(call, now) or sent.kind not in papers.PAPER_KINDS:
        return media.received(call, sent)
    kept_now = kept.receive(call.unit, call.actor, sent.kind, sent.media_id, now.lead_id, call.company.pools)
    if not isinstance(kept_now, Received):
        return media.not_received(call, kept_now)
    if kept_now.lead_id is None:
        return media.unsorted(call, kept_now)
    if "field" in call.asked:
        return _into_field(call, now, str(call.asked["field"]), kept_now)
    key = str(call.asked["paper"])
    outcome = papers.put(call.unit, call.actor, now.number, key, kept_now.medium_id, call.company.loans)
    return _is_put(call, outcome) if isinstance(outcome, PaperPut) else media.sorted_to(call, kept_now)


def use_offered(call: Call, action: UseOffered) -> Reply:
    """用刚发的: it was sent first, and is named now. 用以前的: it was sent for an earlier application."""
    rules = call.company.loans
    outcome = papers.put_offered(call.unit, call.actor, action.number, action.key, action.shown, rules)
    match outcome:
        case PaperPut():
            return replace(_is_put(call, outcome), refresh=True)
        case NothingSent():
            return Reply(say=paper_texts.nothing_sent(outcome), refresh=True, asks=True)
        case NoSuchPaper():
            return Reply(say=texts.refused(outcome, call.words()), refresh=True)
        case _:
            return refused(call, outcome)


def _is_put(call: Call, outcome: PaperPut) -> Reply:
    """More of the same is waited for, also where it went on with this: a paper has two sides."""
    call.ask("paper", application=outcome.application_id, paper=outcome.document.key)
    said = paper_texts.paper_put(outcome, call.words(*outcome.waiting_for))
    return Reply(say=said, asks=True)


def _into_field(call: Call, now: ApplicationNow, key: str, kept_now: Received) -> Reply:
    """One more of a field that holds pictures or files."""
    field = now.form.field(key)
    if field is None or field.kind is not FieldKind.FILE or to_fill_refused(call, now):
        return media.sorted_to(call, kept_now)
    value = [*(now.values.get(key) or []), kept_now.medium_id]
    outcome = service.fill(call.unit, call.actor, now.number, key, value, call.company.loans)
    if not isinstance(outcome, Filled):
        return media.sorted_to(call, kept_now)
    ask_again(call, now, key)
    return Reply(say=paper_texts.file_taken(field, len(value)), asks=True)


def to_fill_refused(call: Call, now: ApplicationNow) -> bool:
    """Can it not be filled in any more?"""
    return isinstance(to_fill(call, now.number), Reply)
