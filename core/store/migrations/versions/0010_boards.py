"""Boards, and what they count by"""

import sqlalchemy as sa
from alembic import op

import core.store.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("loan_application", sa.Column("fee_fen", sa.BigInteger(), nullable=True))
    op.create_table(
        "board",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("only", sa.Text(), nullable=False),
        sa.Column("after_id", sa.BigInteger(), nullable=True),
        sa.Column("board", sa.Text(), nullable=True),
        sa.Column("behind", sa.Text(), nullable=True),
        sa.Column("seen_as", sa.String(length=220), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("made_at", core.store.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_board_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
    )
    op.create_index(op.f("ix_board_person_id_id"), "board", ["person_id", "id"])
    op.create_index(op.f("ix_board_made_at"), "board", ["made_at"])
    op.create_index(op.f("ix_ownership_how_since"), "ownership", ["how", "since"])
    op.create_index(op.f("ix_follow_up_at_person_id"), "follow_up", ["at", "person_id"])
    op.create_index(op.f("ix_loan_happening_what_at"), "loan_happening", ["what", "at"])
    op.create_index(op.f("ix_loan_step_stage_entered_at"), "loan_step", ["stage", "entered_at"])
    op.create_index(op.f("ix_loan_application_ended_at"), "loan_application", ["ended_at"])
    op.create_index(op.f("ix_loan_disbursement_paid_on"), "loan_disbursement", ["paid_on"])
    op.create_index(op.f("ix_merge_closed_lead_id"), "merge", ["closed_lead_id"])
    # Whose it was then nobody wrote down before: whose it is now.
    with op.batch_alter_table("loan_disbursement") as table:
        table.add_column(sa.Column("officer_id", sa.BigInteger(), nullable=True))
        table.create_foreign_key(op.f("fk_loan_disbursement_officer_id_person"), "person", ["officer_id"], ["id"])
    paid_out = sa.table("loan_disbursement", sa.column("application_id"), sa.column("officer_id"))
    application = sa.table("loan_application", sa.column("id"), sa.column("owner_id"))
    owner = sa.select(application.c.owner_id).where(application.c.id == paid_out.c.application_id).scalar_subquery()
    op.execute(sa.update(paid_out).values(officer_id=owner))
    op.create_index(op.f("ix_loan_repayment_paid_on"), "loan_repayment", ["paid_on"])
