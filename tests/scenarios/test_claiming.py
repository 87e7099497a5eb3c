"""领取, by card and by number: who wins, what the loser learns, limits, and taps that come again."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Company, Heard
from kit.phones import PARTS, TICKS
from sqlalchemy import func, select

from bot.sandbox.events import tap_fields
from bot.sandbox.faults import CALLBACK, Fault
from core.leads.models import Ownership


@PARTS
def test_ticked_leads_are_claimed_and_the_card_becomes_the_result(company: Company) -> None:
    one, two = company.lead(), company.lead("白云飞", "13947100002")
    batu = company.person("batu")

    card = batu.say("公海").card
    assert card.options == [f"L{two}", f"L{one}"]
    assert "139****0001" in card.whole
    assert "13947100001" not in card.whole
    assert "刘志强" not in card.whole

    result = batu.tap(card, "领取", ticked=[f"L{one}", f"L{two}"]).card
    assert result.message.id == card.message.id
    assert result.title == "已领取 2 条"
    assert result.rows == {f"L{one}": "刘志强 13947100001 房抵50万", f"L{two}": "白云飞 13947100002 房抵50万"}
    assert result.labels == [f"跟进 L{one}", f"跟进 L{two}"]
    assert company.owner(one) == company.owner(two) == batu.actor.id


def test_who_was_later_learns_who_was_faster_and_may_try_again(company: Company) -> None:
    lead, left = company.lead(), company.lead("白云飞", "13947100002")
    batu, lina = company.person("batu"), company.person("lina")
    card = lina.say("公海").card
    batu.say(f"领取 L{lead}")

    result = lina.tap(card, "领取", ticked=[f"L{lead}"]).card
    assert result.title == "这次没有领到"
    assert f"L{lead} 刚被 巴* 领走" in result.whole
    assert "13947100001" not in result.whole
    assert result.labels == ["看公海", "我的客户"]
    assert company.owner(lead) == batu.actor.id
    assert lina.tap(result, "看公海").card.options == [f"L{left}"]


@TICKS
def test_one_of_two_ticked_is_won(company: Company) -> None:
    lost, won = company.lead(), company.lead("白云飞", "13947100002")
    batu, lina = company.person("batu"), company.person("lina")
    card = lina.say("公海").card
    batu.say(f"领取 L{lost}")
    company.clock.go(minutes=5)
    result = lina.tap(card, "领取", ticked=[f"L{lost}", f"L{won}"]).card
    assert result.title == f"已领取 L{won}"
    assert f"L{lost} 5分钟前被 巴* 领走" in result.whole
    assert "13947100001" not in result.whole
    assert result.labels == ["写跟进", "详情", "释放"]


@TICKS
def test_nothing_ticked_is_said(company: Company) -> None:
    company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    heard = batu.tap(card, "领取")
    assert heard.text == "请先勾选要领取的线索，再点领取。"
    assert batu.now(card).labels == ["领取"]


def test_a_lead_is_claimed_by_its_number_however_it_is_typed(company: Company) -> None:
    typed = ["领取 L{}", "领取L{}", "领取 {}", "领 l{}", "认领　Ｌ{}", "领取：L{}。", "领取 L{0}、L{0}"]
    for number, words in enumerate(typed):
        lead = company.lead(f"王{'一二三四五六七'[number]}", f"139{number + 10_000_000}")
        card = company.person("batu").say(words.format(lead)).card
        assert card.title == f"已领取 L{lead}", words
        assert f"139{number + 10_000_000}" in card.whole
        assert company.owner(lead) == company.person("batu").actor.id


def test_several_numbers_at_once_and_each_answer_for_itself(company: Company) -> None:
    one, two = company.lead(), company.lead("白云飞", "13947100002")
    elsewhere = company.lead("包头人", "13947100003", region="150203")
    mine = company.lead("自己人", "13947100004", by="batu")
    card = company.person("batu").say(f"领取 L{one} L{two}，L{elsewhere} L{mine} L999").card
    assert card.title == "已领取 2 条"
    assert f"L{elsewhere} 在包头池，不对您的部门开放" in card.whole
    assert f"L{mine} 已在您名下，无需再领" in card.whole
    assert "没有找到 L999" in card.whole
    assert company.owner(elsewhere) is None


LISTS = ["L{0} L{1}", "L{0},L{1}", "L{0}、L{1}", "L{0}，{1}", "{0}/{1}", "L{0}和L{1}"]
LISTS += ["L{0}-L{1}", "{0}～{1}", "L{0}到{1}"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", LISTS)
def test_several_numbers_are_written_as_people_write_lists(company: Company, words: str) -> None:
    one, two = company.lead(), company.lead("白云飞", "13947100002")
    card = company.person("batu").say(f"领取 {words.format(one, two)}").card
    assert list(card.rows) == [f"L{one}", f"L{two}"]


def test_a_range_is_claimed_and_each_number_has_its_line(company: Company) -> None:
    leads = [company.lead(f"王{'一二三四五六'[n]}", f"139{n + 10_000_000}") for n in range(6)]
    company.person("lina").say(f"领取 L{leads[2]}")
    company.clock.go(minutes=5)
    card = company.person("batu").say(f"领取 L{leads[0]}-L{leads[5]}").card
    assert card.title == "已领取 5 条"
    assert list(card.rows) == [f"L{lead}" for lead in leads if lead != leads[2]]
    assert f"L{leads[2]} 5分钟前被 李* 领走" in card.whole


@pytest.mark.parametrize("numbers", [" ".join(f"L{number}" for number in range(1, 12)), "L1-L11", "L1-L999999999"])
def test_more_numbers_than_one_may_claim_in_a_day_are_not_begun(company: Company, numbers: str) -> None:
    lead = company.lead()
    text = company.person("batu").say(f"领取 {numbers}").text
    assert text == "一次最多领取 10 条，请分几次发，如：领取 L1-L10。"
    assert company.owner(lead) is None


def test_numbers_that_are_not_in_a_row_are_given_back_as_they_were_typed(company: Company) -> None:
    text = company.person("batu").say(f"领取 {' '.join(f'L{number}' for number in range(2, 24, 2))}").text
    assert text.endswith("如：领取 L2 L4 L6 L8 L10 L12 L14 L16 L18 L20。")


@pytest.mark.parametrize("numbers", ["L1-L3-L5", "0、1"])
def test_numbers_that_are_none_are_asked_for_again(company: Company, numbers: str) -> None:
    lead = company.lead()
    heard = company.person("batu").say(f"领取 {numbers}")
    assert heard.text == "没看懂要领取哪几条。请写卡片上 L 开头的编号，几条之间空一格，连号中间用「-」。"
    assert heard.cards == []
    assert company.owner(lead) is None


REFUSALS = [
    ("L999", "没有找到 L999。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"),
    ("L{elsewhere}", "L{elsewhere} 在包头池，不对您的部门开放。您可领取的：呼和浩特池、全区池。"),
    ("L{mine}", "L{mine} 已在您名下，无需再领。回复 客户 L{mine} 查看。"),
    ("L{taken}", "L{taken} 2小时前被 李* 领走。回复 公海 看其他线索。"),
]


def test_a_claim_that_fails_says_why_and_what_next(company: Company) -> None:
    numbers = {
        "elsewhere": company.lead("包头人", "13947100003", region="150203"),
        "mine": company.lead("自己人", "13947100004", by="batu"),
        "taken": company.lead(),
    }
    company.person("lina").say(f"领取 L{numbers['taken']}")
    company.clock.go(hours=2)
    for number, said in REFUSALS:
        heard = company.person("batu").say(f"领取 {number.format(**numbers)}")
        assert heard.text == said.format(**numbers)
        assert heard.cards == []


def test_a_lead_that_was_entered_or_handed_over_was_not_claimed_from_anybody(company: Company) -> None:
    entered, handed_over = company.lead(by="lina"), company.lead("白云飞", "13947100002", by="lina")
    company.person("lina").say(f"转移 L{handed_over} 孙丽")
    company.clock.go(days=7)
    batu = company.person("batu")
    assert batu.say(f"领取 L{entered}").text == f"L{entered} 由 李* 跟进。回复 公海 看其他线索。"
    card = batu.say(f"领取 L{entered} L{handed_over}").card
    assert f"L{handed_over} 由 孙* 跟进" in card.whole
    assert "领走" not in card.whole


def test_the_limit_of_a_day_says_its_number_and_when_it_frees(company: Company) -> None:
    leads = [company.lead(f"王{'一二三四五六七八九十乙丙'[n]}", f"139{n + 10_000_000}") for n in range(12)]
    batu = company.person("batu")
    batu.say(f"领取 {' '.join(f'L{lead}' for lead in leads[:9])}")
    card = batu.say(f"领取 L{leads[9]} L{leads[10]} L{leads[11]}").card
    assert card.title == f"已领取 L{leads[9]}"
    assert f"L{leads[10]}、L{leads[11]} 未领：今日已领 10/10，明天（周三）00:00 恢复" in card.whole

    stopped = batu.say(f"领取 L{leads[10]} L{leads[11]}").card
    assert f"L{leads[10]}、L{leads[11]} 未领：今日已领 10/10" in stopped.whole
    assert stopped.title == "这次没有领到"
    assert stopped.labels == ["我的客户"]
    text = batu.say(f"领取 L{leads[10]}").text
    assert text == "今日已领 10/10，明天（周三）00:00 恢复。回复 我的客户 先看手上的。"
    company.clock.go(hours=14)
    assert batu.say(f"领取 L{leads[10]}").card.title == f"已领取 L{leads[10]}"


def test_ten_claimed_leads_are_all_on_the_card(company: Company) -> None:
    leads = [company.lead(f"王{'一二三四五六七八九十'[n]}", f"139{n + 10_000_000}") for n in range(10)]
    card = company.person("batu").say(f"领取 {' '.join(f'L{lead}' for lead in leads)}").card
    assert card.title == "已领取 10 条"
    for number, lead in enumerate(leads):
        assert f"139{number + 10_000_000}" in card.whole
        assert f"L{lead}" in card.whole
    assert card.labels == [f"跟进 L{lead}" for lead in leads[:6]]
    assert "其余的回复 我的客户 查看" in card.whole


def claims(company: Company, lead: int) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).where(Ownership.lead_id == lead, Ownership.how == "claim")) or 0


@pytest.mark.parametrize("fault", [Fault.DUPLICATE_AT_ONCE, Fault.DUPLICATE_IN_ROW])
def test_the_same_tap_three_times_claims_once_and_shows_one_result(company: Company, fault: Fault) -> None:
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    company.platform.faults.order(api=CALLBACK, fault=fault, copies=3)
    heard = batu.tap(card, "领取", ticked=[f"L{lead}"])
    assert heard.card.title == f"已领取 L{lead}"
    assert heard.texts == []
    assert claims(company, lead) == 1


def test_three_taps_one_after_the_other_claim_once_and_the_card_stays_the_result(company: Company) -> None:
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    batu.tap(card, "领取", ticked=[f"L{lead}"])
    for _ in range(2):
        company.clock.go(minutes=2)
        heard = batu.tap(card, "领取", ticked=[f"L{lead}"])
        assert heard.texts == [], "the card is the answer: what the first tap did stands"
        assert heard.card.title == f"已领取 L{lead}"
    assert batu.now(card).title == f"已领取 L{lead}"
    assert claims(company, lead) == 1


def test_a_claim_from_a_leads_own_card_makes_it_the_360_card(company: Company) -> None:
    lead = company.lead()
    batu, surina = company.person("batu"), company.person("surina")
    card, late = batu.say(f"客户 L{lead}").card, surina.say(f"L{lead}").card
    assert "在呼和浩特池，可领取" in card.whole
    assert "13947100001" not in card.whole
    won = batu.tap(card, "领取").card
    assert won.title == f"L{lead} 刘志强"
    assert "由您跟进，刚刚接手" in won.whole
    assert won.labels == ["写跟进", "释放", "进件", "等级标签"]

    gone = surina.now(late)
    assert gone.title == f"L{lead}"
    assert "被 巴* 领走。" in gone.whole
    assert gone.labels == ["看公海", "我的客户"]


def test_a_tap_that_is_a_moment_too_late_says_who_was_faster(company: Company) -> None:
    """The card was not refreshed yet when it was tapped."""
    lead = company.lead()
    surina = company.person("surina")
    late = surina.say(f"L{lead}").card
    company.person("batu").phone.say(f"领取 L{lead}")  # the relay has not run
    heard = surina.tap(late, "领取")
    assert heard.text == f"L{lead} 刚被 巴* 领走。回复 公海 看其他线索。"
    assert "被 巴* 领走。" in surina.now(late).whole


def test_who_taps_one_after_the_other_learns_who_was_faster(company: Company) -> None:
    """Was: 「这张卡片已过期」, and nobody told who has it."""
    lead = company.lead()
    batu, surina = company.person("batu"), company.person("surina")
    card, late = batu.say(f"L{lead}").card, surina.say(f"L{lead}").card
    batu.tap(card, "领取")
    assert surina.tap(late, "领取").text == f"L{lead} 刚被 巴* 领走。回复 公海 看其他线索。"


def test_a_late_tap_on_what_nobody_took_only_brings_the_card_up_to_date(company: Company) -> None:
    lead = company.lead()
    surina = company.person("surina")
    late = surina.say(f"L{lead}").card
    company.person("batu").say(f"领取 L{lead}")
    company.person("batu").say(f"释放 L{lead} 联系不上")
    assert surina.tap(late, "领取").text == "这张卡片已过期，已为您刷新为最新状态。"
    assert company.owner(lead) is None


def test_a_lead_that_was_given_to_somebody_was_not_claimed(company: Company) -> None:
    lead = company.lead()
    surina = company.person("surina")
    late = surina.say(f"L{lead}").card
    company.person("wuyun").say(f"转移 L{lead} 巴特尔·孟和")
    assert "可查看的范围内" in surina.now(late).whole
    assert surina.tap(late, "领取").text == f"L{lead} 由 巴* 跟进。回复 公海 看其他线索。"


@PARTS
def test_more_ticks_than_one_may_claim_at_once_claim_nothing(company: Company) -> None:
    """No card of ours has so many lines: this one got more on its way."""
    leads = [company.lead(f"王{'一二三四五六七八九十甲'[n]}", f"139{n + 10_000_000}") for n in range(11)]
    batu = company.person("batu")
    card = batu.say("公海").card
    ticked = [f"L{lead}" for lead in leads]
    lines = [{"id": number, "text": number, "is_checked": False} for number in ticked]
    long_card = replace(
        card.message, card=card.payload | {"checkbox": card.payload["checkbox"] | {"option_list": lines}}
    )

    def tap(ticked: list[str], code: str) -> Heard:
        fields = tap_fields(long_card, card.key("领取"), {"leads": ticked}, code)
        return batu.after(lambda: company.platform.emit("batu", "event", fields))

    heard = tap(ticked, "a-code-of-nobody")
    assert heard.text == "一次最多领取 10 条，请分几次发，如：领取 L1-L10。"
    assert [company.owner(lead) for lead in leads] == [None] * 11
    tap(ticked[:10], "another-code-of-nobody")
    assert [company.owner(lead) for lead in leads] == [batu.actor.id] * 10 + [None]
