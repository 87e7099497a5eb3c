"""Repayments: plans, what was paid, grace, reminders"""

import sqlalchemy as sa
from alembic import op

from core.store.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan_grace",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_grace_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_grace_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_grace")),
    )
    op.create_index(op.f("ix_loan_grace_application_id_id"), "loan_grace", ["application_id", "id"], unique=False)

    op.create_table(
        "loan_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("per", sa.String(length=5), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("first_due", sa.String(length=10), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("next_due", sa.String(length=10), nullable=True),
        sa.Column("bucket", sa.String(length=3), nullable=False),
        sa.Column("told_on", sa.String(length=10), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_plan_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_plan_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_plan")),
    )
    op.create_index(op.f("ix_loan_plan_application_id_id"), "loan_plan", ["application_id", "id"], unique=False)
    op.create_index(
        "ix_loan_plan_due",
        "loan_plan",
        ["next_due"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_loan_plan_active",
        "loan_plan",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "loan_repayment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_on", sa.String(length=10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        sa.Column("taken_back_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_repayment_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_repayment_by_id_person")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["person.id"], name=op.f("fk_loan_repayment_taken_back_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_repayment")),
    )
    op.create_index(
        op.f("ix_loan_repayment_application_id_id"), "loan_repayment", ["application_id", "id"], unique=False
    )

    op.create_table(
        "loan_due_reminder",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("what", sa.String(length=6), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["loan_plan.id"], name=op.f("fk_loan_due_reminder_plan_id_loan_plan")),
        sa.PrimaryKeyConstraint("plan_id", "due", "what", name=op.f("pk_loan_due_reminder")),
    )
