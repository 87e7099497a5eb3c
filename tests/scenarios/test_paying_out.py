"""放款 where several could say how much: recorded is what he said who did it; and nobody sees what is hidden."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Colleague, Company
from kit.loans import decide, hand_in, newest_card, open_task, stands
from sqlalchemy import select, update

from core.loans.flows import Approve, Flow, Flows, Handle, Who
from core.loans.forms import FieldKind, FormField
from core.loans.models import Disbursement
from core.loans.run import hold
from core.people.models import Person

pytestmark = ON_ONE_DATABASE


def to_pay(company: Company) -> tuple[Colleague, Colleague]:
    """A1 over 50万 that two people of finance have, T5 何静 and T6 朝鲁, who come back."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "chaolu").values(roles="finance"))
    number = hand_in(company)
    decide(company, "liufang", number)
    decide(company, "agula", number)
    batu = company.person("batu")
    batu.say(f"同意 A{number}")
    for answer in ("5%", "1万", "不填", "不填"):
        batu.say(answer)
    return company.person("hejing"), company.person("chaolu")


def recorded(company: Company) -> list[tuple[int, str]]:
    with company.runtime.store.read() as session:
        rows = session.scalars(select(Disbursement))
        return [(row.amount_fen, session.get_one(Person, row.by_id).name) for row in rows]


def numbers(company: Company, *people: Colleague) -> list[str]:
    return [next(iter(one.say("待办").card.rows)) for one in people]


DONE = "已办完。记下放款 50万，2026-11-24。A1 到了 贷后。"


@pytest.mark.parametrize("meddles", ["修改 {} 放款金额 1元", "同意 {}|30万", "同意 {}|1元|取消"])
def test_what_another_one_says_meanwhile_is_not_recorded(company: Company, meddles: str) -> None:
    hejing, chaolu = to_pay(company)
    his, hers = numbers(company, hejing, chaolu)
    hejing.say(f"同意 {his}")
    hejing.say("50万")
    for line in meddles.format(hers).split("|"):
        chaolu.say(line)
    assert hejing.say("今天").text == f"{his} {DONE}"
    assert recorded(company) == [(50_000_000, "何静")]


def test_a_yes_records_what_was_asked_about(company: Company) -> None:
    """Whatever another one has filled in since, and though it is another day by now."""
    hejing, chaolu = to_pay(company)
    his, hers = numbers(company, hejing, chaolu)
    company.clock.go(hours=13, minutes=50)
    assert "是 50万 就回复 好" in hejing.say(f"同意 {his}").text
    chaolu.say(f"修改 {hers} 放款金额 1元")
    assert "是 2026-11-24 就回复 好" in hejing.say("好").text
    company.clock.go(minutes=15)
    assert hejing.say("好").text == f"{his} {DONE}"
    assert recorded(company) == [(50_000_000, "何静")]


@pytest.mark.parametrize(
    ("typed", "asks", "fen"),
    [
        ("完成 {} 49.5万 今天", "", 49_500_000),
        ("完成 A1 49.5万 今天", "", 49_500_000),
        ("放款 A1 49.5万 今天", "", 49_500_000),
        ("放款 A1 今天 实际放款49.5万", "", 49_500_000),
        ("放款 A1 放款金额 49.5万 放款日期 今天", "", 49_500_000),
        ("放款 A1 40万5千 今天", "", 40_500_000),
        ("放款 A1 9万8千 今天", "", 9_800_000),
        ("放款 A1 四十九万 11-24", "", 49_000_000),
        ("放款 A1 495000 今天", "", 49_500_000),
        ("放款 A1 已放款49.5万 今天已到账", "", 49_500_000),
        ("放款 A1 49.5万", "放款日期（2/2）", 49_500_000),
        ("放款 A1 49 今天", "没说单位", 50_000_000),
        ("放款 A1 11-24", "放款金额（2/2）", 50_000_000),
        ("放款 A1", "放款金额（1/2）", 50_000_000),
        ("放款 A1 60万 今天", "放款金额最多 50万", 50_000_000),
    ],
)
def test_what_was_paid_is_said_with_the_word(company: Company, typed: str, asks: str, fen: int) -> None:
    """It is no remark: else another sum would be recorded by a yes."""
    hejing, chaolu = to_pay(company)
    his, _ = numbers(company, hejing, chaolu)
    said = hejing.say(typed.format(his)).text
    if asks:
        assert asks in said
        assert recorded(company) == []
        while "就回复 好" in said:
            said = hejing.say("好").text
    assert "已办完。记下放款" in said
    assert recorded(company) == [(fen, "何静")]
    assert "已办完：" not in company.person("batu").say("进件 A1").card.whole, "nothing is left for a remark"


def test_who_pays_out_is_told_how(company: Company) -> None:
    hejing, _ = to_pay(company)
    assert "待办、放款、代理" in hejing.say("帮助").text


def test_a_remark_without_a_sum_is_a_remark(company: Company) -> None:
    hejing, chaolu = to_pay(company)
    his, _ = numbers(company, hejing, chaolu)
    assert "放款金额（2/2）" in hejing.say("放款 A1 今天 请客户查收").text
    assert hejing.say("好").text == f"{his} {DONE}"
    assert "请客户查收" in newest_card(company.person("batu"), "A1").whole


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("完成 A1 今天扣了3000元手续费", 300_000),
        ("同意 A1 今天 手续费2万另付", 2_000_000),
        ("放款 A1 今天 保证金1万已收", 1_000_000),
        ("放款 A1 今天 客户还差5万没补", 5_000_000),
        ("完成 A1 今天 尾款20万下周放", 20_000_000),
        ("放款 A1 今天没放，等资方30万到账", 30_000_000),
        ("放款 A1 今天 资方还没放50万", 50_000_000),
        ("放款 A1 -50万 今天", 50_000_000),
        ("放款 A1 49.5万 今天 未到账", 49_500_000),
        ("放款 A1 大概49万 今天", 49_000_000),
        ("放款 A1 49万左右 今天", 49_000_000),
        *(
            (f"放款 A1 49万 今天 {words}", 49_000_000)
            for words in ("银行没放", "失败", "退票了", "待放", "不对", "余下明天放")
        ),
        ("放款 A1 20万 30万 今天", 20_000_000),
        ("放款 A1 放款金额 3000元 没放 放款日期 今天", 300_000),
        ("放款 A1 -50万", 50_000_000),
    ],
)
def test_a_sum_with_other_words_is_asked_about(company: Company, typed: str, fen: int) -> None:
    """It may be another sum than was paid, or say that nothing was."""
    hejing, _ = to_pay(company)
    said = hejing.say(typed).text
    assert said.startswith("还没有记放款：后面的「"), said
    assert "回复 好，或发：放款 T" in said
    assert recorded(company) == []
    hejing.say("好")
    hejing.say("好")
    assert recorded(company) == [(fen, "何静")]


def test_who_has_nothing_to_pay_out_is_told_what_he_has(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    said = liufang.say(f"放款 A{number}")
    assert said.text == "T1 不是放款这一步，没有处理。要同意或办完，请看卡片上写的是什么，再点按钮。"
    assert "同意" in said.card.labels
    hejing = company.person("hejing")
    assert hejing.say(f"放款 A{number} 50万").text.startswith("A1 没有要您处理的待办，现在：初审")


def test_a_sum_is_no_number_of_a_task(company: Company) -> None:
    """「驳回 3万 太少了」 refused what was T3."""
    hejing, _ = to_pay(company)
    for typed in ("放款 4万 今天", "同意 4万", "同意 4天内放", "驳回 4万 太少了", "退回 4期 补流水", "同意 4%"):
        said = hejing.say(typed).text
        assert "T4" not in said.replace("T88", "") or "您是说" in said, (typed, said)
    assert recorded(company) == []
    assert "T5" not in hejing.say("放款 5,000元 今天").text
    for typed in (
        "还款计划 12期 年利率5%",
        "结清 10万",
        "延期还款 1-5 到 1-20",
        "还款 1,500",
        "还款 1，500元",
        "结清 1,500",
    ):
        assert hejing.say(typed).text.startswith("请写进件编号"), typed


@pytest.mark.parametrize("remark", ["合同还没签", "客户不签了", "客户说再想想"])
def test_a_remark_that_says_it_is_not_done_is_asked_about(company: Company, remark: str) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    values = "年利率 5% 服务费 1万 其他一次性费用 0 每月费用 0"
    said = batu.say(f"完成 A{number} {values} {remark}").text
    assert said.startswith("还没有办完：后面的「"), said
    assert stands(company, number) == "signing: batu"
    assert "已办完" in batu.say("好").text


def test_a_field_that_is_said_twice_is_asked_for(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    said = company.person("batu").say(f"完成 A{number} 年利率 5% 服务费 1万 年利率 6%").text
    assert "年利率（2/4）" in said


def test_what_is_filled_in_at_signing_is_said_with_the_word(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    said = batu.say(f"完成 A{number} 服务费 1万，年利率5% 合同已签").text
    assert "其他一次性费用（3/4）" in said, said
    batu.say("不填")
    assert "已办完" in batu.say("不填").text
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        run = hold(unit, number, company.runtime.company.loans, None)
    assert run is not None
    assert (run.values["yearly_rate"], run.values["service_fee"]) == ("0.05", 1_000_000)
    assert "合同已签" in company.person("hejing").say(f"待办 A{number}").card.whole


def test_what_another_one_left_behind_is_asked_for(company: Company) -> None:
    hejing, chaolu = to_pay(company)
    his, hers = numbers(company, hejing, chaolu)
    chaolu.say(f"修改 {hers} 放款金额 1元")
    assert "放款金额（1/2）：请直接发送放款金额；是 1元 就回复 好。" in hejing.say(f"同意 {his}").text
    hejing.say("50万")
    assert hejing.say("好").text == f"{his} {DONE}"
    assert recorded(company) == [(50_000_000, "何静")]


def test_what_somebody_paid_out_who_has_left_is_corrected_by_who_pays_now(company: Company) -> None:
    hejing, chaolu = to_pay(company)
    his, _ = numbers(company, hejing, chaolu)
    for line in (f"同意 {his}", "50万", "今天"):
        hejing.say(line)
    assert "现在没有可以改的" in chaolu.say("修改 A1 放款金额 40万").text
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "hejing").values(left_at=company.clock.now))
    assert chaolu.say("修改 A1 放款金额 40万").text.startswith(f"{his} 的放款金额改为 40万。放款记录已更正")
    assert recorded(company) == [(40_000_000, "何静")], "it was she who paid"


def test_less_than_was_applied_for_is_told_to_its_officer(company: Company) -> None:
    now = company.runtime.company
    (shipped,) = now.flows.flows
    nodes = (replace(node, editable=("amount",)) if isinstance(node, Approve) else node for node in shipped.nodes)
    company.runtime.in_force.hold(replace(now, flows=Flows((replace(shipped, nodes=tuple(nodes)),))))
    number = hand_in(company)
    before = company.so_far
    company.person("liufang").say(f"修改 T{open_task(company, 'liufang')} 申请金额 40万")
    told = company.person("batu").heard_since(before).text
    assert told == f"刘芳 在「初审」把 A{number} 的金额由 50万 改为 40万。"


@pytest.mark.parametrize(
    ("kind", "asks", "answer", "kept"),
    [
        (FieldKind.CHOICE, "T3 担保（3/3）：选一个：抵押、保证。", "2", "保证"),
        (
            FieldKind.CHOICES,
            "T3 担保（3/3）：可以选几个：抵押、保证；没有就回复 不填。",
            "抵押，保证",
            ["抵押", "保证"],
        ),
    ],
)
def test_a_choice_at_a_step_is_listed(company: Company, kind: FieldKind, asks: str, answer: str, kept: object) -> None:
    now = company.runtime.company
    (shipped,), (form, *_) = now.flows.flows, now.forms
    field = FormField("backed_by", "担保", kind, choices=("抵押", "保证"))
    must = ("backed_by",) if kind is FieldKind.CHOICE else ()
    nodes = tuple(
        replace(node, editable=(*node.editable, "backed_by"), must=(*node.must, *must))
        if isinstance(node, Handle) and node.payout
        else node
        for node in shipped.nodes
    )
    forms = (replace(form, fields=(*form.fields, field)),)
    company.runtime.in_force.hold(replace(now, forms=forms, flows=Flows((replace(shipped, nodes=nodes),))))
    hejing, _ = to_pay(company)
    number = open_task(company, "hejing")
    for line in (f"同意 T{number}", "50万"):
        hejing.say(line)
    assert hejing.say("今天").text.startswith(asks.replace("T3", f"T{number}"))
    hejing.say(answer)
    assert recorded(company) == [(50_000_000, "何静")]
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        run = hold(unit, 1, company.runtime.company.loans, None)
        assert run is not None
        assert run.values["backed_by"] == kept


def test_what_is_paid_out_is_not_offered_to_be_taken_back(company: Company) -> None:
    """Somebody looks at the payout behind it, so the application still runs; the money is gone all the same."""
    now = company.runtime.company
    (shipped,) = now.flows.flows
    pays = next(node for node in shipped.nodes if isinstance(node, Handle) and node.payout)
    checks = Approve("checked", "复核", pays.stage, pays.next, "refused", (Who(people=("liufang",)),))
    nodes = tuple(replace(node, next=checks.key) if node is pays else node for node in shipped.nodes)
    company.runtime.in_force.hold(replace(now, flows=Flows((replace(shipped, nodes=(*nodes, checks)),))))
    hejing, _ = to_pay(company)
    card = newest_card(hejing, "放款")
    for line in ("同意 A1", "50万", "今天"):
        hejing.say(line)
    assert recorded(company) == [(50_000_000, "何静")]
    assert stands(company, 1) == "checked: liufang"
    assert hejing.now(card).title.endswith("已办完")
    assert hejing.now(card).labels == ["详情"]


def test_how_a_loan_is_paid_back_is_hidden_with_what_it_costs(company: Company) -> None:
    def hiding(flow: Flow) -> Flow:
        nodes = (replace(node, hidden=("yearly_rate",)) if isinstance(node, Approve) else node for node in flow.nodes)
        return replace(flow, nodes=tuple(nodes))

    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, flows=Flows(tuple(map(hiding, now.flows.flows)))))
    hejing, _ = to_pay(company)
    for line in ("同意 A1", "33万", "今天"):
        hejing.say(line)
    company.person("batu").say("还款计划 A1 等额本息 36期 年利率5% 首期 2026-12-24")
    liufang = company.person("liufang")
    for line in ("还款计划 A1", "还款计划 L1"):
        heard = liufang.say(line)
        assert heard.text.startswith("A1 的金额或费用按公司的规定不对您显示")
        assert not heard.cards
    batu = company.person("batu")
    assert "330,000" in batu.say("还款计划 A1").card.whole
    batu.say("还款计划 A1 12期 年利率4.9% 首期 2026-12-24")
    company.clock.go(days=40)
    assert "还款：逾期" in batu.say("进度 A1").card.whole
    assert "贷款 A1 · 逾期" in batu.say("L1").card.whole
    looked = liufang.say("客户 L1").card.whole
    assert "您仅可查看" in looked
    assert "贷款 A1" not in looked
    assert "还款" not in "".join(liufang.say("进度 A1").card.labels)
    assert "逾期" not in liufang.say("进度 A1").card.whole


def test_nor_does_who_records_repayments_see_what_is_hidden_from_him(company: Company) -> None:
    now = company.runtime.company
    secret = ("yearly_rate",)
    (shipped,) = now.flows.flows
    nodes = tuple(
        replace(node, hidden=secret) if isinstance(node, Approve | Handle) else node for node in shipped.nodes
    )
    company.runtime.in_force.hold(replace(now, flows=Flows((replace(shipped, nodes=nodes),))))
    hejing, _ = to_pay(company)
    for line in ("同意 A1", "33万", "今天"):
        hejing.say(line)
    batu = company.person("batu")
    batu.say("还款计划 A1 12期 年利率4.9% 首期 2026-12-24")
    company.clock.go(days=40)
    for line in ("还款 A1 100", "结清 A1 1元", "结清 A1", "取消还款 A1", "还款计划 A1"):
        heard = hejing.say(line)
        assert heard.text.startswith("A1 的金额或费用按公司的规定不对您显示"), line
        assert not heard.cards
    assert "A1" not in "".join(card.whole for card in hejing.say("逾期").cards)
    assert "A1" in batu.say("逾期").card.whole
