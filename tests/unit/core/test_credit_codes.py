"""统一社会信用代码: its normal form, its mask, how 录入 reads it, and that a company is one customer by it."""

import random

import pytest
from firm import Firm

from bot.phrases.entry_numbers import Rest, take_credit_code
from bot.phrases.entry_problems import PROBLEMS, Problem
from bot.phrases.need import Entry, read_entry
from core.leads.duplicates import InHand, Number, check_duplicate
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import AlreadyOpen
from core.privacy import mask_credit_code, normal_credit_code

COMPANY, COOPERATIVE, DIGITS = "91150100MA0N12345T", "N2150102MA0N1234XH", "911501027012345678"
CODES = (COMPANY, COOPERATIVE, DIGITS, "91110000600037341L", "52150100MJ0X12345E")
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", CODES)
def test_it_is_one_however_it_is_written(code: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    grouped = " ".join(code[start : start + 4] for start in range(0, 18, 4))
    for text in (code, code.lower(), wide, grouped, f"{code[:8]}-{code[8:17]}-{code[17]}", f" {code}\u200b"):
        assert normal_credit_code(text) == code, text


def test_any_one_wrong_character_or_two_exchanged_are_none() -> None:
    dice = random.Random(7)
    for code in CODES:
        for _ in range(200):
            place = dice.randrange(18)
            other = dice.choice(LETTERS.replace(code[place], ""))
            assert normal_credit_code(code[:place] + other + code[place + 1 :]) is None
            if place < 17 and code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                assert normal_credit_code(swapped) is None, swapped
    for text in ("", COMPANY[:17], f"{COMPANY}T", COMPANY.replace("0", "O"), "I" * 18, "内蒙古"):
        assert normal_credit_code(text) is None, text


def test_the_mask_hides_the_organisation() -> None:
    assert mask_credit_code(COMPANY) == "9115**********345T"
    assert mask_credit_code(COMPANY[:9]) == "*" * 9


@pytest.mark.parametrize("code", [COMPANY, COOPERATIVE, DIGITS])
def test_an_entry_is_read_with_it(code: str) -> None:
    for text in (f"驼城商贸 13800001111 {code} 经营贷50万", f"{code.lower()} 驼城商贸 13800001111 经营贷50万",
                 f"驼城商贸 13800001111 统一社会信用代码：{code} 经营贷50万"):  # fmt: skip
        entry = read_entry(text)
        assert isinstance(entry, Entry), text
        assert (entry.name, entry.phone, entry.credit_code) == ("驼城商贸", "13800001111", code)
        assert (entry.product, entry.amount_fen, entry.note) == ("business", 50_000_000, ""), text


@pytest.mark.parametrize("code", [COMPANY, COOPERATIVE, DIGITS])
def test_an_entry_is_read_with_it_in_parts(code: str) -> None:
    """Was: in clear in the note, and the company twice a customer."""
    fours = [code[start : start + 4] for start in range(0, 18, 4)]
    for parted in (" ".join(fours), "-".join(fours).lower(), ".".join(fours), f"{code[:8]}-{code[8:17]}-{code[17]}"):
        for text in (f"驼城商贸 {parted} 13800001111 经营贷50万", f"驼城商贸 13800001111 {parted} 经营贷50万",
                     f"驼城商贸 13800001111 信用代码：{parted} 经营贷50万"):  # fmt: skip
            entry = read_entry(text)
            assert isinstance(entry, Entry), text
            assert (entry.name, entry.phone, entry.credit_code, entry.note) == ("驼城商贸", "13800001111", code, ""), (
                text
            )


def test_a_slip_in_its_parts_is_told() -> None:
    for text in ("驼城商贸 9115 0100 MA0N 1234 5X 13800001111", "驼城商贸 13800001111 信用代码 52 150100 MJ0X12345 X"):
        assert read_entry(text) == Problem("credit_code", PROBLEMS["credit_code"]), text


def test_a_row_of_amounts_is_no_code() -> None:
    for amounts in ("9 100000 200000 30000", "92 150000 收入 20000 300000", "9000 8000 7000 6000 50"):
        assert take_credit_code(Rest(f"驼城商贸 13800001111 {amounts} 经营贷50万")) is None, amounts


def test_a_slip_in_it_is_told_and_other_numbers_are_not_taken_for_it() -> None:
    assert read_entry(f"驼城商贸 13800001111 {COMPANY[:-1]}X") == Problem("credit_code", PROBLEMS["credit_code"])
    entry = read_entry("刘志强 13800001111 150102199001011230")
    assert isinstance(entry, Entry)
    assert (entry.id_number, entry.credit_code) == ("150102199001011230", None)
    for text in (
        "刘志强 13800001111wxabcde",
        "刘志强 13800001111 微信wxid9150100aaaa",
        "刘志强 13800001111 LSVAU033X72103456",
    ):
        entry = read_entry(text)
        assert isinstance(entry, Entry), text
        assert entry.credit_code is None, text
    wrong = read_entry("刘志强 13800001111 150102199001011231")
    assert isinstance(wrong, Problem)
    assert wrong.kind == "id_number"


def test_a_company_with_another_phone_is_the_same_customer(firm: Firm) -> None:
    lead = firm.add("batu", name="驼城商贸", phone="13947155501", credit_code=COMPANY)
    again = firm.do(add_lead, "wang", NewLead("驼城商贸", "13947155502", "抖音", credit_code=COMPANY), firm.pools)
    assert isinstance(again, AlreadyOpen)
    assert again.lead_id == lead
    found = firm.do(check_duplicate, "wang", Number("credit_code", COMPANY), firm.pools)
    assert isinstance(found, InHand)
    assert (found.lead_id, found.name) == (lead, "驼***")
