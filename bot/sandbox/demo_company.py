"""The made-up company's configuration: the one that is shipped, in a folder of the demo's own, where people may try to
change it; with the made-up provider of reports switched on, which answers on this machine, with groups, with what
a lead costs by each channel, and without quiet hours."""

import re
import shutil
from pathlib import Path

from bot.sandbox import demo_groups
from bot.sandbox.provider import PATH

HOSTS = "127.0.0.1"
VARIABLE = "TUOLING_REPORT_RADAR"
"""The variable that holds the made-up provider's secret."""
_FILE, _MANNERS = "reports/radar.yaml", "manners.yaml"
_HOURS = re.compile(r"^  (hours: .*)$", re.MULTILINE)
_CHANNELS_FILE = "channels.yaml"
_COSTS = {"抖音": 38, "快手": 30, "百度": 85, "58同城": 45, "企业微信": 12, "地推": 60, "转介绍": 20, "老客户": 0}
"""Yuan for a lead; the made-up leads come by these channels."""
_SHIPPED = "https://api.radar.example.com/v1/report"
_OURS = re.compile(r"http://127\.0\.0\.1:\d+" + re.escape(PATH))


def company_folder(folder: Path, shipped: Path, port: int) -> Path:
    """The folder, made from `shipped` where there is none yet; what was changed there stays. The provider is at `port`
    of this machine."""
    mine = folder / "company"
    if not mine.exists():
        new = folder / "company.new"
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(shipped, new, ignore=shutil.ignore_patterns("__pycache__"))
        _switch_on(new / _FILE)
        demo_groups.switch_on(new / demo_groups.FILE)
        _price(new / _CHANNELS_FILE)
        _keep_awake(new / _MANNERS)
        new.rename(mine)  # when it is whole
    file = mine / _FILE
    if file.exists():
        text = file.read_text(encoding="utf-8")
        here = _OURS.sub(f"http://127.0.0.1:{port}{PATH}", text)
        if here != text:
            file.write_text(here, encoding="utf-8")
    return mine


def _keep_awake(file: Path) -> None:
    """Whoever tries the demo in the evening wants to see what comes to others."""
    text = file.read_text(encoding="utf-8")
    file.write_text(_HOURS.sub(r"  # \1  演示里不启用；去掉行首的 # 就生效", text, count=1), encoding="utf-8")


def _switch_on(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    text = text.replace(_SHIPPED, f"http://127.0.0.1:0{PATH}").replace("\nactive: 否\n", "\nactive: 是\n")
    file.write_text(text, encoding="utf-8")


def _price(file: Path) -> None:
    """Each channel that stands there gets its cost, and those that do not are added."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for channel, cost in _COSTS.items():
        name = f"  - name: {channel}"
        at = lines.index(name) if name in lines else len(lines)
        lines[at : at + 1] = [name, f"    cost: {cost}"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
