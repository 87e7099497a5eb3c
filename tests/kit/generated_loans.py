"""The applications of generated companies (`generated.py`): in every state and at every node of the shipped flow, some
returned and handed in again, some paid out in several parts or with a corrected sum or day, and what was paid back."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core.leads.models import Lead, LeadState, Ownership
from core.loans import definitions
from core.loans.flows import Decision
from core.loans.models import (
    LIVE,
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
    values_place,
)
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Per, in_month
from core.loans.rules import LoanRules
from core.people.models import Person
from core.store.unit import Unit
from kit.generated import Chance, Rows

_NODES = ("first_review", "second_review", "signing", "payout")
_ROLES = {"first_review": "approver", "second_review": "risk", "payout": "finance"}
_AMOUNTS = (100, 5_000_000, 20_000_000, 50_000_000, 50_000_001, 123_456_789)
_ENDS = ("draft", "dropped", "running", "returned", "refused", "refused", "paid", "paid", "paid", "paid")
_LIVE = ("draft", "running", "returned")


@dataclass(frozen=True, slots=True)
class Lending:
    """Makes the applications, by the forms and flows of these rules."""

    rules: LoanRules

    def __call__(self, unit: Unit, rows: Rows, chance: Chance) -> None:
        """Of each lead that somebody had, none to three; the last one may be under way."""
        flow = self.rules.flows.of("house")
        form = self.rules.form_for(flow) if flow is not None else None
        if flow is None or form is None:
            raise LookupError("house")
        pinned = {"form": definitions.pin(unit, form), "flow": definitions.pin(unit, flow)}
        for lead in rows[Lead]:
            had = [row["owner_id"] for row in rows[Ownership] if row["lead_id"] == lead["id"] and row["owner_id"]]
            moments = chance.moments(chance.rng.choice((0, 1, 1, 2, 3)), after=lead["created_at"]) if had else []
            for number, begun in enumerate(moments):
                may_run = number == len(moments) - 1 and lead["state"] == LeadState.OPEN.value
                ends = chance.rng.choice([each for each in _ENDS if may_run or each not in _LIVE])
                _One(unit, rows, chance, lead, chance.rng.choice(had)).go(ends, begun, pinned)


class _One:
    """One application on its way."""

    def __init__(self, unit: Unit, rows: Rows, chance: Chance, lead: dict[str, Any], officer: int) -> None:
        self._unit, self._rows, self._chance, self._lead, self._officer = unit, rows, chance, lead, officer
        self._amount = chance.rng.choice(_AMOUNTS)
        self._id = len(rows[Application]) + 1
        self._values: dict[str, Any] = {"amount": self._amount, "term": "12"}
        self._step: int | None = None
        self._at: datetime = lead["created_at"]

    def go(self, ends: str, begun: datetime, pinned: dict[str, str]) -> None:
        """From its beginning to where it `ends`."""
        self._row = self._rows.add(
            Application,
            lead_id=self._lead["id"],
            owner_id=self._lead["owner_id"] or self._officer,
            product=self._lead["product"] or "house",
            amount_fen=self._amount,
            term_months=12,
            fee_fen=self._chance.rng.choice((None, 0, 300_000, 1_234_567)),
            created_at=begun,
            stage_since=begun,
            state=State.DRAFT.value,
            values=b"",
            **pinned,
        )
        self._at = begun
        self._note(What.STARTED, self._officer)
        if ends == "dropped":
            self._go_on()
            self._note(What.DROPPED, self._officer)
            self._row |= {"state": State.DROPPED.value, "stage": "apply", "stage_type": "open", "ended_at": self._at}
        elif ends != "draft":
            self._way(ends)
        written = json.dumps(self._values, ensure_ascii=False)
        self._row["values"] = self._unit.vault.seal(values_place(self._id), written)
        if self._row["state"] in {state.value for state in LIVE}:
            self._lead["live_application"] = True

    def _way(self, ends: str) -> None:
        rounds = 2 if self._chance.often(0.25) else 1
        for turn in range(rounds):
            self._hand_in()
            if turn < rounds - 1:
                self._node("first_review", StepState.RETURNED)
        last = self._chance.rng.randrange(len(_NODES)) if ends != "paid" else len(_NODES)
        last = min(last, 1) if ends in ("refused", "returned") else last
        for node in _NODES[:last]:
            if node != "second_review" or self._amount >= 50_000_000:
                self._node(node, StepState.PASSED)
        if ends == "paid":
            self._end("after_loan", "won", "done")
            self._repay()
        elif ends == "refused":
            self._node(_NODES[last], StepState.REFUSED)
            self._end("refused", "lost", "refused")
        else:
            self._node(_NODES[last], StepState.OPEN if ends == "running" else StepState.RETURNED)
            self._row["state"] = State.RUNNING.value if ends == "running" else State.RETURNED.value

    def _hand_in(self) -> None:
        self._go_on()
        self._note(What.SUBMITTED, self._officer)
        self._row |= {"submitted_at": self._at, "submitted_by_id": self._officer, "state": State.RUNNING.value}
        self._lead["applied_at"] = self._at if self._lead["owner_id"] else None

    def _node(self, key: str, state: StepState) -> None:
        """It comes to a node; somebody decides on it there, if it is not open."""
        came, stage = self._at, key
        is_open = state is StepState.OPEN
        holders = self._holders(key)
        actor = self._chance.rng.choice(holders)
        self._row |= {"stage": stage, "stage_type": "open", "stage_since": came}
        number = len(self._rows[StepRow]) + 1
        self._note(What.ENTERED, None, step_id=number, node=key)
        if not is_open:
            self._go_on()
        due = came + timedelta(hours=self._chance.rng.choice((1, 24, 96)))
        self._rows.add(
            StepRow,
            application_id=self._id,
            node=key,
            stage=stage,
            state=state.value,
            came_from=self._step,
            entered_at=came,
            left_at=None if is_open else self._at,
            due_at=due,
        )
        self._step = number
        for seat, holder in enumerate(holders):
            self._task(key, seat, holder, state, came, acts=holder == actor)
        if not is_open:
            what = {StepState.REFUSED: What.REFUSED, StepState.RETURNED: What.RETURNED}.get(state, self._done(key))
            self._note(what, actor, step_id=number, task_id=len(self._rows[Task]), node=key)
        if key == "payout" and state is StepState.PASSED:
            self._pay_out(actor)

    def _done(self, key: str) -> What:
        return What.AGREED if key.endswith("review") else What.HANDLED

    def _holders(self, key: str) -> list[int]:
        role = _ROLES.get(key)
        return [row["id"] for row in self._rows[Person] if role == row["roles"]] if role else [self._officer]

    def _task(self, key: str, seat: int, holder: int, state: StepState, came: datetime, *, acts: bool) -> None:
        is_open = state is StepState.OPEN
        decisions = {StepState.REFUSED: Decision.REFUSE, StepState.RETURNED: Decision.RETURN}
        over = TaskState.DONE if acts else TaskState.CANCELLED
        self._rows.add(
            Task,
            application_id=self._id,
            step_id=self._step,
            person_id=holder,
            kind=(TaskKind.DECIDE if key.endswith("review") else TaskKind.HANDLE).value,
            state=(TaskState.OPEN if is_open else over).value,
            seat=seat,
            decision=None if is_open or not acts else decisions.get(state, Decision.AGREE).value,
            acted_by_id=holder if acts and not is_open else None,
            opened_at=came,
            acted_at=None if is_open else self._at,
            since=came,
        )

    def _pay_out(self, actor: int) -> None:
        """At this step, and sometimes a part at another one before it; sometimes corrected since."""
        part = self._amount // 3 if self._chance.often(0.3) and self._amount >= 3 else 0
        if part:
            self._disburse(part, actor)
            self._node("payout", StepState.CANCELLED)
            self._rows[StepRow][-1]["state"] = StepState.PASSED.value
        self._disburse(self._amount - part, actor)
        self._values |= {"service_fee": self._chance.rng.choice((0, 300_000, 1)), "paid_amount": self._amount - part}
        self._lead["disbursed_at"] = self._at

    def _disburse(self, fen: int, actor: int) -> None:
        day = self._chance.day(near=self._at)
        one = {"application_id": self._id, "step_id": self._step, "by_id": actor, "at": self._at}
        whose = self._chance.rng.choice((None, self._officer, self._row["owner_id"]))  # None: nobody wrote it down
        self._rows.add(Disbursement, amount_fen=fen, paid_on=day, officer_id=whose, **one)
        self._note(What.PAID_OUT, actor, step_id=self._step, node="payout")
        if self._chance.often(0.2):
            self._rows[Disbursement][-1] |= {"amount_fen": max(fen - 1, 1), "paid_on": self._chance.day(near=self._at)}
            self._note(What.CORRECTED, actor, step_id=self._step, node="payout")

    def _end(self, stage: str, kind: str, node: str) -> None:
        self._note(What.ENDED, None, node=node)
        over = {"state": State.ENDED.value, "stage_since": self._at, "ended_at": self._at}
        self._row |= over | {"stage": stage, "stage_type": kind}
        self._lead["live_application"] = False

    def _repay(self) -> None:
        """A plan, or two of which one has taken the other's place, or none; some of what was paid was taken back, some
        was meant to settle the loan, with less than a month's interest or with more."""
        rng = self._chance.rng
        lent = [row for row in self._rows[Disbursement] if row["application_id"] == self._id]
        paid_on = date.fromisoformat(min(row["paid_on"] for row in lent))
        plans = rng.choice((0, 1, 1, 2))
        for number in range(plans):
            first = in_month(paid_on, 1, paid_on.day)
            self._rows.add(
                RepaymentPlan,
                application_id=self._id,
                principal_fen=sum(row["amount_fen"] for row in lent),
                method=rng.choice(list(Method)).value,
                rate="0.072",
                per=Per.YEAR.value,
                months=rng.choice((1, 12)),
                first_due=first.isoformat(),
                due_day=paid_on.day,
                next_due=first.isoformat(),
                by_id=self._officer,
                at=self._at,
                ended_at=self._at if number < plans - 1 else None,
            )
        for _ in range(rng.choice((0, 1, 3)) if plans else 0):
            at = self._chance.moment(after=self._at)
            back = {"taken_back_at": at, "taken_back_by_id": self._officer} if self._chance.often(0.2) else {}
            mine = {"application_id": self._id, "by_id": self._officer, "at": at}
            fen = rng.choice((1, 100_000, self._amount))
            if settles := fen == self._amount and self._id % 3 > 0:
                fen = sum(row["amount_fen"] for row in lent)
                fen += fen // (300 if self._id % 3 == 1 else 50)
            day = self._chance.day(near=at)
            self._rows.add(RepaymentRow, paid_on=day, amount_fen=fen, settles=settles, **mine, **back)

    def _go_on(self) -> None:
        """Time passes: at times none that can be told apart, at times until another boundary."""
        later = self._chance.moment(after=self._at)
        soon = self._at + timedelta(minutes=5)
        self._at = later if self._chance.often(0.4) else min(soon, self._chance.now) if soon > self._at else later

    def _note(self, what: What, by_id: int | None, **more: Any) -> None:
        self._rows.add(Happening, application_id=self._id, what=what.value, by_id=by_id, at=self._at, **more)
