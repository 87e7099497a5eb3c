"""Sixteen writers at once: the audit chain has one order and no gap, from its very first row."""

from kit.barriers import at_once
from sqlalchemy import select

from core.store.audit import AuditRow, Intact, verify
from core.store.unit import Store

WRITERS, EACH = 16, 5


def test_sixteen_writers_make_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        for turn in range(EACH):
            with store.unit(request_id=f"w{number}") as unit:
                unit.record(number, "test:write", f"turn:{turn}")

    at_once([lambda number=number: write(number) for number in range(WRITERS)])
    with store.read() as session:
        result = verify(session, store.vault)
        rows = session.execute(select(AuditRow.actor_id, AuditRow.subject).order_by(AuditRow.seq)).all()
    assert isinstance(result, Intact), result
    assert result.rows == len(rows) == WRITERS * EACH
    for number in range(WRITERS):  # each writer's own rows stand in the order he wrote them
        assert [subject for actor, subject in rows if actor == number] == [f"turn:{turn}" for turn in range(EACH)]
