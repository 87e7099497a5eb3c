"""跟进 and the next contact: past times, days that are over, holidays, what is called off, and what stands meanwhile.

It is Tuesday, 24 November 2026, 10:00 in 呼和浩特, and later 16:43.
"""

import pytest
from kit.appointments import THURSDAY, next_contact, promised, with_lead, with_meeting
from kit.company import ON_ONE_DATABASE, Colleague, Company

pytestmark = ON_ONE_DATABASE

NOTHING_AGREED = "未约下次联系。要约的话，如：跟进 L1 明天10点。"


@pytest.fixture
def batu(company: Company) -> Colleague:
    """An officer with the lead L1 of 刘志强."""
    return with_lead(company)


@pytest.fixture
def agreed(batu: Colleague) -> Colleague:
    """The same, with a meeting on Thursday at ten."""
    return with_meeting(batu)


@pytest.mark.parametrize("typed", ["聊过 11-20 10:00", "11月20号10点面谈", "今天8点"])
def test_a_time_that_is_past_is_said_to_be_and_asked_about(company: Company, batu: Colleague, typed: str) -> None:
    text = batu.say(f"跟进 L1 {typed}").text
    assert text.startswith("L1 的跟进已记录，但「")
    assert text.endswith("」已经过去。请回复下次联系时间，如 明天10点；没有就回复 不约。")
    assert next_contact(company) == ""
    assert batu.say("12-20 10:00").text == "已记录 L1 的跟进，下次联系：12月20日（周日）上午10点。"
    assert next_contact(company) == "12-20 10:00"


def test_it_is_said_beside_an_agreed_time_too_which_stands_meanwhile(company: Company, agreed: Colleague) -> None:
    asked = (
        "L1 的跟进已记录，但「11-20 10:00」已经过去。请回复下次联系时间，如 明天10点；没有就回复 不约；"
        f"还按原约的 {THURSDAY} 就回复 不变。"
    )
    assert agreed.say("跟进 L1 聊过 11-20 10:00").text == asked
    assert next_contact(company) == "11-26 10:00"
    assert agreed.say("不变").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"
    assert "没看懂" in agreed.say("不变").text
    assert agreed.say("跟进 L1 聊过 11-20 10:00").text == asked
    assert agreed.say("11-21 10:00").text.startswith("「11-21 10:00」已经过去。")
    assert agreed.say("嗯").text.startswith("好的。L1 下次什么时候联系？请回复时间，如 ")
    assert agreed.say("嗯").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"
    assert next_contact(company) == "11-26 10:00"
    assert agreed.say("跟进 L1 11-20 10:00见过面").text == f"已记录 L1 的跟进，下次联系仍是：{THURSDAY}。"


def test_who_leaves_the_question_hears_what_stands(company: Company, agreed: Colleague) -> None:
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("算了，不写了").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"
    assert next_contact(company) == "11-26 10:00"
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("不约").text == f"好的，L1 原约的 {THURSDAY} 已取消。"
    assert next_contact(company) == ""


ASKED = (
    "L1 的跟进已记录，但「周二10点」今天已经过了。是 12月1日（周二）上午10点 吗？"
    "请回复 是，或别的时间，如 明天10点；没有就回复 不约。"
)
CONFIRMED = "已记录 L1 的跟进，下次联系：12月1日（周二）上午10点。"


@pytest.mark.parametrize("answer", ["是", "是的", "对", "嗯", "好的", "下周二10点", "下周二", "是，下周二10点"])
def test_todays_weekday_that_is_over_is_proposed_for_the_next_week(
    company: Company, batu: Colleague, answer: str
) -> None:
    company.clock.go(hours=6, minutes=43)
    assert batu.say("跟进 L1 周二10点").text == ASKED
    assert next_contact(company) == ""
    assert batu.say(answer).text == CONFIRMED
    assert next_contact(company) == "12-01 10:00"
    assert promised(company) == ["12-01 10:00"]


def test_a_proposal_may_be_denied_and_another_time_named(company: Company, batu: Colleague) -> None:
    company.clock.go(hours=6, minutes=43)
    assert batu.say("跟进 L1 周二10点").text == ASKED
    assert batu.say("不是").text.startswith("好的，那是什么时候？请回复下次联系时间")
    assert batu.say("是").text.startswith("「是」不是时间。"), "what was denied is not proposed any more"
    assert batu.say("周三10点").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点。"
    batu.say("跟进 L1 不约")
    assert batu.say("跟进 L1 周二18点").text == "已记录 L1 的跟进，下次联系：今天 11月24日（周二）晚上6点。"


def test_a_proposal_comes_of_an_answer_too(company: Company, batu: Colleague) -> None:
    company.clock.go(hours=6, minutes=43)
    batu.say("跟进 L1 昨天打过电话")
    asked = batu.say("20号下午3点").text
    assert asked.startswith("「20号下午3点」已经过去。是 12月20日（周日）下午3点 吗？请回复 是，")
    assert batu.say("对的").text == "已记录 L1 的跟进，下次联系：12月20日（周日）下午3点。"
    assert next_contact(company) == "12-20 15:00"


def test_the_week_of_the_note_is_kept_for_the_answer(company: Company, batu: Colleague) -> None:
    """Tuesday, 24 November: 「下周」, answered 「周三」, is 2 December and not tomorrow."""
    assert "「下周」没说准是什么时候。" in batu.say("跟进 L1 下周给答复").text
    assert "「上午10点」没说是哪一天。" in batu.say("上午10点").text
    assert batu.say("周三").text == "已记录 L1 的跟进，下次联系：12月2日（周三）上午10点。"
    assert next_contact(company) == "12-02 10:00"


def test_what_the_customer_does_first_is_no_appointment(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 周三客户去北京，周五回来再打")
    assert next_contact(company) == "11-27 09:30"
    batu.say("跟进 L1 不约")
    asked = batu.say("跟进 L1 客户下周三去北京，回来再联系").text
    assert asked.startswith("L1 的跟进已记录，但「下周三去北京,回来再联系」没说准是什么时候。")
    assert next_contact(company) == ""
    batu.say("周五10点")
    assert next_contact(company) == "12-04 10:00", "the first Friday after he went"


YES = [
    ("12.3见", "「12.3」像日期也像数字。是 12月3日（周四）上午9点半 吗？", "12-03 09:30"),
    ("明天1030", "「明天」后面的数字像钟点。是 明天 11月25日（周三）上午10点半 吗？", "11-25 10:30"),
    ("下午3点打过电话", "「下午3点」还没到，却像做过的事。是 今天 11月24日（周二）下午3点 吗？", "11-24 15:00"),
    ("下个工作日", "「下个工作日」遇上放假调休会变。是 明天 11月25日（周三）上午9点半 吗？", "11-25 09:30"),
    ("3天左右再打", "「3天左右」没说准是哪一天。是 11月27日（周五）上午9点半 吗？", "11-27 09:30"),
    ("客户周五回来", "「周五」说的是别的安排，没说哪天联系。是 11月27日（周五）上午9点半 吗？", "11-27 09:30"),
]


@pytest.mark.parametrize(("note", "asked", "agreed"), YES)
def test_a_question_for_yes_or_no_takes_yes(
    company: Company, batu: Colleague, note: str, asked: str, agreed: str
) -> None:
    said = batu.say(f"跟进 L1 {note}").text
    assert asked in said
    assert "请回复 是，或别的时间" in said
    assert batu.say("是").text.startswith("已记录 L1 的跟进，下次联系：")
    assert next_contact(company) == agreed


def test_six_and_seven_are_asked_about(company: Company, batu: Colleague) -> None:
    for hour, answer, said in (("6", "早上", "早上6点"), ("6", "晚上", "晚上6点"), ("七", "19:00", "晚上7点")):
        assert f"点」是早上{hour.replace('七', '7')}点还是晚上" in batu.say(f"跟进 L1 明天{hour}点").text
        assert batu.say(answer).text == f"已记录 L1 的跟进，下次联系：明天 11月25日（周三）{said}。"
        batu.say("跟进 L1 不约")
    assert batu.say("跟进 L1 明天3点").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）下午3点。"
    assert next_contact(company) == "11-25 15:00"


def test_a_holiday_with_a_date_is_a_day_and_one_of_the_moon_is_asked_for(company: Company, batu: Colleague) -> None:
    assert (
        batu.say("跟进 L1 元旦联系").text
        == "已记录 L1 的跟进，下次联系：2027年1月1日（周五）上午9点半。没说几点，要改就发 跟进 L1 2027年1月1日10点。"
    )
    asked = batu.say("跟进 L1 春节后联系").text
    assert asked.startswith("L1 的跟进已记录，但「春节后」每年日子不同，是哪一天？请回复下次联系时间，如 明天10点；")
    replaced = "（原约 2027年1月1日（周五）上午9点半 已改）"
    assert batu.say("2月20号上午10点").text == f"已记录 L1 的跟进，下次联系：2027年2月20日（周六）上午10点{replaced}。"
    assert next_contact(company) == "02-20 10:00"


OFF = ["不约", "不用约", "先不约了", "取消约", "取消预约", "不再联系", "客户没意向，不约了", "以后不再联系"]


@pytest.mark.parametrize("typed", OFF)
def test_what_was_agreed_is_called_off_and_that_is_said(company: Company, agreed: Colleague, typed: str) -> None:
    company.clock.go(minutes=1)
    said = agreed.say(f"跟进 L1 {typed}").text
    assert said == f"已记录 L1 的跟进，原约的 {THURSDAY} 已取消，{NOTHING_AGREED}"
    assert next_contact(company) == ""
    assert promised(company) == ["11-26 10:00", ""], "the history keeps what was agreed then"
    assert agreed.say("L1").card.rows["下次联系"] == "未约"
    assert agreed.say("跟进 L1 发了资料").text == f"已记录 L1 的跟进，{NOTHING_AGREED}"


def test_calling_off_through_the_button_and_where_nothing_was_agreed(company: Company, agreed: Colleague) -> None:
    agreed.tap(agreed.say("L1").card, "写跟进")
    assert agreed.say("不约").text == f"已记录 L1 的跟进，原约的 {THURSDAY} 已取消，{NOTHING_AGREED}"
    assert agreed.say("跟进 L1 不约").text == f"已记录 L1 的跟进，{NOTHING_AGREED}"
    assert next_contact(company) == ""


def test_a_time_and_its_calling_off_in_one_message_are_asked_about(company: Company, agreed: Colleague) -> None:
    asked = agreed.say("跟进 L1 周五10点，不约").text
    assert asked.startswith("L1 的跟进已记录，但「周五10点」又说不约，以哪个为准")
    assert next_contact(company) == "11-26 10:00"
    replaced = f"（原约 {THURSDAY} 已改）"
    assert agreed.say("周五10点").text == f"已记录 L1 的跟进，下次联系：11月27日（周五）上午10点{replaced}。"


WRITTEN_UNASKED = [
    "等3月再联系",
    "上次说的明天10点取消",
    "明天10点的面谈取消了",
    "不用明天联系了",
    "跟客户约好明天10点，他临时有事，改天",
    "明天下班后过来",
    "12月5日放款",
    "每周一联系",
    "昨天10点",
    "明天不约了",
    "明天10点见不了",
    "客户拒绝明天见面",
    "明天10点的面谈黄了",
    "约了明天10点，客户说不来了",
    "昨天说明天10点来，结果没来",
    "周八",
    "8:5",
    "后年",
    "-3天后",
    "13-03 14:00",
    "24/12 15:00",
    "周五下班",
    "明天这个点",
    "十五",
]


@pytest.mark.parametrize("typed", WRITTEN_UNASKED)
def test_nothing_is_written_over_an_agreed_time_unasked(company: Company, agreed: Colleague, typed: str) -> None:
    asked = agreed.say(f"跟进 L1 {typed}").text
    assert asked.startswith("L1 的跟进已记录，但「")
    assert asked.endswith(f"没有就回复 不约；还按原约的 {THURSDAY} 就回复 不变。")
    assert next_contact(company) == "11-26 10:00"
    assert agreed.say("不变").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"


def test_a_day_on_which_something_is_due_is_proposed(company: Company, batu: Colleague) -> None:
    asked = batu.say("跟进 L1 贷款12月15日到期").text
    assert asked.startswith(
        "L1 的跟进已记录，但「12月15日到期」没说哪天联系。是 12月15日（周二）上午9点半 吗？请回复 是，"
    )
    assert batu.say("上午10点").text == "已记录 L1 的跟进，下次联系：12月15日（周二）上午10点。"
    batu.say("跟进 L1 不约")
    batu.say("跟进 L1 贷款12月15日到期，到期前一周联系")
    assert batu.say("是").text == "已记录 L1 的跟进，下次联系：12月8日（周二）上午9点半。"


def test_eight_in_the_evening_is_eight_in_the_evening(company: Company, batu: Colleague) -> None:
    company.clock.go(hours=9, minutes=22)
    asked = batu.say("跟进 L1 8点再打").text
    assert "「8点」没说早上还是晚上。是 今天 11月24日（周二）晚上8点 吗？" in asked
    assert batu.say("今晚").text == "已记录 L1 的跟进，下次联系：今天 11月24日（周二）晚上8点。"
    batu.say("跟进 L1 不约")
    batu.say("跟进 L1 明天上午10点或者下午3点")
    assert batu.say("下午3点").text == "已记录 L1 的跟进，下次联系：明天 11月25日（周三）下午3点。"


def test_who_is_asked_again_hears_the_harmless_way_out_first(company: Company, agreed: Colleague) -> None:
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("随便").text.endswith("；不改就回复 不变，取消原约就回复 不约。")
    assert agreed.say("不变").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"
    agreed.say("跟进 L1 不约")
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("随便").text.endswith("；没有就回复 不约。")


def test_giving_up_the_question_says_that_the_follow_up_is_kept(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 改天再约")
    assert batu.say("算了，不写了").text == (
        "好的，L1 的跟进已记录，先不约下次联系。想好了再发，如：跟进 L1 明天10点。"
    )


def test_a_half_of_the_day_that_is_denied_is_not_taken_and_the_other_is_proposed(
    company: Company, agreed: Colleague
) -> None:
    agreed.say("跟进 L1 明天6点")
    said = agreed.say("早上不行").text
    assert said.startswith("「明天6点」不是早上。是 明天 11月25日（周三）晚上6点 吗？请回复 是，或别的时间，如 ")
    assert next_contact(company) == "11-26 10:00"
    assert agreed.say("是").text.startswith("已记录 L1 的跟进，下次联系：明天 11月25日（周三）晚上6点（原约 ")
    assert next_contact(company) == "11-25 18:00"


@pytest.mark.parametrize(
    ("typed", "answer", "at"),
    [
        ("明天上午或者下午", "上午", "明天 11月25日（周三）上午9点半"),
        ("下周三上午还是下午", "下午", "12月2日（周三）下午2点半"),
        ("明天10点，后天3点", "明天那个", "明天 11月25日（周三）上午10点"),
    ],
)
def test_the_answer_to_which_one_keeps_its_day(batu: Colleague, typed: str, answer: str, at: str) -> None:
    assert "以哪个为准？请回复" in batu.say(f"跟进 L1 {typed}").text
    assert batu.say(answer).text.startswith(f"已记录 L1 的跟进，下次联系：{at}。")


@pytest.mark.parametrize(("typed", "day"), [("国庆", "2027年10月1日"), ("双十一", "2027年11月11日")])
def test_the_example_for_a_day_of_another_year_is_that_day_if_it_is_sent(
    company: Company, batu: Colleague, typed: str, day: str
) -> None:
    said = batu.say(f"跟进 L1 {typed}").text
    assert said.endswith(f"要改就发 跟进 L1 {day}10点。")
    assert f"下次联系：{day}" in batu.say(said.partition("要改就发 ")[2].rstrip("。")).text
    assert next_contact(company) == {"国庆": "10-01 10:00", "双十一": "11-11 10:00"}[typed]
