"""授权 of an application's customer: recorded with the paper that he signed. Whoever may work on the application does
it; what he takes back stands in `withdrawing.py`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from core.leads import media
from core.loans.forms import Document, Form
from core.loans.report_subject import Subject, applications_of, identity_of, items, subject_of
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.moments import day_of
from core.people.policy import Actor
from core.privacy import Vault
from core.risk import consent
from core.risk.consent import Authorised, Ended, Given, Signed
from core.risk.providers import Item
from core.store.database import Executor


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
    of, executor, vault = subject_of(run), run.unit.connection, run.unit.vault
    known = items(executor, vault, of)
    signed = Signed(of.customer_id, run.id, paper.key, tuple(medium_ids), purposes, until, identity_of(known))
    new = consent.give(run.unit, actor.id, signed)
    if new:
        return Authorised(new, until, new=True)
    now = given_by(executor, vault, of, known, day_of(run.unit.now))
    there = [each for purpose, each in now.items() if purpose in purposes]
    return Authorised(tuple(each.purpose for each in there), max((each.until for each in there), default=None))


def paper_gone(run: Run, actor: Actor, paper: Document) -> None:
    """It was taken off: it was not what he signed."""
    there = consent.of_paper(run.unit.connection, run.unit.vault, run.id, paper.key)
    consent.end(run.unit, actor.id, there, Ended.REMOVED)


def given_by(executor: Executor, vault: Vault, of: Subject, known: Mapping[Item, str], day: date) -> dict[str, Given]:
    """What the customer has authorised that counts on this day, by purpose: the one that holds longest, on a paper of
    any application that is his now. One whose pictures are not kept any more counts for nothing (it could not be shown
    to anybody), nor one that was signed with another ID number than stands in the form."""
    standing = consent.standing(executor, vault, applications_of(executor, of.customer_id), day)
    pictures = consent.media_of(executor, [each.id for each in standing]) if standing else {}
    kept = media.alive(executor, {one for each in pictures.values() for one in each})
    copies = _copies(executor, pictures)
    longest: dict[str, Given] = {}
    for each in standing:
        his = each.identity in ("", identity_of(known))
        better = each.purpose not in longest or each.until >= longest[each.purpose].until
        if his and better and kept & set(pictures[each.id]) and each.id not in copies:
            longest[each.purpose] = each
    return longest


def _copies(executor: Executor, pictures: Mapping[int, Sequence[int]]) -> set[int]:
    """Which of these consents are on a picture or file that was an earlier consent's, bit for bit: what was signed once
    is not signed again."""
    found = set()
    for number, media_ids in pictures.items():
        same = media.copies_of(executor, media_ids)
        found |= {number} if same and consent.is_older(executor, number, same) else set()
    return found


def is_kept(executor: Executor, given: Given) -> bool:
    """Is what he signed in the house, a picture or file of it at least? (Else it is on its way still.)"""
    return bool(media.kept_of(executor, consent.media_of(executor, [given.id])[given.id]))
