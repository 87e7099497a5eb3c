"""`tuoling risk replay`: the same result from the record, or it is said that it is another."""

import json

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import hand_in
from sqlalchemy import select, update

from bot.commands_risk import replay
from bot.explain import Unready
from core.risk.models import RiskDecision, inputs_place

pytestmark = ON_ONE_DATABASE


def test_the_record_gives_the_same_result(company: Company) -> None:
    number = hand_in(company, monthly_income=1_800_000, monthly_debts=500_000)
    batu = company.person("batu")
    batu.say(f"撤回 A{number}")
    batu.say(f"修改 A{number} 申请金额 20万")
    batu.say(f"提交 A{number}")
    assert list(replay(company.runtime.settings, f"A{number}")) == [
        "2026-11-24 10:00  提交时  规则第1版  建议拒绝（评分 680 B）：负债率[拒绝]、综合融资成本[提示]",
        "  重放：结果一样。",
        "2026-11-24 10:00  提交时  规则第1版  建议人工复核（评分 720 A）：负债率偏高[复核]、综合融资成本[提示]",
        "  重放：结果一样。",
    ]


def test_a_record_that_was_altered_says_so(company: Company) -> None:
    number, vault = hand_in(company), company.runtime.store.vault
    with company.runtime.store.database.write() as session:
        row = session.scalars(select(RiskDecision)).one()
        facts = json.loads(vault.open(inputs_place(row.id), row.inputs))
        altered = vault.seal(inputs_place(row.id), json.dumps(facts | {"overdue_now": 5000.0}))
        session.execute(update(RiskDecision).values(inputs=altered))
    told = replay(company.runtime.settings, f"A{number}")
    assert next(told).endswith("建议通过（评分 760 A）：综合融资成本[提示]")
    assert next(told).startswith("  重放：结果不同：建议拒绝（评分 760 A）：当前逾期[拒绝]")
    with pytest.raises(Unready, match="1 条记录重放的结果与当时不同"):
        next(told)


@pytest.mark.parametrize(
    "altered",
    [{"result": b"rubbish"}, {"inputs": b"rubbish"}, {"suggestion": "refuse"}],
    ids=["the result", "the inputs", "the suggestion beside it"],
)
def test_a_record_that_does_not_open_says_so_and_the_rules_are_asked_anew(
    company: Company, altered: dict[str, bytes | str]
) -> None:
    number = hand_in(company)
    with company.runtime.store.database.write() as session:
        session.execute(update(RiskDecision).values(altered))
    told = replay(company.runtime.settings, f"A{number}")
    assert next(told) == "2026-11-24 10:00  提交时  这条记录打不开，或封存的内容与记录不一致。"
    with pytest.raises(Unready, match="1 条记录重放的结果与当时不同"):
        next(told)
    company.person("batu").say(f"重新评估 A{number}")
    told = replay(company.runtime.settings, f"A{number}")
    assert [next(told), next(told), next(told)][1:] == [
        "2026-11-24 10:00  重新评估  规则第1版  建议通过（评分 760 A）：综合融资成本[提示]",
        "  重放：结果一样。",
    ]


@pytest.mark.parametrize("number", ["A99", "L1", ""])
def test_what_was_never_looked_at_has_no_record(company: Company, number: str) -> None:
    with pytest.raises(Unready, match=f"{number} 没有预审记录"):
        list(replay(company.runtime.settings, number))
