"""Notices: where each was said, what people chose, reminders and replies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_until", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("snoozed_until", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("said", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("step", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("next_at", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.Float(), nullable=True))
        batch_op.drop_column("channel")
        batch_op.drop_column("ts")
        batch_op.drop_column("sent_at")
        batch_op.create_index("ix_notices_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_notices_due_at", ["due_at"], unique=False)
        batch_op.create_index("ix_notices_next_at", ["next_at"], unique=False)
    op.create_table(
        "notice_posts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("thread", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=80), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("tried_at", sa.Float(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_posts_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_posts")),
        sa.UniqueConstraint("notice_id", "address", name=op.f("uq_notice_posts_notice_id_address")),
    )
    with op.batch_alter_table("notice_posts", schema=None) as batch_op:
        batch_op.create_index("ix_notice_posts_due_at", ["due_at"], unique=False)
    op.create_table(
        "notice_settings",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("who", "key", name=op.f("pk_notice_settings")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
