"""Which configuration a process goes by."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import config
from config.in_force import InForce
from core.store import config_versions
from core.store.database import Database


def test_where_the_database_fails_meanwhile_it_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else this process alone would go by the old rules until it is started anew."""
    folder = Path(config.__file__).parent / "company"
    in_force = InForce(Database(f"sqlite:///{tmp_path / 'one.db'}"), folder, ())
    other = replace(in_force.now, version="another one")
    fails = iter([True, False])

    def files_of(*_: object) -> dict[str, bytes]:
        if next(fails):
            raise OperationalError("SELECT", None, Exception("the server went away"))
        return {}

    monkeypatch.setattr("config.in_force.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("config.in_force.company_of", lambda _files, _commands: other)
    monkeypatch.setattr(config_versions, "newest_number", lambda _session: 1)
    monkeypatch.setattr(config_versions, "numbers", lambda _session, _most: [1])
    monkeypatch.setattr(config_versions, "files_of", files_of)
    in_force.look()
    assert in_force.version != other.version
    for _ in range(2):
        in_force.look()
        assert in_force.version == other.version


def test_who_comes_while_another_one_looks_waits_for_what_it_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After quiet hours the second of two taps would go by a flow that was replaced long ago."""
    in_force = InForce(Database(f"sqlite:///{tmp_path / 'one.db'}"), Path(config.__file__).parent / "company", ())
    order: list[str] = []
    second = threading.Thread(target=lambda: (in_force.look(), order.append("second")))

    def take_newest(_: InForce) -> None:
        second.start()
        second.join(0.2)  # it waits for this one
        order.append("found")

    monkeypatch.setattr(InForce, "_take_newest", take_newest)
    in_force.look()
    second.join()
    assert order == ["found", "second"]
