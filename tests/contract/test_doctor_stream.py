"""`tuoling doctor` about the stream: nobody holds it, somebody does and it stands, or does not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from kit.clock import START, Clock

from bot import doctor_stream
from bot.doctor_stream import _Told, examine_stream
from bot.health import Part
from bot.streaming import HOST, LEASE
from config.settings import Settings, load_settings
from core.store.shared import take_lease
from core.store.unit import Store

KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAwMDE="
DINGTALK = {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "s" * 20, "DINGTALK_ROBOT_CODE": "dingabc"}
GOOD = _Told(START.timestamp() - 1, START.timestamp() - 7300, START.timestamp() - 90, 3, 0)


def settings(var_dir: Path, **more: str) -> Settings:
    return load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_VAR_DIR": str(var_dir)} | DINGTALK | more, env_file=None)


def lead(store: Store, now: datetime, holder: str = f"{HOST}:77:0a1b2c3d") -> None:
    with store.database.write() as session:
        take_lease(session, LEASE, holder, now=now, seconds=10)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[_Told | None]:
    """What the processes of this machine have told: the last of the list."""
    said: list[_Told | None] = [GOOD]
    monkeypatch.setattr(doctor_stream, "_told", lambda _folder: said[-1])
    return said


def looked(store: Store, tmp_path: Path, now: datetime = START) -> Part:
    part = examine_stream(settings(tmp_path), store.database, Clock(now))
    assert part is not None
    return part


def test_nobody_is_told_of_what_is_not_used(store: Store, tmp_path: Path) -> None:
    without = load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_VAR_DIR": str(tmp_path)}, env_file=None)
    assert examine_stream(without, store.database, Clock()) is None
    assert examine_stream(settings(tmp_path, DINGTALK_MODE="http"), store.database, Clock()) is None


def test_nobody_holds_it(store: Store, tmp_path: Path, told: list[_Told | None]) -> None:
    assert "没有进程连着" in looked(store, tmp_path).said
    lead(store, START)
    assert looked(store, tmp_path).ok
    assert "没有进程连着" in looked(store, tmp_path, START + timedelta(seconds=11)).said


def test_it_stands(store: Store, tmp_path: Path, told: list[_Told | None]) -> None:
    lead(store, START)
    assert looked(store, tmp_path) == Part(
        "钉钉 Stream",
        True,
        f"由 {HOST}:77 连着，2 小时前连上，1 分钟前收到过东西，共连了 3 次",
        needed=False,
    )


def test_it_does_not(store: Store, tmp_path: Path, told: list[_Told | None]) -> None:
    lead(store, START)
    told.append(replace(GOOD, seen_open=START.timestamp() - 31))
    part = looked(store, tmp_path)
    assert (part.ok, part.said) == (False, f"由 {HOST}:77 管着，但没有连上")
    told.append(replace(GOOD, unrecorded=2))
    part = looked(store, tmp_path)
    assert not part.ok
    assert "2 条没能存下" in part.said


def test_another_machine_holds_it_and_this_one_did_once(store: Store, tmp_path: Path, told: list[_Told | None]) -> None:
    lead(store, START, "web2:77:0a1b2c3d")
    told.append(replace(GOOD, seen_open=START.timestamp() - 3_000_000))
    assert looked(store, tmp_path).said == "由 web2:77 管着（连得怎样，在那台机器上看）"


@pytest.mark.parametrize("client_id", ["dingtalk_abc", "16b0f0"])
def test_an_id_that_is_none(store: Store, tmp_path: Path, client_id: str, told: list[_Told | None]) -> None:
    lead(store, START)
    part = examine_stream(settings(tmp_path, DINGTALK_CLIENT_ID=client_id), store.database, Clock())
    assert part is not None
    assert not part.ok
    assert "不像 Client ID" in part.said


def test_nothing_is_told_where_nobody_has_counted(tmp_path: Path) -> None:
    """What is told where somebody has: `tests/concurrency/test_stream_owners.py`."""
    assert doctor_stream._told(tmp_path / "nothing") is None
    folder = tmp_path / "metrics"
    folder.mkdir()
    assert doctor_stream._told(folder) is None
