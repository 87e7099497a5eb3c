"""Lets the tales of `sample_applications.py` happen by the verbs that people use, each at its time, so that what lies
behind them (history, votes, decisions of the risk rules, the operation log) is what it would be. Nobody is told of
anything: it is past when the demo begins."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from bot.sandbox.sample_applications import OVERRIDE, SIGNED, TALES, Ends, Tale, answers
from config.company import Company
from core.leads import media, media_fetching
from core.leads.contact_outcomes import Received
from core.leads.filetypes import PNG, MediumKind
from core.leads.kept import Medium, key_place
from core.leads.models import Customer, Lead, LeadState, id_number_place
from core.loans import aftercare, deciding, papers, service
from core.loans.aftercare_outcomes import Planned
from core.loans.at_hand import Wish
from core.loans.definitions import flow_of
from core.loans.flows import Decision
from core.loans.forms import Document
from core.loans.models import Application, StepRow, Task, TaskState
from core.loans.outcomes import Decided, Dropped, PaperPut, Started, Submitted
from core.loans.queries import whole_application
from core.loans.repayment import Method, Rate, Terms
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor
from core.store.base import table_of
from core.store.files import Files
from core.store.unit import Store, Unit

PAPER = Path(__file__).parent / "data" / "paper.png"
_A, _C, _L, _M = (table_of(each) for each in (Application, Customer, Lead, Medium))
_S, _T = table_of(StepRow), table_of(Task)
_LEAST = 3_000_000  # fen: smaller ones nobody makes a loan of
_AGO = 0.05  # hours: nothing happens in the future, however long a tale is
_Outcome = TypeVar("_Outcome")
_Act: TypeAlias = Callable[[Unit], None]


class _Elsewhere(Exception):
    """The company's own forms and flows want something else here: the tale ends where it is."""


@dataclass(slots=True)
class _Then:
    """A clock that is set."""

    now: datetime

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.now


@dataclass(slots=True)
class Teller:
    """Who lets it happen, in this company, from now on backwards. `files` are those of the pictures."""

    store: Store
    company: Company
    files: Files
    now: datetime
    _then: _Then = field(init=False)
    _past: Store = field(init=False)

    def __post_init__(self) -> None:
        self._then = _Then(self.now)
        self._past = Store(self.store.database, self.store.vault, clock=self._then)

    def tell(self, tales: tuple[Tale, ...] = TALES) -> int:
        """All tales for which there is a lead; how many have begun."""
        taken: set[int] = set()
        begun = 0
        for number, tale in enumerate(tales):
            lead = self._lead(tale, taken)
            if lead is None:
                continue
            taken.add(lead.id)
            begun += self._tell(number, tale, lead)
        return begun

    def _lead(self, tale: Tale, taken: set[int]) -> Any:
        """The one that its officer has had longest, of those whose customer's ID number is known: one that fits the
        tale if there is any, else another, whose customer thinks of something else by then."""
        columns = (_L.c.id, _L.c.owner_id, _L.c.amount_fen, _L.c.region, _L.c.customer_id, _C.c.id_number)
        fits = and_(_L.c.product == tale.product, _L.c.amount_fen.between(max(tale.least, 1), tale.most))
        owned = (_L.c.state == LeadState.OPEN.value, _L.c.owner_id.is_not(None), _C.c.id_number.is_not(None))
        wanted = select(*columns).join(_C, _C.c.id == _L.c.customer_id).where(*owned, _L.c.id.not_in(taken))
        best_first = (case((fits, 0), else_=1), _L.c.owned_at, _L.c.id)
        with self.store.read() as session:
            return session.execute(wanted.order_by(*best_first).limit(1)).one_or_none()

    def _tell(self, number: int, tale: Tale, lead: Any) -> bool:
        """One tale; did it begin?"""
        told = _OneTale(self, number, tale, lead)
        try:
            for done, act in enumerate(told.acts()):
                self._then.now = self._at(tale, done)
                with self._past.unit(request_id="seed", channel="sandbox") as unit:
                    act(unit)
        except _Elsewhere:
            pass
        return told.application > 0

    def _at(self, tale: Tale, done: int) -> datetime:
        """When the tale's next act is, after so many."""
        hours = max(tale.begun - done * tale.pace, _AGO)
        return self.company.recycling.calendar.back(self.now, timedelta(hours=hours))


class _OneTale:
    """A tale, act by act: each is a transaction, done before the next one is asked for."""

    def __init__(self, teller: Teller, number: int, tale: Tale, lead: Any) -> None:
        self._teller, self._number, self._tale, self._lead = teller, number, tale, lead
        self._rules = teller.company.loans
        self._amount = min(max(lead.amount_fen or 0, tale.least, _LEAST), tale.most)
        self.application = 0

    def acts(self) -> Iterator[_Act]:
        """What happens, one thing after the other, up to where the tale ends."""
        ends = self._tale.ends
        yield self._begin
        if ends is Ends.DRAFT:
            return
        if ends is Ends.DROPPED:
            yield self._drop
            return
        yield self._hand_in
        if ends is Ends.RISK:
            return
        if self._stands_at() == "risk_review":
            yield self._decision(Decision.AGREE, OVERRIDE)
        yield from self._reviewed()

    def _reviewed(self) -> Iterator[_Act]:
        ends = self._tale.ends
        if ends is Ends.REVIEW:
            return
        if ends in (Ends.RETURNED, Ends.REFUSED):
            yield self._decision(Decision.RETURN if ends is Ends.RETURNED else Decision.REFUSE, self._tale.reason)
            return
        yield self._decision(Decision.AGREE, "资料齐全")
        if ends in (Ends.SECOND, Ends.PAPERS):
            return
        if self._stands_at() == "second_review":
            yield self._decision(Decision.AGREE)
        if ends is Ends.SIGNING:
            return
        yield self._sign
        if ends is Ends.PAYOUT:
            return
        yield self._pay_out
        yield self._plan

    def _begin(self, unit: Unit) -> None:
        lead = self._lead
        id_number = unit.vault.open(id_number_place(lead.customer_id), lead.id_number)
        filled = answers(self._tale, self._number, self._amount, lead.region, id_number, day_of(unit.now))
        begun = service.start(unit, self._officer(unit), lead.id, self._tale.product, filled, self._rules)
        self.application = _came(begun, Started).application_id

    def _drop(self, unit: Unit) -> None:
        _came(service.drop(unit, self._officer(unit), self.application, self._rules), Dropped)

    def _hand_in(self, unit: Unit) -> None:
        before = ("first_review",) if self._tale.ends is Ends.PAPERS else ("first_review", "signing")
        for paper in self._papers(unit):
            if paper.stage in before:
                self._put(unit, paper)
        _came(service.submit(unit, self._officer(unit), self.application, self._rules), Submitted)

    def _sign(self, unit: Unit) -> None:
        for paper in self._papers(unit):
            if paper.stage == "payout":
                self._put(unit, paper)
        self._decide(unit, Wish(Decision.AGREE, values=SIGNED))

    def _pay_out(self, unit: Unit) -> None:
        paid = {"paid_amount": self._amount, "paid_on": day_of(unit.now).isoformat()}
        self._decide(unit, Wish(Decision.AGREE, values=paid))

    def _plan(self, unit: Unit) -> None:
        """The first instalment is due next week; of one that is late it was due the day before yesterday."""
        days = -2 if self._tale.ends is Ends.LATE else 7
        first = max(day_of(self._teller.now) + timedelta(days=days), day_of(unit.now))
        rate = Rate(Decimal(str(SIGNED["yearly_rate"])))
        terms = Terms(self._amount, Method.EQUAL_INSTALMENT, rate, 36, first)
        _came(aftercare.set_plan(unit, self._officer(unit), self.application, terms), Planned)

    def _officer(self, unit: Unit) -> Actor:
        return _person(unit, self._lead.owner_id)

    def _row(self, unit: Unit) -> Any:
        return unit.connection.execute(select(_A).where(_A.c.id == self.application)).one()

    def _papers(self, unit: Unit) -> list[Document]:
        whole = whole_application(unit.session, unit.vault, self._row(unit), self._rules.tagging, unit.now)
        return [each.document for each in whole.papers]

    def _put(self, unit: Unit, paper: Document) -> None:
        """A picture of it, sent and kept."""
        officer, content = self._officer(unit), PAPER.read_bytes()
        sent = media.receive(unit, officer, MediumKind.PICTURE, "", self._lead.id, self._teller.company.pools)
        medium = _came(sent, Received).medium_id
        row = unit.connection.execute(select(_M.c.key).where(_M.c.id == medium)).scalar_one()
        self._teller.files.write(medium, unit.vault.open_bytes(key_place(medium), row), content)
        digest = hashlib.sha256(content).hexdigest()
        media_fetching.keep(unit, medium, media_fetching.Content(PNG, len(content), digest))
        _came(papers.put(unit, officer, self.application, paper.key, medium, self._rules), PaperPut)

    def _decision(self, decision: Decision, reason: str = "") -> _Act:
        """By who has it; what is returned goes back to its officer."""

        def decide(unit: Unit) -> None:
            flow = flow_of(unit.connection, self._row(unit).flow)
            node = flow.start.key if decision is Decision.RETURN else ""
            self._decide(unit, Wish(decision, reason=reason, node=node))

        return decide

    def _decide(self, unit: Unit, wish: Wish) -> None:
        """By one of those who have it; in turn, so that it is not always the same one."""
        mine = (_T.c.application_id == self.application, _T.c.state == TaskState.OPEN.value)
        tasks = unit.connection.execute(select(_T.c.id, _T.c.person_id).where(*mine).order_by(_T.c.id)).all()
        if not tasks:
            raise _Elsewhere
        task = tasks[self._number % len(tasks)]
        _came(deciding.decide(unit, _person(unit, task.person_id), task.id, wish, self._rules), Decided)

    def _stands_at(self) -> str:
        with self._teller.store.read() as session:
            return _open_node(session, self.application)


def _open_node(session: Session, application_id: int) -> str:
    here = (_S.c.application_id == application_id, _S.c.state == "open")
    return session.execute(select(_S.c.node).where(*here).order_by(_S.c.id.desc()).limit(1)).scalar() or ""


def _person(unit: Unit, person_id: int) -> Actor:
    found = people.colleague(unit.connection, person_id)
    if found is None:
        raise _Elsewhere
    return found


def _came(outcome: object, wanted: type[_Outcome]) -> _Outcome:
    if not isinstance(outcome, wanted):
        raise _Elsewhere
    return outcome
