"""Everything that a command of `tuoling` loads. `multiprocessing`'s fork server imports this, and nobody else does."""

import atexit
import importlib
import os
import shutil
import tempfile

from bot.metricfiles import VARIABLE

# What counts is made now, and looks for its folder now; each command then says which one is its own.
os.environ[VARIABLE] = tempfile.mkdtemp(prefix="tuoling-metrics-")
atexit.register(shutil.rmtree, os.environ[VARIABLE])
for _module in ("bot.cli", "bot.app", "bot.processes", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql"):
    importlib.import_module(_module)
