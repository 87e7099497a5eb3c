"""SIGKILL while a group is told something: nothing is lost, and before it was sent nothing comes twice."""

from pathlib import Path

import pytest
from kit.barriers import until
from kit.grouped import GROUPS, ROBOT_KEY, VARIABLE, company_folder
from kit.invariants import assert_kept
from kit.processes import open_house

from core.store import post

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


@pytest.mark.parametrize(("point", "came"), [("relay_leased", 1), ("relay_before_send", 1), ("relay_after_send", 2)])
def test_what_a_group_is_told_survives_its_process(database_url: str, tmp_path: Path, point: str, came: int) -> None:
    (tmp_path / "var").mkdir()
    ours = {"TUOLING_CONFIG_DIR": str(company_folder(tmp_path, GROUPS)), VARIABLE: ROBOT_KEY}
    with open_house(database_url, tmp_path / "var", start=(), **ours) as house:
        chat = house.platform.groups.begin("战报", "lina", ("lina", "batu"), ROBOT_KEY)
        with house.runtime.store.unit(request_id="test") as unit:
            post.tell_group(unit, "wecom", "war", "放款 3 笔")
        house.stop_at("scheduler", point)
        house.start("scheduler")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end")
        assert len(house.platform.groups.messages(chat.id)) == came - 1
        house.let_leases_run_out()
        house.start("scheduler")
        until(lambda: house.is_quiet() and len(house.platform.groups.messages(chat.id)) == came, "the message")
        assert {each.text for each in house.platform.groups.messages(chat.id)} == {"放款 3 笔"}
        assert_kept(house.runtime.store, house.platform.journal)
