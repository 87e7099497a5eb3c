"""What the channel asks of DingTalk, and what it makes of the answers."""

import io
import ipaddress
import json
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography import x509
from kit.certificates import certificate_for, server_context
from kit.ding_answers import CARDS, DELIVER, FILES, SEND, SESSION, TOKEN, UPLOAD, Asked, DingAnswers, Said, answering

from bot.channels.dingtalk.channel import CALLBACK_ROUTE, TEXT_BYTES, DingTalkChannel
from bot.channels.dingtalk.client import DingTalkApi, DingTalkClient
from bot.channels.tokens import SharedToken, StoredToken, Token
from cards.actions import Signer, Unpacked
from cards.channel import (
    Downloaded,
    Expired,
    Fault,
    Misconfigured,
    NoContact,
    Permanent,
    Quota,
    Retry,
    Sent,
    TooLarge,
    Uploaded,
)
from cards.lead_actions import ClaimLead
from cards.model import Button, Card, Field, Style
from core.leads.filetypes import MediumKind

CLIENT, SECRET, ROBOT = "dingtl01", "very-secret-app-secret", "dingtl01"
SIGNER = Signer({"k1": b"k" * 32}, f"dingtalk:{CLIENT}:{ROBOT}")
CARD = Card(
    title="线索 L1024",
    fields=(Field("姓名", "巴**·孟*"), Field("需求", "房抵 50万")),
    buttons=(Button("领取", ClaimLead(1024), Style.PRIMARY),),
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@dataclass
class Tokens:
    """A token store in memory, for one process."""

    kept: dict[str, StoredToken] = field(default_factory=dict)

    def read(self, name: str) -> StoredToken | None:
        return self.kept.get(name)

    def acquire(self, name: str, holder: str, seconds: float) -> bool:
        return bool(name and holder and seconds)

    def write(self, name: str, value: str, version: int, expires_at: datetime) -> None:
        self.kept[name] = StoredToken(value, version, expires_at)

    def release(self, name: str, holder: str) -> None:
        """Nobody else wants it."""


@dataclass
class Tally:
    """What was counted."""

    calls: int = 0
    went: int = 0
    saved: int = 0

    def runs_short(self) -> bool:
        return False

    def spared(self) -> None:
        self.saved += 1

    def count(self) -> None:
        self.calls += 1

    def gone(self) -> None:
        self.went += 1


@dataclass
class Process:
    """A channel against a scripted DingTalk."""

    ding: DingAnswers
    route_key: str | None = None
    read_seconds: float = 3.0
    tally: Tally = field(default_factory=Tally)
    channel: DingTalkChannel = field(init=False)

    def __post_init__(self) -> None:
        api = DingTalkApi(
            CLIENT, SECRET, self.ding.base, self.ding.base, connect_seconds=1.0, read_seconds=self.read_seconds
        )
        tokens = SharedToken("dingtalk", Tokens(), api.fetch_token, lambda: NOW)
        client = DingTalkClient(api, tokens, self.tally)
        self.channel = DingTalkChannel(
            client, robot_code=ROBOT, signer=SIGNER, clock=lambda: NOW, route_key=self.route_key
        )


@pytest.fixture
def ding(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingAnswers]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with answering() as ding:
        yield ding


@pytest.fixture
def process(ding: DingAnswers) -> Process:
    return Process(ding)


def refused(code: str, status: int = 400) -> Said:
    return Said(status, {"code": code, "message": "消息 13800001111", "requestid": "r1"})


def test_a_card_is_made_and_delivered_in_one_call(process: Process, ding: DingAnswers) -> None:
    assert process.channel.send_card("Batu", CARD, "c42", again=False) == Sent(message_id="k1")
    (asked,) = ding.calls(DELIVER)
    body = asked.json
    assert asked.method == "POST"
    assert (body["outTrackId"], body["openSpaceId"], body["callbackType"]) == (
        "tl-c42",
        "dtv1.card//IM_ROBOT.Batu",
        "STREAM",
    )
    assert "callbackRouteKey" not in body
    assert body["imRobotOpenDeliverModel"] == {"spaceType": "IM_ROBOT", "robotCode": ROBOT}
    assert body["imRobotOpenSpaceModel"] == {"supportForward": False, "lastMessageI18n": {"ZH_CN": "线索 L1024"}}
    variables = body["cardData"]["cardParamMap"]
    assert all(type(value) is str for value in variables.values())
    (button,) = json.loads(variables["sys_full_json_obj"])["msgButtons"]
    assert SIGNER.unpack(button["id"], NOW + timedelta(days=29, hours=23)) == Unpacked(ClaimLead(1024), "c42.1")
    assert SIGNER.unpack(button["id"], NOW + timedelta(days=30)) != Unpacked(ClaimLead(1024), "c42.1")


def test_the_preview_of_a_card_is_a_line_as_it_is_shown(process: Process, ding: DingAnswers) -> None:
    """It stands in the list of chats, and people wrote it."""
    card = Card(title="转移\u202e\n" + "长" * 80, done="已转移")
    assert isinstance(process.channel.send_card("batu", card, "c42", again=False), Sent)
    shown = ding.calls(DELIVER)[0].json["imRobotOpenSpaceModel"]["lastMessageI18n"]["ZH_CN"]
    assert shown.startswith("转移")
    assert "\u202e" not in shown
    assert "\n" not in shown
    assert 45 <= len(shown) <= 50


def test_taps_by_http_come_under_a_route(ding: DingAnswers) -> None:
    Process(ding, route_key=CALLBACK_ROUTE).channel.send_card("batu", CARD, "c42", again=False)
    body = ding.calls(DELIVER)[0].json
    assert (body["callbackType"], body["callbackRouteKey"]) == ("HTTP", CALLBACK_ROUTE)


def test_a_card_that_is_there_already_was_sent_only_if_it_was_tried_before(process: Process, ding: DingAnswers) -> None:
    ding.answers[DELIVER] = refused("param.cardAlreadyExist")
    assert process.channel.send_card("batu", CARD, "c42", again=True) == Sent()
    assert isinstance(process.channel.send_card("batu", CARD, "c42", again=False), Permanent)


def delivered(*results: object) -> Said:
    return Said(200, {"success": True, "result": {"outTrackId": "tl-c42", "deliverResults": list(results)}})


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (delivered({"success": False, "errorMsg": "no such user"}), Permanent),
        (delivered({"success": True, "carrierId": "k"}, {"success": False}), Permanent),
        (delivered({"spaceId": "batu"}), Permanent),
        (delivered({"success": "true"}), Sent),
        (delivered(), Permanent),
        (delivered("odd"), Retry),
        (Said(200, {"success": True, "result": {"outTrackId": "tl-c42"}}), Retry),
        (Said(200, {"success": True}), Retry),
        (Said(200, {"success": False, "result": {"outTrackId": "tl-c42"}}), Retry),
    ],
)
def test_200_is_no_proof_that_a_card_was_delivered(
    process: Process, ding: DingAnswers, said: Said, kind: type[object]
) -> None:
    ding.answers[DELIVER] = said
    assert type(process.channel.send_card("batu", CARD, "c42", again=False)) is kind


def test_a_card_is_changed_by_key_and_keeps_its_status(process: Process, ding: DingAnswers) -> None:
    done = Card(title="已领取 L1024", done="已领取")
    assert process.channel.update_card("batu", done, "c42", None) == Sent()
    (asked,) = ding.calls(CARDS)
    assert asked.method == "PUT"
    assert asked.json["outTrackId"] == "tl-c42"
    assert asked.json["cardUpdateOptions"] == {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
    variables = asked.json["cardData"]["cardParamMap"]
    assert variables["flowStatus"] == "3"
    assert "msgButtons" not in json.loads(variables["sys_full_json_obj"]), "nothing of the buttons before is left"


@pytest.mark.parametrize(
    "said",
    [refused("param.cardNotExist"), Said(200, {"success": True, "result": False})],
)
def test_a_card_that_is_there_no_longer_is_to_be_sent_anew(process: Process, ding: DingAnswers, said: Said) -> None:
    ding.answers[CARDS] = said
    assert process.channel.update_card("batu", CARD, "c42", None) == Expired()


@pytest.mark.parametrize("to", ["", "a;IM_ROBOT.b", "@all", "@ALL", "a b", "a\n"])
def test_one_message_reaches_one_member(process: Process, ding: DingAnswers, to: str) -> None:
    channel = process.channel
    results = [
        channel.send_card(to, CARD, "c1", again=False),
        channel.send_text(to, "x", again=False),
        channel.send_picture(to, "m"),
        channel.send_file(to, "m|a.pdf", MediumKind.FILE),
    ]
    assert all(isinstance(result, Permanent) for result in results)
    assert ding.asked == []


@pytest.mark.parametrize("card_id", ["x" * 61, "a b", "号", "a;b", "a\n", "a.b"])
def test_a_card_id_that_makes_no_out_track_id_never_leaves(process: Process, ding: DingAnswers, card_id: str) -> None:
    assert isinstance(process.channel.send_card("batu", CARD, card_id, again=True), Permanent)
    assert ding.asked == []


def message(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The key and the values of a robot's message."""
    body = asked.json
    assert (body["robotCode"], body["userIds"]) == (ROBOT, ["batu"])
    return body["msgKey"], json.loads(body["msgParam"])


def test_a_text(process: Process, ding: DingAnswers) -> None:
    assert process.channel.send_text("batu", "好\n“的”", again=False) == Sent(message_id="q1")
    assert message(ding.calls(SEND)[0]) == ("sampleText", {"content": "好\n“的”"})


def test_the_longest_text_fits_and_a_longer_one_never_leaves(process: Process, ding: DingAnswers) -> None:
    assert process.channel.text_bytes == TEXT_BYTES
    assert isinstance(process.channel.send_text("batu", '"' * TEXT_BYTES, again=False), Sent)
    assert len(ding.calls(SEND)[0].json["msgParam"].encode()) <= 15_000
    for text in ("", "x" * (TEXT_BYTES + 1)):
        assert isinstance(process.channel.send_text("batu", text, again=False), Permanent)
    assert len(ding.calls(SEND)) == 1


def test_a_picture_is_uploaded_once_and_sent_by_its_id(process: Process, ding: DingAnswers) -> None:
    assert process.channel.upload(PNG, "board.png") == Uploaded("@lADPDe7s2")
    (asked,) = ding.calls(UPLOAD)
    assert b'name="type"\r\n\r\nimage\r\n' in asked.body
    assert b'name="media"; filename="board.png"' in asked.body
    assert PNG in asked.body
    assert process.channel.send_picture("batu", "@lADPDe7s2") == Sent(message_id="q1")
    assert message(ding.calls(SEND)[0]) == ("sampleImageMsg", {"photoURL": "@lADPDe7s2"})


def test_a_file_is_sent_under_its_name_and_type(process: Process, ding: DingAnswers) -> None:
    given = process.channel.upload_file(b"%PDF-1.7 .....", "L1-0007.pdf", "application/pdf", MediumKind.FILE)
    assert isinstance(given, Uploaded)
    assert process.channel.send_file("batu", given.media_id, MediumKind.FILE) == Sent(message_id="q1")
    wanted = {"mediaId": "@lADPDe7s2", "fileName": "L1-0007.pdf", "fileType": "pdf"}
    assert message(ding.calls(SEND)[0]) == ("sampleFile", wanted)


@pytest.mark.parametrize("kind", [MediumKind.FILE, MediumKind.VOICE, MediumKind.VIDEO])
def test_a_file_of_a_type_that_dingtalk_does_not_send_goes_as_a_zip(
    process: Process, ding: DingAnswers, kind: MediumKind
) -> None:
    content = b"#!AMR\n" + b"x" * 400
    given = process.channel.upload_file(content, "L1-0007.amr", "audio/amr", kind)
    assert isinstance(given, Uploaded)
    body = ding.calls(UPLOAD)[0].body
    packed = body[body.index(b"PK\3\4") :]
    with zipfile.ZipFile(io.BytesIO(packed[: packed.rindex(b"\r\n--")])) as archive:
        assert archive.read("L1-0007.amr") == content
    process.channel.send_file("batu", given.media_id, kind)
    wanted = {"mediaId": "@lADPDe7s2", "fileName": "L1-0007.amr.zip", "fileType": "zip"}
    assert message(ding.calls(SEND)[0]) == ("sampleFile", wanted)


def test_a_picture_among_files_goes_as_a_picture(process: Process, ding: DingAnswers) -> None:
    given = process.channel.upload_file(PNG, "L1-0007.png", "image/png", MediumKind.PICTURE)
    assert isinstance(given, Uploaded)
    process.channel.send_file("batu", given.media_id, MediumKind.PICTURE)
    assert message(ding.calls(SEND)[0]) == ("sampleImageMsg", {"photoURL": "@lADPDe7s2"})


@pytest.mark.parametrize("size", [0, 5, 20 * 1024 * 1024 + 1])
def test_what_is_too_small_or_too_large_never_leaves(process: Process, ding: DingAnswers, size: int) -> None:
    content = b"x" * size
    assert isinstance(process.channel.upload(content, "a.png"), Permanent)
    assert isinstance(process.channel.upload_file(content, "a.pdf", "application/pdf", MediumKind.FILE), Permanent)
    assert ding.asked == []


@pytest.mark.parametrize(
    ("listed", "kind"),
    [
        ({"invalidStaffIdList": ["batu"]}, Permanent),
        ({"invalidStaffIdList": ["BATU"]}, Permanent),
        ({"flowControlledStaffIdList": ["batu"]}, Retry),
        ({"invalidStaffIdList": ["batu2"], "flowControlledStaffIdList": None}, Sent),
        ({"invalidStaffIdList": "batu"}, Sent),
    ],
)
def test_200_is_no_proof_that_a_message_was_sent(
    process: Process, ding: DingAnswers, listed: dict[str, Any], kind: type[object]
) -> None:
    ding.answers[SEND] = Said(200, {"processQueryKey": "q1"} | listed)
    assert type(process.channel.send_text("batu", "好", again=False)) is kind


def test_who_does_not_exist_is_told_nothing_further(process: Process, ding: DingAnswers) -> None:
    ding.answers[SEND] = Said(200, {"processQueryKey": "q1", "invalidStaffIdList": ["batu"]})
    found = process.channel.send_text("batu", "好", again=False)
    assert isinstance(found, Permanent)
    assert found.unreachable


def test_a_message_that_may_have_arrived_is_not_sent_again(process: Process, ding: DingAnswers) -> None:
    """Nothing would tell a second text from the first; a card has its id."""
    ding.answers[SEND] = ding.answers[DELIVER] = refused("unknown.send.result")
    assert isinstance(process.channel.send_text("batu", "好", again=False), Permanent)
    found = process.channel.send_card("batu", CARD, "c42", again=False)
    assert isinstance(found, Retry)
    assert found.maybe_sent


def test_what_somebody_sent_is_fetched_from_the_address_that_is_named(process: Process, ding: DingAnswers) -> None:
    ding.answers[FILES] = Said(200, {"downloadUrl": f"{ding.base}/stored/a.pdf?Expires=1"})
    ding.answers["/stored/a.pdf"] = Said(200, b"%PDF-1.7 .....")
    assert process.channel.download("dc4", 100) == Downloaded(b"%PDF-1.7 .....")
    assert ding.calls(FILES)[0].json == {"downloadCode": "dc4", "robotCode": ROBOT}
    assert ding.calls("/stored/a.pdf")[0].token == "", "the token is for the API alone"
    assert process.channel.download("dc4", 10) == TooLarge()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.com/a",
        "https://oapi.dingtalk.com.evil.com/a",
        "https://evildingtalk.com/a",
        "http://static.dingtalk.com/a",
        "https://static.dingtalk.com:8443/a",
        "https://user@static.dingtalk.com/a",
        "https://169.254.169.254/latest",
        "http://127.0.0.1:1/a",
        "file:///etc/passwd",
        "//static.dingtalk.com/a",
        "https://[::1",
        "https://static.dingtalk.com:x/a",
    ],
)
def test_no_file_is_fetched_from_anywhere_else(process: Process, ding: DingAnswers, url: str) -> None:
    ding.answers[FILES] = Said(200, {"downloadUrl": url})
    assert isinstance(process.channel.download("dc4", 100), Permanent)


def test_a_store_that_leads_into_the_own_network_is_not_called(
    process: Process, ding: DingAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers for a name of Alibaba's could make it stand for a machine inside."""
    real = socket.getaddrinfo

    def look_up(host: str, *more: Any, **named: Any) -> Any:
        return [(2, 1, 6, "", ("10.0.0.7", 443))] if host.endswith("aliyuncs.com") else real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    ding.answers[FILES] = Said(200, {"downloadUrl": "https://bucket.oss-cn-hangzhou.aliyuncs.com/a"})
    found = process.channel.download("dc4", 100)
    assert found == Retry(5.0, "bucket.oss-cn-hangzhou.aliyuncs.com has no address that may be called")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said(403, b"<Error/>"), Permanent),
        (Said(404, b""), Permanent),
        (Said(500, b""), Retry),
        (Said(302, b"", {"Location": "http://127.0.0.1:1/"}), Retry),
    ],
)
def test_a_file_that_does_not_come(process: Process, ding: DingAnswers, said: Said, kind: type[object]) -> None:
    ding.answers[FILES] = Said(200, {"downloadUrl": f"{ding.base}/stored"})
    ding.answers["/stored"] = said
    assert type(process.channel.download("dc4", 100)) is kind


def test_a_wrong_download_code_is_final(process: Process, ding: DingAnswers) -> None:
    ding.answers[FILES] = refused("invalidParameter.robotCode.downloadCode")
    assert isinstance(process.channel.download("dc4", 100), Permanent)
    ding.answers[FILES] = Said(200, {})
    assert isinstance(process.channel.download("dc4", 100), Retry)


def test_dingtalk_has_no_contacts_of_members(process: Process) -> None:
    assert process.channel.contact("wm1", "batu") == NoContact()


def test_one_token_serves_all_calls_and_a_refused_one_is_renewed_once(process: Process, ding: DingAnswers) -> None:
    process.channel.send_text("batu", "一", again=False)
    process.channel.upload(PNG, "a.png")
    assert ding.issued == 1
    assert ding.calls(TOKEN)[0].json == {"appKey": CLIENT, "appSecret": SECRET}
    ding.expire()
    assert isinstance(process.channel.send_text("batu", "二", again=False), Sent)
    assert ding.issued == 2
    ding.expire()
    assert isinstance(process.channel.upload(PNG, "a.png"), Uploaded)
    assert (ding.issued, len(ding.calls(UPLOAD))) == (3, 3)


@pytest.mark.parametrize(
    "said",
    [
        refused("InvalidAuthentication"),
        refused("Unauthorized", 401),
        Said(200, {"errcode": 42001, "errmsg": "expired"}),
    ],
)
def test_a_token_that_is_never_taken_ends_after_one_more_attempt(
    process: Process, ding: DingAnswers, said: Said
) -> None:
    ding.answers[SEND] = said
    assert isinstance(process.channel.send_text("batu", "一", again=False), Misconfigured)
    assert (len(ding.calls(SEND)), ding.issued) == (2, 2)


def test_a_token_that_changed_twice_meanwhile_is_none_of_an_engineers(ding: DingAnswers) -> None:
    """Another process has renewed it once more: the one that was refused is not the one of now."""
    given = iter((Token("first", 1), Token("third", 3)))

    class Changing:
        def current(self) -> Token:
            return next(given)

        def refresh(self, stale_version: int) -> Token:
            assert stale_version == 1
            return Token("second", 2)

    api, tally = DingTalkApi(CLIENT, SECRET, ding.base, ding.base, connect_seconds=1.0, read_seconds=3.0), Tally()
    channel = DingTalkChannel(
        DingTalkClient(api, Changing(), tally), robot_code=ROBOT, signer=SIGNER, clock=lambda: NOW
    )
    assert channel.send_text("batu", "一", again=False) == Retry(1.0, "the token changed twice during one call")
    assert [asked.token for asked in ding.calls(SEND)] == ["first", "second"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (refused("invalidClientIdOrSecret"), Misconfigured),
        (refused("system.busy", 500), Retry),
        (Said(200, {"accessToken": ""}), Retry),
        (Said(200, {"accessToken": "a", "expireIn": True}), Retry),
        (Said(200, {"accessToken": "号", "expireIn": 7200}), Retry),
        (Said(200, b"<html>"), Quota),
    ],
)
def test_no_token(process: Process, ding: DingAnswers, said: Said, kind: type[object]) -> None:
    ding.answers[TOKEN] = said
    assert type(process.channel.send_text("batu", "一", again=False)) is kind
    assert ding.calls(SEND) == []


@pytest.mark.parametrize(
    ("said", "maybe_sent"),
    [
        (Said(500, {"errcode": -1}), True),
        (Said(500, {"code": "system.busy"}), True),
        (Said(400, {"code": "unknown.send.result"}), True),
        (Said(502, b"<html>"), True),
        (Said(drops=True), True),
        (Said(302, b"", {"Location": "http://127.0.0.1:1/"}), False),
    ],
)
def test_an_answer_by_session_whose_outcome_is_unknown_is_not_said_to_have_failed(
    process: Process, ding: DingAnswers, said: Said, maybe_sent: bool
) -> None:
    """Expired would have it sent otherwise at once, and it would come twice."""
    ding.answers[SESSION] = said
    found = process.channel.answer(f"{ding.base}{SESSION}?session=x1", "在")
    assert isinstance(found, Retry)
    assert found.maybe_sent == maybe_sent
    assert process.tally.saved == 0


@pytest.mark.parametrize(
    "said",
    [
        Said(200, {"errcode": 300001}),
        Said(200, {"errcode": 40035}),
        Said(200, {"errcode": -1}),
        Said(400, {"code": "session.expired"}),
        Said(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}),
    ],
)
def test_an_answer_by_session_that_was_refused_may_go_by_the_api(
    process: Process, ding: DingAnswers, said: Said
) -> None:
    ding.answers[SESSION] = said
    assert process.channel.answer(f"{ding.base}{SESSION}?session=x1", "在") == Expired()
    assert process.tally == Tally()


BUSY, OUT = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "Forbidden.AccessDenied.ApiCountLimitForOrg"


def test_what_is_answered_counts_among_the_months_calls(process: Process, ding: DingAnswers) -> None:
    channel, tally = process.channel, process.tally
    channel.send_text("batu", "一", again=False)
    channel.send_card("batu", CARD, "c42", again=False)
    channel.update_card("batu", CARD, "c42", None)
    channel.upload(PNG, "a.png")
    assert (tally.calls, tally.went) == (4, 0), "the token is free"
    ding.answers[SEND] = refused("staffId.notExisted")
    channel.send_text("batu", "一", again=False)
    assert tally.calls == 5
    for said in (refused(BUSY, 403), Said(200, {"errcode": 90018}), Said(502, b"<html>"), Said(drops=True)):
        ding.answers[SEND] = said
        channel.send_text("batu", "一", again=False)
    assert (tally.calls, tally.went) == (5, 0), "what failed for the rate or on its way is none"


@pytest.mark.parametrize("said", [refused(OUT, 403), Said(200, {"errcode": 90020}), Said(200, {"errcode": "90020"})])
def test_that_the_months_calls_are_used_up_is_noticed(process: Process, ding: DingAnswers, said: Said) -> None:
    ding.answers[SEND] = said
    found = process.channel.send_text("batu", "一", again=False)
    assert isinstance(found, Quota)
    assert found.after >= 600
    assert (process.tally.calls, process.tally.went) == (0, 1)


def test_nothing_secret_is_logged_or_said(
    process: Process, ding: DingAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    found: list[Sent | Fault | Uploaded] = [
        process.channel.send_text("batu", "一", again=False),
        process.channel.upload(PNG, "a.png"),
    ]
    for said in (refused("param.bad"), Said(drops=True), Said(200, b"<html>secret-token-1")):
        ding.answers[SEND] = ding.answers[UPLOAD] = said
        found += [process.channel.send_text("batu", "一", again=False), process.channel.upload(PNG, "a.png")]
    text = caplog.text + repr(found)
    assert "secret-token" not in text
    assert SECRET not in text
    assert "13800001111" not in text, "what the platform says in words may hold anything"


def test_an_answer_that_takes_too_long(ding: DingAnswers) -> None:
    stop = Event()
    process = Process(ding, read_seconds=0.3)
    process.channel.send_text("batu", "一", again=False)
    ding.answers[SEND] = lambda _asked: Said(200, {"processQueryKey": str(stop.wait(1.0))})
    found = process.channel.send_text("batu", "一", again=False)
    stop.set()
    assert isinstance(found, Retry)
    assert found.maybe_sent


def test_a_broken_connection_may_have_been_after_the_deed(process: Process, ding: DingAnswers) -> None:
    ding.answers[DELIVER] = Said(drops=True)
    found = process.channel.send_card("batu", CARD, "c42", again=False)
    assert isinstance(found, Retry)
    assert found.maybe_sent
    ding.answers[DELIVER] = refused("param.cardAlreadyExist")
    assert process.channel.send_card("batu", CARD, "c42", again=True) == Sent()


def test_an_unknown_certificate_gets_neither_secret_nor_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    with answering(server_context(certificate)) as ding:
        assert isinstance(Process(ding).channel.send_text("batu", "好", again=False), Retry)
        assert isinstance(Process(ding).channel.upload(PNG, "a.png"), Retry)
        assert ding.asked == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert isinstance(Process(ding).channel.send_text("batu", "好", again=False), Sent)
