"""What is no reason where one is asked for."""

import re
from time import process_time

import pytest

from bot.phrases.second_thoughts import Doubt, asks, confirms, no_reason, second_thought

TAKEN_BACK = [
    *("算了", "算了，不驳回了", "先不", "哎点错了", "点错了", "先不驳回了", "别驳回", "暂不", "不想驳回了", "不用了"),
    *(
        "点错啦",
        "算了不驳了",
        "还是别退了",
        "点错人了",
        "按错键了",
        "不驳了",
        "反悔了",
        "别驳回了我再看看",
        "别驳回了，我再看看",
    ),
    *("点错卡片了", "点错了一个", "按错客户了", "不是驳回"),
    *("不好意思，点错了", "误操作", "不驳回了，退回吧", "点错了，应该退回", "等一下，点错了", "没事了"),
]
WAITS = [
    *("收到，我看下", "我问下", "先看看流水", "等下我问问李娜", "我看一下资料再说", "好的，我看下"),
    *("不知道", "等一下", "等会儿", "等等", "稍等一下", "我再想想", "哎，等一下", "先放一放", "不清楚", "还没想好"),
    *(
        "等等我再看看",
        "等一下我再想想",
        "先不急",
        "等我看看",
        "再看看再说",
        "回头再说",
        "看情况",
        "慢着",
        "等一下，我想想",
    ),
]
ASKED_ABOUT = [
    *("客户还没想好", "可以的，流水不够"),
    *("等客户电话", "他说再看看", "客户说等一下再补流水，资料不齐", "等一下，资料不齐", "客户再考虑", "身份证号错了"),
    *("上次退回的还没补", "流水和收入对不上？", "查一下征信再说", "估值再看看"),
]
REASONS = [
    *("客户还没想好", "等客户电话", "他说再看看"),
    *("我看下来流水不够", "可以的，流水不够", "先看流水，没有结余"),
    *("客户说等一下再补流水，资料不齐", "等一下，资料不齐", "负债过高", "流水不清楚", "客户再考虑", "客户不要了"),
    *(
        "资料不全驳回",
        "征信不好，驳回",
        "条件不符合要求驳回",
        "客户不同意查征信",
        "审核没通过",
        "银行不批",
        "身份证号错了",
    ),
    *("上次退回的还没补", "没有收入来源，拒绝", "流水和收入对不上？"),
    *("查一下征信再说", "估值再看看", "补资料：流水", "驳回：负债过高", "驳回 不行", "太高", "他说不知道", "放款太慢"),
]


@pytest.mark.parametrize("text", TAKEN_BACK)
def test_this_takes_it_back(text: str) -> None:
    assert second_thought(text) is no_reason(text, "驳回") is Doubt.TAKEN_BACK


@pytest.mark.parametrize(
    "text", ["发错了", "打错了", "哎打错字了", "看错人了", "我弄错单子了", "刚才看错了", "不好意思弄错了"]
)
@pytest.mark.parametrize("word", ["驳回", "退回"])
def test_of_a_decision_a_slip_may_take_it_back(text: str, word: str) -> None:
    """Or be why: of 退回 「选错客户了」 is."""
    assert no_reason(text, word) is no_reason(text, word, asked=False) is Doubt.UNSURE


def test_of_a_lead_it_is_a_wrong_number() -> None:
    assert second_thought("打错了") is second_thought("打错字了") is None


UNSURE = [
    *("先不驳回这个", "这单不驳回了", "A1不驳回", "这个不驳回", "T1不驳回了", "不应该驳回", "不能驳回", "我不想驳回他"),
    *("驳回错了", "不好意思，按到驳回了", "这单别拒", "能不能不驳回", "没想要驳回啊这个客户", "客户好，不该拒绝的"),
]


@pytest.mark.parametrize("text", UNSURE)
@pytest.mark.parametrize("asked", [True, False])
def test_what_speaks_of_the_decision_itself_may_take_it_back(text: str, asked: bool) -> None:
    assert no_reason(text, "驳回", asked=asked) is Doubt.UNSURE
    assert no_reason(text.replace("驳回", "退回").replace("拒绝", "退回").replace("拒", "退"), "退回") is Doubt.UNSURE


MAY_BE_ELSE = [
    *("取消驳回", "撤销驳回", "驳回取消", "改主意了", "应该点同意", "不是这单", "手抖了", "看错了，不是这单"),
    *("退回补资料", "应该退回补资料", "还是退回让他补资料吧", "转李娜", "A1到哪了", "看一下A1", "我的待办"),
    *("补资料", "补件", "重新提交", "修改", "附件", "提交", "电话", "标签", "结清", "合适吗", "有必要吗？"),
    *("不小心点的", "点到了", "批了吧", "还是批了吧", "还是给过吧", "当我没说", "再给他一次机会", "等李总回来再定"),
    *("先放着", "等客户经理回复再说", "在开会，晚点", "打个电话问一下再说", "流水和收入对不上？", "能不能先等等补流水"),
]


MAY_BE_ELSE += [
    *("征信没问题，可以做", "没有问题，资料齐", "流水很好", "资料都齐了", "没逾期，给过", "收入高，资质好", "房子值钱"),
    *("资质优良应该给放款", "负债率不高可以做", "查一下征信", "让刘芳看征信"),
]


@pytest.mark.parametrize("text", MAY_BE_ELSE)
@pytest.mark.parametrize("asked", [True, False])
def test_of_a_refusal_all_that_may_be_something_else_is_asked_about(text: str, asked: bool) -> None:
    """It cannot be undone."""
    assert no_reason(text, "驳回", asked=asked) in (Doubt.UNSURE, Doubt.COMMAND)


@pytest.mark.parametrize("text", ["客户取消申请", "等他补完再说", "身份证号填错了", "流水和收入对不上？"])
def test_it_is_why_where_little_hangs_on_it(text: str) -> None:
    assert no_reason(text, "退回") is None


CONFIRMS = [
    "yes",
    "好的，确认",
    "确认 T1",
    "T1确认",
    "确认",
    "确认。",
    "确认！",
    "是",
    "是的，确认",
    "确认驳回",
    "是原因",
    "确认，就是这个原因",
    "嗯，是",
]


@pytest.mark.parametrize("text", CONFIRMS)
def test_this_says_that_it_is_the_reason(text: str) -> None:
    assert confirms(text, "驳回")
    assert no_reason(text, "驳回") is Doubt.NOTHING, "and is none itself"


@pytest.mark.parametrize("text", ["好", "好的", "嗯", "不是", "T1", "确认不驳回", "是流水不够"])
def test_this_does_not(text: str) -> None:
    assert not confirms(text, "驳回")


@pytest.mark.parametrize("text", ["客户张三", "客户巴特尔", "进度王小明"])
def test_a_command_with_a_name_glued_to_it_may_be_none(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.UNSURE


@pytest.mark.parametrize("text", ["客户拒签", "客户负债过高", "电话打不通", "还款能力不足", "进度太慢"])
def test_a_reason_may_begin_like_a_command(text: str) -> None:
    assert no_reason(text, "驳回") is None


ASKS_BACK = ["为什么", "什么原因", "没有原因", "怎么写？", "要写原因吗", "无理由", "要写吗", "必须写吗", "不写可以吗"]


@pytest.mark.parametrize("text", [*ASKS_BACK, "为啥要原因", "没啥原因", "随便"])
def test_who_asks_back_says_nothing(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.NOTHING


@pytest.mark.parametrize("text", ["吗", "资料齐了吗？", "可以么", "为什么？", "是不是要补流水?"])
def test_a_question_is_known_by_its_end(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["没什么", "资料齐全", "就这么", "客户问：行吗。已答复", ""])
def test_this_is_no_question(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize("text", WAITS)
def test_this_waits(text: str) -> None:
    assert second_thought(text) is no_reason(text, "驳回") is Doubt.WAITS


@pytest.mark.parametrize("text", REASONS)
def test_this_is_a_reason(text: str) -> None:
    assert second_thought(text) is None
    assert no_reason(text, "退回") in (None, Doubt.COMMAND if re.search("驳回|拒绝", text) else None)
    assert no_reason(text, "驳回") is (Doubt.UNSURE if text in ASKED_ABOUT else None)


@pytest.mark.parametrize("text", ["好的", "可以", "确认", "不行", "👍", "哎", "。。。", ""])
def test_this_says_nothing(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.NOTHING


OTHERWISE = [
    "还是同意吧",
    "改成同意",
    "我要同意",
    "同意吧",
    "应该是同意",
    "不是驳回是同意",
    "不是驳回，应该是同意",
    "退回吧",
]


@pytest.mark.parametrize("text", ["还是驳回吧", "驳回", "不同意", "T72驳回", "点错啦", "等一下"])
def test_this_is_no_comment_of_a_consent(text: str) -> None:
    assert no_reason(text, "同意", asked=False) is not None


@pytest.mark.parametrize("text", ["资料齐全", "同意", "好的", "通过吧", "同意，下次注意", "可以"])
def test_this_is_one(text: str) -> None:
    assert no_reason(text, "同意", asked=False) in (None, Doubt.NOTHING)


@pytest.mark.parametrize(
    "text", ["转交 李娜", "转交李娜", "T72同意", "t72 驳回 不行", "退回 补流水", "转给李娜", *OTHERWISE]
)
def test_this_is_another_command(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.COMMAND


def test_behind_the_number_no_is_a_reason() -> None:
    assert no_reason("不行", "驳回", asked=False) is None


CONDITIONS = [
    "银行没批之前别放款",
    "超额部分不批",
    "抵押还没办理，放款前办",
    "不完成面签不放款",
    "征信没通过的担保人换掉",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_an_agreement_may_have_a_condition(text: str) -> None:
    assert no_reason(text, "同意", asked=False) is None


@pytest.mark.parametrize("text", ["合适吗", "有必要吗？", "这单要退吗"])
def test_who_asks_whether_has_not_decided(text: str) -> None:
    assert no_reason(text, "退回") is no_reason(text, "退回", asked=False) is Doubt.UNSURE


@pytest.mark.parametrize("text", ["没退休证", "没退税证明", "客户没退保"])
def test_not_every_word_of_giving_back_is_the_decision(text: str) -> None:
    assert no_reason(text, "退回") is None


@pytest.mark.parametrize(
    "text",
    [
        "打错了",
        "发错了",
        "不予同意",
        "还不行",
        "待定",
        "撤回",
        "反对",
        "不批",
        "不能同意",
        "暂缓",
        "还没看",
        "先不批",
        "还没看完",
    ],
)
def test_this_is_no_agreement(text: str) -> None:
    assert no_reason(text, "同意", asked=False) is not None


@pytest.mark.parametrize("text", ["哎呀" * 1000 + "负债", "先还是" * 700 + "负债", "哎，" * 700 + "负债"])
def test_a_long_row_is_read_at_once(text: str) -> None:
    before = process_time()
    no_reason(text, "驳回")
    assert process_time() - before < 2
