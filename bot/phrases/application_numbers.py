"""The number of an application as people type it, first in what they say: `A203`, `a 203`, `Ａ203`, `203`."""

import re

from bot.phrases.asked_task import UNIT
from bot.phrases.numbers import folded

_NUMBER = rf"(?:[Aa]\s?|(?!\s?[0-9]+(?:{UNIT})))\s?0{{0,8}}([1-9][0-9]{{0,8}})(?![0-9])"
ONE_APPLICATION = re.compile(_NUMBER)
APPLICATION_AND_TEXT = re.compile(rf"{_NUMBER}.*", re.DOTALL)
MAYBE_APPLICATION_AND_TEXT = re.compile(rf"(?:{_NUMBER}.*)?", re.DOTALL)
_FIRST = re.compile(rf"{_NUMBER}[\s,，:：、。]*(.*)", re.DOTALL)


def split_application(text: str) -> tuple[int, str] | None:
    """What begins with the number of an application as the number and the rest; None if it does not."""
    found = _FIRST.fullmatch(folded(text))
    return (int(found[1]), found[2].strip()) if found else None
