"""Texts that people wrote (names, notes, reasons), made safe to stand in somebody else's card or message.

Every renderer passes every text through `clean`: a name must not turn the line around, hide characters, start a new
line that looks like ours, or call a function of the platform. Nothing visible is removed.
"""

import re
import unicodedata

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
# Invisible although their category says letter, mark or symbol: grapheme joiner, Hangul and braille blanks.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_ZWJ = "\u200d"
_EMOJI_VARIANT = "\ufe0f"
_MOST_MARKS = 4  # more combining marks on one letter than any script writes are there to paint over other lines
_TRANSLATION = re.compile(r"\$(?=[A-Za-z]+\s*=)")
# Nothing to do: visible ASCII but the dollar, Chinese and its punctuation, one space between words. Most texts are.
_WORD = r"[!-#%-~\u00b7\u2014\u2018-\u201d\u2022\u2026\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]"
_CLEAN = re.compile(rf"{_WORD}+(?: {_WORD}+)*")


def clean(text: str) -> str:
    """`text` on one line without control characters, bidi marks, zero-width and other invisible characters.

    Line breaks and tabs become one space: only a renderer makes new lines, so that a note cannot pretend to be a
    field of ours. The joiner inside emoji (👨‍👩‍👧) stays. `$userName=…$` and its kin, which WeCom would replace by a
    member's name (document 90236), lose their power: the dollar sign becomes `＄`.
    """
    if _CLEAN.fullmatch(text):
        return text
    kept: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        if char in _SPACES:
            kept.append(" ")
        elif char == _ZWJ:
            if kept and _in_emoji(kept[-1]) and _in_emoji(text[index + 1 : index + 2]):
                kept.append(char)
        elif not _invisible(char):
            marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
            if marks <= _MOST_MARKS:
                kept.append(char)
    return _TRANSLATION.sub("＄", re.sub(r" {2,}", " ", "".join(kept)).strip())


def _invisible(char: str) -> bool:
    """True for what is never drawn. Unassigned code points of the emoji planes stay: newer than our tables."""
    category = unicodedata.category(char)
    if category == "Cn":
        return not "\U0001f000" <= char <= "\U0001faff"
    if category in ("Cc", "Cf", "Co", "Cs"):
        return True
    return char in _BLANKS or "\ufe00" <= char < _EMOJI_VARIANT or "\U000e0100" <= char <= "\U000e01ef"


def _in_emoji(char: str) -> bool:
    """True if a joiner may stand beside `char`: a symbol, its variant mark, or a skin tone."""
    return char == _EMOJI_VARIANT or (char != "" and unicodedata.category(char) in ("So", "Sk"))
