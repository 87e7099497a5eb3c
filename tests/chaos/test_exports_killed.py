"""Fault 58: an export is interrupted. Nothing of a file lies anywhere, and it comes once, written down."""

from pathlib import Path
from typing import Literal

import pytest
from kit.barriers import until
from kit.invariants import assert_kept
from kit.processes import ROUNDS, open_house
from sqlalchemy import select

from core.exports.models import Export, State
from core.store.audit import AuditRow

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(60 + 12 * ROUNDS)]

POINTS = ("relay_leased", "relay_before_send", "export_made", "relay_uploaded", "relay_after_send")


@pytest.mark.parametrize("on_dingtalk", ["", "http"], ids=["wecom", "dingtalk"])
@pytest.mark.parametrize("point", POINTS)
def test_fault_58_an_export_is_interrupted(
    database_url: str, tmp_path: Path, point: str, on_dingtalk: Literal["", "http"]
) -> None:
    """WeCom knows a file by its upload and drops it when it is sent again; DingTalk does not, so the file of one that
    was killed after sending it comes twice there, as a text may."""
    var = tmp_path / "var"
    var.mkdir()
    with open_house(database_url, var, start=("serve",), on_dingtalk=on_dingtalk) as house:
        for number in range(3):
            house.lead(phone=f"139471{number:05}", by="batu")
        before = house.so_far
        house.person("batu").phone.say("导出 我的客户")
        house.stop_at("scheduler", point)
        house.start("scheduler")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end", seconds=30)
        assert house.stopped("scheduler")
        house.let_leases_run_out()
        house.start("scheduler")
        until(house.is_quiet, "the export to be sent", seconds=30)
        files = [one for one in house.person("batu").heard_since(before).messages if one.kind == "file"]
        assert len(files) == (2 if on_dingtalk and point == "relay_after_send" else 1)
        assert not [file for file in tmp_path.rglob("*") if file.suffix in (".xlsx", ".tmp", ".part")]
        with house.runtime.store.read() as session:
            (export,) = session.scalars(select(Export)).all()
            found = select(AuditRow.action).where(AuditRow.subject == "export:1").order_by(AuditRow.seq)
            assert session.scalars(found).all() == ["export:ask", "export:make", "export:send"]
        assert (export.state, export.rows) == (State.SENT, 3)
        assert_kept(house.runtime.store, house.platform.journal, house.ding)
