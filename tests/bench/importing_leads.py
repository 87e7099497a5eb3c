"""`tuoling leads import` of many rows, from the file to the result file, against the raw inserts of the same rows.

The floor is given the leads in memory, seals and indexes them as we do, and writes the same rows of the same tables by
hand-written SQL on the raw driver, as many a transaction as we do: nothing is read, looked up, checked or chained.
"""

import csv
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url, text

from bot.commands_leads import FROM_A_FILE, import_leads_file
from bot.sandbox.sample import SampleLead, iter_leads
from bot.sandbox.seed import SEED
from config.company import load_company
from config.settings import Settings, load_settings
from core.leads.arriving import NewLead, customer_values
from core.leads.imported import LINES
from core.leads.models import note_place
from core.leads.pools import Pools
from core.leads.products import PRODUCTS
from core.privacy import Vault
from core.regions import REGIONS
from core.store.base import new_id
from tests.bench.company import environment
from tests.bench.figures import Figure, Wish
from tests.bench.stand import workplace
from tests.kit.databases import fresh_postgres, fresh_sqlite, postgres

ROWS = 100_000
_HASH = b"h" * 32
_COLUMNS = {
    "customer": (
        "id name name_index given_name_index phone phone_index id_number id_number_index credit_code credit_code_index"
        " created_at"
    ),
    "lead": (
        "id customer_id state pool pooled_at contacted live_application product amount_fen region channel note"
        " created_at revision"
    ),
    "ownership": "id lead_id pool how since",
    "touch": "lead_id channel at",
    "audit": "seq at action subject details channel request_id key_id hash",
}
_PRODUCT_WORDS = {word: key for key, word in PRODUCTS.items()} | {"信用贷": "credit", "公积金贷": "credit"}


def measure(dialect: str, *, rows: int = ROWS, rounds: int) -> list[Figure]:
    """Rows a second on a fresh database each time, by turns."""
    ours, floor = [], []
    with ExitStack() as stack:
        folder = stack.enter_context(workplace())
        fresh = stack.enter_context(_databases(dialect, folder))
        file = folder / "leads.csv"
        leads = _write_file(file, rows)
        for turn in range(rounds + 1):
            with fresh() as url:
                taken = _seconds(lambda url=url: _import(url, folder, file, rows))
            with fresh() as url:
                raw = _seconds(lambda url=url: _insert(url, folder, leads))
            if turn:  # the first turn warms up
                ours.append(taken)
                floor.append(raw)
    return [Figure(f"import of {rows:,} leads, {dialect}", "s", tuple(ours), tuple(floor), Wish("ratio", most=2.0))]


@contextmanager
def _databases(dialect: str, folder: Path) -> Iterator[Callable[[], Any]]:
    """Gives migrated, empty databases, each for one use."""
    if dialect == "postgresql":
        with postgres() as server:
            yield lambda: fresh_postgres(server)
        return

    @contextmanager
    def fresh() -> Iterator[str]:
        url = fresh_sqlite(folder, folder / "template.db")
        yield url
        for file in folder.glob(f"{Path(make_url(url).database or '').name}*"):
            file.unlink()

    yield fresh


def _write_file(file: Path, rows: int) -> list[NewLead]:
    """The file, and the leads as they are read from it."""
    leads = []
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "phone", "id_number", "channel", "region", "product", "amount", "note"])
        for lead in iter_leads(SEED, rows, datetime.now(UTC), (), history=False):
            product, region = _PRODUCT_WORDS.get(lead.product, "business"), REGIONS[lead.region_code].full_name
            amount = f"{lead.amount_fen // 1_000_000}万"
            known = (lead.name, lead.phone, lead.id_number or "", lead.channel, region, PRODUCTS[product])
            writer.writerow((*known, amount, lead.note))
            leads.append(_new(lead, product))
    return leads


def _new(lead: SampleLead, product: str) -> NewLead:
    fen = lead.amount_fen // 1_000_000 * 1_000_000
    channel = lead.channel or FROM_A_FILE
    return NewLead(lead.name, lead.phone, channel, lead.id_number, product, fen, lead.region_code, lead.note)


def _settings(url: str, folder: Path) -> Settings:
    return load_settings(environment(url, folder / "var"), env_file=None)


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _import(url: str, folder: Path, file: Path, rows: int) -> None:
    said = "".join(import_leads_file(_settings(url, folder), file))
    if f"新增 {rows} 条" not in said:
        raise RuntimeError(said)


def _insert(url: str, folder: Path, leads: list[NewLead]) -> None:
    """The floor."""
    settings = _settings(url, folder)
    pools = load_company(settings.config_dir).pools
    vault = Vault(*settings.master_keys())
    connection, mark = _connection(url)
    statements = {table: _statement(table, columns.split(), mark) for table, columns in _COLUMNS.items()}
    rest, number = iter(leads), 1
    while batch := list(islice(rest, LINES)):
        rows = _rows(batch, number, vault, pools, plain=mark == "?")
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        for table, statement in statements.items():
            cursor.executemany(statement, rows[table])
        cursor.execute("COMMIT")
        number += len(batch)
    connection.close()
    _check(url, len(leads))


def _statement(table: str, columns: list[str], mark: str) -> str:
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  our own names


def _connection(url: str) -> tuple[Any, str]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        plain = sqlite3.connect(parsed.database or "", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=40000"):
            plain.execute(f"PRAGMA {pragma}")
        return plain, "?"
    address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True), "%s"


def _rows(batch: list[NewLead], number: int, vault: Vault, pools: Pools, *, plain: bool) -> dict[str, list[Any]]:
    """The rows of some leads by table."""
    moment = datetime.now(UTC)
    now: Any = moment.strftime("%Y-%m-%d %H:%M:%S.%f") if plain else moment
    rows: dict[str, list[Any]] = {table: [] for table in _COLUMNS}
    for new in batch:
        customer = customer_values(vault, new)
        pool = pools.place(new.region, new.product).key
        note = vault.seal(note_place(number), new.note) if new.note else None
        details = json.dumps({"channel": new.channel, "owner": None, "pool": pool}, ensure_ascii=False)
        rows["customer"].append((*customer.values(), now))
        need = (new.product, new.amount_fen, new.region, new.channel)
        rows["lead"].append((number, customer["id"], "open", pool, now, False, False, *need, note, now, 1))
        rows["ownership"].append((new_id(), number, pool, "enter", now))
        rows["touch"].append((number, new.channel, now))
        rows["audit"].append((number, now, "lead:add", f"lead:{number}", details, "cli", "cli", "aaaaaaaa", _HASH))
        number += 1
    return rows


def _check(url: str, count: int) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in _COLUMNS:
            if connection.scalar(text(f"SELECT count(*) FROM {table}")) != count:  # noqa: S608  our own names
                raise RuntimeError(f"the floor did not write {count} rows into {table}")
    engine.dispose()
