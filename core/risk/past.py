"""What was said of many applications, read at once: for comparing policies by it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.expressions import Fact
from core.privacy import Unreadable, Vault
from core.risk import record
from core.risk.comparing import Said
from core.risk.models import RiskChallenge, RiskDecision, challenge_result_place, inputs_place, result_place
from core.risk.policy import Suggestion
from core.store.base import table_of
from core.store.database import Executor, among

_D, _C = table_of(RiskDecision), table_of(RiskChallenge)


@dataclass(frozen=True, slots=True)
class LastAsked:
    """By what something was said of an application last: the policy (by its digest), and the facts, sealed."""

    decision_id: int
    policy: str
    inputs: bytes

    def facts(self, vault: Vault) -> dict[str, Fact | None]:
        """The facts.

        Raises:
            Unreadable: they do not open.
        """
        return record.unpacked(vault.open(inputs_place(self.decision_id), self.inputs))


def asked_at(executor: Executor, decision_id: int) -> datetime:
    """When that was."""
    at: datetime = executor.execute(select(_D.c.at).where(_D.c.id == decision_id)).scalar_one()
    return at


def last_asked(executor: Executor, first: int, last: int) -> dict[int, LastAsked]:
    """Of the applications with the numbers from `first` to `last`; one of which nothing was said is left out."""
    span = _D.c.application_id.between(first, last)
    newest = select(func.max(_D.c.id)).where(span).group_by(_D.c.application_id)
    columns = (_D.c.application_id, _D.c.id, _D.c.policy, _D.c.inputs)
    rows = executor.execute(select(*columns).where(_D.c.id.in_(newest)))
    return {of: LastAsked(number, policy, inputs) for of, number, policy, inputs in rows}


@dataclass(frozen=True, slots=True)
class Challenged:
    """A decision and what the challenger said of the same application (None: nothing, it failed), with the policies of
    both by their digests."""

    application_id: int
    policy: str
    challenger: str
    said: Said
    challenged: Said | None


def challengers_since(executor: Executor, since: datetime) -> dict[str, int]:
    """By the digest of its policy, each challenger that was asked since then, and how often."""
    asked = select(_C.c.policy, func.count()).join(_D, _D.c.id == _C.c.decision_id).where(_D.c.at >= since)
    rows = executor.execute(asked.group_by(_C.c.policy)).all()
    return {row[0]: row[1] for row in rows}


def last_challenged(executor: Executor, since: datetime, challengers: Collection[str]) -> Sequence[int]:
    """The decisions, by number, on which one of these was asked: of each application the last since then."""
    joined = select(func.max(_D.c.id)).join(_C, _C.c.decision_id == _D.c.id)
    mine = (_D.c.at >= since, _C.c.policy.in_(challengers))
    return executor.scalars(joined.where(*mine).group_by(_D.c.application_id)).all()


def challenged(executor: Executor, vault: Vault, decisions: Sequence[int]) -> Iterator[Challenged | None]:
    """These decisions; None for one that does not open."""
    columns = (_D, _C.c.policy.label("challenger"), _C.c.suggestion.label("suggested"), _C.c.result.label("heard"))
    wanted = select(*columns).join(_C, _C.c.decision_id == _D.c.id).where(among(executor, _D.c.id, decisions))
    for row in executor.execute(wanted.order_by(_D.c.id)).all():
        try:
            said = _said(row.suggestion, vault.open(result_place(row.id), row.result))
            other = _said(row.suggested, vault.open(challenge_result_place(row.id), row.heard)) if row.heard else None
        except Unreadable:
            yield None
        else:
            yield Challenged(row.application_id, row.policy, row.challenger, said, other)


def _said(suggestion: str, result: str) -> Said:
    return Said(Suggestion(suggestion), record.read(result, None, "")[0].hits)
