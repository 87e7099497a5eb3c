"""Normal forms: the one spelling under which a phone, an ID number or a name is stored, indexed and compared."""

import re
import unicodedata

import phonenumbers
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

# Dots that keyboards and registers put between the parts of a Mongolian or Uyghur name. All become `·` (U+00B7), the
# one that Chinese input methods type.
_DOTS = str.maketrans(dict.fromkeys("•・‧●∙⋅．.", "·"))
_AROUND_DOTS = re.compile(r" ?·[ ·]*")
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Cn")
# GB 32100: who registers (A, N and Y too) and as what, the place, the organisation, a check digit. No I, O, S, V, Z.
_CREDIT_CODE = re.compile("[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
# What is invisible too, and of another category: joiners, fillers, the blank of Braille, and variation selectors.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def normal_phone(text: str) -> str | None:
    """A mainland mobile number as 11 digits, or None if `text` is none: `+86 138-0000-1111` -> `13800001111`."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if not _is_phone_noise(char))
    plain = plain.removeprefix("+86").removeprefix("0086")
    if len(plain) == 13 and plain.startswith("86"):
        plain = plain[2:]
    if not (len(plain) == 11 and plain.isascii() and plain.isdigit()):
        return None
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(plain))
    return plain if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE else None


def _is_phone_noise(char: str) -> bool:
    """What stands between the digits: spaces, tabs, dashes of any kind, brackets, and the direction marks that come
    along when a number is copied out of a phone's contacts."""
    return char in "\t()−" or unicodedata.category(char) in ("Zs", "Pd", "Cf")


def normal_id_number(text: str) -> str | None:
    """An 18-digit resident ID number with a real birth date and the right check digit (`X` upper case), or None.

    The place code is not looked up: it is the one of the year of issue, and districts are renumbered (GB 11643), so a
    true number may carry a place that did not exist when its owner was born.
    """
    narrow = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in narrow if unicodedata.category(char) not in ("Zs", "Cf")).upper()
    if len(plain) != 18 or not plain.isascii() or not plain[:17].isdigit():
        return None
    try:
        ric.get_birth_date(plain)
    except ValidationError:
        return None
    return plain if ric.calc_check_digit(plain) == plain[-1] else None


def normal_credit_code(text: str) -> str | None:
    """A company's unified social credit code (统一社会信用代码, GB 32100), 18 characters with the right check digit and
    upper case, or None: `9115 0100 ma0n 1234 5t` -> `91150100MA0N12345T`. As with an ID number the place is not looked
    up."""
    narrow = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in narrow if unicodedata.category(char) not in ("Zs", "Pd", "Cf")).upper()
    right = _CREDIT_CODE.fullmatch(plain) and uscc.calc_check_digit(plain[:17]) == plain[17]
    return plain if right else None


def tidy(text: str) -> str:
    """`text` as it looks: nothing invisible in it, spaces of any kind as one each, none around it. What is compared
    must not differ by what nobody sees and what comes along when something is copied from a page or a chat."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    visible = "".join(char for char in spaced if unicodedata.category(char) not in _INVISIBLE)
    return " ".join(_BLANK.sub("", visible).split())


def normal_text(text: str) -> str:
    """As `tidy`, and full-width letters, digits and marks narrowed."""
    return tidy(unicodedata.normalize("NFKC", tidy(text)))  # composes what stood apart until now


def normal_name(text: str) -> str:
    """A name without outer or doubled spaces, full-width letters narrowed, all middle dots as one `·` without spaces
    around it, no control or direction marks (a name is shown in cards and must not turn the line around). The normal
    form of a normal form is itself: else a name could not be found again by its blind index."""
    return _AROUND_DOTS.sub("·", normal_text(text).translate(_DOTS)).strip("·")


def name_key(name: str) -> str:
    """What of a name is indexed and compared: 「巴特尔孟和」, 「巴特尔 孟和」 and 「巴特尔。孟和」 are how people type
    巴特尔·孟和 on a phone, and one customer. Its normal form without dots, spaces and case."""
    folded = unicodedata.normalize("NFKC", normal_name(name).casefold())
    return "".join(char for char in folded if char not in "·。 ")
