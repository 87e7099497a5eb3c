"""What a start leaves on the disk is for our user alone, whatever his umask says; and a disk without room is told."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from kit.clock import Clock
from ops_kit import installation, until

from bot import health
from bot.health import Lookout
from core.store import migrate
from core.store.database import Database


def run(environ: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """`tuoling …` with the umask of an ordinary login."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", *arguments],
        env=environ,
        umask=0o022,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def open_to_others(below: Path) -> list[str]:
    """What lies in a folder, itself included, that somebody else may read or write."""
    each = [below, *below.rglob("*")]
    return [f"{path} {stat.filemode(path.lstat().st_mode)}" for path in each if path.lstat().st_mode & 0o077]


@pytest.mark.chaos
def test_a_first_start_makes_files_for_our_user_alone(tmp_path: Path) -> None:
    var = tmp_path / "var"
    environ = installation(var, f"sqlite:///{var}/tuoling.db")
    assert run(environ, "db", "upgrade").wait(60) == 0
    scheduler = run(environ, "scheduler")
    try:
        until(lambda: list(var.glob("metrics/counter_*.db")) and list(var.glob("tuoling.db-wal")))
        assert [path for path in open_to_others(var) if "/redis/" not in path] == []
    finally:
        scheduler.terminate()
        assert scheduler.wait(20) == 0
    assert (var / "tuoling.db").stat().st_size > 0


def test_metrics_make_the_folder_of_the_installation_private_too(tmp_path: Path) -> None:
    script = (
        "import sys; from types import SimpleNamespace; from pathlib import Path; import bot.metricfiles as files; "
    )
    script += "files.share_metrics(SimpleNamespace(var_dir=Path(sys.argv[1]))); "
    script += "from prometheus_client import Counter; Counter('things', 'Things.').inc()"
    command = [sys.executable, "-c", script, str(tmp_path / "var")]
    assert subprocess.run(command, umask=0o022, timeout=60, check=False).returncode == 0
    assert list((tmp_path / "var" / "metrics").glob("counter_*.db"))
    assert open_to_others(tmp_path / "var") == []


def test_a_database_that_is_there_keeps_the_rights_its_administrator_gave(tmp_path: Path) -> None:
    file = tmp_path / "tuoling.db"
    file.touch(0o640)
    os.chmod(file, 0o640)
    database = Database(f"sqlite:///{file}")
    migrate.upgrade(database)
    database.dispose()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_disk_without_room_is_no_database_that_is_away(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, clock: Clock, tmp_path: Path
) -> None:
    database = Database(environ["TUOLING_DATABASE_URL"])
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 60)
    part = Lookout(database, "unix:///nowhere", clock).look(("database",))["database"]
    assert (part.ok, part.known) == (False, True)
    assert "磁盘只剩" in part.said
    assert "left on the disk" in part.detail
    database.dispose()
    away = Lookout(Database(f"sqlite:///{tmp_path}/none.db"), "unix:///nowhere", clock).look(("database",))["database"]
    assert (away.ok, away.known) == (False, False)
