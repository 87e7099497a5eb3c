"""Full-width marks where YAML wants half-width ones: what a Chinese keyboard gives, and what looks right on the screen.

YAML takes a full-width mark for content, or stumbles over it a line later. Those that belong to the form of a line are
found here before YAML reads it, told where they stand, and put right in the text that is read on, so that the rest of
the file is checked in the same run. Those around a value are told by whoever reads the value (`unwrapped`, `parted`);
those within one stay: 呼市池（东） is a name like any other.
"""

import re
from dataclasses import dataclass

MARKS = "：，、“”‘’（）【】［］｛｝"
_KEY = r"[A-Za-z_][A-Za-z0-9_-]*"
_INDENT = re.compile(r"[ \t]*\u3000[ \t\u3000]*(?=\S)")
_FIRST = re.compile(r"( *)([－—–＃])(.*)")
_COLON = re.compile(rf"( *(?:- +)?)({_KEY})[ \u3000]*(：|:(?=[^ \t\r]))[ \u3000]*(.*)")
_QUOTED = re.compile("[“”‘’](.*)[“”‘’]")
_BRACKETED = re.compile("[（【［](.*)[）】］]")
_COMMA = re.compile("[，、]")


@dataclass(frozen=True, slots=True)
class Slip:
    """One mark of the wrong width: the kind of mistake in `config.problems`, the key at it or the mark itself, and
    the column."""

    kind: str
    key: str
    column: int


def put_right(line: str) -> tuple[str, list[Slip]]:
    """A line of YAML with half-width marks where its form wants them, and what was put right."""
    slips: list[Slip] = []
    if found := _INDENT.match(line):
        slips.append(Slip("wide_indent", "", found.end()))
        line = found[0].replace("\u3000", "  ") + line[found.end() :]
    if found := _FIRST.fullmatch(line):
        slips.append(Slip("wide_hash" if found[2] == "＃" else "wide_dash", found[2], len(found[1]) + 1))
        line = f"{found[1]}{'#' if found[2] == '＃' else '- '}{found[3].lstrip()}"
    if found := _COLON.fullmatch(line):
        kind = "wide_colon" if found[3] == "：" else "tight_colon"
        slips.append(Slip(kind, found[2], found.start(3) + 1))
        line = f"{found[1]}{found[2]}: {found[4]}"
    return line, slips


def unwrapped(text: str) -> str:
    """The text between the full-width quotes around it; empty if there are none."""
    found = _QUOTED.fullmatch(text)
    return found[1].strip() if found else ""


def parted(text: str) -> list[str]:
    """The items of what was meant as a list, between full-width brackets or with full-width commas; none if it is
    neither."""
    bracketed = _BRACKETED.fullmatch(text)
    inner = bracketed[1] if bracketed else text
    parts = [part.strip() for part in re.split("[，、,]", inner) if part.strip()]
    return parts if bracketed or _COMMA.search(text) else []
