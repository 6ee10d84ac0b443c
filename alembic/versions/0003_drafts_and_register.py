"""Drafts of plans, the risk register in versions, reasons at adoption, owners of shared controls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = "unit, id, document, recorded_at"


def register(versions: bool) -> None:
    """The register's table anew, with what it held: the only version, or the newest."""
    op.rename_table("register_risk", "register_risk_old")
    columns = [
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    ]
    if versions:
        columns += [
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("retired", sa.Boolean(), nullable=False),
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("by", sa.String(), nullable=False),
        ]
    keys = ("unit", "id", "version") if versions else ("unit", "id")
    # PostgreSQL keeps the name of the old table's key.
    named = "register_risk_versions" if versions else "register_risk_pkey"
    op.create_table("register_risk", *columns, sa.PrimaryKeyConstraint(*keys, name=named))
    if versions:
        op.execute(
            f'INSERT INTO register_risk ({KEPT}, version, retired, reason, "by") '
            f"SELECT {KEPT}, 1, false, '', 'system:kommandoraden' FROM register_risk_old"
        )
    else:
        op.execute(
            f"INSERT INTO register_risk ({KEPT}) SELECT {KEPT} FROM register_risk_old AS r "
            "WHERE version = (SELECT max(version) FROM register_risk_old "
            "WHERE unit = r.unit AND id = r.id)"
        )
    op.drop_table("register_risk_old")


def upgrade() -> None:
    register(versions=True)
    op.create_table(
        "plan_draft",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("fixed", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("dnr", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("plan"),
        sa.UniqueConstraint("unit", "year"),
    )
    op.create_table(
        "shared_owner",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plan.key"]),
        sa.PrimaryKeyConstraint("plan", "control", "unit", "version"),
    )
    op.add_column(
        "control",
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.add_column("plan", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "plan_version",
        sa.Column("reasons", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    )


def downgrade() -> None:
    op.drop_column("plan_version", "reasons")
    op.drop_column("plan", "closed_at")
    op.drop_column("control", "shared")
    op.drop_table("shared_owner")
    op.drop_table("plan_draft")
    register(versions=False)
