"""That what SQLite has committed survives a power cut, without writers waiting for each other's turn of the disk.

With `synchronous=FULL` SQLite puts its log on the disk inside the commit, while it holds the right to write: as many
commits a second as the disk has turns, for all processes together. So it commits with NORMAL, and the log is put on the
disk behind the commit, while the next one writes already; one turn of the disk keeps all that was committed before it.

Nobody is told of a commit before it is kept: who committed waits here, and what he had read of others stands before his
own in the same log. (What is drawn in between from a commit of another one may show it some milliseconds too early.)
"""

import errno
import os
import sqlite3
import threading
from contextlib import suppress

from sqlalchemy.exc import OperationalError

_keep = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


class Log:
    """The log of one database file. Safe between threads; processes each put it on the disk for themselves."""

    def __init__(self, file: str) -> None:
        self._file = f"{file}-wal"
        self._counting, self._syncing = threading.Lock(), threading.Lock()
        self._committed = self._kept = 0
        self._failed = range(0)  # commits whose turn the disk did not take; asked again, it would say that all is well

    def committed(self) -> int:
        """The number of a commit that was just made, to be given to `keep`."""
        with self._counting:
            self._committed += 1
            return self._committed

    def keep(self, commit: int) -> None:
        """Wait until this commit is on the disk: by a turn of the disk that this thread begins, or that another one
        began after the commit.

        Raises:
            OperationalError: the disk did not take it. The commit stands, but may not survive a power cut.
        """
        with self._syncing:
            if commit in self._failed:
                raise _not_taken(OSError(errno.EIO, "the disk did not take it"))
            if self._kept >= commit:
                return
            turn = range(self._kept + 1, self._committed + 1)
            try:
                self._sync()
            except OperationalError:
                self._failed = turn
                raise
            self._kept = turn.stop - 1

    def _sync(self) -> None:
        try:
            with suppress(FileNotFoundError):  # its last connection was closed: then all of it is in the file, and kept
                log = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    _keep(log)
                finally:
                    os.close(log)
        except OSError as error:
            raise _not_taken(error) from error


def _not_taken(error: OSError) -> OperationalError:
    """As SQLite's own."""
    return OperationalError("COMMIT", None, sqlite3.OperationalError(str(error)))
