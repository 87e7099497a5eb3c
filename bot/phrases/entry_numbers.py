"""The phone and the ID number in the argument of 录入, and what is wrong with long numbers that are neither."""

import re
from dataclasses import dataclass

from bot.phrases.amounts import amounts_in
from bot.phrases.entry_problems import Problem, problem
from bot.phrases.never_kept import is_card
from core.privacy.normal import normal_credit_code, normal_id_number, normal_phone
from core.typed_numbers import PERSONAL, digits_of

CUT = "\x1f"
_PHONE = re.compile(
    r"(?<![0-9])(?:\(?(?:\+ ?|00 ?)?86\)?[ -]?)?"
    r"(?:1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|1[0-9]{3}[ -][0-9]{3}[ -][0-9]{4})(?![0-9])"
)
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{6}([ .\-_/])[0-9]{8}\1[0-9]{3}[0-9Xx])(?![0-9A-Za-z])"
)
_CALLED_ID = re.compile("身份证(?:号码?)?[: ]*$")
# With its label, in which 「信用」 is no product.
_CREDIT_CODE = re.compile(
    r"(?:(?:统一社会)?信用代码[: ]*|(?<![0-9A-Za-z]))([0-9AaNnYy][0-9A-Za-z][0-9]{6}[0-9A-Za-z]{10})(?![0-9A-Za-z])"
)
# In parts, and then perhaps a row of other numbers and words; a lookahead, since the first of a row may be none of it.
_PARTED_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?=((?P<label>(?:统一社会)?信用代码[: ]*)?"
    r"(?P<code>[0-9AaNnYy](?:[ .\-_/]{0,3}[0-9A-Za-z]){17}))(?![0-9A-Za-z]))"
)
_ON_THE_LICENCE = re.compile("[0-9A-Za-z]{4}(?:[ -][0-9A-Za-z]{4}){3}[ -][0-9A-Za-z]{2}")
_GAPS = re.compile(r"[ .\-_/]")
_OF_A_COMPANY = re.compile("9[123]|[Nn][1239]")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[ -]?[0-9]{7,8}(?![0-9])")
_LONG = re.compile(r"(?<![0-9.])[0-9]{7,}(?![0-9])(?!\.[0-9])")
_LONG_SPACED = re.compile(r"(?<![0-9.])[0-9](?:[ -]?[0-9]){6,}(?![0-9]|\.[0-9])")


@dataclass(slots=True)
class Rest:
    """What has not been understood yet; taken parts leave a cut."""

    text: str

    def take(self, start: int, end: int) -> None:
        """This part is understood."""
        self.text = self.text[:start] + CUT + self.text[end:]


def take_credit_code(rest: Rest) -> str | Problem | None:
    """The company's credit code, None if there is none, or what is wrong with it; it leaves `rest`. What may be an ID
    number, or a phone with a word right behind it, is taken for neither; of what is wrong only that which begins as
    the code of a company or a cooperative is surely one."""
    for found in _CREDIT_CODE.finditer(rest.text):
        run, code = found[1], normal_credit_code(found[1])
        if normal_id_number(run) is not None or normal_phone(run[:11]) is not None:
            continue
        if code is not None:
            rest.take(*found.span())
            return code
        if _OF_A_COMPANY.match(run) and not _ID_NUMBER.fullmatch(run):
            return problem("credit_code")
    return _take_parted_code(rest)


def _take_parted_code(rest: Rest) -> str | Problem | None:
    """As `take_credit_code`, where the code is typed in parts: `9115 0100 MA0N 0000 00`. What is not called so must
    begin as a company's; a slip is told only where it surely is one."""
    for found in _PARTED_CODE.finditer(rest.text):
        run, label = _GAPS.sub("", found["code"]), found["label"]
        code = normal_credit_code(run)
        if normal_id_number(run) is not None or not (label or _OF_A_COMPANY.match(run)):
            continue
        if code is not None:
            rest.take(*found.span(1))
            return code
        if label or (_ON_THE_LICENCE.fullmatch(found["code"]) and not run.isdigit()):
            return problem("credit_code")
    return None


def take_id_number(rest: Rest) -> str | Problem | None:
    """The ID number, None if there is none, or what is wrong with it; it leaves `rest`."""
    found = _ID_NUMBER.search(rest.text)
    if not found:
        return _take_parted_id(rest)
    number = normal_id_number(_GAPS.sub("", found.group()))
    if number is None:
        return problem("bank_card" if is_card(found.group()) else "id_number")
    rest.take(*found.span())
    return number


def _take_parted_id(rest: Rest) -> str | Problem | None:
    """As `take_id_number`, where it is typed in other parts: `150102 1991 03 03 7896`. A slip is told where it is
    called an ID number; else it may be a row of other numbers."""
    for found in PERSONAL.finditer(rest.text):
        number = normal_id_number(digits_of(found["id"])) if found["id"] else None
        if number is not None:
            rest.take(*found.span())
            return number
        if found["id"] and _CALLED_ID.search(rest.text, 0, found.start()):
            return problem("id_number")
    return None


def take_phone(rest: Rest) -> str | Problem:
    """The one mobile number, or what is wrong with the long numbers; it leaves `rest`."""
    phones: dict[str, None] = {}
    while found := next((one for one in _PHONE.finditer(rest.text) if normal_phone(one.group())), None):
        phones[normal_phone(found.group()) or ""] = None
        rest.take(*found.span())
    # Beside a number as most write it, a row of amounts may look like another one.
    parted = [] if phones else list(filter(None, map(_parted, PERSONAL.finditer(rest.text))))
    for phone, start, end in reversed(parted):
        phones[phone] = None
        rest.take(start, end)
    wrong = _wrong_number(rest.text, has_phone=bool(phones))
    if wrong:
        return wrong
    if not phones:
        return problem("no_phone")
    return next(iter(phones)) if len(phones) == 1 else problem("two_phones")


def _parted(found: re.Match[str]) -> tuple[str, int, int] | None:
    """A mobile number that is parted in another way (`(137)00009981`, `137.0000.9980`), and where it stands."""
    phone = normal_phone(digits_of(found["mobile"])) if found["mobile"] else None
    return (phone, *found.span()) if phone else None


def _wrong_number(text: str, *, has_phone: bool) -> Problem | None:
    """What is wrong with the long numbers that are left."""
    spaced = [re.sub("[ -]", "", found.group()) for found in _LONG_SPACED.finditer(text)]
    lengths = {len(found.group()) for found in _LONG.finditer(text)}
    if lengths & {16, 19} or any(is_card(run) for run in spaced):
        return problem("bank_card")
    if lengths & {15, 17}:
        return problem("id_length", min(lengths & {15, 17}))
    if has_phone:
        return None
    if _LANDLINE.search(text):
        return problem("landline")
    amounts = {amount.start for amount in amounts_in(text)}
    together = [found.group() for found in _LONG.finditer(text) if found.start() not in amounts or found.end() > 9]
    run = max(together or spaced, key=len, default="")
    if not run or (not together and amounts & {found.start() for found in _LONG_SPACED.finditer(text)}):
        return None
    return problem("phone_kind") if len(run) == 11 else problem("phone_length", len(run))
