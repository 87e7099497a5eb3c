"""What the risk rules said of an application of the past, written down as `core.risk.record` does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.past_loans import Loans
from core.expressions import Fact
from core.leads.products import PRODUCTS
from core.loans import definitions
from core.loans.financing import YEARLY_RATE, cost_of
from core.loans.forms import Form, facts
from core.loans.risk_facts import History, risk_facts
from core.moments import day_of
from core.risk import record
from core.risk.models import RiskDecision, inputs_place, result_place
from core.risk.names import SAID
from core.risk.policy import Suggestion
from core.risk.record import Why, assessor

_GRAVITY = {Suggestion.PASS: 0, Suggestion.REVIEW: 1, Suggestion.REFUSE: 2}


@dataclass(frozen=True, slots=True)
class Borrower:
    """Of whom an application is made: the lead by its row, its customer's ID number, the officer who made it with his
    department and rank, and whose it is now."""

    lead: dict[str, Any]
    id_number: str
    officer_id: int
    department: str
    rank: str
    heir_id: int


class Screening:
    """What is said of one application: `said` last, by the decision numbered `decision` (0: none yet)."""

    def __init__(self, loans: Loans, number: int, product: str, form: Form, borrower: Borrower) -> None:
        self._loans, self._number, self._form, self._borrower = loans, number, form, borrower
        self._policy = loans.rules.risk.of(product)
        self._about: dict[str, Fact | None] = {
            **dict.fromkeys(SAID),
            "product": PRODUCTS[product],
            "channel": borrower.lead["channel"],
            "grade": borrower.lead["grade"],
            "tags": (),
            "department": borrower.department,
            "rank": borrower.rank,
        }
        self.decision = 0
        self.said = Suggestion.PASS

    def is_worse(self, values: dict[str, Any], at: datetime) -> bool:
        """Would the rules refuse it with these values, or say something graver than they did?"""
        if self._policy is None:
            return False
        said = assessor(self._policy).assess(self._known(values, at)).suggestion
        return said is Suggestion.REFUSE or _GRAVITY[said] > _GRAVITY[self.said]

    def ask(self, why: Why, values: dict[str, Any], at: datetime) -> None:
        """The rules are asked by the officer, and what they say is kept."""
        if self._policy is None:
            return
        known = self._known(values, at)
        result, inputs = assessor(self._policy).assess(known), record.packed(known)
        vault, digest, by_id = self._loans.unit.vault, self._pinned, self._borrower.officer_id
        self.decision, self.said = len(self._loans.rows[RiskDecision]) + 1, result.suggestion
        self._loans.add(
            RiskDecision,
            application_id=self._number,
            policy=digest,
            why=why,
            asked_by_id=by_id,
            at=at,
            inputs=vault.seal(inputs_place(self.decision), inputs),
            inputs_index=vault.index(record.INPUTS, inputs),
            suggestion=result.suggestion,
            score=result.score,
            grade=result.grade,
            result=vault.seal(result_place(self.decision), record.written(result, {})),
            micros=0,
            reports="[]",
        )
        told = {"suggestion": result.suggestion.value, "hits": [hit.rule for hit in result.hits], "policy": digest[:16]}
        self._loans.tell(at, by_id, "risk:assessed", self._number, decision=self.decision, **told)

    @property
    def _pinned(self) -> str:
        return definitions.pin(self._loans.unit, self._policy) if self._policy is not None else ""

    def _known(self, values: dict[str, Any], at: datetime) -> dict[str, Fact | None]:
        today, shown = day_of(at), facts(self._form, values, self._about)
        asked = {key: value for key, value in values.items() if key in shown}
        cost = cost_of(asked, today) if asked.get(YEARLY_RATE) is not None else None
        if self._policy is None:
            return {}
        rate, history = self._policy.rate, History()
        seen = risk_facts(self._form, values, self._about, history=history, cost=cost, rate=rate, today=today)
        return dict(self._policy.known(seen))
