"""Samlad rapport: verdicts and sums of units; reports of every kind go to a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("top", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_verdict_top", "verdict", ["top", "year"])
    op.create_table(
        "unit_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("open_actions", sa.Integer(), nullable=False),
        sa.Column("late_actions", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_unit_totals_year", "unit_totals", ["year", "unit"])
    _reports(freed=True)


def downgrade() -> None:
    op.drop_table("unit_totals")
    op.drop_table("verdict")
    op.execute("DELETE FROM report_file WHERE plan NOT IN (SELECT key FROM plan)")
    op.execute("DELETE FROM report WHERE plan NOT IN (SELECT key FROM plan)")
    _reports(freed=False)


def _reports(*, freed: bool) -> None:
    """Reports of a tree have no plan: the key is no longer a plan's alone. SQLite cannot take a
    foreign key away, so there the tables are made anew with what they hold."""
    if op.get_bind().dialect.name == "sqlite":
        _made_anew("report", _report(), ("plan", "number"), freed)
        _made_anew("report_file", _files(), ("plan", "number", "format"), freed)
        op.create_index("ix_report_file_sha256", "report_file", ["sha256"])
    elif freed:
        op.add_column("report", sa.Column("kind", sa.String(), nullable=True))
        op.execute("UPDATE report SET kind = 'slutrapport'")
        op.alter_column("report", "kind", nullable=False)
        for table in ("report", "report_file"):
            op.drop_constraint(f"{table}_plan_fkey", table, type_="foreignkey")
    else:
        op.drop_column("report", "kind")
        for table in ("report", "report_file"):
            op.create_foreign_key(f"{table}_plan_fkey", table, "plan", ["plan"], ["key"])


def _made_anew(table: str, columns: list[sa.Column], keys: tuple[str, ...], freed: bool) -> None:
    names = ", ".join(column.name for column in columns)
    kind = freed and table == "report"
    more = [sa.Column("kind", sa.String(), nullable=False)] if kind else []
    held = [] if freed else [sa.ForeignKeyConstraint(["plan"], ["plan.key"])]
    op.create_table(f"{table}_new", *columns, *more, *held, sa.PrimaryKeyConstraint(*keys))
    into, given = (f"{names}, kind", f"{names}, 'slutrapport'") if kind else (names, names)
    op.execute(f"INSERT INTO {table}_new ({into}) SELECT {given} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)


def _report() -> list[sa.Column]:
    return [
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("dnr", sa.String(), nullable=False),
        sa.Column("appendix", sa.String(), nullable=False),
        sa.Column("meeting", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fixed_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
    ]


def _files() -> list[sa.Column]:
    return [
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    ]
