"""Indices for what waits (requests without a besked, files to check, mails that were refused), and for a
control's occurrences of all years."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITS, REFUSED = sa.text("decided_at IS NULL"), sa.text("state = 'avvisad'")


def upgrade() -> None:
    op.create_index("ix_task_control", "task", ["unit", "control"])
    op.create_index(
        "ix_task_request_waiting",
        "task_request",
        ["id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index("ix_evidence_scan", "evidence", ["scan", "uploaded_at"])
    op.create_index(
        "ix_outbox_refused",
        "outbox",
        ["created_at"],
        sqlite_where=REFUSED,
        postgresql_where=REFUSED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_refused", "outbox")
    op.drop_index("ix_evidence_scan", "evidence")
    op.drop_index("ix_task_request_waiting", "task_request")
    op.drop_index("ix_task_control", "task")
