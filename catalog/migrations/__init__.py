"""The schema's history, one set of alembic migrations for SQLite and PostgreSQL."""
