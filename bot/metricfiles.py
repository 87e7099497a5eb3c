"""Where the processes of this machine put their metrics, so that `/metrics` can add them up: `var/metrics`.

prometheus_client looks at the environment once, when it is first imported: nothing that counts is imported before.
"""

import os
from pathlib import Path

from config.settings import Settings

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_FILE_BYTES = 1 << 20  # room for all our counters several times over: a file never grows, which would be sparse again


def share_metrics(settings: Settings) -> None:
    """From now on this process and its children count into files. Call it before anything imports a counter.

    Files of processes that have ended are removed here, when a process starts, and not while `/metrics` is read: a sum
    that falls looks to Prometheus like a restart, and a start is one.
    """
    folder = folder_of(settings)
    for each in (folder.parent, folder):  # what we make here is for our user alone
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in (*folder.glob("*.db"), *folder.glob("*.new")):
        pid = file.stem.rpartition("_")[2]
        if not pid.isdigit() or not _is_alive(int(pid)):
            file.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(folder)
    _allocate_before_mapping()


def folder_of(settings: Settings) -> Path:
    """Where this installation's processes on this machine count."""
    return settings.var_dir.resolve() / "metrics"


def _allocate_before_mapping() -> None:
    """Give each metrics file its blocks before it is mapped into memory. prometheus_client maps sparse files, and a
    write into one on a full disk is no error but SIGBUS: counting would kill every process. So it fails where it can
    be caught, at the start; this process then counts in its own memory, unseen by the others: metrics may fail, the
    bot may not."""
    from prometheus_client import mmap_dict, values

    class Allocated(mmap_dict.MmapedDict):
        def __init__(self, filename: str, read_mode: bool = False) -> None:
            if not read_mode:
                try:
                    _allocate(Path(filename))
                except OSError:
                    filename = f"/proc/self/fd/{os.memfd_create('metrics')}"
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    values.MmapedDict = Allocated  # type: ignore[attr-defined]


def _allocate(path: Path) -> None:
    """The file is there whole or not at all: `/metrics` reads whatever has its name, and fails of an empty one."""
    new = path.with_suffix(".new")
    try:
        with open(path if path.exists() else new, "ab", opener=_private) as file:
            os.posix_fallocate(file.fileno(), 0, _FILE_BYTES)
        if not path.exists():
            new.rename(path)
    except OSError:
        new.unlink(missing_ok=True)
        path.unlink(missing_ok=True)  # of a process that had our number and no room either
        raise


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


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
