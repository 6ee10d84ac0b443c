"""Runs migrations: on the connection the program hands over, or on the address in alembic.ini."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

config = context.config


def run(connection) -> None:
    """Migrate on this connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        transactional_ddl=True,  # SQLite too: alembic would commit after each step there
    )
    with context.begin_transaction():
        context.run_migrations()


handed = config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with create_engine(config.get_main_option("sqlalchemy.url")).connect() as own:
        run(own)
        own.commit()
