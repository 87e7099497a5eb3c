"""README's map of the house names every module: who comes new finds by it where something is done."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("core/*", "core", "jobs", "bot", "config", "cards")


def named() -> set[str]:
    """The words of the map; `*_screens` stands for all that end so."""
    house = (ROOT / "README.md").read_text(encoding="utf-8").split("## The house")[1].split("\n## ")[0]
    return {word for word in re.findall(r"[*\w]+", house) if len(word.strip("*")) > 1}


@pytest.mark.parametrize("room", ROOMS)
def test_each_module_is_on_the_map(room: str) -> None:
    words = named()
    modules = [file for file in ROOT.glob(f"{room}/*.py") if not file.stem.startswith("__")]
    assert len(modules) > 3
    missing = [file for file in modules if not any(fnmatch(file.stem, word) for word in words)]
    assert [str(file.relative_to(ROOT)) for file in missing] == []
