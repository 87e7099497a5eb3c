"""Named stop points: where a test kills the process to prove that nothing is lost there.

In production a stop point is one comparison, whatever the environment says. A test (`TUOLING_ENV=test`) starts a
process with `TUOLING_STOP_AT`: either a name
(`after_commit`, or `after_commit:3` for the third time), and the process SIGKILLs itself exactly there; or a file
(`/…/stop`), and whichever process reaches the point named in it first takes the file away and dies, so that the one
started in its place lives.
"""

import os
import signal
from itertools import count
from pathlib import Path

_where = os.environ.get("TUOLING_STOP_AT", "") if os.environ.get("TUOLING_ENV") == "test" else ""
_name, _, _times = _where.partition(":")
_seen = count(1)


def faultpoint(name: str) -> None:
    """Die here by SIGKILL if this is the stop point the environment names; else do nothing."""
    if _where and _is_due(name):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_due(name: str) -> bool:
    if _where.startswith("/"):
        return _takes_order(Path(_where), name)
    return name == _name and next(_seen) >= int(_times or 1)


def _takes_order(file: Path, name: str) -> bool:
    """Of several who read the same order only one can take the file away."""
    try:
        if file.read_text(encoding="utf-8") != name:
            return False
        file.unlink()
    except FileNotFoundError:
        return False
    return True
