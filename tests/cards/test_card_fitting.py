"""Cutting and splitting texts, and cleaning what people wrote."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.fitting import clusters
from cards.limits import byte_length, cut, cut_bytes, cut_evenly, split_bytes, width
from cards.render.clean import clean

FAMILY, FLAG, THUMB, ACCENT = "👨‍👩‍👧", "🇨🇳", "👍🏽", "e\u0301"
PIECES = ["a", "汉", "·", "\n", " ", FAMILY, FLAG, THUMB, ACCENT, "𠮷", "ᠮᠣ", "\r\n", "한"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=80)
ANY = st.text(st.characters(codec=None, categories=None), max_size=60)  # half surrogate pairs too


@pytest.mark.parametrize(
    ("text", "maximum", "expected"),
    [
        ("巴特尔·孟和", 6, "巴特尔·孟和"),
        ("巴特尔·孟和", 5, "巴特尔·…"),
        ("abcdef", 3, "ab…"),
        (f"好{FAMILY}好", 6, "好…"),
        (f"{FLAG}{FLAG}好", 4, f"{FLAG}…"),
        (f"好{THUMB}", 2, "好…"),
        (f"{ACCENT}bc", 2, "…"),
        ("前 后面", 3, "前…"),
        ("好好", 1, "…"),
        ("好", 0, ""),
        ("", 0, ""),
    ],
)
def test_cut_keeps_whole_characters_and_says_that_it_cut(text: str, maximum: int, expected: str) -> None:
    assert cut(text, maximum) == expected


@pytest.mark.parametrize(
    ("text", "maximum", "expected"),
    [("汉字", 6, "汉字"), ("汉字汉", 8, "汉…"), (f"汉{FAMILY}", 20, "汉…"), ("汉", 2, ""), ("abc", 3, "abc")],
)
def test_cut_bytes_keeps_whole_characters(text: str, maximum: int, expected: str) -> None:
    assert cut_bytes(text, maximum) == expected


@pytest.mark.parametrize("cluster", [FAMILY, FLAG, THUMB, ACCENT, "\r\n", "𠮷", "❤️", "🏴\U000e0067\U000e007f"])
def test_what_a_person_sees_as_one_is_one(cluster: str) -> None:
    assert list(clusters(f"a{cluster}好")) == ["a", cluster, "好"]


def test_flags_in_a_row_are_told_apart() -> None:
    assert list(clusters("🇨🇳🇲🇳🇷🇺")) == ["🇨🇳", "🇲🇳", "🇷🇺"]


@given(TEXTS | ANY, st.integers(0, 60))
def test_a_cut_text_fits_and_ends_at_a_boundary(text: str, maximum: int) -> None:
    for shorten, measure in ((cut, width), (cut_bytes, byte_length)):
        short = shorten(text, maximum)
        assert measure(short) <= maximum
        if short not in (text, ""):
            assert short.endswith("…")
            boundaries = ["".join(list(clusters(text))[:count]).rstrip() for count in range(len(text) + 1)]
            assert short[:-1] in boundaries


@given(TEXTS | ANY, st.integers(4, 120))
@example("汉" * 2000, 64)
def test_split_parts_fit_and_joined_are_the_text(text: str, maximum: int) -> None:
    parts = split_bytes(text, maximum)
    assert "".join(parts) == text
    assert all(0 < byte_length(part) <= maximum for part in parts)


@given(TEXTS, st.integers(40, 120))
def test_split_breaks_at_line_ends_and_never_inside_a_character(text: str, maximum: int) -> None:
    ends, end = set(), 0
    for cluster in clusters(text):
        end += len(cluster)
        ends.add(end)
    position = 0
    for part in split_bytes(text, maximum)[:-1]:
        position += len(part)
        line = text[text.rfind("\n", 0, position) + 1 :].split("\n", 1)[0]
        whole = max((byte_length(cluster) for cluster in clusters(text)), default=0) <= maximum
        assert not whole or position in ends
        assert text[position - 1] == "\n" or byte_length(line) + 1 > maximum


def test_a_long_chinese_text_becomes_messages_of_2048_bytes() -> None:
    text = "\n".join(f"第{number}条：意向强，明天10点面谈。" for number in range(200))
    parts = split_bytes(text)
    assert "".join(parts) == text
    assert all(part.encode().decode() == part and len(part.encode()) <= 2048 for part in parts)
    assert all(part.endswith("\n") for part in parts[:-1])
    assert len(parts) == -(-len(text.encode()) // 2048)


def test_nothing_to_split_is_no_message() -> None:
    assert split_bytes("") == []
    with pytest.raises(ValueError, match="character"):
        split_bytes("a", 3)


def test_lines_are_cut_evenly_and_short_ones_stay() -> None:
    assert cut_evenly(["短", "一二三四五六七八", "一二三四五六七八"], 13) == ["短", "一二三四…", "一二三四…"]
    assert cut_evenly([], 0) == []
    with pytest.raises(ValueError, match="do not fit"):
        cut_evenly(["a"] * 10, 12)


@given(st.lists(st.text("a汉", min_size=1, max_size=200), min_size=1, max_size=20), st.integers(60, 160))
def test_every_line_keeps_its_place(lines: list[str], maximum: int) -> None:
    short = cut_evenly(lines, maximum)
    assert len(short) == len(lines)
    assert width("\n".join(short)) <= maximum
    assert all(
        kept == line or (kept.endswith("…") and line.startswith(kept[:-1]))
        for kept, line in zip(short, lines, strict=True)
    )
    assert short == lines or width("\n".join(short)) >= maximum - len(lines)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("巴特尔·孟和", "巴特尔·孟和"),
        ("\u202e和孟\u2066", "和孟"),
        ("王\u200b小\ufeff明\u2060", "王小明"),
        ("第一行\n状态：已同意\r\n", "第一行 状态：已同意"),
        ("a\u2028b\tc\x00\x1b", "a b c"),
        (FAMILY, FAMILY),
        ("❤️ 🇨🇳 👍🏽", "❤️ 🇨🇳 👍🏽"),
        ("王\u200d明", "王明"),
        ("$userName=boss$", "＄userName=boss$"),
        ("$\u200buserAliasOrName=b$ $departmentName =2$", "＄userAliasOrName=b$ ＄departmentName =2$"),
        ("首付 $500", "首付 $500"),
        ("\ud83d 半个", "半个"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 4),
        ("ㅤ\u2800 ", ""),
        ("'; DROP TABLE lead;-- **粗**", "'; DROP TABLE lead;-- **粗**"),
        ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
    ],
)
def test_what_people_wrote_is_cleaned_and_stays_readable(written: str, shown: str) -> None:
    assert clean(written) == shown


@given(ANY)
def test_clean_text_is_one_encodable_line_and_cleaning_again_changes_nothing(text: str) -> None:
    shown = clean(text)
    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1
    assert clean(shown) == shown
    assert not set(shown) & set("\u200b\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00\n\r")
