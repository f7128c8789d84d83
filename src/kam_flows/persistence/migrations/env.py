"""How Alembic reaches our database and our tables."""

from alembic import context

from kam_flows.persistence.models import Row

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection, target_metadata=Row.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
