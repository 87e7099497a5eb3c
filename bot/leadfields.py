"""The fields of a lead that comes by file or API, read as 录入 reads them, and what is wrong with them.

What is wrong is said by field, so that who sends leads can mend them. No phone or ID number is repeated.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from bot.phrases.amounts import amounts_in
from bot.phrases.languages import language_of
from bot.phrases.need import NAME_LENGTH, is_name
from bot.phrases.never_kept import never_kept
from bot.phrases.numbers import folded
from bot.phrases.products import SYNONYMS, channel_of, product_of
from cards import saying
from core.leads.arriving import NewLead
from core.leads.assignment_rules import Language
from core.leads.products import PRODUCTS
from core.privacy import (
    mask_numbers,
    normal_credit_code,
    normal_id_number,
    normal_name,
    normal_phone,
    normal_text,
    tidy,
)
from core.regions import find_region

REQUIRED = ("name", "phone")
CHANNEL_LENGTH, NOTE_LENGTH = 30, 1000
_SHOWN = 20
_KNOWN_LANGUAGES = "、".join(saying.language(each) for each in Language)
_PROVINCE = frozenset({"内蒙古", "内蒙古自治区"})  # all our leads are from there: it says no more than nothing
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
# Names and notes as most are: nothing in them has another normal form, and nothing tells a secret. They need not be
# looked through character by character, which takes most of the time that a line takes.
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{1,10}(?:·[\u4e00-\u9fff]{1,10})?")
_HARMLESS = re.compile(r"[\u4e00-\u9fff，。、；：！？（）%.0-9]*")
_SECRET_SIGNS = re.compile("[码令]|(?:[0-9][^0-9]*){12}")
_BY_EXCEL = "被 Excel 改成了科学计数法，请把这一列设为文本再重新填写"
_BETWEEN = re.compile(r"[\s、,，/和及]+")
_BARE_YUAN = re.compile(r"[0-9]{5,}(?:\.0+)?")  # as 录入, from 10,000 on: 「50」 may be 50 yuan or 500,000


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field, in Chinese."""

    field: str
    why: str


def read_fields(given: Mapping[str, str], channel: str) -> NewLead | list[Wrong]:
    """The lead, or everything that is wrong. A field that is not there is as an empty one; `channel` is where the lead
    comes from if it does not say. What a field says beyond what is understood goes into the note."""
    value: dict[str, Any] = {}
    wrong, words = [], []
    for field, reader in _READERS.items():
        read = reader(given.get(field, ""))
        if isinstance(read, _Why):
            wrong.append(Wrong(field, read.text))
            continue
        value[field] = read.value
        if read.words:
            words.append(read.words)
    if wrong:
        return wrong
    note = value["note"]
    return NewLead(
        name=value["name"],
        phone=value["phone"],
        channel=value["channel"] or channel,
        id_number=value["id_number"],
        product=value["product"],
        amount_fen=value["amount"],
        region=value["region"],
        note=" ".join([*words, note] if note else words),
        credit_code=value["credit_code"],
        language=value["language"],
    )


class _Why(NamedTuple):
    text: str


class _Read(NamedTuple):
    """The value (None: the field is empty), and the field's words where they say more than it."""

    value: Any = None
    words: str = ""


def _name(text: str) -> _Read | _Why:
    if _PLAIN_NAME.fullmatch(text):
        return _Read(text)
    name = normal_name(text)
    if not name:
        return _Why("不能为空")
    if len(name) > NAME_LENGTH:
        return _Why(f"太长，最多 {NAME_LENGTH} 个字")
    return _Read(name) if is_name(name) else _Why("只能有文字、空格和「·」")


def _phone(text: str) -> _Read | _Why:
    if phone := normal_phone(text):
        return _Read(phone)
    plain = normal_text(text)
    if not plain:
        return _Why("不能为空")
    if _SCIENTIFIC.fullmatch(plain):
        return _Why(_BY_EXCEL)
    digits = sum(char.isdigit() for char in plain)
    return _Why("不是大陆手机号" if digits == 11 else f"应是 11 位手机号，这里有 {digits} 位数字")


def _id_number(text: str) -> _Read | _Why:
    if not text:
        return _Read()
    if number := normal_id_number(text):
        return _Read(number)
    plain = normal_text(text)
    if not plain:
        return _Read()
    if _SCIENTIFIC.fullmatch(plain):
        return _Why(_BY_EXCEL)
    if normal_credit_code(text):
        return _Why("里是统一社会信用代码，请写到 信用代码（credit_code）")
    if len(plain) != 18:
        return _Why(f"应是 18 位，这里是 {len(plain)} 位")
    lost = "；末尾是 000 的，多半被 Excel 截断了，请把这一列设为文本再重新填写" if plain.endswith("000") else ""
    return _Why(f"出生日期或末位的校验码对不上{lost}")


def _credit_code(text: str) -> _Read | _Why:
    if not text:
        return _Read()
    if code := normal_credit_code(text):
        return _Read(code)
    plain = normal_text(text)
    if not plain:
        return _Read()
    if _SCIENTIFIC.fullmatch(plain):
        return _Why(_BY_EXCEL)
    if normal_id_number(text):
        return _Why("里是身份证号，请写到 身份证号（id_number）")
    count = sum(char.isalnum() for char in plain)
    return _Why(f"应是 18 位，这里是 {count} 位" if count != 18 else "末位的校验码对不上，请对照营业执照")


@lru_cache(4096)
def _language(text: str) -> _Read | _Why:
    """What the customer wants to speak; who speaks several asks for none, and that is a note."""
    plain = folded(text)
    said = [language_of(word) or Language.__members__.get(word.upper()) for word in _BETWEEN.split(plain) if word]
    if not said:
        return _Read()
    if None in said:
        return _Why(f"不认识{_quoted(plain)}，可以写 {_KNOWN_LANGUAGES}")
    return _Read(str(said[0])) if len(set(said)) == 1 else _Read(words=plain)


@lru_cache(4096)
def _channel(text: str) -> _Read | _Why:
    """The channel under the name that 录入 knows it by, or as it is written."""
    plain = normal_text(text)
    if len(plain) > CHANNEL_LENGTH:
        return _Why(f"太长，最多 {CHANNEL_LENGTH} 个字")
    return _Read(channel_of(plain) or plain)


@lru_cache(4096)
def _region(text: str) -> _Read | _Why:
    plain = normal_text(text)
    if not plain or plain in _PROVINCE:
        return _Read()
    found = find_region(plain)
    return (
        _Read(found.code)
        if found
        else _Why(f"不认识{_quoted(plain)}，请写内蒙古的盟市或旗县区，有重名的把盟市写在前面")
    )


@lru_cache(4096)
def _product(text: str) -> _Read | _Why:
    plain = folded(text)
    if not plain or plain.casefold() in PRODUCTS:
        return _Read(plain.casefold() or None)
    keys, rest = set[str](), plain
    for key, pattern in SYNONYMS.items():
        rest, times = pattern.subn(" ", rest)
        keys |= {key} if times else set()
    known = "、".join(PRODUCTS.values())
    if not keys:
        return _Why(f"不认识{_quoted(plain)}，可以写 {known}")
    product = product_of(keys)
    return _Read(product, plain if rest.strip() else "") if product else _Why(f"写了不止一种产品，请只留一种：{known}")


@lru_cache(4096)
def _amount(text: str) -> _Read | _Why:
    plain = folded(text).replace(",", "")
    if not plain:
        return _Read()
    if _BARE_YUAN.fullmatch(plain):
        plain = f"{plain.partition('.')[0]}元"
    amounts = list(amounts_in(plain))
    if any(amount.foreign for amount in amounts):
        return _Why(f"{_quoted(plain)}不是人民币")
    if len({amount.fen for amount in amounts}) > 1:
        return _Why("写了不止一个金额，请只留想贷的")
    if not amounts or amounts[0].fen is None:
        return _Why(f"没看懂{_quoted(plain)}，请写成 50万 或 500000 这样")
    only = amounts[0]
    more = len(amounts) > 1 or (plain[: only.start] + plain[only.end :]).strip()
    return _Read(only.fen, plain if more else only.words)


def _note(text: str) -> _Read | _Why:
    harmless = is_harmless(text)
    plain = text if harmless else tidy(text)
    if len(plain) > NOTE_LENGTH:
        return _Why(f"太长，最多 {NOTE_LENGTH} 个字，这里有 {len(plain)} 个")
    kind = None if harmless else never_kept(plain)
    if kind is not None:
        return _Why(f"里像有{'银行卡号' if kind == 'bank_card' else '密码或验证码'}，不能保存，请去掉")
    return _Read(plain)


def is_harmless(note: str) -> bool:
    """True if the note is tidy as it is and certainly holds no password and no bank card number: all words for the one
    have a 码 or 令 in them or are not Chinese, and the other has at least 12 digits."""
    return _HARMLESS.fullmatch(note) is not None and _SECRET_SIGNS.search(note) is None


def _quoted(text: str) -> str:
    return f"「{mask_numbers(text)[:_SHOWN]}」"


_READERS: dict[str, Callable[[str], _Read | _Why]] = {
    "name": _name,
    "phone": _phone,
    "id_number": _id_number,
    "credit_code": _credit_code,
    "channel": _channel,
    "region": _region,
    "product": _product,
    "amount": _amount,
    "language": _language,
    "note": _note,
}
FIELDS = tuple(_READERS)


def default_channel(text: str) -> str:
    """The channel as it is stored, for what does not say where it comes from.

    Raises:
        ValueError: it is none; the text says why.
    """
    read = _channel(text)
    if isinstance(read, _Why) or not read.value:
        raise ValueError(read.text if isinstance(read, _Why) else "不能为空")
    return str(read.value)
