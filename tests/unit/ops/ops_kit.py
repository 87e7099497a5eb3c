"""An installation of one's own for tests of the command line: its environment, and real processes of it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kit import barriers
from kit.company import SECRETS

ROOT = Path(__file__).parents[3]
START_SECONDS, END_SECONDS = 60.0, 20.0  # generous: the machine may be busy; what is polled for comes much sooner
until = partial(barriers.until, seconds=START_SECONDS)


def installation(var: Path, database_url: str, **more: str) -> dict[str, str]:
    """The environment of an installation that lives in `var`; nothing of ours from outside."""
    ours = ("TUOLING_", "WECOM_", "DINGTALK_", "PROMETHEUS_")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return (
        outside
        | SECRETS
        | {"TUOLING_ENV": "test", "TUOLING_VAR_DIR": str(var), "TUOLING_DATABASE_URL": database_url}
        | {"TUOLING_WORKERS": "1", "PYTHONPATH": str(ROOT)}
        | more
    )


class Command:
    """`tuoling …` as a real process, its output in files (a pipe nobody reads would stop it)."""

    def __init__(self, folder: Path, environ: Mapping[str, str], *arguments: str) -> None:
        self._folder = folder / f"{arguments[0]}-{time.monotonic_ns()}"
        self._folder.mkdir(parents=True)
        with (self._folder / "out").open("wb") as out, (self._folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *arguments],
                env=dict(environ),
                cwd=self._folder,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def out(self) -> str:
        """What it printed so far."""
        return (self._folder / "out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it printed to stderr so far: logs and complaints."""
        return (self._folder / "err").read_text(encoding="utf-8")

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """Its log lines, each of which must be JSON; only those of event `name`, if it is given."""
        lines = [json.loads(line) for line in self.err.splitlines()]
        return [line for line in lines if not name or line["event"] == name]

    def says(self, pattern: str, seconds: float = START_SECONDS) -> re.Match[str]:
        """Wait until its output matches."""

        def look() -> re.Match[str] | None:
            found = re.search(pattern, self.out + self.err)
            assert found or self.process.poll() is None, f"it has ended: {self.out}{self.err}"
            return found

        found = until(look, f"{pattern} said", seconds=seconds)
        assert found
        return found

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal, if it is still there."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def ends(self, seconds: float = END_SECONDS) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(timeout=seconds)


def servers(folder: Path) -> list[int]:
    """Embedded Redis servers whose data lies below `folder`."""
    below = os.fsencode(folder.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
        except OSError:
            continue  # it has just ended
        if any(word.startswith(below) and word.endswith(b"valkey.conf") for word in words):
            found.append(int(entry.name))
    return found
