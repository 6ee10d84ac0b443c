"""People who log in, their links and sessions; looking up events by whom and what; gallring."""

import json
from dataclasses import asdict

import sqlalchemy as sa
from alembic import op

from icengine.domain.happening import about

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def name_approvers() -> None:
    """Who approves the answers to each control, as the adopted plans say."""
    bind = op.get_bind()
    meta = sa.MetaData()
    version = sa.Table("plan_version", meta, autoload_with=bind)
    control = sa.Table("control", meta, autoload_with=bind)
    for row in bind.execute(sa.select(version.c.plan, version.c.version, version.c.document)).all():
        for risk in json.loads(row.document)["risks"]:
            for item in risk["controls"]:
                bind.execute(
                    sa.update(control)
                    .where(control.c.plan == row.plan, control.c.version == row.version)
                    .where(control.c.id == item["id"])
                    .values(approver=item["approver"])
                )


OLD_PERMIT = """NOT EXISTS (
    SELECT 1 FROM event WHERE kind = 'gallring' AND subject = 'händelse:' || OLD.seq
)"""
PERMIT = "NOT EXISTS (SELECT 1 FROM event_disposed WHERE seq = OLD.seq)"
"""A payload may not go, as it was in 0001, and as it is."""
DECIDED = """NOT EXISTS (SELECT 1 FROM event WHERE seq = NEW.decision AND kind = 'gallring')
    OR EXISTS (
        SELECT 1 FROM event
        WHERE seq = NEW.seq AND kind IN ('plan antagen', 'svar inlämnat', 'gallring')
    )"""
"""A payload may not be named: no gallring names it, or it proves what was adopted or answered."""
BY_GALLRING = "a payload is emptied by gallring only"


def guard(table: str, verb: str, when: str, said: str) -> None:
    """Refuse a statement on rows of a table; `when` "": always. Takes the place of an older guard."""
    name = f"{table}_no_{verb.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        stop = f"RAISE EXCEPTION '{said}';"
        stop = f"IF {when} THEN {stop} END IF;" if when else stop
        back = "OLD" if verb == "DELETE" else "NEW"
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {stop} RETURN {back}; END $$"
        )
        op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    else:
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
        test = f"WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {test} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def guard_payloads() -> None:
    """A payload goes where a gallring event names it, and never changes."""
    op.create_table(
        "event_disposed",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["event.seq"]),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"]),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("event_disposed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_disposed_decision"), ["decision"], unique=False)
    guard("event_payload", "UPDATE", "", BY_GALLRING)
    guard("event_payload", "DELETE", PERMIT, BY_GALLRING)
    guard("event_disposed", "INSERT", DECIDED, BY_GALLRING)
    for verb in ("UPDATE", "DELETE"):
        guard("event_disposed", verb, "", "the event log is append-only")


def release_payloads() -> None:
    """As it was in 0001."""
    for verb in ("UPDATE", "DELETE"):
        guard("event_payload", verb, OLD_PERMIT, BY_GALLRING)
    op.drop_table("event_disposed")
    if op.get_bind().dialect.name == "postgresql":
        for verb in ("insert", "update", "delete"):
            op.execute(f"DROP FUNCTION event_disposed_no_{verb}()")


BATCH = 1000
"""Events that are looked up at a time."""


def index_events() -> None:
    """What each event of an earlier version is about: worked out from what it says, as at commit."""
    bind = op.get_bind()
    meta = sa.MetaData()
    event = sa.Table("event", meta, autoload_with=bind)
    payload = sa.Table("event_payload", meta, autoload_with=bind)
    found = sa.Table("event_about", meta, autoload_with=bind)
    query = (
        sa.select(event.c.seq, event.c.subject, payload.c.payload)
        .join(payload, payload.c.seq == event.c.seq, isouter=True)
        .order_by(event.c.seq)
        .limit(BATCH)
    )
    last = 0
    while rows := bind.execute(query.where(event.c.seq > last)).all():
        last = rows[-1].seq
        bind.execute(
            sa.insert(found),
            [
                {"seq": row.seq, **asdict(thing)}
                for row in rows
                for thing in about(row.subject, json.loads(row.payload or "{}"))
            ],
        )


def upgrade() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "login_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_link_person"), ["person"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("brought", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_person"), ["person"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_actor", ["actor", "seq"], unique=False)
        batch_op.create_index("ix_event_subject", ["subject", "seq"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_email", ["email", "kind"], unique=False)

    op.create_table(
        "event_about",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["event.seq"],
        ),
        sa.PrimaryKeyConstraint("seq", "unit", "plan", "control"),
    )
    with op.batch_alter_table("event_about", schema=None) as batch_op:
        batch_op.create_index("ix_event_about_plan", ["plan", "seq"], unique=False)
        batch_op.create_index("ix_event_about_unit", ["unit", "seq"], unique=False)

    with op.batch_alter_table("control", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approver", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("control", schema=None) as batch_op:
        batch_op.alter_column("approver", server_default=None)

    name_approvers()
    index_events()
    guard_payloads()


def downgrade() -> None:
    release_payloads()
    with op.batch_alter_table("control", schema=None) as batch_op:
        batch_op.drop_column("approver")

    op.drop_table("event_about")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_email")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.drop_index("ix_event_actor")

    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person"))

    op.drop_table("web_session")
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_link_person"))

    op.drop_table("login_link")
    op.drop_table("person")
    op.drop_table("login_attempt")
