"""贷后 by chat: the plan, repayments, reminders, the loan paid off."""

from dataclasses import replace
from datetime import datetime

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loan_flows import FORM, by_mode
from sqlalchemy import select, update

from core.calendar import CHINA
from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.flows import Decision, Flows, Mode
from core.loans.models import Application, Disbursement, Task, TaskState
from core.loans.outcomes import Decided, Started, Submitted
from core.people import queries as people
from core.risk.policy import Policies

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def lent(company: Company) -> int:
    """巴图's application over 12万, paid out today; its number."""
    loans = Flows((by_mode(Mode.ANY),))
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=loans, risk=Policies()))
    return lend(company, company.lead("张伟", phone="13947100001", by="batu"))


def lend(company: Company, lead: int) -> int:
    """An application over 12万 of 巴图's lead, paid out today; its number."""
    rules, batu = company.runtime.company.loans, company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        started = service.start(unit, batu, lead, "house", {"amount": 12_000_000, "term": "12"}, rules)
        assert isinstance(started, Started)
        assert isinstance(service.submit(unit, batu, started.application_id, rules), Submitted)
    while (task := open_task(company)) is not None:
        with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
            holder = people.by_id(unit.connection, "wecom", task[1])
            assert holder is not None
            done = deciding.decide(unit, holder, task[0], Wish(Decision.AGREE), rules)
        assert isinstance(done, Decided)
    return started.application_id


def open_task(company: Company) -> tuple[int, int] | None:
    with company.runtime.store.read() as session:
        row = session.scalars(select(Task).where(Task.state == TaskState.OPEN.value).order_by(Task.id)).first()
        return (row.id, row.person_id) if row is not None else None


def lead_of(company: Company, number: int) -> int:
    with company.runtime.store.read() as session:
        return session.scalars(select(Application.lead_id).where(Application.id == number)).one()


def test_a_plan_repayments_and_the_end(company: Company, lent: int) -> None:
    batu = company.person("batu")
    assert f"A{lent} 还没有还款计划，请发：还款计划 A{lent}" in batu.say(f"还款计划 a{lent}").text
    assert "还缺：年利率、首期日期" in batu.say(f"还款计划 A{lent} 等额本金 12期").text
    said = batu.say(f"还款计划 Ａ{lent} 等额本金 12期 年利率12% 首期 2026-12-24").text
    assert said == (
        f"A{lent} 的还款计划定好了：等额本金 12期 年利率12%，2026-12-24 还第一期 11,200元。"
        "到期前 3 天和当天会提醒您，那天休息就提前到休息前。"
    )
    card = batu.say(f"还款计划 A{lent}").card
    assert card.title == f"A{lent} 还款 · 张伟"
    assert card.rows["剩余本金"] == "120,000元"
    plan = batu.tap(card, "还款计划").card
    assert plan.rows["1期"] == "2026-12-24 11,200元"
    company.clock.now = datetime(2026, 12, 25, 9, 30, tzinfo=CHINA)
    assert "还款日子" not in batu.say(f"还款 A{lent} 11200 12-24").text
    shown = batu.say(f"还款计划 A{lent}").card
    assert shown.rows["已还"] == "1/12期，共11,200元"
    assert "已取消" in batu.say(f"取消还款 A{lent}").text
    assert batu.say(f"还款计划 A{lent}").card.rows["逾期"].startswith("1天 M1")
    assert "贷款已结清" in batu.say(f"结清 A{lent} 12.2万").text
    assert "2026-12-25 已结清" in batu.say(f"还款计划 A{lent}").card.whole


def test_due_on_the_last_day_of_each_month(company: Company, lent: int) -> None:
    """Where the first month has no 31st, the other months keep theirs: also in the message that sets it anew."""
    batu = company.person("batu")
    company.clock.now = datetime(2027, 1, 31, 10, 0, tzinfo=CHINA)
    said = batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2027-02-28 每月31号").text
    assert "2027-02-28 还第一期" in said
    card = batu.say(f"还款计划 A{lent}").card
    plan = batu.tap(card, "还款计划").card
    assert [plan.rows[f"{number}期"][:10] for number in (1, 2, 3)] == ["2027-02-28", "2027-03-31", "2027-04-30"]
    with company.runtime.store.database.write() as session:
        session.execute(update(Disbursement).values(amount_fen=10_800_000))
    assert batu.say(f"还款计划 A{lent}").texts
    batu.say("好")
    plan = batu.tap(batu.say(f"还款计划 A{lent}").card, "还款计划").card
    assert plan.rows["2期"].startswith("2027-03-31")
    wrong = batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2027-02-27 每月31号").text
    assert "首期日期" in wrong


def test_a_plan_of_another_sum_than_was_paid_out(company: Company, lent: int) -> None:
    """What is reckoned by it says so until it is set anew; and then what is said is where the loan is now."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    assert "注意" not in batu.say(f"还款 A{lent} 11200").text
    with company.runtime.store.database.write() as session:
        session.execute(update(Disbursement).values(amount_fen=10_800_000))
    note = f"注意：放款是 108,000元，还款计划还是按 120,000元 定的，上面的数要等重新定了才准：回复 还款计划 A{lent}"
    assert batu.say(f"还款 A{lent} 100").text.endswith(f"\n{note}")
    assert batu.say(f"结清 A{lent}").text.endswith(note)
    batu.say(f"还款计划 A{lent}")
    said = batu.say("好").text
    assert said.startswith(f"A{lent} 的还款计划定好了：等额本金 12期 年利率12%。下一期 2027-01-24 8,770元。"), said
    assert "注意" not in batu.say(f"结清 A{lent}").text


def test_what_is_paid_off_is_over(company: Company, lent: int) -> None:
    batu = company.person("batu")
    assert "还没有还款计划" in batu.say(f"结清 A{lent}").text
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    card = batu.say(f"还款计划 A{lent}").card
    assert batu.say(f"结清 A{lent}").text == (
        f"A{lent} 今天结清大约要 120,000元（本金、到期未还的和这一期到今天的利息，以银行算的为准）。"
        f"客户还清了请发：结清 A{lent} 金额"
    )
    said = batu.say(f"结清 A{lent} 1.2万").text
    assert said.startswith(f"12,000元 不够结清 A{lent}：那天大约要 120,000元（利息按天算，以银行为准），没有记。")
    assert batu.say(f"结清 A{lent} 500.50 今天").text.endswith(f"只是还一部分，请发：还款 A{lent} 500.5 2026-11-24")
    assert "已还" not in said
    assert "贷款已结清" in batu.say(f"结清 A{lent} 12万").text
    over = f"A{lent} 在 2026-11-24 已经结清，不用再记。记错了回复 取消还款 A{lent}，再重新记。"
    for typed in ("还款 A{} 5000", "结清 A{} 12万", "结清 A{}", "延期还款 A{} 12-01 到 12-20"):
        assert batu.say(typed.format(lent)).text == over
    assert "已结清" in batu.tap(card, "记还款").text or "已经结清" in batu.heard_since().texts[-1]
    assert "已取消" in batu.say(f"取消还款 A{lent}").text
    assert "已记" in batu.say(f"还款 A{lent} 5000").text


def test_a_second_taking_back_is_asked_about(company: Company, lent: int) -> None:
    """The same message sent twice would take back two repayments."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2026, 12, 25, 9, 30, tzinfo=CHINA)
    for line in ("1000 12-20", "2000 12-21", "3000 12-22"):
        batu.say(f"还款 A{lent} {line}")
    assert "3,000元" in batu.say(f"取消还款 A{lent}").text
    again = batu.say(f"取消还款 A{lent}").text
    assert again.startswith(f"A{lent} 刚取消过一笔还款，没有再取消。还要取消 2026-12-21 的 2,000元？")
    assert "2,000元" in batu.say("好").text
    assert "共1,000元" in batu.say(f"还款计划 A{lent}").card.whole
    company.clock.go(minutes=11)
    assert "1,000元" in batu.say(f"取消还款 A{lent}").text


def test_two_that_confirm_the_same_take_back_one(company: Company, lent: int) -> None:
    """His manager corrects it at the same time; or his thumb is quicker than the answer."""
    batu, lina = company.person("batu"), company.person("lina")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    batu.say(f"还款 A{lent} 600")
    for number in ("一", "第3"):
        assert "已记" in batu.say(f"还款 A{lent} 600 再记{number}笔").text
    batu.say(f"取消还款 A{lent}")
    for each in (batu, lina):
        assert each.say(f"取消还款 A{lent}").text.endswith("600 2026-11-24 再取消第2笔")
    assert batu.say("好").text.startswith("已取消")
    assert "没有再取消" in lina.say("好").text
    assert "没有再取消" in batu.say(f"取消还款 A{lent} 600 再取消第2笔").text
    assert "共600元" in batu.say(f"还款计划 A{lent}").card.whole


def test_the_one_that_is_named_is_taken_back(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率6% 首期 2026-12-24")
    company.clock.go(days=1)
    for line in ("5000 11-25", "8000 11-25", "5000 11-24"):
        batu.say(f"还款 A{lent} {line}")
    company.clock.go(minutes=20)
    said = batu.say(f"取消还款 A{lent} 6000").text
    assert said.startswith(f"A{lent} 没有这一笔，没有取消。最近一笔是 2026-11-24 的 5,000元")
    for unclear in ("第2笔", "先不", "算了", "全部", "吗"):
        said = batu.say(f"取消还款 A{lent} {unclear}").text
        assert said.startswith(f"没看懂「{unclear}」，没有取消。")
    assert batu.say(f"取消还款 A{lent} 8000 记错了").text.startswith(f"已取消 A{lent} 2026-11-25 的还款 8,000元")
    company.clock.go(minutes=20)
    assert batu.say(f"取消还款 A{lent} 11-25").text.startswith(f"已取消 A{lent} 2026-11-25 的还款 5,000元")
    said = batu.say(f"取消还款 A{lent} 11-24").text
    assert "刚取消过一笔还款" in said
    assert said.endswith(f"取消还款 A{lent} 5000 2026-11-24 再取消一笔")
    assert batu.say("好").text.startswith(f"已取消 A{lent} 2026-11-24 的还款 5,000元")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        *(
            ("还款 A{} 5000 今天没还", "没还"),
            ("还款 A{} 6000 昨天 还没到账", "还没到账"),
            ("还款 A{} 5000 今天吗", "吗"),
        ),
        *(("还款 A{} 7000 11-24 不是还的", "不是还的"), ("结清 A{} 51万 今天 没到账", "没到账")),
        *(("延期还款 A{} 12-05 到 12-20 取消", "取消"), ("延期还款 A{} 12-05 到 12-20 不同意", "不同意")),
        ("还款计划 A{} 等额本息 36期 年利率4.9% 首期 2026-12-20 不对", "不对"),
    ],
)
def test_what_may_not_be_so_is_asked_about(company: Company, lent: int, line: str, words: str) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率6% 首期 2026-12-24")
    company.clock.go(days=1)
    before = batu.say(f"还款计划 A{lent}").card.whole
    said = batu.say(line.format(lent)).text
    assert said.startswith("还没有")
    assert f"后面的「{words}」没看懂" in said
    assert batu.say(f"还款计划 A{lent}").card.whole == before


def test_what_is_meant_all_the_same_is_written_down_by_a_yes(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率6% 首期 2026-12-24")
    said = batu.say(f"还款 A{lent} 5000 今天 妻子代的").text
    send = f"还款 A{lent} 5000 2026-11-24"
    assert said == f"还没有记这笔还款：后面的「妻子代的」没看懂。确定要记这笔还款就回复 好，或发：{send}"
    assert batu.say("好").text.startswith(f"已记 A{lent}")
    batu.say(f"延期还款 A{lent} 12-24 到 12-30 还没发工资")
    assert "12-30" in batu.say("好").text


def test_of_a_rate_without_its_period_the_likely_one_is_offered(company: Company, lent: int) -> None:
    said = company.person("batu").say(f"还款计划 A{lent} 5.2% 36期 等额本息 首期1月10号").text
    assert "还缺：年利率（没看懂「5.2%」）" in said
    assert "年利率5.2%" in said
    assert "月利率0.8%" in company.person("batu").say(f"还款计划 A{lent} 0.8% 36期 等额本息 首期1月10号").text


def test_more_than_the_whole_loan_is_asked_about(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    said = batu.say(f"还款 A{lent} 70万").text
    assert said == f"700,000元 比 A{lent} 全部结清还多（大约要 120,000元），没有记。没写错就回复 好。"
    assert batu.say(f"结清 A{lent} 900万").text.startswith("9,000,000元 比")
    assert batu.say("好").text.startswith(f"已记 A{lent} 2026-11-24 还款 9,000,000元。贷款已结清，多还了 8,880,000元。")


def test_the_same_sum_on_the_same_day_is_asked_about(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    batu.say(f"还款 A{lent} 5000.5")
    again = f"A{lent} 2026-11-24 已经记过一笔 5,000.50元，没有再记。是另外一笔，回复 好。"
    assert batu.say(f"还款 A{lent} 5000.5 今天").text == again
    assert batu.say(f"还款计划 A{lent}").card.rows["已还"] == "0/12期，共5,000.50元"
    batu.say(f"还款 A{lent} 5000.5 今天")
    assert "已记" in batu.say("好").text
    assert batu.tap(batu.say(f"还款计划 A{lent}").card, "记还款").text.startswith("A1 张伟 还了多少？")
    assert batu.say("5000.5").text == again.replace("一笔 5", " 2 笔 5")
    assert "已记" in batu.say("好").text
    assert batu.say(f"还款计划 A{lent}").card.rows["已还"].endswith("共15,001.50元")


def test_no_yes_is_asked_for_while_another_question_would_take_it(company: Company, lent: int) -> None:
    """Of finance a 好 to this would have paid out another application."""
    batu = company.person("batu")
    other = company.lead("李四", phone="13947100002", by="batu")

    def said(text: str) -> str:
        batu.say(f"进件 L{other}")  # whose first question is open
        told = batu.say(text).text
        assert "回复 好" not in told, text
        return told.splitlines()[0]

    far = f"还款计划 A{lent} 等额本息 12期 年利率12% 首期 2028-06-24"
    assert said(far).endswith(f"没写错就请发：{far} 没写错")
    batu.say("取消")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    batu.say(f"还款 A{lent} 5000")
    one_more = f"还款 A{lent} 5000 2026-11-24 再记一笔"
    assert said(f"还款 A{lent} 5000").endswith(f"是另外一笔，请发：{one_more}")
    assert said(one_more).startswith("已记")
    assert said(f"结清 A{lent} 70万").endswith(f"没写错就请发：结清 A{lent} 700000 2026-11-24 没写错")
    batu.say(f"取消还款 A{lent}")
    assert said(f"取消还款 A{lent}").endswith(f"是就请发：取消还款 A{lent} 5000 2026-11-24 再取消第2笔")


def test_that_it_is_another_one_is_said_of_one_alone(company: Company, lent: int) -> None:
    """The same message sent twice would record three repayments of two."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    batu.say(f"还款 A{lent} 100")
    assert "已记" in batu.say(f"还款 A{lent} 100 再记一笔").text
    twice = f"A{lent} 2026-11-24 已经记过 2 笔 100元，没有再记。是另外一笔，回复 好。"
    assert batu.say(f"还款 A{lent} 100 再记一笔").text == twice
    assert batu.say(f"还款计划 A{lent}").card.rows["已还"].endswith("共200元")
    assert "已记" in batu.say(f"还款 A{lent} 100 再记第3笔").text
    assert batu.say(f"还款 A{lent} 100 再记第3笔").text.startswith(f"A{lent} 2026-11-24 已经记过 3 笔")
    assert batu.say(f"还款 A{lent} 100 没写错").text.startswith(f"A{lent} 2026-11-24 已经记过 3 笔")
    assert "已记" in batu.say("好").text
    assert batu.say(f"还款计划 A{lent}").card.rows["已还"].endswith("共400元")
    assert batu.say(f"结清 A{lent} 100 再记第5笔").text.startswith("100元 不够结清")


def test_who_says_that_it_is_another_one_is_not_asked_about_its_sum_as_well(company: Company, lent: int) -> None:
    """He has seen the sum twice; of one that he sends for the first time he has not."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    assert "比" in batu.say(f"还款 A{lent} 70万").text
    batu.say(f"还款 A{lent} 10万")
    assert batu.say(f"还款 A{lent} 10万").text.startswith(f"A{lent} 2026-11-24 已经记过一笔 100,000元")
    assert batu.say("好").text.startswith(f"已记 A{lent} 2026-11-24 还款 100,000元。贷款已结清")


def test_a_loan_is_found_by_its_customer_too(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say("还款计划 L1 等额本金 12期 年利率12% 首期 2026-12-24")
    assert batu.say("还款计划 L1").card.title == f"A{lent} 还款 · 张伟"
    assert "已记 A1" in batu.say("还款 L1 5000").text
    assert batu.say("还款 L99 5000").text.startswith("请写进件编号")


@pytest.mark.parametrize(
    "typed", ["还款 L{} 5000 11-24", "结清 L{}", "取消还款 L{}", "延期还款 L{} 12-01 到 12-20", "还款计划 L{}"]
)
def test_of_two_loans_of_a_customer_it_is_asked_which(company: Company, lent: int, typed: str) -> None:
    batu, lead = company.person("batu"), lead_of(company, lent)
    second = lend(company, lead)
    for number in (lent, second):
        batu.say(f"还款计划 A{number} 等额本金 12期 年利率12% 首期 2026-12-24")
    said = batu.say(typed.format(lead)).text
    each = f"A{lent}（2026-11-24 放款 120,000元）、A{second}（2026-11-24 放款 120,000元）"
    send = typed.format(lead).replace(f"L{lead}", f"A{lent}")
    assert said == f"L{lead} 有 2 笔贷款：{each}。是哪一笔？请写它的编号，如：{send}"
    assert "是哪一笔" not in company.person("zhangsan").say(typed.format(lead)).text


def test_of_two_loans_the_one_that_runs_is_meant(company: Company, lent: int) -> None:
    """But what is taken back may be that the other one was paid off."""
    batu, lead = company.person("batu"), lead_of(company, lent)
    second = lend(company, lead)
    for number in (lent, second):
        batu.say(f"还款计划 A{number} 等额本金 12期 年利率12% 首期 2026-12-24")
    assert "贷款已结清" in batu.say(f"结清 A{second} 12万").text
    assert batu.say(f"还款 L{lead} 5000").text.startswith(f"已记 A{lent} ")
    assert "是哪一笔？" in batu.say(f"取消还款 L{lead}").text


def test_who_gave_the_customer_away_records_no_more(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    card = batu.say(f"还款计划 A{lent}").card
    assert "记还款" in card.labels
    company.person("lina").say("转移 L1 张三")
    assert "没有找到" in batu.tap(card, "记还款").text


def test_what_is_deferred_is_late_nowhere(company: Company, lent: int) -> None:
    """Interest of 1,200 a month: of December's 1,000 are late, January to March fell due in the days of grace."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 先息后本 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2026, 12, 24, 9, 30, tzinfo=CHINA)
    batu.say(f"还款 A{lent} 200")
    company.clock.now = datetime(2027, 3, 26, 9, 30, tzinfo=CHINA)
    batu.say(f"延期还款 A{lent} 1-20 到 3-31")
    card = batu.say(f"还款计划 A{lent}").card
    assert card.rows["逾期"] == "26天 M1 1,000元"
    assert "另有 3,600元 到期未还，延期中，不算逾期" in card.whole
    assert batu.say("逾期").card.rows[f"A{lent}"].endswith("26天 M1 欠1,000元")
    plan = batu.tap(card, "还款计划").card.rows
    assert [plan[f"{number}期"].split()[2:] for number in range(1, 6)] == [
        ["逾期", "欠1,000元"],
        ["未还"],
        ["未还"],
        ["未还"],
        [],
    ]
    said = batu.say(f"还款 A{lent} 400 12-26").text
    assert "逾期 26 天（M1），欠 600元。另有 3,600元 到期未还，延期中，不算逾期。" in said
    assert "到期未还 3,600元，延期中，不算逾期。" in batu.say(f"还款 A{lent} 600 12-27").text
    assert "没有逾期的贷款" in batu.say("逾期").card.whole
    assert batu.say(f"还款计划 A{lent}").card.rows["到期未还"] == "3,600元"
    company.clock.now = datetime(2027, 4, 2, 9, 30, tzinfo=CHINA)
    batu.say("帮助")
    assert batu.say("逾期").card.rows[f"A{lent}"].endswith("2天 M1 欠3,600元")


@pytest.mark.parametrize(("day", "owed"), [((2027, 2, 24), []), ((2027, 3, 1), ["3,600元"])])
def test_a_reminder_tells_only_of_what_is_late(
    company: Company, lent: int, day: tuple[int, int, int], owed: list[str]
) -> None:
    """January and February fall due in days of grace, and are late behind them with December."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 先息后本 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2027, 1, 20, 9, 30, tzinfo=CHINA)
    batu.say(f"延期还款 A{lent} 1-21 到 2-26")
    company.clock.now = datetime(*day, 9, 30, tzinfo=CHINA)
    batu.say("帮助")
    before = company.so_far
    company.runtime.repayments.round()
    company.settle()
    assert [card.rows["应还"] for card in batu.heard_since(before).cards] == owed


def test_days_late_are_the_same_wherever_they_stand(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2026, 12, 25, 9, 30, tzinfo=CHINA)
    batu.say(f"延期还款 A{lent} 12-25 到 12-30")
    company.clock.now = datetime(2027, 1, 4, 9, 30, tzinfo=CHINA)
    batu.say("帮助")
    before = company.so_far
    company.runtime.repayments.round()
    company.settle()
    (told,) = batu.heard_since(before).cards
    assert "已逾期 5 天，进入 M1" in told.whole
    assert batu.say(f"还款计划 A{lent}").card.rows["逾期"].startswith("5天 M1")


@pytest.mark.parametrize(
    ("today", "typed", "days"),
    [
        ((2026, 12, 30), "12-25 到 12-28", "2026-12-25 到 2026-12-28"),
        ((2026, 12, 30), "12-25 到 1-15", "2026-12-25 到 2027-01-15"),
        ((2027, 3, 1), "2-20 到 3-20", "2027-02-20 到 2027-03-20"),
        ((2027, 4, 6), "3-01 到 3-31", "2027-03-01 到 2027-03-31"),
        ((2027, 4, 6), "12-31 到 4-30", "2026-12-31 到 2027-04-30"),
        ((2027, 1, 25), "1月20日 到 1月31日", "2027-01-20 到 2027-01-31"),
        ((2027, 1, 25), "20号 到 31号", "2027-01-20 到 2027-01-31"),
        ((2026, 12, 30), "1-05 到 1-20", "2027-01-05 到 2027-01-20"),
    ],
)
def test_days_of_grace_may_have_begun(
    company: Company, lent: int, today: tuple[int, int, int], typed: str, days: str
) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(*today, 9, 30, tzinfo=CHINA)
    assert batu.say(f"延期还款 A{lent} {typed}").text.startswith(
        f"记下了：A{lent} 从 {days}，不算逾期，也不提醒。记错了回复 延期还款 A{lent} 取消 "
    )


@pytest.mark.parametrize("typed", ["12月31日到12月24日", "12-31 到 12-24"])
def test_days_of_grace_turned_round_are_asked_about(company: Company, lent: int, typed: str) -> None:
    """They would be a year but a week without a reminder."""
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    assert "记下了" not in batu.say(f"延期还款 A{lent} {typed}").text
    assert "延期还款：" not in batu.say(f"还款计划 A{lent}").card.whole
    assert "记下了" in batu.say(f"延期还款 A{lent} 2026-12-24 到 2027-09-30").text


def test_days_of_grace_are_taken_back_as_it_is_said(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    undo = batu.say(f"延期还款 A{lent} 12-24 到 12-30").text.split("记错了回复 ")[1]
    assert "已取消" in batu.say(undo).text


def test_a_long_grace_and_one_of_several_are_asked_about(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    long = f"延期还款 A{lent} 2026-12-01 到 2062-12-20"
    assert batu.say(long).text.startswith("延期 2026-12-01 到 2062-12-20 太长，或在最后一期以后")
    assert "延期还款：" not in batu.say(f"还款计划 A{lent}").card.whole
    batu.say(long)
    assert "记下了" in batu.say("好").text
    assert "已取消" in batu.say(f"延期还款 A{lent} 取消").text
    for days in ("12-24 到 12-30", "01-24 到 01-30"):
        assert "记下了" in batu.say(f"延期还款 A{lent} {days}").text
    which = batu.say(f"延期还款 A{lent} 取消").text
    assert which.startswith("没有取消。")
    assert which.endswith(f"延期还款 A{lent} 取消 2027-01-24")
    assert "2026-12-24 到 2026-12-30 的还算" in batu.say(f"延期还款 A{lent} 取消 01-24").text


def test_paid_ahead_it_is_settled_by_a_yes(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 先息后本 12期 年利率12% 首期 2026-12-24")
    said = batu.say(f"还款 A{lent} 50000").text
    assert "提前还的 50,000元 先抵后面的期数" in said
    card = batu.say(f"还款计划 A{lent}").card
    assert card.rows["剩余本金"] == "84,400元", "what is paid ahead pays the interest of the plan first"
    assert "其中 50,000元 是提前还的；提前结清还要多少，回复 结清 A1" in card.whole
    assert "大约要 70,000元" in batu.say(f"结清 A{lent}").text
    assert batu.say(f"还款 A{lent} 7.2万").text.startswith("72,000元 比 A1 全部结清还多"), "it is asked about"
    assert "已记" in batu.say(f"还款 A{lent} 7万").text
    assert batu.say(f"结清 A{lent}").text == f"A{lent} 已经还够了，不用再还。记为结清就回复 好"
    assert "贷款已结清" in batu.say("好").text
    assert "贷款已结清" not in batu.say(f"还款计划 A{lent}").card.whole
    assert "提前还的" not in batu.say(f"还款计划 A{lent}").card.whole
    assert batu.say(f"还款计划 A{lent}").card.rows["剩余本金"] == "0元"


def test_whether_a_colleagues_lead_has_a_loan_is_told_to_nobody(company: Company, lent: int) -> None:
    """The number of the lead that has one and of one that has none get the same answer."""
    without = company.lead("李四", phone="13947100002", by="batu")
    stranger = company.person("zhangsan")
    for typed in ("还款计划 L{}", "还款 L{} 5000", "结清 L{}", "取消还款 L{}", "延期还款 L{} 12-01 到 12-20"):
        answers = {stranger.say(typed.format(number)).text for number in (lead_of(company, lent), without, 9999)}
        assert len(answers) == 1, typed


def test_days_of_grace_are_shown_and_taken_back(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    assert batu.say(f"延期还款 A{lent} 取消").text == f"A{lent} 没有延期还款可以取消。"
    batu.say(f"延期还款 A{lent} 12-20 到 2027-01-10")
    shown = batu.say(f"还款计划 A{lent}").card.whole
    assert "延期还款：2026-12-20 到 2027-01-10，不算逾期，也不提醒" in shown
    said = f"已取消 A{lent} 2026-12-20 到 2027-01-10 的延期还款，那些天照常算逾期。"
    assert batu.say(f"延期还款 A{lent} 取消").text == said
    assert "延期还款：" not in batu.say(f"还款计划 A{lent}").card.whole


def test_what_comes_is_told_of_though_something_is_late(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2027, 1, 21, 9, 30, tzinfo=CHINA)
    batu.say("帮助")
    before = company.so_far
    company.runtime.repayments.round()
    company.settle()
    titles = {(card.title, card.rows["到期"]) for card in batu.heard_since(before).cards}
    assert titles == {("还款逾期 · 张伟", "2026-12-24"), ("还款提醒 · 张伟", "2027-01-24")}


def test_what_is_late_is_listed_for_who_looks_after_it(company: Company, lent: int) -> None:
    batu, hejing = company.person("batu"), company.person("hejing")
    assert batu.say("逾期").card.whole.count("没有逾期的贷款") == 1
    batu.say(f"还款计划 A{lent} 等额本金 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2027, 1, 25, 9, 30, tzinfo=CHINA)
    batu.say("帮助")
    card = batu.say("逾期").card
    assert "共1笔 · M2 1笔" in card.whole
    assert card.rows[f"A{lent}"] == "张伟 32天 M2 欠22,300元"
    assert batu.tap(card, f"A{lent}").card.title == f"A{lent} 还款 · 张伟"
    assert f"贷款 A{lent} · 逾期32天 M2" in batu.say("客户 L1").card.whole
    assert hejing.say("逾期").card.rows[f"A{lent}"].endswith("巴特尔")
    assert "没有逾期" in company.person("zhangsan").say("逾期").card.whole
    batu.say(f"延期还款 A{lent} 01-25 到 01-25")
    assert "31天" in batu.say("逾期").card.rows[f"A{lent}"]
    batu.say(f"还款 A{lent} 22300")
    assert "没有逾期" in batu.say("逾期").card.whole


def test_he_is_reminded_and_writes_down_the_payment_from_the_card(company: Company, lent: int) -> None:
    batu = company.person("batu")
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    company.clock.now = datetime(2026, 12, 21, 9, 30, tzinfo=CHINA)
    batu.say("帮助")  # so that the clock is believed: nobody wrote for a month
    before = company.so_far
    company.runtime.repayments.round()
    company.settle()
    (told,) = batu.heard_since(before).cards
    assert told.title == "还款提醒 · 张伟"
    assert "还有 3 天到期" in told.whole
    assert batu.tap(told, "记还款").text.startswith("A1 张伟 还了多少？")
    assert "没看懂还了多少" in batu.say("还了").text
    assert "已记" in batu.say("10661.86").text
    assert batu.say(f"还款计划 A{lent}").card.rows["已还"].startswith("1/12期")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("还款 5000", "请写进件编号"),
        ("还款 A{n}", "没看懂还了多少"),
        ("还款 A{n} 五六千", "没看懂还了多少"),
        ("还款 a {n} 一些", "没看懂还了多少"),
        ("还款 A{n} 5千 昨天", "在放款以前"),
        ("还款计划 A {n} 12期", "还缺"),
        ("还款 A{n} 5000 13-45", "没看懂还了多少"),
        ("还款 A{n} 5000 2027-01-01", "还没到"),
        ("还款 A{n} 5000 2026-01-01", "在放款以前"),
        ("还款 A999 5000", "没有找到进件 A999"),
        ("还款计划 A{n} 12期 年利率12% 首期 2027-02-30", "还缺：首期日期"),
        ("还款计划 A{n} 12期 年利率12% 首期 2020-01-01", "首期早于放款日"),
        ("还款计划 A{n} 12期 年利率12% 首期 2072-01-15", "首期 2072-01-15 离今天很远"),
        ("还款计划 A{n} 3期宽限 12期 年利率12% 首期 2026-12-24", "还缺：几期（没看懂「3期、12期」）"),
        ("延期还款 A{n} 12-01", "没看懂从哪天到哪天"),
        ("取消还款 A{n}", "没有可以取消的还款记录"),
    ],
)
def test_what_is_wrong_is_said(company: Company, lent: int, typed: str, said: str) -> None:
    batu = company.person("batu")
    if "5000 " in typed or "5千" in typed:
        batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2026-12-24")
    assert said in batu.say(typed.format(n=lent)).text


def test_a_stranger_to_it_hears_of_none(company: Company, lent: int) -> None:
    zhou = company.person("zhangsan")
    assert zhou.say(f"还款计划 A{lent}").text == f"没有找到进件 A{lent}，或您看不到它。"
    assert zhou.say(f"还款 A{lent} 5000").text == f"没有找到进件 A{lent}，或您看不到它。"


def test_a_first_instalment_far_off_is_asked_about(company: Company, lent: int) -> None:
    batu = company.person("batu")
    said = batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2028-06-24").text
    assert said == f"首期 2028-06-24 离今天很远，A{lent} 的计划没有定；请核对日期。没写错就回复 好。"
    assert "还没有还款计划" in batu.say(f"还款 A{lent} 100").text
    assert "2028-06-24 还第一期" in batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2028-06-24 没写错").text
    batu.say(f"还款计划 A{lent} 12期 年利率12% 首期 2028-06-23")
    assert "2028-06-23 还第一期" in batu.say("好").text
