"""The chat grammar: every command is reached by every way of writing it, and the tables are whole."""

import ast
import inspect
import pkgutil
import textwrap
from importlib import import_module
from time import process_time

import pytest

from bot import handlers
from bot.dialogs import QUESTIONS
from bot.grammar import Command
from bot.phrases.command_words import ALSO, COMMAND_WORDS
from bot.phrases.courtesies import courtesy
from bot.routing import Incomplete, Routed, Unknown, is_command, read
from bot.suggestions import NEAREST
from bot.taps import MENU, TAPS
from bot.words import COMMANDS, TO_COME, allowed
from cards import texts
from cards.actions import REGISTRY
from core.people.policy import RULES, Actor, Role, Verb, may

OFFICER = Actor(1, "巴特尔·孟和", "呼和浩特/一部", frozenset({Role.OFFICER}))
FINANCE = Actor(2, "何静", "总部/财务部", frozenset({Role.FINANCE}))
EVERY_WORD = [(command, word) for command in COMMANDS for word in command.words]
NAMES = [f"{command.word}-{word}" for command, word in EVERY_WORD]


def wide(text: str) -> str:
    """`text` with full-width letters, digits, signs and spaces."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "　" if char == " " else char for char in text)


def arguments(command: Command) -> str:
    """The arguments of the command's example."""
    return command.example.removeprefix(command.word).strip()


@pytest.mark.parametrize(("command", "word"), EVERY_WORD, ids=NAMES)
@pytest.mark.parametrize("typed", ["plain", "wide", "upper", "spaced", "colon"])
def test_a_command_is_reached_by_every_word(command: Command, word: str, typed: str) -> None:
    given = arguments(command)
    text = {
        "plain": f"{word} {given}",
        "wide": wide(f"{word} {given}"),
        "upper": f"{word.upper()} {given}",
        "spaced": f"  {word}   {given}  ",
        "colon": f"{word}：{given}",
    }[typed]
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert found.command is command
    assert found.text == given


@pytest.mark.parametrize(("command", "word"), [pair for pair in EVERY_WORD if arguments(pair[0]).startswith("L")])
def test_a_number_may_follow_without_a_space(command: Command, word: str) -> None:
    given = arguments(command)
    found = read(f"{word}{given}", OFFICER)
    assert isinstance(found, Routed)
    assert (found.command, found.text) == (command, given)


NUMBER_FIRST = [
    ("A11提交", "提交 A11"),
    ("T72同意", "同意 T72"),
    ("t 72 同意", "同意 T 72"),
    ("Ｔ72同意了", "同意 T72"),
    ("把T72同意一下", "同意 T72"),
    ("A203 同意 资料齐全", "同意 A203 资料齐全"),
    ("T72不同意", "驳回 T72"),
    ("T7 驳回 资料不齐", "驳回 T7 资料不齐"),
    ("T7驳回资料不齐", "驳回 T7 资料不齐"),
    ("T7 退回 提交人 流水不清", "退回 T7 提交人 流水不清"),
    ("T72转交李娜", "转交 T72 李娜"),
    ("T72 加签 李娜、王强", "加签 T72 李娜、王强"),
    ("A3取回", "取回 A3"),
    ("A5催一下", "催办 A5"),
    ("A13 暂停 待客户补件", "暂停 A13 待客户补件"),
    ("A11撤回", "撤回 A11"),
    ("A11 放弃进件", "放弃进件 A11"),
    ("A11 补材料 身份证", "补材料 A11 身份证"),
    ("A11 修改 申请金额 60万", "修改 A11 申请金额 60万"),
    ("A11 收到 银行批复", "收到 A11 银行批复"),
    ("A11 还款 23540", "还款 A11 23540"),
    ("A11还了23540", "还款 A11 23540"),
    ("A11 昨天还了2万", "还款 A11 2万 昨天"),
    ("A11结清", "结清 A11"),
    ("A11 取消还款", "取消还款 A11"),
]


@pytest.mark.parametrize(("typed", "send"), NUMBER_FIRST)
def test_the_number_of_a_task_or_an_application_may_stand_first(typed: str, send: str) -> None:
    """It is suggested whole, and a mere yes sends it: what hangs on it is not done by a guess."""
    actor = Actor(1, "巴特尔·孟和", "呼和浩特/一部", frozenset(Role))
    found = read(typed, actor)
    assert isinstance(found, Unknown)
    assert found.nearest[0].send == found.nearest[0].form == send
    sent = read(send, actor)
    assert isinstance(sent, Routed)
    assert sent.command.word == send.split()[0]


@pytest.mark.parametrize(
    "typed", ["T7同意书没签", "A11 客户说再想想", "A11 还了2份资料", "T72 通过率太低", "L1 同意 方案"]
)
def test_what_only_begins_so_is_not_suggested_whole(typed: str) -> None:
    found = read(typed, Actor(1, "巴特尔·孟和", "呼和浩特/一部", frozenset(Role)))
    assert isinstance(found, Unknown)
    assert not any(command.send.startswith(("同意", "还款")) for command in found.nearest)


ASKS = [("A12 进度", "进度 A12"), ("a12到哪了", "进度 A12"), ("看看A12", "进度 A12"), ("T88的情况", "待办 T88")]


@pytest.mark.parametrize(("typed", "asks"), ASKS)
def test_what_asks_for_an_application_or_a_task_shows_it(typed: str, asks: str) -> None:
    found = read(typed, OFFICER)
    assert isinstance(found, Routed)
    assert f"{found.command.word} {found.text}" == asks


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_form_and_example_are_of_the_command_itself(command: Command) -> None:
    assert command.form.split()[0] == command.example.split()[0] == command.word
    found = read(command.example, OFFICER)
    assert isinstance(found, Routed)
    assert found.command is command
    assert not set("[]（）…") & set(command.form), "signs of programmers"
    form = read(command.form, OFFICER)
    assert isinstance(form, Routed | Incomplete)
    assert form.command is command


BEGINNINGS = [("公", "公海"), ("我", "我的客户"), ("我的", "我的客户"), ("客", "客户"), ("录", "录入")]
BEGINNINGS += [("g", "公海"), ("ＧＨ", "公海"), ("H", "帮助"), ("？", "帮助"), ("抢", "公海")]


@pytest.mark.parametrize(("text", "word"), BEGINNINGS)
def test_a_unique_beginning_is_enough(text: str, word: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed | Incomplete)
    assert found.command.word == word


AMBIGUOUS = [("退", {"释放", "取消", "退回"}), ("查", {"客户", "查重"}), ("取", {"取消", "取回"})]
AMBIGUOUS += [("转", {"转移", "转交"})]


@pytest.mark.parametrize(("text", "words"), AMBIGUOUS)
def test_an_ambiguous_beginning_names_what_it_may_mean(text: str, words: set[str]) -> None:
    found = read(text, OFFICER)
    if len(words) == 1:
        assert isinstance(found, Incomplete)
        return
    assert isinstance(found, Unknown)
    assert {command.word for command in found.nearest[: len(words)]} == words
    assert len({command.word for command in found.nearest}) == NEAREST


@pytest.mark.parametrize("text", ["L1024", "l1024", "Ｌ１０２４", "13800001111", "+86 138 0000 1111"])
def test_a_bare_number_asks_for_that_customer(text: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert found.command.word == "客户"


@pytest.mark.parametrize("text", ["", "1024", "138000011", "你说呢", "海公", "L", "Labc", "公海里找到的"])
def test_what_is_no_command_gets_the_three_nearest_permitted(text: str) -> None:
    for actor in (OFFICER, FINANCE):
        found = read(text, actor)
        assert isinstance(found, Unknown)
        assert len(found.nearest) == min(NEAREST, len(allowed(actor)))
        assert all(may(actor, command.verb) for command in found.nearest)


@pytest.mark.parametrize("text", ["领取", "领取 x", "领取 L1", "录入", "我的客户"])
def test_a_command_that_is_not_permitted_is_recognised_whatever_its_arguments(text: str) -> None:
    assert isinstance(read(text, FINANCE), Routed)


WHOLE = [("公海", True), ("帮助", True), ("取消", True), ("跟进 L1 意向强", True), ("录入 王小明 13800001111", True)]
WHOLE += [("公海里找到的客户", False), ("客户很着急", False), ("跟进了两次", False), ("释放压力", False), ("公", False)]
WHOLE += [("转移 L1064", True), ("转移", True), ("跟进", True), ("电话 L1 L2", True), ("延期 L1 三天", False)]
WHOLE += [("L1024", False), ("意向强，明天10点", False), ("跟进 意向强", False), ("帮助他解决了" + "问题" * 30, False)]


WHOLE += [(text, True) for text in ("进度A8", "待办a8", "客户L1055", "公海2", "附件？", "还款A8 100", "还款计划A8")]
WHOLE += [(text, True) for text in ("结清A8 417000", "收到A7 银行批复", "修改T38 服务费 5000", "客户13800001111")]
WHOLE += [
    (text, False) for text in ("还款能力不足", "客户3次逾期", "客户A类资质不足", "逾期太多", "进度太慢", "电话打不通")
]
WHOLE += [("A1到哪了", True), ("看一下A1", True), ("A1资料不全", False), ("A1的客户负债高", False)]
WHOLE += [(f"客户L1 {'一' * 60}", False), (f"释放L1 {'一' * 60}", True)]


@pytest.mark.parametrize(("text", "whole"), WHOLE)
def test_an_answer_that_begins_like_a_command_is_an_answer(text: str, whole: bool) -> None:
    assert is_command(text) is whole


SPACED = [
    ("公 海", "公海", ""),
    ("公　海", "公海", ""),
    ("公 海 全区", "公海", "全区"),
    ("我 的 客 户", "我的客户", ""),
]
SPACED += [("领 取 L1024", "领取", "L1024"), ("我的 客户 2", "我的客户", "2"), ("释 放L1 空号", "释放", "L1 空号")]


@pytest.mark.parametrize(("text", "word", "rest"), SPACED)
def test_a_space_within_a_word_does_not_matter(text: str, word: str, rest: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert (found.command.word, found.text) == (word, rest)


PAGES = [
    ("公海 第2页", "2"),
    ("公海第2页", "2"),
    ("公海 2页", "2"),
    ("公海 第二页。", "2"),
    ("公海 全区池第3页", "全区池 3"),
]
PAGES += [("公海 全区池 3", "全区池 3"), ("我的客户 第十一页", "11"), ("公 第2页", "2"), ("公海 网页", "网页")]
PAGES += [("公海 下一页", "下一页")]


@pytest.mark.parametrize(("text", "rest"), PAGES)
def test_a_page_is_written_as_people_say_it(text: str, rest: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert found.text == rest


SUGGESTED = [("L1103 明天11点", "跟进 L1103 明天11点"), ("王磊 13800001146 信用20万", "录入 王磊 13800001146 信用20万")]
SUGGESTED += [("明天10点面谈", "跟进 编号 内容"), ("10点面谈", "跟进 编号 内容"), ("1103", "客户 1103")]
SUGGESTED += [("L1103 " + "客户想再考虑" * 20, "跟进 L1103 内容")]
SUGGESTED += [("领曲 L1301", "领取 L1301"), ("我要领取 L1052", "领取 L1052"), ("我要领取L1052吧", "领取 L1052")]
SUGGESTED += [("请帮我领取 L1 L2", "领取 L1 L2"), ("L1053 领取", "领取 L1053"), ("L1 L2 领取一下", "领取 L1 L2")]
SUGGESTED += [("更进 L1301 明天10点", "跟进 L1301 明天10点"), ("跟近 L12", "跟进 L12 内容")]
SUGGESTED += [("我要释放 L1301", "释放 L1301 原因"), ("把 L1301 释放掉", "释放 L1301 原因")]
SUGGESTED += [("L1301 转移 李娜", "转移 L1301 李娜"), ("把L1301转移给李娜", "转移 L1301 李娜")]
SUGGESTED += [("转义 L1301", "转移 L1301 姓名 原因"), ("这个客户 L1301 怎么样", "客户 L1301"), ("看看公海", "公海")]
SUGGESTED += [("工海 2", "公海 2"), ("王磊 13800001146 录入", "录入 王磊 13800001146")]
SUGGESTED += [("我要录入王磊13800001146", "录入 王磊13800001146"), ("L12 客户想再考虑", "跟进 L12 客户想再考虑")]
SUGGESTED += [("给L1183进件", "进件 L1183")]
SUGGESTED += [("L1301 电话 没接", "跟进 L1301 电话 没接"), ("L1301 客户 想再考虑", "跟进 L1301 客户 想再考虑")]


@pytest.mark.parametrize(("text", "form"), SUGGESTED)
def test_what_was_typed_is_put_into_the_suggestion_where_it_can_be_sent_so(text: str, form: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Unknown)
    assert found.nearest[0].form == form


@pytest.mark.parametrize(
    "text", [text for text, _ in SUGGESTED] + ["你说呢", "报销", "释方", "领区 abc", "给L1183进件"]
)
def test_what_is_suggested_as_whole_is_that_command_and_no_number_is_made_up(text: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Unknown)
    for command in found.nearest:
        assert "L1024" not in command.form
        assert "AL" not in command.form, "the number of a lead is none of an application"
        if command.send:
            again = read(command.send, OFFICER)
            assert isinstance(again, Routed)
            assert again.command.word == command.word


@pytest.mark.parametrize("text", ["L1053 领取", "L1 转移 李娜"])
def test_the_word_of_a_command_is_no_note(text: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Unknown)
    assert not any(command.send.startswith("跟进") for command in found.nearest)


@pytest.mark.parametrize(
    ("text", "word"), [("领取 L1吧", "领取"), ("电话L1呀", "电话"), ("公海吧", "公海"), ("我的客户啊", "我的客户")]
)
def test_a_particle_at_the_end_does_not_matter(text: str, word: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert (found.command.word, found.text) == (word, "L1" if "L1" in text else "")


@pytest.mark.parametrize("text", ["释放 L1、L2", "客户 L1 L2", "跟进 1340 1341 都联系过"])
def test_several_numbers_are_no_command_of_one(text: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert found.command not in COMMANDS
    assert is_command(text)


@pytest.mark.parametrize("text", ["佣金 L1108", "佣金L1108", "佣金", "佣金。", "更正 L1"])
def test_a_word_of_what_is_to_come_is_known_and_says_so(text: str) -> None:
    for actor in (OFFICER, FINANCE):
        found = read(text, actor)
        assert isinstance(found, Routed)
        assert found.command in TO_COME
        assert not is_command(text), "as an answer it is an answer"


def test_what_is_to_come_is_not_there_yet() -> None:
    assert not set(texts.TO_COME) & {word for command in COMMANDS for word in command.words}


COURTEOUS = [("谢谢", "thanks"), ("好的，谢谢您！", "thanks"), ("辛苦了", "thanks"), ("Thank you", "thanks")]
COURTEOUS += [("你好", "greeting"), ("您好呀", "greeting"), ("在吗？", "greeting"), ("早上好", "greeting")]
COURTEOUS += [
    ("再见", "goodbye"),
    ("好的", "nod"),
    ("收到", "nod"),
    ("嗯嗯", "nod"),
    ("OK", "nod"),
    ("知道了。", "nod"),
]
COURTEOUS += [
    ("👍", "nod"),
    ("👍🏻👍🏻", "nod"),
    ("❤️", "nod"),
    ("[强][强]", "nod"),
    ("好的👍", "nod"),
    ("谢谢[玫瑰]", "thanks"),
    ("好客户", None),
]
COURTEOUS += [("", None), ("。。。", None), ("谢谢惠顾", None), ("是", None), ("[1]", None), ("嗯" * 2000, None)]


@pytest.mark.parametrize(("text", "kind"), COURTEOUS)
def test_a_kind_word_is_one_only_by_itself(text: str, kind: str | None) -> None:
    assert courtesy(text) == kind


def test_every_kind_word_has_its_answer_which_presses_no_command_on_anybody() -> None:
    kinds = {kind for _, kind in COURTEOUS if kind}
    assert kinds == set(texts.COURTESIES)
    assert not any(word in said for said in texts.COURTESIES.values() for word in ("回复", "帮助", "公海"))


def test_no_word_means_two_things() -> None:
    words = [word for command in COMMANDS for word in command.words]
    assert len(words) == len(set(words))


def test_every_command_has_a_handler_that_says_what_it_does() -> None:
    for command in COMMANDS:
        assert command.does.__doc__, command.word
    assert len({command.does for command in COMMANDS}) == len(COMMANDS)


def test_every_action_has_exactly_one_handler_with_a_docstring() -> None:
    assert set(TAPS) == set(REGISTRY.values())
    assert all(handler.__doc__ for handler in TAPS.values())
    assert len(set(TAPS.values())) == len(TAPS)


def test_every_entry_of_the_menu_is_a_command() -> None:
    for word in MENU.values():
        found = read(word, OFFICER)
        assert isinstance(found, Routed)
        assert found.command.word == word


def test_every_question_that_a_handler_asks_has_an_answerer() -> None:
    """`call.ask("…")` and `call.ask_about("…")` in the handlers, and the keys of QUESTIONS."""
    asked: set[str] = set()
    modules = [import_module(f"bot.handlers.{one.name}") for one in pkgutil.iter_modules(handlers.__path__)]
    for module in modules:
        assert module is not None
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(module)))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"ask", "ask_about"}
            ):
                first = node.args[0]
                assert isinstance(first, ast.Constant)
                asked.add(str(first.value))
    assert asked == set(QUESTIONS)


@pytest.mark.parametrize("role", Role)
def test_what_help_offers_is_what_the_policy_gives(role: Role) -> None:
    actor = Actor(3, "某某", "总部", frozenset({role}))
    offered = {command.word for command in allowed(actor)}
    assert offered == {command.word for command in COMMANDS if command.verb in RULES[role] or command.verb is Verb.CHAT}
    assert {"帮助", "取消"} <= offered


def test_the_list_of_words_is_the_tables() -> None:
    assert {command.word: command.also for command in COMMANDS} == ALSO
    assert {word for command in COMMANDS for word in command.words} == COMMAND_WORDS


@pytest.mark.parametrize("text", ["录入张伟13800001111房抵50万", "登记张伟 13800001111"])
def test_a_name_may_stand_right_behind_the_word(text: str) -> None:
    found = read(text, OFFICER)
    assert isinstance(found, Routed)
    assert (found.command.word, found.text) == ("录入", text[2:])


@pytest.mark.parametrize("text", ["改电话 L1 13800001111", "录入了张伟", "跟进张伟13800001111"])
def test_what_only_looks_like_an_entry_is_none(text: str) -> None:
    found = read(text, OFFICER)
    assert not (isinstance(found, Routed) and found.command.word == "录入")
    if isinstance(found, Unknown):
        assert not any(command.form.startswith(f"录入 {text[:2]}") for command in found.nearest)


LONG = ["领取 " + "1 " * 500 + "x", "L1 " * 500 + "领取x", "我要" * 700, "转移给" * 600, "L1" * 900, "公海" * 900]


@pytest.mark.parametrize("text", LONG)
def test_a_long_message_is_read_at_once(text: str) -> None:
    before = process_time()
    read(text, OFFICER)
    assert process_time() - before < 2
