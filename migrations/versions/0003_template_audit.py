"""The record of runs, and an index for counting those at work."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scaffolder_audit",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("template_ref", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("secret_names", sa.JSON(), nullable=False),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "attempt", name=op.f("pk_scaffolder_audit")),
    )
    with op.batch_alter_table("scaffolder_audit", schema=None) as batch_op:
        batch_op.create_index("ix_scaffolder_audit_at", ["at"], unique=False)
    with op.batch_alter_table("scaffolder_runs", schema=None) as batch_op:
        batch_op.create_index("ix_scaffolder_runs_status", ["status"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("scaffolder_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_scaffolder_runs_status")
    op.drop_table("scaffolder_audit")
