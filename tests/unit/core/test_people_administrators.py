"""A company that has an administrator keeps one, whatever is imported and whoever leaves."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.people.models import Person
from core.people.queries import everybody, has_administrator
from core.people.rules import NoAdministrator
from core.people.service import (
    BadRow,
    Doubtful,
    Imported,
    LastAdministrator,
    Left,
    PersonRow,
    import_company,
    import_people,
    leave,
)
from core.store.unit import Store

ADMIN = PersonRow(2, "乌云", "总部", "admin|manager", "wuyun", "", "", "")
SECOND = PersonRow(3, "孟克", "总部", "admin", "mengke", "", "", "")
OFFICER = PersonRow(4, "巴图", "一部", "officer", "batu", "", "", "")


def load(store: Store, *rows: PersonRow) -> Imported | list[BadRow]:
    with store.unit(request_id="test") as unit:
        return import_people(unit, rows)


def load_company(store: Store, *rows: PersonRow) -> Imported | list[BadRow] | Doubtful:
    with store.unit(request_id="test") as unit:
        return import_company(unit, rows)


def go(store: Store, userid: str) -> object:
    with store.unit(request_id="test") as unit:
        return leave(unit, userid)


def here(store: Store) -> dict[str, str]:
    """The roles of who works here."""
    with store.read() as session:
        return {person.name: person.roles for person in everybody(session)}


def test_the_last_administrator_does_not_leave(store: Store) -> None:
    load(store, ADMIN, SECOND, OFFICER)
    assert isinstance(go(store, "batu"), Left)
    assert isinstance(go(store, "WUYUN"), Left)
    kept = go(store, "mengke")
    assert isinstance(kept, LastAdministrator)
    assert kept.who.userid == "mengke"
    assert here(store) == {"孟克": "admin"}
    assert isinstance(load(store, replace(OFFICER, role="admin")), Imported)
    assert isinstance(go(store, "mengke"), Left), "there is another one now"


def test_an_import_does_not_take_the_role_from_the_last_administrators(store: Store) -> None:
    load(store, ADMIN, SECOND, OFFICER)
    before = here(store)
    demoted = replace(ADMIN, role="manager"), replace(SECOND, line=7, role="risk")
    both = [BadRow(2, "role", "administrator", "manager"), BadRow(7, "role", "administrator", "risk")]
    for load_all in (load, load_company):
        assert load_all(store, *demoted, OFFICER) == both
    assert here(store) == before
    assert isinstance(load(store, demoted[0]), Imported), "the other one stays, though the file does not name him"
    assert load(store, demoted[1]) == both[1:]
    assert isinstance(load(store, demoted[1], replace(OFFICER, role="officer|admin")), Imported)
    assert here(store) == {"乌云": "manager", "孟克": "risk", "巴图": "admin|officer"}


def test_one_that_leaves_and_one_that_is_something_else_are_all(store: Store) -> None:
    load(store, ADMIN, SECOND, OFFICER)
    refused = load_company(store, replace(ADMIN, role="manager"), OFFICER)
    assert isinstance(refused, Doubtful)
    assert refused.why == NoAdministrator()
    newcomer = PersonRow(5, "何静", "总部", "admin", "hejing", "", "", "")
    assert isinstance(load_company(store, replace(ADMIN, role="manager"), OFFICER, newcomer), Imported)


def test_an_administrator_who_has_left_is_none(store: Store) -> None:
    load(store, ADMIN, SECOND)
    go(store, "wuyun")
    assert load(store, replace(SECOND, role="risk")) == [BadRow(3, "role", "administrator", "risk")]
    back = load(store, ADMIN, replace(SECOND, role="risk"))
    assert isinstance(back, Imported)
    assert len(back.back) == 1


def test_a_company_without_one_is_not_held_up(store: Store) -> None:
    """A first file may come in parts, and one that had none before loses nothing."""
    assert load(store, OFFICER) == Imported(1, 0, 0)
    with store.read() as session:
        assert not has_administrator(session)
    assert isinstance(load(store, replace(OFFICER, role="manager")), Imported)
    assert isinstance(go(store, "batu"), Left)
    load(store, ADMIN)
    with store.read() as session:
        assert has_administrator(session)


def test_a_mistyped_role_is_told_as_what_it_is(store: Store) -> None:
    load(store, ADMIN)
    assert load(store, replace(ADMIN, role="admn")) == [BadRow(2, "role", "unknown", "admn")]


@pytest.mark.parametrize("first", ["wuyun", "mengke"])
def test_of_two_who_leave_at_once_one_stays(store: Store, first: str) -> None:
    load(store, ADMIN, SECOND)
    second = {"wuyun": "mengke", "mengke": "wuyun"}[first]
    outcomes: list[object] = []
    thread = threading.Thread(target=lambda: outcomes.append(go(store, second)), daemon=True)
    with store.unit(request_id="test") as unit:
        outcomes.append(leave(unit, first))
        unit.session.flush()
        thread.start()
        thread.join(0.3)  # it waits for us; if it did not, it would have left by now
        assert thread.is_alive()
    thread.join(30)
    assert [type(outcome) for outcome in outcomes] == [Left, LastAdministrator]
    with store.read() as session:
        assert session.scalars(select(Person.wecom_userid).where(Person.left_at.is_(None))).all() == [second]
