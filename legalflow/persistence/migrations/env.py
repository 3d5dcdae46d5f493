"""Runs migrations on the connection handed over by `persistence/migrating.py`."""

from __future__ import annotations

from alembic import context

from legalflow.persistence import tables

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=tables.SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
