"""Keeping the organisation current: hints that the address book has changed are followed up, by the scheduler.

Each hint is read up on at the platform (outside any transaction), and what is true now is taken over together with the
end of the hints, in one transaction. A hint that cannot be read up on is kept and tried again; if the platform will not
answer at all, what the event itself carried counts: a deleted account loses its access even then.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cards.channel import Misconfigured, Permanent, Quota
from core.leads import holdings
from core.people import hints, renames
from core.people.hints import LEASE, Due
from core.people.newcomers import Newcomers
from core.people.organisation import Organisation
from core.people.queries import numbered_departments
from core.people.renames import Renames
from core.people.syncing import Doubtful, take_over
from core.store.faultpoint import faultpoint
from core.store.unit import Store
from jobs.addressbook import AddressBook, Broken
from jobs.organisation_reading import OneLook, as_carried, true_now

MOST = 50  # hints in one round
LOOKING_SECONDS = 3.0  # so long one round begins to look up another one
_MOST_TRIES = 8  # then what the event carried counts
_MOST_TRIES_OF_A_DELETION = 3
_LONGEST_PAUSE = 60.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is true now about the subject of a hint; `carried`: by the word of the event alone; `apart`: only that
    somebody is gone is left of it, since the rest could not be taken over."""

    due: Due
    organisation: Organisation
    carried: bool = False
    apart: bool = False


class OrganisationKeeper:
    """Follows hints up. Any number may run. `newcomers` gives the rule of now for new people; `beside`: the company
    uses the other platform too (see `Organisation`)."""

    def __init__(
        self, store: Store, book: AddressBook, newcomers: Callable[[], Newcomers], *, beside: bool = False
    ) -> None:
        self._store, self._book, self._newcomers, self._beside = store, book, newcomers, beside

    def round(self) -> int:
        """Work on the hints whose turn it is; how many were settled."""
        now = self._store.clock()
        with self._store.read() as session:
            if not hints.any_due(session, now):
                return 0
        with self._store.database.write() as session:
            due = hints.take(session, now, MOST)
        found = self._look_up(due)
        faultpoint("organisation_read")
        if found and not self._all_at_once(found):
            for each in sorted(found, key=lambda one: one.due.hint.kind != "delete_user"):  # who is gone comes first
                self._alone(each)
        return len(found)

    def _all_at_once(self, found: Sequence[_Found]) -> bool:
        """Take all of it over; False if one of them may not be done, or cannot."""
        try:
            return self._take_over(found)
        except SQLAlchemyError as error:
            _log.warning("hints cannot be followed up together", count=len(found), error=type(error).__name__)
            return False

    def _alone(self, found: _Found) -> None:
        """One by itself: what cannot be taken over holds up no other, and is left when it was tried often enough. Who
        is gone loses his access whatever else was read with him."""
        due = found.due
        try:
            self._take_over([found], last=True)
        except SQLAlchemyError as error:
            if found.organisation.gone and not found.apart:
                _log.error("a hint cannot be followed up whole, the deletion is", error=type(error).__name__)
                self._alone(replace(found, organisation=_deletion(found.organisation), apart=True))
                return
            given_up = due.attempts >= _MOST_TRIES
            _log.error("a hint cannot be followed up", kind=due.hint.kind, error=type(error).__name__, left=given_up)
            with self._store.database.write() as session:
                if given_up:
                    hints.settle(session, [due.id])
                else:
                    hints.put_off(session, [due.id], self._store.clock() + timedelta(seconds=_LONGEST_PAUSE))

    def _look_up(self, due: Sequence[Due]) -> list[_Found]:
        """What is true about those that can be read up on now. A slow platform must not keep the scheduler's other work
        waiting: what is not begun in time is left to the next round."""
        book, until = OneLook(self._book), time.monotonic() + LOOKING_SECONDS
        found: list[_Found] = []
        with self._store.read() as session:
            known = numbered_departments(session)
        for number, one in enumerate(due):
            if time.monotonic() >= until:
                with self._store.database.write() as session:
                    hints.give_back(session, [each.id for each in due[number:]], self._store.clock())
                break
            looked = self._look(book, one, known)
            if looked is not None:
                found.append(looked)
        return found

    def _look(self, book: AddressBook, due: Due, known: frozenset[int]) -> _Found | None:
        """What is true now; None if that is to be tried again."""
        hint = due.hint
        read = true_now(book, hint, known)
        if isinstance(read, Organisation):
            return _Found(due, read)
        tries = _MOST_TRIES_OF_A_DELETION if hint.kind == "delete_user" else _MOST_TRIES
        why = read.fault.why if read.fault else "nothing"
        if isinstance(read.fault, Misconfigured | Permanent) or due.attempts >= tries:
            _log.warning("the address book cannot be read, the event counts", kind=hint.kind, step=read.step, why=why)
            return _Found(due, as_carried(hint), carried=True)
        pause = min(_pause(read, due.attempts), _LONGEST_PAUSE, LEASE.total_seconds())
        _log.info("the address book cannot be read now", kind=hint.kind, step=read.step, why=why, again_in=pause)
        with self._store.database.write() as session:
            hints.put_off(session, [due.id], self._store.clock() + timedelta(seconds=pause))
        return None

    def _take_over(self, found: Sequence[_Found], *, last: bool = False) -> bool:
        """Take it over and end the hints, or nothing of both; False if it may not be. The `last` try ends the hints all
        the same: what may not be will not come true by waiting."""
        numbers = [each.due.id for each in found]
        with self._store.unit(request_id="contacts", channel="wecom", origin=f"contact:{numbers[0]}") as unit:
            newcomers = self._newcomers()
            told = {old: new for each in found for old, new in each.organisation.renamed.items()}
            accounts = renames.sort_out(unit, told, newcomers, holdings.open_leads)
            # Each leaver was asked for by himself, so his number needs nobody's word; the last administrator stays.
            read = replace(_as_one(found, accounts), beside=self._beside)
            outcome = take_over(unit, read, newcomers, confirmed=True)
            if isinstance(outcome, Doubtful):
                if not last:
                    return False
                _log.error("the account of the last administrator is gone; he stays until there is another one")
                unit.record(None, "people:left:denied", "people", why="last administrator")
            renames.report(unit, accounts.contested)
            hints.settle(unit.session, numbers)
        return True


def _deletion(organisation: Organisation) -> Organisation:
    """That somebody is gone, and nothing of the departments and the others."""
    return Organisation(gone=organisation.gone, renamed=organisation.renamed)


def _pause(read: Broken, attempts: int) -> float:
    return read.fault.after if isinstance(read.fault, Quota) else min(2.0**attempts, _LONGEST_PAUSE)


def _as_one(found: Sequence[_Found], accounts: Renames) -> Organisation:
    """What was found about all of them. They were read one after the other: somebody who was seen and is gone by now,
    or the other way round, has a hint of his own on its way. An event that was not believed about an account, and that
    nobody could look up, counts for nothing at all."""
    refused = {each.old for each in accounts.contested}
    organisations = [
        each.organisation for each in found if not (each.carried and refused & set(each.organisation.renamed))
    ]
    bureaus = {bureau.id: bureau for each in organisations for bureau in each.bureaus}
    members = {member.account: member for each in organisations for member in each.members}
    gone = frozenset(account for each in organisations for account in each.gone)
    closed = frozenset(number for each in organisations for number in each.closed)
    return Organisation(tuple(bureaus.values()), tuple(members.values()), gone, closed=closed, renamed=accounts.granted)
