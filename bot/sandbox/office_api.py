"""The console of the made-up platform for scripts and tests: `POST /sandbox/api/office/hire` and so on.

    curl -X POST localhost:8000/sandbox/api/office/hire -H 'Content-Type: application/json' \\
         -d '{"userid": "zhaoliu", "name": "赵六", "department": "呼和浩特/一部"}'
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.callbacks import Delivery
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform

_TEXTS = ("name", "department", "title", "superior")
_LISTS = ("also", "leads")


def office_blueprint(platform: Platform) -> Blueprint:
    """The console of one platform."""
    api, office = Blueprint("office", __name__), platform.office
    deeds: dict[str, Callable[[dict[str, Any]], Delivery | list[Delivery]]] = {
        "hire": lambda body: office.hire(Member(str(body["userid"]), **_about(body))),
        "change": lambda body: office.change(str(body["userid"]), **_about(body)),
        "rename_account": lambda body: office.rename_account(str(body["userid"]), str(body["new"])),
        "dismiss": lambda body: office.dismiss(str(body["userid"])),
        "open_department": lambda body: office.open_department(str(body["path"])),
        "rename_department": lambda body: office.rename_department(str(body["path"]), str(body["name"])),
        "move_department": lambda body: office.move_department(str(body["path"]), str(body["under"])),
        "close_department": lambda body: office.close_department(str(body["path"])),
    }

    @api.get("/sandbox/api/office")
    def stands() -> Response:
        """The departments by number, and the members."""
        listed = [
            {"userid": m.userid, "name": m.name, "department": m.department, "also": m.also, "leads": m.leads}
            | {"superior": m.superior, "visible": m.visible, "status": m.status}
            for m in platform.members()
        ]
        return jsonify(departments=platform.departments(), members=listed)

    @api.post("/sandbox/api/office/<deed>")
    def do(deed: str) -> Response:
        body = request.get_json(silent=True)
        if deed not in deeds or not isinstance(body, dict):
            return _refused("no such deed", 404 if deed not in deeds else 400)
        try:
            done = deeds[deed](body)
        except KeyError as missing:
            return _refused(f"{missing.args[0]} is missing", 400)
        except (LookupError, TypeError, ValueError) as error:
            return _refused(str(error), 400)
        return jsonify(events=[_told(each) for each in (done if isinstance(done, list) else [done])])

    return api


def _about(body: dict[str, Any]) -> dict[str, Any]:
    """What the request says of a member."""
    about: dict[str, Any] = {name: str(body[name]) for name in _TEXTS if name in body}
    about |= {name: tuple(map(str, _list(body[name]))) for name in _LISTS if name in body}
    about |= {"visible": bool(body["visible"])} if "visible" in body else {}
    return about | ({"status": int(body["status"])} if "status" in body else {})


def _list(value: Any) -> Iterable[Any]:
    if not isinstance(value, list):
        raise TypeError("also and leads are lists of departments")
    return value


def _told(delivery: Delivery) -> dict[str, Any]:
    return {"event": delivery.event, "taken": delivery.taken, "attempts": len(delivery.attempts)}


def _refused(why: str, status: int) -> Response:
    response = jsonify(error=why)
    response.status_code = status
    return response
