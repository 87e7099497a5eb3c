"""Indexes that hold all that a board asks for

A board counts many rows and shows none of them: where an index holds what is asked, the table is not looked at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SUBMITTED = sa.text("what = 'submitted'")


def upgrade() -> None:
    # Each longer one is made before the shorter one goes: a foreign key is never without.
    op.create_index(
        op.f("ix_ownership_how_since_lead_id_owner_id_until"),
        "ownership",
        ["how", "since", "lead_id", "owner_id", "until"],
    )
    op.drop_index(op.f("ix_ownership_how_since"), "ownership")
    op.create_index(op.f("ix_follow_up_lead_id_at_person_id"), "follow_up", ["lead_id", "at", "person_id"])
    op.drop_index(op.f("ix_follow_up_lead_id_at"), "follow_up")
    op.create_index(op.f("ix_follow_up_at_person_id_lead_id"), "follow_up", ["at", "person_id", "lead_id"])
    op.drop_index(op.f("ix_follow_up_at_person_id"), "follow_up")
    op.create_index(
        op.f("ix_loan_application_ended_at_state_stage_type"), "loan_application", ["ended_at", "state", "stage_type"]
    )
    op.drop_index(op.f("ix_loan_application_ended_at"), "loan_application")
    op.create_index(
        op.f("ix_loan_step_stage_entered_at_application_id"), "loan_step", ["stage", "entered_at", "application_id"]
    )
    op.drop_index(op.f("ix_loan_step_stage_entered_at"), "loan_step")
    op.create_index(op.f("ix_loan_step_stage_application_id_id"), "loan_step", ["stage", "application_id", "id"])
    op.create_index(
        op.f("ix_loan_disbursement_application_id_paid_on_id"), "loan_disbursement", ["application_id", "paid_on", "id"]
    )
    op.drop_index(op.f("ix_loan_disbursement_application_id"), "loan_disbursement")
    op.create_index(
        "ix_loan_disbursement_of_days", "loan_disbursement", ["paid_on", "application_id", "amount_fen", "officer_id"]
    )
    op.drop_index(op.f("ix_loan_disbursement_paid_on"), "loan_disbursement")
    op.create_index(
        "ix_loan_happening_submitted_at",
        "loan_happening",
        ["what", "at", "application_id", "for_id", "by_id"],
        postgresql_where=_SUBMITTED,
        sqlite_where=_SUBMITTED,
    )
    op.create_index(
        "ix_loan_happening_submitted",
        "loan_happening",
        ["what", "application_id", "id"],
        postgresql_where=_SUBMITTED,
        sqlite_where=_SUBMITTED,
    )
    op.drop_index(op.f("ix_loan_happening_what_at"), "loan_happening")
