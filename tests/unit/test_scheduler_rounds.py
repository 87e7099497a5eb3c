"""A round of the scheduler may fail of anything: it is told of, and the next round comes."""

import threading
from typing import cast

from kit.logs import own_logging
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from jobs import worker
from jobs.sweeper import Sweeper


class Rounds:
    """Sweeps that raise one thing after the other; the last one asks to stop."""

    def __init__(self, *raised: Exception | None) -> None:
        self.left = list(raised)
        self.stop = threading.Event()

    def sweep(self, _stop: threading.Event) -> int:
        """One round."""
        raised = self.left.pop(0)
        if not self.left:
            self.stop.set()
        if raised:
            raise raised
        return 0


def test_the_rounds_go_on_whatever_one_fails_of() -> None:
    gone = OperationalError("SELECT 1", None, Exception())
    rounds = Rounds(OSError(28, "full"), OSError(28, "full"), KeyError("x"), gone, gone, RuntimeError("last"), None)
    with own_logging(), capture_logs() as logs:
        worker.run_scheduler(cast(Sweeper, rounds), rounds.stop, every=0.0)
    assert rounds.left == []
    told = [(line["event"], type(line["exc_info"]).__name__) for line in logs if line["log_level"] == "error"]
    assert told == [("sweeping failed", kind) for kind in ("OSError", "KeyError", "RuntimeError")]
    assert [line["event"] for line in logs if line["log_level"] != "error"] == [
        "the database is away",
        "the database is back",
    ]
