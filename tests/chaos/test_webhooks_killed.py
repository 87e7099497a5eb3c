"""SIGKILL while another system is told: it is told again under the same id, so it takes it once."""

from pathlib import Path

import pytest
from kit.barriers import until
from kit.invariants import assert_kept
from kit.processes import House, open_house
from kit.webhooks import OtherSystem, other_system

from core.store import post

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


def is_told(house: House, other: OtherSystem) -> bool:
    return bool(other.told) and house.is_quiet()


@pytest.mark.parametrize(("point", "asked"), [("relay_before_send", 1), ("relay_after_send", 2)])
def test_a_webhook_survives_its_process(database_url: str, tmp_path: Path, point: str, asked: int) -> None:
    (tmp_path / "var").mkdir()
    with other_system() as other, open_house(database_url, tmp_path / "var", start=(), **other.environ) as house:
        with house.runtime.store.unit(request_id="test") as unit:
            post.call(unit, other.url, "lead:1", '{"type":"lead.tags"}')
        house.stop_at("scheduler", point)
        house.start("scheduler")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end")
        assert len(other.asked) == asked - 1
        house.let_leases_run_out()
        house.start("scheduler")
        until(lambda: is_told(house, other), "what the other system is told")
        assert (len(other.asked), len(set(other.asked)), other.told) == (asked, 1, [{"type": "lead.tags"}])
        assert_kept(house.runtime.store, house.platform.journal)
