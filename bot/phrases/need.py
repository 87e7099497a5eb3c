"""The argument of 录入: 「巴特尔·孟和 13800001111 房抵50万」, in any order.

Rules, decided once:
- The name is the first word that is nothing else (phone, product, amount, region, channel); words after `姓名` win.
  What is parted by a space and one name all the same, and what only leads over to it: see `entry_names.py`.
- A short district name in the first place (赛罕) may be a person: if nothing else can be the name it is, else it is
  asked about. With its suffix (赛罕区), or later in the line, it is the region.
- A product bought with collateral wins over its purpose (「房抵经营贷」 is `house`); 「抵押」 alone is a house, as
  people here mean it. Words that say more or less than the product (「二抵」, 「抵押贷款」) stand in the note too. Two
  products that exclude each other, two phones, two amounts are asked about.
- Two regions of which neither lies in the other are asked about.
- Amounts: see `amounts.py`. What is not understood (「房抵50」: 50 what?) stays in the note, and is `unread`.
- The language (「蒙语」「汉语」) is a word of its own; of a customer who speaks both it is a note.
- Passwords, CVV and codes are refused before anything else is read, and the refusal does not repeat them.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.phrases.amounts import Amount, amounts_in, perhaps_amounts
from bot.phrases.entry_names import tidy_name
from bot.phrases.entry_numbers import CUT, Rest, take_credit_code, take_id_number, take_phone
from bot.phrases.entry_problems import Problem, problem
from bot.phrases.languages import language_of
from bot.phrases.numbers import folded
from bot.phrases.products import SYNONYMS, channel_of, product_of, says_it_all
from core.privacy.normal import normal_name
from core.regions import Region, find_region, within

NAME_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A lead as it was typed. `product` is `house`, `car`, `credit` or `business`; `amount_fen` in fen; `note` is
    everything that is none of the other fields, in its order. `loose` are the words of an amount that says more or
    less than `amount_fen` (「20-30万」), `called` those of a product that do (「二抵」); they stand in the note, as do
    those that are `unread`: perhaps an amount, where none was understood. `beside_name` stands behind the name, and in
    the note, and may belong to the name."""

    name: str
    phone: str
    product: str | None = None
    amount_fen: int | None = None
    region_code: str | None = None
    channel: str | None = None
    note: str = ""
    id_number: str | None = None
    credit_code: str | None = None
    language: str | None = None
    loose: str = ""
    called: str = ""
    unread: tuple[str, ...] = ()
    beside_name: str = ""


_SPLIT = re.compile(rf"[\s,、;|。(){CUT}]+")
_NO_NAME = re.compile("(?:很?急|加急|急用钱?|着急用?钱?|高?意向强?高?|有意向|新客户?|有房|有车|本地|外地|您好|你好)$")
_LABEL = re.compile(
    "^(?:(?:姓名|名字):?|客户:?(?=.)|(?:手机号?|电话|客户|需求|产品|金额|地区|渠道|来源|备注|语言|身份证号?)(?::|$))"
)
_NAME_LABELS = ("姓名", "名字")
_REGION_ENDS = ("区", "旗", "县", "市", "盟")
_HAN = re.compile("[\u3400-\u9fff]")
_THOUSANDS = re.compile(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_ONLY_SIGNS = re.compile(r"[-+—–~.·_=/:!?¥]+")
# Beside an amount that was understood these say nothing more: 「想贷60万左右」.
_ABOUT_AMOUNT = re.compile(
    "(?:我|客户)?(?:想|要|想要|打算|准备)?(?:用|拿|把|做|办|贷|借|贷款|借款|申请|需要|需|周转)?(?:款)?[个点]?"
)
_DOT_SPACES = re.compile(" *([·•・‧]) *")


def tight_names(text: str) -> str:
    """`text` without the spaces that people type around the dot of a name: 「巴特尔 · 孟和」 -> 「巴特尔·孟和」."""
    return _DOT_SPACES.sub(r"\1", text)


def read_entry(text: str) -> Entry | Problem:
    """Name, phone, product, amount, region, channel and note in `text`, or the one thing that is wrong with it.

    Total: any text gives one of the two. See the module for the rules.
    """
    plain = folded(text)
    narrow = _THOUSANDS.sub(lambda found: found.group().replace(",", ""), plain)
    rest = Rest(tight_names(narrow))
    credit_code = take_credit_code(rest)
    if isinstance(credit_code, Problem):
        return credit_code
    id_number = take_id_number(rest)
    if isinstance(id_number, Problem):
        return id_number
    phone = take_phone(rest)
    if isinstance(phone, Problem):
        return phone
    product, called = _take_product(rest)
    if isinstance(product, Problem):
        return product
    amount = _take_amount(rest)
    if isinstance(amount, Problem):
        return amount
    tidied = tidy_name(rest.text, _NAME_LABELS, _without_label, _is_no_name)
    words = [word for word in _SPLIT.split(tidied.text) if word]
    region = _take_region(words)
    if isinstance(region, Problem):
        return region
    channel = _take_channel(words)
    language, both = _take_language(words)
    name = _take_name(words)
    if isinstance(name, Problem):
        return name
    noted = [word for label in words if not _ONLY_SIGNS.fullmatch(word := _without_label(label))]
    if amount:
        noted = [word for word in noted if not _ABOUT_AMOUNT.fullmatch(word)]
    notes = [called, amount.words if amount else "", *noted, *both]
    return Entry(
        name=name,
        phone=phone,
        product=product,
        amount_fen=amount.fen if amount else None,
        region_code=region.code if region else None,
        channel=channel,
        note=" ".join(filter(None, notes)),
        id_number=id_number,
        credit_code=credit_code,
        language=language,
        loose=amount.words if amount else "",
        called=called,
        beside_name=tidied.doubtful,
        unread=() if amount else perhaps_amounts(noted),
    )


def _take_product(rest: Rest) -> tuple[str | Problem | None, str]:
    """The product, and the words for it that say more or less than it is (see `says_it_all`), in their order."""
    keys: set[str] = set()
    said: list[tuple[str, str]] = []
    for key, pattern in SYNONYMS.items():
        while found := pattern.search(rest.text):
            said.append((key, found.group()))
            rest.take(*found.span())
            keys.add(key)
    if not keys:
        return None, ""
    product = product_of(keys)
    called = [word for key, word in said if key != product or not says_it_all(key, word)]
    return product or problem("two_products"), " ".join(dict.fromkeys(called))


def _take_amount(rest: Rest) -> Amount | Problem | None:
    amounts = list(amounts_in(rest.text))
    wrong = next((amount for amount in amounts if amount.fen is None), None)
    if wrong:
        said = rest.text[wrong.start : wrong.end].strip()
        return problem("currency" if wrong.foreign else "amount", said=said)
    if len({amount.fen for amount in amounts}) > 1:
        return problem("two_amounts")
    for amount in reversed(amounts):
        rest.take(amount.start, amount.end)
    return amounts[0] if amounts else None


def _take_region(words: list[str]) -> Region | Problem | None:
    """The region that the longest run of neighbouring words names; the run leaves the list."""
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            region = None if run[0].startswith(_NAME_LABELS) else find_region("".join(map(_without_label, run)))
            if region is None or run[0].isdigit() or (start and words[start - 1].rstrip(":") in _NAME_LABELS):
                continue
            others = words[:start] + words[start + length :]
            maybe_person = length == 1 and not start and not region.is_city and not run[0].endswith(_REGION_ENDS)
            if maybe_person and not any(map(_could_be_name, others)):
                continue
            if maybe_person and not any(word.startswith(_NAME_LABELS) for word in others):
                return problem("name_or_region")
            other = _other_region(region, others)
            if other:
                return problem("two_regions", said=f"{' '.join(run)}、{other}")
            del words[start : start + length]
            return region
    return None


def _other_region(region: Region, others: list[str]) -> str | None:
    """Another region among the words, which neither lies in `region` nor it in that one; None if it may be the name."""
    for index, word in enumerate(others):
        other = find_region(_without_label(word)) if not word.isdigit() else None
        if other is None or word.startswith(_NAME_LABELS) or (index and others[index - 1].rstrip(":") in _NAME_LABELS):
            continue
        if within(other.code, region.code) or within(region.code, other.code):
            continue
        if any(map(_could_be_name, others[:index] + others[index + 1 :])):
            return word
    return None


def _take_channel(words: list[str]) -> str | None:
    for index, word in enumerate(words):
        channel = channel_of(_without_label(word))
        if channel:
            del words[index]
            return channel
    return None


def _take_language(words: list[str]) -> tuple[str | None, list[str]]:
    """What the customer wants to speak, its words removed from `words`; who speaks both asks for none, and the words
    are given back for the note."""
    said = [word for word in words if language_of(_without_label(word))]
    words[:] = [word for word in words if word not in said]
    wanted = {language_of(_without_label(word)) for word in said}
    language = wanted.pop() if len(wanted) == 1 else None
    return (language.value if language else None), ([] if language else said)


def _take_name(words: list[str]) -> str | Problem:
    """The name, removed from `words`."""
    named = [index for index, word in enumerate(words) if _without_label(word) and not _is_number(_without_label(word))]
    labels = [index for index, word in enumerate(words) if word.startswith(_NAME_LABELS)]
    if labels:
        named = [index for index in named if index >= labels[0]]
    first = next((index for index in named if not _NO_NAME.match(words[index])), None)
    if first is None:
        return problem("no_name")
    last = first + 1
    if not _HAN.search(words[first]):  # 「Bat Erdene」 and names in Mongolian script are written with spaces
        while last < len(words) and _could_be_name(words[last]) and not _HAN.search(words[last]):
            last += 1
    name = normal_name(" ".join(_without_label(word) for word in words[first:last]))
    if not is_name(name):
        return problem("bad_name")
    if len(name) > NAME_LENGTH:
        return problem("long_name", NAME_LENGTH)
    del words[first:last]
    return name


def _without_label(word: str) -> str:
    return _LABEL.sub("", word)


def _is_number(word: str) -> bool:
    return word.replace(".", "").isdigit()


def _could_be_name(word: str) -> bool:
    return not _NO_NAME.match(word) and is_name(normal_name(_without_label(word)))


def _is_no_name(word: str) -> bool:
    """What stands for something else, wherever it stands before the name."""
    bare = _without_label(word)
    other = find_region(bare) or channel_of(bare) or language_of(bare)
    return other is not None or not _could_be_name(word)


def is_name(name: str) -> bool:
    """Letters and their marks, `·` and spaces, at least one letter. All else (digits, <, ;, *) is refused."""
    return any(char.isalpha() for char in name) and all(_may_stand_in_name(char) for char in name)


def _may_stand_in_name(char: str) -> bool:
    return char in " ·" or char.isalpha() or unicodedata.category(char) in ("Mn", "Mc")
