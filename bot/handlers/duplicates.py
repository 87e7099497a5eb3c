"""查重 手机号|身份证号|统一社会信用代码."""

import re
import unicodedata

from bot.call import Call, Reply
from bot.phrases.entry_problems import Problem, problem
from bot.phrases.never_kept import is_card
from bot.phrases.numbers import folded
from cards import texts
from core.leads.duplicates import InHand, Number, check_duplicate
from core.leads.outcomes import LimitReached, NotAllowed
from core.privacy import normal_credit_code, normal_id_number, normal_phone

_CALLED = re.compile(r"(?:手机号?码?|电话号?码?|身份证号?码?|证件号码?|(?:统一社会)?信用代码)[:： ]*")
_LANDLINE = re.compile(r"0[0-9]{9,11}")
_LIKE_AN_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_LIKE_A_CREDIT_CODE = re.compile(r"[0-9ANY][0-9A-Z][0-9]{6}[0-9A-Z]{10}")
_FEWEST_OF_A_PHONE, _MOST_OF_A_PHONE = 10, 13  # a digit forgotten, or doubled


def check(call: Call) -> Reply:
    """查重 手机号|身份证号: is somebody with this number a customer already?"""
    number = read_whole_number(call.text)
    if isinstance(number, Problem):
        return Reply(say=number.text, forget=number.kind == "bank_card")
    if number is None:
        return Reply(say=texts.CHECK_WHOLE_NUMBER)
    found = check_duplicate(call.unit, call.actor, number, call.company.pools)
    if isinstance(found, LimitReached | NotAllowed):
        return Reply(say=call.refusal(found))
    return Reply(say=texts.checked(found, call.words(found.owner_id if isinstance(found, InHand) else None)))


def read_whole_number(text: str) -> Number | Problem | None:
    """The one number that `text` is, however its digits are grouped; what is wrong with it if it is nearly one; None
    if it is something else, or a part of one."""
    said = _CALLED.sub("", folded(text), count=1) if _CALLED.match(folded(text)) else folded(text)
    phone = normal_phone(said)
    if phone is not None:
        return Number("phone", phone)
    run = "".join(char for char in said if unicodedata.category(char) not in ("Zs", "Pd")).upper()
    id_number = normal_id_number(run)
    if id_number is not None:
        return Number("id_number", id_number)
    credit_code = normal_credit_code(run)
    return Number("credit_code", credit_code) if credit_code is not None else _nearly(run)


def _nearly(run: str) -> Problem | None:
    if is_card(run) and len(run) in (16, 19):
        return problem("bank_card")
    if _LIKE_AN_ID_NUMBER.fullmatch(run):
        return problem("id_number")
    if _LIKE_A_CREDIT_CODE.fullmatch(run):
        return problem("credit_code")
    if not (run.isascii() and run.isdigit()):
        return None
    if len(run) in (15, 17):
        return problem("id_length", len(run))
    if _LANDLINE.fullmatch(run):
        return problem("landline")
    if _FEWEST_OF_A_PHONE <= len(run) <= _MOST_OF_A_PHONE:
        return problem("phone_kind") if len(run) == 11 else problem("phone_length", len(run))
    return None
