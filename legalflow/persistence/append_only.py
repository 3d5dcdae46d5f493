"""Triggers by which the database itself refuses to change or delete what may only be appended (I9)."""

from __future__ import annotations

from legalflow.persistence.tables import APPEND_ONLY


def statements(dialect: str) -> list[str]:
    """The SQL that makes the append-only tables so, for `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION append_only()"
        for table in APPEND_ONLY
    ]


def undo(dialect: str) -> list[str]:
    """The SQL that takes the triggers away again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_append_only ON {table}" for table in APPEND_ONLY] + ["DROP FUNCTION append_only()"]
