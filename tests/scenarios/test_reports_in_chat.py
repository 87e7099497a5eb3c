"""外部报告 in chat: authorised by a signed paper, asked for once, waited for where it is mandatory, brought by hand."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import ON_ONE_DATABASE, Colleague, Company
from kit.filled import filled
from kit.loans import newest_card, row, stands
from kit.phones import PARTS
from kit.reports import LOW_SCORE, PNG, POLLED, Outcome, asks_for_reports, authorised, begun, picture, radar
from sqlalchemy import select

from bot.commands import list_outbox
from cards.channel import Misconfigured, NoReport, Permanent, Promised, Resting, Retry
from core.leads import media
from core.leads.kept import Medium
from core.loans import service
from core.loans.flows import Approve, Flows
from core.loans.outcomes import Started
from core.risk.models import Consent, OutsideReport, RiskDecision
from core.risk.policy import Rule, Severity
from core.risk.providers import Item, Providers
from core.store.audit import AuditRow
from core.store.outbox import Kind, OutboxRow
from jobs.reporting import Brought

pytestmark = ON_ONE_DATABASE
OWN_ID, OTHER_ID = str(filled("house")["id_number"]), "150102199003070015"
LAWSUITS = Rule(
    "lawsuits", "涉诉", "radar_lawsuits > 0.0", Severity.REVIEW, "涉诉 {radar_lawsuits}", missing=Severity.WARN
)


@pytest.fixture
def batu(company: Company) -> Colleague:
    return company.person("batu")


def reports(company: Company) -> list[OutsideReport]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(OutsideReport).order_by(OutsideReport.id)))


def actions(company: Company) -> list[str]:
    with company.runtime.store.read() as session:
        return [each for each in session.scalars(select(AuditRow.action)) if each.startswith(("report:", "consent:"))]


def decisions(company: Company) -> list[RiskDecision]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(RiskDecision).order_by(RiskDecision.id)))


def test_without_a_consent_nobody_is_asked(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    assert batu.say(f"提交 A{number}").text.startswith(f"A{number} 已提交，到初审")
    assert bureau.asked == []
    assert reports(company) == []
    card = batu.say(f"报告 A{number}").card
    assert card.rows["大数据分"] == "没有授权，请先收征信授权书"
    assert card.labels[0] == "发征信授权书"


def test_a_report_that_has_to_be_is_not_handed_in_without_a_consent(company: Company, batu: Colleague) -> None:
    asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    said = batu.say(f"提交 A{number}").text
    assert said == f"A{number} 还不能提交。还缺报告：大数据分（没有授权，请先收征信授权书）。"


def test_a_card_says_that_a_report_is_lacking_before_it_can_be_handed_in(company: Company, batu: Colleague) -> None:
    asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    assert "填好了，还差 1 份报告才能提交" in batu.say(f"A{number}").card.whole
    authorised(company, batu, number)
    assert "填好了，可以提交" in batu.say(f"A{number}").card.whole
    batu.say(f"撤回授权 A{number}")
    assert "填好了，还差 1 份报告才能提交" in batu.say(f"A{number}").card.whole


def test_a_signed_paper_is_a_consent_until_its_day(company: Company, batu: Colleague) -> None:
    asks_for_reports(company, radar())
    number = begun(company)
    said = authorised(company, batu, number)
    assert "已记下授权：征信查询、大数据查询，到 2027-02-22。" in said
    assert "已记下" not in authorised(company, batu, number, PNG + b"2"), "the second side of the same"
    with company.runtime.store.read() as session:
        given = list(session.scalars(select(Consent)))
    assert [(one.purpose, one.application_id, str(one.until)) for one in given] == [
        ("征信查询", number, "2027-02-22"),
        ("大数据查询", number, "2027-02-22"),
    ]
    company.clock.go(days=91)
    assert batu.say(f"报告 A{number}").card.rows["大数据分"].startswith("没有授权")


def test_it_is_asked_for_once_waited_for_and_looked_at_by_the_rules(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True), rules=(LOW_SCORE,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=520.0, lawsuits=2.0))
    heard = batu.say(f"提交 A{number}")
    assert heard.text.startswith(f"A{number} 已提交，正在查大数据分，结果回来就自动往下走。")
    assert stands(company, number) == "risk_review: agula"
    assert [len(asked.items or {}) for asked in bureau.asked] == [2]
    assert "大数据分 520，低于 550" in batu.say(f"预审 A{number}").card.whole
    (report,) = reports(company)
    assert (report.state, report.cost_fen) == ("there", 350)
    assert len(decisions(company)) == 1, "not before the report was there"
    assert '"radar"' in decisions(company)[0].reports
    batu.say(f"重新评估 A{number}")
    assert len(bureau.asked) == 1, "it is good still"
    assert "刘志强".encode() not in (report.raw or b""), "sealed"
    assert actions(company) == ["consent:given", "consent:given", "report:asked", "report:there"]


@PARTS
def test_as_long_as_it_is_awaited_it_stands_at_its_start(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True, polling=POLLED))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [Promised("r-1"), Promised("r-1")]
    batu.say(f"提交 A{number}")
    assert "查外部报告" in batu.say(f"进度 A{number}").card.whole
    assert decisions(company) == []
    assert batu.say(f"报告 A{number}").card.rows["大数据分"] == "正在查"
    company.clock.go(seconds=31)
    company.settle()
    assert row(company, number).state == "running"
    assert stands(company, number) == ""
    bureau.answers.append(bureau.report(score=700.0, lawsuits=0.0))
    company.clock.go(seconds=31)
    company.settle()
    assert stands(company, number) == "first_review: liufang chaolu"
    (decision,) = decisions(company)
    assert (decision.why, decision.asked_by_id) == ("handed_in", batu.actor.id), "by who handed it in"
    assert [asked.items is None for asked in bureau.asked] == [False, True, True]
    assert len({asked.key for asked in bureau.asked}) == 1
    assert "查外部报告" in batu.say(f"进度 A{number}").card.whole, "the way tells of it"


def test_what_does_not_come_goes_back_to_its_officer_who_can_ask_again(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Permanent("HTTP 400"))
    heard = batu.say(f"提交 A{number}")
    assert row(company, number).state == "returned"
    assert "已退回给您。大数据分没有查到：对方系统出错（HTTP 400）。" in heard.text
    assert newest_card(batu, "修改")
    bureau.answers.append(bureau.report(score=700.0))
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert [report.state for report in reports(company)] == ["failed", "there"]


def test_where_it_may_be_skipped_it_goes_on_without(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True, skippable=True), rules=(LOW_SCORE,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Permanent("HTTP 400"))
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert "大数据分低：缺 大数据分，看不出来" in batu.say(f"预审 A{number}").card.whole


@PARTS
def test_a_provider_that_knows_nothing_of_him_is_an_answer(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(NoReport("查无此人"))
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert batu.say(f"报告 A{number}").card.rows["大数据分"] == "对方没有他的记录"


def test_it_is_asked_again_until_it_is_given_up(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True, gives_up=timedelta(minutes=10)))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [Retry(1, "HTTP 500", maybe_sent=True)] * 40
    batu.say(f"提交 A{number}")
    for _ in range(12):
        company.clock.go(minutes=1)
        company.settle()
    assert row(company, number).state == "returned"
    assert "对方一直没有给出结果" in batu.heard_since().text
    assert len({asked.key for asked in bureau.asked}) == 1
    (report,) = reports(company)
    assert (report.state, report.cost_fen) == ("failed", 350), "paid for once"


@PARTS
def test_no_more_is_spent_on_a_day_than_the_budget(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(budget_fen=400))
    bureau.answers += [bureau.report(score=700.0)] * 2
    for phone, name in (("13947100001", "刘志强"), ("13947100002", "王芳")):
        number = begun(company, phone, name)
        authorised(company, batu, number, PNG + phone.encode())
        batu.say(f"提交 A{number}")
    assert len(bureau.asked) == 1
    assert "没有查到：今天的查询额度用完了" in batu.say(f"报告 A{number}").card.rows["大数据分"]
    company.clock.go(days=1)
    company.person("liufang").say(f"重新评估 A{number}")
    assert len(bureau.asked) == 2


def test_what_the_customer_takes_back_stops_what_is_not_asked_yet(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Retry(1, "HTTP 500"))
    batu.say(f"提交 A{number}")
    said = batu.say(f"撤回授权 A{number}").text
    assert said.startswith("已撤回客户的授权：征信查询、大数据查询。")
    assert row(company, number).state == "returned", "at once"
    assert "大数据分没有授权，请先收征信授权书。" in batu.heard_since().text
    company.clock.go(minutes=1)
    company.settle()
    assert len(bureau.asked) == 1
    assert batu.say(f"提交 A{number}").text.endswith("还缺报告：大数据分（没有授权，请先收征信授权书）。")
    assert "不用撤回" in batu.say(f"撤回授权 A{number}").text
    assert "没有找到" in company.person("zhangsan").say(f"撤回授权 A{number}").text


def test_the_picture_of_an_old_consent_is_none_again(company: Company, batu: Colleague) -> None:
    asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    batu.say(f"撤回授权 A{number}")
    batu.say(f"放弃进件 A{number}")
    batu.tap(newest_card(batu, "放弃"), "确定放弃")
    second = begun_again(company)
    waits = batu.say(f"补材料 A{second} 征信授权书").card
    said = batu.tap(waits, "用以前的 1个").text
    assert "这是以前用过的授权书，授权已经到期或撤回，查报告要请客户重新签。" in said
    assert batu.say(f"报告 A{second}").card.rows["大数据分"].startswith("没有授权")


def begun_again(company: Company) -> int:
    """Another application of the same lead."""
    actor, rules = company.person("batu").actor, company.runtime.company.loans
    with company.runtime.store.unit(request_id="again") as unit:
        started = service.start(unit, actor, 1, "house", filled("house"), rules)
    assert isinstance(started, Started)
    return started.application_id


def test_a_report_is_brought_by_hand_and_counts_before_what_was_said(company: Company, batu: Colleague) -> None:
    """The shipped 征信报告: he had said 1 overdue, the report says 5."""
    asks_for_reports(company)
    number = begun(company)
    assert "客户没有授权「征信查询」" in batu.say(f"补报告 A{number}").text
    authorised(company, batu, number)
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert batu.say(f"补报告 A{number} 征信").text.startswith(f"请发 A{number} 的「征信报告」")
    assert batu.say("好了").text == "还没有收到报告。请先发报告的图片或文件，发完回复 好了。"
    assert "「征信报告」第 1 份" in picture(company, batu, PNG + b"r").text
    assert batu.say("好了").text == "1/3 报告上的「当前逾期」是多少？没有写的回复 不填。"
    assert batu.say("没有").text.startswith("2/3 报告上的「近两年逾期次数」")
    assert "写的是一个范围" in batu.say("两三次").text
    assert "99" in batu.say("100次").text
    assert batu.say("5次").text.startswith("3/3 报告上的「近三月查询次数」")
    heard = batu.say("不填")
    assert heard.text.startswith(
        f"已记 A{number} 的「征信报告」：当前逾期 0元，近两年逾期次数 5，近三月查询次数 （没有填）。"
    )
    company.clock.go(minutes=5)
    company.settle()
    assert "近两年逾期 5次，超过 3 次" in batu.say(f"预审 A{number}").card.whole
    figures = "征信报告：当前逾期 0"
    assert figures not in batu.say(f"报告 A{number}").card.whole, "what it says is not for every eye"
    assert figures in company.person("agula").say(f"报告 A{number}").card.whole
    assert "report:seen" in actions(company)
    assert batu.say("附件 L1").card.title == "L1 附件 1 个", "the consent, and not the report"
    agula = company.person("agula")
    company.clock.go(minutes=5)
    files = agula.tap(agula.say(f"报告 A{number}").card, "看征信报告")
    assert files.text == "正在发「征信报告」的原件，共 1 份。"
    assert any(message.kind == "image" for message in agula.heard_since().messages)
    company.clock.go(days=181)
    assert company.runtime.reports.round() == 1
    with company.runtime.store.read() as session:
        states = dict(session.execute(select(Medium.private, Medium.state)).all())
    assert states == {False: "kept", True: "dropped"}


def brought(company: Company, batu: Colleague, number: int, *answers: str) -> None:
    batu.say(f"补报告 A{number} 征信")
    picture(company, batu, PNG + b"r")
    batu.say("好了")
    for answer in answers:
        company.clock.go(minutes=1)
        batu.say(answer)


def test_a_report_that_comes_late_and_speaks_against_it_goes_to_risk(company: Company, batu: Colleague) -> None:
    asks_for_reports(company)
    number = begun(company)
    authorised(company, batu, number)
    batu.say(f"提交 A{number}")
    company.person("liufang").say(f"同意 A{number}")
    brought(company, batu, number, "没有", "5次", "2次")
    company.person("agula").say(f"同意 A{number}")
    batu.say(f"同意 A{number}")
    for answer in ("5%", "1万", "不填", "不填"):
        company.clock.go(minutes=1)
        batu.say(answer)
    assert stands(company, number) == "final_review: agula"


def test_who_takes_his_consent_back_does_not_look_better_by_that(company: Company, batu: Colleague) -> None:
    """By what he says himself he had been late once; by the report, which counts no more, seven times."""
    asks_for_reports(company)
    number = begun(company)
    authorised(company, batu, number)
    brought(company, batu, number, "没有", "7次", "2次")
    batu.say(f"提交 A{number}")
    assert "近两年逾期 7次" in batu.say(f"预审 A{number}").card.whole
    batu.say(f"撤回授权 A{number}")
    company.clock.go(minutes=2)
    said = batu.say(f"重新评估 A{number}").card
    assert "建议人工复核" in said.title
    assert "缺 近两年逾期次数，看不出来" in said.whole
    company.clock.go(days=31)


def test_a_report_is_not_brought_for_who_came_into_the_form_meanwhile(company: Company, batu: Colleague) -> None:
    asks_for_reports(company)
    number = begun(company)
    authorised(company, batu, number)
    batu.say(f"补报告 A{number} 征信")
    picture(company, batu, PNG + b"r")
    batu.say("好了")
    company.person("lina").say(f"修改 A{number} 身份证号 {OTHER_ID}")
    for answer in ("没有", "1次", "2次"):
        said = batu.say(answer).text
    assert said.startswith(("没有录：", "客户没有授权"))
    assert reports(company) == []


@PARTS
def test_a_consent_is_renewed_by_a_paper_of_another_day(company: Company, batu: Colleague) -> None:
    asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    company.clock.go(days=60)
    assert "已记下授权：征信查询、大数据查询，到 2027-04-23。" in authorised(company, batu, number, PNG + b"anew")
    company.clock.go(days=60)
    assert batu.say(f"报告 A{number}").card.rows["大数据分"] == "还没有查"
    company.clock.go(days=60)
    assert batu.say(f"报告 A{number}").card.rows["大数据分"].startswith("没有授权")
    assert "已记下授权" in authorised(company, batu, number, PNG + b"third")


def test_the_same_file_is_no_second_consent(company: Company, batu: Colleague) -> None:
    """Sent again after the customer took it back, bit for bit."""
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    batu.say(f"撤回授权 A{number}")
    authorised(company, batu, number)
    assert "没有授权" in batu.say(f"提交 A{number}").text
    assert bureau.asked == []


def test_what_the_customer_takes_back_is_looked_at_without(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(), rules=(LOW_SCORE,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=520.0))
    batu.say(f"提交 A{number}")
    assert "大数据分 520" in batu.say(f"预审 A{number}").card.whole
    batu.say(f"撤回授权 A{number}")
    assert "大数据分低：缺 大数据分，看不出来" in batu.say(f"预审 A{number}").card.whole


def test_what_comes_after_it_was_given_up_is_taken(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(calls_back=True, gives_up=timedelta(minutes=5)))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Promised(""))
    batu.say(f"提交 A{number}")
    company.clock.go(minutes=6)
    company.settle()
    (report,) = reports(company)
    assert report.state == "failed"
    body = json.dumps({"key": report.key, "data": {"score": 700.0}}).encode()
    brought = company.runtime.reports.brought("radar", {"X-Word": "open"}, body, "late")
    assert (brought, reports(company)[0].state) == (Brought.TAKEN, "there")


def test_it_is_good_for_so_many_days(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [bureau.report(score=700.0), bureau.report(score=710.0)]
    batu.say(f"提交 A{number}")
    agula = company.person("agula")
    company.clock.go(days=6)
    agula.say(f"重新评估 A{number}")
    assert len(bureau.asked) == 1
    company.clock.go(days=2)
    agula.say(f"重新评估 A{number}")
    company.settle()
    assert len(bureau.asked) == 2


@pytest.mark.parametrize(("days", "counts"), [(90, True), (91, False)])
def test_a_consent_counts_on_its_last_day(company: Company, batu: Colleague, days: int, counts: bool) -> None:
    asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    company.clock.go(days=days)
    assert batu.say(f"报告 A{number}").card.rows["大数据分"].startswith("没有授权") is not counts


def test_what_is_asked_again_is_paid_for_once(company: Company, batu: Colleague) -> None:
    """Another one has the rest of the day's budget."""
    bureau = asks_for_reports(company, radar(budget_fen=700))
    first, second = begun(company), begun(company, "13947100002", "王芳")
    for number, content in ((first, PNG), (second, PNG + b"2")):
        authorised(company, batu, number, content)
    bureau.answers += [Retry(1, "HTTP 500", maybe_sent=True)] * 3 + [bureau.report(score=700.0)] * 2
    batu.say(f"提交 A{first}")
    for _ in range(4):
        company.clock.go(minutes=1)
        company.settle()
    batu.say(f"提交 A{second}")
    assert [(each.state, each.cost_fen) for each in reports(company)] == [("there", 350)] * 2


@pytest.mark.parametrize(("days", "deleted"), [(90, 0), (91, 1)])
def test_it_is_kept_to_its_last_day(company: Company, batu: Colleague, days: int, deleted: int) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=700.0))
    batu.say(f"提交 A{number}")
    company.clock.go(days=days)
    assert company.runtime.reports.round() == deleted


@pytest.mark.parametrize("off", [True, False])
def test_what_is_brought_against_the_consent_or_by_who_is_switched_off_is_kept_by_nobody(
    company: Company, batu: Colleague, off: bool
) -> None:
    bureau = asks_for_reports(company, radar(calls_back=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Promised(""))
    batu.say(f"提交 A{number}")
    (report,) = reports(company)
    if off:
        now = company.runtime.company
        company.runtime.in_force.hold(replace(now, providers=Providers((radar(calls_back=True, active=False),))))
    else:
        batu.say(f"撤回授权 A{number}")
    body = json.dumps({"key": report.key, "data": {"score": 700.0}}).encode()
    brought = company.runtime.reports.brought("radar", {"X-Word": "open"}, body, "late")
    assert brought is (Brought.REFUSED if off else Brought.TAKEN)
    assert [(each.state, each.figures) for each in reports(company)] == [("promised" if off else "stopped", None)]


def test_a_draft_is_promised_nothing(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(calls_back=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Promised(""))
    batu.say(f"提交 A{number}")
    batu.say(f"撤回 A{number}")
    assert "结果回来会再评一次" not in batu.say(f"重新评估 A{number}").text


def test_who_may_not_see_a_report_pays_for_none(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [Permanent("HTTP 400"), bureau.report(score=700.0)]
    batu.say(f"提交 A{number}")
    company.person("hejing").say(f"重新评估 A{number}")
    company.settle()
    assert len(bureau.asked) == 1
    company.person("agula").say(f"重新评估 A{number}")
    company.settle()
    assert len(bureau.asked) == 2


def test_after_its_time_what_it_said_is_deleted(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=700.0))
    batu.say(f"提交 A{number}")
    assert company.runtime.reports.round() == 0
    company.clock.go(days=91)
    company.runtime.reports._tidy_at = float("-inf")
    assert company.runtime.reports.round() == 1
    (report,) = reports(company)
    assert (report.figures, report.raw, report.state) == (None, None, "there")
    assert actions(company)[-1] == "report:deleted"


def another(company: Company, batu: Colleague, number: int, identity: str) -> None:
    """Another ID number stands in the form, and its owner has signed."""
    batu.say(f"撤回 A{number}")
    batu.say(f"修改 A{number} 身份证号 {identity}")


def test_another_applicant_has_to_authorise_it_himself(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [bureau.report(score=700.0)] * 2
    batu.say(f"提交 A{number}")
    batu.say(f"撤回 A{number}")
    batu.say(f"提交 A{number}")
    assert len(bureau.asked) == 1, "it is good for a week"
    another(company, batu, number, OTHER_ID)
    assert "大数据分（没有授权，请先收征信授权书）" in batu.say(f"提交 A{number}").text
    assert "已记下授权" in authorised(company, batu, number, PNG + b"other")
    batu.say(f"提交 A{number}")
    assert [each.items and each.items[Item.ID_NUMBER] for each in bureau.asked] == [OWN_ID, OTHER_ID]


def test_what_is_awaited_about_another_one_is_awaited_no_more(company: Company, batu: Colleague) -> None:
    """Under the key of the one nothing is asked about the other, and what comes says nothing of him."""
    bureau = asks_for_reports(company, radar(mandatory=True), rules=(LOW_SCORE,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(Retry(1, "HTTP 500", maybe_sent=True))
    batu.say(f"提交 A{number}")
    another(company, batu, number, OTHER_ID)
    authorised(company, batu, number, PNG + b"other")
    bureau.answers += [bureau.report(score=520.0)] * 3
    batu.say(f"提交 A{number}")
    company.clock.go(minutes=1)
    company.settle()
    assert [(each.key != bureau.asked[0].key, (each.items or {})[Item.ID_NUMBER]) for each in bureau.asked] == [
        (False, OWN_ID),
        (True, OTHER_ID),
    ]
    assert [each.state for each in reports(company)] == ["stopped", "there"]
    assert stands(company, number) == "risk_review: agula"


def test_a_consent_whose_picture_is_gone_is_none_for_the_relay_either(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [Retry(1, "HTTP 500", maybe_sent=True), bureau.report(score=700.0)]
    batu.say(f"提交 A{number}")
    with company.runtime.store.unit(request_id="gone") as unit:
        media.forget(unit, [1], None)
    company.clock.go(minutes=1)
    company.settle()
    assert len(bureau.asked) == 1
    assert row(company, number).state == "returned"


def test_the_consent_of_one_is_none_of_who_was_merged_with_him(company: Company, batu: Colleague) -> None:
    """王芳 signed nothing: 刘志强 did, as long as the two were taken for one."""
    bureau = asks_for_reports(company, radar(mandatory=True))
    first, lead = begun(company), company.lead("王芳", "13947100002", by="zhangsan")
    lina = company.person("lina")
    lina.say(f"合并客户 L{lead} L1")
    lina.say("确认")
    authorised(company, batu, first)
    lina.say("撤销合并 M1")
    zhangsan = company.person("zhangsan")
    actor, rules = zhangsan.actor, company.runtime.company.loans
    with company.runtime.store.unit(request_id="second") as unit:
        second = service.start(unit, actor, lead, "house", filled("house", id_number=OTHER_ID), rules)
    assert isinstance(second, Started)
    assert "没有授权" in zhangsan.say(f"提交 A{second.application_id}").text
    bureau.answers.append(bureau.report(score=700.0))
    assert batu.say(f"提交 A{first}").text.startswith(f"A{first} 已提交")
    assert [each.items and each.items[Item.NAME] for each in bureau.asked] == ["刘志强"]


@pytest.mark.parametrize("outcome", [Misconfigured("no secret"), Resting(60), Retry(1, "no route", maybe_sent=False)])
def test_what_was_not_sent_costs_nothing(company: Company, batu: Colleague, outcome: Outcome) -> None:
    bureau = asks_for_reports(company, radar(budget_fen=350))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [outcome, bureau.report(score=700.0)]
    batu.say(f"提交 A{number}")
    assert [(each.cost_fen, each.called_at) for each in reports(company)] == [(0, None)]
    company.clock.go(minutes=2)
    company.settle()
    assert [(each.cost_fen, each.state) for each in reports(company)] == [(350, "there")]


@pytest.mark.parametrize("value", [1e308, -1e308, -5.0, float("1e13")])
def test_a_figure_that_cannot_be_so_is_none(company: Company, batu: Colleague, value: float) -> None:
    bureau = asks_for_reports(company, radar(), rules=(LAWSUITS,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=700.0, lawsuits=value))
    batu.say(f"提交 A{number}")
    assert "涉诉：缺 涉诉次数，看不出来" in batu.say(f"预审 A{number}").card.whole


def test_what_a_report_says_is_told_to_nobody_by_the_rules(company: Company, batu: Colleague) -> None:
    """To its officer and who examines it: finance reads neither the report nor the sentence with its figure."""
    bureau = asks_for_reports(company, radar(), rules=(LOW_SCORE,))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers.append(bureau.report(score=520.0))
    batu.say(f"提交 A{number}")
    for who in ("batu", "agula", "zhaojianguo"):
        assert "大数据分 520" in company.person(who).say(f"预审 A{number}").card.whole
    for who in ("hejing", "wuyun"):
        said = company.person(who).say(f"预审 A{number}").card.whole
        assert "520" not in said
        assert "另有 1 条按公司的规定不对您显示。" in said


def test_what_fails_by_a_fault_of_ours_does_not_wait_for_ever(
    company: Company, batu: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = asks_for_reports(company, radar(mandatory=True))
    number = begun(company)
    authorised(company, batu, number)
    monkeypatch.setattr(bureau, "ask", lambda *_: 1 / 0)
    batu.say(f"提交 A{number}")
    for _ in range(4):
        company.clock.go(minutes=1)
        company.settle()
    assert row(company, number).state == "returned"
    with company.runtime.store.read() as session:
        (state,) = session.scalars(select(OutboxRow.state).where(OutboxRow.kind == Kind.REPORT.value))
    assert state == "dead"


def test_a_provider_that_is_switched_off_is_not_asked(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, replace(radar(mandatory=True), active=False))
    number = begun(company)
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert bureau.asked == []
    assert batu.say(f"报告 A{number}").text == "这个产品不用查外部报告。"


def test_whom_who_examines_puts_into_the_form_is_asked_about_when_he_signs(company: Company, batu: Colleague) -> None:
    """A number was mistyped: what was asked about somebody else says nothing of him, nor does what he signed."""
    bureau = asks_for_reports(company, radar())
    now = company.runtime.company
    (flow,) = now.flows.flows
    nodes = tuple(
        replace(node, editable=("id_number",)) if isinstance(node, Approve) and node.key == "first_review" else node
        for node in flow.nodes
    )
    company.runtime.in_force.hold(replace(now, flows=Flows((replace(flow, nodes=nodes),))))
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [bureau.report(score=700.0), bureau.report(score=690.0)]
    batu.say(f"提交 A{number}")
    company.person("liufang").say(f"修改 A{number} 身份证号 150102199003070015")
    company.settle()
    assert len(bureau.asked) == 1
    assert batu.say(f"报告 A{number}").card.rows["大数据分"].startswith("没有授权")
    authorised(company, batu, number, PNG + b"anew")
    company.clock.go(seconds=6)  # what he signed is here by then
    company.settle()
    assert [each.items and each.items[Item.ID_NUMBER] for each in bureau.asked] == [OWN_ID, OTHER_ID]


def test_an_engineer_sees_that_a_question_waits(company: Company, batu: Colleague) -> None:
    bureau = asks_for_reports(company, radar())
    number = begun(company)
    authorised(company, batu, number)
    bureau.answers += [Permanent("HTTP 400")]
    batu.say(f"提交 A{number}")
    listed = list_outbox(company.runtime.settings, 10)
    assert "外部报告的数据源" in listed
    assert "HTTP 400" in listed
