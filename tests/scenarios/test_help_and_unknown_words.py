"""帮助 by each role, and what is said to words that are no command."""

from kit.company import Company

OFFICER = ["公海", "领取", "录入", "我的客户", "客户", "跟进", "释放", "转移", "帮助", "取消"]
MANAGER = ["公海", "录入", "客户", "释放", "转移", "帮助", "取消"]
LOOKER = ["客户", "帮助", "取消"]


BY_ROLE = {
    "batu": OFFICER,
    "lina": OFFICER,
    "liufang": LOOKER,
    "agula": LOOKER,
    "zhaojianguo": MANAGER,
    "hejing": ["帮助", "取消"],
    "wuyun": MANAGER,
}


def first_word(line: str) -> str:
    """The command of a line of help: `公海 [池] [页]：看等待领取的线索` -> `公海`."""
    return line.partition("：")[0].split()[0]


def test_help_shows_what_this_person_may_do_and_nothing_else(company: Company) -> None:
    for userid, words in BY_ROLE.items():
        lines = company.person(userid).say("帮助").text.split("\n")
        assert lines[0].endswith("，您可以：")
        assert [first_word(line) for line in lines[1:] if not line.startswith("【")] == words, userid


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
    ("liufang", "领取 L1", "领取线索"),
    ("liufang", "领取", "领取线索"),
    ("agula", "释放 L1 没意向", "释放线索"),
    ("chaolu", "转移 L1 李娜", "转移线索"),
    ("wuyun", "领取 L1", "领取线索"),
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
