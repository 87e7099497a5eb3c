"""Commands of `tuoling` in processes of their own, forked from one that has loaded the product already.

Loading takes each process more than a second of work, and a house has five of them, which a kill matrix starts again
and again; forked, a command is there in milliseconds. `tests/unit/ops/test_processes.py` starts them as an
administrator does.
"""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.kit.loaded"])  # by its place under the root: the server does not know our path


def start(command: Sequence[str], environ: Mapping[str, str], log: Path) -> ForkServerProcess:
    """`tuoling COMMAND…` in a session of its own, with this environment alone; what it says goes to `log`."""
    return start_work(_command, (list(command),), environ, log, name=command[0])


def start_work(
    work: Callable[..., object], args: Sequence[Any], environ: Mapping[str, str], log: Path, *, name: str
) -> ForkServerProcess:
    """The same with `work(*args)`, a function at the top of its module, in place of a command."""
    process = _server.Process(target=_be, args=(work, args, environ, log), name=name)
    process.start()
    return process


def _be(work: Callable[..., object], args: Sequence[Any], environ: Mapping[str, str], log: Path) -> None:
    multiprocessing.set_start_method("fork", force=True)  # as a process has it that is started by itself
    os.setsid()
    os.chdir(ROOT)
    with log.open("wb") as out:
        for number in (1, 2):
            os.dup2(out.fileno(), number)
    os.environ.clear()
    os.environ.update(environ)
    importlib.reload(sys.modules["core.store.faultpoint"])  # it has looked at the environment when it was loaded
    work(*args)


def _command(command: list[str]) -> None:
    sys.modules["bot.cli"].main(command)
