"""黑名单: who is on it is found by any of his numbers, until a day, and after a change of keys."""

from datetime import date
from pathlib import Path

import pytest
from kit.company import Company
from kit.filled import CREDIT
from kit.loans import hand_in, stands
from sqlalchemy import select

from bot.commands_risk import blacklist_add, blacklist_list, blacklist_remove
from bot.explain import Unready
from core.risk.blacklist import Number, number_of
from core.store.audit import AuditRow

ID_NUMBER = str(CREDIT["id_number"])


def add(company: Company, *numbers: str, until: date | None = None, file: Path | None = None) -> list[str]:
    settings = company.runtime.settings
    return list(blacklist_add(settings, numbers, file, "伪造流水", until, clock=company.clock))


def asked(company: Company, number: int) -> str:
    return company.person("batu").say(f"重新评估 A{number}").card.whole


@pytest.mark.parametrize("number", [ID_NUMBER, "13947100001", f" {ID_NUMBER[:6]} {ID_NUMBER[6:]}"])
def test_the_applicant_is_known_by_each_of_his_numbers(company: Company, number: str) -> None:
    application = hand_in(company, product="credit")
    assert "黑名单" not in asked(company, application)
    add(company, number)
    assert "[拒绝] 申请人在公司黑名单上（黑名单管理办法）" in asked(company, application)


def test_a_company_is_known_by_its_code(company: Company) -> None:
    application = hand_in(company)
    add(company, "91150100MA0QGHTL90")
    assert "申请人在公司黑名单上" in asked(company, application)


def test_who_is_on_it_comes_to_risk(company: Company) -> None:
    add(company, ID_NUMBER)
    assert stands(company, hand_in(company, product="credit")) == "risk_review: agula"
    assert stands(company, hand_in(company, phone="13947100002", name="王芳")) == "first_review: liufang chaolu"


def test_it_ends_with_its_day_or_when_it_is_taken_off(company: Company) -> None:
    application = hand_in(company, product="credit")
    add(company, ID_NUMBER, until=date(2026, 11, 24))
    assert "黑名单" in asked(company, application)
    company.clock.go(days=1)
    assert "黑名单" not in asked(company, application)
    add(company, ID_NUMBER)
    assert "黑名单" in asked(company, application)
    assert list(blacklist_remove(company.runtime.settings, (ID_NUMBER, "13900000009"))) == [
        "已移出黑名单 1 个，1 个不在黑名单上。"
    ]
    assert "黑名单" not in asked(company, application)


def test_it_is_listed_masked_and_audited(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"\ufeff{ID_NUMBER}\n\n13947100009\n", encoding="utf-8")
    assert add(company, file=file)[0] == "已加入黑名单 2 个，0 个原来就在，原因和截止日已改。"
    assert add(company, ID_NUMBER, until=date(2027, 1, 1))[0].startswith("已加入黑名单 0 个，1 个原来就在")
    said = list(blacklist_list(company.runtime.settings))
    assert said[0].startswith("手机号 139****0009  2026-")
    assert said[1].endswith("，到 2027-01-01：伪造流水")
    assert said[2] == "黑名单上共 2 个号码。"
    assert ID_NUMBER not in "".join(said)
    with company.runtime.store.read() as session:
        rows = session.execute(select(AuditRow.action, AuditRow.details)).all()
    assert [row.action for row in rows].count("risk:blacklisted") == 3
    assert not any(ID_NUMBER in row.details for row in rows)


@pytest.mark.parametrize("wrong", ["12345", "150102199003070016", "王小明"])
def test_what_is_no_number_is_told_and_nothing_is_added(company: Company, wrong: str) -> None:
    with pytest.raises(Unready, match="第 2 个号码不是手机号、身份证号或统一社会信用代码"):
        add(company, ID_NUMBER, wrong)
    assert list(blacklist_list(company.runtime.settings)) == ["黑名单上共 0 个号码。"]
    with pytest.raises(Unready, match="没有号码"):
        add(company)


def test_a_day_that_is_over_takes_nobody_off(company: Company) -> None:
    add(company, ID_NUMBER)
    with pytest.raises(Unready, match="截止日 2020-01-01 已经过去"):
        add(company, ID_NUMBER, until=date(2020, 1, 1))
    assert "共 1 个" in list(blacklist_list(company.runtime.settings))[-1]


def test_numbers_are_compared_in_their_normal_form() -> None:
    assert number_of("+86 139-4710-0001") == Number("phone", "13947100001")
    assert number_of("91150100ma0qghtl90") == Number("credit_code", "91150100MA0QGHTL90")
    assert number_of("0") is None
