"""The argument of 录入: what is understood, and what is said about the rest."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.phrases.amounts import MOST_FEN
from bot.phrases.entry_problems import PROBLEMS, Problem
from bot.phrases.need import NAME_LENGTH, Entry, read_entry
from bot.phrases.products import SYNONYMS
from core.leads.products import PRODUCTS

PHONE = "13800001111"
WAN = 10_000 * 100


def entry(name: str = "王小明", **others: object) -> Entry:
    return Entry(**{"name": name, "phone": PHONE, **others})  # type: ignore[arg-type]


def _both(words: str) -> dict[str, object]:
    return {"note": words, "loose": words}


def _called(words: str) -> dict[str, object]:
    return {"note": words, "called": words}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("巴特尔·孟和 13800001111 房抵50万", entry("巴特尔·孟和", product="house", amount_fen=50 * WAN)),
        ("巴特尔 · 孟和 １３８００００１１１１ 房抵５０万", entry("巴特尔·孟和", product="house", amount_fen=50 * WAN)),
        ("巴特尔•孟和 13800001111", entry("巴特尔·孟和")),
        (
            " 13800001111 王小明 车抵 20w 呼和浩特新城区 抖音",
            entry(product="car", amount_fen=20 * WAN, region_code="150102", channel="抖音"),
        ),
        ("王小明，13800001111，信用贷，50W", entry(product="credit", amount_fen=50 * WAN)),
        ("王小明、13800001111；经营贷", entry(product="business")),
        ("王小明 13800001111 抵押房产，贷60万", entry(product="house", amount_fen=60 * WAN)),
        ("王小明 13800001111 用厂房抵押，想借60万", entry(product="house", amount_fen=60 * WAN, **_called("厂房抵押"))),
        ("王小明 13800001111 抵押车子贷60万", entry(product="car", amount_fen=60 * WAN)),
        ("王小明 13800001111 想贷款", entry(note="想贷款")),
        ("王小明13800001111房抵50万", entry(product="house", amount_fen=50 * WAN)),
        ("房抵50万13800001111王小明", entry(product="house", amount_fen=50 * WAN)),
        ("王小明 +86 138-0000-1111", entry()),
        ("王小明 86 13800001111", entry()),
        ("王小明 138 0000 1111", entry()),
        ("王小明 1380 000 1111", entry()),
        ("王小明 (138)00001111", entry()),
        ("王小明（138）0000-1111", entry()),
        ("王小明 138.0000.1111 房抵50万", entry(product="house", amount_fen=50 * WAN)),
        ("王小明 138/0000/1111", entry()),
        ("王小明 138_0000_1111", entry()),
        ("王小明 １３８。００００。１１１１", entry()),
        ("王小明 138·0000·1111", entry()),
        ("王小明 13800001111 139.5", entry(note="139.5", unread=("139.5",))),
        ("王小明 13800001111 新城区 呼和浩特", entry(region_code="150102", note="呼和浩特")),
        ("王小明 13800001111 呼和浩特 包头有房", entry(region_code="150100", note="包头有房")),
        ("姓名:东胜 13800001111 呼和浩特", entry("东胜", region_code="150100")),
        ("13800001111 王小明 13800001111", entry()),
        ("客户王小明 电话:13800001111", entry()),
        (
            "姓名 王小明 电话 13800001111 需求 房抵50万 备注 急用",
            entry(product="house", amount_fen=50 * WAN, note="急用"),
        ),
        ("急 王小明 13800001111", entry(note="急")),
        ("王小明(女) 13800001111", entry(note="女")),
        ("Bat Erdene 13800001111 房抵", entry("Bat Erdene", product="house")),
        ("ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ 13800001111", entry("ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ")),
        ("张三元 13800001111", entry("张三元")),
        ("王 13800001111", entry("王")),
        # products
        ("王小明 13800001111 抵押", entry(product="house", **_called("抵押"))),
        ("王小明 13800001111 房产抵押贷款100万", entry(product="house", amount_fen=100 * WAN)),
        ("王小明 13800001111 车辆抵押", entry(product="car")),
        ("王小明 13800001111 无抵押贷 10万", entry(product="credit", amount_fen=10 * WAN)),
        ("王小明 13800001111 公积金贷", entry(product="credit", **_called("公积金贷"))),
        ("王小明 13800001111 税贷", entry(product="business", **_called("税贷"))),
        ("王小明 13800001111 房抵经营贷", entry(product="house", **_called("经营贷"))),
        ("王小明 13800001111 信用良好 有信用卡 房抵", entry(product="house", note="信用良好 有信用卡")),
        ("王小明 13800001111 房子有抵押 经营饭店", entry(note="房子有抵押 经营饭店")),
        ("王小明 13800001111 经营三十万", entry(product="business", amount_fen=30 * WAN)),
        ("王小明 13800001111 经营三家店", entry(note="经营三家店")),
        # amounts
        ("王小明 13800001111 五十万", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 一百五十万", entry(amount_fen=150 * WAN)),
        ("王小明 13800001111 要五十万", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 500000元", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 500,000元", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 5000000元", entry(amount_fen=500 * WAN)),
        ("王小明 13800001111 1.5百万", entry(amount_fen=150 * WAN)),
        ("王小明 13800001111 80千", entry(amount_fen=8 * WAN)),
        ("王小明 13800001111 80K", entry(amount_fen=8 * WAN)),
        ("王小明 13800001111 3万5", entry(amount_fen=35_000 * 100)),
        ("王小明 13800001111 三万五千", entry(amount_fen=35_000 * 100)),
        ("王小明 13800001111 50-80万", entry(amount_fen=80 * WAN, note="50-80万", loose="50-80万")),
        ("王小明 13800001111 80-50万", entry(amount_fen=80 * WAN, note="80-50万", loose="80-50万")),
        ("王小明 13800001111 50万到80万", entry(amount_fen=80 * WAN, note="50万到80万", loose="50万到80万")),
        ("王小明 13800001111 5千到1万", entry(amount_fen=1 * WAN, note="5千到1万", loose="5千到1万")),
        (
            "王小明 13800001111 100000-200000",
            entry(amount_fen=20 * WAN, note="100000-200000", loose="100000-200000"),
        ),
        ("王小明 13800001111 50多万", entry(amount_fen=50 * WAN, note="50多万", loose="50多万")),
        ("王小明 13800001111 50万左右", entry(amount_fen=50 * WAN, note="50万左右", loose="50万左右")),
        ("王小明 13800001111 三五十万", entry(amount_fen=50 * WAN, note="三五十万", loose="三五十万")),
        ("王小明 13800001111 房抵三五十万左右", entry(product="house", amount_fen=50 * WAN, **_both("三五十万左右"))),
        ("王小明 13800001111 两三万", entry(amount_fen=3 * WAN, note="两三万", loose="两三万")),
        ("王小明 13800001111 二十五六万", entry(amount_fen=26 * WAN, note="二十五六万", loose="二十五六万")),
        ("王小明 13800001111 1.5个亿", entry(amount_fen=15_000 * WAN)),
        ("王小明 13800001111 半个亿", entry(amount_fen=5_000 * WAN)),
        ("王小明 13800001111 ¥500000", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 50万人民币", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 几十万", entry(note="几十万", unread=("几十万",))),
        ("王小明 13800001111 小五十万", entry(note="小五十万", unread=("小五十万",))),
        ("王小明 13800001111 50萬 急用", entry(note="50萬 急用", unread=("50萬",))),
        ("王小明 13800001111 六位数", entry(note="六位数", unread=("六位数",))),
        ("王小明 13800001111 50多个", entry(note="50多个", unread=("50多个",))),
        ("王小明 13800001111 月入 2万", entry(note="月入 2万")),
        ("王小明 13800001111 5日元旦后 房抵", entry(product="house", note="5日元旦后")),
        ("王小明 13800001111 房抵50", entry(product="house", note="50", unread=("50",))),
        ("王小明 13800001111 房抵 50-80", entry(product="house", note="50-80", unread=("50-80",))),
        ("王小明 13800001111 房抵50 车龄3 20万", entry(product="house", amount_fen=20 * WAN, note="50 车龄3")),
        # numbers alone
        ("王小明 13800001111 500000", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 房抵500000急用", entry(product="house", amount_fen=50 * WAN, note="急用")),
        ("王小明 13800001111 500,000", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 10000", entry(amount_fen=1 * WAN)),
        ("王小明 13800001111 500000 50万", entry(amount_fen=50 * WAN)),
        ("王小明 13800001111 9900", entry(note="9900", unread=("9900",))),
        ("王小明 13800001111 年收入200000 信用", entry(product="credit", note="年收入200000")),
        ("王小明 13800001111 QQ 1000000 20万", entry(amount_fen=20 * WAN, note="QQ 1000000")),
        ("王小明 13800001111 20261200 20万", entry(amount_fen=20 * WAN, note="20261200")),
        ("王小明 13800001111 4967890 20万", entry(amount_fen=20 * WAN, note="4967890")),
        ("王小明 13800001111 010000 20万", entry(amount_fen=20 * WAN, note="010000")),
        # a dash that only separates
        ("王小明 13800001111 房抵 - 50万", entry(product="house", amount_fen=50 * WAN)),
        ("王小明 13800001111 房抵—50万", entry(product="house", amount_fen=50 * WAN)),
        ("王小明 13800001111 50万36期", entry(amount_fen=50 * WAN, note="36期")),
        (
            "王小明 13800001111 月入2万 流水:30万 房抵50万",
            entry(product="house", amount_fen=50 * WAN, note="月入2万 流水:30万"),
        ),
        # regions and channels
        ("王小明 13800001111 呼和浩特 新城区", entry(region_code="150102")),
        ("王小明 13800001111 包头市昆区", entry(region_code="150203")),
        ("王小明 13800001111 呼市", entry(region_code="150100")),
        ("王小明 13800001111 赛罕", entry(region_code="150105")),
        ("赛罕区 王小明 13800001111", entry(region_code="150105")),
        ("赛罕 13800001111 房抵50万", entry("赛罕", product="house", amount_fen=50 * WAN)),
        ("姓名:赛罕 13800001111 新城区", entry("赛罕", region_code="150102")),
        ("王小明 13800001111 抖音来的", entry(channel="抖音")),
        ("老客户介绍 王小明 13800001111", entry(channel="转介绍")),
        ("王小明 13800001111 渠道:地推", entry(channel="地推")),
        # the ID number
        ("王小明 13800001111 110101199003070134", entry(id_number="110101199003070134")),
        ("王小明 11010119900307109x 13800001111", entry(id_number="11010119900307109X")),
        ("王小明 13800001111 身份证：110101-19900307-109x", entry(id_number="11010119900307109X")),
        ("王小明 13800001111 身份证 110101 1990 0307 0134", entry(id_number="110101199003070134")),
        ("王小明 110101/19900307/0134 13800001111", entry(id_number="110101199003070134")),
        ("王小明 110101.1990.03.07.0134 13800001111", entry(id_number="110101199003070134")),
        ("王小明 1101 0119 9003 0701 34 13800001111", entry(id_number="110101199003070134")),
        ("王小明 (0086)13800001111", entry()),
        ("王小明（+86）138-0000-1111", entry()),
        ("王小明 (86) 13800001111", entry()),
        ("王小明 00 86 13800001111", entry()),
        ("王小明 13800001111 忘了密码", entry(note="忘了密码")),
    ],
)
def test_an_entry_is_understood(text: str, expected: Entry) -> None:
    assert read_entry(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "no_phone"),
        ("王小明", "no_phone"),
        ("王小明 房抵50万", "no_phone"),
        ("王小明 138000011112", "phone_length"),
        ("王小明 1380000111", "phone_length"),
        ("王小明 1380000111 50万", "phone_length"),
        ("王小明 138 0000 111", "phone_length"),
        ("王小明 12800001111", "phone_kind"),
        ("王小明 0471-1234567", "landline"),
        ("13800001111 13900001111 王小明", "two_phones"),
        ("13800001111", "no_name"),
        ("13800001111 房抵50万 急", "no_name"),
        ("13800001111 12345", "no_name"),
        ("Robert'); DROP TABLE leads;-- 13800001111", "bad_name"),
        ("**王小明** 13800001111", "bad_name"),
        ("[王小明](http://x) 13800001111", "bad_name"),
        ("<@all> 13800001111", "bad_name"),
        ("王小明2 13800001111", "bad_name"),
        ("😀 13800001111", "bad_name"),
        ("巴特尔" * 11 + " 13800001111", "long_name"),
        ("王小明 13800001111 110101199003070135", "id_number"),
        ("王小明 13800001111 110101-19900307-0135", "id_number"),
        ("王小明 13800001111 身份证号: 1101 0119 9003 0701 35", "id_number"),
        ("王小明 13800001111 110101900307013", "id_length"),
        ("王小明 13800001111 11010119900307013", "id_length"),
        ("王小明 13800001111 6222021234567890123", "bank_card"),
        ("王小明 13800001111 4111 1111 1111 1111", "bank_card"),
        ("王小明 13800001111 车抵20万 10万", "two_amounts"),
        ("王小明 13800001111 百八十万", "amount"),
        ("王小明 13800001111 三两万", "amount"),
        ("王小明 13800001111 二五万", "amount"),
        ("王小明 13800001111 房抵$50000", "currency"),
        ("王小明 13800001111 US$5万", "currency"),
        ("王小明 13800001111 500美元", "currency"),
        ("王小明 13800001111 5-8万美金", "currency"),
        ("王小明 13800001111 三万欧元", "currency"),
        ("王小明 13800001111 5万USD", "currency"),
        ("王小明 13800001111 卢布100000", "currency"),
        ("王小明 13800001111 0万", "amount"),
        ("王小明 13800001111 99999999亿", "amount"),
        ("王小明 13800001111 0.001元", "amount"),
        ("王小明 13800001111 房抵-5万", "amount"),
        ("王小明 13800001111 房抵 -5万", "amount"),
        ("王小明 13800001111 房抵负5万", "amount"),
        ("王小明 13800001111 房抵−50万", "amount"),
        ("王小明 13800001111 -500000", "amount"),
        ("王小明 13800001111 500000 30万", "two_amounts"),
        ("王小明 13800001111 房抵 车抵", "two_products"),
        ("王小明 13800001111 车抵 信用", "two_products"),
        ("赛罕 王小明 13800001111", "name_or_region"),
        ("王小明 13800001111 呼和浩特 包头", "two_regions"),
        ("王小明 呼和浩特 13800001111 包头市青山区", "two_regions"),
        ("王小明 13800001111 赛罕区 房抵50万 东胜区", "two_regions"),
        ("王小明 138.0000.11112", "no_phone"),
    ],
)
def test_what_is_wrong_is_said(text: str, kind: str) -> None:
    problem = read_entry(text)
    assert isinstance(problem, Problem)
    assert problem.kind == kind
    assert problem.text.endswith(("。", "需求", "经营。"))
    assert "{" not in problem.text


def test_the_length_of_a_wrong_phone_is_named() -> None:
    assert read_entry("王小明 138000011112") == Problem(
        "phone_length", "手机号应是 11 位，这里是 12 位，请核对后再发。"
    )


def test_the_words_of_an_amount_that_is_none_are_named() -> None:
    assert read_entry("王小明 13800001111 房抵-5万") == Problem(
        "amount", "金额「-5万」没看懂，请写成「50万」这样再发。"
    )


def test_a_name_of_thirty_characters_is_taken() -> None:
    name = "巴特尔·孟和" * 5
    assert len(name) == NAME_LENGTH
    assert read_entry(f"{name} 13800001111") == entry(name)


def test_what_is_wrong_with_an_id_number_is_true() -> None:
    assert read_entry(f"王小明 {PHONE} 110101199003070135") == Problem(
        "id_number", "身份证号不对：出生日期或末位的校验码对不上，请核对后再发。"
    )
    assert read_entry(f"王小明 {PHONE} 11010119900307013") == Problem(
        "id_length", "身份证号应是 18 位，这里是 17 位，请核对后再发。"
    )


def test_another_currency_is_named() -> None:
    assert read_entry(f"王小明 {PHONE} 房抵$50000") == Problem(
        "currency", "「$50000」不是人民币，请写成「50万」这样的人民币金额再发。"
    )


FRAGMENTS = (
    "王小明 巴特尔·孟和 Bat 赛罕 呼和浩特 新城区 13800001111 +86 138-0000-1111 1380000 房抵 车抵 信用贷 经营 "
    "抵押 50万 20w 五十万 50-80万 3万5 500000元 500000 -5万 负 100000-200000 几十万 月入 密码 "
    "$ 美元 三五十万 1.5个亿 半 个 1234 cvv 110101199003070134 6222021234567890123 "
    "抖音 姓名: 电话 备注 急 ， 、 ( ) · 零 百 千 0 . - ~ < * ' 😀 到 多 "
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*FRAGMENTS.split(), " "]), max_size=12).map("".join))


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.booleans())
def test_any_text_gives_a_sound_entry_or_a_problem(text: str, with_phone: bool) -> None:
    result = read_entry(f"{text} {PHONE}" if with_phone else text)
    if isinstance(result, Problem):
        assert result.kind in PROBLEMS
        return
    assert 1 <= len(result.name) <= NAME_LENGTH
    assert any(char.isalpha() for char in result.name)
    assert len(result.phone) == 11
    assert result.product in (None, "house", "car", "credit", "business")
    assert result.amount_fen is None or 0 < result.amount_fen <= MOST_FEN
    assert result.region_code is None or result.region_code.startswith("15")


@settings(max_examples=60, deadline=None)
@given(st.permutations(["王小明", "13800001111", "房抵50万", "呼和浩特新城区", "抖音"]))
def test_the_order_does_not_matter(parts: list[str]) -> None:
    expected = entry(product="house", amount_fen=50 * WAN, region_code="150102", channel="抖音")
    assert read_entry(" ".join(parts)) == expected


@pytest.mark.parametrize(
    "text", ["一" * 2000, "1" * 2000, "1 " * 1000, "抵押" * 1000, "50万" * 600, "王 " * 1000, "密" * 2000]
)
def test_a_long_text_is_read_within_a_second(text: str) -> None:
    began = time.process_time()  # ours alone: the machine may be busy with something else
    read_entry(f"{text} 13800001111")
    assert time.process_time() - began < 1


def test_every_product_has_the_words_that_people_use_for_it() -> None:
    assert set(SYNONYMS) == set(PRODUCTS)


@pytest.mark.parametrize(("key", "shown"), PRODUCTS.items())
def test_the_word_a_product_is_shown_by_is_understood(key: str, shown: str) -> None:
    assert read_entry(f"王小明 {PHONE} {shown}") == entry(product=key)


LANGUAGES = [
    ("蒙语", "mongolian", ""),
    ("汉语", "chinese", ""),
    ("要说蒙语", "mongolian", ""),
    ("蒙语沟通", "mongolian", ""),
    ("语言：蒙古语", "mongolian", ""),
    ("客户只会说汉话", "chinese", ""),
    ("不会汉语", None, "不会汉语"),
    ("蒙语老师", None, "蒙语老师"),
    ("蒙语 汉语", None, "蒙语 汉语"),
]


@pytest.mark.parametrize(("words", "language", "note"), LANGUAGES)
def test_the_language_is_a_word_of_its_own(words: str, language: str | None, note: str) -> None:
    for text in (f"巴特尔 13800001111 {words}", f"{words} 13800001111 巴特尔" if note != words else ""):
        if text:
            entry = read_entry(text)
            assert isinstance(entry, Entry)
            assert (entry.name, entry.language, entry.note) == ("巴特尔", language, note)
    both = read_entry("蒙语 汉语 巴特尔 13800001111")
    assert isinstance(both, Entry)
    assert (both.name, both.language, both.note) == ("巴特尔", None, "蒙语 汉语")
