"""A company half of whose people have WeCom and half DingTalk, and nobody both: a loan goes its whole way between them,
from the public pool to the money and what is paid back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from kit.clock import Clock
from kit.company import Colleague, Company, open_company
from kit.invariants import assert_kept
from kit.loan_invariants import loans_kept
from kit.loans import newest_card
from sqlalchemy import select
from test_applying import ANSWERS, FIRST_PAPERS, asks, picture

from core.loans.models import Disbursement
from core.people.models import Person
from core.store.outbox import OutboxRow, OutboxState

NAMED = {"id_card": "身份证正反面", "consent": "征信授权书", "statements": "流水", "deed": "房产证"}
OFFICER, FIRST, RISK, FINANCE, OWNER = "batu", "liufang", "agula", "hejing", "mengke"


@pytest.fixture(params=["http", "stream"])
def mode(request: pytest.FixtureRequest) -> Literal["http", "stream"]:
    """How DingTalk brings messages and taps."""
    return request.param


@pytest.fixture(params=["the officer's half", "the approver's half"])
def company(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: Clock, mode: Literal["http", "stream"]
) -> Iterator[Company]:
    """Those on DingTalk have no other account, those on WeCom neither."""
    one, other = {OFFICER, RISK, OWNER, "lina", "surina", "wuyun"}, {FIRST, FINANCE, "zhangsan", "chaolu"}
    half = one if request.param == "the officer's half" else other
    with open_company(database_url, tmp_path / "var", clock, on_dingtalk=half, alone=True, mode=mode) as company:
        yield company


def paid_out(owner: Colleague, when: str) -> tuple[str, str]:
    """放款笔数 and 放款金额 on the owner's board."""
    whole = owner.say(f"看板 {when}").card.whole
    found = [re.search(rf"{name}\s+#\d+\s+(\S+)", whole) for name in ("放款笔数", "放款金额")]
    assert all(found), whole
    return tuple(each[1] for each in found if each)  # type: ignore[return-value]


def test_a_loan_goes_its_whole_way(company: Company) -> None:
    batu, liufang, agula = company.person(OFFICER), company.person(FIRST), company.person(RISK)
    hejing, owner = company.person(FINANCE), company.person(OWNER)
    lead = company.lead()

    claimed = batu.tap(batu.say("公海").card, "领取", ticked=[f"L{lead}"]).card
    assert claimed.title == f"已领取 L{lead}"
    assert "已记录" in batu.say(f"跟进 L{lead} 意向强，明天10点面谈").text

    heard = batu.say(f"进件 L{lead} 房抵贷 50万 36期")
    for label, answer in ANSWERS:
        assert asks(heard) == label
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    for number, paper in enumerate(FIRST_PAPERS):
        company.clock.go(seconds=20)
        batu.say(f"补材料 A1 {NAMED[paper]}")
        picture(company, batu, b"\x89PNG\r\n\x1a\n" + bytes([number]) * 99)
    batu.say("提交 A1")

    liufang.tap(newest_card(liufang, "初审"), "同意")
    assert agula.say("待办").cards
    assert "已同意" in agula.say("同意 A1").text
    batu.say("同意 A1")
    for answer in ("4.9%", "12000", "不填", "不填"):
        batu.say(answer)
    batu.say("补材料 A1 借款合同")
    picture(company, batu, b"\x89PNG\r\n\x1a\n" + b"signed" * 20)
    hejing.say("同意 A1")
    hejing.say("48万")
    assert "记下放款 48万" in hejing.say("今天").text

    assert "定好了" in batu.say("还款计划 A1 等额本息 36期 年利率4.9% 首期 2026-12-24").text
    company.clock.go(days=30)
    assert "还款 14,314元" in batu.say("还款 A1 14314").text
    with company.runtime.store.read() as session:
        assert session.scalars(select(Disbursement.amount_fen)).all() == [48_000_000]
    assert paid_out(owner, "上月") == ("1", "48万"), "November, in which it was"
    assert paid_out(owner, "本月") == ("0", "0"), "December, in which the first instalment came"
    assert_kept(company.runtime.store, company.platform.journal, company.ding)
    loans_kept(company.runtime.store)


def test_each_heard_on_his_own_platform(company: Company) -> None:
    """Nothing was sent where somebody has no account."""
    test_a_loan_goes_its_whole_way(company)
    with company.runtime.store.read() as session:
        people = {person.id: person for person in session.scalars(select(Person)).unique()}
        rows = session.scalars(select(OutboxRow).where(OutboxRow.person_id != 0)).all()
    assert {row.state for row in rows} <= {OutboxState.SENT, OutboxState.SUPERSEDED}
    for one in rows:
        person = people[one.person_id]
        assert (person.dingtalk_userid is None) != (person.wecom_userid is None)
        assert one.channel == ("wecom" if person.wecom_userid else "dingtalk")
    assert {one.channel for one in rows} == {"wecom", "dingtalk"}
