"""The demo's bot: `serve`, `worker` and `scheduler` as processes, with their logs in files."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 10
MOST_LOG_BYTES = 5_000_000  # a log is begun anew above this, the old one kept beside it
ROOT = str(Path(__file__).parents[2])
_QUIET = frozenset({"debug", "info"})


@dataclass(slots=True)
class _Hand:
    """One process, its log, and how much of the log has been read."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    read: int


class Crew:
    """Started one by one, stopped together. Logs go to `folder`, `serve.log` and so on."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._hands: list[_Hand] = []

    def start(self, name: str, *arguments: str) -> None:
        """Start `tuoling NAME ARGUMENTS` in a session of its own: Ctrl-C reaches us alone, and we end it in order. It
        runs in our folder, where no `.env` of a real installation lies."""
        log = self._folder / f"{name}.log"
        if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
            log.replace(log.with_suffix(".log.old"))
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module; nothing typed by anybody
                [sys.executable, "-m", "bot.cli", name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self._folder,
                env=dict(self._environ) | {"PYTHONPATH": ROOT, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
            self._hands.append(_Hand(name, process, log, out.tell()))

    def ended(self) -> str | None:
        """The name of one that has ended by itself."""
        return next((hand.name for hand in self._hands if hand.process.poll() is not None), None)

    def news(self) -> Iterator[str]:
        """What the logs have got since the last call, from warnings on, one line each; whole lines only."""
        for hand in self._hands:
            with hand.log.open("rb") as log:
                log.seek(hand.read)
                fresh = log.read()
            fresh = fresh[: fresh.rfind(b"\n") + 1]
            hand.read += len(fresh)
            for line in fresh.decode(errors="replace").splitlines():
                if told := _told(line):
                    yield f"[{hand.name}] {told}"

    def stop(self) -> None:
        """End all; who has not ended after a while is killed."""
        for hand in self._hands:
            hand.process.terminate()
        for hand in self._hands:
            try:
                hand.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                hand.process.kill()
                hand.process.wait()


def _told(line: str) -> str:
    """A log line as the terminal shows it; nothing below a warning. What is no JSON is shown as it is."""
    try:
        event = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(event, dict) or event.get("level") in _QUIET:
        return ""
    more = [str(event[key]) for key in ("error", "why", "fault", "exception_type") if event.get(key)]
    return f"{event.get('event')}" + (f"（{'，'.join(more)}）" if more else "")
