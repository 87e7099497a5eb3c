"""The chat window's API for DingTalk: that of `bot.sandbox.window` under `/sandbox/api/dingtalk`, for what there is on
DingTalk. People are named by their DingTalk user ids."""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.answers import body_of, medium, refused, told
from bot.sandbox.chats import Message
from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.lines import GatewayDown
from bot.sandbox.dingtalk.platform import DingTalk, Group
from bot.sandbox.dingtalk.posting import Delivery
from bot.sandbox.events import NotOnCard
from bot.sandbox.platform import Platform
from bot.sandbox.window_panel import panel

_LAST_CHARS = 40
_SOUND = b"#!AMR\n"
"""A recording in which nothing is heard: what matters of it is what DingTalk understood."""
_KINDS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]"}


def dingtalk_window(ding: DingTalk, wecom: Platform) -> Blueprint:
    """The window's API of one organisation on DingTalk; `wecom` is the same company's there."""
    window = Blueprint("dingtalk_window", __name__, url_prefix="/sandbox")
    _reads(window, ding, wecom)
    _deeds(window, ding)
    _files(window, ding)
    panel(window, "/api/dingtalk", ding.journal, ding.faults)
    return window


def _reads(window: Blueprint, ding: DingTalk, wecom: Platform) -> None:
    @window.get("/dingtalk/media/<media_id>")
    def one_medium(media_id: str) -> Response:
        return medium(ding.media.kept(media_id) or ding.sent_files.kept(media_id))

    @window.get("/api/dingtalk/people")
    def people() -> Response:
        listed = [
            {"userid": m.userid, "name": m.name, "department": m.department, "title": m.title}
            for m in ding.members()
            if m.visible
        ]
        return jsonify(people=listed, app=wecom.app_name, unread=ding.chats.unread(), elsewhere=wecom.chats.unread())

    @window.get("/api/dingtalk/chat")
    def chat() -> Response:
        userid = request.args.get("as", "")
        member = ding.member(userid)
        if member is None or not member.visible:
            return refused("no such person", 404)
        group = _group_of(ding, userid, request.args.get("group"))
        if "group" in request.args and group is None:
            return refused("no such group of this person", 404)
        after = request.args.get("after", 0, type=int)
        # The number is taken first: a change in between is then told twice rather than never.
        last = ding.chats.last
        changed = last > after
        messages = ding.chats.of(ding.chat_of_group(group.id) if group else userid, after) if changed else ()
        if request.args.get("read") == "1" and group is None:
            ding.chats.mark_read(userid)
        shown = [found for message in messages if (found := _shown(ding, userid, message)) is not None]
        unread = ding.chats.unread() if changed else None
        return jsonify(epoch=wecom.epoch, seq=last, messages=shown, unread=unread, elsewhere=wecom.chats.unread())

    @window.get("/api/dingtalk/groups")
    def groups() -> Response:
        userid = request.args.get("as", "")
        return jsonify(groups=[_group(ding, each) for each in _groups_of(ding, userid)])


def _deeds(window: Blueprint, ding: DingTalk) -> None:
    deeds: dict[str, Callable[[dict[str, Any]], Delivery]] = {
        "say": lambda body: ding.say(body["as"], str(body["text"]), _where(ding, body)),
        "tap": lambda body: ding.tap(body["as"], body["message_id"], body["key"], body.get("selected")),
        "voice": lambda body: ding.send_voice(body["as"], _SOUND, str(body["text"]), _milliseconds(body)),
    }

    @window.post("/api/dingtalk/<deed>")
    def do(deed: str) -> Response:
        if deed not in deeds:
            return refused("no such verb", 404)
        body = body_of()
        return _done(lambda: deeds[deed](body))


def _files(window: Blueprint, ding: DingTalk) -> None:
    @window.post("/api/dingtalk/picture")
    def picture() -> Response:
        file, form = request.files.get("picture"), request.form
        if file is None or not (file.mimetype or "").startswith("image/"):
            return refused("picture is missing", 400)
        return _done(lambda: ding.send_picture(form["as"], file.read(), file.mimetype, _where(ding, form)))

    @window.post("/api/dingtalk/file")
    def any_file() -> Response:
        file, form = request.files.get("file"), request.form
        if file is None or not file.filename:
            return refused("file is missing", 400)
        name, mime = file.filename, file.mimetype or "application/octet-stream"
        return _done(lambda: ding.send_file(form["as"], file.read(), name, mime))

    @window.post("/api/dingtalk/rich")
    def rich() -> Response:
        """`parts` is a JSON list of words and of numbers, each of one of the files called `picture`."""
        form, files = request.form, request.files.getlist("picture")
        if any(not (file.mimetype or "").startswith("image/") for file in files):
            return refused("a picture is none", 400)

        def deed() -> Delivery:
            pictures = [file.read() for file in files]
            return ding.send_rich(form["as"], _parts(form["parts"], pictures), _where(ding, form))

        return _done(deed)


def _done(deed: Callable[[], Delivery]) -> Response:
    try:
        delivery = deed()
    except KeyError as missing:
        return refused(f"{missing.args[0]} is missing", 400)
    except (NotOnCard, LookupError, TypeError, ValueError) as error:
        return refused(str(error), 400)
    except GatewayDown as down:
        return refused(str(down), 503)
    return told(delivery.event, delivery.attempts, taken=delivery.taken)


def _parts(text: str, pictures: list[bytes]) -> list[str | bytes]:
    """Words and pictures in their order.

    Raises:
        ValueError: they are no such list, or empty.
        LookupError: there is no picture of this number.
    """
    listed = json.loads(text)
    if not isinstance(listed, list) or not listed or any(type(each) not in (str, int) for each in listed):
        raise ValueError("parts is a list of words and numbers of pictures")
    if any(isinstance(each, int) and not 0 <= each < len(pictures) for each in listed):
        raise LookupError("no such picture")
    return [each if isinstance(each, str) else pictures[each] for each in listed]


def _milliseconds(body: JSON) -> int:
    return round(float(body.get("seconds", 4)) * 1000)


def _where(ding: DingTalk, given: JSON) -> str | None:
    """The group in which something is said, if it is one.

    Raises:
        LookupError: there is no such group of this person.
    """
    if not given.get("group"):
        return None
    group = _group_of(ding, str(given["as"]), str(given["group"]))
    if group is None:
        raise LookupError("no such group of this person")
    return group.id


def _group_of(ding: DingTalk, userid: str, group: str | None) -> Group | None:
    return next((each for each in _groups_of(ding, userid) if each.id == group), None)


def _groups_of(ding: DingTalk, userid: str) -> list[Group]:
    with ding.lock:
        return [each for each in ding.groups.values() if each.alive and userid in each.members]


def _group(ding: DingTalk, group: Group) -> dict[str, Any]:
    last = ding.group_chat(group.id)[-1:]
    said = _line(last[0]) if last else ""
    return {"id": group.id, "name": group.title, "members": len(group.members), "how": "内部群", "last": said}


def _line(message: Message) -> str:
    if message.card is not None:
        return f"[卡片] {message.card.get('title', '')}"[:_LAST_CHARS]
    return (_KINDS.get(message.kind) or message.text)[:_LAST_CHARS]


def _shown(ding: DingTalk, userid: str, message: Message) -> dict[str, Any] | None:
    """The message as `userid` sees it; None if it is not for him."""
    card = ding.card_of(userid, message.id) if message.card is not None else None
    if message.card is not None and card is None:
        return None
    by = ding.member(message.by) if message.by else None
    return {
        "id": message.id,
        "from_bot": message.from_bot,
        "kind": message.kind,
        "at": message.at.isoformat(),
        "revision": message.revision,
        "text": message.text,
        "card": _card(card) if card is not None else None,
        "media": _media(message.media_id),
        "parts": [{"text": text} if text else {"media": _media(code)} for text, code in message.parts],
        "by": {"userid": by.userid, "name": by.name} if by else None,
        "recalled": message.recalled,
    }


def _card(card: JSON) -> dict[str, Any]:
    """A card, and its buttons as those of WeCom are: what is tapped is a `key`."""
    buttons = [
        {
            "text": str(each["text"]),
            "color": str(each.get("color", "")),
            "key": str(each.get("id", "")) if each.get("request") is True else "",
            "url": str(each.get("url", "")),
        }
        for each in card["buttons"]
    ]
    return {"title": card["title"], "body": card["body"], "buttons": buttons, "blank": card["blank"]}


def _media(media_id: str) -> str:
    return f"/sandbox/dingtalk/media/{media_id}" if media_id else ""
