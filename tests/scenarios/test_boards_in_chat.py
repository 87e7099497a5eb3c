"""日报, 排行, 看板, 漏斗, 渠道, 走势 and 明细 by typed words and taps. It is a Tuesday, 24 November 2026, 10:00."""

import json
from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.lived import live
from kit.loans import decide, hand_in, stands
from kit.phones import PARTS
from sqlalchemy import select, update

from core.people.models import Person
from core.reports import snapshots
from core.reports.metrics import Reports
from core.reports.models import BoardRow
from core.reports.wanted import Kind
from core.store.audit import AuditRow
from jobs.board_drawer import BoardDrawer
from jobs.board_screens import may_see
from jobs.boards import BoardMaker
from jobs.stage import Superseded

pytestmark = ON_ONE_DATABASE

OFFICER, PEER, MANAGER, ELSEWHERE, OWNER, FINANCE = "batu", "zhangsan", "lina", "baowenlong", "mengke", "hejing"


def rows(company: Company, who: str, said: str) -> dict[str, str]:
    return company.person(who).say(said).card.rows


def worked(company: Company) -> None:
    """Two leads of 巴特尔, one of them followed up; one of 张三; one that waits; and one in 包头."""
    first = company.lead("刘志强", "13947100001", by=OFFICER)
    company.lead("王芳", "13947100002", by=OFFICER, channel="抖音")
    company.lead("乌兰", "13947100003", by=PEER)
    company.lead("呼斯楞", "13947100004", by="zhoumin")
    company.lead("赵六", "13947100005")
    company.clock.go(minutes=30)
    company.person(OFFICER).say(f"跟进 L{first} 意向强")


def test_the_day_of_the_company_of_a_department_and_of_an_officer(company: Company) -> None:
    worked(company)
    card = company.person(OWNER).say("日报").card
    assert card.title == "日报 · 11月24日（周二）"
    assert "全公司 · 截至 11月24日 10:30" in card.whole
    assert card.rows["新增线索"] == "#1 5 +5"
    assert card.rows["跟进"] == "#3 1 +1"
    assert rows(company, MANAGER, "日报")["新增线索"] == "#1 3 +3"
    assert rows(company, ELSEWHERE, "日报")["新增线索"] == "#1 1 +1"
    assert rows(company, OFFICER, "日报")["新增线索"] == "#1 2 +2"
    assert rows(company, OWNER, "日报 包头")["新增线索"] == "#1 1 +1"
    assert rows(company, OWNER, "日报 昨天")["新增线索"] == "#1 0 持平"


@PARTS
def test_who_leads_with_shared_places_and_zeros(company: Company) -> None:
    worked(company)
    company.lead("钱七", "13947100006", by=PEER)
    card = company.person(OWNER).say("排行 今天 新增线索").card
    assert card.title == "新增线索排行 · 11月24日（周二）"
    fields = [tuple(each.values()) for each in card.payload["horizontal_content_list"]]
    assert fields[:3] == [("第1", "巴特尔·孟和 2 #1"), ("第1", "张三 2 #2"), ("第3", "周敏 1 #3")]
    assert {first for first, _ in fields[3:]} == {"第4"}
    assert "合计 6，共15人，其中 12 人为 0" in card.whole


@PARTS
def test_an_officer_sees_his_department_rank_and_not_what_is_behind_the_others(company: Company) -> None:
    worked(company)
    company.lead("钱七", "13947100006", by=PEER)
    company.lead("孙八", "13947100007", by=PEER)
    batu = company.person(OFFICER)
    fields = batu.say("排行 今天 线索").card.payload["horizontal_content_list"]
    assert [each["value"] for each in fields][:2] == ["张三 3 #1", "巴特尔·孟和 2 #2"]
    assert batu.say("明细 1").text.startswith("排行里别人的明细只有他本人和主管能看")
    assert batu.say("明细 2").card.title == "明细 · 巴特尔·孟和 新增线索"
    assert "周敏" not in json.dumps([*fields], ensure_ascii=False), "nobody of another department"


def test_a_number_leads_to_its_rows_and_they_to_the_lead(company: Company) -> None:
    worked(company)
    lina = company.person(MANAGER)
    assert lina.say("明细 1").text.startswith("先看一张看板")
    lina.say("日报")
    card = lina.say("明细 1").card
    assert card.title == "明细 · 新增线索"
    assert "#1 共3条" in card.whole
    lead = lina.tap(card, "L1").card
    assert lead.title.startswith("L1")
    assert lina.say("明细 8").card.title.endswith("跟进"), "numbers go on in the picture that came with it"
    assert lina.say("明细 13").text == "最近那张看板上没有第 13 个数，只有 1 到 12。"
    assert lina.say("明细").text == "要看哪个数的明细？最近那张看板上有 1 到 12，如 明细 3。"


def test_each_number_of_a_funnel_and_of_a_channel_leads_to_its_rows(company: Company) -> None:
    """What came in on the day before is not of those that came in today, though it was called today."""
    company.lead("昨天来的", "13947100019", by=OFFICER)
    company.clock.go(days=1)
    worked(company)
    batu, owner = company.person(OFFICER), company.person(OWNER)
    batu.say("跟进 L1 已联系")
    owner.say("漏斗 今天")
    happened, cohort = (owner.say(f"明细 {number}").card for number in (3, 4))
    assert (happened.title, cohort.title) == ("明细 · 已联系", "明细 · 这批走到已联系")
    assert "L1" in happened.labels
    assert "L1" not in cohort.labels
    assert len(cohort.labels) == len(happened.labels) - 1
    owner.say("渠道 今天")
    titles = [owner.say(f"明细 {each}").card.title for each in range(1, 5)]
    assert [title.split()[-1] for title in titles] == ["线索", "进件", "放款金额", "放款笔数"]


def test_behind_a_share_stands_how_it_comes_about(company: Company) -> None:
    worked(company)
    company.clock.go(hours=30)
    owner = company.person(OWNER)
    owner.say("看板")
    in_time = owner.say("明细 2").card
    assert in_time.title == "明细 · 首联及时率"
    assert "及时首联 1 ÷ 应首联 4" in in_time.whole
    assert in_time.whole.count("未及时") == 3
    assert "放款笔数 0 ÷ 新增线索 5" in owner.say("明细 12").card.whole


def test_the_pages_of_the_rows(company: Company) -> None:
    for number in range(9):
        company.lead(f"客户{number}", f"1394710010{number}", by=OFFICER)
    batu = company.person(OFFICER)
    card = batu.tap(batu.say("日报").card, "看明细").card
    assert "共9条" in card.whole
    more = batu.tap(card, "下一页").card
    assert more.message.id == card.message.id
    assert "第2页" in more.whole


@PARTS
def test_a_loan_from_the_lead_to_its_money(company: Company) -> None:
    story = live(company)
    assert story
    owner = company.person(OWNER)
    found = owner.say("看板 近三个月").card.rows
    assert found["进件"].startswith("#4 1")
    assert found["通过率"].startswith("#5 100%")
    assert found["签约"].startswith("#6 1")
    stages = owner.say("漏斗 近三个月").card.rows
    reached = dict.fromkeys(("已联系", "进件", "通过", "签约", "放款"), "1（100%）")
    assert {stage: said.split("累计")[1] for stage, said in stages.items()} == {"线索": "1"} | reached
    channel = owner.say("渠道 近三个月").card.rows
    assert any("放款" in said and "放款0" not in said for said in channel.values())


def test_refused_ones_lower_the_pass_rate(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    company.clock.go(minutes=5)
    company.person("liufang").say(f"驳回 A{number} 负债过高，收入不稳定")
    assert rows(company, MANAGER, "看板 今天")["通过率"].startswith("#5 0%")
    again = hand_in(company, OFFICER, product="credit", phone="13947100077", name="王五")
    decide(company, "liufang", again)
    assert stands(company, again).startswith("sign")
    assert rows(company, MANAGER, "看板 今天")["通过率"].startswith("#5 50%")


WRONG = [
    ("日报 明天到后天", "没看懂「明天到后天」。"),
    ("日报 2027-01-01", "这段时间还没到"),
    ("日报 2026-02-30", "没看懂是哪几天"),
    ("排行 一部", "有几个部门叫「一部」：包头/一部、呼和浩特/一部。请写全，如 排行 包头/一部"),
    ("排行 成交周期", "「成交周期」不排行。可以按 放款金额、"),
]


@pytest.mark.parametrize(("said", "answer"), WRONG)
def test_what_cannot_be_understood_is_told(company: Company, said: str, answer: str) -> None:
    assert company.person(OWNER).say(said).text.startswith(answer)


def test_the_name_of_a_place_outside_his_scope_picks_of_his_scope(company: Company) -> None:
    worked(company)
    company.lead("包钢", "13947100009", by=PEER, region="150203")
    assert company.person(MANAGER).say("日报 包头").card.rows["新增线索"] == "#1 1 +1"
    assert company.person(ELSEWHERE).say("日报 赤峰").card.rows["新增线索"] == "#1 0 持平"


def test_buttons_go_on_to_other_boards_of_the_same_days_and_department(company: Company) -> None:
    worked(company)
    owner = company.person(OWNER)
    card = owner.say("日报 呼和浩特").card
    ranking = owner.tap(card, "龙虎榜").card
    assert ranking.title.startswith("放款金额排行 · 11月24日")
    assert "呼和浩特 · 截至" in ranking.whole
    month = owner.tap(card, "本月看板").card
    assert month.title == "看板 · 11月1日至24日"
    before = owner.tap(month, "上一期").card
    assert before.title == "看板 · 2026年10月"


def test_a_board_is_his_who_asked_for_it(company: Company) -> None:
    """What another one's board shows comes to nobody by its number."""
    worked(company)
    owner, batu = company.person(OWNER), company.person(OFFICER)
    theirs = owner.say("日报").card
    assert owner.tap(theirs, "看明细").card.title == "明细 · 新增线索"
    mine = batu.say("日报").card
    with company.runtime.store.database.write() as session:
        session.execute(update(BoardRow).where(BoardRow.person_id == batu.actor.id).values(person_id=owner.actor.id))
    assert batu.tap(mine, "看明细").text.startswith("这张看板太久了")
    assert batu.say("明细 1").text.startswith("先看一张看板")


def test_a_post_that_is_lost_closes_the_boards(company: Company) -> None:
    worked(company)
    lina = company.person(MANAGER)
    card = lina.say("日报").card
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == MANAGER).values(roles="approver"))
    assert lina.tap(card, "看明细").text.startswith("这张看板太久了")
    assert lina.say("日报").text.startswith("您的岗位不看报表。")
    with company.runtime.store.read() as session:
        actions = session.scalars(select(AuditRow.action)).all()
    assert "board:see:denied" in actions


def test_the_rows_behind_a_number_are_those_he_may_see_now(company: Company) -> None:
    worked(company)
    lina = company.person(MANAGER)
    card = lina.say("日报").card
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == MANAGER).values(roles="officer"))
    assert "没有明细" in lina.tap(card, "看明细").card.whole


def test_a_company_without_a_funnel_and_without_metrics(company: Company) -> None:
    """What the company does not define is said, by word and by button."""
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, reports=replace(now.reports, funnel=()), version="no-funnel"))
    owner = company.person(OWNER)
    assert owner.say("漏斗").text.startswith("公司没有定义漏斗的步骤")
    assert owner.tap(owner.say("日报").card, "漏斗").text.startswith("公司没有定义漏斗的步骤")
    company.runtime.in_force.hold(replace(now, reports=Reports(), version="no-metrics"))
    assert owner.say("看板").text.startswith("公司还没有定义指标")


def test_a_metric_that_is_gone_is_said_to_be(company: Company) -> None:
    worked(company)
    owner = company.person(OWNER)
    card = owner.say("排行 今天 跟进").card
    now = company.runtime.company
    kept = tuple(one for one in now.reports.metrics if one.key == "进件")
    left = replace(now.reports, metrics=kept, key_figures=("进件",), daily=("进件",), ranked=("进件",), funnel=())
    company.runtime.in_force.hold(replace(now, reports=left, version="fewer"))
    assert owner.tap(card, "看明细").text.startswith("公司现在没有这个指标了")
    assert owner.tap(card, "上一期").text.startswith("公司现在没有这个指标了")


def test_who_sees_only_what_is_his_gets_it_under_his_own_name(company: Company) -> None:
    worked(company)
    company.lead("钱七", "13947100006", by="sunli")
    zhang = company.person(PEER)
    card = zhang.say("看板 今天 呼和浩特/一部").card
    assert "张三 · 截至" in card.whole
    assert card.rows["新增线索"].startswith("#1 1")
    ranking = zhang.say("排行 今天 新增线索 按部门").card
    assert "呼和浩特/一部 · 截至" in ranking.whole
    number = next(value for value in ranking.rows.values() if value.startswith("张三")).rpartition("#")[2]
    assert zhang.say(f"明细 {number}").card.title == "明细 · 张三 新增线索"
    assert zhang.say("看板 包头/一部").text.startswith("您看不到包头/一部的数")


def test_who_has_nothing_to_divide_by_is_not_ranked_by_shares(company: Company) -> None:
    company.lead("刘志强", "13947100001", by=OFFICER)
    company.person(OFFICER).say("跟进 L1 意向强")
    rows = company.person(OWNER).say("排行 今天 首联及时率").card.rows
    assert list(rows.values()) == ["巴特尔·孟和 100% #1"]
    assert list(company.person(OWNER).say("排行 今天 首联及时率 按部门").card.rows.values()) == ["呼和浩特 100% #1"]


def test_a_city_with_its_suffix_is_the_place_and_not_the_department(company: Company) -> None:
    worked(company)
    company.lead("包钢", "13947100009", by=PEER, region="150203")
    assert company.person(OWNER).say("日报 包头市").card.rows["新增线索"].startswith("#1 1")


def test_what_was_made_by_other_rights_is_not_drawn_any_more(company: Company) -> None:
    """A picture that waits is sent to nobody who may not see it by now."""
    worked(company)
    boss = company.person("zhaojianguo")
    boss.say("排行 今天 新增线索 呼和浩特")
    with company.runtime.store.read() as session:
        found = snapshots.newest_of(session, boss.actor.id)
    assert found is not None
    store, in_force = company.runtime.store, company.runtime.in_force
    drawer, company_now = BoardDrawer(store, in_force, BoardMaker(store, in_force)), company.runtime.company
    assert may_see(boss.actor, found, company_now)
    for change in ({"roles": "officer"}, {"roles": "officer", "department_id": 2}):
        with company.runtime.store.database.write() as session:
            session.execute(update(Person).where(Person.wecom_userid == "zhaojianguo").values(**change))
        with company.runtime.store.read() as session:
            assert drawer.board(session, str(found.id), boss.actor) == Superseded()


def test_a_board_that_has_not_come_yet_is_not_asked_about(company: Company) -> None:
    """What came by itself and waits (for the morning, for its turn) is not the last one that he saw."""
    worked(company)
    owner = company.person(OWNER)
    owner.say("排行 今天 跟进")
    company.clock.now = company.clock.now.replace(hour=10, minute=9)
    company.runtime.timetable.round()  # 18:09 in China: 日报 is wanted, and not sent yet
    with company.runtime.store.read() as session:
        found = snapshots.newest_of(session, owner.actor.id)
        assert found is not None
        assert found.wanted.kind is Kind.RANKING
    company.settle()
    with company.runtime.store.read() as session:
        came = snapshots.newest_of(session, owner.actor.id)
    assert came is not None
    assert came.id > found.id


def test_a_board_is_made_by_who_sends_it_and_not_by_who_answers(company: Company) -> None:
    """A year's board takes seconds at a large company: nobody else could write if the answer waited for it."""
    worked(company)
    owner, store = company.person(OWNER), company.runtime.store
    company.person(OWNER).phone.say("看板")
    with store.read() as session:
        wanted = snapshots.newest_of(session, owner.actor.id)
    assert wanted is not None
    assert wanted.board is None
    heard = owner.say("明细 1")
    assert any(text.startswith("这张看板还在算") for text in heard.texts)
    assert any(card.title.startswith("看板") for card in heard.cards)
    assert owner.say("明细 1").card.title == "明细 · 新增线索"


def test_whoever_makes_a_board_first_is_right(company: Company) -> None:
    """Two relays may make the same one, from what they find: the card, its picture and 明细 show one."""
    worked(company)
    owner, store = company.person(OWNER), company.runtime.store
    company.person(OWNER).phone.say("看板")
    with store.read() as session:
        wanted = snapshots.newest_of(session, owner.actor.id)
    assert wanted is not None
    slow, quick = (BoardMaker(store, company.runtime.in_force) for _ in range(2))
    with store.read() as session:
        late = slow._make(session, wanted, ())
    assert late is not None
    company.lead("钱七", "13947100006", by=OFFICER)
    first = quick.made(wanted.id)
    with store.database.write() as session:
        snapshots.fill(session, wanted.id, *late)
    assert first is not None
    assert first.board != late[1].board
    assert slow.made(wanted.id) == first


def test_a_loan_stays_his_to_whom_it_was_paid_out(company: Company) -> None:
    """Handed on afterwards, with its customer: what he did is his on every board of that time."""
    live(company)
    owner = company.person(OWNER)
    before = owner.say("排行 近三个月 放款金额").card.rows["第1"]
    assert before.startswith("巴特尔·孟和 48万")
    company.person(OFFICER).say("转移 L1 张三 休假")
    assert owner.say("排行 近三个月 放款金额").card.rows["第1"] == before
    assert owner.say("排行 近三个月 进件").card.rows["第1"].startswith("巴特尔·孟和 1")


def test_first_contact_stays_made_when_customers_are_merged(company: Company) -> None:
    company.lead("刘志强", "13947100001", by=OFFICER)
    company.lead("刘志強", "13947100002", by=PEER)
    company.clock.go(minutes=30)
    company.person(OFFICER).say("跟进 L1 意向强")
    company.person(PEER).say("跟进 L2 意向强")
    company.clock.go(hours=30)
    owner, lina = company.person(OWNER), company.person(MANAGER)
    assert owner.say("看板").card.rows["首联及时率"].startswith("#2 100%")
    asked = lina.say("合并客户 L1 L2")
    lina.tap(asked.card, "确认合并") if asked.cards else lina.say("确认")
    assert owner.say("看板").card.rows["首联及时率"].startswith("#2 100%")


def test_who_sees_the_numbers_and_not_the_customers_gets_no_way_to_them(company: Company) -> None:
    worked(company)
    hejing = company.person(FINANCE)
    hejing.say("日报")
    card = hejing.say("明细 1").card
    assert "#1 共5条" in card.whole
    assert not any(label.startswith("L") for label in card.labels)
    assert "刘" not in card.whole


def test_the_jams_are_drawn_for_who_looks_after_others_and_are_of_now(company: Company) -> None:
    hand_in(company, OFFICER, product="credit")
    owner = company.person(OWNER)
    heard = owner.say("瓶颈")
    assert [each.kind for each in heard.messages] == ["card", "image"]
    assert [each.kind for each in company.person(OFFICER).say("瓶颈").messages] == ["card"]
    assert owner.say("明细 1").card.title.startswith("在等 · ")
    tapped = owner.tap(owner.say("漏斗 本月").card, "瓶颈").card
    assert tapped.title == "瓶颈 · 11月24日（周二）"


@pytest.mark.parametrize("said", ["上月", "上周", "11-20", "本月 房抵"])
def test_the_jams_are_of_no_other_time(company: Company, said: str) -> None:
    owner = company.person(OWNER)
    assert owner.say(f"瓶颈 {said}").text.startswith("瓶颈只看现在")
    assert owner.say("瓶颈 今天 房抵").cards, "which is today"


def test_a_day_that_is_not_over_is_compared_with_the_day_before_up_to_the_same_hour(company: Company) -> None:
    company.lead("刘志强", "13947100001", by=OFFICER)
    company.clock.go(hours=3)
    company.lead("王芳", "13947100002", by=OFFICER)
    company.clock.go(hours=21)
    company.lead("乌兰", "13947100003", by=OFFICER)  # ten o'clock again
    owner = company.person(OWNER)
    card = owner.say("日报").card
    assert card.rows["新增线索"] == "#1 1 持平"
    assert "增减是较昨日此时" in card.whole
    whole = owner.say("日报 昨天").card
    assert whole.rows["新增线索"] == "#1 2 +2"
    assert "增减是较前一日；" in whole.whole
