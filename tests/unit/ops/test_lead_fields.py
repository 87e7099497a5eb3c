"""The fields of leads that come by file and API: read as 录入 reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.leadfields import FIELDS, default_channel, is_harmless, read_fields
from bot.phrases.never_kept import never_kept
from core.leads.arriving import NewLead
from core.privacy import normal_name, tidy

PHONE = "13947100001"


def read(**given: str) -> NewLead | list[tuple[str, str]]:
    result = read_fields({"name": "刘志强", "phone": PHONE} | given, "文件导入")
    return result if isinstance(result, NewLead) else [(wrong.field, wrong.why) for wrong in result]


UNDERSTOOD = {
    "amount": [
        ("50万", 50_000_000),
        ("５０ｗ", 50_000_000),
        ("500,000", 50_000_000),
        ("500000.00", 50_000_000),
        ("123456", 12_345_600),
        ("三十万", 30_000_000),
        ("3万5", 3_500_000),
        ("", None),
        ("  ", None),
    ],
    "region": [("呼市新城区", "150102"), ("150100", "150100"), ("包头", "150200"), ("内蒙古", None), ("", None)],
    "product": [
        ("房抵", "house"),
        ("CREDIT", "credit"),
        ("房屋抵押贷款", "house"),
        ("企业税贷", "business"),
        ("", None),
    ],
    "channel": [("抖音来的", "抖音"), ("公众号", "微信"), ("合作方 甲", "合作方 甲"), ("", "文件导入")],
    "id_number": [("15220119730519220４", "152201197305192204"), ("", None), (" ", None)],
    "credit_code": [("9115 0100 ma0n 1234 5t", "91150100MA0N12345T"), ("", None), (" ", None)],
    "language": [("蒙语", "mongolian"), ("要说蒙古语", "mongolian"), ("普通话", "chinese"), ("", None), (" ", None)],
    "name": [("巴特尔 • 孟和", "巴特尔·孟和"), ("Bat Erdene", "Bat Erdene"), (" 李 ", "李")],
    "phone": [("+86 139-4710-0001", PHONE), ("008613947100001", PHONE)],
}
_ATTRIBUTE = {"amount": "amount_fen"}


@pytest.mark.parametrize(
    ("field", "text", "value"), [(field, *each) for field, pairs in UNDERSTOOD.items() for each in pairs]
)
def test_what_is_understood(field: str, text: str, value: object) -> None:
    new = read(**{field: text})
    assert isinstance(new, NewLead)
    assert getattr(new, _ATTRIBUTE.get(field, field)) == value


REFUSED = [
    ("name", "", "不能为空"),
    ("name", "张三2", "只能有"),
    ("name", "王" * 31, "最多 30 个字"),
    ("phone", "", "不能为空"),
    ("phone", "0471-123456", "这里有 10 位数字"),
    ("phone", "12345678901", "不是大陆手机号"),
    ("phone", "1.39471E+10", "科学计数法"),
    ("id_number", "152201197305192205", "校验码"),
    ("id_number", "152201197305192000", "Excel"),
    ("id_number", "1.52201E+17", "科学计数法"),
    ("id_number", "91150100MA0N12345T", "信用代码（credit_code）"),
    ("credit_code", "91150100MA0N12345U", "校验码"),
    ("credit_code", "91150100MA0N1234", "这里是 16 位"),
    ("credit_code", "9.11501E+17", "科学计数法"),
    ("credit_code", "152201197305192204", "身份证号（id_number）"),
    ("language", "英语", "不认识「英语」，可以写 蒙语、汉语"),
    ("language", "不会汉语", "不认识「不会汉语」"),
    ("region", "包头新城区", "不认识「包头新城区」"),
    ("region", PHONE, "不认识「139****0001」"),
    ("product", "房抵 车抵", "不止一种产品"),
    ("amount", "50", "没看懂"),
    ("amount", "-50万", "没看懂"),
    ("amount", "50万 80万", "不止一个金额"),
    ("amount", "5万美元", "不是人民币"),
    ("amount", "月入2万", "没看懂"),
    ("channel", "渠" * 31, "最多 30 个字"),
    ("note", "字" * 1001, "最多 1000 个字"),
    ("note", "工资卡号 6222021234567890128", "银行卡号"),
    ("note", "征信验证码 123456", "密码或验证码"),
]


@pytest.mark.parametrize(("field", "text", "why"), REFUSED, ids=lambda value: value[:12])
def test_what_is_refused_and_why(field: str, text: str, why: str) -> None:
    wrong = read(**{field: text})
    assert isinstance(wrong, list)
    assert [each[0] for each in wrong] == [field]
    assert why in wrong[0][1]


def test_words_beyond_what_is_understood_stand_in_the_note() -> None:
    new = read(amount="20-30万", product="房抵 二套", note="急用")
    assert isinstance(new, NewLead)
    assert (new.amount_fen, new.product, new.note) == (30_000_000, "house", "房抵 二套 20-30万 急用")


def test_who_speaks_both_languages_asks_for_none() -> None:
    new = read(language="蒙语、汉语", note="急用")
    assert isinstance(new, NewLead)
    assert (new.language, new.note) == (None, "蒙语、汉语 急用")


def test_a_default_channel_is_a_channel() -> None:
    assert default_channel(" 抖音来的 ") == "抖音"
    for wrong in ("", " ", "渠" * 31):
        with pytest.raises(ValueError, match=r"不能为空|太长"):
            default_channel(wrong)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40)))
def test_any_text_is_read_or_refused(given: dict[str, str]) -> None:
    read = read_fields({"name": "刘志强", "phone": PHONE} | given, "文件导入")
    assert isinstance(read, NewLead) or (read and all(wrong.field in FIELDS and wrong.why for wrong in read))


_NAMES = st.text(st.characters(min_codepoint=0x4DF0, max_codepoint=0xA010) | st.sampled_from("·• 〇"), max_size=8)


@given(_NAMES)
def test_a_plain_name_is_its_normal_form(text: str) -> None:
    new = read(name=text)
    if isinstance(new, NewLead):
        assert new.name == normal_name(text)


_SECRETS = st.sampled_from(
    ["密码", "123456", "验证码", "口令", "6222021234567890128", "卡号", "是", "，", "，有房。", "50万"]
)


@given(st.lists(_SECRETS, max_size=4).map("".join) | st.text(max_size=20))
def test_a_harmless_note_is_tidy_and_tells_nothing(text: str) -> None:
    if is_harmless(text):
        assert (tidy(text), never_kept(text)) == (text, None)
