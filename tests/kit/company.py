"""A whole company for scenario tests: the fake platform and the bot, each behind real HTTP, in one process.

    def test_claim(company):
        batu = company.person("batu")
        card = batu.say("公海").card
        ...

`say` and `tap` go the way a real message goes: platform -> encrypted callback -> bot -> outbox -> relay -> platform.
The relay runs when the test says so (`settle`, which `say` and `tap` call), so a test decides what has been sent.
"""

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.app import create_app
from bot.call import SUGGESTED
from bot.channels.dingtalk.channel import CALLBACK_ROUTE
from bot.runtime import Runtime, build
from bot.sandbox.chats import Message
from bot.sandbox.credentials import Medium
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.posting import Route
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from bot.streaming import LEASE_SECONDS
from config.settings import load_settings
from core.leads.intake import NewLead, add_lead
from core.leads.models import Lead
from core.people import queries as people
from core.people.policy import Actor
from core.store import dialogs
from core.store.inbox import InboxRow, InboxState
from core.store.unit import Store, utc_now
from jobs.bell import NullBell
from jobs.picturing import Drawer
from kit.barriers import until
from kit.clock import Believed, Clock, Outspoken
from kit.dingtalk import CARD_SECRET, CLIENT_ID, CLIENT_SECRET, CORP, DINGTALK
from kit.phones import Card, DingPhone, Phone, WeComPhone
from kit.staff import employ, move_to_dingtalk

# For tests of what is understood and answered, beneath which lies what other tests do on both databases.
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SoFar: TypeAlias = Mapping[str, int]
"""How far each platform's chats had come, by channel."""
DING_PREFIX = "dt_"
"""Somebody's user id on DingTalk is that of WeCom behind this, in the people file."""
CORP_ID, AGENT_ID = "wwtest0000", 1000002
SECRETS = {
    "TUOLING_SECRET_KEY": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAwMDE=",
    "WECOM_CORP_ID": CORP_ID,
    "WECOM_AGENT_ID": str(AGENT_ID),
    "WECOM_SECRET": "the-app-secret-of-the-test-company-0123456789",
    "WECOM_TOKEN": "callbacktoken0123456789",
    "WECOM_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


@dataclass(slots=True)
class Heard:
    """What came back to one message or tap: new texts, new cards, and cards that changed, in the chat's order."""

    messages: tuple[Message, ...]
    read: Callable[[Message], Card] = Card

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [message.text for message in self.messages if message.kind == "text"]

    @property
    def text(self) -> str:
        """All texts together."""
        return "\n".join(self.texts)

    @property
    def cards(self) -> list[Card]:
        """The cards."""
        return [self.read(message) for message in self.messages if message.card]

    @property
    def card(self) -> Card:
        """The only card."""
        (card,) = self.cards
        return card


@dataclass(slots=True)
class Colleague:
    """One person at his phone."""

    company: "Company"
    userid: str

    @property
    def phone(self) -> Phone:
        """What he holds in his hand."""
        ding = self.company.ding
        if ding is not None and self.userid in self.company.on_dingtalk:
            return DingPhone(ding, f"{DING_PREFIX}{self.userid}")
        return WeComPhone(self.company.platform, self.userid)

    @property
    def actor(self) -> Actor:
        """The person as core sees him, with the rights of now."""
        with self.company.runtime.store.read() as session:
            found = people.by_userid(session, self.phone.channel, self.phone.userid)
        assert found is not None
        return found

    def say(self, text: str) -> Heard:
        """Type a message; what came back, after everything due was sent."""
        return self.after(lambda: self.phone.say(text))

    def tap(self, card: Card, label: str, *, ticked: Sequence[str] = ()) -> Heard:
        """Tap a button of a card, with these options ticked."""
        return self.after(lambda: self.phone.tap(card, label, ticked))

    def after(self, deed: Callable[[], object]) -> Heard:
        """What came back to anything this person did at the platform: a menu entry, a picture, a crafted event."""
        before = self.company.so_far
        deed()
        return self._heard(before)

    def now(self, card: Card) -> Card:
        """The card as it hangs in the chat now."""
        (message,) = [m for m in self.phone.chat() if m.id == card.message.id]
        return self.phone.read(message)

    def heard_since(self, before: SoFar | None = None) -> Heard:
        """What the bot sent or changed since then, or ever."""
        after = before[self.phone.channel] if before else 0
        return Heard(tuple(m for m in self.phone.chat(after) if m.from_bot), self.phone.read)

    def _heard(self, before: int) -> Heard:
        self.company.settle()
        heard = self.heard_since(before)
        for text in heard.texts:
            assert "回复 好" not in _NO_YES.sub("", text) or self._a_yes_is_awaited(), f"no yes is awaited: {text}"
        return heard

    def _a_yes_is_awaited(self) -> bool:
        """Would a mere yes carry out what the bot has just suggested, and not answer something else?"""
        store = self.company.runtime.store
        with store.read() as session:
            now = self.company.clock()
            asked = dialogs.current(session.connection(), store.vault, self.actor.id, self.phone.channel, now)
        return asked is not None and asked.kind == SUGGESTED


_NO_YES = re.compile(r"回复 好了|是 \S+ 就回复 好")
"""A paper's pictures that are all there, and a question that takes a yes for what is in it."""


@dataclass(slots=True)
class Company:
    """The company at work."""

    platform: Platform
    runtime: Runtime
    clock: Clock
    bell: NullBell = field(default_factory=NullBell)
    ding: DingTalk | None = None
    on_dingtalk: frozenset[str] = frozenset()  # who has DingTalk, and not WeCom, by the user id of the people file

    def person(self, userid: str) -> Colleague:
        """The colleague with this user id (see `bot/sandbox/data/people.csv`)."""
        return Colleague(self, userid)

    @property
    def so_far(self) -> SoFar:
        """What has been said until now, see `Colleague.heard_since`."""
        return {"wecom": self.platform.chats.last} | ({"dingtalk": self.ding.chats.last} if self.ding else {})

    def medium(self, message: Message) -> Medium:
        """The picture or file that came with a message, from either platform."""
        kept = (self.platform.media, self.ding.media) if self.ding else (self.platform.media,)
        (found,) = filter(None, (each.get(message.media_id, self.clock()) for each in kept))
        return found

    def settle(self) -> None:
        """Send everything that is due; what came by Stream is worked on before, which its sender does not wait for."""
        if self.ding is not None and self.ding.mode == "stream":
            until(self._is_worked, "the work on all that came")
        self.runtime.relay.drain()

    def _is_worked(self) -> bool:
        assert self.ding is not None
        if self.ding.gateway.unacknowledged():
            return False
        with self.runtime.store.read() as session:
            return session.scalars(select(InboxRow.key).where(InboxRow.state == InboxState.NEW)).first() is None

    def lead(self, name: str = "刘志强", phone: str = "13947100001", *, by: str = "wuyun", **more: Any) -> int:
        """A lead, entered by `by` (the administrator's go into the pool); its number."""
        new = NewLead(
            name,
            phone,
            more.pop("channel", "抖音"),
            **{"region": "150102", "product": "house", "amount_fen": 50_000_000} | more,
        )
        actor = self.person(by).actor
        with self.runtime.store.unit(request_id="test") as unit:
            return add_lead(unit, actor, new, self.runtime.company.pools).lead_id  # type: ignore[union-attr]

    def owner(self, lead_id: int) -> int | None:
        """Who has the lead."""
        with self.runtime.store.read() as session:
            return session.scalar(select(Lead.owner_id).where(Lead.id == lead_id))


@dataclass(slots=True)
class Phones:
    """What people hold in their hands where a test does not say: WeCom, but for those on DingTalk."""

    dingtalk: Collection[str] = ()


EVERYBODYS_PHONE = Phones()
EVERYBODY = frozenset(each.userid for each in read_members(PEOPLE_FILE))


@contextmanager
def open_company(
    database_url: str,
    var_dir: Path,
    clock: Clock,
    *,
    drawer: Drawer | None = None,
    mannered: bool = False,
    on_dingtalk: Collection[str] = (),
    alone: bool = False,
    mode: Literal["stream", "http"] = "http",
    **environ: str,
) -> Iterator[Company]:
    """The fake platform and the bot, with the people of the sample company and no leads; `drawer` makes pictures of
    boards; `mannered`: reminders come only when `manners.yaml` lets them; `on_dingtalk`: who has DingTalk in place of
    WeCom (in this `mode`: by HTTP a test decides when), else it is as `EVERYBODYS_PHONE` says, and whether they have
    DingTalk `alone`; `environ`: more settings."""
    on_dingtalk = on_dingtalk or EVERYBODYS_PHONE.dingtalk
    with ExitStack() as stack:
        platform = Platform(
            corp_id=CORP_ID,
            agent_id=AGENT_ID,
            secret=SECRETS["WECOM_SECRET"],
            token=SECRETS["WECOM_TOKEN"],
            aes_key=SECRETS["WECOM_AES_KEY"],
            members=read_members(PEOPLE_FILE),
            clock=clock,
            retry_spacing=(0.05, 0.05, 0.05),
        )
        base = stack.enter_context(serve_in_thread(platform))
        ours = SECRETS | {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": database_url,
            "TUOLING_SQLITE_SYNC": "normal",  # nobody pulls this machine's plug
            "TUOLING_VAR_DIR": str(var_dir),
            "WECOM_API_BASE": base,
        }
        ding = stack.enter_context(open_dingtalk(on_dingtalk, clock, mode)) if on_dingtalk else None
        if ding is not None:
            ours |= DINGTALK | {"DINGTALK_MODE": mode, **bases_of(ding)}
        runtime = build(load_settings(ours | environ, env_file=None), clock=clock, drawer=drawer)
        for job in (runtime.recycler, runtime.reminder, runtime.deadlines, runtime.timetable):
            job.lateness = Believed()  # type: ignore[assignment]
        if not mannered:
            runtime.relay.courtesy = Outspoken()  # type: ignore[assignment]
        stack.callback(runtime.store.database.dispose)
        employ(runtime.store)
        move_to_dingtalk(runtime.store, on_dingtalk, alone=alone)
        company = Company(platform, runtime, clock, ding=ding, on_dingtalk=frozenset(on_dingtalk))
        ours_at = stack.enter_context(_serve(company))
        platform.callback_url = f"{ours_at}/wecom/callback"
        if ding is not None:
            point_at(ding, ours_at)
            if mode == "stream":
                stack.enter_context(listening(company, ding))
        yield company


@contextmanager
def listening(company: Company, ding: DingTalk) -> Iterator[None]:
    """The company holds its Stream connection while the block runs, by a lease of real time: the test's clock goes
    without anybody having slept."""
    owner, stop, store = company.runtime.streaming, threading.Event(), company.runtime.store
    assert owner is not None
    owner._store = Store(store.database, store.vault, clock=utc_now)
    thread = threading.Thread(target=owner.run, args=(company.bell, stop), daemon=True)
    thread.start()
    try:
        until(lambda: ding.gateway.connections(), "the connection")
        yield
    finally:
        stop.set()
        thread.join(LEASE_SECONDS)


@contextmanager
def open_dingtalk(
    people: Collection[str],
    clock: Callable[[], datetime],
    mode: Literal["stream", "http"] = "http",
    redelivery: float | None = None,
) -> Iterator[DingTalk]:
    """The fake DingTalk with these people of the sample company, who are called there as the people file says."""
    members = [
        replace(each, userid=f"{DING_PREFIX}{each.userid}")
        for each in read_members(PEOPLE_FILE)
        if each.userid in people
    ]
    ding = DingTalk(
        client_id=CLIENT_ID, secret=CLIENT_SECRET, corp_id=CORP, members=members, mode=mode, clock=clock,
        redelivery=redelivery,
    )  # fmt: skip
    with serve_dingtalk(ding):
        yield ding


def point_at(ding: DingTalk, url: str) -> None:
    """From now on its messages and taps come to our addresses, in HTTP mode."""
    ding.robot_url = f"{url}/dingtalk/robot"
    ding.routes[CALLBACK_ROUTE] = Route(f"{url}/dingtalk/card", CARD_SECRET)


def bases_of(ding: DingTalk) -> dict[str, str]:
    """The settings that say where DingTalk is."""
    return {"DINGTALK_API_BASE": ding.base_url, "DINGTALK_OAPI_BASE": ding.base_url}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def _serve(company: Company) -> Iterator[str]:
    app = create_app(company.runtime, company.bell)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
