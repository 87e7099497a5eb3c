"""代理 as people meet it: arranged, told to both, the tasks of one in the hands of the other, ended."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import decide, hand_in, newest_card, open_task, stands
from sqlalchemy import update

from core.people.models import Person


def test_a_colleague_decides_while_one_is_away(company: Company) -> None:
    number = hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    before = company.so_far
    said = liufang.say("代理 阿古拉 到 12-31").text
    assert said == "即日起到 12-31 由 阿古拉 代您处理待办，已告诉对方；您自己也仍能处理。提前结束请发：取消代理"
    told = agula.heard_since(before)
    assert told.text.startswith("刘芳 请您代理：即日起到 12-31，刘芳 的待办您也能处理，会注明是代办。现在有 1 件，")
    card = newest_card(agula, "初审")
    assert "代 刘芳" in card.whole
    done, following = agula.tap(card, "同意").cards
    assert "已同意 · 阿古拉（代 刘芳） 11-24 10:00" in done.whole
    assert following.title == "T3 复审 待您审批"
    assert "已同意 · 阿古拉（代 刘芳） 11-24 10:00" in newest_card(liufang, "初审").whole
    assert stands(company, number) == "second_review: agula"


def test_new_tasks_go_to_both_and_stand_in_both_lists(company: Company) -> None:
    liufang, agula = company.person("liufang"), company.person("agula")
    liufang.say("代理 阿古拉 12-31")
    hand_in(company)
    assert newest_card(liufang, "初审").labels == newest_card(agula, "初审").labels
    assert agula.say("待办").card.rows["T1"].startswith("刘** 代刘芳 初审")
    assert agula.say("同意 T1 可以").text.startswith("T1 已同意（代 刘芳）。")


def test_it_is_over_when_one_is_back(company: Company) -> None:
    liufang, agula = company.person("liufang"), company.person("agula")
    liufang.say("代理 阿古拉 到 12-31")
    hand_in(company)
    before = company.so_far
    assert liufang.say("取消代理").text == "代理已结束，阿古拉 不再代您处理待办。"
    assert agula.heard_since(before).text == "刘芳 的代理已结束，刘芳 的待办不再由您代办。"
    assert "您不能代办" in agula.say("同意 T1").text
    assert "没有待您处理的进件" in agula.say("待办").card.whole


def test_it_begins_and_ends_by_itself(company: Company) -> None:
    liufang, agula = company.person("liufang"), company.person("agula")
    assert liufang.say("代理 阿古拉 12-01到12-05").text.startswith("12-01 到 12-05 由 阿古拉 代您处理待办")
    hand_in(company)
    assert "您不能代办" in agula.say("同意 T1").text
    company.clock.go(days=8)
    assert agula.say("待办").card.rows["T1"].startswith("刘** 代刘芳")
    company.clock.go(days=5)
    assert "您不能代办" in agula.say("同意 T1").text


def test_two_that_do_not_overlap_stand_beside_each_other(company: Company) -> None:
    liufang, agula, chaolu = (company.person(one) for one in ("liufang", "agula", "chaolu"))
    liufang.say("代理 朝鲁 12-20 到 12-25")
    before = company.so_far
    liufang.say("代理 阿古拉 12-01 到 12-05")
    assert chaolu.heard_since(before).texts == []
    assert liufang.say("代理").text.splitlines()[1:-1] == [
        "· 12-01 到 12-05：阿古拉 代您",
        "· 12-20 到 12-25：朝鲁·门德 代您",
    ]
    liufang.say("代理 阿古拉 12-24 到 12-28")
    assert chaolu.heard_since(before).text == "刘芳 从 12-24 起改请别人代理，那以后 刘芳 的待办不再由您代办。"
    assert "· 12-20 到 12-23：朝鲁·门德 代您" in liufang.say("代理").text
    assert agula.heard_since(before).texts[0].startswith("刘芳 请您代理：12-01 到 12-05")


@pytest.mark.parametrize(
    "period",
    [
        "2026-13-01 到 12-05",
        "到 2026-12-32",
        "12-01-到 12-05",
        "2206-12-01 到 12-05",
        "12-32 到 12-31",
    ],
)
def test_half_a_period_does_not_begin_at_once(company: Company, period: str) -> None:
    said = company.person("liufang").say(f"代理 朝鲁 {period}").text
    assert said.startswith("没看懂代理到哪一天，没有设代理。")


def test_a_later_one_takes_the_place_of_the_earlier(company: Company) -> None:
    liufang, agula, chaolu = (company.person(one) for one in ("liufang", "agula", "chaolu"))
    liufang.say("代理 阿古拉 到 12-31")
    before = company.so_far
    liufang.say("代理 朝鲁 到 12-31")
    assert agula.heard_since(before).text.startswith("刘芳 的代理已结束")
    assert chaolu.heard_since(before).text.startswith("刘芳 请您代理")
    assert liufang.say("代理").text.splitlines()[1:-1] == ["· 即日起到 12-31：朝鲁·门德 代您"]
    assert "您代 刘芳" in chaolu.say("代理").text


def test_who_stands_in_for_the_submitter_gains_nothing_by_it(company: Company) -> None:
    """巴特尔 may not decide on his own application as the approver's stand-in either."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "batu").values(roles="officer|approver"))
    hand_in(company)
    company.person("liufang").say("代理 巴特尔·孟和 到 12-31")
    task = open_task(company, "liufang")
    said = company.person("batu").say(f"同意 T{task}").text
    assert said == "A1 是您的进件，或由您提交，不能自己审自己，代理也不行。请 刘芳 处理，或由对方转交。"
    assert stands(company, 1) == "first_review: liufang chaolu"


def test_who_has_no_post_for_it_does_not_stand_in(company: Company) -> None:
    """Else who is away would believe that somebody decides."""
    said = company.person("chaolu").say("代理 周敏 到 12-31").text
    assert said == "周敏 的岗位办不了您的待办，没有设代理。请换一位同岗位的同事。"
    assert company.person("zhoumin").say("代理").text.startswith("现在没有代理。")


@pytest.mark.parametrize(
    "line", ["代理 朝鲁 明天 到 12-01 取消", "代理 朝鲁 11-26 到 11-28 不用了", "代理 朝鲁 12-10到12-01"]
)
def test_what_is_not_to_be_is_not_arranged(company: Company, line: str) -> None:
    liufang = company.person("liufang")
    said = liufang.say(line).text
    assert said.startswith(("还没有设代理：后面的「", "结束的日期比开始的还早，没有设代理。"))
    assert "现在没有代理" in liufang.say("代理").text


def test_one_that_lay_ahead_within_it_is_gone_for_good(company: Company) -> None:
    """And nobody hears a second time that it is over."""
    liufang, agula, chaolu = (company.person(one) for one in ("liufang", "agula", "chaolu"))
    liufang.say("代理 阿古拉 12-10到12-12")
    heard = agula.after(lambda: liufang.say("代理 朝鲁 12-05到12-15"))
    assert heard.texts != []
    before = company.so_far
    assert liufang.say("取消代理").text == "代理已结束，朝鲁·门德 不再代您处理待办。"
    assert agula.heard_since(before).texts == []
    assert chaolu.heard_since(before).texts != []


def test_a_longer_one_goes_on_behind_a_shorter_one(company: Company) -> None:
    liufang = company.person("liufang")
    liufang.say("代理 阿古拉 到 12-31")
    before = company.so_far
    liufang.say("代理 朝鲁 12-01 到 12-05")
    told = company.person("agula").heard_since(before).text
    assert told == "刘芳 的待办 12-01 到 12-05 由别人代理，过后仍请您代理。"
    assert liufang.say("代理").text.splitlines()[1:-1] == [
        "· 即日起到 11-30：阿古拉 代您",
        "· 12-01 到 12-05：朝鲁·门德 代您",
        "· 12-06 到 12-31：阿古拉 代您",
    ]


WRONG = [
    ("代理 刘芳 到 12-31", "不能请自己代理，没有设代理。请这样发：代理 李娜 到 12-31"),
    ("代理 阿古拉", "没看懂代理到哪一天，没有设代理。请这样发：代理 阿古拉 到 12-31，或 代理 阿古拉 12-01 到 12-05"),
    (
        "代理 阿古拉 到 昨天",
        "结束的日期已经过去，没有设代理。请这样发：代理 阿古拉 到 12-31，或 代理 阿古拉 12-01 到 12-05",
    ),
    ("代理", "现在没有代理。休假前请这样发：代理 李娜 到 12-31，或 代理 李娜 12-01 到 12-05"),
    ("取消代理", "您没有设代理。要设请发：代理 李娜 到 12-31"),
]


@ON_ONE_DATABASE
@pytest.mark.parametrize(("typed", "said"), WRONG, ids=[typed for typed, _ in WRONG])
def test_what_is_wrong_is_explained(company: Company, typed: str, said: str) -> None:
    assert company.person("liufang").say(typed).text == said


UNTIL = [("代理 阿古拉 到12-31", "12-31"), ("代理 给阿古拉 3天", "11-26"), ("代理 阿古拉 到后天", "11-26")]
UNTIL += [
    ("代理 总部/风控部 阿古拉 到 12月5号", "12-05"),
    ("代理 阿古拉 明天", "11-25"),
    ("代理 阿古拉 今天到周五", "11-27"),
]


@ON_ONE_DATABASE
@pytest.mark.parametrize(("typed", "until"), UNTIL, ids=[typed for typed, _ in UNTIL])
def test_the_last_day_is_read(company: Company, typed: str, until: str) -> None:
    assert company.person("liufang").say(typed).text.startswith(f"即日起到 {until} 由 阿古拉 代您处理待办")


def test_who_votes_for_a_colleague_is_told_that_his_own_vote_is_gone(company: Company) -> None:
    number = hand_in(company, amount=310_000_000)
    company.person("liufang").say("代理 阿古拉 到 12-31")
    decide(company, "chaolu", number)
    assert stands(company, number) == "joint_review: liufang chaolu agula"
    agula = company.person("agula")
    own = open_task(company, "agula")
    card = newest_card(agula, f"T{open_task(company, 'liufang')} ")
    assert f"您自己在这一步也有一票（T{own}）。一人只能投一票：代了这一票，自己那票就要转交。" in card.whole
    assert "会签：共 3 人，都同意才通过。" in card.whole
    assert "您自己在这一步" not in newest_card(agula, f"T{own} ").whole
    said = agula.say(f"同意 T{open_task(company, 'liufang')} 可以").text
    assert said.endswith(f"一人只有一票，您自己的 T{own} 请转交：转交 T{own} 姓名。")
