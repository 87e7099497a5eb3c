"""A database knows its master key: with another one nothing is written.

Was: another key was not refused, and a customer whose lead was open was entered a second time.
"""

import pytest
from kit.barriers import at_once
from sqlalchemy import delete, func, select, text, update

from core.people.models import Person
from core.people.service import PersonRow, import_people
from core.privacy import Vault, resealing
from core.store.audit import AuditRow
from core.store.founding import WrongKey, holds
from core.store.shared import MASTER_KEY, SecretRow
from core.store.unit import Store

RIGHT, OTHER = Vault(b"k" * 32), Vault(b"o" * 32)
ROTATING = Vault(b"o" * 32, b"k" * 32)


def with_key(store: Store, vault: Vault) -> Store:
    """Another process on the same database."""
    return Store(store.database, vault, clock=store.clock)


def work(store: Store) -> None:
    with store.unit(request_id="test") as unit:
        import_people(unit, [PersonRow(2, "巴图", "一部", "officer", "batu", "", "", "")])


def count(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def known(store: Store, vault: Vault) -> bool | None:
    with store.read() as session:
        return holds(session, vault)


def tamper(store: Store, *statements: object) -> None:
    with store.database.write() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]


def test_an_empty_database_takes_the_key_of_the_first(store: Store) -> None:
    assert known(store, RIGHT) is None
    with_key(store, RIGHT).check_key()
    assert (known(store, RIGHT), known(store, OTHER)) == (True, False)
    with_key(store, RIGHT).check_key()


def test_with_another_key_nothing_is_written(store: Store) -> None:
    work(store)
    before = count(store, AuditRow)
    for _ in range(2):
        with pytest.raises(WrongKey):
            work(with_key(store, OTHER))
    assert (count(store, AuditRow), count(store, Person)) == (before, 1)
    assert known(store, OTHER) is False
    work(with_key(store, RIGHT))


def test_the_key_is_missed_before_anything_was_recorded(store: Store) -> None:
    """As after `tuoling db upgrade`: there is no entry in the log that could tell the key."""
    store.check_key()
    with pytest.raises(WrongKey):
        with_key(store, OTHER).check_key()


def test_of_two_first_ones_one_is_let_in(store: Store) -> None:
    def come(vault: Vault) -> bool:
        try:
            with_key(store, vault).check_key()
        except WrongKey:
            return False
        return True

    keys = [Vault(bytes([number]) * 32) for number in range(4)]
    came = at_once([lambda key=key: come(key) for key in keys])
    assert sorted(came) == [False, False, False, True]
    assert [known(store, key) for key in keys] == came


def test_while_keys_are_rotated_both_are_right_and_then_the_new_one_alone(store: Store) -> None:
    work(store)
    work(with_key(store, ROTATING))
    with pytest.raises(WrongKey):  # retired before the old data was sealed anew: it could not be read any more
        work(with_key(store, OTHER))
    done = resealing.reseal(with_key(store, ROTATING))
    assert done.anew["shared_secret.value"] == 1
    work(with_key(store, OTHER))
    with pytest.raises(WrongKey):
        work(with_key(store, RIGHT))
    assert resealing.count(with_key(store, OTHER)).unreadable == {}


@pytest.mark.parametrize("value", [b"", b"\x01\x02", b"\x01" + b"\xff" * 3])
def test_a_damaged_value_is_made_anew_by_who_has_the_key(store: Store, value: bytes) -> None:
    work(store)
    tamper(store, update(SecretRow).where(SecretRow.name == MASTER_KEY).values(value=value))
    assert (known(store, RIGHT), known(store, OTHER)) == (True, False)
    with pytest.raises(WrongKey):
        work(with_key(store, OTHER))
    work(with_key(store, RIGHT))
    with store.read() as session:
        assert session.scalars(select(SecretRow.value)).one() != value
    assert known(store, RIGHT) is True


def test_a_value_that_is_gone_is_made_anew_by_who_has_the_key(store: Store) -> None:
    work(store)
    tamper(store, delete(SecretRow))
    with pytest.raises(WrongKey):
        work(with_key(store, OTHER))
    work(with_key(store, RIGHT))
    assert count(store, SecretRow) == 1


def test_a_value_of_our_key_that_was_altered_is_no_other_key(store: Store) -> None:
    work(store)
    with store.read() as session:
        value = session.scalars(select(SecretRow.value)).one()
    tamper(store, update(SecretRow).values(value=value[:-1] + bytes([value[-1] ^ 1])))
    work(with_key(store, RIGHT))
    assert known(store, OTHER) is False


def test_a_value_that_is_no_bytes_is_a_damaged_one(store: Store) -> None:
    if store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    work(store)
    tamper(store, text("UPDATE shared_secret SET value = 'abc'"))
    assert known(store, OTHER) is False
    work(with_key(store, RIGHT))
