"""One callback, from the HTTP request to the answer: verify -> intake -> answer."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Answer, Door, Echo, Refused, Request
from bot.dispatch import Intake
from bot.inbound import Inbound, Tap
from bot.metrics import REFUSALS
from core.store.founding import WrongKey

REFUSED = Answer(b"refused", status=403)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Handled:
    """What is answered. `outcome` is for the metrics, `kind` (of event; why, for a refusal) and `came` for the log;
    `ring` says that rows wait in the outbox."""

    answer: Answer
    outcome: str  # taken, refused, verified (an address check), unrecorded
    kind: str = ""
    came: str = ""
    ring: bool = False


def handle(door: Door, intake: Intake, request: Request, now: datetime) -> Handled:
    """One flat answer for everything that is not genuine; 503 if the event could not be recorded."""
    verified = door.verify(request, now)
    if isinstance(verified, Refused):
        REFUSALS.labels(door.name, verified.why).inc()
        return Handled(REFUSED, "refused", verified.why, "refused")
    if isinstance(verified, Echo):
        return Handled(Answer(verified.body), "verified", "address", "verified")
    inbound = verified.inbound
    kind = _kind(inbound)
    try:
        taken = intake.take(inbound, verified.raw)
    except (SQLAlchemyError, WrongKey) as error:
        _log.error("event not recorded", channel=door.name, error=type(error).__name__)
        return Handled(Answer(b"", status=503), "unrecorded", kind, "unrecorded")  # the platform sends it again
    text = None if isinstance(inbound, Tap) else taken.text
    return Handled(door.answer(inbound, text, now), "taken", kind, taken.came, taken.ring)


def _kind(inbound: Inbound) -> str:
    return type(inbound).__name__.lower()
