"""The fake's Stream gateway: opening, frames, acknowledgements, and what goes wrong with connections."""

import json
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from dingtalk_kit import APP, ORGANISATION, PATIENT, DingApi, hurry, peer, peers
from kit.barriers import until
from sandbox_kit import Clock
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.sandbox.dingtalk.events import MESSAGES, TAPS
from bot.sandbox.dingtalk.frames import new_frame
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.faults import Fault


def dial(opened: dict[str, str], ticket: str | None = None) -> None:
    """Connect and go.

    Raises:
        InvalidStatus: the ticket is no good.
    """
    given = quote(opened["ticket"], safe="") if ticket is None else ticket
    with connect(f"{opened['endpoint']}?ticket={given}", proxy=None):
        pass


# Opening


def test_without_its_accept_header_the_answer_is_xml(ding_api: DingApi) -> None:
    body = json.loads(ding_api.open().request.content)
    url = f"{ding_api.base}/v1.0/gateway/connections/open"
    answer = httpx.post(url, json=body, headers={"Accept": "*/*"}, trust_env=False)
    root: Element = fromstring(answer.content)
    assert [each.tag for each in root] == ["endpoint", "ticket"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"clientSecret": "wrong"}, 401, "authFailed"),
        ({"clientId": "wrong"}, 401, "authFailed"),
        ({"clientSecret": None}, 401, "authFailed"),
        ({"subscriptions": []}, 400, "invalidParameter.subscriptions"),
        ({"subscriptions": ["x"]}, 400, "invalidParameter.subscriptions"),
        ({"subscriptions": [{"type": "callback", "topic": "x"}]}, 400, "invalidParameter.subscriptions"),
    ],
)
def test_what_opens_nothing(ding_api: DingApi, changes: dict[str, Any], status: int, code: str) -> None:
    answer = ding_api.open(**changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_ticket_opens_once_and_for_ninety_seconds(ding_api: DingApi, clock: Clock) -> None:
    opened = ding_api.open().json()
    for wrong in ("", "x", opened["ticket"]):  # the last one is not quoted, which makes another one of it
        with pytest.raises(InvalidStatus):
            dial(opened, wrong)
    clock.forward(seconds=89)
    dial(opened)
    with pytest.raises(InvalidStatus):
        dial(opened)
    late = ding_api.open().json()
    clock.forward(seconds=90)
    with pytest.raises(InvalidStatus):
        dial(late)


# Frames


def test_a_message_comes_in_its_frame(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    with peer(ding_api) as app:
        delivery = ding.say("batu", "公海")
        (frame,) = app.frames
    now = str(round(clock().timestamp() * 1000))
    assert (frame["specVersion"], frame["type"], json.loads(frame["data"])) == ("1.0", "CALLBACK", delivery.body)
    assert frame["headers"] == {
        "appId": APP, "connectionId": "c1", "messageId": delivery.message_id, "topic": MESSAGES,
        "contentType": "application/json", "time": now,
    }  # fmt: skip
    assert (delivery.taken, delivery.attempts[0].answer) == (True, {"response": None})
    (entry,) = ding.journal.callbacks("text")
    assert (entry.status, entry.members, entry.attempt) == (200, ("batu",), 1)


@pytest.mark.parametrize(
    ("wrongly", "error"),
    [
        ({"code": 500}, ""),
        ({"code": None}, "an acknowledgement without a code"),
        ({"data": {"response": None}}, "the acknowledgement's data is no string"),
        ({"data": "{"}, "the acknowledgement's data is no JSON"),
        ({"headers": {"messageId": "another"}}, "not acknowledged"),
        ({"headers": {}}, "not acknowledged"),
    ],
)
def test_a_wrong_acknowledgement_is_none(
    ding: DingTalk, ding_api: DingApi, wrongly: dict[str, Any], error: str
) -> None:
    hurry(ding)
    ding.gateway.redelivery = None
    with peer(ding_api, wrongly=wrongly):
        delivery = ding.say("batu", "公海")
    assert (delivery.taken, delivery.attempts[0].error) == (False, error)


def test_an_acknowledgement_on_another_connection_is_none(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding)
    ding.gateway.redelivery = None
    with peers(ding_api, 2) as (one, other):
        one.socket, other.socket = other.socket, one.socket  # each now answers for the other
        assert not ding.say("batu", "公海").taken
        one.socket, other.socket = other.socket, one.socket
    assert ding.gateway.odd == ["acknowledged on another connection"]


def test_an_unknown_topic_is_answered_404_and_comes_no_more(ding: DingTalk, ding_api: DingApi) -> None:
    ding.gateway.redelivery = 0
    with peer(ding_api, wrongly={"code": 404}) as app:
        attempt = ding.gateway.push_to("c1", new_frame("CALLBACK", "/v1.0/graph/api/invoke", {}))
        assert (attempt.status, attempt.taken) == (404, False)
        assert ding.say("batu", "公海").attempts[0].status == 404
        assert ding.gateway.unacknowledged() == ()
        assert len(app.frames) == 2


def test_only_who_subscribed_gets_it(ding: DingTalk, ding_api: DingApi) -> None:
    opened = ding_api.open(subscriptions=[{"type": "CALLBACK", "topic": TAPS}]).json()
    with connect(f"{opened['endpoint']}?ticket={quote(opened['ticket'], safe='')}", proxy=None):
        until(lambda: bool(ding.gateway.connections()), "the connection")
        assert ding.say("batu", "公海").attempts[0].error == "no connection"


def test_each_message_goes_to_one_of_the_connections(ding: DingTalk, ding_api: DingApi) -> None:
    with peers(ding_api, 3) as apps:
        for number in range(30):
            assert ding.say("batu", str(number)).taken
        shares = [len(app.frames) for app in apps]
    assert sum(shares) == 30
    assert min(shares) > 0


def test_an_event_comes_until_it_is_taken(ding: DingTalk, ding_api: DingApi) -> None:
    subscribed = [{"type": "EVENT", "topic": "*"}]
    opened = ding_api.open(subscriptions=subscribed).json()
    with connect(f"{opened['endpoint']}?ticket={quote(opened['ticket'], safe='')}", proxy=None) as socket:
        until(lambda: bool(ding.gateway.connections()), "the connection")
        hurry(ding)
        assert not ding.emit_event("user_add_org", {"userId": ["su"]}).taken
        frame = json.loads(socket.recv())
        headers = frame["headers"]
        assert (frame["type"], headers["topic"], headers["eventType"]) == ("EVENT", "user_add_org", "user_add_org")
        assert (headers["eventCorpId"], headers["eventUnifiedAppId"]) == (ORGANISATION, APP)
        ding.gateway.redeliver()
        assert json.loads(socket.recv())["headers"]["eventId"] == headers["eventId"]
        assert ding.gateway.unacknowledged() == (headers["messageId"],)
        taken = {"code": 200, "headers": {"messageId": headers["messageId"]}, "data": '{"status":"SUCCESS"}'}
        socket.send(json.dumps(taken))
        until(lambda: ding.gateway.unacknowledged() == (), "its end")


# What comes again


@pytest.mark.parametrize("seconds", [0, 16, 60])
def test_what_is_not_acknowledged_comes_again(ding: DingTalk, ding_api: DingApi, clock: Clock, seconds: int) -> None:
    hurry(ding)
    ding.gateway.redelivery = 16 if seconds == 0 else seconds
    with peer(ding_api, answers={MESSAGES: None}) as app:
        delivery = ding.say("batu", "公海")
        assert (delivery.taken, ding.gateway.unacknowledged()) == (False, (delivery.message_id,))
        app.answers = {}
        hurry(ding, PATIENT)
        if seconds == 0:
            ding.gateway.redelivery = 0
        else:
            clock.forward(seconds=seconds - 1)
            assert ding.gateway.ping("c1", "x").taken  # a round through its loop
            assert len(app.bodies()) == 1, "it is not yet time"
            clock.forward(seconds=1)
        until(lambda: len(app.bodies()) == 2, "the repetition")
        until(lambda: ding.gateway.unacknowledged() == (), "its end")
        first, second = (frame for frame in app.frames if frame["headers"]["topic"] == MESSAGES)
        assert (first["data"], first["headers"]["messageId"]) == (second["data"], second["headers"]["messageId"])
    until(lambda: len(ding.journal.callbacks("text")) == 2, "its entry")
    assert sorted((entry.attempt, entry.status) for entry in ding.journal.callbacks("text")) == [(1, 0), (2, 200)]


def test_it_comes_three_times_more_at_most(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding, 0.05)
    ding.gateway.redelivery = 0
    with peer(ding_api, answers={MESSAGES: None}) as app:
        ding.say("batu", "公海")
        until(lambda: ding.gateway.unacknowledged() == () and len(app.bodies()) == 4, "the end of it")


def test_what_nobody_could_get_waits_for_a_connection(ding: DingTalk, ding_api: DingApi) -> None:
    delivery = ding.say("batu", "公海")
    assert delivery.attempts[0].error == "no connection"
    for _ in range(5):
        ding.gateway.redeliver()
    with peer(ding_api) as app:
        assert [attempt.taken for attempt in ding.gateway.redeliver()] == [True]
        assert app.bodies() == [delivery.body]


def test_nothing_comes_again_if_it_is_told_so(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    hurry(ding)
    ding.gateway.redelivery = None
    with peer(ding_api, answers={MESSAGES: None}):
        ding.say("batu", "公海")
        assert ding.gateway.unacknowledged() == ()


def test_a_tap_comes_again_only_if_it_is_told_so(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding)
    ding.repeats_taps = True
    ding_api.deliver()
    with peer(ding_api, answers={TAPS: None}):
        delivery = ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
        assert ding.gateway.unacknowledged() == (delivery.message_id,)


@pytest.mark.parametrize(
    ("fault", "times"), [(Fault.DUPLICATE_IN_ROW, 3), (Fault.DUPLICATE_AT_ONCE, 3), (Fault.LOSE, 0)]
)
def test_ordered_repetitions(ding: DingTalk, ding_api: DingApi, fault: Fault, times: int) -> None:
    ding.faults.order(api="callback", fault=fault)
    with peer(ding_api) as app:
        delivery = ding.say("batu", "公海")
        assert len(app.bodies()) == times
        assert [attempt.taken for attempt in delivery.attempts] == [True] * times
        assert len({frame["headers"]["messageId"] for frame in app.frames}) == min(times, 1)
        assert ding.say("batu", "公海").taken


# Troubles


def test_a_ping_must_be_echoed(ding: DingTalk, ding_api: DingApi) -> None:
    with peer(ding_api) as app:
        assert ding.gateway.ping("c1", "123-dsfs").taken
        assert (app.frames[0]["type"], app.frames[0]["headers"]["topic"]) == ("SYSTEM", "ping")
        app.wrongly = {"data": '{"opaque":"another"}'}
        assert ding.gateway.ping("c1", "123-dsfs").error == "no echo"


def test_who_is_told_to_go_gets_nothing_new_and_is_closed(ding: DingTalk, ding_api: DingApi) -> None:
    with peers(ding_api, 2) as (old, new):
        old.answers = {"disconnect": None}
        ding.gateway.disconnect("c1", idle=0.5)
        for number in range(5):
            assert ding.say("batu", str(number)).attempts[0].connection == "c2"
        assert len(new.bodies()) == 5
        assert old.closed.wait(5)
        assert [json.loads(frame["data"]) for frame in old.frames] == [{"reason": "connection is expired"}]
        assert old.socket.close_code == 1001


def test_who_is_told_to_go_and_is_alone_still_gets_it(ding: DingTalk, ding_api: DingApi) -> None:
    with peer(ding_api, answers={"disconnect": None}) as app:
        ding.gateway.disconnect("c1")
        assert ding.say("batu", "公海").taken
        assert len(app.bodies()) == 1


@pytest.mark.parametrize("abrupt", [False, True])
def test_a_connection_ends(ding: DingTalk, ding_api: DingApi, abrupt: bool) -> None:
    with peer(ding_api) as app:
        if abrupt:
            ding.gateway.abort("c1")
        else:
            ding.gateway.close("c1")
        assert app.closed.wait(5)
        assert app.socket.close_code == (1006 if abrupt else 1000)
        until(lambda: ding.gateway.connections() == (), "its end")


def test_it_ends_while_a_frame_waits(ding: DingTalk, ding_api: DingApi) -> None:
    with peer(ding_api) as app:
        app.acknowledge = lambda _frame: app.socket.close()  # type: ignore[method-assign]
        assert not ding.say("batu", "公海").taken
    assert len(ding.gateway.unacknowledged()) == 1


def test_a_deaf_connection_answers_pings_and_gets_nothing(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding)
    with peer(ding_api) as app:
        ding.gateway.deafen("c1")
        assert ding.say("batu", "公海").attempts[0].error == "not acknowledged"
        assert app.frames == []
        assert app.socket.ping().wait(5), "the protocol's own ping"


def test_a_frozen_connection_is_silent(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding)
    with peer(ding_api) as app:
        ding.gateway.freeze("c1")
        assert not ding.say("batu", "公海").taken
        assert not app.socket.ping().wait(0.3)
        assert ding.gateway.connections() == ("c1",)
        ding.gateway.abort("c1")


def test_bad_json_and_other_system_frames(ding: DingTalk, ding_api: DingApi) -> None:
    with peer(ding_api, answers={"REGISTERED": None}) as app:
        ding.gateway.say("c1", '{"specVersion":')
        ding.gateway.system("c1", "REGISTERED", {})
        assert ding.say("batu", "公海").taken
        assert app.texts[0] == '{"specVersion":'
        assert [frame["headers"]["topic"] for frame in app.frames] == ["REGISTERED", MESSAGES]


@pytest.mark.parametrize("as_numbers", [True, False])
def test_a_message_without_its_words(ding: DingTalk, ding_api: DingApi, as_numbers: bool) -> None:
    ding.numbers_are_numbers = as_numbers
    ding.use_up_messages()
    with peer(ding_api) as app:
        assert ding.say("batu", "公海").taken
        (body,) = app.bodies()
    assert body["errorCode"] == (20001 if as_numbers else "20001")
    assert not {"text", "content", "msgtype"} & set(body)
    assert (body["robotCode"], body["chatbotCorpId"], bool(body["errorMessage"])) == (APP, ORGANISATION, True)
    assert [message.text for message in ding.chat("batu")] == ["公海"], "the person sees what he wrote"
