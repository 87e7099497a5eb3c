"""Tables of risk: what the policy said of an application, and who is on the blacklist."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class RiskDecision(Base):
    """预审建议: what a policy (`policy`, by its content) said of an application, and all that it was said by, so that
    it can be reckoned again: `inputs` and `result` are sealed JSON (see `record.py`), `inputs_index` is the blind index
    of the inputs, by which the same ones are known. `asked_by_id`: who asked for it (None: it came by itself). It is
    never changed."""

    __tablename__ = "risk_decision"
    __table_args__ = (Index(None, "application_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    policy: Mapped[str] = mapped_column(ForeignKey("loan_definition.digest"))
    why: Mapped[str] = mapped_column(String(12))
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    inputs_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    suggestion: Mapped[str] = mapped_column(String(8))
    score: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[str] = mapped_column(String(10))
    result: Mapped[bytes] = mapped_column(LargeBinary)
    micros: Mapped[int] = mapped_column(Integer)


def inputs_place(decision_id: int | str) -> str:
    """The vault's place of what a decision was made by."""
    return f"risk_decision.inputs:{decision_id}"


def result_place(decision_id: int | str) -> str:
    """The vault's place of what came of it."""
    return f"risk_decision.result:{decision_id}"


class RiskChallenge(Base):
    """What the challenger's policy (`policy`, by its content) said of the same application, when a decision was made:
    sealed like that. `suggestion` (and all that goes with it) is None where it failed."""

    __tablename__ = "risk_challenge"

    decision_id: Mapped[int] = mapped_column(ForeignKey("risk_decision.id"), primary_key=True, autoincrement=False)
    policy: Mapped[str] = mapped_column(ForeignKey("loan_definition.digest"))
    inputs: Mapped[bytes | None] = mapped_column(LargeBinary)
    suggestion: Mapped[str | None] = mapped_column(String(8))
    score: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[str] = mapped_column(String(10))
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    micros: Mapped[int] = mapped_column(Integer)


def challenge_inputs_place(decision_id: int | str) -> str:
    """The vault's place of what the challenger was asked about."""
    return f"risk_challenge.inputs:{decision_id}"


def challenge_result_place(decision_id: int | str) -> str:
    """The vault's place of what the challenger said."""
    return f"risk_challenge.result:{decision_id}"


class Blacklisted(Base):
    """黑名单: a number (sealed with its kind, `id_number:…`; `number_index` is its blind index) and why it is there.
    `until`: the last day (None: until it is taken off, `removed_at`)."""

    __tablename__ = "blacklisted"
    __table_args__ = (Index(None, "number_index"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None] = mapped_column(Date)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def listed_number_place(row_id: int | str) -> str:
    """The vault's place of a number on the blacklist."""
    return f"blacklisted.number:{row_id}"


def listed_reason_place(row_id: int | str) -> str:
    """The vault's place of why it is there."""
    return f"blacklisted.reason:{row_id}"
