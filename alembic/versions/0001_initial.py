"""All tables of the first version, and the triggers that keep the event log as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


PAYLOAD_KEPT = """NOT EXISTS (
    SELECT 1 FROM event WHERE kind = 'gallring' AND subject = 'händelse:' || OLD.seq
)"""
SAID = {
    "event": "the event log is append-only",
    "event_payload": "a payload is emptied by gallring only",
}


def guard_events() -> None:
    """Refuse every change of the log; a payload may go where a gallring event names it."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, when in (("event", ""), ("event_payload", PAYLOAD_KEPT)):
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if postgresql:
                test = f"IF {when} THEN {{}} END IF;" if when else "{}"
                stop = test.format(f"RAISE EXCEPTION '{SAID[table]}';")
                back = "NEW" if verb == "UPDATE" else "OLD"
                op.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {stop} RETURN {back}; END $$"
                )
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            else:
                test = f"WHEN {when}" if when else ""
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {test} "
                    f"BEGIN SELECT RAISE(ABORT, '{SAID[table]}'); END"
                )


def release_events() -> None:
    """Take the triggers away."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("event", "event_payload"):
        for verb in ("update", "delete"):
            name = f"{table}_no_{verb}"
            op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
            if postgresql:
                op.execute(f"DROP FUNCTION {name}()")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holding_function"), ["function"], unique=False)

    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "organisation",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "plan",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("unit", "year"),
    )
    op.create_table(
        "register_risk",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "id"),
    )
    op.create_table(
        "event_payload",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["event.seq"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["plan.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("ix_note_plan", ["plan", "subject"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("dnr", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["plan.key"],
        ),
        sa.PrimaryKeyConstraint("plan", "version"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["plan.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "control", "unit", "slot"),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_due", ["due", "id"], unique=False)
        batch_op.create_index(
            "ix_task_to_notify",
            ["id"],
            unique=False,
            sqlite_where=sa.text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
            postgresql_where=sa.text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
        )
        batch_op.create_index(
            "ix_task_to_open",
            ["opens"],
            unique=False,
            sqlite_where=sa.text("state = 'planerad'"),
            postgresql_where=sa.text("state = 'planerad'"),
        )
        batch_op.create_index(
            "ix_task_waiting",
            ["owner"],
            unique=False,
            sqlite_where=sa.text("state IN ('öppen', 'påbörjad', 'återsänd')"),
            postgresql_where=sa.text("state IN ('öppen', 'påbörjad', 'återsänd')"),
        )

    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("direct", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan"],
            ["plan.key"],
        ),
        sa.ForeignKeyConstraint(
            ["task"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "number"),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_task"), ["task"], unique=False)

    op.create_table(
        "answer",
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("submitted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task", "version"),
    )
    op.create_table(
        "control",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan", "version"],
            ["plan_version.plan", "plan_version.version"],
        ),
        sa.PrimaryKeyConstraint("plan", "version", "id"),
    )
    op.create_table(
        "link_task",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link"],
            ["link.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("link", "task"),
    )
    with op.batch_alter_table("link_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_task_task"), ["task"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_task"), ["task"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["next_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('väntar', 'sänds')"),
            postgresql_where=sa.text("state IN ('väntar', 'sänds')"),
        )

    op.create_table(
        "task_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("task_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_state_task"), ["task"], unique=False)

    op.create_table(
        "action_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action"],
            ["action.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("action_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_state_action"), ["action"], unique=False)

    guard_events()


def downgrade() -> None:
    release_events()
    with op.batch_alter_table("action_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_state_action"))

    op.drop_table("action_state")
    with op.batch_alter_table("task_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_state_task"))

    op.drop_table("task_state")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_waiting",
            sqlite_where=sa.text("state IN ('väntar', 'sänds')"),
            postgresql_where=sa.text("state IN ('väntar', 'sänds')"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_task"))

    op.drop_table("outbox")
    with op.batch_alter_table("link_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_task_task"))

    op.drop_table("link_task")
    op.drop_table("control")
    op.drop_table("answer")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_task"))

    op.drop_table("action")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_task_waiting",
            sqlite_where=sa.text("state IN ('öppen', 'påbörjad', 'återsänd')"),
            postgresql_where=sa.text("state IN ('öppen', 'påbörjad', 'återsänd')"),
        )
        batch_op.drop_index(
            "ix_task_to_open",
            sqlite_where=sa.text("state = 'planerad'"),
            postgresql_where=sa.text("state = 'planerad'"),
        )
        batch_op.drop_index(
            "ix_task_to_notify",
            sqlite_where=sa.text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
            postgresql_where=sa.text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
        )
        batch_op.drop_index("ix_task_due")

    op.drop_table("task")
    op.drop_table("plan_version")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_plan")

    op.drop_table("note")
    op.drop_table("event_payload")
    op.drop_table("register_risk")
    op.drop_table("plan")
    op.drop_table("organisation")
    op.drop_table("link")
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holding_function"))

    op.drop_table("holding")
    op.drop_table("event")
