"""What the risk rules said of the application, each time they were asked, and whether they would say it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from core.dossier.reading import Reading, Who
from core.expressions import Fact
from core.loans.definitions import policy_of
from core.loans.screened import ScreeningNow, screening
from core.risk import record
from core.risk.models import RiskDecision
from core.risk.policy import Suggestion
from core.risk.record import Used, Why
from core.store.base import table_of

_D = table_of(RiskDecision)


class Replay(StrEnum):
    """What comes of it when the record is reckoned again: the same; another result; or it cannot be, for the record
    does not open, or its policy cannot be read."""

    SAME = "same"
    OTHER = "other"
    UNOPENED = "unopened"
    NO_POLICY = "no_policy"


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision. `counts`: it is the one that counts now. `facts` are what it was made by, `points` those of the
    score card by name, `seen` all of it as it is shown (None where the record cannot be read). `micros`: how long it
    took."""

    number: int
    at: datetime
    why: Why
    asked_by: Who | None
    policy: str
    suggestion: Suggestion
    score: int | None
    grade: str
    counts: bool
    replay: Replay
    micros: int
    facts: Mapping[str, Fact | None]
    reports: tuple[Used, ...]
    points: tuple[tuple[str, int], ...]
    seen: ScreeningNow | None


def decisions(reading: Reading) -> list[Judged]:
    """All that was said of it, the first first."""
    rows = reading.session.execute(select(_D).where(_D.c.application_id == reading.number).order_by(_D.c.id)).all()
    found = []
    for row in rows:
        replay, decision, seen = _again(reading, row.id)
        found.append(
            Judged(
                number=row.id,
                at=row.at,
                why=Why(row.why),
                asked_by=reading.who(row.asked_by_id, row.at),
                policy=row.policy,
                suggestion=Suggestion(row.suggestion),
                score=row.score,
                grade=row.grade,
                counts=row.id == reading.row.screened_id,
                replay=replay,
                micros=row.micros,
                facts=decision.facts if decision is not None else {},
                reports=decision.reports if decision is not None else (),
                points=decision.result.points if decision is not None else (),
                seen=seen,
            )
        )
    return found


def _again(reading: Reading, number: int) -> tuple[Replay, record.Decision | None, ScreeningNow | None]:
    """The record, reckoned again."""
    connection = reading.session.connection()
    try:
        decision = record.of_number(connection, reading.vault, number)
    except record.Altered:
        return Replay.UNOPENED, None, None
    if decision is None:
        return Replay.UNOPENED, None, None
    try:
        policy = policy_of(connection, decision.policy)
        seen = screening(connection, reading.vault, number)
    except (LookupError, ValueError):
        return Replay.NO_POLICY, decision, None
    same = record.again(decision, policy) == decision.result
    return Replay.SAME if same else Replay.OTHER, decision, seen
