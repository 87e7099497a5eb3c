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
        sa.Column("reports", sa.Text(), nullable=False),
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
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.String(length=30), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_why", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_consent_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_consent_by_id_person")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id_customer")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_consent_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_application_id"), "consent", ["application_id"])
    op.create_index(op.f("ix_consent_customer_id_purpose"), "consent", ["customer_id", "purpose"])
    op.create_table(
        "consent_medium",
        sa.Column("consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("medium_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_medium_consent_id_consent")),
        sa.ForeignKeyConstraint(["medium_id"], ["medium.id"], name=op.f("fk_consent_medium_medium_id_medium")),
        sa.PrimaryKeyConstraint("consent_id", "medium_id", name=op.f("pk_consent_medium")),
    )
    op.create_index(op.f("ix_consent_medium_medium_id"), "consent_medium", ["medium_id"])
    op.create_table(
        "outside_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("asked_at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("called_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("ended_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_outside_report_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_outside_report_asked_by_id_person")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_outside_report_consent_id_consent")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_outside_report_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_report")),
        sa.UniqueConstraint("key", name=op.f("uq_outside_report_key")),
    )
    awaited = sa.text("state IN ('asked', 'promised')")
    op.create_index(
        "uq_outside_report_awaited",
        "outside_report",
        ["application_id", "provider"],
        unique=True,
        postgresql_where=awaited,
        sqlite_where=awaited,
    )
    op.create_index(op.f("ix_outside_report_application_id_id"), "outside_report", ["application_id", "id"])
    op.create_index(op.f("ix_outside_report_customer_id_provider"), "outside_report", ["customer_id", "provider"])
    op.create_index(op.f("ix_outside_report_keep_until"), "outside_report", ["keep_until"])
    op.create_table(
        "report_medium",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("medium_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["outside_report.id"], name=op.f("fk_report_medium_report_id_outside_report")
        ),
        sa.ForeignKeyConstraint(["medium_id"], ["medium.id"], name=op.f("fk_report_medium_medium_id_medium")),
        sa.PrimaryKeyConstraint("report_id", "medium_id", name=op.f("pk_report_medium")),
    )
    op.create_index(op.f("ix_report_medium_medium_id"), "report_medium", ["medium_id"])
    op.add_column("medium", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "report_spending",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day", name=op.f("pk_report_spending")),
    )
    op.add_column("loan_application", sa.Column("screened_id", sa.BigInteger(), nullable=True))
    op.add_column("loan_task", sa.Column("screened_id", sa.BigInteger(), nullable=True))
