"""What is no reason where one is asked for."""

from time import process_time

import pytest

from bot.phrases.second_thoughts import Doubt, asks, no_reason, second_thought, unsays, wants_it_not

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


@pytest.mark.parametrize("text", ["发错了", "打错了", "哎打错字了", "看错人了", "我弄错单子了", "刚才看错了"])
def test_of_a_decision_a_slip_takes_it_back(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.TAKEN_BACK


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


@pytest.mark.parametrize("text", ["客户张三", "客户巴特尔", "进度王小明"])
def test_a_command_with_a_name_glued_to_it_may_be_none(text: str) -> None:
    assert no_reason(text, "驳回") is Doubt.UNSURE


@pytest.mark.parametrize("text", ["客户拒签", "客户负债过高", "电话打不通", "还款能力不足", "进度太慢"])
def test_a_reason_may_begin_like_a_command(text: str) -> None:
    assert no_reason(text, "驳回") is None


@pytest.mark.parametrize("text", ["为什么", "什么原因", "没有原因", "怎么写？", "要写原因吗", "无理由"])
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
    assert no_reason(text, "驳回") is None


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


@pytest.mark.parametrize(
    ("word", "text"),
    [("转交", "先不转"), ("转交", "不转交了"), ("委派", "还是不问了"), ("前加签", "先不加"), ("抄送", "别送了")],
)
def test_behind_a_colleague_this_takes_it_back(word: str, text: str) -> None:
    assert wants_it_not(text, word)


@pytest.mark.parametrize(
    ("word", "text"),
    [("转交", "不会办公积金贷款"), ("转交", "我不在"), ("委派", "不清楚问题在哪"), ("前加签", "不加担保人额度不够")],
)
def test_behind_a_colleague_this_is_why(word: str, text: str) -> None:
    assert not wants_it_not(text, word)


@pytest.mark.parametrize("text", ["不批", "不能同意", "暂缓", "还没看", "先不批", "还没看完"])
def test_this_is_no_agreement(text: str) -> None:
    assert no_reason(text, "同意", asked=False) is not None


UNSAID = ["取消", "不对", "不用了", "还没定", "先不", "算了", "没有批", "不同意", "打错了", "还不行"]


@pytest.mark.parametrize("text", UNSAID)
def test_behind_a_whole_command_this_says_that_it_is_not_so(text: str) -> None:
    assert unsays(text)


@pytest.mark.parametrize(("text", "so"), [("没还上", True), ("没到账", True), ("不是还的", True), ("现金", False)])
def test_a_verb_of_its_own_can_be_denied(text: str, so: bool) -> None:
    assert unsays(text, "还|到账") is so


@pytest.mark.parametrize("text", ["客户没钱", "资金不足", "微信转的", ""])
def test_this_denies_nothing(text: str) -> None:
    assert not unsays(text)


@pytest.mark.parametrize("text", ["哎呀" * 1000 + "负债", "先还是" * 700 + "负债", "哎，" * 700 + "负债"])
def test_a_long_row_is_read_at_once(text: str) -> None:
    before = process_time()
    no_reason(text, "驳回")
    assert process_time() - before < 2
