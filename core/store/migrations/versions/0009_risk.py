"""What the risk rules said of an application"""

import sqlalchemy as sa
from alembic import op

import core.store.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("inputs_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("suggestion", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("micros", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_risk_decision_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_risk_decision_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["policy"], ["loan_definition.digest"], name=op.f("fk_risk_decision_policy_loan_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_decision")),
    )
    op.create_index(op.f("ix_risk_decision_application_id_id"), "risk_decision", ["application_id", "id"])
    op.create_index(op.f("ix_risk_decision_at"), "risk_decision", ["at"])
    op.create_table(
        "risk_challenge",
        sa.Column(
            "decision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=True),
        sa.Column("suggestion", sa.String(length=8), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("micros", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["risk_decision.id"], name=op.f("fk_risk_challenge_decision_id_risk_decision")
        ),
        sa.ForeignKeyConstraint(
            ["policy"], ["loan_definition.digest"], name=op.f("fk_risk_challenge_policy_loan_definition")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_risk_challenge")),
    )
    op.create_table(
        "blacklisted",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("removed_at", core.store.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blacklisted")),
    )
    op.create_index(op.f("ix_blacklisted_number_index"), "blacklisted", ["number_index"])
    op.add_column("loan_application", sa.Column("screened_id", sa.BigInteger(), nullable=True))
    op.add_column("loan_task", sa.Column("screened_id", sa.BigInteger(), nullable=True))
