"""Refusals and failures are counted, and each is there from the start: a rate needs a value before the first."""

import ast
import subprocess
import sys
from pathlib import Path

import bot.channels.wecom as wecom
from bot.metrics import REFUSED_FOR


def test_every_reason_of_the_door_is_declared() -> None:
    said = set()
    for file in Path(wecom.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BadCallback":
                (why,) = node.args
                assert isinstance(why, ast.Constant), f"{file.name}:{node.lineno}: a reason is a plain word"
                said.add(why.value)
    assert said == set(REFUSED_FOR["wecom"])


def test_all_reasons_are_told_before_anything_was_refused() -> None:
    script = "from bot.metrics import exposition; print(exposition(None, 'x').decode())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    for channel, reasons in REFUSED_FOR.items():
        for why in reasons:
            assert f'tuoling_refused_callbacks_total{{channel="{channel}",why="{why}"}} 0.0' in done.stdout


def test_failures_are_told_before_there_was_one() -> None:
    begin = "from bot.metrics import begin_events, exposition; begin_events(['wecom'])"
    script = f"{begin}; print(exposition(None, 'x').decode())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    for kind in ("text", "tap", "lifecycle"):
        for came in ("failed", "busy"):
            assert f'tuoling_events_total{{came="{came}",channel="wecom",kind="{kind}"}} 0.0' in done.stdout
