"""The interfaces that read the address book, under the real paths and with the real answers.

Which secret may call which (developer.work.weixin.qq.com/document/path/96079): that of an app reads whom the app may
see, in full; that of 通讯录同步 only ids, and only it may list all of them.
"""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from bot.sandbox.directory import ROOT, Party
from bot.sandbox.members import Member
from bot.sandbox.refusal import Refusal
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.platform import Platform

    Serve = Callable[..., Response]

MOST_IDS = 10_000


def directory_routes(api: Blueprint, platform: "Platform", serve: "Serve") -> None:
    """The routes; `serve` carries a call out with its faults, its token and its journal entry."""
    _members(api, platform, serve)
    _departments(api, platform, serve)

    @api.post("/user/list_id")
    def list_id() -> Response:
        payload = request.get_json(force=True, silent=True) or {}
        return serve(platform, "user/list_id", lambda: _ids(platform, payload), payload, audience="contacts")


def _members(api: Blueprint, platform: "Platform", serve: "Serve") -> None:
    @api.get("/user/get")
    def user() -> Response:
        def work() -> Done:
            member = platform.member(request.args.get("userid", ""))
            if member is None:
                raise Refusal(60111, "userid not found")
            if not member.visible:
                raise Refusal(60011, "no privilege to access/modify contact/party/agent")
            return _ok(_record(platform, member, named=platform.names_told != "nowhere"))

        return serve(platform, "user/get", work)

    for name, full in (("list", True), ("simplelist", False)):

        def listed(name: str = name, full: bool = full) -> Response:
            def work() -> Done:
                party = _party(platform, request.args.get("department_id", ""))
                here = [each for each in platform.members() if each.visible and party.id in platform.numbers_of(each)]
                named = platform.names_told == "everywhere"
                records = [_record(platform, member, named=named) for member in here]
                brief = [{key: each.get(key) for key in ("userid", "name", "department")} for each in records]
                return _ok({"userlist": records if full else brief})

            return serve(platform, f"user/{name}", work)

        api.add_url_rule(f"/user/{name}", f"user_{name}", listed)


def _departments(api: Blueprint, platform: "Platform", serve: "Serve") -> None:
    @api.get("/department/list")
    def departments() -> Response:
        def work() -> Done:
            return _ok({"department": [_department(platform, party) for party in _asked(platform)]})

        return serve(platform, "department/list", work)

    @api.get("/department/get")
    def department() -> Response:
        def work() -> Done:
            return _ok({"department": _department(platform, _party(platform, request.args.get("id", "")))})

        return serve(platform, "department/get", work)

    @api.get("/department/simplelist")
    def simple() -> Response:
        def work() -> Done:
            return _ok({"department_id": [{"id": p.id, "parentid": p.parent, "order": p.id} for p in _asked(platform)]})

        return serve(platform, "department/simplelist", work, audience="both")


def _ok(content: dict[str, Any]) -> Done:
    return Done({"errcode": 0, "errmsg": "ok", **content})


def _party(platform: "Platform", number: str) -> Party:
    party = platform.directory.get(int(number)) if number.isascii() and number.isdigit() else None
    if party is None:
        raise Refusal(60123, "invalid party id")
    return party


def _asked(platform: "Platform") -> list[Party]:
    """The department that was asked for with all below it; without a number all."""
    wanted = request.args.get("id", "")
    with platform.lock:
        top = _party(platform, wanted).id if wanted else ROOT
        return [party for party in platform.directory if top in platform.directory.way_up(party.id)]


def _department(platform: "Platform", party: Party) -> dict[str, Any]:
    path = platform.directory.path(party.id)
    heads = [member.userid for member in platform.members() if member.visible and path in member.leads]
    names = {} if platform.names_told == "nowhere" else {"name": party.name, "name_en": ""}
    return {"id": party.id, **names, "department_leader": heads, "parentid": party.parent, "order": party.id}


def _record(platform: "Platform", member: Member, *, named: bool) -> dict[str, Any]:
    """What an app is told of a member: since June 2022 no phone, no mail, no picture."""
    numbers = platform.numbers_of(member)
    return {
        "userid": member.userid,
        "name": member.name if named else member.userid,
        "department": numbers,
        "order": [0] * len(numbers),
        "position": member.title,
        "status": member.status,
        "enable": int(member.status != 2),
        "isleader": int(bool(member.leads)),
        "is_leader_in_dept": [int(path in member.leads) for path in (member.department, *member.also)],
        "direct_leader": [member.superior] if member.superior else [],
        "main_department": numbers[0],
    }


def _ids(platform: "Platform", payload: Any) -> Done:
    limit, cursor = payload.get("limit", MOST_IDS), payload.get("cursor") or "0"
    if not isinstance(limit, int) or not 1 <= limit <= MOST_IDS or not str(cursor).isdigit():
        raise Refusal(40058, "invalid limit or cursor")
    pairs = [
        {"userid": member.userid, "department": number}
        for member in platform.members()
        for number in platform.numbers_of(member)
    ]
    end = int(cursor) + limit
    return _ok({"next_cursor": str(end) if end < len(pairs) else "", "dept_user": pairs[int(cursor) : end]})
