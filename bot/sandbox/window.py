"""The chat window: one page, and the small JSON API that it (and scripts) use. Who you are, and in which look (WeCom's
or DingTalk's), stands in the URL. What is said and seen on DingTalk has an API of the same form: see
`bot.sandbox.dingtalk.window`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, send_file, send_from_directory
from pylopdf_fonts_zh_cn import sans_path

from bot.sandbox.answers import body_of, medium, refused, told
from bot.sandbox.callbacks import Delivery
from bot.sandbox.chats import Message
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.events import NotOnCard
from bot.sandbox.groups import GroupChat
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform
from bot.sandbox.window_panel import panel

STATIC = Path(__file__).parent / "static"


def window_blueprint(
    platform: Platform, dingtalk: DingTalk | None = None, accounts: Mapping[str, str] | None = None
) -> Blueprint:
    """The window of one company. With `dingtalk` its people can be shown there too; `accounts` are the user ids there
    of those who have an account on both, by that of WeCom (None: they are the same on both)."""
    window = Blueprint("window", __name__)
    _pages(window, platform)
    _reads(window, platform, dingtalk, accounts)
    _deeds(window, platform)
    panel(window, "/sandbox/api", platform.journal, platform.faults)
    return window


def _pages(window: Blueprint, platform: Platform) -> None:
    @window.get("/")
    def page() -> Response:
        return send_from_directory(STATIC, "index.html")

    @window.get("/sandbox/static/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(STATIC, name)

    @window.get("/sandbox/font.otf")
    def font() -> Response:
        return send_file(sans_path(), mimetype="font/otf", max_age=86_400)

    @window.get("/sandbox/media/<media_id>")
    def one_medium(media_id: str) -> Response:
        return medium(platform.media.get(media_id, platform.clock()))


def _reads(
    window: Blueprint, platform: Platform, dingtalk: DingTalk | None, accounts: Mapping[str, str] | None
) -> None:
    @window.get("/sandbox/api/people")
    def people() -> Response:
        return jsonify(
            people=_people(platform, dingtalk, accounts),
            menu=platform.menu_items,
            app=platform.app_name,
            unread=platform.chats.unread(),
            elsewhere=elsewhere(),
        )

    def elsewhere() -> dict[str, int]:
        """What was not read on DingTalk."""
        return dingtalk.chats.unread() if dingtalk else {}

    @window.get("/sandbox/api/chat")
    def chat() -> Response:
        member = platform.member(request.args.get("as", ""))
        if member is None or not member.visible:
            return refused("no such person", 404)
        after = request.args.get("after", 0, type=int)
        group = next((each for each in platform.groups.of(member.userid) if each.id == request.args.get("group")), None)
        if "group" in request.args and group is None:
            return refused("no such group of this person", 404)
        # The number is taken first: a change in between is then told twice rather than never.
        last = platform.chats.last
        changed = last > after
        messages = platform.chats.of(group.said if group else member.userid, after) if changed else ()
        if request.args.get("read") == "1" and group is None:
            platform.chats.mark_read(member.userid)
        unread = platform.chats.unread() if changed else None
        shown = [_shown(message) for message in messages]
        return jsonify(epoch=platform.epoch, seq=last, messages=shown, unread=unread, elsewhere=elsewhere())

    @window.get("/sandbox/api/groups")
    def groups() -> Response:
        return jsonify(groups=[_group(platform, each) for each in platform.groups.of(request.args.get("as", ""))])


def _deeds(window: Blueprint, platform: Platform) -> None:
    @window.post("/sandbox/api/<deed>")
    def do(deed: str) -> Response:
        body = body_of()
        if deed not in deeds:
            return refused("no such verb", 404)
        try:
            return _told(deeds[deed](body))
        except KeyError as missing:
            return refused(f"{missing.args[0]} is missing", 400)
        except (NotOnCard, LookupError, TypeError, ValueError) as error:
            return refused(str(error), 400)

    deeds: dict[str, Callable[[dict[str, Any]], Delivery]] = {
        "say": lambda body: platform.say(body["as"], str(body["text"])),
        "tap": lambda body: platform.tap(body["as"], body["message_id"], body["key"], body.get("selected")),
        "menu": lambda body: platform.menu(body["as"], body["key"]),
        "open": lambda body: platform.open_chat(body["as"]),
        "customer": lambda body: _customer(platform, body),
        "location": lambda body: platform.send_location(
            body["as"], float(body["latitude"]), float(body["longitude"]), str(body["label"])
        ),
    }

    @window.post("/sandbox/api/picture")
    def picture() -> Response:
        file = request.files.get("picture")
        if file is None or not (file.mimetype or "").startswith("image/"):
            return refused("picture is missing", 400)
        return _sent(lambda: platform.send_picture(request.form.get("as", ""), file.read(), file.mimetype))

    @window.post("/sandbox/api/file")
    def any_file() -> Response:
        file = request.files.get("file")
        if file is None or not file.filename:
            return refused("file is missing", 400)
        name, mime = file.filename, file.mimetype or "application/octet-stream"
        return _sent(lambda: platform.send_file(request.form.get("as", ""), file.read(), name, mime))

    def _sent(deed: Callable[[], Delivery]) -> Response:
        try:
            return _told(deed())
        except LookupError as error:
            return refused(str(error), 400)


def _customer(platform: Platform, body: dict[str, Any]) -> Delivery:
    """客户联系: a customer adds the member `as` or removes him, or the member notes something with him or removes him.
    `contact` is the customer's id, or `newest`; without one he is a new one, or (of what needs one) the newest."""
    contacts, member, contact = platform.contacts, str(body["as"]), str(body.get("contact", ""))
    contact = contacts.newest() if contact == "newest" else contact
    match body.get("deed", "add"):
        case "add":
            name, company, state = (str(body.get(key, "")) for key in ("name", "company", "state"))
            name = name or "微信用户"
            mobiles = _texts(body.get("mobiles"))
            return contacts.add(member, contact, name=name, company=company, state=state, mobiles=mobiles)
        case "edit":
            noted = {key: str(body[key]) for key in ("remark", "description") if key in body}
            phones = _texts(body["mobiles"]) if "mobiles" in body else None
            return contacts.edit(member, contact or contacts.newest(), mobiles=phones, **noted)
        case "remove":
            return contacts.remove(member, contact or contacts.newest())
        case "leave":
            return contacts.leave(member, contact or contacts.newest())
    raise ValueError("deed is add, edit, remove or leave")


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _told(delivery: Delivery) -> Response:
    return told(delivery.event, delivery.attempts, taken=delivery.taken, reply=delivery.reply)


def _people(platform: Platform, dingtalk: DingTalk | None, accounts: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Everybody who sees the app on either platform, with the user id on each: `looks`."""
    there = {m.userid: m for m in dingtalk.members() if m.visible} if dingtalk else {}
    listed = []
    for member in platform.members():
        if member.visible:
            looks = {"wecom": member.userid}
            other = member.userid if accounts is None else accounts.get(member.userid, "")
            if there.pop(other, None):
                looks["dingtalk"] = other
            listed.append(_person(member, looks))
    return listed + [_person(member, {"dingtalk": userid}) for userid, member in there.items()]


def _person(member: Member, looks: Mapping[str, str]) -> dict[str, Any]:
    about = {"name": member.name, "department": member.department, "title": member.title}
    return {"userid": member.userid, **about, "looks": looks}


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "from_bot": message.from_bot,
        "kind": message.kind,
        "at": message.at.isoformat(),
        "revision": message.revision,
        "text": message.text,
        "card": message.card,
        "replaced": message.replaced,
        "media": f"/sandbox/media/{message.media_id}" if message.media_id else "",
        "recalled": message.recalled,
    }


def _group(platform: Platform, group: GroupChat) -> dict[str, Any]:
    last = platform.chats.of(group.said)[-1:]
    said = ("[图片]" if last[0].kind == "image" else last[0].text) if last else ""
    how = "应用群聊" if group.ours else "群机器人"
    return {"id": group.id, "name": group.name, "members": len(group.members), "how": how, "last": said[:40]}
