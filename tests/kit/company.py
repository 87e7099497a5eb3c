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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.app import create_app
from bot.call import SUGGESTED
from bot.runtime import Runtime, build
from bot.sandbox.chats import Message
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from config.settings import load_settings
from core.leads.intake import NewLead, add_lead
from core.leads.models import Lead
from core.people import queries as people
from core.people.policy import Actor
from core.store import dialogs
from jobs.bell import NullBell
from jobs.picturing import Drawer
from kit.clock import Believed, Clock, Outspoken
from kit.staff import employ

# For tests of what is understood and answered, beneath which lies what other tests do on both databases.
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

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

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [message.text for message in self.messages if message.kind == "text"]

    @property
    def text(self) -> str:
        """All texts together."""
        return "\n".join(self.texts)

    @property
    def cards(self) -> list["Card"]:
        """The cards."""
        return [Card(message) for message in self.messages if message.card]

    @property
    def card(self) -> "Card":
        """The only card."""
        (card,) = self.cards
        return card


@dataclass(slots=True)
class Card:
    """A card in somebody's chat, as WeCom got it."""

    message: Message

    @property
    def payload(self) -> dict[str, Any]:
        """The `template_card`."""
        assert self.message.card is not None
        return self.message.card

    @property
    def title(self) -> str:
        """Its main title."""
        return str(self.payload.get("main_title", {}).get("title", ""))

    @property
    def whole(self) -> str:
        """Everything a person can read on it."""
        return "\n".join(_readable(self.payload))

    @property
    def options(self) -> list[str]:
        """The ids of its check list."""
        return [option["id"] for option in self.payload.get("checkbox", {}).get("option_list", [])]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons, the submit button last."""
        buttons = [*self.payload.get("button_list", []), self.payload.get("submit_button", {})]
        return [str(button["text"]) for button in buttons if button.get("text")]

    @property
    def rows(self) -> dict[str, str]:
        """Its rows, by their names."""
        return {row["keyname"]: row["value"] for row in self.payload.get("horizontal_content_list", [])}

    def key(self, label: str) -> str:
        """The key of the button with this label."""
        buttons = [*self.payload.get("button_list", []), self.payload.get("submit_button", {})]
        found = [button["key"] for button in buttons if button.get("text") == label]
        assert found, f"no button {label} on {[button.get('text') for button in buttons]}"
        return str(found[0])


def _readable(node: Any, name: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _readable(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from _readable(item, name)
    elif isinstance(node, str) and name not in ("key", "id", "task_id", "card_type", "question_key"):
        yield node


@dataclass(slots=True)
class Colleague:
    """One person at his phone."""

    company: "Company"
    userid: str

    @property
    def actor(self) -> Actor:
        """The person as core sees him, with the rights of now."""
        with self.company.runtime.store.read() as session:
            found = people.by_userid(session, "wecom", self.userid)
        assert found is not None
        return found

    def say(self, text: str) -> Heard:
        """Type a message; what came back, after everything due was sent."""
        before = self.company.platform.chats.last
        self.company.platform.say(self.userid, text)
        return self._heard(before)

    def tap(self, card: Card, label: str, *, ticked: Sequence[str] = ()) -> Heard:
        """Tap a button of a card, with these options ticked."""
        before = self.company.platform.chats.last
        selected = {card.payload["checkbox"]["question_key"]: list(ticked)} if ticked else {}
        self.company.platform.tap(self.userid, card.message.id, card.key(label), selected)
        return self._heard(before)

    def after(self, deed: Callable[[], object]) -> Heard:
        """What came back to anything this person did at the platform: a menu entry, a picture, a crafted event."""
        before = self.company.platform.chats.last
        deed()
        return self._heard(before)

    def now(self, card: Card) -> Card:
        """The card as it hangs in the chat now."""
        (message,) = [m for m in self.company.platform.chat(self.userid) if m.id == card.message.id]
        return Card(message)

    def heard_since(self, before: int) -> Heard:
        """What the bot sent or changed after change number `before` of the platform."""
        return Heard(tuple(m for m in self.company.platform.chat(self.userid, before) if m.from_bot))

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
            asked = dialogs.current(session.connection(), store.vault, self.actor.id, "wecom", now)
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

    def person(self, userid: str) -> Colleague:
        """The colleague with this user id (see `bot/sandbox/data/people.csv`)."""
        return Colleague(self, userid)

    def settle(self) -> None:
        """Send everything that is due."""
        self.runtime.relay.drain()

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


@contextmanager
def open_company(
    database_url: str,
    var_dir: Path,
    clock: Clock,
    *,
    drawer: Drawer | None = None,
    mannered: bool = False,
    **environ: str,
) -> Iterator[Company]:
    """The fake platform and the bot, with the people of the sample company and no leads; `drawer` makes pictures of
    boards; `mannered`: reminders come only when `manners.yaml` lets them; `environ`: more settings."""
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
        runtime = build(load_settings(ours | environ, env_file=None), clock=clock, drawer=drawer)
        for job in (runtime.recycler, runtime.reminder, runtime.deadlines, runtime.timetable):
            job.lateness = Believed()  # type: ignore[assignment]
        if not mannered:
            runtime.relay.courtesy = Outspoken()  # type: ignore[assignment]
        stack.callback(runtime.store.database.dispose)
        employ(runtime.store)
        company = Company(platform, runtime, clock)
        platform.callback_url = stack.enter_context(_serve(company)) + "/wecom/callback"
        yield company


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
