"""Tables of risk: what the policy said of an application, who is on the blacklist, what customers authorised, and the
reports of providers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class RiskDecision(Base):
    """预审建议: what a policy (`policy`, by its content) said of an application, and all that it was said by, so that
    it can be reckoned again: `inputs` and `result` are sealed JSON (see `record.py`), `inputs_index` is the blind index
    of the inputs, by which the same ones are known; `reports` (JSON) are those that they come from, with provider and
    moment. `asked_by_id`: who asked for it (None: it came by itself). It is
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
    reports: Mapped[str] = mapped_column(Text)


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


class Consent(Base):
    """授权: a customer's permission to ask about him for one `purpose`, as he signed it on the paper `document` of the
    application (its pictures and files: `ConsentMedium`), with the ID number `identity` (sealed; None: not known yet).
    `by_id` collected it. It holds until the day `until`, or until it ended: `withdrawn` by the customer, or its paper
    was `removed`."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "customer_id", "purpose"), Index(None, "application_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    document: Mapped[str] = mapped_column(String(30))
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    ended_why: Mapped[str | None] = mapped_column(String(10))


def identity_place(consent_id: int | str) -> str:
    """The vault's place of whose consent it is."""
    return f"consent.identity:{consent_id}"


class ConsentMedium(Base):
    """A picture or file of a signed consent."""

    __tablename__ = "consent_medium"
    __table_args__ = (Index(None, "medium_id"),)

    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    medium_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("medium.id"), primary_key=True)


IS_AWAITED = text("state IN ('asked', 'promised')")


class OutsideReport(Base):
    """A report by a provider on the customer of an application: for one application at most one of a provider is
    awaited. `key` is the idempotency key under which it is asked for, `about` the blind index of whom it is about
    (name and numbers as they were sent), `reference` what the provider calls it, `called_at` when it was asked for
    first, and so paid for. `figures` (what the rules learn from it) and `raw` (the answer as it came; of one that a
    person brought empty: `ReportMedium`) are sealed, and gone after the day `keep_until`."""

    __tablename__ = "outside_report"
    __table_args__ = (
        Index(
            "uq_outside_report_awaited",
            "application_id",
            "provider",
            unique=True,
            postgresql_where=IS_AWAITED,
            sqlite_where=IS_AWAITED,
        ),
        Index(None, "application_id", "id"),
        Index(None, "customer_id", "provider"),
        Index(None, "keep_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    provider: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    about: Mapped[bytes] = mapped_column(LargeBinary(32))
    reference: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cost_fen: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(String(200), default="")
    figures: Mapped[bytes | None] = mapped_column(LargeBinary)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    keep_until: Mapped[date | None] = mapped_column(Date)


class ReportMedium(Base):
    """A picture or file of a report that a person brought."""

    __tablename__ = "report_medium"
    __table_args__ = (Index(None, "medium_id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("outside_report.id"), primary_key=True)
    medium_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("medium.id"), primary_key=True)


class ReportSpending(Base):
    """What reports of a provider have cost on one day, in fen: the row is what its budget is held against."""

    __tablename__ = "report_spending"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    fen: Mapped[int] = mapped_column(Integer)


def figures_place(report_id: int | str) -> str:
    """The vault's place of what the rules learn from a report."""
    return f"outside_report.figures:{report_id}"


def raw_place(report_id: int | str) -> str:
    """The vault's place of a report as it came."""
    return f"outside_report.raw:{report_id}"
