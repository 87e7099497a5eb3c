"""Which department a word means: by its path (呼和浩特/一部, 呼和浩特一部) or its own name (一部)."""

import re
from collections.abc import Sequence

_PARTED = re.compile(r"[/\s\\-]+")


def called(word: str, paths: Sequence[str]) -> list[str]:
    """Those of the paths that the word may mean; one that it names in full stands for itself alone."""
    said = _PARTED.sub("", word)
    whole = [path for path in paths if said == _PARTED.sub("", path)]
    return whole or [path for path in paths if said == path.rpartition("/")[2]]


def begun_with(text: str, paths: Sequence[str]) -> tuple[str, int] | None:
    """The department whose name `text` begins with, the longest name first, and where that ends; None if there is none,
    or several are called so."""
    forms: dict[str, list[str]] = {}
    for path in paths:
        for form in {path, _PARTED.sub("", path), path.rpartition("/")[2]}:
            forms.setdefault(form, []).append(path)
    named = max((form for form in forms if text.startswith(form)), key=len, default="")
    found = called(named, paths) if named else []
    return (found[0], len(named)) if len(found) == 1 else None
