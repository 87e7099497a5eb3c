"""跟进: typed and through the button, times understood and said back, doubtful times asked about and answered."""

import pytest
from kit.company import Card, Colleague, Company
from sqlalchemy import select

from core.calendar import CHINA
from core.leads.models import FollowUp, Lead


@pytest.fixture
def batu(company: Company) -> Colleague:
    """An officer with the lead L1 of 刘志强."""
    company.lead(by="batu")
    return company.person("batu")


def contents(company: Company) -> list[str]:
    """The follow-ups as they were written down, in order."""
    vault = company.runtime.store.vault
    with company.runtime.store.read() as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.at, FollowUp.id))
        return [vault.open(f"follow_up.content:{row.id}", row.content) for row in rows]


def next_contact(company: Company, lead: int = 1) -> str:
    """The agreed time in China, or nothing."""
    with company.runtime.store.read() as session:
        at = session.scalar(select(Lead.next_contact_at).where(Lead.id == lead))
    return f"{at.astimezone(CHINA):%m-%d %H:%M}" if at else ""


TIMES = [
    ("意向强，明天10点面谈", "明天 11月25日（周三）上午10点"),
    ("明天下午3点半再打", "明天 11月25日（周三）下午3点半"),
    ("后天上午联系", "后天 11月26日（周四）上午9点半"),
    ("周五10点半签约", "11月27日（周五）上午10点半"),
    ("下周三下午3点上门", "12月2日（周三）下午3点"),
    ("今晚8点回电", "今天 11月24日（周二）晚上8点"),
    ("3天后回访", "11月27日（周五）上午9点半"),
    ("半小时后再打", "今天 11月24日（周二）上午10点半"),
    ("28号去他店里", "11月28日（周六）上午9点半"),
    ("12-03 14:00 到公司", "12月3日（周四）下午2点"),
    ("１２－０３　１４：００", "12月3日（周四）下午2点"),
    ("昨天没打通，明天10点再打", "明天 11月25日（周三）上午10点"),
]


def test_a_time_is_understood_and_said_back(company: Company, batu: Colleague) -> None:
    for content, said in TIMES:
        batu.say("跟进 L1 不约")
        assert batu.say(f"跟进 L1 {content}").text.startswith(f"已记录 L1 的跟进，下次联系：{said}。")
    assert len(contents(company)) == 2 * len(TIMES)


def test_where_nobody_named_an_hour_the_answer_says_how_to_mend_it(company: Company, batu: Colleague) -> None:
    said = "已记录 L1 的跟进，下次联系：后天 11月26日（周四）上午9点半。没说几点，要改就发 跟进 L1 11月26日10点。"
    assert batu.say("跟进 L1 后天").text == said
    mended = batu.say(said.partition("要改就发 ")[2].rstrip("。")).text
    assert mended == (
        "已记录 L1 的跟进，下次联系：后天 11月26日（周四）上午10点（原约 后天 11月26日（周四）上午9点半 已改）。"
    )
    assert next_contact(company) == "11-26 10:00"


def test_the_hour_that_mends_it_is_still_to_come(company: Company, batu: Colleague) -> None:
    """In the afternoon 「10点」 of today would be refused as past."""
    company.clock.go(hours=6, minutes=43)
    said = batu.say("跟进 L1 今晚再打").text
    assert said.endswith("没说几点，要改就发 跟进 L1 11月24日晚上8点。")
    assert "下次联系：今天 11月24日（周二）晚上8点" in batu.say(said.partition("要改就发 ")[2].rstrip("。")).text
    assert next_contact(company) == "11-24 20:00"


def test_a_new_time_says_which_one_it_replaces(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 周四10点")
    assert batu.say("跟进 L1 周四10点").text == "已记录 L1 的跟进，下次联系：后天 11月26日（周四）上午10点。"
    replaced = "（原约 后天 11月26日（周四）上午10点 已改）。"
    assert batu.say("跟进 L1 明天10点").text.endswith(f"11月25日（周三）上午10点{replaced}")
    batu.say("跟进 L1 过几天再说")
    assert batu.say("周五10点").text == (
        "已记录 L1 的跟进，下次联系：11月27日（周五）上午10点（原约 明天 11月25日（周三）上午10点 已改）。"
    )
    company.clock.go(days=4)
    assert "原约" not in batu.say("跟进 L1 明天10点").text


KEPT = {
    "跟进 L1 客户问利率，3.85%能做吗": "客户问利率，3.85%能做吗",
    "跟进L1：客户问利率": "客户问利率",
    "跟进 1 客户问利率！": "客户问利率！",
    "跟进　Ｌ１　客户要50万": "客户要50万",
    "跟 L1 😀意向强": "😀意向强",
    "写跟进 L1 '; DROP TABLE lead; -- **粗** <@all>": "'; DROP TABLE lead; -- **粗** <@all>",
}


def test_a_follow_up_without_a_time_is_written_down_as_typed(company: Company, batu: Colleague) -> None:
    for typed, kept in KEPT.items():
        company.clock.go(minutes=1)
        assert batu.say(typed).text == "已记录 L1 的跟进，未约下次联系。要约的话，如：跟进 L1 明天10点。"
        assert contents(company)[-1] == kept
        assert f"巴特尔·孟和：{kept}" in batu.say("L1").card.whole


def test_a_new_follow_up_without_a_time_leaves_the_agreed_one(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 周四10点面谈")
    assert batu.say("跟进 L1 发了资料").text == "已记录 L1 的跟进，下次联系仍是：后天 11月26日（周四）上午10点。"
    assert batu.say("跟进 L1 昨天打过电话").text == "已记录 L1 的跟进，下次联系仍是：后天 11月26日（周四）上午10点。"
    assert next_contact(company) == "11-26 10:00"
    company.clock.go(days=3)
    assert "未约下次联系" in batu.say("跟进 L1 没来").text


def test_the_button_asks_and_the_next_message_is_the_follow_up(company: Company, batu: Colleague) -> None:
    card = batu.say("L1").card
    asked = batu.tap(card, "写跟进")
    assert asked.card.title == "写跟进 L1 刘志强"
    assert "请直接发送跟进内容，如：意向强，明天10点面谈。回复 取消 退出。" in asked.card.whole
    heard = batu.say("意向强，明天10点面谈")
    assert heard.texts == ["已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点。"]
    assert contents(company) == ["意向强，明天10点面谈"]
    shown = batu.now(card)
    assert "11-24 巴特尔·孟和：意向强，明天10点面谈" in shown.whole
    assert shown.rows["下次联系"] == "明天（周三）10:00"
    assert "没看懂" in batu.say("意向强，明天10点面谈").text


def test_the_commands_word_before_the_answer_is_no_part_of_it(company: Company, batu: Colleague) -> None:
    for typed in ("跟进 意向强", "跟进：意向强", "写跟进 意向强", "意向强"):
        batu.say("跟进 L1")
        batu.say(typed)
    assert contents(company) == ["意向强"] * 4


def test_a_question_can_be_left_and_nothing_is_written(company: Company, batu: Colleague) -> None:
    for typed in ("取消", "退出", "算了", "取消吧", "算了，不写了", "点错了"):
        batu.say("跟进 L1")
        assert batu.say(typed).text == "好的，已退出。", typed
        assert batu.say("取消").text == "现在没有进行中的操作。回复 帮助 查看能做什么。"
    assert contents(company) == []


UNCLEAR = [
    ("意向强，7点面谈", "「7点」是早上7点还是晚上7点？"),
    ("过几天再说", "「过几天」没说准是哪一天。"),
    ("2月30号签约", "「2月30号」2月没有30号。"),
    ("明天25点", "没有25点"),
    ("明天10点或后天10点", "以哪个为准？"),
    ("9点见", "「9点」今天已经过了，是哪一天？"),
]


def test_an_unclear_time_is_asked_about_and_answered(company: Company, batu: Colleague) -> None:
    for place, (content, said) in enumerate(UNCLEAR):
        lead = company.lead(f"王{'一二三四五六'[place]}", f"139{place + 10_000_000}", by="batu")
        asked = batu.say(f"跟进 L{lead} {content}").text
        assert asked.startswith(f"L{lead} 的跟进已记录，但「")
        assert said in asked
        assert "请回复下次联系时间" in asked
        assert next_contact(company, lead) == ""
        assert batu.say("明天晚上7点").text == f"已记录 L{lead} 的跟进，下次联系：明天 11月25日（周三）晚上7点。"
        assert next_contact(company, lead) == "11-25 19:00"
    assert sorted(contents(company)) == sorted(content for content, _ in UNCLEAR)


ANSWERED = [
    ("9点联系", "明天", "明天 11月25日（周三）上午9点"),
    ("上午9点联系", "明天", "明天 11月25日（周三）上午9点"),
    ("周五7点", "早上", "11月27日（周五）早上7点"),
    ("周五七点面谈", "晚上的", "11月27日（周五）晚上7点"),
    ("周五7点", "晚上7点", "11月27日（周五）晚上7点"),
    ("明天10点或后天下午3点", "后天", "后天 11月26日（周四）下午3点"),
    ("明天25点", "15点", "明天 11月25日（周三）下午3点"),
    ("上午9点联系", "明天下午3点", "明天 11月25日（周三）下午3点"),
]


@pytest.mark.parametrize(("content", "answer", "said"), ANSWERED)
def test_phrase_and_answer_are_read_together(
    company: Company, batu: Colleague, content: str, answer: str, said: str
) -> None:
    assert "请回复下次联系时间" in batu.say(f"跟进 L1 {content}").text
    assert batu.say(answer).text == f"已记录 L1 的跟进，下次联系：{said}。"


def test_what_the_phrase_said_is_kept_over_two_answers(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 7点见")
    assert batu.say("随便").text.startswith("「随便」不是时间。")
    assert "是早上7点还是晚上7点？" in batu.say("周五").text
    assert batu.say("早上").text == "已记录 L1 的跟进，下次联系：11月27日（周五）早上7点。"


def test_a_report_of_the_past_is_written_down_and_the_next_time_asked_for_once(
    company: Company, batu: Colleague
) -> None:
    asked = batu.say("跟进 L1 昨天打过电话").text
    assert asked == "L1 的跟进已记录。下次什么时候联系？请回复时间，如 明天10点；没有就回复 不约。"
    left = batu.say("好的谢谢").text
    assert left == "好的，L1 的跟进已记录，先不约下次联系。想好了再发，如：跟进 L1 明天10点。"
    assert "还在等" not in batu.say("公海").text, "the question is left"
    assert contents(company) == ["昨天打过电话"]


def test_a_time_that_is_past_is_asked_about_and_never_guessed(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 昨天打过电话")
    assert batu.say("昨天10点").text.startswith("「昨天10点」已经过去。请回复下次联系时间")
    assert batu.say("8点").text.startswith("「8点」")
    assert next_contact(company) == ""
    assert batu.say("后天8点").text == "已记录 L1 的跟进，下次联系：后天 11月26日（周四）早上8点。"


def test_what_is_never_a_time_is_not_asked_for_for_ever(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 过几天再说")
    assert batu.say("随便").text.startswith("「随便」不是时间。请回复下次联系时间")
    assert batu.say("都行").text.startswith("「都行」不是时间。")
    assert batu.say("你定").text.startswith("好的，L1 的跟进已记录，先不约下次联系。")
    assert "没看懂" in batu.say("你定").text


def test_no_appointment_is_an_answer(company: Company, batu: Colleague) -> None:
    for typed in ("不约", "不约。", "暂时不约", "不用了", "没约", "无"):
        batu.say("跟进 L1 过几天再说")
        assert batu.say(typed).text == "好的，未约下次联系。", typed
        assert next_contact(company) == ""
    assert "没看懂" in batu.say("不用了").text


def test_an_unclear_time_leaves_the_agreed_one_until_it_is_answered(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 周四10点面谈")
    batu.say("跟进 L1 改天再约")
    assert next_contact(company) == "11-26 10:00"
    batu.say("不约")
    assert next_contact(company) == ""


def test_after_half_an_hour_the_question_has_lapsed_and_the_way_is_shown(company: Company, batu: Colleague) -> None:
    for typed in ("明天10点", "意向强，明天10点面谈"):
        batu.say("跟进 L1")
        company.clock.go(minutes=31)
        said = f"等 L1 的跟进内容已超时，这句话没有记下。请回复 好，或发：跟进 L1 {typed}"
        assert batu.say(typed).text == said
    assert contents(company) == []


def test_a_whole_command_in_between_is_carried_out_and_the_question_stays(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    heard = batu.say("公海")
    assert heard.card.title == "呼和浩特池"
    assert heard.text == "还在等 L1 的跟进内容，直接回复即可；回复 取消 退出。"
    heard = batu.say("客户 L1")
    assert heard.card.title == "L1 刘志强"
    assert heard.text.startswith("还在等 L1 的跟进内容")
    assert batu.say("公海里找到的客户，明天10点").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点。"
    assert contents(company) == ["公海里找到的客户，明天10点"]
    assert batu.say("公海").texts == []


def test_a_question_for_a_time_stays_over_a_command_too(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 过几天再说")
    assert batu.say("帮助").text.endswith("\n还在等 L1 的下次联系时间，直接回复即可；回复 取消 退出。")
    assert batu.say("明天10点").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点。"


def test_a_follow_up_for_another_lead_in_between_goes_to_that_one(company: Company, batu: Colleague) -> None:
    company.lead("白云飞", "13947100002", by="batu")
    batu.say("跟进 L1")
    text = batu.say("跟进 L2 明天9点").text
    assert text == (
        "已记录 L2 的跟进，下次联系：明天 11月25日（周三）上午9点。\n"
        "还在等 L1 的跟进内容，直接回复即可；回复 取消 退出。"
    )
    assert batu.say("跟进 L2").text.startswith("请直接发送 L2（白云飞）的跟进内容")
    assert batu.say("意向弱").text.startswith("已记录 L2 的跟进")


def test_the_whole_command_for_the_asked_lead_answers_the_question(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    assert batu.say("跟进 L1 意向强").text.startswith("已记录 L1 的跟进，未约")
    assert "没看懂" in batu.say("意向强").text
    assert contents(company) == ["意向强"]


def test_a_question_about_a_lead_that_went_away_is_closed_by_the_command(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    assert batu.say("释放 L1 打错了").text == "L1 已释放到呼和浩特池。"
    assert "没看懂" in batu.say("意向强").text


REFUSED = [
    ("跟进 L999 意向强", "没有找到 L999。"),
    ("跟进 L{pooled} 意向强", "L{pooled} 在公海，没有归属人。回复 领取 L{pooled} 领到名下再操作。"),
    ("跟进 L{others} 意向强", "没有找到 L{others}。请核对编号，它也可能不在您名下"),
    ("跟进 L{others}", "没有找到 L{others}。请核对编号，它也可能不在您名下"),
]


def test_a_follow_up_that_is_refused_says_why(company: Company, batu: Colleague) -> None:
    numbers = {"pooled": company.lead("甲", "13947100003"), "others": company.lead("乙", "13947100004", by="lina")}
    for typed, said in REFUSED:
        assert batu.say(typed.format(**numbers)).text.startswith(said.format(**numbers))
    assert contents(company) == []


def test_a_tap_after_a_transfer_is_refused_and_the_card_tells_the_new_state(company: Company, batu: Colleague) -> None:
    card: Card = batu.say("L1").card
    company.person("lina").phone.say("转移 L1 张三")  # nothing sent yet: the card still shows the old state
    heard = batu.tap(card, "写跟进")
    assert heard.text == "这张卡片已过期，已为您刷新为最新状态。"
    assert "13947100001" not in batu.now(card).whole
    assert batu.now(card).labels == ["我的客户"]
    assert contents(company) == []


def test_a_tap_on_a_result_card_of_several_after_a_transfer_is_refused_too(company: Company, batu: Colleague) -> None:
    """A change of owner closes every card that shows the lead."""
    one, two = company.lead("甲某", "13947100003"), company.lead("乙某", "13947100004")
    card = batu.say(f"领取 L{one} L{two}").card
    company.person("lina").say(f"转移 L{one} 张三")
    heard = batu.tap(card, f"跟进 L{one}")
    assert heard.text == "这张卡片已过期，已为您刷新为最新状态。"
    shown = batu.now(card)
    assert f"L{one} 已不在您名下" in shown.whole
    assert "13947100003" not in shown.whole
    assert "13947100004" in shown.whole


def test_two_thousand_characters_are_kept_whole_and_shown_cut(company: Company, batu: Colleague) -> None:
    content = "客户说情况很复杂，" * 222 + "明天10点"
    assert len(content) > 2000
    assert batu.say(f"跟进 L1 {content}").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点。"
    assert contents(company) == [content]
    shown = batu.say("L1").card
    assert "巴特尔·孟和：客户说情况很复杂" in shown.whole
    assert "…" in shown.whole


def test_a_follow_up_typed_after_the_lead_went_away_is_said_to_be_lost(company: Company) -> None:
    lead = company.lead(by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead}")
    company.person("wuyun").say(f"转移 L{lead} 李娜")
    said = batu.say("意向强，明天10点").text
    assert said.startswith(f"刚才的跟进没有记下：L{lead} 由 李* 跟进，您不能操作。")
