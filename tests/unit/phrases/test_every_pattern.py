"""No message can keep a pattern busy: a long row of any of its own words is read in one way, and at once."""

import importlib
import pkgutil
import re
from time import thread_time

import pytest

import bot.phrases

NAMES = [f"bot.phrases.{each.name}" for each in pkgutil.iter_modules(bot.phrases.__path__)]
OTHERS = ["bot.grammar", "bot.routing", "bot.suggestions", "bot.handlers.approving", "bot.handlers.colleagues"]
ROW = 24  # of one word: doubling with each it would take minutes, else less than a millisecond
MOST = 0.5  # seconds of the processor


SHORT = {"_ONLY_KIND": 16}
"""Those that are asked of no more than so many characters."""


def patterns(name: str) -> dict[str, re.Pattern[str]]:
    return {key: each for key, each in vars(importlib.import_module(name)).items() if isinstance(each, re.Pattern)}


def words_of(pattern: re.Pattern[str]) -> list[str]:
    """What stands in it, word by word and sign by sign, and some that stand in many."""
    han = re.findall(r"[\u4e00-\u9fff]{1,3}", pattern.pattern)
    return sorted({*han, *"".join(han), "1", "1 ", "1.", "1-", "1,", " ", ",", "a", "、", "好的", "哎呀"})


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_it_reads_a_long_row_at_once(name: str) -> None:
    for key, pattern in patterns(name).items():
        for word in words_of(pattern):
            row = (word * ROW)[: SHORT.get(key)] + "龘"
            before = thread_time()
            pattern.fullmatch(row)
            pattern.search(row)
            assert thread_time() - before < MOST, (key, word)
