"""What a provider's answer means, by its status and by what the provider's file says of it.

| answer | it is |
|---|---|
| 2xx and a JSON object | promised where `pending` holds; else a report where `ok` holds, and none where it does not |
| 2xx of which `ok` cannot tell, or no JSON object | not what was agreed on: asked again later |
| 204, and other 4xx (400, 422 …) | no report: that is not taken of this applicant, or there is none |
| 404 and 410 of what was promised | no report: it is not known any more |
| 401, 402, 403; 404, 405, 410, 415 … of what is asked | not set up rightly here or there: for an engineer |
| 408, 409, 425, 429, 5xx, a redirect | asked again later |
"""

from typing import TypeAlias

import requests

from bot.channels.wire import taken
from cards.channel import Fault, Misconfigured, NoReport, Permanent, Promised, Reported, Retry, Sent
from core.expressions import Kind, read_answer
from core.json_objects import NoObject, read_answer_object
from core.risk.providers import Answer, Exchange

Outcome: TypeAlias = Reported | Promised | NoReport | Fault

MOST_BYTES = 256 * 1024
MOST_DEPTH = 32
_LATER = 5.0  # seconds
_LONGEST_REFERENCE, _LONGEST_KEY = 200, 200
_NO_CONTENT, _AT_WORK = 204, 409  # the second: on the same Idempotency-Key
_NOT_AS_SET_UP = frozenset({402, 405, 406, 411, 413, 414, 415})
_NOT_THERE = frozenset({404, 410})


def meant(exchange: Exchange, answer: requests.Response, reference: str = "") -> Outcome:
    """What an answer means; `reference`: what was asked for had been promised under it."""
    status, why = answer.status_code, f"HTTP {answer.status_code}"
    if status in _NOT_AS_SET_UP or (status in _NOT_THERE and not reference):
        return Misconfigured(f"{why}: not as it is set up")
    if status == _NO_CONTENT:
        return NoReport(why)
    if status == _AT_WORK:
        return Retry(_LATER, why, maybe_sent=True)
    said = taken(answer)
    if isinstance(said, Permanent):
        return NoReport(said.why)
    return _read(exchange, answer.content, reference) if isinstance(said, Sent) else said


def brought_as(exchange: Exchange, body: bytes) -> tuple[str, Reported | NoReport] | None:
    """Our key of what a provider brings, and what it is; None: nothing that can be read."""
    found = _read(exchange, body, "")
    try:
        key = read_answer(exchange.called_by, read_answer_object(body, MOST_DEPTH), Kind.TEXT)
    except NoObject:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY or not isinstance(found, Reported | NoReport):
        return None
    return key, found


def is_reference(text: object) -> bool:
    """May it stand in an address for a report? Of `..` an address would make another one."""
    return (
        isinstance(text, str) and 0 < len(text) <= _LONGEST_REFERENCE and text.isprintable() and text.strip(".") != ""
    )


def _read(exchange: Exchange, raw: bytes, reference: str) -> Outcome:
    try:
        answer = read_answer_object(raw, MOST_DEPTH)
    except NoObject as unfit:
        return Retry(_LATER, f"no answer ({unfit.why})", maybe_sent=True)
    if exchange.pending and read_answer(exchange.pending, answer) is True:
        return _promised(exchange, answer, reference)
    ok = read_answer(exchange.ok, answer) if exchange.ok else True
    if not isinstance(ok, bool):
        return Retry(_LATER, "an answer of which `ok` cannot tell", maybe_sent=True)
    return Reported(answer, raw) if ok else NoReport("not `ok`")


def _promised(exchange: Exchange, answer: Answer, reference: str) -> Promised | Retry:
    found = read_answer(exchange.reference, answer, Kind.TEXT) if exchange.reference else ""
    if isinstance(found, str) and is_reference(found):
        return Promised(found)
    if reference or exchange.calls_back:
        return Promised(reference)
    return Retry(_LATER, "a promise without a reference", maybe_sent=True)
