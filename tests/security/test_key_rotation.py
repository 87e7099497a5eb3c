"""While the master key is rotated nothing is lost: old values are read, found, verified, and known to be old."""

import pytest
from sqlalchemy import select

from core.leads.intake import NewLead, add_lead
from core.leads.models import Customer
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.pools import Pool, Pools
from core.leads.queries import find_leads
from core.leads.whole import lead_360
from core.people.policy import Actor, Role
from core.people.queries import by_userid
from core.people.service import PersonRow, import_people
from core.privacy import Vault
from core.store.audit import Broken, Intact, verify
from core.store.unit import Store

OLD, NEW = b"o" * 32, b"n" * 32
PHONE, ID_NUMBER, NAME = "13947100001", "150102199001011230", "巴特尔·孟和"
POOLS = Pools((Pool("all", "全区池"),), "all")


@pytest.fixture
def stores(store: Store) -> tuple[Store, Store, Store]:
    """The same database before, during and after a rotation."""
    return tuple(Store(store.database, vault, clock=store.clock) for vault in (Vault(OLD), Vault(NEW, OLD), Vault(NEW)))  # type: ignore[return-value]


def officer(store: Store) -> Actor:
    with store.unit(request_id="test") as unit:
        import_people(unit, [PersonRow(2, "巴图", "一部", "officer", "batu", "", "", "")])
    with store.read() as session:
        found = by_userid(session, "wecom", "batu")
    assert found is not None
    assert found.roles == {Role.OFFICER}
    return found


def enter(store: Store, actor: Actor, phone: str = PHONE, id_number: str | None = ID_NUMBER) -> Added | AlreadyOpen:
    with store.unit(request_id="test") as unit:
        outcome = add_lead(unit, actor, NewLead(NAME, phone, "抖音", id_number), POOLS)
    assert isinstance(outcome, Added | AlreadyOpen)
    return outcome


def test_old_values_are_read_and_found_and_not_doubled(stores: tuple[Store, Store, Store]) -> None:
    before, during, _ = stores
    actor = officer(before)
    lead = enter(before, actor).lead_id
    with during.read() as session:
        for words in (PHONE, NAME, "巴特尔"):
            assert list(find_leads(session, during.vault, actor, words, during.clock())) == [lead], words
        shown = lead_360(session, during.vault, actor, lead, POOLS, during.clock())
    assert shown is not None
    assert (shown.name, shown.phone) == (NAME, PHONE)
    assert enter(during, actor) == AlreadyOpen(lead, actor.id, "all"), "one phone, one customer, across keys"
    assert enter(during, actor, "13947100009") == AlreadyOpen(lead, actor.id, "all"), "one ID number as well"


def test_new_values_are_sealed_and_indexed_with_the_new_key(stores: tuple[Store, Store, Store]) -> None:
    before, during, after = stores
    actor = officer(before)
    old, new = enter(before, actor).lead_id, enter(during, actor, "13947100002", None).lead_id
    with after.read() as session:
        assert list(find_leads(session, after.vault, actor, "13947100002", after.clock())) == [new]
        assert lead_360(session, after.vault, actor, new, POOLS, after.clock()) is not None
        assert list(find_leads(session, after.vault, actor, PHONE, after.clock())) == []
        unreadable = lead_360(session, after.vault, actor, old, POOLS, after.clock())
    assert unreadable is not None
    assert (unreadable.name, unreadable.phone, unreadable.readable) == ("***", "***", False)


def test_what_is_still_sealed_with_the_old_key_can_be_told(stores: tuple[Store, Store, Store]) -> None:
    before, during, _ = stores
    actor = officer(before)
    enter(before, actor)
    enter(during, actor, "13947100002", None)
    with during.read() as session:
        sealed = session.execute(select(Customer.id, Customer.phone)).all()
    waiting = [row for row in sealed if during.vault.needs_resealing(row.phone)]
    assert len(waiting) == 1
    place = f"customer.phone:{waiting[0].id}"
    again = during.vault.seal(place, during.vault.open(place, waiting[0].phone))
    assert not during.vault.needs_resealing(again)
    assert Vault(NEW).open(place, again) == PHONE


def test_the_audit_chain_goes_on_across_the_rotation(stores: tuple[Store, Store, Store]) -> None:
    before, during, after = stores
    actor = officer(before)
    enter(before, actor)
    enter(during, actor, "13947100002", None)
    with during.read() as session:
        found = verify(session, during.vault)
        assert isinstance(found, Intact)
        assert found.rows >= 3
        assert verify(session, after.vault) == Broken(1, "unknown key")
        assert verify(session, before.vault) == Broken(found.rows, "unknown key")
