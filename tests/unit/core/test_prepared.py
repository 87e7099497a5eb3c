"""Prepared statements convert what goes in and comes out exactly as SQLAlchemy's own execution does."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import ProgrammingError

from core.store.base import table_of
from core.store.database import insert_new
from core.store.inbox import InboxRow
from core.store.issued import IssuedCard
from core.store.outbox import OutboxRow
from core.store.prepared import Prepared
from core.store.unit import Store

CARD, OUTBOX, INBOX = table_of(IssuedCard), table_of(OutboxRow), table_of(InboxRow)
AT = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
ROW = {
    "id": "a" * 16,
    "channel": "wecom",
    "person_id": 7,
    "screen": "lead",
    "args": {"名字": "巴特尔·孟和", "n": [1, None]},
    "revision": 1,
    "created_at": AT,
}
EVENT = {
    "key": "wecom:1",
    "channel": "wecom",
    "event": b"\x00\xff",
    "reply": None,
    "state": "new",
    "attempts": 0,
    "received_at": AT,
    "finished_at": None,
    "request_id": "r",
}
INSERT = Prepared(insert(CARD), tuple(ROW))
COLUMNS = [CARD.c[name] for name in ROW]


@pytest.mark.parametrize(("table", "values", "at"), [(CARD, ROW, "created_at"), (INBOX, EVENT, "received_at")])
def test_what_is_written_is_what_sqlalchemy_reads(store: Store, table: Table, values: dict[str, Any], at: str) -> None:
    with store.database.begin() as connection:
        Prepared(insert(table), tuple(values)).run(connection, values)
    with store.read() as session:
        row = session.execute(select(*[table.c[name] for name in values])).one()._asdict()
    assert row == values
    assert row[at].tzinfo == UTC


def test_what_is_read_is_what_sqlalchemy_reads(store: Store) -> None:
    statement = select(*COLUMNS).where(CARD.c.screen == bindparam("of"), CARD.c.created_at <= bindparam("until"))
    with store.database.begin() as connection:
        connection.execute(insert(CARD), [ROW, ROW | {"id": "b" * 16}])
        prepared = Prepared(statement)
        for values in ({"of": "lead", "until": AT}, {"of": "lead", "until": AT - timedelta(microseconds=1)}):
            ours, theirs = prepared.rows(connection, values), connection.execute(statement, values).all()
            assert [tuple(row) for row in theirs] == ours
        assert prepared.row(connection, {"of": "mine", "until": AT}) is None
        assert len(prepared.rows(connection, {"of": "lead", "until": AT})) == 2


def test_constants_and_expressions_of_a_statement_stay(store: Store) -> None:
    later = Prepared(
        update(CARD)
        .where(CARD.c.id == bindparam("card"), CARD.c.screen == "lead")
        .values(revision=CARD.c.revision + 1, created_at=bindparam("at"))
        .returning(CARD.c.revision, CARD.c.created_at)
    )
    with store.database.begin() as connection:
        INSERT.run(connection, ROW)
        assert later.row(connection, {"card": ROW["id"], "at": AT + timedelta(days=1)}) == (2, AT + timedelta(days=1))
        assert later.row(connection, {"card": ROW["id"], "at": AT}) == (3, AT)
        assert later.row(connection, {"card": "nobody", "at": AT}) is None


def test_a_statement_of_one_database_is_made_for_each(store: Store) -> None:
    new = Prepared(lambda on: insert_new(on, InboxRow), ("key", "channel", "event", "received_at", "request_id"))
    columns = Prepared(lambda on: insert_new(on, InboxRow), [column.name for column in INBOX.columns])
    values = {"key": "k", "channel": "wecom", "event": b"e", "received_at": AT, "request_id": "r"}
    whole = values | {"state": "new", "attempts": 0, "reply": None, "finished_at": None}
    with store.database.begin() as connection:
        columns.run(connection, whole)
        columns.run(connection, whole | {"event": b"again"})
        assert connection.execute(select(INBOX.c.event)).scalars().all() == [b"e"]
        with pytest.raises(ValueError, match=r"state.*must be given"):
            new.run(connection, values)


def test_many_rows_and_a_session(store: Store) -> None:
    with store.database.write() as session:
        INSERT.run_all(session, [ROW | {"id": letter * 16, "args": {letter: True}} for letter in "abc"])
        found = session.execute(select(CARD.c.id, CARD.c.args).order_by(CARD.c.id)).all()
    assert [(row.id[0], row.args) for row in found] == [(letter, {letter: True}) for letter in "abc"]


def test_a_value_that_is_missing_or_naive_is_an_error(store: Store) -> None:
    with store.database.begin() as connection:
        with pytest.raises((KeyError, ProgrammingError), match="screen"):
            INSERT.run(connection, {name: value for name, value in ROW.items() if name != "screen"})
        with pytest.raises(ValueError, match="time zone"):
            INSERT.run(connection, ROW | {"created_at": datetime(2026, 1, 1)})  # noqa: DTZ001  naive on purpose
