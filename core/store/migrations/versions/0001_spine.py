"""The spine: people, leads, inbox, outbox, cards, dialogs, audit"""

import sqlalchemy as sa
from alembic import op

from core.store.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_answer",
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "key", name=op.f("pk_api_answer")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rate_limit")),
    )
    op.create_table(
        "imported_lines",
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column(
            "first_line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file", "first_line", name=op.f("pk_imported_lines")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_from_one")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor_id_seq"), ["actor_id", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject_seq"), ["subject", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "config_version",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_config_version")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("given_name_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("credit_code", sa.LargeBinary(), nullable=True),
        sa.Column("credit_code_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["customer.id"], name=op.f("fk_customer_merged_into_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("credit_code_index", name=op.f("uq_customer_credit_code_index")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_customer_id_number_index")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_customer_phone_index")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_given_name_index"), ["given_name_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_name_index"), ["name_index"], unique=False)

    op.create_table(
        "department",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("wecom_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("path", name=op.f("uq_department_path")),
        sa.UniqueConstraint("wecom_id", name=op.f("uq_department_wecom_id")),
    )
    op.create_table(
        "contact_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("carried", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
    )
    with op.batch_alter_table("contact_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_change_next_try_at"), ["next_try_at"], unique=False)

    op.create_table(
        "dialog",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("args", sa.LargeBinary(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "channel", name=op.f("pk_dialog")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_unanswered",
            ["received_at", "key"],
            unique=False,
            postgresql_where=sa.text("state = 'new'"),
            sqlite_where=sa.text("state = 'new'"),
        )

    op.create_table(
        "issued_card",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("screen", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("tapped", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_card")),
    )
    with op.batch_alter_table("issued_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_card_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_issued_card_person_id"), ["person_id"], unique=False)

    op.create_table(
        "card_subject",
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("card_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["issued_card.id"], name=op.f("fk_card_subject_card_id_issued_card"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", "card_id", name=op.f("pk_card_subject")),
    )
    with op.batch_alter_table("card_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_subject_card_id"), ["card_id"], unique=False)

    op.create_table(
        "card_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["issued_card.id"], name=op.f("fk_card_code_card_id_issued_card"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_code")),
    )
    with op.batch_alter_table("card_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_code_card_id_until"), ["card_id", "until"], unique=False)

    op.create_table(
        "job_slot",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_slot")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("card_id", sa.String(length=16), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("maybe_sent", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.String(length=20), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["next_try_at"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_outbox_finished",
            ["state", "finished_at"],
            unique=False,
            postgresql_where=sa.text("finished_at IS NOT NULL"),
            sqlite_where=sa.text("finished_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_open_target",
            ["target", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_outbox_put",
            ["put_at"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_outbox_sent", ["target", "sent_at"], unique=False)

    op.create_table(
        "shared_secret",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shared_secret")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("roles", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.String(length=20), nullable=False),
        sa.Column("wecom_userid", sa.String(length=64), nullable=True),
        sa.Column("dingtalk_userid", sa.String(length=64), nullable=True),
        sa.Column("superior_id", sa.BigInteger(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_by_platform", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("account_gone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("came_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_person_department_id_department")),
        sa.ForeignKeyConstraint(["superior_id"], ["person.id"], name=op.f("fk_person_superior_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("dingtalk_userid", name=op.f("uq_person_dingtalk_userid")),
        sa.UniqueConstraint("wecom_userid", name=op.f("uq_person_wecom_userid")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name"), ["name"], unique=False)

    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("pool", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("owned_at", UtcDateTime(), nullable=True),
        sa.Column("pooled_at", UtcDateTime(), nullable=True),
        sa.Column("idle_since", UtcDateTime(), nullable=True),
        sa.Column("contacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("live_application", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("disbursed_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("product", sa.String(length=20), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("next_contact_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_for", UtcDateTime(), nullable=True),
        sa.Column("last_follow_up_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(owner_id IS NULL) <> (pooled_at IS NULL)", name=op.f("ck_lead_owned_or_pooled")),
        sa.CheckConstraint("(owner_id IS NULL) = (idle_since IS NULL)", name=op.f("ck_lead_idle_since_owned")),
        sa.CheckConstraint("(owner_id IS NULL) = (owned_at IS NULL)", name=op.f("ck_lead_owned_since")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_lead_customer_id_customer")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_lead_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_lead_owned",
            ["owner_id", "next_contact_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
            sqlite_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
        )
        for name, column in (("held", "owned_at"), ("idle", "idle_since"), ("settled", "settled_at")):
            batch_op.create_index(
                f"ix_lead_{name}",
                [column],
                unique=False,
                postgresql_where=sa.text("state = 'open' AND owner_id IS NOT NULL AND live_application = false"),
                sqlite_where=sa.text("state = 'open' AND owner_id IS NOT NULL AND live_application = 0"),
            )
        unreminded = sa.text(
            "state = 'open' AND owner_id IS NOT NULL AND (reminded_for IS NULL OR reminded_for <> next_contact_at)"
        )
        batch_op.create_index(
            "ix_lead_unreminded",
            ["next_contact_at"],
            unique=False,
            postgresql_where=unreminded,
            sqlite_where=unreminded,
        )
        batch_op.create_index(
            "ix_lead_pooled",
            ["pool", "pooled_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND owner_id IS NULL"),
            sqlite_where=sa.text("state = 'open' AND owner_id IS NULL"),
        )
        batch_op.create_index(
            "uq_lead_open_customer",
            ["customer_id"],
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "follow_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=True),
        sa.Column("next_contact_at", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_follow_up_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_up_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_lead_id_at"), ["lead_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_person_id_at"), ["person_id", "at"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_comment_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_lead_id_at"), ["lead_id", "at"], unique=False)

    op.create_table(
        "comment_mention",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_mention_comment_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_mention_person_id_person")),
        sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f("pk_comment_mention")),
    )
    with op.batch_alter_table("comment_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_mention_person_id"), ["person_id"], unique=False)

    op.create_table(
        "medium",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=5), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_medium_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_medium_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medium")),
    )
    with op.batch_alter_table("medium", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_medium_lead_id_id"), ["lead_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_medium_person_id_received_at"), ["person_id", "received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_medium_state_received_at"), ["state", "received_at"], unique=False)
        batch_op.create_index(
            "ix_medium_unsorted",
            ["person_id", "received_at"],
            unique=False,
            postgresql_where=sa.text("lead_id IS NULL"),
            sqlite_where=sa.text("lead_id IS NULL"),
        )

    op.create_table(
        "lead_tag",
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_tag_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", "tag", name=op.f("pk_lead_tag")),
    )
    with op.batch_alter_table("lead_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_tag_tag_lead_id"), ["tag", "lead_id"], unique=False)

    op.create_table(
        "tag_off",
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_tag_off_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", "tag", name=op.f("pk_tag_off")),
    )
    op.create_table(
        "mark_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=True),
        sa.Column("was", sa.String(length=20), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_mark_change_by_id_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_mark_change_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_change")),
    )
    with op.batch_alter_table("mark_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_change_lead_id_id"), ["lead_id", "id"], unique=False)

    op.create_table(
        "care",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_care_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care")),
    )
    with op.batch_alter_table("care", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_by_id_begun_at"), ["by_id", "begun_at"], unique=False)

    op.create_table(
        "care_task",
        sa.Column("care_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["care_id"], ["care.id"], name=op.f("fk_care_task_care_id_care")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_care_task_done_by_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_care_task_lead_id_lead")),
        sa.PrimaryKeyConstraint("care_id", "lead_id", name=op.f("pk_care_task")),
    )
    with op.batch_alter_table("care_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_task_lead_id_care_id"), ["lead_id", "care_id"], unique=False)

    op.create_table(
        "ownership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("pool", sa.String(length=30), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ownership_by_id_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_ownership_lead_id_lead")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_ownership_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership")),
    )
    with op.batch_alter_table("ownership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ownership_lead_id_since"), ["lead_id", "since"], unique=False)
        batch_op.create_index(batch_op.f("ix_ownership_owner_id_how_since"), ["owner_id", "how", "since"], unique=False)
        batch_op.create_index(
            "uq_ownership_current",
            ["lead_id"],
            unique=True,
            postgresql_where=sa.text("until IS NULL"),
            sqlite_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "deferral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("asked_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name=op.f("fk_deferral_asked_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_deferral_by_id_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_deferral_lead_id_lead")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_deferral_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
    )
    with op.batch_alter_table("deferral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deferral_lead_id_until"), ["lead_id", "until"], unique=False)
        name = batch_op.f("ix_deferral_owner_id_kind_until")
        batch_op.create_index(name, ["owner_id", "kind", "until"], unique=False)
        is_asked = sa.text("by_id IS NULL")
        batch_op.create_index(
            "ix_deferral_open", ["asked_id"], unique=False, sqlite_where=is_asked, postgresql_where=is_asked
        )

    op.create_table(
        "duplicate_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duplicate_check_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_check")),
    )
    with op.batch_alter_table("duplicate_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_check_person_id_at"), ["person_id", "at"], unique=False)

    op.create_table(
        "assignment_turn",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("turns", sa.Text(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_assignment_turn")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_assignment_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_lead_id_id"), ["lead_id", "id"], unique=False)
        for name, columns in (("ix_assignment_retry", ["retry_at"]), ("ix_assignment_since", ["since", "lead_id"])):
            batch_op.create_index(
                name,
                columns,
                unique=False,
                postgresql_where=sa.text("person_id IS NULL"),
                sqlite_where=sa.text("person_id IS NULL"),
            )
        batch_op.create_index(
            "ix_assignment_untold",
            ["id"],
            unique=False,
            postgresql_where=sa.text("person_id IS NOT NULL AND told_at IS NULL"),
            sqlite_where=sa.text("person_id IS NOT NULL AND told_at IS NULL"),
        )
        batch_op.create_index(
            "uq_assignment_waiting",
            ["lead_id"],
            unique=True,
            postgresql_where=sa.text("person_id IS NULL"),
            sqlite_where=sa.text("person_id IS NULL"),
        )

    op.create_table(
        "fall_warning",
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lapse", sa.String(length=20), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_fall_warning_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", "lapse", "since", "seconds", name=op.f("pk_fall_warning")),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("into_lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clocks", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_merge_by_id_person")),
        sa.ForeignKeyConstraint(["closed_lead_id"], ["lead.id"], name=op.f("fk_merge_closed_lead_id_lead")),
        sa.ForeignKeyConstraint(["gone_id"], ["customer.id"], name=op.f("fk_merge_gone_id_customer")),
        sa.ForeignKeyConstraint(["into_lead_id"], ["lead.id"], name=op.f("fk_merge_into_lead_id_lead")),
        sa.ForeignKeyConstraint(["kept_id"], ["customer.id"], name=op.f("fk_merge_kept_id_customer")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_merge_lead_id_lead")),
        sa.ForeignKeyConstraint(["other_lead_id"], ["lead.id"], name=op.f("fk_merge_other_lead_id_lead")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_merge_undone_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merge_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "merge_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=True),
        sa.Column("tag", sa.String(length=20), nullable=True),
        sa.Column("was", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["merge_id"], ["merge.id"], name=op.f("fk_merge_item_merge_id_merge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_item")),
    )
    with op.batch_alter_table("merge_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_item_merge_id"), ["merge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merge_item_row_id"), ["row_id"], unique=False)

    op.create_table(
        "reveal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pool", sa.String(length=30), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_reveal_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reveal_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    with op.batch_alter_table("reveal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reveal_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reveal_person_id_at"), ["person_id", "at"], unique=False)

    op.create_table(
        "lead_reader",
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_lead_reader_by_id_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_reader_lead_id_lead")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lead_reader_person_id_person")),
        sa.PrimaryKeyConstraint("lead_id", "person_id", name=op.f("pk_lead_reader")),
    )
    with op.batch_alter_table("lead_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_reader_person_id_until"), ["person_id", "until"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaver_id", sa.BigInteger(), nullable=False),
        sa.Column("aim", sa.String(length=10), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("surveys", sa.Text(), nullable=False),
        sa.Column("cut_access", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_handover_by_id_person")),
        sa.ForeignKeyConstraint(["leaver_id"], ["person.id"], name=op.f("fk_handover_leaver_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id_person")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_handover_undone_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_by_id_id"), ["by_id", "id"], unique=False)
        batch_op.create_index(
            "uq_handover_at_work",
            ["leaver_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('running', 'undoing')"),
            sqlite_where=sa.text("state IN ('running', 'undoing')"),
        )

    op.create_table(
        "handover_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("came", sa.String(length=10), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("pool", sa.String(length=30), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("mark", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("back", sa.String(length=10), nullable=True),
        sa.Column("back_to_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["back_to_id"], ["person.id"], name=op.f("fk_handover_item_back_to_id_person")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_item_handover_id_handover")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_item_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
    )
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_item_handover_id_id"), ["handover_id", "id"], unique=False)
        batch_op.create_index(
            "ix_handover_item_waiting",
            ["handover_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "touch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_touch_by_id_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_touch_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touch")),
    )
    with op.batch_alter_table("touch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_touch_lead_id_at"), ["lead_id", "at"], unique=False)

    op.create_table(
        "external_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("userid", sa.LargeBinary(), nullable=False),
        sa.Column("userid_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_external_contact_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_contact")),
        sa.UniqueConstraint("userid_index", name=op.f("uq_external_contact_userid_index")),
    )
    with op.batch_alter_table("external_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_contact_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "external_follow",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("way", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.Column("gone_by", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["external_contact.id"], name=op.f("fk_external_follow_contact_id_external_contact")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_external_follow_person_id_person")),
        sa.PrimaryKeyConstraint("contact_id", "person_id", name=op.f("pk_external_follow")),
    )
