"""A report's files are made after it is fixed: which are wanted, and what went wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("wanted", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("failure", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name != "sqlite":
        for column in ("wanted", "failure"):
            op.alter_column("report", column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("report") as table:
        table.drop_column("failure")
        table.drop_column("wanted")
