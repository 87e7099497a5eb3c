"""Tables of 贷后: the plan by which a loan is paid back, what was paid, and what its officer was told."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime

IS_ACTIVE = text("ended_at IS NULL")


class RepaymentPlan(Base):
    """还款计划 of an application's loan: what was lent, how it is paid back, from when on. A new one takes the place of
    the last, which ends. `rate` is a decimal share of one (`0.049`), `per` a year or a month; days are `2026-12-03`.

    `next_due` is the day of the oldest instalment that is not paid (what the sweep looks for); None: nothing is left.
    `told_to` is the last day of which its officer was told all that there is to tell: the one before the next workday.
    A plan ends when it is replaced, or paid off.
    """

    __tablename__ = "loan_plan"
    __table_args__ = (
        Index("uq_loan_plan_active", "application_id", unique=True, postgresql_where=IS_ACTIVE, sqlite_where=IS_ACTIVE),
        Index("ix_loan_plan_due", "next_due", postgresql_where=IS_ACTIVE, sqlite_where=IS_ACTIVE),
        Index(None, "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(20))
    rate: Mapped[str] = mapped_column(String(20))
    per: Mapped[str] = mapped_column(String(5))
    months: Mapped[int] = mapped_column(Integer)
    first_due: Mapped[str] = mapped_column(String(10))
    due_day: Mapped[int | None] = mapped_column(Integer)
    next_due: Mapped[str | None] = mapped_column(String(10))
    told_to: Mapped[str | None] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RepaymentRow(Base):
    """What the customer paid on a day (`paid_on`), as somebody recorded it. One that was recorded by mistake is taken
    back (`taken_back_at`), and stays."""

    __tablename__ = "loan_repayment"
    __table_args__ = (Index(None, "application_id", "id"), Index(None, "paid_on"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    paid_on: Mapped[str] = mapped_column(String(10))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    settles: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


class GracePeriod(Base):
    """Days that do not count as late (延期还款), agreed with the lender: from `first` to `last` (None: until further
    notice)."""

    __tablename__ = "loan_grace"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    first: Mapped[str] = mapped_column(String(10))
    last: Mapped[str | None] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DueReminder(Base):
    """The officer was told of an instalment, `what`: that it will be due (`d3`: in three days, `d0`: on the day, or
    before the days off that these fall into), or is late (`M1`: the bucket it came into)."""

    __tablename__ = "loan_due_reminder"

    plan_id: Mapped[int] = mapped_column(ForeignKey("loan_plan.id"), primary_key=True)
    due: Mapped[str] = mapped_column(String(10), primary_key=True)
    what: Mapped[str] = mapped_column(String(6), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
