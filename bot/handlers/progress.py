"""进度, 瓶颈: where an application is, and where applications wait."""

import re

from bot.call import Call, Reply
from bot.phrases.departments import called
from bot.phrases.numbers import folded, read_lead_number, read_numbered
from bot.phrases.products import SYNONYMS
from bot.phrases.report_periods import read_period
from cards import texts
from cards.loan_actions import ShowBottlenecks, ShowOwnApplications, ShowProgress, ShowWaiting, ShowWay
from cards.texts import progress as sentences
from core.leads import queries
from core.leads.products import PRODUCTS
from core.loans import listing
from core.loans.bottlenecks import Pick, node_names, to_token
from core.loans.models import subject
from core.loans.queries import owner_and_product
from core.loans.sight import may_look_at
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Scope, Verb, may
from core.reports import asking as reports
from core.reports.periods import of_day
from core.reports.wanted import Kind, Wanted
from jobs.boards import want_asked
from jobs.progress_screens import (
    bottlenecks_face,
    found_applications_face,
    own_applications_face,
    progress_face,
    waiting_face,
)

_MOST_FOUND = 8
_BETWEEN = re.compile(r"[\s,，、;；+]+")


def show(call: Call) -> Reply:
    """进度 A203|L1024|姓名: where it is, since when, who has it, what comes. Alone: one's own that are under way."""
    text = call.text.strip()
    if not text:
        own = listing.own_live(call.unit.session, call.actor, 1)
        return Reply(show=own_applications_face()) if own.total else Reply(say=sentences.NO_APPLICATIONS)
    number = read_numbered("A", text)
    if number is not None and _sees(call, number):
        return Reply(show=progress_face(number))
    found = _of_leads(call, text)
    if not found:
        call.unit.record(call.actor.id, "loan:see:none", "application")
        return Reply(say=sentences.no_application(text))
    return Reply(show=progress_face(found[0]) if len(found) == 1 else found_applications_face(found))


def _of_leads(call: Call, text: str) -> list[int]:
    """The newest application of the lead, or of the leads of the customer, that the words name."""
    unit, lead = call.unit, read_lead_number(text)
    leads = [lead] if lead is not None else []
    if not leads:
        leads = list(queries.find_leads(unit.session, unit.vault, call.actor, text, unit.now, limit=_MOST_FOUND))
    return listing.newest_of_leads(unit.session, call.actor, leads, unit.now)


def _sees(call: Call, number: int) -> bool:
    """Is there such an application that he may look at?"""
    owner = owner_and_product(call.unit.session, number)
    return owner is not None and may_look_at(call.unit.connection, call.actor, number, owner[0], call.unit.now)


def show_tapped(call: Call, action: ShowProgress) -> Reply:
    """进度 on a card: a card of its own."""
    if not _sees(call, action.number):
        return _refused(call, action.number)
    return Reply(show=progress_face(action.number))


def turn_way(call: Call, action: ShowWay) -> Reply:
    """历程, its pages, and back."""
    if not _sees(call, action.number):
        return _refused(call, action.number)
    return Reply(change=progress_face(action.number, action.page))


def _refused(call: Call, number: int) -> Reply:
    call.unit.record(call.actor.id, f"{Verb.SEE_APPLICATION}:denied", subject(number))
    return Reply(say=sentences.no_application(f"A{number}"), refresh=True)


def turn_page(call: Call, action: ShowOwnApplications) -> Reply:  # noqa: ARG001
    """下一页 of one's own."""
    return Reply(change=own_applications_face(action.page))


def bottlenecks(call: Call) -> Reply:
    """瓶颈 [部门] [产品] [节点]: where applications wait, of all that one looks after."""
    pick = _picked(call)
    if isinstance(pick, str):
        return Reply(say=pick)
    return Reply(show=bottlenecks_face(to_token(pick)), pictures=_drawn(call, pick))


def _drawn(call: Call, pick: Pick) -> tuple[str, ...]:
    """The same as a picture, for who looks after others; of one node there is nothing to be compared."""
    if call.to_file or pick.node or call.actor.scope(Verb.SEE_BOARD) <= Scope.SELF:
        return ()
    today = of_day(day_of(call.unit.now))
    wanted = Wanted(Kind.JAMS, today, reports.Pick(department=pick.department, product=pick.product))
    only = PRODUCTS.get(pick.product, "")
    return tuple(map(str, want_asked(call.unit, call.company, call.actor, wanted, only).pictures))


def _picked(call: Call) -> Pick | str:
    """What the words pick, or what is said to a word that picks nothing."""
    nodes, paths = node_names(call.unit.session), people.departments_of(call.unit.session, call.actor, Verb.SEE_WAITING)
    found, today = dict[str, str](), day_of(call.unit.now)
    for word in filter(None, _BETWEEN.split(folded(call.text))):
        product, node = _product(word), _node(word, nodes)
        where = called(word, paths)
        if product:
            found["product"] = product
        elif len(where) > 1:
            return sentences.which_of_departments(word, where)
        elif where:
            found["department"] = where[0]
        elif node:
            found["node"] = node
        elif (of := read_period(word, today)) is not None and of[1] == len(word):
            if of[0] != of_day(today):  # it is said of today whether he writes that or not
                return sentences.AS_OF_NOW
        else:
            return sentences.not_picked(word, nodes, paths)
    return Pick(**found)  # type: ignore[arg-type]


def _product(word: str) -> str | None:
    named = (key for key, name in PRODUCTS.items() if name == word or SYNONYMS[key].fullmatch(word))
    return next(named, None)


def _node(word: str, nodes: list[str]) -> str | None:
    """The node or stage of this name; also by a part of the name, if no other has it."""
    parts = [name for name in nodes if word in name]
    if word in nodes:
        return word
    return parts[0] if len(parts) == 1 else None


def show_bottlenecks(call: Call, action: ShowBottlenecks) -> Reply:
    """瓶颈 on a card of 瓶颈: as it is now."""
    return _unless_denied(call, Reply(change=bottlenecks_face(action.packed)))


def show_waiting(call: Call, action: ShowWaiting) -> Reply:
    """The list behind a line, and its pages."""
    face = waiting_face(action.packed, action.page)
    return _unless_denied(call, Reply(show=face) if action.fresh else Reply(change=face))


def _unless_denied(call: Call, reply: Reply) -> Reply:
    if may(call.actor, Verb.SEE_WAITING):
        return reply
    call.unit.record(call.actor.id, f"{Verb.SEE_WAITING}:denied", "waiting")
    return Reply(say=texts.not_allowed(Verb.SEE_WAITING))
