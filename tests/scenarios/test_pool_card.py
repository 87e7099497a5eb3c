"""公海: pools, pages, what stands on the card, and who sees it how."""

import re

from kit.company import Card, Company
from kit.phones import PARTS, TICKS

from core.people.service import PersonRow, import_people


def fill(company: Company, count: int, **more: str) -> list[int]:
    """`count` leads, a minute apart, the newest last."""
    numbers = []
    for number in range(count):
        numbers.append(company.lead(f"王小{'甲乙丙丁戊己庚辛'[number % 8]}", f"139{number + 10_000_000}", **more))
        company.clock.go(minutes=1)
    return numbers


@TICKS
def test_what_stands_on_the_card(company: Company) -> None:
    lead = company.lead("巴特尔·孟和", "13947100001", channel="转介绍")
    company.clock.go(hours=3, minutes=5)
    card = company.person("batu").say("公海").card
    assert card.title == "呼和浩特池 1条"
    assert card.payload["checkbox"]["option_list"][0]["text"] == f"L{lead} 巴**·孟* 房抵50万"
    assert card.payload["main_title"]["desc"] == f"L{lead} 139****0001 新城区 转介绍 等3小时"
    assert card.labels == ["领取"]


@TICKS
def test_a_long_name_gives_way_to_the_need(company: Company) -> None:
    lead = company.lead("额尔敦巴雅尔·乌兰其木格", "13947100001", amount_fen=120_000_000)
    card = company.person("batu").say("公海").card
    assert card.payload["checkbox"]["option_list"][0]["text"] == f"L{lead} 额**·乌** 房抵120万"


@PARTS
def test_pages_are_reached_by_what_the_card_says(company: Company) -> None:
    leads = fill(company, 7)
    batu = company.person("batu")
    first = batu.say("公海").card
    assert first.options == [f"L{number}" for number in reversed(leads[2:])]
    assert first.payload["source"]["desc"] == "看更多回复 公海 呼和浩特池 2"
    for typed in ("公海 呼和浩特池 2", "公海 第2页", "公海第二页", "公 海 第 2 页", "公　海 2"):
        second = batu.say(typed).card
        assert second.options == [f"L{leads[1]}", f"L{leads[0]}"], typed
        assert second.title == "呼和浩特池 7条"


def test_the_next_page_is_named_on_the_card(company: Company) -> None:
    leads = fill(company, 7)
    batu = company.person("batu")
    assert "看更多回复 公海 呼和浩特池 2" in batu.say("公海").card.whole
    assert batu.say("公海 呼和浩特池 2").card.options == [f"L{leads[1]}", f"L{leads[0]}"]


def test_a_pool_is_named_by_name_beginning_synonym_or_key(company: Company) -> None:
    company.lead(region="152502")
    for name in ("全区池", "全区", "内蒙古", "region", "ＲＥＧＩＯＮ", "其他盟市"):
        assert company.person("batu").say(f"公海 {name}").card.title == "全区池 1条", name


def test_an_empty_pool_leads_to_the_others_by_one_tap(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("公海").card
    assert card.title == "呼和浩特池"
    assert "暂时没有可领取的线索。" in card.whole
    assert card.labels == ["全区池 0条", "刷新"]
    other = batu.tap(card, "全区池 0条").card
    assert other.message.id == card.message.id
    assert other.title == "全区池"
    company.lead()
    company.clock.go(seconds=5)
    other = batu.tap(other, "刷新").card
    again = batu.tap(other, "呼和浩特池 1条").card
    assert again.title == "呼和浩特池 1条"


def test_a_pool_that_is_not_open_or_not_there_is_explained(company: Company) -> None:
    batu = company.person("batu")
    assert batu.say("公海 包头").text == "包头池不对您的部门开放。您可以看：呼和浩特池、全区池。例如回复 公海 全区池。"
    assert batu.say("公海 赤峰").text == "没有叫「赤峰」的公海。您可以看：呼和浩特池、全区池。例如回复 公海 全区池。"
    assert company.person("zhoumin").say("公海").card.title == "包头池"


def test_who_looks_after_a_pool_sees_a_list_to_open_instead_of_boxes_to_tick(company: Company) -> None:
    leads = fill(company, 6)
    wuyun = company.person("wuyun")
    card = wuyun.say("公海").card
    assert card.title == "呼和浩特池 6条"
    assert "checkbox" not in card.payload
    assert card.rows[f"L{leads[5]}"] == "王** 房抵50万 新城区 抖音 等1分钟"
    assert card.labels == [*(f"L{number} 王**" for number in reversed(leads[1:])), "下一页"]
    last = wuyun.tap(card, "下一页").card
    assert last.labels == [f"L{leads[0]} 王**", "回第一页"]
    shown = wuyun.tap(last, f"L{leads[0]} 王**").card
    assert shown.title == f"L{leads[0]} 王**"
    assert "还没有人领取" in shown.whole
    assert shown.labels == ["看电话", "刷新"]
    assert company.person("wuyun").say("公海 包头").card.title == "包头池"


def test_a_page_of_a_pool_that_is_no_longer_open_is_not_shown(company: Company) -> None:
    """The card was made when it was; the rights of now count."""
    company.lead(region="152502")
    batu = company.person("batu")
    card: Card = batu.say("公海").card
    move_to(company, "batu", "总部/审批部")
    refused = batu.tap(card, "全区池 1条")
    assert refused.card.title == "全区池 1条"
    company.clock.go(minutes=1)
    wuyun = company.person("wuyun").say("公海 包头").card
    move_to(company, "wuyun", "呼和浩特", roles="officer")
    heard = company.person("wuyun").tap(wuyun, "刷新")
    assert heard.cards == []
    assert heard.text.startswith("包头池不对您的部门开放。您可以看：呼和浩特池、全区池。")


def move_to(company: Company, userid: str, department: str, roles: str = "officer") -> None:
    """The person works elsewhere from now on, as a people file would say."""
    row = PersonRow(2, company.person(userid).actor.name, department, roles, userid, f"dt_{userid}", "", "")
    with company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [row])


@PARTS
def test_the_card_says_which_other_pools_have_something_and_how_to_see_it(company: Company) -> None:
    fill(company, 7)
    batu = company.person("batu")
    assert "另有" not in batu.say("公海").card.whole
    for number in range(3):
        company.lead("外地人", f"1370000000{number}", region="152502")
    card = batu.say("公海").card
    assert "另有全区池3条，发 公海 全区池" in card.whole
    assert card.payload["source"]["desc"] == "看更多回复 公海 呼和浩特池 2"
    assert len(re.findall(r"139\*{4}[0-9]{4} ", card.payload["main_title"]["desc"])) == 5
    assert "…" not in card.whole
    assert batu.say("公海 全区池").card.title == "全区池 3条"
    seen = company.person("wuyun").say("公海 包头").card
    assert seen.labels == ["呼和浩特池 7条", "全区池 3条", "刷新"]
    assert "另有全区池3条" in company.person("wuyun").say("公海").card.whole


@PARTS
def test_a_phone_is_masked_whole_or_named_by_its_tail(company: Company) -> None:
    """With fewer stars a mask would read as a shorter number."""
    fill(company, 5, channel="老客户朋友介绍")
    company.lead("外地人", "13700000001", region="152502")
    desc = company.person("batu").say("公海").card.payload["main_title"]["desc"]
    assert re.findall("尾号([0-9]{4}) ", desc) == ["0004", "0003", "0002", "0001", "0000"]
    assert "*" not in desc


@PARTS
def test_a_page_behind_the_last_is_answered_by_the_last(company: Company) -> None:
    leads = fill(company, 7)
    batu, wuyun = company.person("batu"), company.person("wuyun")
    for typed in ("公海 99", "公海 5000", "公海 呼和浩特池 3"):
        card = batu.say(typed).card
        assert card.options == [f"L{leads[1]}", f"L{leads[0]}"], typed
        assert card.payload["main_title"]["desc"].startswith("只有2页，这是最后一页\n"), typed
    watched = wuyun.say("公海 99").card
    assert "只有2页，这是最后一页" in watched.whole
    assert watched.labels[-1] == "回第一页"
    assert "只有" not in batu.say("公海 2").card.whole
    assert batu.say("公海 0").card.options == batu.say("公海").card.options


def test_the_next_page_is_gone_when_it_is_asked_for(company: Company) -> None:
    leads = fill(company, 6)
    wuyun = company.person("wuyun")
    card = wuyun.say("公海").card
    company.person("batu").say(f"领取 L{leads[0]}")
    turned = wuyun.tap(card, "下一页").card
    assert "只有1页" in turned.whole
    assert len(turned.rows) == 5
