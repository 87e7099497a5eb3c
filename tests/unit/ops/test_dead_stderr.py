"""Whoever reads our stderr may end: the bot goes on, and counts what nobody could read."""

import base64
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from kit.letters import seal, typed
from kit.ports import free_port
from ops_kit import END_SECONDS, until
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store import inbox, outbox
from core.store.database import Database
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import Kind, Message, OutboxState

pytestmark = pytest.mark.chaos
JUNK: dict[str, Any] = {"channel": "wecom", "event": b"junk"}
TO_NOBODY = Message("key", "wecom", 7, "wecom:7", Kind.SAY, body=b"x")  # who works on it ends it as superseded
KEY = base64.b64encode(b"k" * 32).decode()
Started = Callable[..., "Unheard"]


class Unheard:
    """`tuoling …` whose stderr is a pipe: read up to a word, and then by nobody."""

    def __init__(self, environ: dict[str, str], *arguments: str) -> None:
        self.reader, writer = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *arguments],
            env=environ | {"TUOLING_SECRET_KEY": KEY, "TUOLING_LOG_LEVEL": "info"},
            stderr=writer,
            start_new_session=True,
        )
        os.close(writer)

    def read_until(self, word: str) -> None:
        """Read stderr until `word` was said."""
        said = b""
        while word.encode() not in said:
            got = os.read(self.reader, 1 << 16)
            assert got, said.decode()
            said += got

    def hang_up(self) -> None:
        """From now on nobody reads, and whatever is written fails."""
        os.close(self.reader)

    def ends(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_SECONDS)


@pytest.fixture
def unheard(environ: dict[str, str]) -> Iterator[Started]:
    """Starts a command whose stderr can be left by its reader."""
    all_of_them: list[Unheard] = []

    def started(*arguments: str) -> Unheard:
        all_of_them.append(Unheard(environ, *arguments))
        return all_of_them[-1]

    yield started
    for each in all_of_them:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
            each.process.wait(END_SECONDS)
        with suppress(OSError):
            os.close(each.reader)


def status(port: int, path: str) -> tuple[int, str]:
    """Of a GET: the status (0: nobody answers) and the body."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""
    except (URLError, ConnectionError, TimeoutError):
        return 0, ""


def test_serve_answers_and_records_when_nobody_reads_its_stderr(unheard: Started, environ: dict[str, str]) -> None:
    port = free_port()
    serve = unheard("serve", "--port", str(port))
    until(lambda: status(port, "/healthz")[0] == 200)
    assert "tuoling_log_lines_lost_total 0.0" in status(port, "/metrics")[1], "told of before the first is lost"
    serve.hang_up()
    for number in range(4):
        at = int(time.time())
        answer = seal(typed("nobody", "帮助", at, 7000 + number), at).post(f"http://127.0.0.1:{port}/wecom/callback")
        assert answer.status == 200
        assert [status(port, path)[0] for path in ("/wecom/callback", "/healthz", "/metrics")] == [403, 200, 200]
    assert status(port, "/readyz")[0] == 200
    database = Database(environ["TUOLING_DATABASE_URL"])
    with database.read() as session:
        assert set(session.scalars(select(InboxRow.state))) == {InboxState.DONE}
    database.dispose()
    lost = re.search(r"^tuoling_log_lines_lost_total (\d+)", status(port, "/metrics")[1], re.MULTILINE)
    assert lost
    assert int(lost[1]) >= 8, "a line for each callback, refused ones too"
    assert serve.ends() == 0


def test_the_scheduler_goes_on_when_nobody_reads_its_stderr(unheard: Started, environ: dict[str, str]) -> None:
    scheduler = unheard("scheduler")
    scheduler.read_until("purged")  # the first round is done
    scheduler.hang_up()
    put(environ, lambda session, now: inbox.record(session, key="k", request_id="abcdefgh", now=now, **JUNK))
    put(environ, lambda session, now: outbox.put(session, TO_NOBODY, request_id="abcdefgh", now=now))
    # A round finishes events first, and says two lines of this one; then it sends.
    until(lambda: state(environ) == OutboxState.SUPERSEDED or scheduler.process.poll() is not None)
    assert state(environ) == OutboxState.SUPERSEDED
    assert scheduler.ends() == 0


def put(environ: dict[str, str], write: Callable[[Session, datetime], None]) -> None:
    """Write something into the database as of a minute ago."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    with database.write() as session:
        write(session, datetime.now(UTC) - timedelta(minutes=1))
    database.dispose()


def state(environ: dict[str, str]) -> str:
    """Of the only outbox row."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    with database.read() as session:
        found = session.scalars(select(outbox.OutboxRow.state)).one()
    database.dispose()
    return str(found)
