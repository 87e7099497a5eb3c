"""`POST /api/reports/<provider>`: a provider of reports brings what it promised.

Size first, then whose it is (the connector verifies the signature), then the work, in one transaction. A report that is
brought again, or that had come otherwise, is answered with 200 and changes nothing. Answers hold nothing of a report.
"""

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from bot.runtime import Runtime
from config.logging import bind_request, new_request_id
from core.store.founding import WrongKey
from jobs.bell import Rings
from jobs.reporting import Brought

PATH = "/api/reports/<provider>"
BODY_LIMIT = 256 * 1024

_log = structlog.get_logger(__name__)


def reports_api(runtime: Runtime, bell: Rings) -> Blueprint:
    """The route."""
    blueprint = Blueprint("reports", __name__)

    @blueprint.post(PATH)
    def bring(provider: str) -> Response:
        """One report."""
        request_id = new_request_id()
        bind_request(request_id)
        body = request.stream.read(BODY_LIMIT + 1)
        if len(body) > BODY_LIMIT:
            return _answer(413)
        runtime.in_force.look()
        try:
            brought = runtime.reports.brought(provider, dict(request.headers), body, request_id)
        except (SQLAlchemyError, WrongKey) as error:
            _log.error("report not taken", error=type(error).__name__)
            return _answer(503)
        _log.info("report brought", provider=provider[:20], outcome=brought.name)
        response = _answer(brought.value)
        if brought is Brought.TAKEN:
            response.call_on_close(bell.ring)
        return response

    return blueprint


def _answer(status: int) -> Response:
    response = Response("", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
