"""What `cards.channel.Channel` promises, held against both platforms as the sandbox plays them: the same questions to
WeCom and DingTalk. Where the two rightly differ a table says so, a row for each (`ROWS`).

What exactly is asked of a platform, and what each of its codes means, is in contract/wecom and contract/dingtalk.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from kit.clock import Clock
from kit.company import AGENT_ID, CORP_ID, ON_ONE_DATABASE, SECRETS
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, ROBOT
from kit.phones import DingPhone, Phone, WeComPhone
from kit.ports import free_port

from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.client import DingTalkApi, DingTalkClient
from bot.channels.dingtalk.meter import DatabaseMeter
from bot.channels.token_store import DatabaseTokenStore
from bot.channels.tokens import SharedToken
from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.client import WeComApi, WeComClient
from bot.sandbox import allowance
from bot.sandbox.chats import Message
from bot.sandbox.credentials import Medium
from bot.sandbox.dingtalk import limits
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.faults import CALLBACK, Fault, Faults
from bot.sandbox.journal import Journal
from bot.sandbox.members import Member
from bot.sandbox.platform import PER_HOUR, PER_MINUTE, Platform
from bot.sandbox.server import serve_in_thread
from cards.actions import Signer
from cards.channel import (
    Channel,
    Downloaded,
    Expired,
    Misconfigured,
    NoCards,
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
from core.store.unit import Store

pytestmark = ON_ONE_DATABASE

CARD = Card(
    title="线索 L1024",
    fields=(Field("姓名", "巴**·孟*"), Field("需求", "房抵 50万")),
    buttons=(Button("领取", ClaimLead(1024), Style.PRIMARY),),
)
DONE = Card(title="已领取 L1024", done="已领取")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PDF = b"%PDF-1.7 " + bytes(range(256))
MB = 1024 * 1024
MONTHLY = 10
MEMBERS = (Member("batu", "巴图", "一部"), Member("su", "苏和", "一部"), Member("gone", "外人", "一部", visible=False))
READ_SECONDS, TOO_LONG = 0.4, 1.5


@dataclass(frozen=True)
class Row:
    """What one platform does in its own way, so that its channel does too."""

    two_members: str
    """A recipient that would be two."""
    per_member: tuple[int, int]
    """How many messages one member may get from one app in a minute and an hour."""
    calls_a_minute: int
    """How many calls of one interface are answered."""
    texts_of_three: int
    """How often a text comes whose outcome is unknown three times: WeCom drops a repetition, though not of the first
    attempt, which did not ask for it; DingTalk cannot be asked."""
    pictures_of_three: int
    """How often a picture or file does: WeCom knows it by its upload."""
    keeps_pictures: bool
    """Can an upload be sent for good? WeCom has it for three days."""
    changes_freely: bool
    """Is a card changed without a code, as often as is wanted?"""
    a_page: type[Retry | Quota]
    """What a web page in place of an answer means: DingTalk's wall shows one to an address that called too often."""
    voices: str
    """As what a voice comes: of one DingTalk wants to know how long it is, so it comes as a ZIP."""
    names_files: bool
    """Is told what its sender calls a file when it is fetched? (DingTalk says so with the message.)"""
    has_month: bool
    """Are only so many calls allowed in a month, so that they can run short?"""
    has_sessions: bool
    """Can a message be answered where it came from?"""
    faults: dict[str, dict[str, Any]]
    """How it refuses: what is ordered of the sandbox for a token that is never taken."""


ROWS = {
    "wecom": Row(
        two_members="batu|su", per_member=(PER_MINUTE, PER_HOUR), calls_a_minute=10_000, texts_of_three=2,
        pictures_of_three=1, keeps_pictures=False, changes_freely=False, a_page=Retry, voices="voice",
        names_files=True, has_month=False, has_sessions=False,
        faults={"token": {"errcode": 42001}},
    ),
    # How much one member may get DingTalk does not say: no more than from WeCom.
    "dingtalk": Row(
        two_members="batu;IM_ROBOT.su", per_member=(PER_MINUTE, PER_HOUR), calls_a_minute=20 * 60, texts_of_three=3,
        pictures_of_three=3, keeps_pictures=True, changes_freely=True, a_page=Quota, voices="file",
        names_files=False, has_month=True, has_sessions=True,
        faults={"token": {"code": "InvalidAuthentication", "status": 400}},
    ),
}  # fmt: skip


@dataclass
class Side:
    """One channel, and the platform that it talks to. `make` builds another channel of the same app."""

    channel: Channel
    make: Callable[..., Channel]
    platform: Platform | DingTalk
    clock: Clock
    row: Row
    apis: dict[str, str]
    serial: int = field(default=0)

    @property
    def faults(self) -> Faults:
        return self.platform.faults

    @property
    def journal(self) -> Journal:
        return self.platform.journal

    @property
    def phone(self) -> Phone:
        """Batu's."""
        return (
            WeComPhone(self.platform, "batu")
            if isinstance(self.platform, Platform)
            else DingPhone(self.platform, "batu")
        )

    def chat(self) -> list[Message]:
        """What batu has got, as it looks now."""
        return [each for each in self.phone.chat() if each.from_bot]

    def titles(self) -> list[str]:
        """The cards that he sees."""
        return [self.phone.read(each).title for each in self.chat() if each.card]

    def calls(self, verb: str) -> int:
        """How often the interface was called that a verb of the channel's uses."""
        return len(self.journal.calls(self.apis[verb]))

    def medium(self, message: Message) -> Medium:
        """What came with a message."""
        found = self.platform.media.get(message.media_id, self.clock())
        assert found is not None
        return found

    def sent_by_batu(self, content: bytes, name: str) -> str:
        """A file that he sends (nobody hears of it); what it is fetched by."""
        self.faults.order(api=CALLBACK, fault=Fault.LOSE)
        self.phone.send_file(content, name)
        return self.phone.chat()[-1].media_id

    def session(self) -> str:
        """Where a message of his may be answered."""
        self.faults.order(api=CALLBACK, fault=Fault.LOSE)
        self.phone.say("你好")
        if isinstance(self.platform, Platform):
            return ""
        return f"{self.platform.base_url}/robot/sendBySession?session={list(self.platform.sessions)[-1]}"

    def card(self) -> tuple[str, str | None]:
        """A card on batu's screen: its id, and the code that it came with."""
        self.serial += 1
        sent = self.channel.send_card("batu", CARD, f"n{self.serial}", again=False)
        assert isinstance(sent, Sent)
        return f"n{self.serial}", sent.code

    def deeds(self) -> dict[str, Callable[[], object]]:
        """Each verb of the channel's that calls the platform, ready to be carried out once."""
        channel, (card_id, code) = self.channel, self.card()
        picture, file = (
            channel.upload(PNG, "a.png"),
            channel.upload_file(PDF, "a.pdf", "application/pdf", MediumKind.FILE),
        )
        assert isinstance(picture, Uploaded)
        assert isinstance(file, Uploaded)
        code_of_his = self.sent_by_batu(PDF, "a.pdf")
        self.serial += 1
        fresh = f"n{self.serial}"
        return {
            "send_card": lambda: channel.send_card("batu", CARD, fresh, again=False),
            "update_card": lambda: channel.update_card("batu", DONE, card_id, code),
            "send_text": lambda: channel.send_text("batu", "好", again=False),
            "send_picture": lambda: channel.send_picture("batu", picture.media_id),
            "send_file": lambda: channel.send_file("batu", file.media_id, MediumKind.FILE),
            "upload": lambda: channel.upload(PNG, "a.png"),
            "upload_file": lambda: channel.upload_file(PDF, "a.pdf", "application/pdf", MediumKind.FILE),
            "download": lambda: channel.download(code_of_his, 1000),
        }


FILES = ("upload", "upload_file", "download")
"""Verbs that take longer before they are given up."""


@contextmanager
def wecom(store: Store, clock: Clock, most: int | None = None) -> Iterator[Side]:
    """WeCom, of which `most` calls a minute may be made."""
    platform = Platform(
        corp_id=CORP_ID, agent_id=AGENT_ID, secret=SECRETS["WECOM_SECRET"], token=SECRETS["WECOM_TOKEN"],
        aes_key=SECRETS["WECOM_AES_KEY"], members=MEMBERS, clock=clock, callback_url="http://127.0.0.1:9/",
        limits=allowance.Limits(per_minute=most) if most else allowance.AS_DOCUMENTED,
    )  # fmt: skip
    with serve_in_thread(platform) as base:

        def make(
            *, secret: str = SECRETS["WECOM_SECRET"], app: int = AGENT_ID, base: str = base, read_seconds: float = 5.0
        ) -> Channel:
            api = WeComApi(CORP_ID, secret, base, connect_seconds=1.0, read_seconds=read_seconds)
            tokens = SharedToken(f"wecom:{secret}:{base}", DatabaseTokenStore(store), api.fetch_token, clock)
            signer = Signer({"k1": b"k" * 32}, f"wecom:{CORP_ID}:{AGENT_ID}")
            return WeComChannel(WeComClient(api, tokens), agent_id=app, signer=signer, clock=clock)

        apis = {"send_card": "message/send", "update_card": "message/update_template_card"}
        apis |= dict.fromkeys(("send_text", "send_picture", "send_file"), "message/send")
        apis |= {"upload": "media/upload", "upload_file": "media/upload", "download": "media/get", "token": "gettoken"}
        yield Side(make(), make, platform, clock, ROWS["wecom"], apis)


@contextmanager
def dingtalk(store: Store, clock: Clock, most: int | None = None) -> Iterator[Side]:
    """DingTalk, of which `most` calls a second may be made."""
    ding = DingTalk(
        client_id=CLIENT_ID, secret=CLIENT_SECRET, corp_id=CORP, robot_code=ROBOT, members=MEMBERS, mode="http",
        clock=clock, limits=limits.Limits(per_second=most or 1_000),  # the test's clock stands still
    )  # fmt: skip
    with serve_dingtalk(ding) as base:

        def make(
            *, secret: str = CLIENT_SECRET, app: str = ROBOT, base: str = base, read_seconds: float = 5.0
        ) -> Channel:
            api = DingTalkApi(CLIENT_ID, secret, base, base, connect_seconds=1.0, read_seconds=read_seconds)
            tokens = SharedToken(f"dingtalk:{secret}:{base}", DatabaseTokenStore(store), api.fetch_token, clock)
            signer = Signer({"k1": b"k" * 32}, f"dingtalk:{CLIENT_ID}:{ROBOT}")
            client = DingTalkClient(api, tokens, DatabaseMeter(store, "dingtalk:test", "dingtalk", MONTHLY))
            return DingTalkChannel(client, robot_code=app, signer=signer, clock=clock)

        apis = {"send_card": "card/instances/createAndDeliver", "update_card": "PUT card/instances"}
        apis |= dict.fromkeys(("send_text", "send_picture", "send_file"), "robot/oToMessages/batchSend")
        apis |= {"upload": "media/upload", "upload_file": "media/upload", "download": "robot/messageFiles/download"}
        yield Side(make(), make, ding, clock, ROWS["dingtalk"], apis | {"token": "oauth2/accessToken"})


OPEN = {"wecom": wecom, "dingtalk": dingtalk}


@pytest.fixture(params=OPEN)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which platform; the machine's proxy, if it has one, stays out of it."""
    for each in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(each, raising=False)
        monkeypatch.delenv(each.upper(), raising=False)
    return str(request.param)


@pytest.fixture
def side(name: str, store: Store, clock: Clock) -> Iterator[Side]:
    with OPEN[name](store, clock) as side:
        yield side


def test_each_is_a_channel_of_its_own_name(side: Side, name: str) -> None:
    assert side.channel.name == name
    assert (side.channel.changes_freely is not None) == side.row.changes_freely


# Cards


def test_a_card_comes_once_under_its_id(side: Side) -> None:
    assert isinstance(side.channel.send_card("batu", CARD, "c42", again=False), Sent)
    assert isinstance(side.channel.send_card("batu", CARD, "c42", again=True), Sent)
    assert isinstance(side.channel.send_card("batu", CARD, "c42", again=False), Permanent), "an id used twice"
    assert side.titles() == ["线索 L1024"]
    assert isinstance(side.channel.send_card("batu", CARD, "c43", again=True), Sent), "the earlier attempt did not come"
    assert side.titles() == ["线索 L1024"] * 2


@pytest.mark.parametrize("card_id", ["x" * 129, "a b", "号", "a.b", "a\n"])
def test_a_card_id_that_makes_no_key_never_leaves(side: Side, card_id: str) -> None:
    assert isinstance(side.channel.send_card("batu", CARD, card_id, again=True), Permanent)
    assert side.journal.calls() == ()


def test_a_card_is_changed_where_it_hangs(side: Side) -> None:
    card_id, code = side.card()
    assert (code is None) == side.row.changes_freely
    assert isinstance(side.channel.update_card("batu", DONE, card_id, code), Sent)
    assert side.titles() == ["已领取 L1024"]
    again = side.channel.update_card("batu", Card(title="又改了", done="已改"), card_id, code)
    assert (again == Expired()) != side.row.changes_freely, "a code works once"
    assert side.titles() == ["又改了" if side.row.changes_freely else "已领取 L1024"]


def test_a_card_that_can_be_changed_no_longer_is_expired(side: Side) -> None:
    card_id, code = side.card()
    if side.row.changes_freely:
        assert side.channel.update_card("batu", DONE, "never-sent", None) == Expired()
        return
    assert side.channel.update_card("batu", DONE, card_id, None) == Expired(), "without a code"
    side.clock.go(hours=72, seconds=1)
    assert side.channel.update_card("batu", DONE, card_id, code) == Expired()
    assert side.titles() == ["线索 L1024"]


def test_how_long_a_card_can_be_changed_is_true(side: Side) -> None:
    sent = side.channel.send_card("batu", CARD, "c1", again=False)
    assert isinstance(sent, Sent)
    lasts = side.channel.changes_freely or timedelta(seconds=sent.code_seconds)
    assert lasts >= timedelta(days=3)
    side.clock.now += lasts - timedelta(seconds=1)
    assert isinstance(side.channel.update_card("batu", DONE, "c1", sent.code), Sent)


# Texts


def test_a_text_comes_as_it_is(side: Side) -> None:
    assert isinstance(side.channel.send_text("batu", "好\n“的” <a>", again=False), Sent)
    assert [each.text for each in side.chat()] == ["好\n“的” <a>"]


def test_the_longest_text_comes_whole_and_a_longer_one_never_leaves(side: Side) -> None:
    most = side.channel.text_bytes
    whole = "字" * (most // 3) + "x" * (most % 3)
    for text in (whole, '"' * most):
        assert isinstance(side.channel.send_text("batu", text, again=False), Sent)
    for text in ("", f"{whole}x", "字" * most):
        assert isinstance(side.channel.send_text("batu", text, again=False), Permanent)
        assert not isinstance(side.channel.answer("", text), Sent)
    assert [each.text for each in side.chat()] == [whole, '"' * most]
    assert side.calls("send_text") == 2


def test_the_same_text_rightly_said_twice_comes_twice(side: Side) -> None:
    for _ in range(2):
        assert isinstance(side.channel.send_text("batu", "好", again=False), Sent)
    assert len(side.chat()) == 2


def test_a_text_whose_outcome_stays_unknown(side: Side) -> None:
    for again in (False, True, True):
        side.faults.order(api=side.apis["send_text"], fault=Fault.ACCEPT_THEN_DROP)
        found = side.channel.send_text("batu", "好", again=again)
        assert isinstance(found, Retry)
        assert found.maybe_sent
    assert len(side.chat()) == side.row.texts_of_three


def test_a_message_is_answered_where_it_came_from(side: Side) -> None:
    url = side.session()
    found = side.channel.answer(url, "在")
    assert isinstance(found, Sent if side.row.has_sessions else Expired)
    assert [each.text for each in side.chat()] == ["在"] * side.row.has_sessions
    before = len(side.journal.calls())
    assert side.channel.answer("http://127.0.0.1:9/robot/sendBySession?session=x", "在") == Expired()
    assert len(side.journal.calls()) == before, "it leads elsewhere"
    side.clock.go(hours=2)
    assert side.channel.answer(url, "在") == Expired(), "its time is over"
    assert len(side.chat()) == side.row.has_sessions


# To whom


@pytest.mark.parametrize("to", ["", "@all", "@ALL", "a b", "batu\n", "two"])
def test_one_message_reaches_one_member(side: Side, to: str) -> None:
    to = side.row.two_members if to == "two" else to
    results = [
        side.channel.send_card(to, CARD, "c1", again=False),
        side.channel.send_text(to, "x", again=False),
        side.channel.send_picture(to, "m"),
        side.channel.send_file(to, "m|a.pdf", MediumKind.FILE),
    ]
    assert all(isinstance(each, Permanent) for each in results)
    assert side.journal.calls() == ()


@pytest.mark.parametrize("to", ["nobody", "gone"])
def test_who_does_not_exist_or_does_not_see_the_app_is_out_of_reach(side: Side, to: str) -> None:
    """Of a card to one who does not see the app DingTalk says in words alone that it was not delivered."""
    picture = side.channel.upload(PNG, "a.png")
    assert isinstance(picture, Uploaded)
    for found in (side.channel.send_text(to, "好", again=False), side.channel.send_picture(to, picture.media_id)):
        assert isinstance(found, Permanent)
        assert found.unreachable
    found = side.channel.send_card(to, CARD, "c1", again=False)
    assert isinstance(found, Permanent)
    assert found.unreachable or (to == "gone" and side.channel.name == "dingtalk")


# Pictures and files


def test_a_picture_goes_up_and_comes(side: Side) -> None:
    given = side.channel.upload(PNG, "日报.png")
    assert isinstance(given, Uploaded)
    assert side.chat() == [], "nobody has it yet"
    assert isinstance(side.channel.send_picture("batu", given.media_id), Sent)
    (message,) = side.chat()
    assert (message.kind, side.medium(message).data) == ("image", PNG)


def test_an_upload_of_long_ago(side: Side) -> None:
    given = side.channel.upload(PNG, "a.png")
    assert isinstance(given, Uploaded)
    side.clock.go(days=4)
    found = side.channel.send_picture("batu", given.media_id)
    assert isinstance(found, Sent if side.row.keeps_pictures else Expired)


def test_a_picture_and_a_file_whose_outcome_stays_unknown(side: Side) -> None:
    channel = side.channel
    picture, file = channel.upload(PNG, "a.png"), channel.upload_file(PDF, "a.pdf", "application/pdf", MediumKind.FILE)
    assert isinstance(picture, Uploaded)
    assert isinstance(file, Uploaded)
    for kind, send in (
        ("image", lambda: channel.send_picture("batu", picture.media_id)),
        ("file", lambda: channel.send_file("batu", file.media_id, MediumKind.FILE)),
    ):
        side.faults.order(api=side.apis["send_file"], fault=Fault.ACCEPT_THEN_DROP, times=2)
        assert [getattr(send(), "maybe_sent", None) for _ in range(3)] == [True, True, None]
        assert [each.kind for each in side.chat()].count(kind) == side.row.pictures_of_three


@pytest.mark.parametrize("size", [0, 5, 20 * MB + 1])
def test_what_is_too_small_or_too_large_never_leaves(side: Side, size: int) -> None:
    content = bytes(size)
    assert isinstance(side.channel.upload(content, "a.png"), Permanent)
    for kind in MediumKind:
        assert isinstance(side.channel.upload_file(content, "a.pdf", "application/pdf", kind), Permanent)
    assert side.journal.calls() == ()


def test_a_file_comes_under_its_name(side: Side) -> None:
    given = side.channel.upload_file(PDF, "L1-0007.pdf", "application/pdf", MediumKind.FILE)
    assert isinstance(given, Uploaded)
    assert isinstance(side.channel.send_file("batu", given.media_id, MediumKind.FILE), Sent)
    (message,) = side.chat()
    assert (message.kind, message.text, side.medium(message).data) == ("file", "L1-0007.pdf", PDF)


def test_a_picture_among_files_comes_as_one(side: Side) -> None:
    given = side.channel.upload_file(PNG, "L1-0007.png", "image/png", MediumKind.PICTURE)
    assert isinstance(given, Uploaded)
    assert isinstance(side.channel.send_file("batu", given.media_id, MediumKind.PICTURE), Sent)
    (message,) = side.chat()
    assert (message.kind, side.medium(message).data) == ("image", PNG)


def test_a_voice_comes(side: Side) -> None:
    sound = b"#!AMR\n" + bytes(400)
    given = side.channel.upload_file(sound, "L1-0007.amr", "audio/amr", MediumKind.VOICE)
    assert isinstance(given, Uploaded)
    assert isinstance(side.channel.send_file("batu", given.media_id, MediumKind.VOICE), Sent)
    (message,) = side.chat()
    came = side.medium(message).data
    assert message.kind == side.row.voices
    if message.kind == "file":
        with zipfile.ZipFile(io.BytesIO(came)) as archive:
            came = archive.read("L1-0007.amr")
    assert came == sound


def test_what_somebody_sent_is_fetched(side: Side) -> None:
    code = side.sent_by_batu(PDF, "合同.pdf")
    assert side.channel.download(code, len(PDF)) == Downloaded(PDF, "合同.pdf" if side.row.names_files else "")
    assert side.channel.download(code, len(PDF) - 1) == TooLarge()
    side.clock.go(days=4)
    for gone in (code, "never-sent"):
        assert isinstance(side.channel.download(gone, 1000), Permanent)


def test_who_is_no_contact(side: Side) -> None:
    assert side.channel.contact("wm-nobody", "batu") == NoContact()


# What goes wrong

LOST = (
    Fault.STATUS_500,
    Fault.STATUS_500_AFTER,
    Fault.RESET,
    Fault.ACCEPT_THEN_DROP,
    Fault.HALF_BODY,
    Fault.WRONG_JSON,
)


@pytest.mark.parametrize("fault", LOST)
def test_what_may_have_been_done_says_so(side: Side, fault: Fault) -> None:
    """A server's error and a broken answer are no proof that nothing happened."""
    for verb, deed in side.deeds().items():
        side.faults.order(api=side.apis[verb], fault=fault)
        found = deed()
        assert not side.faults.pending(), verb
        assert isinstance(found, Retry), verb
        assert found.maybe_sent, verb
        assert 0 < found.after <= 60, verb


@pytest.mark.parametrize("fault", [Fault.DELAY, Fault.SLOW_DRIP])
def test_an_answer_that_takes_too_long_is_not_waited_for(side: Side, fault: Fault) -> None:
    side.channel = side.make(read_seconds=READ_SECONDS)
    for verb, deed in side.deeds().items():
        if verb in FILES:
            continue
        side.faults.order(api=side.apis[verb], fault=fault, seconds=TOO_LONG)
        found = deed()
        assert isinstance(found, Retry), verb
        assert found.maybe_sent, verb
        assert not side.faults.pending(), verb


def test_a_card_whose_answer_was_lost_comes_once(side: Side) -> None:
    for fault in LOST:
        side.serial += 1
        card_id, before = f"n{side.serial}", len(side.titles())
        side.faults.order(api=side.apis["send_card"], fault=fault)
        assert isinstance(side.channel.send_card("batu", CARD, card_id, again=False), Retry)
        assert isinstance(side.channel.send_card("batu", CARD, card_id, again=True), Sent)
        assert len(side.titles()) == before + 1, fault


def test_nobody_there_is_no_maybe(side: Side) -> None:
    channel = side.make(base=f"http://127.0.0.1:{free_port()}")
    for found in (channel.send_text("batu", "好", again=False), channel.send_card("batu", CARD, "c1", again=False)):
        assert isinstance(found, Retry)
        assert not found.maybe_sent


def test_who_leads_elsewhere_is_not_followed(side: Side) -> None:
    for verb, deed in side.deeds().items():
        side.faults.order(api=side.apis[verb], fault=Fault.REDIRECT, location=f"{side.platform.base_url}/elsewhere")
        found = deed()
        assert isinstance(found, Retry), verb
        assert not found.maybe_sent, verb
    side.platform.revoke_tokens()
    side.clock.go(minutes=2)
    side.faults.order(api=side.apis["token"], fault=Fault.REDIRECT, location=f"{side.platform.base_url}/elsewhere")
    assert isinstance(side.channel.send_text("batu", "好", again=False), Retry), "the secret goes nowhere else"
    assert not side.faults.pending()


def test_a_page_in_place_of_an_answer(side: Side) -> None:
    for verb, deed in side.deeds().items():
        side.faults.order(api=side.apis[verb], fault=Fault.HTML)
        found = deed()
        assert type(found) is side.row.a_page, verb
        assert found.after > 0, verb


def test_megabytes_in_place_of_an_answer_are_not_read(side: Side) -> None:
    side.faults.order(api=side.apis["send_text"], fault=Fault.HUGE_BODY)
    found = side.channel.send_text("batu", "好", again=False)
    assert isinstance(found, Retry)
    assert found.maybe_sent


@pytest.mark.parametrize("verb", ["send_text", "upload"])
def test_who_calls_too_often_waits_as_long_as_is_said(name: str, store: Store, clock: Clock, verb: str) -> None:
    with OPEN[name](store, clock, most=3) as side:
        deed = {
            "send_text": lambda: side.channel.send_text("batu", "好", again=False),
            "upload": lambda: side.channel.upload(PNG, "a.png"),
        }[verb]
        for _ in range(3):
            assert isinstance(deed(), Sent | Uploaded)
        found = deed()
        assert isinstance(found, Retry | Quota)
        assert found.after > 0
        assert not getattr(found, "maybe_sent", False)
        clock.go(seconds=found.after)
        assert isinstance(deed(), Sent | Uploaded)


def test_the_pace_leaves_room(side: Side) -> None:
    pace, (a_minute, an_hour) = side.channel.pace, side.row.per_member
    assert 0 < pace.per_minute <= a_minute * 0.9
    assert 0 < pace.per_hour <= an_hour * 0.9
    assert 0 < pace.app_per_minute <= side.row.calls_a_minute * 0.9


def test_what_keeps_to_the_pace_all_comes(side: Side) -> None:
    """More is dropped without an error (WeCom)."""
    for number in range(side.channel.pace.per_minute):
        assert isinstance(side.channel.send_text("batu", str(number), again=False), Sent)
    assert len(side.chat()) == side.channel.pace.per_minute


# Tokens and settings


@pytest.mark.parametrize("how", ["expire_tokens", "revoke_tokens"])
def test_a_token_that_ends_in_the_midst_is_renewed_once(side: Side, how: str) -> None:
    for deed in side.deeds().values():
        before, had = side.calls("token"), len(side.chat())
        side.clock.go(minutes=2)  # so often no token is asked for
        getattr(side.platform, how)()
        assert isinstance(deed(), Sent | Uploaded | Downloaded)
        assert side.calls("token") == before + 1
        assert len(side.chat()) - had in (0, 1)
    kinds = [each.kind for each in side.chat()]
    assert (kinds.count("card"), kinds.count("text"), kinds.count("image"), kinds.count("file")) == (2, 1, 1, 1)


def test_a_token_that_is_never_taken_is_for_an_engineer(side: Side) -> None:
    assert isinstance(side.channel.send_text("batu", "好", again=False), Sent)
    side.faults.order(api=side.apis["send_text"], fault=Fault.ERRCODE, times=9, **side.row.faults["token"])
    assert isinstance(side.channel.send_text("batu", "好", again=False), Misconfigured)
    assert (side.calls("send_text"), side.calls("token")) == (3, 2), "one more attempt, and no more"


def test_a_wrong_secret_is_for_an_engineer(side: Side) -> None:
    channel = side.make(secret="another-secret")
    for found in (
        channel.send_card("batu", CARD, "c1", again=False),
        channel.send_text("batu", "好", again=False),
        channel.upload(PNG, "a.png"),
        channel.download("m", 100),
    ):
        assert isinstance(found, Misconfigured | NoCards), "of a card it may be the cards' own: then it goes as text"
    assert len(side.journal.calls()) == 1, "it is not asked again at once"


def test_a_wrong_app_is_for_an_engineer(side: Side) -> None:
    app: Any = 1000099 if side.channel.name == "wecom" else "another-robot"
    assert isinstance(side.make(app=app).send_text("batu", "好", again=False), Misconfigured)


def test_that_calls_run_short_is_noticed(side: Side) -> None:
    assert not side.channel.runs_short()
    for _ in range(MONTHLY - 1):
        assert isinstance(side.channel.send_text("batu", "好", again=False), Sent)
    assert side.channel.runs_short() == side.row.has_month


def test_that_the_platform_says_so_counts_for_more(side: Side) -> None:
    if isinstance(side.platform, Platform):
        side.faults.order(api=side.apis["send_text"], fault=Fault.ERRCODE, errcode=45009)
    else:
        side.platform.use_up_calls()
    found = side.channel.send_text("batu", "好", again=False)
    assert isinstance(found, Quota)
    assert found.counted == side.row.has_month
    assert side.channel.runs_short() == side.row.has_month
