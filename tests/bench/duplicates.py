"""查重: what a look for a number costs, against a bare look by the same index over the same connection; with many
customers."""

import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import LargeBinary, bindparam, select

from bot.runtime import Runtime
from core.leads.duplicates import Number, check_duplicate, look_up
from core.leads.models import Customer, phone_place
from core.leads.pools import Pools
from core.leads.queries import opened, opened_name
from core.people import queries as people
from core.store.base import table_of
from core.store.prepared import Prepared
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace

MANY = 1_000_000
_C = table_of(Customer)
_BARE = Prepared(select(_C.c.id, _C.c.name).where(_C.c.phone_index == bindparam("index", type_=LargeBinary())))
Look = Callable[[str], object]


def measure(dialect: str, *, rounds: int, checks: int, leads: int = MANY) -> list[Figure]:
    """Microseconds of one look, ours and the bare one by turns, `checks` of each a turn; and of a whole 查重, with its
    count, its audit entry and its commit (no floor: that is what writing costs)."""
    with workplace() as folder, filled(dialect, leads, folder) as url:
        made = runtime(url, folder / "var")
        try:
            phones = _phones(made, checks)
            return [_looks(made, dialect, phones, rounds, leads), _wholes(made, dialect, phones, rounds, leads)]
        finally:
            made.store.database.dispose()


def _looks(made: Runtime, dialect: str, phones: list[str], rounds: int, leads: int) -> Figure:
    vault, ours, floor = made.store.vault, [], []
    with made.store.database.reader.connect() as connection:

        def bare(phone: str) -> object:
            row = _BARE.row(connection, {"index": vault.index("customer.phone", phone)})
            return opened_name(vault, row[0], row[1]) if row else None

        def look(phone: str) -> object:
            return look_up(connection, vault, Number("phone", phone))

        for turn in range(rounds + 1):
            ours.append(_microseconds(look, phones))
            floor.append(_microseconds(bare, phones))
            if not turn:  # the first turn warms up
                ours.clear()
                floor.clear()
    title = f"a look for a duplicate, {leads:,} customers, {dialect}"
    return Figure(title, "µs", tuple(ours), tuple(floor), Wish("ratio", most=1.5))


def _wholes(made: Runtime, dialect: str, phones: list[str], rounds: int, leads: int) -> Figure:
    pools = Pools(made.company.pools.pools, made.company.pools.default)
    with made.store.read() as session:
        actor = people.by_userid(session, "wecom", "batu")
    if actor is None:
        raise RuntimeError("batu is not there")

    def check(phone: str) -> object:
        with made.store.unit(request_id="bench", channel="wecom") as unit:
            return check_duplicate(unit, actor, Number("phone", phone), pools)

    share = phones[:30]  # so many are counted in a day
    samples = [_microseconds(check, share) for _ in range(rounds + 1)]
    return Figure(f"a whole 查重, {leads:,} customers, {dialect}", "µs", tuple(samples[1:]))


def _phones(made: Runtime, count: int) -> list[str]:
    """Phones of customers from all over the table, each of which has an open lead."""
    with made.store.read() as session:
        ids = session.scalars(select(Customer.id).order_by(Customer.phone_index).limit(count)).all()
        rows = session.execute(select(Customer.id, Customer.phone).where(Customer.id.in_(ids)))
        return [opened(made.store.vault, phone_place(row.id), row.phone) or "" for row in rows]


def _microseconds(look: Look, phones: list[str]) -> float:
    times = []
    for phone in phones:
        started = time.perf_counter()
        look(phone)
        times.append(time.perf_counter() - started)
    return median(times) * 1_000_000
