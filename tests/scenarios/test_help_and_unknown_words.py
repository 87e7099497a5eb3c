"""帮助 by each role, and what is said to words that are no command."""

from kit.company import Company

OFFICER = ["公海", "领取", "录入", "查重", "我的客户", "客户", "电话", "跟进", "释放", "延期", "保护",
           "取消保护", "转移", "为什么分给我", "分配队列", "帮助", "取消"]  # fmt: skip
MANAGER = ["公海", "录入", "查重", "客户", "电话", "释放", "转移", "合并客户", "撤销合并", "为什么分给我", "分配队列",
           "帮助", "取消"]  # fmt: skip
TEAM_MANAGER = [*OFFICER[:-4], "合并客户", "撤销合并", *OFFICER[-4:]]
LOOKER = ["查重", "客户", "电话", "帮助", "取消"]


BY_ROLE = {
    "batu": OFFICER,
    "lina": TEAM_MANAGER,
    "liufang": LOOKER,
    "agula": LOOKER,
    "zhaojianguo": MANAGER,
    "hejing": ["帮助", "取消"],
    "wuyun": MANAGER,
}


def first_word(line: str) -> str:
    """The command of a line of help: `客户 编号、手机号或姓名：看一位客户的全貌` -> `客户`."""
    return line.partition("：")[0].split()[0]


def test_help_shows_what_this_person_may_do_and_nothing_else(company: Company) -> None:
    for userid, words in BY_ROLE.items():
        lines = company.person(userid).say("帮助").text.split("\n")
        assert lines[0].endswith("，您可以：")
        assert [first_word(line) for line in lines[1:] if not line.startswith("【")] == words, userid
        assert not any(sign in "".join(lines) for sign in "[]…"), "no signs of programmers"


NEAREST = [
    ("batu", "工海", ["公海", "", ""]),
    ("batu", "跟近 L12 意向强", ["跟进", "", ""]),
    ("batu", "录人 王小明 13800001111", ["录入", "", ""]),
    ("batu", "明天10点面谈", ["跟进", "", ""]),
    ("batu", "L12 客户想再考虑", ["跟进", "", ""]),
    ("batu", "王小明 13800001111 房抵50万", ["录入", "", ""]),
    ("batu", "12", ["客户", "", ""]),
    ("batu", "退", ["取消", "释放", ""]),
    ("liufang", "公海海", ["", "", ""]),
    ("hejing", "报销", ["", ""]),
]


def test_unknown_words_get_the_nearest_permitted_commands(company: Company) -> None:
    for userid, typed, first in NEAREST:
        lines = company.person(userid).say(typed).text.split("\n")
        assert lines[0].startswith(f"没看懂「{typed[:19]}")
        nearest = [first_word(line.removeprefix("· ")) for line in lines if line.startswith("· ")]
        assert len(nearest) == len(first)
        assert set(nearest) <= set(BY_ROLE[userid])
        wanted = [word for word in first if word]
        assert [word for word, want in zip(nearest, first, strict=True) if want] == wanted, typed
        assert lines[-1] == "回复 帮助 查看全部。"


SUGGESTED = [
    ("L1103 明天11点", "· 跟进 L1103 明天11点：记跟进，会听懂下次联系时间"),
    ("王磊 13800001146 信用20万", "· 录入 王磊 13800001146 信用20万：新增客户和线索，需求可以不写"),
    ("1103", "· 客户 1103：看一位客户的全貌"),
]


def test_what_was_typed_stands_in_the_suggestion(company: Company) -> None:
    for typed, line in SUGGESTED:
        assert company.person("batu").say(typed).text.split("\n")[1] == line


POINTED_OUT = [
    ("跟进 青格乐 明天10点", "「青格乐」是 L1，请发：跟进 L1 明天10点。"),
    ("跟进：13947100001，明天10点", "「13947100001」是 L1，请发：跟进 L1 明天10点。"),
    ("跟进 巴特尔 朝鲁 没接", "「巴特尔 朝鲁」是 L2，请发：跟进 L2 没接。"),
    ("释放 青格乐 联系不上", "「青格乐」是 L1，请发：释放 L1 联系不上。"),
    ("转移 青格乐 李娜", "「青格乐」是 L1，请发：转移 L1 李娜。"),
    ("跟进 青格乐", "「青格乐」是 L1，请发：跟进 L1。"),
]


def test_a_customer_of_ones_own_instead_of_a_number_is_pointed_out(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    company.lead("巴特尔·朝鲁", "13947100002", by="batu")
    for typed, said in POINTED_OUT:
        heard = company.person("batu").say(typed)
        assert heard.text == said, typed
        assert heard.cards == []


def test_several_customers_of_one_name_are_all_pointed_out(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    company.lead("青格乐", "13947100002", by="batu")
    assert company.person("batu").say("跟进 青格乐 明天10点").text == (
        "「青格乐」有 L2、L1，请选一个编号，如：跟进 L2 明天10点。"
    )


def test_a_customer_of_somebody_else_or_in_a_pool_is_not_told_from_one_who_is_not_there(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="lina")
    company.lead("白云飞", "13947100002")
    usage = company.person("batu").say("跟进 没这人 明天10点").text
    assert usage.startswith("跟进 请这样发：跟进 L1024 内容\n")
    for typed in ("跟进 青格乐 明天10点", "跟进 13947100001 明天10点", "跟进 白云飞 明天10点", "跟进 13947100002 没接"):
        company.clock.go(minutes=2)  # the platform drops a text that is the same as one of the last minute
        assert company.person("batu").say(typed).text == usage, typed
    company.clock.go(minutes=2)
    assert company.person("batu").say("跟进 张三 L1 明天10点").text == usage


def test_a_manager_is_pointed_to_what_he_may_hand_on_and_not_to_what_he_may_not(company: Company) -> None:
    company.lead("青格乐", "13947100001", by="batu")
    zhaojianguo, baowenlong = company.person("zhaojianguo"), company.person("baowenlong")
    assert zhaojianguo.say("转移 青格乐 李娜").text == "「青格乐」是 L1，请发：转移 L1 李娜。"
    assert baowenlong.say("转移 青格乐 李娜").text.startswith("转移 请这样发：")
    assert company.person("lina").say("跟进 青格乐 明天10点").text.startswith("跟进 请这样发：")


KIND = [
    ("谢谢", "不客气，有事随时叫我。"),
    ("好的", "好的，有事随时叫我。"),
    ("你好", "您好，我在。需要什么，直接发给我。"),
]
KIND += [("👍", "好的，有事随时叫我。"), ("再见", "再见，祝您顺利。")]


def test_a_kind_word_gets_a_kind_word(company: Company) -> None:
    for typed, said in KIND:
        company.clock.go(minutes=2)
        for userid in ("batu", "hejing"):
            assert company.person(userid).say(typed).text == said


TO_COME = [
    ("进件 L1108", "进件功能即将开放，现在还不能用。"),
    ("日报", "日报功能即将开放，现在还不能用。"),
    ("标签 L1024 +高意向", "标签功能即将开放，现在还不能用。现在可以先写进跟进，如：跟进 L1024 高意向。"),
    ("佣金", "佣金功能即将开放，现在还不能用。"),
    ("待办", "待办功能即将开放，现在还不能用。现在可以回复 我的客户，先看到期的。"),
]


def test_a_word_of_what_is_to_come_is_answered_honestly(company: Company) -> None:
    for typed, said in TO_COME:
        assert company.person("batu").say(typed).text == said


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
    "领取": "领取 L1024 L1025",
    "领取 张三": "领取 L1024 L1025",
    "录入": "录入 巴特尔·孟和 13800001111 房抵50万",
    "客户": "客户 L1024",
    "跟进": "跟进 L1024 意向强，明天10点面谈",
    "跟进 意向强": "跟进 L1024 意向强，明天10点面谈",
    "释放": "释放 L1024 联系不上",
    "转移 L12": "转移 L1024 李娜",
    "查重": "查重 13800001111",
}


def test_a_command_without_its_arguments_is_explained_by_an_example(company: Company) -> None:
    for typed, example in USAGES.items():
        text = company.person("batu").say(typed).text
        assert "请这样发：" in text
        assert text.endswith(f"例如：{example}"), typed


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
