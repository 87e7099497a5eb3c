"""Each ordered fault, seen by a plain client."""

import json
from typing import Any

import httpx
import pytest
from kit.barriers import until
from sandbox_kit import Api, EchoApp, buttons, message

from bot.sandbox.faults import Fault

SEND = "message/send"


@pytest.mark.parametrize(
    ("fault", "error", "carried_out"),
    [
        (Fault.RESET, httpx.ReadError, False),
        (Fault.ACCEPT_THEN_DROP, httpx.ReadError, True),
        (Fault.HALF_BODY, httpx.RemoteProtocolError, True),
    ],
)
def test_the_connection_breaks(api: Api, fault: Fault, error: type[Exception], carried_out: bool) -> None:
    api.platform.faults.order(api=SEND, fault=fault)
    with pytest.raises(error):
        api.send(text="a")
    assert len(api.platform.chat("batu")) == carried_out
    assert api.send(text="b")["errcode"] == 0, "only one call was ordered to fail"


@pytest.mark.parametrize(
    ("fault", "status", "kind", "carried_out"),
    [
        (Fault.STATUS_500, 500, "text/plain", False),
        (Fault.HTML, 200, "text/html", False),
        (Fault.WRONG_JSON, 200, "application/json", True),
        (Fault.REDIRECT, 302, "text/html", False),
    ],
)
def test_the_answer_is_wrong(api: Api, fault: Fault, status: int, kind: str, carried_out: bool) -> None:
    api.platform.faults.order(api=SEND, fault=fault, times=2)
    for _ in range(2):
        answer = api.raw(SEND, message(text="a"))
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    assert len(api.platform.chat("batu")) == 2 * carried_out
    assert [e.fault for e in api.platform.journal.calls(SEND)] == [fault] * 2


def test_an_errcode(api: Api) -> None:
    api.platform.faults.order(api=SEND, fault=Fault.ERRCODE, errcode=45009)
    assert api.send(text="a")["errcode"] == 45009
    assert api.platform.chat("batu") == ()


def test_faults_for_any_api_and_in_order(api: Api) -> None:
    api.platform.faults.order(api="*", fault=Fault.ERRCODE, errcode=1)
    api.platform.faults.order(api=SEND, fault=Fault.ERRCODE, errcode=2)
    assert [api.send(text="a")["errcode"] for _ in range(3)] == [1, 2, 0]


@pytest.mark.parametrize("fault", [Fault.DELAY, Fault.SLOW_DRIP])
def test_slow_answers(api: Api, fault: Fault) -> None:
    api.platform.faults.order(api=SEND, fault=fault, seconds=0.3)
    answer = api.raw(SEND, message(text="a"))
    assert answer.json()["errcode"] == 0
    assert answer.elapsed.total_seconds() >= 0.25


def test_a_delay_longer_than_the_clients_patience_still_delivers(api: Api) -> None:
    api.platform.faults.order(api=SEND, fault=Fault.DELAY, seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        api.raw(SEND, message(text="a"), timeout=0.1)
    api.platform.stopping.set()
    until(lambda: len(api.platform.chat("batu")) == 1, "the message", seconds=5)


def test_the_callback_comes_before_the_answer(api: Api, app: EchoApp) -> None:
    platform = api.platform
    order: list[str] = []

    def tap(messages: tuple[Any, ...]) -> None:
        platform.tap("batu", messages[0].id, "ok")
        order.append("tapped")

    platform.faults.order(api=SEND, fault=Fault.CALLBACK_FIRST, act=tap)
    assert api.send(card=buttons())["errcode"] == 0
    assert order == ["tapped"]
    assert app.events[0]["EventKey"] == "ok"


@pytest.mark.parametrize(
    "wrong",
    [
        {"api": "callback", "fault": Fault.RESET},
        {"api": SEND, "fault": Fault.NO_RETRY},
        {"api": SEND, "fault": Fault.CALLBACK_FIRST},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot be ordered|needs what to do"):
        api.platform.faults.order(**wrong)
