"""A channel that comes by a stream, with a parser of the tests' own, and its owner as a process of its own.

process = start_owner(environ, gateway.base, log)        # SIGKILL or SIGSTOP it as you like
"""

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from pydantic import SecretStr

from bot import streaming
from bot.channels.base import Answer, Refused, Request
from bot.channels.dingtalk import connection
from bot.channels.dingtalk.connection import Leads
from bot.channels.dingtalk.gateway import Gateway
from bot.channels.dingtalk.stream import StreamClient, Take
from bot.dispatch import Intake
from bot.inbound import Envelope, Ignored, Inbound, Text
from bot.metricfiles import share_metrics
from bot.runtime import Runtime, build
from bot.streaming import Streaming
from config.logging import configure_logging
from config.settings import DingTalkSettings, load_settings
from jobs.bell import NullBell
from jobs.worker import stop_on_signals
from kit import forked

LEASE_SECONDS, ROUND_SECONDS = 2.5, 0.1
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def parse(raw: bytes) -> Inbound:
    """What the tests send, as a channel's own parser would read it."""
    found = json.loads(raw)
    envelope = Envelope("dingtalk", f"m:dingtest01:{found['msgId']}", found.get("senderStaffId", ""), AT)
    text = found.get("text", {}).get("content")
    return Text(envelope, text.strip()) if text is not None else Ignored(envelope, "nothing")


def message(number: str, text: str = "帮助", sender: str = "ding-batu") -> dict[str, object]:
    """A message that `parse` reads."""
    return {"msgId": number, "senderStaffId": sender, "text": {"content": text}}


class Door:
    """The part of a door that intake and sweeper use."""

    name = "dingtalk"
    text_bytes = 2000
    answer_seconds = 2.0

    def verify(self, _request: Request, _now: datetime) -> Refused:
        """No HTTP comes here."""
        return Refused("method")

    def parse(self, raw: bytes) -> Inbound:
        """See `parse`."""
        return parse(raw)

    def answer(self, _inbound: Inbound, _text: str | None, _now: datetime) -> Answer:
        """Taken."""
        return Answer()


def intake_of(runtime: Runtime) -> Intake:
    """An intake that knows DingTalk."""
    signers = {"dingtalk": runtime.intake._signers["wecom"]}
    return Intake(runtime.store, runtime.in_force, {"dingtalk": Door()}, signers)


def streaming_of(runtime: Runtime, intake: Intake, app: DingTalkSettings) -> Streaming:
    """One process's share in the stream."""
    gateway = Gateway(app)

    def client_of(take: Take, leads: Leads) -> StreamClient:
        return StreamClient(gateway, take, leads)

    return Streaming(runtime.store, intake, lambda raw, _mark: parse(raw), client_of)


def start_owner(environ: Mapping[str, str], app: DingTalkSettings, log: Path) -> ForkServerProcess:
    """A process that holds the stream, or waits for it, until SIGTERM. When there is a file beside its log, with
    `.pause` for `.log`, it stops (SIGSTOP) before it next renews its lease: in no transaction, since one that is
    stopped in SQLite's keeps everybody from writing."""
    plain = replace(app, client_secret=SecretStr(""), card_secret=SecretStr(""))
    args = (plain, app.client_secret.get_secret_value(), log.with_suffix(".pause"))
    return forked.start_work(own, args, environ, log, name="stream-owner")


def own(app: DingTalkSettings, secret: str, pause: Path) -> None:
    """What that process does."""
    stop = stop_on_signals()
    configure_logging("info")
    streaming.LEASE_SECONDS, streaming.ROUND_SECONDS, connection.TICK_SECONDS = LEASE_SECONDS, ROUND_SECONDS, 0.05
    settings = load_settings(env_file=None)
    share_metrics(settings)
    runtime = build(settings)
    app = replace(app, client_secret=SecretStr(secret))
    ours = streaming_of(runtime, intake_of(runtime), app)
    lead = ours._lead

    def pausing() -> int | None:
        if pause.is_file():
            pause.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)
        return lead()

    ours._lead = pausing  # type: ignore[method-assign]
    ours.run(NullBell(), stop)
