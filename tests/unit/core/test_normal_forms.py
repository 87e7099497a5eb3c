"""One spelling for a phone, an ID number, a name: what people type, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from core.privacy import normal_id_number, normal_name, normal_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800001111",
        " 138 0000 1111 ",
        "138-0000-1111",
        "+86 138-0000-1111",
        "+8613800001111",
        "0086 13800001111",
        "86 13800001111",
        "8613800001111",
        "(+86)138 0000 1111",
        "（138）0000—1111",
        "１３８００００１１１１",
        "＋８６１３８００００１１１１",
        "138\u00a00000\u00a01111",
        "138–0000–1111",
        "138‐0000‐1111",
        "138−0000−1111",
        "\u202d138 0000 1111\u202c",  # as it is copied out of an iPhone's contacts
        "\u2066+86 138 0000 1111\u2069",
        "138\u200b0000\u200b1111",
        "\ufeff13800001111",
    ],
)
def test_one_phone_in_many_spellings(typed: str) -> None:
    assert normal_phone(typed) == "13800001111"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1380000111",
        "138000011112",
        "10086",
        "12345678901",
        "04711234567",
        "+1 415 555 2671",
        "+852 5123 4567",
        "138O0001111",
        "十三八",
        "13800001111 13800002222",
        "138.0000.1111.",
        "²3800001111",
        "1380000111١",
    ],
)
def test_what_is_no_mainland_mobile(typed: str) -> None:
    assert normal_phone(typed) is None


def id_of(place: str, birth: str, serial: str = "123") -> str:
    """An ID number with the right check digit."""
    plain = f"{place}{birth}{serial}"
    return plain + str(ric.calc_check_digit(plain + "0"))


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("150102", "新城区 of Hohhot, as it is today"),
        ("150121", "土默特左旗"),
        ("152101", "the old 海拉尔市, renumbered to 150702 in 2001"),
        ("152601", "the old 集宁市, now 150902"),
        ("110104", "宣武区 of Beijing, merged in 2010"),
        ("150299", "a place no list has: the number's own year decides, not ours"),
    ],
)
def test_id_numbers_of_renumbered_districts_are_true(place: str, why: str) -> None:
    number = id_of(place, "19900101")
    assert normal_id_number(number) == number, why


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("150102199001011230", "150102199001011230"),
        (" 150102 19900101 1230 ", "150102199001011230"),
        ("１５０１０２１９９００１０１１２３０", "150102199001011230"),
        ("\u202d150102199001011230\u202c", "150102199001011230"),
        (id_of("150102", "19900101", "001").lower(), id_of("150102", "19900101", "001")),
        (id_of("150102", "20000229"), id_of("150102", "20000229")),
    ],
)
def test_id_numbers_as_they_are_typed(typed: str, normal: str) -> None:
    assert normal_id_number(typed) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "150102199001011231",  # wrong check digit
        "15010219900101123",
        "1501021990010112300",
        "150102900101123",  # 15 digits, out of use since 2013
        id_of("150102", "19901301"),
        id_of("150102", "19900230"),
        id_of("150102", "20010229"),
        "X50102199001011230",
        "15010219900101123x0",
        "身份证号一五零一零二一九九零零一零一",
    ],
)
def test_what_is_no_id_number(typed: str) -> None:
    assert normal_id_number(typed) is None


def test_x_is_a_check_digit_in_either_case() -> None:
    number = next(n for serial in range(1000) if (n := id_of("150102", "19900101", f"{serial:03}")).endswith("X"))
    assert normal_id_number(number.lower()) == normal_id_number(number) == number
    assert normal_id_number(number[:-1] + "Ｘ") == number


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("王小明", "王小明"),
        ("  王  小明 ", "王 小明"),
        ("王\u3000小明", "王 小明"),
        ("Ｊｏｈｎ", "John"),
        *((f"巴特尔{dot}孟和", "巴特尔·孟和") for dot in "·•・‧●．.･∙⋅\u0387"),
        ("巴特尔 · 孟和", "巴特尔·孟和"),
        ("巴特尔··孟和", "巴特尔·孟和"),
        ("·巴特尔·", "巴特尔"),
        ("王\u202e小\u202c明", "王小明"),
        ("王\u200b小\u200d明\ufeff", "王小明"),
        ("王\n小明\x00", "王 小明"),
        ("a\u200d\u0301", "á"),  # composed although something invisible stood between
        ("·", ""),
        (" · ", ""),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_names(typed: str, normal: str) -> None:
    assert normal_name(typed) == normal


@given(st.text())
def test_a_normal_form_stays_as_it_is(text: str) -> None:
    """Else a name that is entered and one that is searched would have two blind indexes."""
    name = normal_name(text)
    assert normal_name(name) == name
    phone, number = normal_phone(text), normal_id_number(text)
    assert phone is None or normal_phone(phone) == phone
    assert number is None or normal_id_number(number) == number


@given(
    st.lists(
        st.sampled_from(["巴", " ", "·", ".", "\u200b", "\u0301", "a", "\n", "\u00ad", "ﬁ", "･", "…"]), max_size=12
    )
)
def test_a_name_of_odd_pieces_stays_as_it_is(pieces: list[str]) -> None:
    name = normal_name("".join(pieces))
    assert normal_name(name) == name
    assert name == name.strip(" ·")
    assert "··" not in name
