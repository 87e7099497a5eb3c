"""Many rows, in a memory that does not grow with the file."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from leads_kit import HEAD, person
from ops_kit import ROOT

MANY = 60_000
GROWTH_MB = 12  # from a third of the rows to all of them

_PROBE = """
import json, resource, sys
from pathlib import Path
from bot import commands_leads
from bot.commands_leads import import_leads_file
from config.settings import load_settings

peaks = []
real = commands_leads._block
def block(work, number, lines):
    if lines[-1].number > int(sys.argv[2]) // 3 and not peaks:
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return real(work, number, lines)
commands_leads._block = block
said = list(import_leads_file(load_settings(), Path(sys.argv[1])))
peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(json.dumps([said[-1], [peak / 1024 for peak in peaks]]))
"""


@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_file(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(person(number, "抖音", "包头", "房抵", "50万", "急用，有房") for number in range(MANY))
    command = [sys.executable, "-c", _PROBE, str(file), str(MANY)]
    environ |= {"TUOLING_SQLITE_SYNC": "normal"}
    run = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert run.returncode == 0, run.stderr
    said, (early, late) = json.loads(run.stdout.splitlines()[-1])
    assert f"新增 {MANY} 条" in said
    assert late - early < GROWTH_MB, f"{early:.0f} MB after a third, {late:.0f} MB at the end"
