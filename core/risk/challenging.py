"""The challenger: a policy that is asked beside the one that counts, about the same application. What it says is
written down beside the decision; nobody is shown it, and nothing goes by it, until both are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

import structlog
from sqlalchemy import insert

from core.risk import record
from core.risk.assessing import Facts
from core.risk.models import RiskChallenge, challenge_inputs_place, challenge_result_place
from core.risk.policy import Policy
from core.store.base import table_of
from core.store.prepared import Prepared
from core.store.unit import Unit

_WRITE = Prepared(insert(table_of(RiskChallenge)), [column.name for column in table_of(RiskChallenge).columns])
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Challenger:
    """A challenger's policy (pinned under `digest`); `facts` gives what is known of the application."""

    digest: str
    policy: Policy
    facts: Callable[[], Facts]


def challenge(unit: Unit, decision_id: int, challenger: Challenger) -> None:
    """Ask it about what this decision is on, and write down what it says. Whatever goes wrong with it is logged, and
    that it said nothing is written down: the decision stands as it is."""
    began = perf_counter_ns()
    try:
        said = _said(unit, decision_id, challenger)
    except Exception as error:  # noqa: BLE001  whatever it is: the policy that counts must not fail with it
        _log.warning("the challenger said nothing", decision=decision_id, error=type(error).__name__)
        said = {"inputs": None, "suggestion": None, "score": None, "grade": "", "result": None}
    micros = (perf_counter_ns() - began) // 1000
    row = {"decision_id": decision_id, "policy": challenger.digest, "micros": micros}
    _WRITE.run(unit.connection, row | said)


def _said(unit: Unit, decision_id: int, challenger: Challenger) -> dict[str, Any]:
    facts = challenger.policy.known(challenger.facts())
    result = record.assessor(challenger.policy).assess(facts)
    return {
        "inputs": unit.vault.seal(challenge_inputs_place(decision_id), record.packed(facts)),
        "suggestion": result.suggestion.value,
        "score": result.score,
        "grade": result.grade,
        "result": unit.vault.seal(challenge_result_place(decision_id), record.written(result, {})),
    }
