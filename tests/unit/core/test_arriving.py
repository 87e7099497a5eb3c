"""Many arrivals at once are what the same arrivals one by one would be."""

from itertools import pairwise
from typing import Any

import pytest
from firm import Firm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.invariants import assert_kept
from sqlalchemy import select, update

from core.leads import imported
from core.leads.arriving import NewLead, arrive, open_leads_of, prepare
from core.leads.models import Customer, Lead, Ownership, Touch, note_place
from core.leads.outcomes import Added, AlreadyOpen
from core.privacy import Vault
from core.store.unit import Store, Unit

_IDS = ("152201197305192204", "150102199003070345")


def new(number: int, **more: Any) -> NewLead:
    given = {"name": "刘志强", "phone": f"139472{number:05}", "channel": "抖音"} | more
    return NewLead(**given)


def bring(firm: Firm, *news: NewLead) -> list[Added | AlreadyOpen]:
    """All of them in one transaction."""
    arrivals = [prepare(firm.store.vault, each) for each in news]
    return firm.work(lambda unit: arrive(unit, arrivals, firm.pools, by_id=None))


def test_new_customers_get_leads_in_the_order_given(firm: Firm) -> None:
    outcomes = bring(firm, new(1, region="150102"), new(2, note="急用"), new(3, product="car", amount_fen=5))
    first = outcomes[0].lead_id
    assert [outcome.lead_id for outcome in outcomes] == [first, first + 1, first + 2]
    assert [outcome.pool for outcome in outcomes] == ["hohhot", "all", "all"]
    assert all(isinstance(outcome, Added) for outcome in outcomes)
    second, third = firm.lead(first + 1), firm.lead(first + 2)
    assert firm.store.vault.open(note_place(second.id), second.note or b"") == "急用"
    assert (third.product, third.amount_fen, third.note, third.revision) == ("car", 5, None, 1)
    assert firm.history(first) == [(None, "hohhot", "enter", True)]
    assert_kept(firm.store)


def test_the_next_lead_that_is_entered_has_the_next_number(firm: Firm) -> None:
    last = bring(firm, new(1), new(2))[-1].lead_id
    assert firm.add() == last + 1


def test_one_phone_twice_is_one_customer_and_a_touch(firm: Firm) -> None:
    outcomes = bring(firm, new(1), new(2), new(1, channel="快手", name="别名"))
    assert isinstance(outcomes[0], Added)
    assert outcomes[2] == AlreadyOpen(outcomes[0].lead_id, None, "all")
    with firm.store.read() as session:
        touches = session.execute(select(Touch.lead_id, Touch.channel).order_by(Touch.id)).all()
    assert [tuple(touch) for touch in touches] == [
        (outcomes[0].lead_id, "抖音"),
        (outcomes[1].lead_id, "抖音"),
        (outcomes[0].lead_id, "快手"),
    ]
    assert_kept(firm.store)


def test_who_is_found_by_his_id_number_is_the_same_customer(firm: Firm) -> None:
    first, again = bring(firm, new(1, id_number=_IDS[0]), new(2, id_number=_IDS[0]))
    assert again.lead_id == first.lead_id
    assert bring(firm, new(3, id_number=_IDS[0]))[0] == AlreadyOpen(first.lead_id, None, "all")


def test_the_phone_counts_before_the_id_number(firm: Firm) -> None:
    one, other = bring(firm, new(1, id_number=_IDS[0]), new(2))
    assert bring(firm, new(2, id_number=_IDS[0]))[0].lead_id == other.lead_id != one.lead_id


def test_a_customer_whose_lead_is_closed_gets_another(firm: Firm) -> None:
    (first,) = bring(firm, new(1))
    firm.close(first.lead_id)
    second, again = bring(firm, new(1), new(1))
    assert isinstance(second, Added)
    assert second.lead_id != first.lead_id
    assert again == AlreadyOpen(second.lead_id, None, "all")


def test_a_customer_who_was_merged_is_the_one_he_is_now(firm: Firm) -> None:
    kept, gone = bring(firm, new(1), new(2))
    with firm.store.database.write() as session:
        customers = dict(session.execute(select(Lead.id, Lead.customer_id)).all())
        session.execute(update(Lead).where(Lead.id == gone.lead_id).values(state="closed"))
        merged = update(Customer).where(Customer.id == customers[gone.lead_id])
        session.execute(merged.values(merged_into_id=customers[kept.lead_id]))
    assert bring(firm, new(2))[0].lead_id == kept.lead_id


def test_the_owner_keeps_an_open_lead(firm: Firm) -> None:
    lead = firm.add("batu", phone="13947200001")
    assert bring(firm, new(1))[0] == AlreadyOpen(lead, firm.who("batu").id, "hohhot")


def test_while_a_key_is_rotated_customers_are_found_by_either(firm: Firm) -> None:
    (first,) = bring(firm, new(1, id_number=_IDS[0]))
    during = Firm(Store(firm.store.database, Vault(b"n" * 32, b"k" * 32), clock=firm.store.clock))
    (by_phone, by_number) = bring(during, new(1), new(5, id_number=_IDS[0]))
    assert (by_phone.lead_id, by_number.lead_id) == (first.lead_id, first.lead_id)


def test_looking_beforehand_writes_nothing(firm: Firm) -> None:
    (there,) = bring(firm, new(1, id_number=_IDS[0]))
    wanted = [prepare(firm.store.vault, each) for each in (new(1), new(2), new(3, id_number=_IDS[0]))]
    with firm.store.read() as session:
        assert open_leads_of(session, wanted) == [there.lead_id, None, there.lead_id]
        assert len(session.scalars(select(Ownership.id)).all()) == 1


_NEWS = st.builds(
    new,
    st.integers(0, 4),
    id_number=st.sampled_from([None, *_IDS]),
    region=st.sampled_from([None, "150102", "150202"]),
    note=st.sampled_from(["", "急用"]),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(_NEWS, max_size=8), cuts=st.sets(st.integers(0, 8)))
def test_in_any_parts_the_same_comes_of_it(firm: Firm, news: list[NewLead], cuts: set[int]) -> None:
    """All at once, or in parts: the same arrivals are the same customers, first or again."""

    def outcomes(parts: list[list[NewLead]]) -> list[tuple[int, bool]]:
        """Which arrival was the first of the same lead, for each; and whether it was added."""
        found: list[Added | AlreadyOpen] = []
        with firm.store.database.writer.begin() as connection:
            unit = Unit(connection, firm.store.clock(), firm.store.vault, "test", "test", "test")
            for part in parts:
                arrivals = [prepare(firm.store.vault, each) for each in part]
                found += arrive(unit, arrivals, firm.pools, by_id=None)
            connection.rollback()
        leads = [outcome.lead_id for outcome in found]
        return [(leads.index(each.lead_id), isinstance(each, Added)) for each in found]

    places = [0, *sorted(cut for cut in cuts if cut < len(news)), len(news)]
    parts = [news[start:end] for start, end in pairwise(places)]
    assert outcomes([part for part in parts if part]) == outcomes([news])


def test_lines_are_taken_once_and_remembered(firm: Firm) -> None:
    lines = {line: prepare(firm.store.vault, new(line % 3)) for line in range(2, 7)}
    taken = firm.work(lambda unit: imported.take_lines(unit, "f" * 64, lines, firm.pools))
    assert taken is not None
    assert [each.again for each in taken.values()] == [False, False, False, True, True]
    assert firm.work(lambda unit: imported.take_lines(unit, "f" * 64, lines, firm.pools)) is None
    with firm.store.read() as session:
        assert imported.taken_before(session, "f" * 64, 0) == taken
        assert imported.taken_before(session, "f" * 64, 1) == {}
        assert imported.taken_before(session, "e" * 64, 0) == {}
        assert len(session.scalars(select(Touch.id)).all()) == 5


def test_owners_are_told_of_each_line_once(firm: Firm) -> None:
    lead = firm.add("batu", phone="13947200001")
    lines = {
        2: prepare(firm.store.vault, new(1)),
        3: prepare(firm.store.vault, new(2)),
        4: prepare(firm.store.vault, new(1)),
    }
    firm.work(lambda unit: imported.take_lines(unit, "f" * 64, lines, firm.pools))
    with firm.store.read() as session:
        rows, owners = imported.owners_to_tell(session, "f" * 64)
    assert owners == {firm.who("batu").id: imported.CameAgain(2, [lead])}
    assert firm.work(lambda unit: imported.mark_told(unit, "f" * 64, rows))
    assert not firm.work(lambda unit: imported.mark_told(unit, "f" * 64, rows))
    with firm.store.read() as session:
        assert imported.owners_to_tell(session, "f" * 64) == (set(), {})
