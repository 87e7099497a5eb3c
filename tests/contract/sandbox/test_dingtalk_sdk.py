"""The official dingtalk-stream as an independent peer: it knows nothing of us, so what it understands is the protocol.

Its process gets the fake's address by DINGTALK_OPENAPI_ENDPOINT, which it reads at import.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dingtalk_kit import APP, APP_SECRET, PNG, DingApi
from kit.barriers import until

from bot.sandbox.dingtalk.platform import DingTalk

SCRIPT = Path(__file__).with_name("dingtalk_sdk_peer.py")
SECONDS = 30.0  # it starts in a second, and waits 3 or 10 before it connects again


class Sdk:
    """The process, and what it printed."""

    def __init__(self, base: str) -> None:
        # A proxy of this machine has no business on its loopback.
        environ = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environ["DINGTALK_OPENAPI_ENDPOINT"] = base
        command = [sys.executable, str(SCRIPT), APP, APP_SECRET]
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.said: list[dict[str, Any]] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):  # its own log goes there too
                self.said.append(json.loads(line))

    def of(self, what: str) -> list[dict[str, Any]]:
        return [each for each in list(self.said) if each["what"] == what]

    def wait(self, what: str, number: int = 1) -> dict[str, Any]:
        until(lambda: len(self.of(what)) >= number, what, seconds=SECONDS)
        return self.of(what)[number - 1]

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._reading.join(5)


@pytest.fixture
def sdk(ding: DingTalk, ding_api: DingApi) -> Iterator[Sdk]:
    found = Sdk(ding_api.base)
    try:
        until(lambda: bool(ding.gateway.connections()), "its connection", seconds=SECONDS)
        yield found
    finally:
        found.close()


def test_it_receives_acknowledges_answers_and_taps(ding: DingTalk, sdk: Sdk) -> None:
    delivery = ding.say("batu", "公海")
    (attempt,) = delivery.attempts
    assert (attempt.status, attempt.error, attempt.connection) == (200, "", "c1")
    message = sdk.wait("message")
    assert message == {
        "what": "message", "text": "公海", "sender": "batu", "robot": APP, "id": delivery.body["msgId"],
    }  # fmt: skip
    assert sdk.wait("replied")["answer"] == {"errcode": 0, "errmsg": "ok"}
    track_id = sdk.wait("card")["id"]
    said, shown = [each for each in ding.chat("batu") if each.from_bot]
    assert (said.kind, said.text, shown.kind, shown.task_id) == ("text", "收到：公海", "card", track_id)

    tapped = ding.tap("batu", shown.id, ding.button("batu", shown.id, "同意"))
    assert tapped.taken
    params = {"cardPrivateData": {"actionIds": ["node_9"], "params": {"id": "TOKEN1"}}}
    assert sdk.wait("tap") == {"what": "tap", "card": track_id, "user": "batu", "content": params}
    assert (ding.card_of("batu", shown.id) or {})["title"] == "已同意", "its answer changed the card"


def test_it_fetches_a_picture(ding: DingTalk, sdk: Sdk) -> None:
    assert ding.send_picture("batu", PNG).taken
    assert httpx.get(sdk.wait("file")["url"], trust_env=False).content == PNG


def test_it_echoes_a_ping(ding: DingTalk, sdk: Sdk) -> None:
    attempt = ding.gateway.ping("c1", "123-dsfs")
    assert (attempt.status, attempt.error, attempt.answer) == (200, "", {"opaque": "123-dsfs"})


def test_it_refuses_and_gets_it_again(ding: DingTalk, sdk: Sdk) -> None:
    ding.gateway.redelivery = 0
    assert [attempt.status for attempt in ding.say("batu", "不答").attempts] == [500]
    again = sdk.wait("message", 4)
    assert {each["id"] for each in sdk.of("message")} == {again["id"]}, "one message, four times"
    until(lambda: not ding.gateway.unacknowledged(), "the end of it")


def test_it_goes_when_told_and_comes_back(ding: DingTalk, sdk: Sdk) -> None:
    ding.gateway.disconnect("c1")
    until(lambda: ding.gateway.connections() == ("c2",), "another connection", seconds=SECONDS)
    assert ding.say("batu", "公海").taken


def test_its_answer_to_an_event_is_no_reference(ding: DingTalk, sdk: Sdk) -> None:
    delivery = ding.emit_event("user_add_org", {"userId": ["su"]})
    assert delivery.attempts[0].error == "not SUCCESS", "0.24.x puts the event's own data there: not a reference"
