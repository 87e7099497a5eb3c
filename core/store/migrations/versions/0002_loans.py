"""Loan applications: definitions, applications, steps, tasks, history"""

import sqlalchemy as sa
from alembic import op

from core.store.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan_definition",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_loan_definition")),
    )
    op.create_index("uq_loan_definition_number", "loan_definition", ["kind", "key", "number"], unique=True)

    op.create_table(
        "loan_stand_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("stand_in_id", sa.BigInteger(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_stand_in_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_loan_stand_in_person_id_person")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_loan_stand_in_stand_in_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_stand_in")),
    )
    op.create_index(op.f("ix_loan_stand_in_person_id_until"), "loan_stand_in", ["person_id", "until"], unique=False)
    op.create_index(op.f("ix_loan_stand_in_stand_in_id_until"), "loan_stand_in", ["stand_in_id", "until"], unique=False)

    op.create_table(
        "loan_application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("stage_type", sa.String(length=8), nullable=False),
        sa.Column("stage_since", UtcDateTime(), nullable=False),
        sa.Column("resume_at", sa.String(length=30), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow"], ["loan_definition.digest"], name=op.f("fk_loan_application_flow_loan_definition")
        ),
        sa.ForeignKeyConstraint(
            ["form"], ["loan_definition.digest"], name=op.f("fk_loan_application_form_loan_definition")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_loan_application_lead_id_lead")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_loan_application_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_application")),
    )
    op.create_index(op.f("ix_loan_application_lead_id_id"), "loan_application", ["lead_id", "id"], unique=False)
    op.create_index(op.f("ix_loan_application_owner_id_id"), "loan_application", ["owner_id", "id"], unique=False)
    op.create_index(op.f("ix_loan_application_state_stage"), "loan_application", ["state", "stage"], unique=False)
    op.create_index(
        "uq_loan_application_live",
        "loan_application",
        ["lead_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'running', 'returned')"),
        sqlite_where=sa.text("state IN ('draft', 'running', 'returned')"),
    )

    op.create_table(
        "loan_document",
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("medium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_document_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_document_by_id_person")),
        sa.ForeignKeyConstraint(["medium_id"], ["medium.id"], name=op.f("fk_loan_document_medium_id_medium")),
        sa.PrimaryKeyConstraint("application_id", "key", "medium_id", name=op.f("pk_loan_document")),
    )
    op.create_table(
        "loan_happening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("node", sa.String(length=30), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("for_id", sa.BigInteger(), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_happening_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_happening_by_id_person")),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name=op.f("fk_loan_happening_for_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_loan_happening_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_happening")),
    )
    op.create_index(
        op.f("ix_loan_happening_application_id_id"), "loan_happening", ["application_id", "id"], unique=False
    )

    op.create_table(
        "loan_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(length=30), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("came_from", sa.BigInteger(), nullable=True),
        sa.Column("resume_at", sa.String(length=30), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_step_application_id_loan_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_step")),
    )
    op.create_index(op.f("ix_loan_step_application_id_id"), "loan_step", ["application_id", "id"], unique=False)
    op.create_index(
        "ix_loan_step_open",
        "loan_step",
        ["node"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_loan_step_waiting",
        "loan_step",
        ["entered_at", "id"],
        unique=False,
        postgresql_where=sa.text("left_at IS NULL"),
        sqlite_where=sa.text("left_at IS NULL"),
    )

    op.create_table(
        "loan_disbursement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["loan_application.id"],
            name=op.f("fk_loan_disbursement_application_id_loan_application"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_disbursement_by_id_person")),
        sa.ForeignKeyConstraint(["step_id"], ["loan_step.id"], name=op.f("fk_loan_disbursement_step_id_loan_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_disbursement")),
    )
    op.create_index(op.f("ix_loan_disbursement_application_id"), "loan_disbursement", ["application_id"], unique=False)
    op.create_index("uq_loan_disbursement_step", "loan_disbursement", ["step_id"], unique=True)

    op.create_table(
        "loan_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("opinion", sa.LargeBinary(), nullable=True),
        sa.Column("shown", sa.String(length=16), nullable=True),
        sa.Column("acted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("timed_by", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["acted_by_id"], ["person.id"], name=op.f("fk_loan_task_acted_by_id_person")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_task_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_loan_task_person_id_person")),
        sa.ForeignKeyConstraint(["step_id"], ["loan_step.id"], name=op.f("fk_loan_task_step_id_loan_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_task")),
    )
    op.create_index(op.f("ix_loan_task_application_id_id"), "loan_task", ["application_id", "id"], unique=False)
    op.create_index(
        "ix_loan_task_open",
        "loan_task",
        ["person_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_loan_task_step_id_id"), "loan_task", ["step_id", "id"], unique=False)
    op.create_index(
        "ix_loan_task_next",
        "loan_task",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open' AND next_at IS NOT NULL"),
        sqlite_where=sa.text("state = 'open' AND next_at IS NOT NULL"),
    )

    op.create_table(
        "loan_pause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("until_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["loan_application.id"], name=op.f("fk_loan_pause_application_id_loan_application")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loan_pause_by_id_person")),
        sa.ForeignKeyConstraint(["step_id"], ["loan_step.id"], name=op.f("fk_loan_pause_step_id_loan_step")),
        sa.ForeignKeyConstraint(["until_by_id"], ["person.id"], name=op.f("fk_loan_pause_until_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_pause")),
    )
    op.create_index(op.f("ix_loan_pause_application_id_id"), "loan_pause", ["application_id", "id"], unique=False)

    op.create_table(
        "loan_rung",
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("does", sa.String(length=10), nullable=False),
        sa.Column("came", sa.String(length=10), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["loan_task.id"], name=op.f("fk_loan_rung_task_id_loan_task")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_loan_rung_to_id_person")),
        sa.PrimaryKeyConstraint("task_id", "rung", name=op.f("pk_loan_rung")),
    )
