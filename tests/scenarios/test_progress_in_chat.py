"""进度 and 瓶颈 by typed words and taps, along the shipped flow. It begins on a Tuesday at 10:00."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import decide, hand_in, hand_in_again
from kit.phones import PARTS

from core.loans.flows import Decision

OFFICER, PEER, MANAGER, ELSEWHERE = "batu", "zhangsan", "lina", "baowenlong"


@PARTS
def test_where_it_is_who_has_it_what_comes_and_what_was(company: Company) -> None:
    number = hand_in(company, OFFICER, amount=80_000_000)
    company.clock.go(hours=4)
    decide(company, "liufang", number)
    company.clock.go(hours=1)
    batu = company.person(OFFICER)
    card = batu.say(f"进度 A{number}").card
    assert card.title == f"进度 A{number} · 复审"
    assert "刘志强 · 房抵80万" in card.whole
    assert card.rows == {
        "现在": "复审 · 阿古拉",
        "已等": "1小时（今天 14:00起）",
        "期限": "明天（周三）14:30 前",
        "接下来": "签约 → 放款 → 贷后",
        "预计最晚": "12月1日（周二）14:30",
        "总用时": "3小时30分钟",
    }
    assert "填写：巴特尔提交，用时 不到1分钟\n初审：刘芳同意，用时 2小时30分钟" in card.whole
    assert card.labels == ["催办", "详情"]


def test_who_took_it_back_is_told(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    batu = company.person(OFFICER)
    company.clock.go(hours=1)
    batu.say(f"撤回 A{number}")
    batu.say(f"提交 A{number}")
    assert "初审：巴特尔撤回，用时 1小时" in batu.say(f"进度 A{number}").card.whole


@PARTS
def test_what_came_back_has_its_rounds_and_its_pages(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    for _ in range(2):
        company.clock.go(hours=1)
        decide(company, "liufang", number, Decision.RETURN, "start")
        company.clock.go(minutes=30)
        returned = company.person(OFFICER).say(f"进度 A{number}").card
        assert returned.title == f"进度 A{number} · 退回修改"
        assert returned.rows["现在"] == "修改 · 巴特尔"
        hand_in_again(company, OFFICER, number)
    company.clock.go(minutes=5)
    lina = company.person(MANAGER)
    card = lina.say(f"进度 a{number}").card
    assert card.rows["总用时"] == "2小时 · 第3次提交"  # it is 13:05, and lunch does not count
    assert "初审（第2次）：刘芳退回，用时 30分钟" in card.whole
    assert "修改（第2次）：巴特尔提交，用时 不到1分钟" in card.whole
    assert card.labels == ["催办", "详情", "历程 6步"]
    way = lina.tap(card, "历程 6步").card
    assert way.message.id == card.message.id
    rows = [(row["keyname"], row["value"]) for row in way.payload["horizontal_content_list"]]
    assert rows == [
        ("填写", "巴特尔提交 不到1分钟 11-24"),
        ("初审", "刘芳退回 1小时 11-24"),
        ("修改", "巴特尔提交 30分钟 11-24"),
        ("初审", "第2次 刘芳退回 30分钟 11-24"),
        ("修改", "第2次 巴特尔提交 不到1分钟 11-24"),
        ("初审", "第3次 等刘芳、朝鲁 不到1分钟 11-24"),
    ]
    assert lina.tap(way, "回进度").card.title == card.title


@ON_ONE_DATABASE
def test_who_took_his_decision_back_is_named_after_all_is_withdrawn(company: Company) -> None:
    """Though he stands nowhere else on the way."""
    number = hand_in(company, OFFICER, product="credit")
    batu, liufang = company.person(OFFICER), company.person("liufang")
    liufang.say(f"同意 A{number}")
    company.clock.go(minutes=2)
    liufang.say(f"取回 A{number}")
    company.clock.go(minutes=2)
    batu.say(f"撤回 A{number}")
    assert "签约：刘芳取回" in batu.say(f"进度 A{number}").card.whole


@ON_ONE_DATABASE
def test_who_took_his_decision_back_and_who_was_asked_for_an_opinion(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    batu, liufang, agula = (company.person(one) for one in (OFFICER, "liufang", "agula"))
    liufang.say(f"同意 A{number}")
    liufang.say(f"取回 A{number}")
    assert "签约：刘芳取回" in batu.say(f"进度 A{number}").card.whole
    liufang.say(f"委派 A{number} 阿古拉")
    agula.say(f"驳回 A{number} 负债高")
    company.clock.go(minutes=2)
    liufang.say(f"同意 A{number}")
    assert "初审：阿古拉给了意见，刘芳同意" in batu.say(f"进度 A{number}").card.whole


@ON_ONE_DATABASE
def test_who_was_asked_to_hurry_is_told_as_long_as_it_is_there(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    batu = company.person(OFFICER)
    batu.say(f"催办 A{number}")
    assert "催办过" in batu.say(f"进度 A{number}").card.whole
    company.clock.go(hours=1)
    decide(company, "liufang", number, Decision.RETURN, "start")
    hand_in_again(company, OFFICER, number)
    assert "催办过" not in batu.say(f"进度 A{number}").card.whole


@pytest.mark.parametrize("typed", ["A{}", "a{}", "Ａ{}", "A {}", "{}", "L1", "l1", "刘志强", "13947100001"])
@ON_ONE_DATABASE
def test_by_its_number_by_the_leads_and_by_the_customers_name(company: Company, typed: str) -> None:
    number = hand_in(company, OFFICER, product="credit")
    said = company.person(OFFICER).say(f"进度 {typed.format(number)}")
    assert said.card.title == f"进度 A{number} · 初审", said.text


@ON_ONE_DATABASE
def test_who_may_not_see_it_hears_no_more_than_of_one_that_is_not_there(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    for who in (PEER, "wangqiang", ELSEWHERE):
        for typed in (f"A{number}", "L1", "刘志强"):
            said = company.person(who).say(f"进度 {typed}")
            assert said.text == (
                f"没有找到「{typed}」的进件，或者不归您看。写进件编号、线索编号或客户姓名，"
                "如 进度 A203、进度 L1024；只回复 进度，看您在办的。"
            )
    for who in (MANAGER, "zhaojianguo", "liufang", "agula", "hejing", "wuyun"):
        assert company.person(who).say(f"进度 A{number}").card.title == f"进度 A{number} · 初审"


def test_alone_it_lists_ones_own_and_turns_pages(company: Company) -> None:
    batu = company.person(OFFICER)
    assert batu.say("进度").text.startswith("您现在没有在办的进件。")
    names = ["甲某", "乙某", "丙某", "丁某", "戊某"]
    numbers = []
    for place, name in enumerate(names):
        numbers.append(hand_in(company, OFFICER, name=name, phone=f"1394710000{place}", product="credit"))
        company.clock.go(minutes=10)
    first = batu.say("进度").card
    assert (first.title, "共5笔" in first.whole) == ("在办的进件", True)
    assert first.rows[f"A{numbers[0]}"] == "甲某 信用10万 初审 50分钟"
    assert first.labels == [*(f"A{number}" for number in numbers[:4]), "下一页"]
    second = batu.tap(first, "下一页").card
    assert second.labels == [f"A{numbers[4]}", "回第一页"]
    assert batu.tap(second, f"A{numbers[4]}").card.title == f"进度 A{numbers[4]} · 初审"


@ON_ONE_DATABASE
def test_several_customers_of_one_name_are_listed(company: Company) -> None:
    numbers = [hand_in(company, OFFICER, phone=f"1394710000{place}", product="credit") for place in range(2)]
    card = company.person(OFFICER).say("进度 刘志强").card
    assert card.title == "有几笔进件，请选一笔"
    assert card.labels == [f"A{number}" for number in numbers]


@pytest.fixture
def busy(company: Company) -> list[int]:
    """Three of 呼和浩特, of which one is late at 初审 and one at 复审, and one of 包头."""
    late = hand_in(company, OFFICER, name="甲某", phone="13947100011", product="credit")
    company.clock.go(days=2)
    second = hand_in(company, OFFICER, "13947100012", name="乙某", amount=80_000_000)
    decide(company, "liufang", second)
    company.clock.go(hours=1)
    third = hand_in(company, "surina", name="丙某", phone="13947100013", product="credit")
    other = hand_in(company, "zhoumin", name="丁某", phone="13947100014", product="credit")
    company.clock.go(hours=1)
    return [late, second, third, other]


@PARTS
def test_where_they_wait_and_the_list_behind_a_line(company: Company, busy: list[int]) -> None:
    zhao = company.person("zhaojianguo")
    card = zhao.say("瓶颈").card
    assert card.title == "瓶颈"
    assert "在等3笔 · 超期1笔 · 最久2天" in card.whole
    assert card.rows == {
        "初审": "2笔 · 最久2天 · 平均1天 · 超期1",
        "复审": "1笔 · 最久2小时 · 平均2小时",
        "刘芳": "2笔 · 最久2天 · 平均1天 · 超期1",
        "朝鲁": "2笔 · 最久2天 · 平均1天 · 超期1",
        "阿古拉": "1笔 · 最久2小时 · 平均2小时",
    }
    behind = zhao.tap(card, "初审 2笔").card
    assert behind.message.id != card.message.id
    assert behind.title == "在等 · 初审"
    assert behind.rows == {
        f"A{busy[0]}": "甲* 信用10万 刘芳、朝鲁 等2天 超期",
        f"A{busy[2]}": "丙* 信用10万 刘芳、朝鲁 等1小时",
    }
    assert zhao.tap(behind, f"A{busy[0]}").card.title == f"进度 A{busy[0]} · 初审"
    assert zhao.tap(card, "阿古拉 1笔").card.rows == {f"A{busy[1]}": "乙* 房抵80万 复审 等2小时"}


def test_of_another_city_there_is_nothing_to_be_seen(company: Company, busy: list[int]) -> None:
    bao = company.person(ELSEWHERE)
    card = bao.say("瓶颈").card
    assert "在等1笔" in card.whole
    assert list(bao.tap(card, "初审 1笔").card.rows) == [f"A{busy[3]}"]
    refused = bao.say("瓶颈 呼和浩特").text
    assert refused.startswith("「呼和浩特」不是您能看的部门，也不是产品或节点。可以写：")
    assert "呼和浩特" not in refused.removeprefix("「呼和浩特」")


PICKED = [
    ("wuyun", "瓶颈", "瓶颈", "在等4笔"),
    ("wuyun", "瓶颈 呼和浩特", "瓶颈 · 呼和浩特", "在等3笔"),
    ("wuyun", "瓶颈 呼和浩特一部", "瓶颈 · 呼和浩特/一部", "在等2笔"),
    ("wuyun", "瓶颈 车抵", "瓶颈 · 车抵", "您管的人没有在等的进件，也没有在等您的。"),
    ("wuyun", "瓶颈 信用贷 初审、包头", "瓶颈 · 包头 信用 初审", "在等1笔"),
    ("wuyun", "卡在哪 复审", "瓶颈 · 复审", "在等1笔"),
    ("batu", "瓶颈", "瓶颈", "在等2笔"),
    ("liufang", "瓶颈", "瓶颈", "在等3笔"),
    ("agula", "瓶颈", "瓶颈", "在等1笔"),
    ("hejing", "瓶颈", "瓶颈", "您管的人没有在等的进件，也没有在等您的。"),
]


@ON_ONE_DATABASE
def test_what_is_picked_and_who_sees_what(company: Company, busy: list[int]) -> None:
    for who, typed, title, said in PICKED:
        card = company.person(who).say(typed).card
        assert (card.title, said in card.whole) == (title, True), (who, typed, card.whole)
    assert company.person("wuyun").say("瓶颈 一部").text == (
        "有几个部门叫「一部」：包头/一部、呼和浩特/一部。请写全，如 瓶颈 包头/一部"
    )
