"""帮助 by each role, and what is said to words that are no command."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import hand_in
from kit.phones import PARTS
from sqlalchemy import select

from bot.call import Call
from bot.words import help_me
from core.leads.models import FollowUp
from core.people.policy import Actor, Role
from core.store import dialogs
from core.store.dialogs import DialogRow

pytestmark = ON_ONE_DATABASE

DECIDING = ("待办", "代理")  # and 同意, 驳回 … to who has something to decide
LOOKING = ("进度", "瓶颈", "暂停", "继续")
APPLYING = ("进件", "收到")  # and 提交, 补材料, 撤回, 放弃进件 to who has an application under way
REPAYING = ("还款计划", "还款", "结清", "逾期", "取消还款", "延期还款")
BOARDS = ("日报", "周报", "月报", "排行", "看板", "漏斗", "渠道", "走势", "明细", "导出")
LOANS = (*DECIDING, *LOOKING, *APPLYING, *REPAYING, *BOARDS)
ALWAYS = ("稍后提醒", "设置", "帮助", "取消")
OFFICER = [
    *("公海", "领取", "录入", "查重", "早报", "我的客户", "部门客户", "关怀", "关怀任务", "关怀进度", "客户", "电话"),
    *("跟进", "补手机", "评论", "附件", "存到", "释放", "延期", "保护", "取消保护", "转移", "取消查看", "等级", "标签"),
    *("为什么分给我", *LOANS, *ALWAYS),
]
MANAGER = [
    *("公海", "录入", "查重", "部门客户", "关怀", "关怀进度", "客户", "电话", "补手机", "评论", "附件", "释放", "转移"),
    *("取消查看", "等级", "标签", "合并客户", "撤销合并", "为什么分给我", "离职交接", "撤销交接"),
    *("交接结果", *LOANS, *ALWAYS),
]
TEAM_MANAGER = [*OFFICER[: -len(LOANS) - 5], "合并客户", "撤销合并", *MANAGER[-len(LOANS) - 8 :]]
ADMINISTRATOR = [*MANAGER[: -len(LOANS) - 7], "分配队列", *MANAGER[-len(LOANS) - 7 :]]
OF_DECIDING = {
    *("同意", "放款", "驳回", "退回", "转交", "委派", "加签", "后加签", "减签", "取回", "抄送"),
    *("取消代理", "催办"),
}
# Of use to who looks after a pool, has something to decide or an application; 帮助 shows it to nobody else.
MAY_ASK = {"分配队列", *OF_DECIDING, "预审", "重新评估", "提交", "补材料", "撤回", "放弃进件"}
MAY_ASK |= {"报告", "补报告", "撤回授权"}
LOOKING_ON = ["查重", "客户", "电话", "评论", "附件", *DECIDING, *LOOKING, "还款计划"]


BY_ROLE = {
    "batu": OFFICER,
    "lina": TEAM_MANAGER,
    "liufang": [*LOOKING_ON, "导出", *ALWAYS],
    "agula": [*LOOKING_ON, *BOARDS, *ALWAYS],
    "zhaojianguo": MANAGER,
    "hejing": [*DECIDING, *LOOKING, *REPAYING, *BOARDS, *ALWAYS],
    "wuyun": ADMINISTRATOR,
}


def words_of(line: str) -> list[str]:
    """The commands of a line of help: `客户 编号、手机号或姓名：看一位客户的全貌` -> `客户`, and of a group in one line
    (`还款、结清（回复 帮助 贷后 细看）`) all of them."""
    if "（回复 帮助" in line:
        return line.partition("（")[0].split("、")
    return [line.partition("：")[0].split()[0]]


def test_help_shows_what_this_person_may_do_and_nothing_else(company: Company) -> None:
    for userid, words in BY_ROLE.items():
        lines = company.person(userid).say("帮助").text.split("\n")
        assert lines[0].endswith("，您可以：")
        assert [word for line in lines[1:] if not line.startswith("【") for word in words_of(line)] == words, userid
        assert not any(sign in "".join(lines) for sign in "[]…"), "no signs of programmers"


def test_help_comes_at_once_whoever_asks(company: Company) -> None:
    """It fits into the answer to the message: what is longer would have to be sent behind it."""
    whoever = Actor(1, "额尔敦巴雅尔·乌兰其木格", "呼和浩特/一部", frozenset(Role))
    with company.runtime.store.unit(request_id="test") as unit:
        said = help_me(Call(unit, whoever, company.runtime.company, text="")).say
    assert len((said or "").encode()) <= company.runtime.channels["wecom"].text_bytes


def test_who_has_something_to_decide_is_told_how(company: Company) -> None:
    hand_in(company)
    lines = company.person("liufang").say("帮助").text.split("\n")
    shown = {word for line in lines[1:] if not line.startswith("【") for word in words_of(line)}
    assert shown >= OF_DECIDING - {"催办", "放款"}
    assert "放款" not in shown
    assert "催办" in company.person("batu").say("帮助").text
    assert company.person("batu").say("帮助 同意").text.startswith("同意：同意，或办理完成。")


@pytest.mark.parametrize("typed", ["帮助 转移", "帮助 转给"])
def test_help_with_a_command_says_how_it_is_used(company: Company, typed: str) -> None:
    said = company.person("batu").say(typed).text
    assert said.startswith("转移：转给同事。")
    assert "转移 请这样发：转移 编号 姓名 原因" in said
    assert "帮助" not in said


@pytest.mark.parametrize("word", ["离职交接", "报销", "转义", "领曲"])
def test_help_with_what_is_none_of_his_commands_says_so_and_what_is_near(company: Company, word: str) -> None:
    lines = company.person("batu").say(f"帮助 {word}").text.split("\n")
    assert lines[0] == f"您能用的命令里没有「{word}」，相近的有："
    near = [line.removeprefix("· ").partition("：")[0] for line in lines[1:4]]
    assert set(near) <= {*OFFICER, *MAY_ASK}
    assert len(near) == 3
    assert lines[4] == f"回复 帮助 {near[0]} 看它怎么用，回复 帮助 看全部。"
    assert near[0] == {"转义": "转移", "领曲": "领取"}.get(word, near[0])


def test_help_with_a_beginning_with_what_is_to_come_and_with_all(company: Company) -> None:
    batu = company.person("batu")
    assert batu.say("帮助 补手").text.startswith("补手机：")
    assert batu.say("帮助 佣金").text.startswith("佣金功能即将开放")
    assert batu.say("帮助 全部").text == batu.say("帮助").text


NEAREST = [
    ("batu", "工海", ["公海", "", ""]),
    ("batu", "跟近 L12 意向强", ["跟进", "", ""]),
    ("batu", "录人 王小明 13800001111", ["录入", "", ""]),
    ("batu", "明天10点面谈", ["跟进", "", ""]),
    ("batu", "L12 客户想再考虑", ["跟进", "", ""]),
    ("batu", "王小明 13800001111 房抵50万", ["录入", "", ""]),
    ("batu", "12", ["客户", "", ""]),
    ("batu", "退", ["退回", "取消", ""]),
    ("liufang", "公海海", ["", "", ""]),
    ("hejing", "报销", ["", "", ""]),
]


def test_unknown_words_get_the_nearest_permitted_commands(company: Company) -> None:
    for userid, typed, first in NEAREST:
        lines = company.person(userid).say(typed).text.split("\n")
        assert lines[0].startswith(f"没看懂「{typed[:19]}")
        nearest = [words_of(line.removeprefix("· "))[0] for line in lines if line.startswith("· ")]
        assert len(nearest) == len(first)
        assert set(nearest) <= {*BY_ROLE[userid], *MAY_ASK}
        wanted = [word for word in first if word]
        assert [word for word, want in zip(nearest, first, strict=True) if want] == wanted, typed
        assert lines[-1] == "回复 帮助 查看全部。"


SUGGESTED = [
    ("L1103 明天11点", "· 跟进 L1103 明天11点：记跟进和下次联系"),
    ("王磊 13800001146 信用20万", "· 录入 王磊 13800001146 信用20万：新增客户和线索"),
    ("1103", "· 客户 1103：看一位客户的全貌"),
    ("更进 L1301 明天10点", "· 跟进 L1301 明天10点：记跟进和下次联系"),
    ("我要领取 L1052", "· 领取 L1052：按编号领取"),
    ("我要释放 L1301", "· 释放 L1301 原因：放回公海"),
    ("L1301 转移 李娜", "· 转移 L1301 李娜：转给同事"),
    ("转义 L1301", "· 转移 L1301 姓名 原因：转给同事"),
]


LED_TO = [
    ("录一个 王丽 13800001140 房抵30万", "· 录入 王丽 13800001140 房抵30万："),
    ("来了一个 王丽 13800001140", "· 录入 王丽 13800001140："),
    ("报备 王丽 13800001140", "· 录入 王丽 13800001140："),
]


@pytest.mark.parametrize(("typed", "line"), LED_TO)
def test_what_leads_to_a_name_makes_no_customer(company: Company, typed: str, line: str) -> None:
    batu = company.person("batu")
    assert batu.say(typed).text.split("\n")[1].startswith(line)
    assert batu.say("好").card.title == "L1 王丽"


def test_what_may_be_no_name_is_not_carried_out_by_a_yes(company: Company) -> None:
    batu = company.person("batu")
    assert batu.say("推送 王丽 13800001140").text.split("\n")[1].startswith("· 录入 姓名 手机号 需求：")
    assert batu.say("好").text == "还缺内容，请完整发一遍，如：录入 姓名 手机号 需求"


HANDED = ["L1 转给李娜", "L1转给李娜", "把L1转给李娜", "转给李娜 L1", "L1移交李娜"]


@pytest.mark.parametrize("typed", HANDED)
def test_what_hands_a_lead_on_is_no_note(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(typed).text.split("\n")[1].startswith("· 转移 L1 李娜：")
    assert company.owner(1) == batu.actor.id
    assert batu.say("好").text.startswith("L1 已转给 李娜")


@pytest.mark.parametrize("typed", ["L1 客户说转给他弟弟了", "L1 让我转给他老婆，明天10点打"])
def test_what_the_customer_said_is_a_note(company: Company, typed: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(typed).text.split("\n")[1].startswith("· 跟进 L1 ")


def test_the_number_may_stand_behind_the_colleague(company: Company) -> None:
    company.lead(by="batu")
    assert company.person("batu").say("转移 李娜 L1").text.startswith("L1 已转给 李娜")


@pytest.mark.parametrize("typed", ["L1 转李娜", "L1转李娜", "把L1转李娜", "L1 给李娜", "L1 转 李娜吧", "L1 转给 李娜"])
def test_a_lead_that_is_to_go_to_somebody_is_offered_to_be_handed_on(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(typed).text.split("\n")[1].startswith("· 转移 L1 李娜：")
    assert batu.say("好").text.startswith("L1 已转给 李娜")


@pytest.mark.parametrize(
    "typed", ["L1的电话", "L1电话多少", "L1 联系电话", "L1的手机号码是多少", "看看L1的电话", "L1 联系方式"]
)
def test_who_asks_for_the_phone_is_offered_it(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(typed).text.split("\n")[1].startswith("· 电话 L1：")
    assert batu.say("好").card.rows["电话"]


@pytest.mark.parametrize(
    "typed", ["L1 转账了", "L1 电话没人接", "L1 给他老婆打电话", "L1 转公积金贷", "L1 给客户报价了"]
)
def test_what_only_begins_so_is_a_note(company: Company, typed: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(typed).text.split("\n")[1].startswith("· 跟进 L1 ")


@pytest.mark.parametrize(
    "typed", ["L1的客户情况", "L1 客户资料", "看看L1", "L1 什么情况", "L1的进展", "L1 怎么样了", "L1到哪了"]
)
def test_a_question_for_a_lead_is_answered_by_its_card(company: Company, typed: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(typed).card.title == "L1 刘志强"


def test_what_was_typed_stands_in_the_suggestion(company: Company) -> None:
    for typed, line in SUGGESTED:
        text = company.person("batu").say(typed).text
        assert text.split("\n")[1] == line
        assert "L1024" not in text, "the number of somebody's lead"


@pytest.mark.parametrize("yes", ["是", "对的", "嗯", "好", "好的", "可以"])
def test_yes_carries_out_what_was_suggested(company: Company, yes: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("L1 明天11点")
    assert batu.say(yes).text.startswith("已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午11点")
    company.clock.go(minutes=2)
    assert "已记录" not in batu.say(yes).text, "once"


def test_a_second_yes_does_nothing_more(company: Company) -> None:
    company.lead()
    batu = company.person("batu")
    batu.say("我要领取 L1")
    assert batu.say("是").card.title == "已领取 L1"
    assert batu.say("是的").cards == []


def test_a_yes_to_a_release_asks_for_the_reason_as_the_command_does(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("我要释放 L1")
    assert batu.say("好").text.startswith("请回复释放 L1（刘志强）的原因")
    assert batu.say("联系不上").text == "L1 已释放到呼和浩特池。"


def test_yes_to_what_is_not_whole_says_what_to_send(company: Company) -> None:
    batu = company.person("batu")
    batu.say("转义 L1301")
    assert batu.say("是").text == "还缺内容，请完整发一遍，如：转移 L1301 姓名 原因"


def test_yes_to_a_command_that_is_whole_by_its_word_sends_it(company: Company) -> None:
    company.lead()
    batu = company.person("batu")
    assert batu.say("工海").text.split("\n")[1].startswith("· 公海：")
    assert batu.say("好了").card.title == "呼和浩特池 1条"
    batu.say("工海吧")
    assert batu.say("可以").card.title == "呼和浩特池 1条"


@pytest.mark.parametrize("typed", ["算了，不驳回了", "算了", "哎点错了", "算了，先这样", "不写了", "先不驳回了"])
def test_who_gives_up_where_nothing_is_open_is_told_so(company: Company, typed: str) -> None:
    assert company.person("batu").say(typed).text == "现在没有进行中的操作。回复 帮助 查看能做什么。"


@pytest.mark.parametrize("between", ["公海", "L2 没接", "不是", "早上好", "5 minutes"])
def test_yes_means_only_what_was_suggested_last(company: Company, between: str) -> None:
    company.lead()
    batu = company.person("batu")
    batu.say("我要领取 L1")
    if between == "5 minutes":
        company.clock.go(minutes=6)
    else:
        batu.say(between)
    batu.say("好")
    assert company.owner(1) is None


@PARTS
def test_a_suggestion_is_kept_like_a_question(company: Company) -> None:
    batu = company.person("batu")
    batu.say("更进 L1301 电话 13947100001")
    store = company.runtime.store
    with store.read() as session:
        asked = dialogs.current(session, store.vault, batu.actor.id, "wecom", company.clock())
        assert asked is not None
        assert asked.args["suggested"] == "跟进 L1301 电话 13947100001"
        row = session.scalars(select(DialogRow)).one()
        assert b"13947100001" not in row.args, "sealed"


POINTED_OUT = [
    ("跟进 青格乐 明天10点", "「青格乐」是 L1，请回复 好，或发：跟进 L1 明天10点。"),
    ("跟进：13947100001，明天10点", "「13947100001」是 L1，请回复 好，或发：跟进 L1 明天10点。"),
    ("跟进 巴特尔 朝鲁 没接", "「巴特尔 朝鲁」是 L2，请回复 好，或发：跟进 L2 没接。"),
    ("释放 青格乐 联系不上", "「青格乐」是 L1，请回复 好，或发：释放 L1 联系不上。"),
    ("转移 青格乐 李娜", "「青格乐」是 L1，请回复 好，或发：转移 L1 李娜。"),
    ("等级 青格乐 A", "「青格乐」是 L1，请回复 好，或发：等级 L1 A。"),
    ("标签 13947100001 +急用", "「13947100001」是 L1，请回复 好，或发：标签 L1 +急用。"),
    ("评论 巴特尔·朝鲁 @李娜 请确认", "「巴特尔·朝鲁」是 L2，请回复 好，或发：评论 L2 @李娜 请确认。"),
    ("补手机 青格乐 13947100009", "「青格乐」是 L1，请回复 好，或发：补手机 L1 13947100009。"),
    ("附件 青格乐 2", "「青格乐」是 L1，请回复 好，或发：附件 L1 2。"),
    ("存到 青格乐", "「青格乐」是 L1，请回复 好，或发：存到 L1。"),
    ("延期 青格乐", "「青格乐」是 L1，请回复 好，或发：延期 L1。"),
    ("等级 青格乐", "「青格乐」是 L1，请回复 好，或发：等级 L1。"),
    ("跟进 青格乐", "「青格乐」是 L1，请回复 好，或发：跟进 L1。"),
]


def test_a_customer_of_ones_own_instead_of_a_number_is_pointed_out(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    company.lead("巴特尔·朝鲁", "13947100002", by="batu")
    for typed, said in POINTED_OUT:
        heard = company.person("batu").say(typed)
        assert heard.text == said, typed
        assert heard.cards == []


def test_a_mere_yes_does_it_of_the_one_who_is_pointed_out(company: Company) -> None:
    lead, batu = company.lead("青格乐", "13947100001", by="batu"), company.person("batu")
    batu.say("等级 青格乐 A")
    assert batu.say("好").text.startswith(f"L{lead} 已定为A级")
    long = "客户想要房抵，" * 12
    assert batu.say(f"跟进 青格乐 {long}").text == f"「青格乐」是 L{lead}，请发：跟进 L{lead} 内容。"


def test_several_customers_of_one_name_are_all_pointed_out(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    company.lead("青格乐", "13947100002", by="batu")
    assert company.person("batu").say("跟进 青格乐 明天10点").text == (
        "「青格乐」有 L2、L1，请选一个编号，如：跟进 L2 明天10点。"
    )


def test_a_customer_of_somebody_else_or_in_a_pool_is_not_told_from_one_who_is_not_there(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="lina")
    company.lead("白云飞", "13947100002")
    said = "没有找到您能操作的客户「{}」，也可能不在您名下。\n跟进 请这样发：跟进 编号 内容\n"
    for whom in ("没这人", "青格乐", "13947100001", "白云飞", "13947100002"):
        company.clock.go(minutes=2)  # the platform drops a text that is the same as one of the last minute
        assert company.person("batu").say(f"跟进 {whom} 明天10点").text.startswith(said.format(whom)), whom
    company.clock.go(minutes=2)
    assert company.person("batu").say("跟进 张三 L1 明天10点").text.startswith("跟进 请这样发：跟进 L1 内容\n")


def test_a_manager_is_pointed_to_what_he_may_hand_on_and_not_to_what_he_may_not(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    zhaojianguo, baowenlong = company.person("zhaojianguo"), company.person("baowenlong")
    assert zhaojianguo.say("转移 青格乐 李娜").text == "「青格乐」是 L1，请回复 好，或发：转移 L1 李娜。"
    nobody = "没有找到您能操作的客户「青格乐」"
    assert baowenlong.say("转移 青格乐 李娜").text.startswith(nobody)
    assert company.person("lina").say("跟进 青格乐 明天10点").text.startswith(nobody)


KIND = [
    ("谢谢", "不客气，有事随时叫我。"),
    ("好的", "好的，没有等您确认的事，有事随时叫我。"),
    ("你好", "您好，我在。需要什么，直接发给我。"),
]
KIND += [("👍", "好的，没有等您确认的事，有事随时叫我。"), ("再见", "再见，祝您顺利。")]


def test_a_kind_word_gets_a_kind_word(company: Company) -> None:
    for typed, said in KIND:
        company.clock.go(minutes=2)
        for userid in ("batu", "hejing"):
            assert company.person(userid).say(typed).text == said


TO_COME = [
    ("佣金", "佣金功能即将开放，现在还不能用。"),
]


def test_a_word_of_what_is_to_come_is_answered_honestly(company: Company) -> None:
    for typed, said in TO_COME:
        assert company.person("batu").say(typed).text == said


CORRECT = "更正功能即将开放，现在还不能用。录入的资料现在还改不了；"


def test_what_can_be_done_until_then_is_what_this_person_may_do(company: Company) -> None:
    owner, plain = f"{CORRECT}更正请告诉客户的跟进人。", "更正功能即将开放，现在还不能用。"
    written = f"{CORRECT}更正请先写进跟进，如：跟进 编号 想要的是50万。"
    said = {"batu": written, "lina": written, "liufang": owner, "agula": owner, "zhaojianguo": owner, "hejing": plain}
    for userid, expected in said.items():
        assert company.person(userid).say("更正").text == expected, userid


def test_a_word_of_what_is_to_come_is_an_answer_where_one_is_awaited(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    assert batu.say("进件 资料已收齐").text.startswith("已记录 L1 的跟进")


def test_a_unique_beginning_and_full_width_letters_are_enough(company: Company) -> None:
    company.lead()
    for typed in ("公", "公海", "ＧＨ", "gh", "线索池", "　公海　", "公海。"):
        assert company.person("batu").say(typed).card.title == "呼和浩特池 1条", typed


USAGES = {
    "录入": "录入 巴特尔·孟和 13800001111 房抵50万",
    "跟进": "跟进 编号 意向强，明天10点面谈（编号是卡片上 L 开头的数字）",
    "跟进 意向强": "跟进 编号 意向强，明天10点面谈（编号是卡片上 L 开头的数字）",
    "释放": "释放 编号 联系不上（编号是卡片上 L 开头的数字）",
    "转移 L12": "转移 L12 李娜",
    "查重": "查重 13800001111",
}


def test_a_command_without_its_arguments_is_explained_by_an_example(company: Company) -> None:
    for typed, example in USAGES.items():
        text = company.person("batu").say(typed).text
        assert "请这样发：" in text
        assert text.endswith(f"例如：{example}"), typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("领取", "领取 请这样发：领取 编号（编号是卡片上 L 开头的数字）"),
        ("领取 张三", "领取 请这样发：领取 编号（编号是卡片上 L 开头的数字）"),
        ("领取 L1 怎么样", "领取 请这样发：领取 L1"),
        ("客户", "客户 请这样发：客户 编号、手机号或姓名（编号是卡片上 L 开头的数字）"),
        ("延期", "延期 请这样发：延期 编号（编号是卡片上 L 开头的数字）"),
    ],
)
def test_an_example_that_says_nothing_is_none(company: Company, typed: str, said: str) -> None:
    text = company.person("batu").say(typed).text
    assert "例如" not in text
    assert text.startswith(said)


@pytest.mark.parametrize(
    "typed",
    ["领取 L1😀", "领取 L1👍👍", "领取 L1 谢谢", "#领取 L1", "＃领取L1", "/领取 L1", "领取【L1】", "领取 L1[强]"],
)
def test_what_is_meant_kindly_or_as_a_sign_does_not_matter(company: Company, typed: str) -> None:
    company.lead()
    assert company.person("batu").say(typed).card.title == "已领取 L1"


@pytest.mark.parametrize("typed", ["跟进【L1】没人接", "＃跟进 L1 没人接", "跟进L1。没人接", "跟进 (L1) 没人接"])
def test_a_follow_up_begins_behind_the_signs(company: Company, typed: str) -> None:
    company.lead(by="batu")
    heard = company.person("batu").say(typed)
    assert heard.text.startswith("已记录 L1 的跟进")
    assert " 巴特尔·孟和：没人接" in company.person("batu").say("L1").card.whole


def test_going_back_is_leaving_the_question(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("释放 L1")
    assert batu.say("返回").text == "好的，没有释放，线索仍在原归属人名下。"
    company.clock.go(minutes=2)
    assert batu.say("返回").text.startswith("现在没有进行中的操作")


@pytest.mark.parametrize("typed", ["👍", "好的", "😀😀", "谢谢", "。。。"])
def test_what_says_nothing_is_no_follow_up(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    assert batu.say(typed).text == f"「{typed}」没有记下。还在等 L1 的跟进内容，直接回复即可；回复 取消 退出。"
    assert batu.say("意向强").text.startswith("已记录 L1 的跟进")
    assert batu.say("跟进 L1 👍").text.startswith("请直接发送 L1")


ONE_AT_A_TIME = [
    ("释放 L1 L2 联系不上", "释放 L1 联系不上"),
    ("释放 L1和L2", "释放 L1 原因"),
    ("释放 1 2 联系不上", "释放 L1 联系不上"),
    ("跟进 L1 L2 都联系过", "跟进 L1 都联系过"),
    ("跟进 L1-L2 都联系过", "跟进 L1 都联系过"),
    ("客户 L1 L2", "客户 L1"),
    ("电话 L1 L2", "电话 L1"),
]


def test_several_numbers_where_one_belongs_do_nothing(company: Company) -> None:
    company.lead(by="batu")
    company.lead("白云飞", "13947100002", by="batu")
    batu = company.person("batu")
    for typed, send in ONE_AT_A_TIME:
        heard = batu.say(typed)
        assert heard.text == f"一次一条，请分开发：{send}", typed
        assert heard.cards == []
    assert company.owner(1) == company.owner(2) == batu.actor.id
    with company.runtime.store.read() as session:
        assert session.scalars(select(FollowUp)).all() == []


def test_another_number_in_the_content_is_content(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    for content in ("和L2是同一家", "L2的客户是他哥哥", "3个月后再说", "2000流水"):
        assert batu.say(f"跟进 L1 {content}").text.startswith("已记录 L1 的跟进"), content


@pytest.mark.parametrize("typed", ["领取 L99999999999999999999", "跟进 L0 没接", "释放 L12345678901 空号", "领取 L0"])
def test_what_is_wrong_with_a_number_is_said(company: Company, typed: str) -> None:
    said = company.person("batu").say(typed).text
    assert said.startswith("没有 L")
    assert said.endswith("这样的编号：编号是 L 加最多 9 位数字，如卡片上所写。请核对后再发。")


def test_a_particle_behind_the_number_does_not_matter(company: Company) -> None:
    company.lead()
    assert company.person("batu").say("领取 L1吧").card.title == "已领取 L1"


def test_who_may_hand_a_lead_on_but_not_write_on_it_is_told_so(company: Company) -> None:
    company.lead(by="batu")
    lina = company.person("lina")
    for typed in ("跟进 L1 已联系", "跟进 L1"):
        assert lina.say(typed).text == "L1 由 巴* 跟进，跟进由对方来写。您可以转给别人：转移 L1 姓名。"
    company.lead("白云飞", "13947100002", by="zhoumin")
    assert lina.say("跟进 L2 已联系").text.startswith("没有找到 L2。"), "out of sight"
    assert company.person("surina").say("跟进 L1 已联系").text.startswith("没有找到 L1。")
    company.lead("青格乐", "13947100003", by="lina")
    assert lina.say("跟进 L3 已联系").text.startswith("已记录 L3 的跟进")


DENIED = [
    ("hejing", "公海", "查看公海"),
    ("hejing", "客户 L1", "查看客户"),
    ("hejing", "L1", "查看客户"),
    ("hejing", "录入 王小明 13800001111", "录入客户"),
    ("hejing", "查重 13800001111", "不能查重"),
    ("liufang", "领取 L1", "领取线索"),
    ("liufang", "领取", "领取线索"),
    ("agula", "释放 L1 没意向", "释放线索"),
    ("chaolu", "转移 L1 李娜", "转移线索"),
    ("wuyun", "领取 L1", "领取线索"),
    ("batu", "合并客户 L1 L2", "合并客户"),
    ("batu", "撤销合并 M1", "合并客户"),
    ("liufang", "补手机 L1 13800001111", "补客户的手机号"),
    ("liufang", "为什么分给我 L1", "查看分配原因"),
    ("agula", "分配队列", "查看分配队列"),
    ("zhaojianguo", "跟进 L1 意向强", "名下不带客户"),
    ("zhaojianguo", "我的客户", "名下不带客户"),
]


def test_what_a_post_may_not_do_is_refused_kindly_with_the_next_step(company: Company) -> None:
    for userid, typed, what in DENIED:
        heard = company.person(userid).say(typed)
        assert heard.cards == []
        assert heard.text.startswith("您的岗位")
        assert what in heard.text, typed
        assert heard.text.endswith("回复 帮助 看您能做的事；如需开通，请联系管理员。")


def test_of_somebody_elses_customer_no_command_tells_the_number(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="surina")
    for typed in ("等级 {} A", "标签 {} +急用", "评论 {} 你好", "附件 {}", "存到 {}", "延期 {}", "为什么分给我 {}"):
        said = company.person("batu").say(typed.format("青格乐")).text
        assert "L1" not in said, typed
        assert said.startswith("没有找到您能操作的客户「青格乐」"), typed
        company.clock.go(minutes=2)
        assert company.person("batu").say(typed.format("没这人")).text == said.replace("青格乐", "没这人")


def test_a_grade_without_a_lead_is_no_customer(company: Company) -> None:
    assert company.person("batu").say("等级 A").text.startswith("等级 请这样发：等级 编号 等级")


WRONG_BESIDE = [
    ("延期 L1 3天", "编号后面的「3天」不用写：延几天由公司的规则定。请发：延期 L1"),
    ("电话 L1 多少", "编号后面的「多少」不用写。请发：电话 L1"),
    ("客户 L1 在不在家", "编号后面的「在不在家」不用写。请发：客户 L1"),
]


def test_what_is_too_much_behind_a_number_is_named(company: Company) -> None:
    company.lead(by="batu")
    for typed, said in WRONG_BESIDE:
        assert company.person("batu").say(typed).text == said


@pytest.mark.parametrize("typed", ["客户 L1😀", "客户 L1👍👍", "客户 L1 谢谢", "客户 L1[强]", "客户 13947100001 谢谢"])
def test_what_is_meant_kindly_behind_a_customer_does_not_matter(company: Company, typed: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(typed).card.title == "L1 刘志强"
