"""Named stop points: where a test kills the process to prove that nothing is lost there.

In production a stop point is one comparison. A test starts a process with `TUOLING_STOP_AT=after_commit` (optionally
`after_commit:3`: at the third time) and the process SIGKILLs itself exactly there.
"""

import os
import signal
from itertools import count

_name, _, _times = os.environ.get("TUOLING_STOP_AT", "").partition(":")
_nth = int(_times or 1)
_seen = count(1)


def faultpoint(name: str) -> None:
    """Die here by SIGKILL if this is the stop point the environment names; else do nothing."""
    if _name and name == _name and next(_seen) >= _nth:
        os.kill(os.getpid(), signal.SIGKILL)
