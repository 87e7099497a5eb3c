"""The audit chain: whatever is done to it afterwards, `verify` names the first row that does not fit."""

import contextlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from core.people.service import PersonRow, import_people
from core.privacy import Vault
from core.store import audit
from core.store.audit import AuditHead, AuditRow, Broken, Intact, append, verify
from core.store.database import Database
from core.store.shared import SecretRow
from core.store.unit import Store

ROWS = 6


def fill(store: Store, rows: int = ROWS) -> None:
    for number in range(1, rows + 1):
        with store.unit(request_id=f"r{number}", channel="wecom") as unit:
            unit.record(7, "lead:claim", f"lead:{number}", owner=number, name="巴**", at=store.clock().isoformat())


def result(store: Store, vault: Vault | None = None) -> Intact | Broken:
    with store.read() as session:
        return verify(session, vault or store.vault)


def tamper(store: Store, *statements: object) -> None:
    with store.database.write() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]


def test_an_untouched_chain_is_intact(store: Store) -> None:
    assert result(store) == Intact(0, "00" * 32)
    fill(store)
    found = result(store)
    assert isinstance(found, Intact)
    assert found.rows == ROWS
    with store.read() as session:
        assert found.head == session.scalars(select(AuditHead.hash)).one().hex()


def test_a_rows_hash_is_the_one_that_every_release_computes(store: Store) -> None:
    """HMAC-SHA-256 over the last hash and the row as a JSON list: a log of years must verify with the next release."""
    odd = "孟和·“巴”\\\n\t\x7f\u2028😀<&>"
    with store.unit(request_id="r1", channel="wecom") as unit:
        unit.record(None, "lead:claim", "lead:1", note=odd, owner=7)
        unit.record(7, "lead:note", odd)
        at = unit.now.isoformat()
    key, key_id = store.vault.keys("audit")[0], store.vault.key_ids()[0]
    details = json.dumps({"note": odd, "owner": 7}, ensure_ascii=False, separators=(",", ":"))
    expected, last = [], b"\0" * 32
    for row in (
        [1, at, None, "lead:claim", "lead:1", details, "wecom", "r1", key_id],
        [2, at, 7, "lead:note", odd, "{}", "wecom", "r1", key_id],
    ):
        canonical = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        last = hmac.digest(key, last + canonical.encode(), "sha256")
        expected.append(last)
    with store.read() as session:
        assert session.scalars(select(AuditRow.hash).order_by(AuditRow.seq)).all() == expected


OTHER: dict[str, object] = {
    "at": None,
    "actor_id": 8,
    "action": "lead:claim:denied",
    "subject": "lead:99",
    "details": "{}",
    "channel": "dingtalk",
    "request_id": "other",
    "hash": b"\1" * 32,
}


@pytest.mark.parametrize("row", [1, 3, ROWS])
@pytest.mark.parametrize("column", OTHER)
def test_each_altered_column_is_named(store: Store, column: str, row: int) -> None:
    fill(store)
    value = store.clock() + timedelta(microseconds=1) if column == "at" else OTHER[column]
    tamper(store, update(AuditRow).where(AuditRow.seq == row).values({column: value}))
    assert result(store) == Broken(row, "altered")


def test_every_column_is_covered() -> None:
    assert set(OTHER) | {"seq", "key_id"} == set(AuditRow.__table__.columns.keys())


@pytest.mark.parametrize(
    ("case", "broken"),
    [
        ("the first is missing", Broken(1, "missing")),
        ("one is missing", Broken(3, "missing")),
        ("the last is missing", Broken(ROWS, "cut")),
        ("the end is missing", Broken(4, "cut")),
        ("all are missing", Broken(1, "cut")),
        ("the head is missing", Broken(ROWS + 1, "cut")),
        ("the head is another's", Broken(ROWS + 1, "cut")),
        ("the head is an older one", Broken(ROWS, "cut")),
        ("the end is missing, and the head made to fit", Broken(ROWS, "cut")),
        ("one is inserted", Broken(4, "altered")),
        ("one is added", Broken(ROWS + 1, "altered")),
        ("two change places", Broken(2, "altered")),
        ("one is there twice", Broken(ROWS + 1, "altered")),
        ("another key is named", Broken(3, "unknown key")),
    ],
)
def test_what_is_done_to_the_rows_is_named(store: Store, case: str, broken: Broken) -> None:
    fill(store)
    with store.read() as session:
        rows = [dict(row) for row in session.execute(select(AuditRow.__table__).order_by(AuditRow.seq)).mappings()]
    older = {"seq": rows[-2]["seq"], "hash": rows[-2]["hash"]}
    tamper(store, *DEEDS[case](rows, older))
    found = result(store)
    assert found == broken
    if isinstance(found, Broken) and found.what == "cut":
        made_to_fit = "the end is missing, and the head made to fit"
        heads = {"the head is missing": None, "the head is an older one": ROWS - 1, made_to_fit: ROWS - 1}
        assert found.head == heads.get(case, ROWS), "what the head says"


Deed = Callable[[list[dict[str, object]], dict[str, object]], list[object]]


def shift(rows: list[dict[str, object]], after: int) -> list[object]:
    """Make room for a row behind `after`."""
    return [
        update(AuditRow).where(AuditRow.seq == row["seq"]).values(seq=int(str(row["seq"])) + 1)
        for row in reversed(rows)
        if int(str(row["seq"])) > after
    ]


def swap(first: int, second: int) -> list[object]:
    steps = ((first, 999), (second, first), (999, second))
    return [update(AuditRow).where(AuditRow.seq == old).values(seq=new) for old, new in steps]


DEEDS: dict[str, Deed] = {
    "the first is missing": lambda _r, _o: [delete(AuditRow).where(AuditRow.seq == 1)],
    "one is missing": lambda _r, _o: [delete(AuditRow).where(AuditRow.seq == 3)],
    "the last is missing": lambda _r, _o: [delete(AuditRow).where(AuditRow.seq == ROWS)],
    "the end is missing": lambda _r, _o: [delete(AuditRow).where(AuditRow.seq >= 4)],
    "all are missing": lambda _r, _o: [delete(AuditRow)],
    "the head is missing": lambda _r, _o: [delete(AuditHead)],
    "the head is another's": lambda _r, _o: [update(AuditHead).values(hash=b"\1" * 32)],
    "the head is an older one": lambda _r, older: [update(AuditHead).values(older)],
    "the end is missing, and the head made to fit": lambda _r, older: [
        delete(AuditRow).where(AuditRow.seq == ROWS),
        update(AuditHead).values(older),
    ],
    "one is inserted": lambda rows, _o: [*shift(rows, 3), insert(AuditRow).values(rows[0] | {"seq": 4})],
    "one is added": lambda rows, _o: [insert(AuditRow).values(rows[0] | {"seq": ROWS + 1})],
    "two change places": lambda _r, _o: swap(2, 5),
    "one is there twice": lambda rows, _o: [insert(AuditRow).values(rows[-1] | {"seq": ROWS + 1})],
    "another key is named": lambda _r, _o: [update(AuditRow).where(AuditRow.seq == 3).values(key_id="00000000")],
}


@pytest.mark.parametrize("seq", [0, -5])
def test_a_row_before_the_first_is_found(store: Store, seq: int) -> None:
    """Was: the walk began behind 0, so that a forged row with seq 0 or -5 was read by people and verified by nobody."""
    fill(store)
    with store.read() as session:
        row = dict(session.execute(select(AuditRow.__table__).where(AuditRow.seq == 2)).mappings().one())
    forged = insert(AuditRow).values(row | {"seq": seq})
    with pytest.raises(IntegrityError):
        tamper(store, forged)
    off, on = {
        "sqlite": (text("PRAGMA ignore_check_constraints=ON"), text("PRAGMA ignore_check_constraints=OFF")),
        "postgresql": (text("ALTER TABLE audit DROP CONSTRAINT ck_audit_from_one"), text("SELECT 1")),
    }[store.database.dialect]
    tamper(store, off, forged, on)
    assert result(store) == Broken(seq, "altered")


GARBAGE = {
    "a time that is none": "UPDATE audit SET at = 'garbage' WHERE seq = 3",
    "a number for a time": "UPDATE audit SET at = 5 WHERE seq = 3",
    "a text for a hash": "UPDATE audit SET hash = 'abc' WHERE seq = 3",
    "a huge number for a hash": "UPDATE audit SET hash = 1000000000000 WHERE seq = 3",
    "bytes for a text": "UPDATE audit SET details = x'7b7d' WHERE seq = 3",
    "the same text as bytes": "UPDATE audit SET details = CAST(details AS BLOB) WHERE seq = 3",
    "a text that is no UTF-8": "UPDATE audit SET details = CAST(x'ff00' AS TEXT) WHERE seq = 3",
    "a key's name that is no UTF-8": "UPDATE audit SET key_id = CAST(x'ff' AS TEXT) WHERE seq = 3",
    "a name for an actor": "UPDATE audit SET actor_id = 'abc' WHERE seq = 3",
}


@pytest.mark.parametrize("deed", GARBAGE)
def test_what_cannot_be_read_is_an_altered_row(store: Store, deed: str) -> None:
    """SQLite keeps any value in any column. Was: ValueError, TypeError or OperationalError, and no row was named."""
    if store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    fill(store)
    tamper(store, text(GARBAGE[deed]))
    assert result(store) == Broken(3, "altered")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_head SET seq = 'x'",
        "UPDATE audit_head SET seq = x'01'",
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE audit_head SET hash = 7",
        "UPDATE audit_head SET hash = CAST(x'ff00' AS TEXT)",
        "UPDATE audit_head SET seq = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_head_that_cannot_be_read_is_named(store: Store, deed: str) -> None:
    """Was: OperationalError where it is a text that is no UTF-8."""
    if store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    fill(store)
    tamper(store, text(deed))
    assert result(store) == Broken(ROWS + 1, "head")
    tamper(store, update(AuditRow).where(AuditRow.seq == 2).values(details="{}"))
    assert result(store) == Broken(2, "altered"), "the first row that does not fit is named first"


def test_one_unreadable_row_of_a_long_chain_is_named(store: Store) -> None:
    if store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    with store.unit(request_id="many") as unit:
        for number in range(1100):
            unit.record(None, "test:row", f"n:{number}")
    tamper(store, text("UPDATE audit SET subject = CAST(x'ff' AS TEXT) WHERE seq = 1050"))
    assert result(store) == Broken(1050, "altered")


def test_a_chain_that_was_made_anew_with_another_key_does_not_pass(store: Store) -> None:
    """Who has the database but not the key can write a chain of his own, under our key's name: every hash is wrong."""
    forger = Vault(b"f" * 32)
    with store.database.write() as session:
        append(session, forger, [audit.Entry(1, "a:b", "c")], at=store.clock(), channel="x", request_id="y")
        session.execute(update(AuditRow).values(key_id=store.vault.key_ids()[0]))
    assert result(store) == Broken(1, "altered")


def test_the_chain_goes_on_across_a_rotation(store: Store) -> None:
    fill(store)
    during = Store(store.database, Vault(b"n" * 32, b"k" * 32), clock=store.clock)
    fill(during)
    assert isinstance(result(during), Intact)
    assert result(store) == Broken(ROWS + 1, "unknown key")
    assert result(store, Vault(b"n" * 32)) == Broken(1, "unknown key")


def test_what_is_recorded_is_told_back(store: Store) -> None:
    fill(store, 1)
    with store.read() as session:
        row = session.scalars(select(AuditRow)).one()
    assert (row.actor_id, row.action, row.subject, row.channel, row.request_id) == (
        7,
        "lead:claim",
        "lead:1",
        "wecom",
        "r1",
    )
    assert row.at == store.clock()
    assert row.details == f'{{"at":"{store.clock().isoformat()}","name":"巴**","owner":1}}'


def test_nothing_is_recorded_of_what_was_rolled_back(store: Store) -> None:
    fill(store, 2)
    with contextlib.suppress(ZeroDivisionError), store.unit(request_id="x") as unit:
        unit.record(1, "lead:claim", "lead:1")
        raise ZeroDivisionError
    assert isinstance(result(store), Intact)
    with store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM audit")) == 2


def test_a_long_chain_is_walked_in_batches(store: Store) -> None:
    with store.unit(request_id="many") as unit:
        for number in range(2500):
            unit.record(None, "test:row", f"n:{number}")
    found = result(store)
    assert isinstance(found, Intact)
    assert found.rows == 2500
    tamper(store, update(AuditRow).where(AuditRow.seq == 2001).values(actor_id=1))
    assert result(store) == Broken(2001, "altered")


def test_a_chain_that_grows_meanwhile_is_intact(store: Store, database_url: str) -> None:
    """`tuoling audit verify` runs while people work: before each look of the walk somebody commits an entry."""
    fill(store)
    grown = 0

    def grow(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal grown
        if statement.lstrip().startswith("SELECT audit") and "FOR UPDATE" not in statement and not working.locked():
            with working:
                grown += 1
                fill(other, 1)

    working, other = threading.Lock(), Store(Database(database_url), store.vault, clock=store.clock)
    event.listen(store.database.reader, "before_cursor_execute", grow)
    found = result(store)
    event.remove(store.database.reader, "before_cursor_execute", grow)
    other.database.dispose()
    assert grown >= 2
    assert isinstance(found, Intact), found
    after = result(store)
    assert isinstance(after, Intact)
    assert after.rows == ROWS + grown


WIPED: dict[str, list[object]] = {
    "the log": [delete(AuditRow), delete(AuditHead)],
    "the log, and what knows the key": [delete(AuditRow), delete(AuditHead), delete(SecretRow)],
    "the log, and its head set back": [delete(AuditRow)],
}


@pytest.mark.parametrize("deed", WIPED)
def test_a_log_that_was_wiped_whole_is_not_a_new_one(store: Store, deed: str) -> None:
    """Was: intact with 0 rows, and with 1 after the next entry."""
    store.check_key()
    with store.read() as session:
        first = {"seq": 0, "hash": b"\0" * 32, "seal": session.scalars(select(AuditHead.seal)).one()}
    with store.unit(request_id="test") as unit:
        import_people(unit, [PersonRow(2, "巴图", "一部", "officer", "batu", "", "", "")])
    set_back = [update(AuditHead).values(first)] if deed.endswith("set back") else []
    tamper(store, *WIPED[deed], *set_back)
    assert result(store) == Broken(1, "cut")
    for other in (store, Store(store.database, store.vault, clock=store.clock)):  # who works on, and who starts anew
        if set_back:
            break  # somebody kept the head of the beginning: against him the head is to be kept elsewhere
        fill(other, 2)
        found = result(store)
        assert isinstance(found, Broken)
        assert found.seq == 1


def test_a_head_that_is_gone_stops_nobody_and_stays_told(store: Store) -> None:
    """Was: each entry after it failed, of everybody, because its number was there already."""
    fill(store)
    tamper(store, delete(AuditRow).where(AuditRow.seq == ROWS), delete(AuditHead))
    fill(store, 2)
    assert result(store) == Broken(ROWS, "altered")


def test_a_new_database_has_a_whole_and_empty_log(store: Store) -> None:
    store.check_key()
    assert result(store) == Intact(0, "00" * 32)
    tamper(store, delete(AuditHead))
    assert result(store) == Broken(1, "cut"), "it was begun"


def test_what_is_read_is_of_one_moment(store: Store) -> None:
    """On both databases: what somebody commits meanwhile is not seen."""
    with store.unit(request_id="test") as unit:
        unit.record(None, "test:one", "test")
    with store.snapshot() as session:
        before = session.scalars(select(AuditRow.action)).all()
        with store.unit(request_id="test") as unit:
            unit.record(None, "test:two", "test")
        assert session.scalars(select(AuditRow.action)).all() == before
    with store.read() as session:
        assert len(session.scalars(select(AuditRow.action)).all()) == len(before) + 1


def test_the_entries_about_something(store: Store) -> None:
    with store.unit(request_id="test") as unit:
        for action, subject in (("lead:add", "lead:1"), ("customer:name", "lead:2"), ("lead:add", "lead:2")):
            unit.record(None, action, subject)
        unit.record(None, "loan:started", "application:1", by="a_b")
    with store.read() as session:
        found = list(audit.about(session, {"": ["lead:1", "application:1"], "customer:": ["lead:2"]}))
        assert list(audit.about(session, {})) == []
        assert list(audit.about(session, {"": []})) == []
    assert [(seq, row.action, row.subject) for seq, row in found if row is not None] == [
        (1, "lead:add", "lead:1"),
        (2, "customer:name", "lead:2"),
        (4, "loan:started", "application:1"),
    ]
