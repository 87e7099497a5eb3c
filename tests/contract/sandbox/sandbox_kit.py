"""What the sandbox's tests are made of: an app that echoes, a client of the API, a clock that only a test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import xmltodict
from flask import Flask, Response, request
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work.crypto import WeChatCrypto

from bot.sandbox.platform import Platform

CORP, AGENT, SECRET, TOKEN = "ww-sandbox", 1000002, "app-secret", "callbacktoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class EchoApp:
    """An app that answers a text with 「收到：…」 and keeps what came. `statuses` are answered first, one a request."""

    clock: Clock
    url: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    raw_answer: bytes | None = None
    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, AES_KEY, CORP))

    def flask(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/wecom/callback", "callback", self.callback, methods=["GET", "POST"])
        return app

    def callback(self) -> Response:
        args = request.args
        signed = (args["msg_signature"], args["timestamp"], args["nonce"])
        self.nonces.append(args["nonce"])
        if request.method == "GET":
            try:
                return Response(self.crypto.check_signature(*signed, args["echostr"]), mimetype="text/plain")
            except InvalidSignatureException:
                return Response(status=403)
        self.bodies.append(request.data)
        if self.statuses:
            return Response(status=self.statuses.pop(0))
        event = xmltodict.parse(
            self.crypto.decrypt_message(request.data, *signed), force_list=("SelectedItem", "OptionId")
        )["xml"]
        self.events.append(event)
        if self.raw_answer is not None:
            return Response(self.raw_answer)
        if event["MsgType"] != "text":
            return Response(b"")
        content = event["Content"].replace("]]>", "]]]]><![CDATA[>")
        reply = (
            f"<xml><ToUserName>{event['FromUserName']}</ToUserName><FromUserName>{CORP}</FromUserName>"
            f"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content><![CDATA[收到：{content}]]></Content></xml>"
        )
        return Response(self.crypto.encrypt_message(reply, "n1", str(int(self.clock().timestamp()))))


@dataclass
class Api:
    """A plain client of the platform's API."""

    base: str
    platform: Platform
    token: str = ""

    def call(self, path: str, payload: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return self.raw(path, payload, **options).json()

    def raw(self, path: str, payload: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        params = {"access_token": self.token, **options.pop("params", {})}
        method = "GET" if payload is None and "files" not in options else "POST"
        url = f"{self.base}/cgi-bin/{path}"
        return httpx.request(method, url, params=params, json=payload, trust_env=False, **options)

    def sign_in(self) -> "Api":
        self.token = self.call("gettoken", params={"corpid": CORP, "corpsecret": SECRET})["access_token"]
        return self

    def send(self, to: str = "batu", /, **content: Any) -> dict[str, Any]:
        return self.call("message/send", message(to, **content))


def message(to: str = "batu", /, **content: Any) -> dict[str, Any]:
    """A message/send request: `text="…"`, `card={…}` or the platform's own parts."""
    if "text" in content:
        content = {**content, "msgtype": "text", "text": {"content": content["text"]}}
    elif "card" in content:
        content = {"msgtype": "template_card", "template_card": content["card"]}
    return {"touser": to, "agentid": AGENT, **content}


def vote(task_id: str = "pool-1", **changes: Any) -> dict[str, Any]:
    """A vote card with two leads."""
    options = [{"id": f"L{n}", "text": f"线索 {n}", "is_checked": False} for n in (1, 2, 3)]
    return {
        "card_type": "vote_interaction",
        "main_title": {"title": "公海", "desc": "三条线索\n可以一次领取几条"},
        "task_id": task_id,
        "checkbox": {"question_key": "leads", "mode": 1, "option_list": options},
        "submit_button": {"text": "领取", "key": "claim"},
    } | changes


def buttons(task_id: str = "a-1", **changes: Any) -> dict[str, Any]:
    """A button card."""
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "进件 A203"},
        "task_id": task_id,
        "button_list": [{"text": "同意", "style": 1, "key": "ok"}, {"text": "驳回", "style": 3, "key": "no"}],
    } | changes
