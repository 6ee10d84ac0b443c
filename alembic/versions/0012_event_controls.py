"""Which controls wait for something to happen stands in their rows: no plan is read to find that none does."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQLITE = """
SELECT plan, version, json_extract(asked.value, '$.id')
FROM plan_version, json_each(document, '$.risks') AS risky, json_each(risky.value, '$.controls') AS asked
WHERE json_extract(asked.value, '$.kind') = 'event'
"""
POSTGRESQL = """
SELECT plan, version, asked.value ->> 'id'
FROM plan_version, jsonb_array_elements(document::jsonb -> 'risks') AS risky,
jsonb_array_elements(risky.value -> 'controls') AS asked WHERE asked.value ->> 'kind' = 'event'
"""


def upgrade() -> None:
    op.add_column(
        "control", sa.Column("on_event", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    waiting = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    op.get_bind().exec_driver_sql(
        f"UPDATE control SET on_event = true WHERE (plan, version, id) IN ({waiting})"
    )


def downgrade() -> None:
    op.drop_column("control", "on_event")
