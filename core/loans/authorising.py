"""授权 of an application's customer: recorded with the paper that he signed, and taken back. Whoever may work on the
application does both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.leads import borrower, media
from core.loans.events import ApplicationChanged
from core.loans.forms import Document, Form
from core.loans.outcomes import NoSuchApplication
from core.loans.own import own
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.moments import day_of
from core.people.policy import Actor
from core.risk import consent
from core.risk.consent import Authorised, Ended, Given, Signed
from core.store.database import Executor
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The customer of the application took back what he had authorised for these purposes."""

    application_id: int
    purposes: tuple[str, ...]


def authorises(rules: LoanRules, form: Form, document: Document) -> tuple[tuple[str, ...], timedelta]:
    """For which purposes a paper authorises reports, and for how long, as the company's form of now has it: what a
    provider may be asked is no matter of when the application began."""
    now = next((each for each in rules.forms if each.key == form.key), form)
    of_now = next((each for each in now.documents if each.key == document.key), document)
    return of_now.authorises, of_now.valid or timedelta(0)


def paper_for(rules: LoanRules, form: Form, purpose: str) -> Document | None:
    """The paper of the application's form by which this purpose is authorised."""
    return next((each for each in form.documents if purpose in authorises(rules, form, each)[0]), None)


def collected(run: Run, actor: Actor, paper: Document, medium_ids: Sequence[int]) -> Authorised | None:
    """These pictures and files are the paper now: what is authorised by that is recorded. None: nothing is."""
    purposes, valid = authorises(run.rules, run.form, paper)
    if not purposes:
        return None
    until = day_of(run.unit.now + valid)
    customer_id = run.lead.customer_id
    signed = Signed(customer_id, run.id, paper.key, tuple(medium_ids), purposes, until)
    new = consent.give(run.unit, actor.id, signed)
    if new:
        return Authorised(new, until, new=True)
    now = given_by(run.unit.connection, customer_id, day_of(run.unit.now))
    there = [each for each in now if each.purpose in purposes]
    return Authorised(tuple(each.purpose for each in there), max((each.until for each in there), default=None))


def paper_gone(run: Run, actor: Actor, paper: Document) -> None:
    """It was taken off: it was not what he signed."""
    there = consent.of_paper(run.unit.connection, run.id, paper.key)
    consent.end(run.unit, actor.id, there, Ended.REMOVED)


def given_by(executor: Executor, customer_id: int, day: date) -> list[Given]:
    """What the customer has authorised that counts on this day: one for each purpose, the one that holds longest. One
    whose pictures are not kept any more counts for nothing: it could not be shown to anybody."""
    standing = consent.standing(executor, borrower.same_person(executor, customer_id), day)
    of = consent.media_of(executor, [each.id for each in standing]) if standing else {}
    kept = media.alive(executor, {one for each in of.values() for one in each})
    longest: dict[str, Given] = {}
    for each in standing:
        better = each.purpose not in longest or each.until >= longest[each.purpose].until
        if better and kept & set(of[each.id]):
            longest[each.purpose] = each
    return list(longest.values())


def withdraw(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> Withdrawn | NoSuchApplication:
    """撤回授权: nothing more is asked about the customer, for none of his applications."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    his = borrower.same_person(unit.connection, run.lead.customer_id)
    there = consent.standing(unit.connection, his, day_of(unit.now))
    consent.end(unit, actor.id, there, Ended.WITHDRAWN)
    if there:
        unit.happened(ApplicationChanged(run.id, run.row.lead_id))
    return Withdrawn(number, tuple(dict.fromkeys(each.purpose for each in there)))
