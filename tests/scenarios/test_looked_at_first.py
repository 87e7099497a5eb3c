"""What people look at before they decide, and what they are told of it afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from kit import loans
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import decide, hand_in, newest_card, open_task, row, stands

from core.calendar import CHINA, Length, Unit
from core.loans.flows import Approve, Deadline, Decision, Flows
from core.loans.forms import Document
from core.loans.run import hold

pytestmark = ON_ONE_DATABASE


def changed(company: Company, **more: object) -> None:
    """The shipped flow, of which all who approve do so in this way."""
    now = company.runtime.company
    (shipped,) = now.flows.flows
    nodes = tuple(replace(node, **more) if isinstance(node, Approve) else node for node in shipped.nodes)  # type: ignore[arg-type]
    company.runtime.in_force.hold(replace(now, flows=Flows((replace(shipped, nodes=nodes),))))


@pytest.mark.parametrize(
    ("begun", "looks"), [("驳回 A1", "A1"), ("驳回 A1", "t1"), ("退回 T1 提交人", "T1"), ("转交 T1", "A1")]
)
def test_a_mere_number_is_looked_up_and_no_reason(company: Company, begun: str, looks: str) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    assert "请直接发送" in liufang.say(begun).text
    heard = liufang.say(looks)
    assert heard.cards
    assert "还在等" in heard.text or "原因" in heard.text or "姓名" in heard.text, heard.text
    assert row(company, 1).state == "running"
    assert stands(company, 1) == "first_review: liufang chaolu"


def test_a_sum_is_lowered_before_it_is_said_why_it_is_agreed_to(company: Company) -> None:
    changed(company, editable=("amount",), reasons=frozenset({Decision.AGREE}))
    hand_in(company)
    liufang = company.person("liufang")
    assert "改为 40万" in liufang.say("修改 T1 申请金额 40万").text
    assert liufang.say("同意 T1").text.startswith("同意 T1：请直接发送原因")


def test_why_it_was_refused_stands_where_it_is_looked_for(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say(f"驳回 A{number} 征信有瑕疵")
    for who, typed in (("batu", "进度"), ("batu", "进件"), ("lina", "进度")):
        assert "征信有瑕疵" in company.person(who).say(f"{typed} A{number}").card.whole, (who, typed)


def test_what_is_held_for_a_paper_says_so(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    now = company.runtime.company
    (form,) = now.forms
    wanted = replace(form, documents=(Document("contract", "借款合同签字页", stage="payout"),))
    company.runtime.in_force.hold(replace(now, forms=(wanted,)))
    monkeypatch.setattr(loans, "without_papers", lambda _company: None)
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    card = newest_card(batu, "签约")
    for line in (f"办理 A{number}", "5%", "1万", "不填", "不填"):
        said = batu.say(line).text
    assert said.endswith(f"已办完。A{number} 还缺 借款合同签字页，等 巴特尔·孟和 补资料。"), said
    assert batu.now(card).rows["现在"] == "放款前补资料 · 巴特尔·孟和"
    assert batu.say(f"进度 A{number}").card.rows["现在"] == "放款前 · 等补材料 巴特尔"
    batu.say(f"取回 A{number}")
    assert "的服务费改为 3万" in batu.say(f"修改 A{number} 服务费 3万").text, (
        "of what is open, and not of the papers' task"
    )


def test_what_was_done_is_not_said_to_be_agreed_to(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    task = open_task(company, "batu")
    for line in (f"办理 T{task}", "5%", "1万", "不填", "不填"):
        said = batu.say(line).text
    assert said.startswith(f"T{task} 已办完。")
    assert batu.say(f"办理 T{task}").text.startswith(f"T{task} 您已经办完了（")
    assert batu.say(f"退回 T{task} 提交人 错了").text.startswith(f"T{task} 您已经办完了（")


def test_what_was_returned_is_not_taken_back(company: Company) -> None:
    number = hand_in(company)
    decide(company, "liufang", number, Decision.RETURN, node="start")
    said = company.person("liufang").say("取回 T1").text
    assert said.startswith("T1 取不回来：能取回的是自己的同意"), said


def test_of_what_is_filled_in_the_question_before_is_asked_again(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    task = open_task(company, "batu")
    batu.say(f"办理 T{task}")
    assert "服务费（2/4）" in batu.say("5%").text
    assert "其他一次性费用（3/4）" in batu.say("五千").text
    assert "服务费（2/4）" in batu.say("上一题").text
    assert "年利率（1/4）" in batu.say("上一题").text
    assert batu.say("上一题").text.startswith("这已经是第一题了。")
    for line in ("6%", "6000", "不填", "不填"):
        said = batu.say(line).text
    assert said.startswith(f"T{task} 已办完。")
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        run = hold(unit, number, company.runtime.company.loans, None)
        assert run is not None
        assert (run.values["yearly_rate"], run.values["service_fee"]) == ("0.06", 600_000)


def test_it_costs_nothing_yet_as_long_as_a_fee_is_to_be_said(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    for line in (f"办理 T{open_task(company, 'batu')}", "18%", "取消"):
        batu.say(line)
    assert "融资成本" not in batu.say(f"进件 A{number}").card.whole
    for line in (f"办理 T{open_task(company, 'batu')}", "好", "3万", "不填", "不填"):
        batu.say(line)
    assert "融资成本" in batu.say(f"进件 A{number}").card.whole


def test_what_is_due_by_the_clock_is_due_by_the_clock(company: Company) -> None:
    """On a Saturday no working time is left, and a quarter of an hour is."""
    company.clock.now = datetime(2026, 11, 28, 12, 0, tzinfo=CHINA)
    changed(company, deadline=Deadline(Length(15, Unit.MINUTE)))
    number = hand_in(company)
    liufang = company.person("liufang")
    company.clock.now += timedelta(minutes=20)
    assert "已超期5分钟" in liufang.say(f"待办 A{number}").card.whole
    assert newest_card(liufang, "初审").title.startswith("T1 初审")


BIG = {"amount": 250_000_000, "house_value": 900_000_000, "monthly_income": 100_000_000}


@pytest.mark.parametrize(("later", "asked"), [(timedelta(seconds=2), True), (timedelta(minutes=11), False)])
def test_who_is_late_at_one_step_has_not_voted_at_the_next(company: Company, later: timedelta, asked: bool) -> None:
    """Both mean 初审, where one of them is enough; 复审 is of all three."""
    number = hand_in(company, **BIG)
    liufang, chaolu = company.person("liufang"), company.person("chaolu")
    liufang.say(f"同意 A{number}")
    company.clock.go(seconds=later.total_seconds())
    heard = chaolu.say(f"同意 A{number} 资料齐全")
    if not asked:
        assert heard.text.startswith("T4 已同意。")
        return
    assert heard.text == "A1 的 T2 刘芳 刚才处理过了。现在到了下一步 T4，还没有处理。看过卡片，同意就回复 好。"
    assert stands(company, number) == "joint_review: liufang chaolu agula"
    assert chaolu.say("好").text.startswith("T4 已同意。")


def brought_back(company: Company) -> int:
    """An application that came back to 初审 with another amount, of which 刘芳 has only seen the first."""
    number = hand_in(company)
    batu = company.person("batu")
    company.person("chaolu").say(f"退回 A{number} 提交人 金额不对")
    batu.say(f"修改 A{number} 申请金额 49万")
    batu.say(f"提交 A{number}")
    return number


@pytest.mark.parametrize(
    ("typed", "word"),
    [("后加签 A1 何静", "后加签"), ("驳回 A1 负债率太高", "驳回"), ("退回 A1 提交人 金额太高", "退回")],
)
def test_no_decision_is_made_on_what_came_again_unseen(company: Company, typed: str, word: str) -> None:
    number = brought_back(company)
    before = stands(company, number)
    heard = company.person("liufang").say(typed)
    assert heard.text == f"A1 撤下以后又到了您这里，内容可能改过，没有处理。看过卡片，{word}就回复 好。"
    assert "房抵49万" in heard.card.whole
    assert stands(company, number) == before
    company.person("liufang").say("好")
    assert stands(company, number) != before or row(company, number).state != "running"


def test_a_refusal_of_what_changed_meanwhile_asks_no_more(company: Company) -> None:
    """The question why was about the old sum: it ends with the answer that the card has changed."""
    changed(company, editable=("amount",))
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.tap(newest_card(liufang, "初审"), "驳回")
    company.person("chaolu").say(f"修改 A{number} 申请金额 40万")
    assert "有变动，没有处理" in liufang.say("负债率太高了不能做").text
    assert "有变动" not in liufang.say("负债率太高了不能做").text
    assert row(company, number).state == "running"


@pytest.mark.parametrize("asks", ["加签 A1 何静", "委派 A1 何静"])
def test_who_had_asked_waits_again_when_the_answer_is_taken_back(company: Company, asks: str) -> None:
    number = hand_in(company)
    decide(company, "liufang", number)
    agula, hejing = company.person("agula"), company.person("hejing")
    agula.say(asks)
    hejing.say(f"同意 A{number} 抵押物没问题")
    card = newest_card(agula, "复审")
    assert "抵押物没问题" in card.whole
    hejing.say(f"取回 A{number}")
    assert "抵押物没问题" not in agula.now(card).whole
    assert "同意" not in agula.now(card).labels
    assert "要先等 何静 处理" in agula.say(f"同意 T{open_task(company, 'hejing') - 1}").text
    assert stands(company, number) == "second_review: hejing"
    hejing.say(f"同意 A{number}")
    assert stands(company, number) == "second_review: agula"


def test_who_was_dropped_is_not_asked_again_when_the_vote_is_taken_back(company: Company) -> None:
    number = hand_in(company)
    decide(company, "liufang", number)
    agula = company.person("agula")
    agula.say(f"后加签 A{number} 何静")
    agula.say(f"减签 A{number}")
    assert stands(company, number).startswith("signing")
    agula.say(f"取回 A{number}")
    assert stands(company, number) == "second_review: agula"
    agula.say(f"同意 A{number}")
    assert stands(company, number).startswith("signing")


def test_what_was_agreed_to_before_it_was_withdrawn_stands_on_no_card(company: Company) -> None:
    """It was agreed to 装修; what comes now is something else."""
    number = hand_in(company)
    decide(company, "liufang", number)
    batu, agula = company.person("batu"), company.person("agula")
    assert "刘芳 已同意" in newest_card(agula, "复审").whole
    batu.say(f"撤回 A{number}")
    batu.say(f"修改 A{number} 用途 购车")
    company.clock.go(minutes=2)
    batu.say(f"提交 A{number}")
    assert company.person("chaolu").say(f"同意 A{number}").text.startswith("T5 已同意。")
    assert "朝鲁·门德 已同意" in newest_card(agula, "复审").whole
    assert "刘芳 已同意" not in newest_card(agula, "复审").whole


def test_who_is_asked_for_an_opinion_refuses_nothing(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say(f"委派 A{number} 何静")
    hejing = company.person("hejing")
    asked = hejing.tap(newest_card(hejing, "初审"), "不同意")
    assert asked.text == "T3 不同意：请直接发送理由，请您给意见的人会看到。回复 取消 退出。"
    assert "意见：不同意" in hejing.say("抵押物不好处置").text
    assert row(company, number).state == "running"


def test_what_he_took_back_himself_he_has_seen(company: Company) -> None:
    number = brought_back(company)
    liufang = company.person("liufang")
    liufang.say(f"同意 A{number}")
    liufang.say("好")
    liufang.say(f"取回 A{number}")
    assert liufang.say(f"同意 A{number}").text.startswith("T4 已同意。")
