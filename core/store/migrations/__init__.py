"""Alembic migrations: expand, move, contract, so that the old release keeps working while one runs."""
