"""One callback, one log line; and every line of the work, the relay's too, carries the event's id."""

import json
from collections.abc import Iterator

import pytest
import structlog
from kit.company import Company
from kit.logs import own_logging
from sqlalchemy import select

from bot.sandbox.faults import Fault
from config.logging import configure_logging
from core.store.inbox import InboxRow
from core.store.outbox import OutboxRow

CANARIES = ("batu", "巴图", "刘志强", "13947100001", "录入")


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    with own_logging():
        yield


def test_a_callback_and_what_it_sends_carry_one_id(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    company.platform.faults.order(
        api="message/send", fault=Fault.ERRCODE, errcode=-1
    )  # so that the relay says something
    company.person("batu").say("录入 刘志强 13947100001 房抵50万")
    company.person("batu").say("帮助")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    with company.runtime.store.read() as session:
        ids = session.scalars(select(InboxRow.request_id).order_by(InboxRow.received_at)).all()
        sent = session.scalars(select(OutboxRow.request_id).order_by(OutboxRow.id)).all()

    callbacks = [line for line in lines if line["event"] == "callback"]
    assert sorted(line["request_id"] for line in callbacks) == sorted(ids)
    for line in callbacks:
        assert (line["channel"], line["kind"], line["came"]) == ("wecom", "text", "done")
        assert line["ms"] > 0
    (put_back,) = [line for line in lines if line["event"] == "outbox row put back"]
    assert put_back["request_id"] == sent[0]
    assert sent[0] in ids
    said = json.dumps(lines, ensure_ascii=False)
    assert [canary for canary in CANARIES if canary in said] == []


def test_a_refused_request_carries_no_id_of_the_one_before(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.app import create_app

    configure_logging("info")
    structlog.contextvars.bind_contextvars(request_id="stale")  # as a server's thread comes from the last request
    create_app(company.runtime, company.bell).test_client().get("/wecom/callback?echostr=canary")
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["came"], "request_id" in line) == ("callback", "refused", False)
