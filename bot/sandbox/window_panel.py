"""The panel of the window, for either platform: what went over the wire, and a few faults to order."""

from typing import Any

from flask import Blueprint, Response, jsonify

from bot.sandbox.answers import body_of, refused
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.journal import Entry, Journal

TAIL = 60
_MOST = 100  # faults in one order


def panel(window: Blueprint, path: str, journal: Journal, faults: Faults) -> None:
    """Add the panel's routes below `path`: GET journal, POST faults and faults/clear."""

    @window.get(f"{path}/journal")
    def told() -> Response:
        pending = [f"{order.api}: {order.fault}" for order in faults.pending()]
        return jsonify(entries=[_line(entry) for entry in journal.tail(TAIL)], pending=pending)

    @window.post(f"{path}/faults")
    def order() -> Response:
        body = body_of()
        try:
            times, errcode = min(int(body.get("times", 1)), _MOST), int(body.get("errcode", -1))
            code, status = str(body.get("code", "system.busy")), int(body.get("status", 500))
            fault, seconds, api = Fault(body.get("fault", "")), float(body.get("seconds", 0)), str(body.get("api", ""))
            faults.order(api=api, fault=fault, times=times, errcode=errcode, seconds=seconds, code=code, status=status)
        except (ValueError, TypeError) as error:
            return refused(str(error), 400)
        return jsonify(ok=True)

    @window.post(f"{path}/faults/clear")
    def clear() -> Response:
        faults.clear()
        return jsonify(ok=True)


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "direction": entry.direction,
        "name": entry.name,
        "status": entry.status,
        "errcode": entry.code or entry.errcode,
        "members": list(entry.members),
        "dropped": list(entry.dropped),
        "summary": entry.summary,
        "fault": entry.fault,
        "attempt": entry.attempt,
        "ms": round(entry.seconds * 1000),
    }
