"""Where the processes of this machine put their metrics, so that `/metrics` can add them up: `var/metrics`.

This file imports nothing that counts: prometheus_client looks at the environment once, when it is first imported.
"""

import os
from pathlib import Path

from config.settings import Settings

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_metrics(settings: Settings) -> None:
    """From now on this process and its children count into files. Call it before anything imports a counter.

    Files of processes that have ended are removed here, when a process starts, and not while `/metrics` is read: a sum
    that falls looks to Prometheus like a restart, and a start is one.
    """
    folder = settings.var_dir.resolve() / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if not pid.isdigit() or not _is_alive(int(pid)):
            file.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(folder)


def shared_folder() -> Path | None:
    """The folder, or None in a process that counts for itself (a test, the demo's own process)."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given and Path(given).is_dir() else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's process; or no process id at all
        return True
    return True
