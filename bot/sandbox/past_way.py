"""The way of one application of the past through the standard flow, as rows: where it was, who decided, what the risk
rules said, what was paid out, and what was paid back."""

import json
from datetime import datetime
from typing import Any

from bot.sandbox.past_loans import ROLES, Loans
from bot.sandbox.past_repaid import pay_back
from bot.sandbox.past_screening import Borrower, Screening
from bot.sandbox.sample_applications import Ends, Tale, answers
from bot.sandbox.sample_past import PastLoan
from core.loans import definitions, timing
from core.loans.flows import Approve, Decision, Flow, Handle
from core.loans.forms import SERVICE_FEE, Form
from core.loans.models import (
    Application,
    Disbursement,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
    opinion_place,
    values_place,
)
from core.loans.run import derived
from core.moments import day_of
from core.risk.policy import Suggestion
from core.risk.record import Why

_SECOND_FROM, _MOST = 50_000_000, 195_000_000  # fen: from when a second review follows; below where two decide together
_LEAST = 3_000_000
_OPINIONS = {
    "risk_review": "条件说得清，可以往下审",
    "first_review": "资料齐全",
    "final_review": "成本在线内，可以放款",
}
_REFUSALS = ("收入流水对不上，补不了", "近期查询次数太多", "负债比预想的高", "抵押物估值不够", "用途说不清")
_RATES = ("0.068", "0.072", "0.085", "0.096")
_FEE = 0.02


class Way:
    """One application; `go` collects its rows."""

    def __init__(self, loans: Loans, borrower: Borrower, loan: PastLoan) -> None:
        self._loans, self._unit = loans, loans.unit
        self._borrower, self._lead, self._loan = borrower, borrower.lead, loan
        self._number = len(loans.rows[Application]) + 1
        self._product: str = self._lead["product"]
        self._flow, self._form = _flow_and_form(loans, self._product)
        self._amount = min(max(self._lead["amount_fen"] or 0, _LEAST), _MOST)
        tale = Tale(self._product, Ends.LENT, 0, burden=loan.burden)
        region, today = self._lead["region"], day_of(loan.begun_at)
        self._values = answers(tale, self._number, self._amount, region, borrower.id_number, today)
        self._derived = derived(self._unit.vault, self._values, self._form, self._product, self._lead["customer_id"])
        self._screening = Screening(loans, self._number, self._product, self._form, borrower)
        self._came_by, self._step = borrower.officer_id, 0

    def go(self) -> None:
        """From its draft to its end; its lead's row says what became of it."""
        loan, officer = self._loan, self._borrower.officer_id
        application = self._begin()
        self._note(What.STARTED, loan.begun_at, officer)
        if loan.submitted_at is None:
            self._note(What.DROPPED, loan.ended_at, officer)
            self._finish(application, State.DROPPED, "apply", loan.begun_at)
            return
        self._note(What.SUBMITTED, loan.submitted_at, officer)
        self._screening.ask(Why.HANDED_IN, self._values, loan.submitted_at)
        nodes = self._nodes()
        for key, begins, ends in zip(nodes, *self._moments(len(nodes)), strict=True):
            self._pass(key, begins, ends, refused=loan.end == "refused" and key == nodes[-1])
        self._end(application)

    def _begin(self) -> dict[str, Any]:
        loan, borrower = self._loan, self._borrower
        handed_in = {"submitted_at": loan.submitted_at, "submitted_by_id": borrower.officer_id}
        self._loans.add(
            Application,
            lead_id=self._lead["id"],
            owner_id=borrower.heir_id,
            product=self._product,
            amount_fen=self._amount,
            term_months=self._derived["term_months"],
            fee_fen=None,
            form=definitions.pin(self._unit, self._form),
            flow=definitions.pin(self._unit, self._flow),
            shown=self._derived["shown"],
            created_at=loan.begun_at,
            ended_at=loan.ended_at,
            **(handed_in if loan.submitted_at else {"submitted_at": None, "submitted_by_id": None}),
        )
        return self._loans.rows[Application][-1]

    def _finish(self, application: dict[str, Any], state: State, stage: str, since: datetime) -> None:
        application["fee_fen"] = self._values.get(SERVICE_FEE)
        written = json.dumps(self._values, ensure_ascii=False)
        application |= {
            "state": state,
            "stage": stage,
            "stage_type": self._flow.stage(stage).type,
            "stage_since": since,
            "values": self._unit.vault.seal(values_place(self._number), written),
            "screened_id": self._screening.decision or None,
        }

    def _end(self, application: dict[str, Any]) -> None:
        ended, lead = self._loan.ended_at, self._lead
        won = self._loan.end == "paid"
        if won:
            self._note(What.ENTERED, ended, self._came_by, node="tell")
        self._note(What.ENDED, ended, self._came_by, node="done" if won else "refused")
        self._finish(application, State.ENDED, "after_loan" if won else "refused", ended)
        lead["applied_at"] = self._loan.submitted_at
        if not won:
            return
        lead["disbursed_at"] = ended
        self._came_to_heir()
        paid = pay_back(self._loans, self._number, self._amount, self._values, self._loan, self._borrower.heir_id)
        lead["settled_at"] = paid
        if paid is not None:
            lead |= {"state": "closed", "closed_at": paid}

    def _came_to_heir(self) -> None:
        """Its loan goes along where its lead goes to somebody else."""
        heir, lead = self._borrower.heir_id, self._lead
        if heir == self._borrower.officer_id:
            return
        lead["applied_at"] = None
        self._note(What.GIVEN, lead["owned_at"], None, to_id=heir)

    def _nodes(self) -> list[str]:
        """The nodes at which people have it, in their order."""
        first = ["first_review"] if self._screening.said is Suggestion.PASS else ["risk_review", "first_review"]
        second = ["second_review"] if self._amount >= _SECOND_FROM else []
        if self._loan.end == "refused":
            return first + (second if self._number % 3 == 0 else [])
        again = ["final_review"] if self._screening.is_worse(self._signed(), self._loan.ended_at) else []
        return [*first, *second, "signing", *again, "payout"]

    def _moments(self, count: int) -> tuple[list[datetime], list[datetime]]:
        """When it comes to each of so many nodes, and when it leaves it: the working time is shared out among them, or
        the time if there is none."""
        start, end, calendar = self._loan.submitted_at or self._loan.begun_at, self._loan.ended_at, self._calendar
        worked = calendar.between(start, end)
        if worked:
            between = [min(calendar.add(start, worked * (each / count)), end) for each in range(1, count)]
        else:
            between = [start + (end - start) * (each / count) for each in range(1, count)]
        return [start, *between], [*between, end]

    @property
    def _calendar(self) -> Any:
        return self._loans.rules.calendar

    def _pass(self, key: str, begins: datetime, ends: datetime, *, refused: bool) -> None:
        """It comes to a node, and is decided on there."""
        node = self._flow.node(key)
        if not isinstance(node, Approve | Handle):
            raise TypeError(key)
        due = node.deadline.within.after(self._calendar, begins) if node.deadline is not None else None
        came_from, state = self._step or None, StepState.REFUSED if refused else StepState.PASSED
        self._step = self._loans.add(
            StepRow,
            application_id=self._number,
            node=key,
            stage=node.stage,
            state=state,
            came_from=came_from,
            entered_at=begins,
            left_at=ends,
            due_at=due,
        )
        self._note(What.ENTERED, begins, self._came_by, step_id=self._step, node=key)
        holders = self._loans.holders[ROLES[key]] if key in ROLES else [self._borrower.officer_id]
        actor = holders[self._number % len(holders)]
        acted = len(self._loans.rows[Task]) + 1 + holders.index(actor)
        if isinstance(node, Handle):
            self._fill_in(key, acted, actor, ends)
        self._tasks(node, holders, actor, (begins, ends, due), refused=refused)
        what = What.REFUSED if refused else What.AGREED if isinstance(node, Approve) else What.HANDLED
        self._note(what, ends, actor, step_id=self._step, task_id=acted, node=key)
        self._came_by = actor
        if key == "payout":
            self._pay_out(actor, ends)

    def _tasks(
        self,
        node: Approve | Handle,
        holders: list[int],
        actor: int,
        when: tuple[datetime, datetime, datetime | None],
        *,
        refused: bool,
    ) -> None:
        """Each of them had it; one acted, and the others need not any more."""
        begins, ends, due = when
        for seat, holder in enumerate(holders):
            acts = holder == actor
            opinion = _REFUSALS[self._number % len(_REFUSALS)] if refused else _OPINIONS.get(node.key, "")
            task = len(self._loans.rows[Task]) + 1
            sealed = self._unit.vault.seal(opinion_place(task), opinion) if acts and opinion else None
            self._loans.add(
                Task,
                application_id=self._number,
                step_id=self._step,
                person_id=holder,
                kind=TaskKind.DECIDE if isinstance(node, Approve) else TaskKind.HANDLE,
                state=TaskState.DONE if acts else TaskState.CANCELLED,
                seat=seat,
                decision=(Decision.REFUSE if refused else Decision.AGREE) if acts else None,
                opinion=sealed,
                shown=self._derived["shown"],
                screened_id=self._screening.decision if acts else None,
                acted_by_id=actor if acts else None,
                opened_at=begins,
                acted_at=ends,
                since=begins,
                due_at=due,
                timed_by=timing.mark(self._loans.rules),
            )

    def _fill_in(self, key: str, task: int, actor: int, at: datetime) -> None:
        """What is filled in where the contract is signed, and where money is paid out."""
        if key == "signing":
            self._values = self._signed()
        else:
            self._values |= {"paid_amount": self._amount, "paid_on": day_of(at).isoformat()}
        self._note(What.CHANGED, at, actor, step_id=self._step, task_id=task, node=key)
        if key == "signing":
            self._screening.ask(Why.CHANGED, self._values, at)

    def _signed(self) -> dict[str, Any]:
        fee = round(self._amount * _FEE / 10_000) * 10_000
        said = {"yearly_rate": _RATES[self._number % len(_RATES)], SERVICE_FEE: fee}
        return {**self._values, **said, "upfront_fee": 0, "monthly_fee": 0}

    def _pay_out(self, actor: int, at: datetime) -> None:
        mine = {"application_id": self._number, "step_id": self._step, "amount_fen": self._amount}
        officer = self._borrower.officer_id  # it comes to his heir afterwards, if at all
        self._loans.add(Disbursement, **mine, paid_on=day_of(at).isoformat(), officer_id=officer, by_id=actor, at=at)
        self._note(What.PAID_OUT, at, actor, step_id=self._step, node="payout")

    def _note(self, what: What, at: datetime, by_id: int | None, **more: Any) -> None:
        line = {"step_id": None, "task_id": None, "node": "", "for_id": None, "to_id": None} | more
        self._loans.add(Happening, application_id=self._number, what=what, by_id=by_id, at=at, **line)
        self._loans.tell(at, by_id, f"loan:{what}", self._number, **more)


def _flow_and_form(loans: Loans, product: str) -> tuple[Flow, Form]:
    flow = loans.rules.flows.of(product)
    form = loans.rules.form_for(flow) if flow is not None else None
    if flow is None or form is None:
        raise LookupError(product)
    return flow, form
