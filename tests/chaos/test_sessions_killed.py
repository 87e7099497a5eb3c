"""SIGKILL while an answer goes by a message's session on DingTalk: to a person it is not lost, in a group it comes once
at most, and the session is forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest
from kit.barriers import until
from kit.dinged import MEMBERS
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, DINGTALK
from kit.invariants import assert_kept
from kit.processes import open_house
from sqlalchemy import select

from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.robots import Session as Answerable
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.members import read_members
from bot.sandbox.seed import PEOPLE_FILE
from core.people.models import Person
from core.store import post
from core.store.outbox import OutboxRow
from core.store.sessions import Session
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


@pytest.mark.parametrize(
    ("point", "to_him", "in_group"), [("relay_leased", 1, 0), ("relay_before_send", 1, 0), ("relay_after_send", 2, 1)]
)
@pytest.mark.parametrize("there", [False, True])
def test_an_answer_by_its_session_survives_its_process(
    database_url: str, tmp_path: Path, point: str, to_him: int, in_group: int, *, there: bool
) -> None:
    (tmp_path / "var").mkdir()
    members = read_members(PEOPLE_FILE, "dingtalk_userid")
    ding = DingTalk(client_id=CLIENT_ID, secret=CLIENT_SECRET, corp_id=CORP, members=members, mode="http")
    with serve_dingtalk(ding) as base:
        ours = {**DINGTALK, "DINGTALK_MODE": "http", "DINGTALK_API_BASE": base, "DINGTALK_OAPI_BASE": base}
        with open_house(database_url, tmp_path / "var", start=(), **ours) as house:
            group = ding.put_group("战报", MEMBERS)
            chat = ding.chat_of_group(group) if there else "dt_batu"
            ends = utc_now() + timedelta(hours=1)
            ding.sessions["secret-1"] = Answerable(chat, ends)
            session = Session(f"{base}/robot/sendBySession?session=secret-1", ends)
            with house.runtime.store.unit(request_id="test") as unit:
                batu = unit.session.scalars(select(Person.id).where(Person.dingtalk_userid == "dt_batu")).one()
                if there:
                    post.say_there(unit, "dingtalk", batu, "请私聊我", session)
                else:
                    post.say(unit, "dingtalk", batu, "请私聊我", session=session)
            house.stop_at("scheduler", point)
            house.start("scheduler")
            until(lambda: not house.processes["scheduler"].alive, "the scheduler's end")
            house.let_leases_run_out()
            house.start("scheduler")
            until(house.is_quiet, "the end of all work")
            said = [each.text for each in ding.chats.of(chat, 0) if each.from_bot]
            assert said == ["请私聊我"] * (in_group if there else to_him)
            assert [each.text for each in ding.chat("dt_batu") if each.from_bot] == ([] if there else said)
            with house.runtime.store.read() as reading:
                assert reading.scalars(select(OutboxRow.code)).all() == [None]
            assert_kept(house.runtime.store)
