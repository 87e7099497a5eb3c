"""`tuoling commission try`: a month by the plans in force and by another, person by person; nothing is changed. It is
Tuesday, 24 November 2026."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import hand_in
from sqlalchemy import insert, select, update

from bot.commands_commission import try_plan
from bot.explain import Unready
from config.problems import CompanyError
from core.commission.collecting import payouts
from core.leads.channels import Channel, Channels
from core.loans.models import Application, Disbursement, StepRow
from core.store.base import table_of
from core.tables import metadata

pytestmark = ON_ONE_DATABASE

PLAIN = "name: 标准\nsince: 2026-01-01\nof: 放款金额\nsteps:\n  - {from: 0, rate: 1%}\n"
_D = table_of(Disbursement)


def pay(company: Company, number: int, on: str, fen: int, fee: int = 0) -> None:
    """So much was paid out for the application on this day, at whatever step is free."""
    with company.runtime.store.database.write() as session:
        used = select(Disbursement.step_id)
        step = session.scalars(select(StepRow.id).where(StepRow.id.not_in(used)).limit(1)).one()
        owner = session.get_one(Application, number).owner_id
        values = {"application_id": number, "step_id": step, "amount_fen": fen, "paid_on": on}
        session.execute(insert(_D).values(**values, officer_id=owner, by_id=owner, at=company.clock()))
        if fee:
            session.execute(update(Application).where(Application.id == number).values(fee_fen=fee))


@pytest.fixture
def october(company: Company) -> Company:
    """batu's loan of 300,000 with a fee of 9,000, and zhangsan's of 100,000; and another of this month."""
    first = hand_in(company, phone="13947100001", name="刘志强")
    second = hand_in(company, by="zhangsan", phone="13947100002", name="王秀英")
    third = hand_in(company, phone="13947100003", name="赵铁柱")
    hand_in(company, phone="13947100004", name="孙玉兰")
    pay(company, first, "2026-10-08", 30_000_000, fee=900_000)
    pay(company, second, "2026-10-31", 10_000_000)
    pay(company, third, "2026-11-01", 99_000_000)
    return company


def tried(company: Company, folder: Path, text: str = PLAIN, month: str = "2026-10") -> list[str]:
    file = folder / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return list(try_plan(company.runtime.settings, file, month))


def row(lines: list[str], name: str) -> list[str]:
    (line,) = [line for line in lines if line.strip().startswith(name)]
    return re.split(r" {2,}", line.strip())[1:]


def everything(company: Company) -> dict[str, list[Any]]:
    with company.runtime.store.read() as session:
        return {table.name: list(session.execute(select(table)).all()) for table in metadata.sorted_tables}


def test_who_gets_what_by_the_new_plan(october: Company, tmp_path: Path) -> None:
    before = everything(october)
    lines = tried(october, tmp_path)
    assert lines[0] == "试算：加上 plan.yaml，2026年10月，放款 2 笔。"
    assert row(lines, "巴特尔·孟和") == ["0.00", "3,000.00", "+3,000.00"]
    assert row(lines, "张三") == ["0.00", "1,000.00", "+1,000.00"]
    assert row(lines, "合计") == ["0.00", "4,000.00", "+4,000.00"]
    assert lines[-1] == "只是试算，什么也没有改。"
    assert "多得 2 人，少得 0 人。" in lines
    assert everything(october) == before


def test_what_has_no_plan_is_told_and_the_last_whole_month_is_meant(october: Company, tmp_path: Path) -> None:
    lines = tried(october, tmp_path, PLAIN + "for: {people: [batu]}\n", month="")
    assert "2026年10月" in lines[0]
    assert "1 笔放款没有方案可用，没有提成：A2。" in lines
    fees = tried(october, tmp_path, PLAIN.replace("放款金额", "服务费") + "earned: 收费\n")
    assert row(fees, "巴特尔·孟和")[1] == "90.00"
    assert "方案「标准」是收到服务费才算的：收费还没有记录，这里按放款日算。" in fees


def test_a_month_without_payouts_and_one_that_is_none(october: Company, tmp_path: Path) -> None:
    assert tried(october, tmp_path, month="2026-09") == ["试算：加上 plan.yaml，2026年9月，放款 0 笔。"]
    with pytest.raises(Unready, match="写年月"):
        tried(october, tmp_path, month="2026-13")
    with pytest.raises(CompanyError):
        tried(october, tmp_path, PLAIN.replace("1%", "1"))


def test_what_is_collected_of_a_loan(october: Company) -> None:
    """Its fee comes once, with its first money; and what a lead of its channel costs goes off it."""
    pay(october, 1, "2026-10-20", 5_000_000)
    with october.runtime.store.read() as session:
        channels = Channels((Channel("线下", 5_000),))
        found = payouts(session, date(2026, 10, 1), date(2026, 10, 31), channels)
    assert [(each.application, each.on.day, each.lent_fen, each.fee_fen) for each in found] == [
        (1, 8, 30_000_000, 900_000), (1, 20, 5_000_000, 0), (2, 31, 10_000_000, 0),
    ]  # fmt: skip
    assert found[0].facts.account == "batu"
    assert found[0].facts.department == "呼和浩特/一部"
