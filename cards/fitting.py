"""Fitting texts to a length without breaking a character: cutting with `…`, and splitting into parts."""

import re
import unicodedata
from collections.abc import Callable, Iterator

ELLIPSIS = "…"
MESSAGE_BYTES = 2048  # one text message of WeCom; more is cut there without an error


def width(text: str) -> int:
    """The length in 字. Every code point counts one, Latin letters and digits too: WeCom does not say that they count
    half, and an emoji of several code points is better counted too long than too short."""
    return len(text)


def byte_length(text: str) -> int:
    """The length in bytes of UTF-8. Total: half a surrogate pair counts as the three bytes it would take."""
    return len(text.encode("utf-8", "surrogatepass"))


def clusters(text: str) -> Iterator[str]:
    """The text as characters a person sees: a letter with its marks, a whole emoji, a flag. Joined they are `text`.

    A simple form of Unicode's rule (UAX 29): enough for Chinese, Mongolian, Latin and emoji.
    """
    start, flags = 0, 0
    for index in range(1, len(text)):
        before, char = text[index - 1], text[index]
        flags = flags + 1 if _flag(before) else 0
        if not (_extends(char) or _joined(before, char) or (_flag(char) and flags % 2)):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _extends(char: str) -> bool:
    """True for what belongs to the character before it: marks, joiners, skin tones, tags of flags, Hangul vowels."""
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or "\u1160" <= char <= "\u11ff"
    )


def _joined(before: str, char: str) -> bool:
    """True if no break may stand between the two: `\\r\\n`, an emoji joined to the next, halves of a surrogate pair."""
    if before == "\u200d":
        return unicodedata.category(char) in ("So", "Cn")
    return (before == "\r" and char == "\n") or ("\ud800" <= before <= "\udbff" and "\udc00" <= char <= "\udfff")


def cut(text: str, maximum: int) -> str:
    """`text` in at most `maximum` 字: unchanged if it fits, else whole characters and `…`."""
    return _cut(text, maximum, width)


def cut_bytes(text: str, maximum: int) -> str:
    """`text` in at most `maximum` bytes of UTF-8: unchanged if it fits, else whole characters and `…` (3 bytes)."""
    return _cut(text, maximum, byte_length)


def _cut(text: str, maximum: int, measure: Callable[[str], int]) -> str:
    if measure(text) <= maximum:
        return text
    room = maximum - measure(ELLIPSIS)
    if room < 0:
        return ""
    return _whole(text, room, measure).rstrip() + ELLIPSIS


def _whole(text: str, room: int, measure: Callable[[str], int]) -> str:
    """The longest beginning of `text` that is made of whole characters and fits into `room`."""
    used = end = 0
    for cluster in clusters(text):
        used += measure(cluster)
        if used > room:
            break
        end += len(cluster)
    return text[:end]


def cut_evenly(lines: list[str], maximum: int) -> list[str]:
    """Lines that joined by line breaks have at most `maximum` 字. Short lines stay whole, long ones share the rest
    evenly, so that every line keeps its beginning.

    Raises:
        ValueError: there are so many lines that they cannot have one 字 each.
    """
    room = maximum - max(len(lines) - 1, 0)
    if room < len(lines):
        raise ValueError(f"{len(lines)} lines do not fit into {maximum} characters")
    return [cut(line, share) for line, share in zip(lines, _shares([*map(width, lines)], room), strict=True)]


def cut_evenly_bytes(lines: list[str], maximum: int) -> list[str]:
    """The same of lines that have at most `maximum` bytes of UTF-8 together; what joins them is not counted.

    Raises:
        ValueError: there are so many lines that they cannot have one character each.
    """
    if maximum < len(lines) * 4:
        raise ValueError(f"{len(lines)} lines do not fit into {maximum} bytes")
    return [
        cut_bytes(line, share) for line, share in zip(lines, _shares([*map(byte_length, lines)], maximum), strict=True)
    ]


def _shares(lengths: list[int], room: int) -> list[int]:
    """How much of `room` each may have: what it needs, if that is less than an even share of what is left."""
    shares = [0] * len(lengths)
    order = sorted(range(len(lengths)), key=lambda index: lengths[index])
    for position, index in enumerate(order):
        shares[index] = min(lengths[index], room // (len(lengths) - position))
        room -= shares[index]
    return shares


def split_bytes(text: str, maximum: int = MESSAGE_BYTES) -> list[str]:
    """`text` in parts of at most `maximum` bytes of UTF-8, to be sent one after the other; joined they are `text`.

    Parts end at line ends where possible, else between whole characters. Only a single character longer than
    `maximum` (a letter under hundreds of marks) is split between its code points.

    Raises:
        ValueError: `maximum` is less than one code point may take (4 bytes).
    """
    if maximum < 4:
        raise ValueError("a part must be able to hold a character")
    parts: list[str] = []
    current, used = "", 0
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        for index, piece in enumerate(_pieces(line, maximum)):
            size = byte_length(piece)
            # A line that needs several parts begins a new one, so that the part before ends at a line end.
            starts_long = index == 0 and size < byte_length(line)
            if current and (starts_long or used + size > maximum):
                parts.append(current)
                current, used = "", 0
            current, used = current + piece, used + size
    return [*parts, current] if current else parts


def _pieces(line: str, maximum: int) -> Iterator[str]:
    """The line if it fits, else its whole characters; one that does not fit by itself comes in code points."""
    if byte_length(line) <= maximum:
        yield line
        return
    for cluster in clusters(line):
        if byte_length(cluster) <= maximum:
            yield cluster
        else:
            yield from cluster
