"""Counting may fail, the bot may not: what a full disk does to the metrics files."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
if sys.argv[2] == "full":
    def fallocate(*_): raise OSError({errno}, "No space left on device")
    os.posix_fallocate = fallocate
from bot.metricfiles import share_metrics
class Settings:
    from pathlib import Path
    var_dir = Path(sys.argv[1])
share_metrics(Settings)
from prometheus_client import Counter, generate_latest
counter = Counter("things", "Things.")
counter.inc(3)
print(counter._value.get())
"""


@pytest.mark.parametrize("disk", ["roomy", "full"])
def test_a_metrics_file_has_its_blocks_before_it_is_mapped(tmp_path: Path, disk: str) -> None:
    script = SCRIPT.replace("{errno}", str(errno.ENOSPC))
    command = [sys.executable, "-c", script, str(tmp_path), disk]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "3.0"), done.stderr
    files = list((tmp_path / "metrics").glob("counter_*.db"))
    blocks = [os.stat(file).st_blocks * 512 for file in files]
    if disk == "roomy":
        assert blocks == [1 << 20]
    else:
        assert list((tmp_path / "metrics").iterdir()) == []


def test_what_a_full_disk_left_is_not_read_when_there_is_room_again(tmp_path: Path) -> None:
    """Was: an empty file stood there for as long as its process lived, and `/metrics` was 500 for all of them."""
    read = "; from prometheus_client import multiprocess, CollectorRegistry; registry = CollectorRegistry()"
    read += "; multiprocess.MultiProcessCollector(registry); print(len(generate_latest(registry)))"
    script = SCRIPT.replace("{errno}", str(errno.ENOSPC)).replace("print(counter._value.get())", "pass" + read)
    command = [sys.executable, "-c", script, str(tmp_path), "full"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr


def test_a_file_of_a_process_of_our_number_is_written_on(tmp_path: Path) -> None:
    from bot.metricfiles import _allocate

    file = tmp_path / "counter_1.db"
    for _ in range(2):
        _allocate(file)
        assert file.stat().st_size == 1 << 20
        assert list(tmp_path.iterdir()) == [file]
