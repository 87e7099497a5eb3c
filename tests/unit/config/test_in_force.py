"""Which configuration a process goes by."""

import threading
from pathlib import Path

import pytest

import config
from config.in_force import InForce
from core.store.database import Database


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
