"""导出 between what was asked for and what came. It is Tuesday, 24 November 2026, 10:00."""

import threading
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company
from sqlalchemy import select, text, update
from structlog.testing import capture_logs
from test_exporting_attacked import MANAGER, OFFICER, PEER, exports, files, leads, rules

from bot.sandbox.faults import Fault
from core.exports.models import State
from core.exports.outcomes import Why
from core.store.outbox import Kind, OutboxRow
from jobs.attempts import Attempt
from jobs.exporting import Exports

pytestmark = ON_ONE_DATABASE


def wait_long(company: Company) -> None:
    """Until a row that fails each time is tried no more."""
    for _ in range(16):
        company.clock.go(hours=9)
        company.settle()


@pytest.mark.parametrize(("api", "why"), [("media/upload", Why.UNSENT), ("message/send", Why.UNSURE)])
@pytest.mark.wecoms_own("orders what goes wrong at WeCom's interfaces")
def test_only_what_was_being_sent_may_have_come(company: Company, api: str, why: Why) -> None:
    """An upload of which no answer came has sent nobody anything."""
    leads(company, 3)
    company.person(OFFICER).phone.say("导出 我的客户")
    company.platform.faults.order(api=api, fault=Fault.ACCEPT_THEN_DROP, times=40)
    wait_long(company)
    company.platform.faults.clear()
    (export,) = exports(company)
    assert (export.state, export.why) == (State.DROPPED, why)


def test_who_died_before_he_sent_it_has_sent_nothing(company: Company) -> None:
    """His lease ran out, and the row came back as one that may have been sent."""
    leads(company, 3)
    company.person(OFFICER).phone.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        values = {"attempts": 20, "lease": "dead", "lease_until": company.clock()}
        session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.EXPORT).values(values))
    company.clock.go(minutes=1)
    company.settle()
    (export,) = exports(company)
    assert (export.state, export.why) == (State.DROPPED, Why.UNSENT)


def questions(company: Company, count: int) -> None:
    """So many exports wait for the manager's answer."""
    rules(company, approval_above=1)
    for number, who in enumerate((OFFICER, PEER)[:count]):
        leads(company, 3, by=who, first=10 * number + 1)
        company.person(who).say("导出 我的客户")


@pytest.mark.parametrize("said", ["E1 E2", "E1、E2", "e1和E2", "E1，E2。", "E1 E1 E2"])
def test_several_are_permitted_by_one_word(company: Company, said: str) -> None:
    questions(company, 2)
    told = company.person(MANAGER).say(f"同意 {said}").text
    assert told.splitlines() == [f"E{number}：已同意 E{number}，文件会直接发给申请人。" for number in (1, 2)]
    assert [export.state for export in exports(company)] == [State.SENT] * 2


def test_each_is_answered_by_its_number(company: Company) -> None:
    questions(company, 2)
    lina = company.person(MANAGER)
    assert lina.say("驳回 E2").text == "已拒绝 E2，会告诉申请人。"
    told = lina.say("同意 E1 E2 E9").text.splitlines()
    assert told == [
        "E1：已同意 E1，文件会直接发给申请人。",
        "E2：李娜 已经拒绝了 E2，不用再批。",
        "E9：没有找到这次导出，或者不归您看。",
    ]


@pytest.mark.parametrize("said", ["E1 先别", "E1 E2 等周五再发", "E1，驳回 E2", "E1 吗", "E1 50行以内"])
def test_a_consent_with_a_condition_is_none_yet(company: Company, said: str) -> None:
    questions(company, 2)
    told = company.person(MANAGER).say(f"同意 {said}").text
    assert told.startswith("还没有同意 E1")
    assert [export.state for export in exports(company)] == [State.WAITING] * 2
    assert files(company.person(MANAGER).say("同意 E1 吧。")) == 0
    assert exports(company)[0].state == State.SENT


def test_one_that_cannot_be_read_hides_no_other(company: Company) -> None:
    questions(company, 2)
    with company.runtime.store.database.write() as session:
        session.execute(text("UPDATE export SET args = '{bad' WHERE id = 1"))
    lina = company.person(MANAGER)
    with capture_logs() as logs:
        assert list(lina.say("待办").card.rows) == ["E2"]
    assert [line["export"] for line in logs if line["event"] == "an export cannot be read"][:1] == [1]
    assert company.person(OFFICER).say("导出 我的客户").card.title, "another one, as nobody sees that one"
    assert lina.say("同意 E2").text.startswith("已同意 E2")


def test_what_waits_behind_a_slow_upload_is_tried_once_and_comes(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = (OFFICER, PEER, "naren")
    for number, who in enumerate(everybody):
        leads(company, 1, by=who, first=10 * number + 1)
        company.person(who).phone.say("导出 我的客户")
    begun, may_end = threading.Event(), threading.Event()
    relay, handed_over = company.runtime.relay, Exports._handed_over

    def slowly(*args: Any) -> Attempt:
        begun.set()
        assert may_end.wait(20)
        return handed_over(*args)

    monkeypatch.setattr(Exports, "_handed_over", slowly)
    relay.drain(stop=threading.Event())
    assert begun.wait(20)
    company.clock.go(seconds=80)  # longer than a lease of what waits, shorter than that of what is worked on
    relay.drain(stop=threading.Event())
    may_end.set()
    company.settle()
    assert [export.state for export in exports(company)] == [State.SENT] * 3
    with company.runtime.store.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == Kind.EXPORT)).all()
    assert [(row.attempts, row.maybe_sent) for row in rows] == [(1, False)] * 3
