"""Delegation, requests, evidence, letters, bad addresses, calendars, yearly ratings, åtgärder that live on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def added(table: str, name: str, kind: str, points_at: str = "", index: bool = False) -> None:
    """A column that rows which are there leave empty; alembic itself adds none that points at
    another table on SQLite."""
    reference = f" REFERENCES {points_at} (id)" if points_at else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{reference}")
    if index:
        op.create_index(f"ix_{table}_{name}", table, [name])


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_letter_email", "letter", ["email"])
    op.create_table(
        "bad_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_bad_address_email", "bad_address", ["email"])
    op.create_table(
        "mail_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_calendar_feed_person", "calendar_feed", ["person"])
    op.create_table(
        "link_action",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action"], ["action.id"]),
        sa.ForeignKeyConstraint(["link"], ["link.id"]),
        sa.PrimaryKeyConstraint("link", "action"),
    )
    op.create_index("ix_link_action_action", "link_action", ["action"])
    around_tasks()
    added_columns()


def around_tasks() -> None:
    """What is asked, decided and kept about a task, and the yearly bedömning."""
    op.create_table(
        "task_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_task_change_task", "task_change", ["task"])
    op.create_table(
        "task_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.ForeignKeyConstraint(["task"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_task_request_task", "task_request", ["task"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("dated", MOMENT, nullable=True),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.ForeignKeyConstraint(["task"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evidence_task", "evidence", ["task", "id"])
    op.create_table(
        "evidence_content",
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"]),
        sa.PrimaryKeyConstraint("evidence"),
    )
    op.create_table(
        "yearly_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plan.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_yearly_rating_plan", "yearly_rating", ["plan", "control", "unit"])


def added_columns() -> None:
    """New columns of tables that are there."""
    added("task", "delegate", "INTEGER", "person", index=True)
    added("task", "own_owner", "BOOLEAN NOT NULL DEFAULT false")
    added("task", "own_due", "BOOLEAN NOT NULL DEFAULT false")
    op.create_index(
        "ix_task_to_approve", "task", ["id"],
        sqlite_where=sa.text("state = 'inlämnad'"),
        postgresql_where=sa.text("state = 'inlämnad'"),
    )  # fmt: skip
    added("answer", "person", "INTEGER", "person")
    added("answer", "entered_by", "VARCHAR NOT NULL DEFAULT ''")
    added("action", "unit", "VARCHAR NOT NULL DEFAULT ''", index=True)
    for name in ("cause", "note", "effect"):
        added("action_state", name, "VARCHAR NOT NULL DEFAULT ''")
    added("action_state", "follow_up", "DATE")
    added("link_task", "approve", "BOOLEAN NOT NULL DEFAULT false")
    added("outbox", "action", "INTEGER", "action", index=True)
    added("outbox", "letter", "INTEGER", "letter", index=True)
    op.execute(
        "UPDATE action SET unit = COALESCE((SELECT unit FROM task WHERE task.id = action.task), "
        "(SELECT unit FROM plan WHERE plan.key = action.plan))"
    )


COLUMNS = (
    ("task", ("delegate", "own_owner", "own_due")),
    ("answer", ("person", "entered_by")),
    ("action", ("unit",)),
    ("action_state", ("cause", "note", "effect", "follow_up")),
    ("link_task", ("approve",)),
    ("outbox", ("action", "letter")),
)
TABLES = (
    "yearly_rating", "evidence_content", "evidence", "task_request", "task_change", "link_action",
    "calendar_feed", "mail_day", "bad_address", "letter",
)  # fmt: skip


def downgrade() -> None:
    for name, table in (
        ("ix_outbox_letter", "outbox"), ("ix_outbox_action", "outbox"), ("ix_action_unit", "action"),
        ("ix_task_delegate", "task"), ("ix_task_to_approve", "task"),
    ):  # fmt: skip
        op.drop_index(name, table)
    for table, names in COLUMNS:
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)
    for table in TABLES:
        op.drop_table(table)
