"""Telling DingTalk where taps go in HTTP mode, and what is known of that afterwards.

DingTalk keeps one address for each route key, and has no interface that tells it: so what was registered is audited,
and read there. Source: open.dingtalk.com/document/development/register-card-callback-address
(POST /v1.0/card/callbacks/register).
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.channels.dingtalk.channel import CALLBACK_ROUTE
from bot.channels.dingtalk.client import DingTalkClient
from cards.channel import Fault
from config.settings import DingTalkSettings
from core.privacy import Vault
from core.store.audit import AuditRow
from core.store.database import Executor
from core.store.unit import Unit

PATH = "/v1.0/card/callbacks/register"
ACTION = "dingtalk:register"
SUBJECT = "dingtalk"


@dataclass(frozen=True, slots=True)
class Registered:
    """What was registered last: where taps go, since `at`; `mark` is that of the app and its secret then."""

    url: str
    at: datetime
    mark: str


def register(client: DingTalkClient, app: DingTalkSettings, url: str) -> Fault | None:
    """Let taps go to `url`, signed with the card secret, whatever address they went to before; None if it was done."""
    body = {
        "callbackRouteKey": CALLBACK_ROUTE,
        "callbackUrl": url,
        "apiSecret": app.card_secret.get_secret_value(),
        "forceUpdate": True,
    }
    answer = client.post(PATH, body)
    return None if isinstance(answer, dict) else answer


def mark_of(vault: Vault, app: DingTalkSettings) -> str:
    """Tells whether the app or its card secret is another one than when the address was registered, and nothing of
    the secret."""
    return vault.index("dingtalk.card_secret", f"{app.client_id}:{app.card_secret.get_secret_value()}").hex()[:16]


def note(unit: Unit, app: DingTalkSettings, url: str, by: str) -> None:
    """Keep that it was done."""
    unit.record(None, ACTION, SUBJECT, url=url, mark=mark_of(unit.vault, app), by=by)


def registered(executor: Executor) -> Registered | None:
    """What was registered last, from here; None if nothing was."""
    newest = select(AuditRow.at, AuditRow.details).where(AuditRow.subject == SUBJECT, AuditRow.action == ACTION)
    row = executor.execute(newest.order_by(AuditRow.seq.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    details = json.loads(row.details)
    return Registered(str(details.get("url", "")), row.at, str(details.get("mark", "")))
