"""What an åtgärd is found by stands in `action` itself, as its newest version says it, with an index for
each list."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAITING = (
    ("ix_action_open", ["due", "id"], "status IN ('ej påbörjad', 'pågår')"),
    ("ix_action_to_confirm", ["due", "id"], "status = 'klar'"),
    ("ix_action_effect", ["due", "id"], "effect = '' AND follow_up IS NOT NULL"),
    ("ix_action_without_effect", ["due", "id"], "effect = 'nej'"),
)


def upgrade() -> None:
    # A column that must hold something begins with something, until it is filled below.
    begun = (
        ("status", sa.String(), ""),
        ("responsible", sa.String(), ""),
        ("due", sa.Date(), "1900-01-01"),
    )
    for name, kind, first in begun:
        op.add_column("action", sa.Column(name, kind, nullable=False, server_default=first))
    op.add_column("action", sa.Column("follow_up", sa.Date(), nullable=True))
    op.add_column("action", sa.Column("effect", sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE action SET status = newest.status, responsible = newest.responsible, "
        "due = newest.due, follow_up = newest.follow_up, effect = newest.effect "
        "FROM action_state AS newest WHERE newest.action = action.id "
        "AND newest.id IN (SELECT max(id) FROM action_state GROUP BY action)"
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite cannot take it away
        for name in ("status", "responsible", "due", "effect"):
            op.alter_column("action", name, server_default=None)
    for name, columns, which in WAITING:
        found = sa.text(which)
        op.create_index(name, "action", columns, sqlite_where=found, postgresql_where=found)
    op.create_index("ix_action_due", "action", ["due", "id"])
    op.create_index("ix_action_responsible", "action", ["responsible"])


def downgrade() -> None:
    for name in ("ix_action_responsible", "ix_action_due", *(name for name, *_ in WAITING)):
        op.drop_index(name, "action")
    for name in ("effect", "follow_up", "due", "responsible", "status"):
        op.drop_column("action", name)
