"""The old API (oapi.dingtalk.com), under the real paths and with the real answers: media, the addresses of sessions,
and the contacts, which count for no quota.

Sources: open.dingtalk.com/document/development/upload-media-files, robot-reply-and-send-messages, query-user-details,
obtain-the-department-list-v2, queries-the-complete-information-of-a-department-user,
query-the-list-of-department-userids.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from bot.sandbox.dingtalk import robots
from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.events import union_id
from bot.sandbox.dingtalk.refusal import Refusal
from bot.sandbox.dingtalk.serving import Host, body_of, serve
from bot.sandbox.directory import Party
from bot.sandbox.members import Member
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk

UPLOAD, SESSION = "media/upload", "robot/sendBySession"
_MB = 1024 * 1024
MEDIA_BYTES = {"image": 20 * _MB, "voice": 2 * _MB, "video": 20 * _MB, "file": 20 * _MB}
_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}
MOST_AT_ONCE = 100

Asked = Callable[["DingTalk", JSON], Any]


def oapi_blueprint(ding: "DingTalk") -> Blueprint:
    """The old API of one organisation."""
    api = Blueprint("dingtalk_oapi", __name__)
    _media(api, ding)
    _sessions(api, ding)
    contacts: dict[str, Asked] = {
        "v2/user/get": _user,
        "v2/user/list": _users,
        "user/listid": _user_ids,
        "user/listsimple": _simple,
        "v2/department/get": _department,
        "v2/department/listsub": _below,
        "v2/department/listsubid": _ids_below,
    }
    for name, asked in contacts.items():
        api.add_url_rule(f"/topapi/{name}", name.replace("/", "_"), _contact(ding, name, asked), methods=["POST"])
    return api


def _media(api: Blueprint, ding: "DingTalk") -> None:
    @api.post("/media/upload")
    def upload() -> Response:
        def work() -> Done:
            file, kind = request.files.get("media"), request.form.get("type") or request.args.get("type")
            if file is None or not file.filename:
                raise Refusal(41005, "缺少媒体文件数据")
            data = file.read()
            if kind not in MEDIA_BYTES:
                raise Refusal(40004, "不合法的媒体文件类型")
            if not 0 < len(data) <= MEDIA_BYTES[kind]:
                raise Refusal(40009 if kind == "image" else 40006, "不合法的文件大小")
            mime = next((m for mark, m in _IMAGES.items() if data.startswith(mark)), "application/octet-stream")
            if kind == "image" and mime not in _IMAGES.values():
                raise Refusal(40005, "不合法的文件类型")
            now = ding.clock()
            with ding.lock:
                media_id = ding.media.put(data, mime, file.filename, now)
            created = round(now.timestamp() * 1000)
            return Done({"errcode": 0, "errmsg": "ok", "type": kind, "media_id": media_id, "created_at": created})

        return serve(ding, UPLOAD, work, host=Host.OLD)


def _sessions(api: Blueprint, ding: "DingTalk") -> None:
    @api.post("/robot/sendBySession")
    def session() -> Response:
        raw = request.get_data()

        def work() -> Done:
            with ding.lock:
                return robots.answer_session(ding, request.args.get("session", ""), raw)

        # Its address is the secret, no token is asked for; what it counts for is in no document.
        return serve(ding, SESSION, work, body_of(), host=Host.OLD, token=False, counted=False)


def _contact(ding: "DingTalk", name: str, asked: Asked) -> Callable[[], Response]:
    def view() -> Response:
        payload = body_of() or request.form.to_dict()

        def work() -> Done:
            with ding.lock:
                return Done({"errcode": 0, "errmsg": "ok", "result": asked(ding, payload)})

        return serve(ding, f"topapi/{name}", work, payload, host=Host.TOP, counted=False)

    return view


def _user(ding: "DingTalk", payload: JSON) -> JSON:
    member = ding.member(str(payload.get("userid", "")))
    if member is None:
        raise Refusal(60121, "找不到该用户")
    if not member.visible:
        raise Refusal(60011, "没有调用该接口的权限")
    return _record(ding, member)


def _users(ding: "DingTalk", payload: JSON) -> JSON:
    party = _party(ding, payload.get("dept_id"))
    return _page(payload, [_record(ding, member, party) for member in _in(ding, party)])


def _simple(ding: "DingTalk", payload: JSON) -> JSON:
    members = _in(ding, _party(ding, payload.get("dept_id")))
    return _page(payload, [{"userid": member.userid, "name": member.name} for member in members])


def _user_ids(ding: "DingTalk", payload: JSON) -> JSON:
    return {"userid_list": [member.userid for member in _in(ding, _party(ding, payload.get("dept_id")))]}


def _department(ding: "DingTalk", payload: JSON) -> JSON:
    party = _party(ding, payload.get("dept_id"))
    path = ding.directory.path(party.id)
    heads = [member.userid for member in ding.members() if member.visible and path in member.leads]
    return _told(party) | {"dept_manager_userid_list": heads}


def _below(ding: "DingTalk", payload: JSON) -> list[dict[str, Any]]:
    return [_told(party) for party in _children(ding, payload)]


def _ids_below(ding: "DingTalk", payload: JSON) -> JSON:
    return {"dept_id_list": [party.id for party in _children(ding, payload)]}


def _children(ding: "DingTalk", payload: JSON) -> list[Party]:
    """Only the next level: whoever wants all must go down."""
    above = _party(ding, payload.get("dept_id", 1))
    return [party for party in ding.directory if party.parent == above.id]


def _party(ding: "DingTalk", given: Any) -> Party:
    number = str(given)
    party = ding.directory.get(int(number)) if number.isascii() and number.isdigit() else None
    if party is None:
        raise Refusal(60003, "部门不存在")
    return party


def _in(ding: "DingTalk", party: Party) -> list[Member]:
    path = ding.directory.path(party.id)
    return [each for each in ding.members() if each.visible and path in (each.department, *each.also)]


def _page(payload: JSON, whole: list[Any]) -> JSON:
    cursor, size = str(payload.get("cursor", "")), str(payload.get("size", ""))
    if not cursor.isdigit() or not size.isdigit() or not 1 <= int(size) <= MOST_AT_ONCE:
        raise Refusal(400002, "无效的参数")
    end = int(cursor) + int(size)
    more = {"next_cursor": end} if end < len(whole) else {}
    return {"has_more": end < len(whole), **more, "list": whole[int(cursor) : end]}


def _told(party: Party) -> dict[str, Any]:
    more = {"parent_id": party.parent} if party.parent else {}
    return {"dept_id": party.id, "name": party.name, **more, "create_dept_group": False, "auto_add_user": False}


def _record(ding: "DingTalk", member: Member, party: Party | None = None) -> dict[str, Any]:
    """What an app is told of a member: the mail only with a permission that ours does not have, the phone if it was
    given one."""
    parties = [ding.directory.find(path) for path in (member.department, *member.also)]
    leads = [ding.directory.path(each.id) in member.leads for each in parties]
    record: dict[str, Any] = {
        "userid": member.userid,
        "unionid": union_id(member.userid),
        "name": member.name,
        "title": member.title,
        "active": member.status == 1,
        "admin": False,
        "boss": False,
        "dept_id_list": [each.id for each in parties],
    }
    if ding.tells_phones and member.phone:
        record["mobile"] = member.phone
    if party is not None:
        return record | {"leader": ding.directory.path(party.id) in member.leads, "dept_order": 0}
    own = [{"dept_id": each.id, "leader": heads} for each, heads in zip(parties, leads, strict=True)]
    return record | {"leader_in_dept": own, **({"manager_userid": member.superior} if member.superior else {})}
