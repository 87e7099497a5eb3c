"""What the bench stands on: filled databases, kept under `var/bench` for the next run, and our processes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import create_engine, func, select, text

import core.store.migrations.versions as migrations
from bot.peoplefile import read_people
from bot.runtime import Runtime, build
from bot.sandbox.sample import iter_leads
from bot.sandbox.seed import FIRST_NUMBER, PEOPLE_FILE, SEED, write_leads
from config.settings import load_settings
from core.leads.models import Lead
from core.people.service import import_people
from core.privacy import digest
from core.store import migrate
from tests.bench.company import HOST, environment
from tests.kit.databases import fresh_postgres, postgres

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "bench"
READY_SECONDS = 60.0
STOP_SECONDS = 20.0


def runtime(database_url: str, var_dir: Path) -> Runtime:
    """Everything a process of ours works with, on this database."""
    return build(load_settings(environment(database_url, var_dir), env_file=None))


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tuoling-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def filled(dialect: str, leads: int, folder: Path) -> Iterator[str]:
    """A database with the sample company's people and `leads` leads, all in the pools; its URL.

    SQLite files are made once for each schema and number of leads, and copied; PostgreSQL is filled anew.
    """
    if dialect == "sqlite":
        file = folder / "tuoling.db"
        shutil.copyfile(_kept_sqlite(leads), file)
        yield f"sqlite:///{file}"
        return
    with postgres() as server, fresh_postgres(server) as url:
        _fill(url, leads)
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
        yield url


def _kept_sqlite(leads: int) -> Path:
    file = KEPT / f"{migrate.newest()}-{_schema()}-{leads}.db"
    if not file.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        made = file.with_suffix(f".{os.getpid()}")
        _fill(f"sqlite:///{made}", leads)
        made.rename(file)
        for other in KEPT.glob(f"*-{leads}.db"):
            if other != file:  # of another schema
                other.unlink()
    return file


def _schema() -> str:
    """What the migrations and the sample say: a change of either makes the kept databases stale."""
    folder = Path(next(iter(migrations.__path__)))
    files = [*sorted(folder.glob("*.py")), *sorted(PEOPLE_FILE.parent.parent.glob("s*.py")), PEOPLE_FILE]
    return digest(*[file.read_bytes() for file in files])[:8]


def _fill(url: str, leads: int) -> None:
    with workplace() as folder:
        made = runtime(url, folder)
        store = made.store
        migrate.upgrade(store.database)
        with store.unit(request_id="bench") as unit:
            import_people(unit, read_people(PEOPLE_FILE))
            unit.session.flush()
            sample = iter_leads(SEED, leads, unit.now, (), history=False)
            write_leads(unit, sample, made.company.pools, first_number=FIRST_NUMBER)
        with store.read() as session:
            count = session.scalar(select(func.count()).select_from(Lead))
        if count != leads:
            raise RuntimeError(f"{count} leads were written, not {leads}")
        store.database.dispose()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def process(environ: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m …` while the block runs; ended by SIGTERM, and by SIGKILL if that does not help."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TUOLING_", "WECOM_"))}
    with tempfile.TemporaryFile() as log:  # a log nobody reads costs what a log costs
        child = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=inherited | environ, stderr=log, start_new_session=True
        )
        try:
            yield child
        except Exception as error:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            error.add_note(f"the end of the log of {' '.join(command)}:\n{log.read().decode(errors='replace')}")
            raise
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def served(environ: Mapping[str, str], *command: str) -> Iterator[tuple[int, int]]:
    """A web process of ours (its command takes `--port`) while the block runs: its port and its process id."""
    port = free_port()
    with process(environ, *command, "--port", str(port)) as child:
        _wait_until_healthy(port, child)
        yield port, child.pid


def _wait_until_healthy(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError(f"the web process ended with {child.returncode}")
        try:
            if httpx.get(f"http://{HOST}:{port}/healthz", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the web process is not ready")


def children_of(pid: int) -> list[int]:
    """The worker processes of a web process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_mb(pid: int) -> float:
    """The resident memory of a process in MB (10^6 bytes), pages it shares with others included."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmRSS"))
