"""SQLite's checkpoints beside the work: what was committed moves from the log into the file without a tap waiting.

SQLite would do it inside the commit that makes the log long enough, and that commit waits for the disk.
"""

import sqlite3
import threading

import structlog

COMMITS = 500  # between two checkpoints
FALLBACK_PAGES = 40_000  # 160 MB of log: then a commit does it after all

_log = structlog.get_logger(__name__)


class Checkpoints:
    """Counts commits to one file and starts a checkpoint in a thread of its own now and then; safe between threads
    and processes (of two at once, one does nothing)."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._commits = 0
        self._under_way = threading.Lock()

    def committed(self) -> None:
        """One more commit. Called by who has the writer's turn."""
        self._commits += 1
        if self._commits >= COMMITS and self._under_way.acquire(blocking=False):
            self._commits = 0
            threading.Thread(target=self._checkpoint, name="checkpoint", daemon=True).start()

    def _checkpoint(self) -> None:
        try:
            connection = sqlite3.connect(self._file, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # waits for no reader and keeps no writer waiting
            finally:
                connection.close()
        except sqlite3.Error as error:  # a full disk, say: the commits meet it too, and tell
            _log.warning("checkpoint failed", error=type(error).__name__)
        finally:
            self._under_way.release()
