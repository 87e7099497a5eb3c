"""What the tests of the fake DingTalk are made of: a plain client of both hosts, a plain peer of the gateway, an app
behind HTTP, and requests as the documents' samples have them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from flask import Flask, Response, request
from kit.barriers import until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from werkzeug.serving import make_server

from bot.sandbox.dingtalk.events import MESSAGES, TAPS
from bot.sandbox.dingtalk.platform import DingTalk

APP, APP_SECRET, ORGANISATION = "dingtest01", "the-app-secret", "dingcorp01"
TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
PATIENT, IMPATIENT = 20.0, 0.2  # seconds for an answer that comes, and for one that does not
TOKEN_HEADER = "x-acs-dingtalk-access-token"


@dataclass
class DingApi:
    """A plain client of both hosts."""

    base: str
    ding: DingTalk
    token: str = ""

    def raw(self, path: str, body: Any = None, method: str = "POST", **options: Any) -> httpx.Response:
        """A call of the new API."""
        headers = {TOKEN_HEADER: self.token, "Accept": "application/json", **options.pop("headers", {})}
        url = f"{self.base}/v1.0/{path}"
        return httpx.request(method, url, json=body, headers=headers, trust_env=False, **options)

    def call(self, path: str, body: Any = None, method: str = "POST") -> tuple[int, dict[str, Any]]:
        """Status and body of a call of the new API."""
        answer = self.raw(path, body, method)
        return answer.status_code, answer.json()

    def old(self, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        """A call of the old API; always a 200."""
        params = {"access_token": self.token, **options.pop("params", {})}
        answer = httpx.post(f"{self.base}/{path}", params=params, json=body, trust_env=False, **options)
        assert answer.status_code == 200
        return answer.json()

    def sign_in(self) -> "DingApi":
        self.token = self.call("oauth2/accessToken", {"appKey": APP, "appSecret": APP_SECRET})[1]["accessToken"]
        return self

    def upload(self, content: bytes = PNG, name: str = "a.png", kind: str = "image") -> dict[str, Any]:
        return self.old("media/upload", files={"media": (name, content)}, data={"type": kind})

    def deliver(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        return self.call("card/instances/createAndDeliver", card(**changes))

    def update(self, variables: dict[str, Any], *, by_key: bool = True, **more: Any) -> tuple[int, dict[str, Any]]:
        options = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
        body = {"outTrackId": "tl-c1", "userIdType": 1, "cardData": {"cardParamMap": variables}}
        return self.call("card/instances", body | ({"cardUpdateOptions": options} if by_key else {}) | more, "PUT")

    def open(self, **changes: Any) -> httpx.Response:
        topics = [{"type": "CALLBACK", "topic": topic} for topic in (MESSAGES, TAPS)]
        body = {"clientId": APP, "clientSecret": APP_SECRET, "subscriptions": topics} | changes
        return self.raw("gateway/connections/open", body)


def hurry(ding: DingTalk, seconds: float = IMPATIENT) -> None:
    """What is not acknowledged so soon counts as lost."""
    ding.gateway.ack_seconds = ding.tap_seconds = seconds


def buttons(*texts: str, **more: Any) -> str:
    """`sys_full_json_obj` with a button for each text, whose id is `id-<text>`."""
    drawn = [{"text": text, "color": "blue", "id": f"id-{text}", "request": True} for text in texts]
    return json.dumps({"order": ["msgTitle", "staticMsgContent", "msgButtons"], "msgButtons": drawn} | more)


def variables(**changes: Any) -> dict[str, Any]:
    """The variables of an approval on the shared template."""
    return {
        "flowStatus": "3",
        "msgTitle": "待审批 A203",
        "staticMsgContent": "**巴特尔** 房抵 50 万",
        "sys_full_json_obj": buttons("同意", "驳回"),
    } | changes


def card(**changes: Any) -> dict[str, Any]:
    """A createAndDeliver into the chat of batu; a part that is given as None is left out."""
    whole = {
        "cardTemplateId": TEMPLATE,
        "outTrackId": "tl-c1",
        "userIdType": 1,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": variables()},
        "openSpaceId": "dtv1.card//IM_ROBOT.batu",
        "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": APP},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


@dataclass
class Peer:
    """One connection to the gateway, which acknowledges each frame by `answers`: the data for a topic, or None not to.
    `wrongly` are changes to each acknowledgement."""

    socket: ClientConnection
    answers: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    wrongly: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """What came, without what is no JSON."""
        found = []
        for text in list(self.texts):
            with suppress(ValueError):
                found.append(json.loads(text))
        return found

    def bodies(self, topic: str = MESSAGES) -> list[dict[str, Any]]:
        """The data of the frames of a topic."""
        return [json.loads(frame["data"]) for frame in self.frames if frame["headers"]["topic"] == topic]

    def run(self) -> None:
        with suppress(ConnectionClosed):
            for text in self.socket:
                self.texts.append(str(text))
                with suppress(ValueError):
                    self.acknowledge(json.loads(text))
        self.closed.set()

    def acknowledge(self, frame: dict[str, Any]) -> None:
        topic = frame["headers"]["topic"]
        said = json.loads(frame["data"]) if topic == "ping" else self.answers.get(topic, {"response": None})
        if said is None:
            return
        headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
        whole = {"code": 200, "message": "OK", "headers": headers, "data": json.dumps(said)} | self.wrongly
        self.socket.send(json.dumps(whole))


@contextmanager
def peer(api: DingApi, **more: Any) -> Iterator[Peer]:
    """A connection that stands while the block runs."""
    opened, before = api.open().json(), api.ding.gateway.opened
    with connect(f"{opened['endpoint']}?ticket={quote(opened['ticket'], safe='')}", proxy=None) as socket:
        found = Peer(socket, **more)
        thread = threading.Thread(target=found.run, daemon=True)
        thread.start()
        until(lambda: api.ding.gateway.opened > before, "the connection")
        yield found
        socket.close()
        thread.join(timeout=5)


@contextmanager
def peers(api: DingApi, number: int, **more: Any) -> Iterator[list[Peer]]:
    """Several connections; they are c1, c2 … on a fresh gateway."""
    if not number:
        yield []
        return
    with peers(api, number - 1, **more) as before, peer(api, **more) as one:
        yield [*before, one]


@dataclass
class HttpApp:
    """An app behind HTTP. `answers` are given first, one a request; then an empty object."""

    url: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def take(self) -> Response:
        self.asked.append((request.path, dict(request.headers), request.data))
        return self.answers.pop(0) if self.answers else Response("{}", mimetype="application/json")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.asked]


@contextmanager
def http_app() -> Iterator[HttpApp]:
    """The app, while the block runs."""
    app, found = Flask(__name__), HttpApp()
    for number, path in enumerate(("/dingtalk/robot", "/dingtalk/card")):
        app.add_url_rule(path, str(number), found.take, methods=["POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)
