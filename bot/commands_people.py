"""The commands about people: `tuoling people import` and `tuoling people leave`, and what is wrong with a people file,
said so that who keeps it can mend it."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.explain import Unready
from bot.peoplefile import PeopleFileError, read_people
from bot.runtime import open_store
from config.problems import likely
from config.rolewords import ROLE_WORDS
from config.settings import Settings
from core.calendar import CHINA
from core.leads import holdings
from core.people import queries
from core.people import service as people
from core.people.policy import Role
from core.people.rows import LONGEST
from core.people.rules import NoAdministrator, OtherCount, TooMany
from core.people.service import BadRow, Colleague, Doubtful, Imported, LastAdministrator, Left, LeftBefore
from core.store.unit import Store


@dataclass(frozen=True, slots=True)
class Leavers:
    """Who is not in the file has left. `confirmed`: so many they are, as somebody stated."""

    confirmed: int | None = None


def import_people_file(settings: Settings, file: Path, leavers: Leavers | None = None) -> Iterator[str]:
    """`tuoling people import`: the whole file, or nothing of it, the leavers with it."""
    try:
        rows = read_people(file)
    except PeopleFileError as error:
        raise Unready(str(error)) from None
    store = open_store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        result = (
            people.import_company(unit, rows, confirmed=leavers.confirmed)
            if leavers
            else people.import_people(unit, rows)
        )
    match result:
        case Imported():
            yield from _imported(store, result, gone=leavers is not None)
        case Doubtful():
            raise Unready(_doubtful(result, file))
        case bad:
            lines = [f"{file.name} 第 {each.line} 行 {each.column}：{_why(each)}" for each in bad]
            raise Unready("\n".join([*lines, f"有 {len(bad)} 处错误，没有导入任何人。"]))


def mark_leaver(settings: Settings, userid: str) -> str:
    """`tuoling people leave USERID`."""
    store = open_store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        outcome = people.leave(unit, userid)
    match outcome:
        case Left(who):
            return "".join(_gone(store, [who]))
        case LeftBefore(who, at):
            return f"{_named([who])}在 {at.astimezone(CHINA):%Y-%m-%d} 已标为离职。"
        case LastAdministrator(who):
            raise Unready(
                f"什么也没有改：{_named([who])}是唯一的管理员，标为离职后，公司就没有管理员了。\n"
                "请先让另一个人当管理员：在人员表里他的 role 一列加上 管理员（与别的角色之间用 |），运行\n"
                f"  tuoling people import 人员表.csv\n再运行\n  tuoling people leave {shlex.quote(userid)}"
            )
    raise Unready(f"没有账号为 {userid} 的人（企业微信账号，没有的用钉钉账号），见人员表。")


def _imported(store: Store, result: Imported, *, gone: bool) -> Iterator[str]:
    yield f"导入完成：新增 {result.added} 人，更新 {result.changed} 人，未变 {result.unchanged} 人。"
    with store.read() as session:
        if not queries.has_administrator(session):
            yield "现在没有在职的管理员。请在文件里给一个人的 role 一列加上 管理员（与别的角色之间用 |），再导入一次。"
    if result.back:
        yield f"重新在职 {len(result.back)} 人：{_named(result.back)}。"
    if result.missing:
        yield f"在职、但不在文件里 {len(result.missing)} 人：{_named(result.missing)}。"
    if gone:
        yield from _gone(store, result.missing)
    elif result.missing:
        yield "离职的请运行 tuoling people leave 账号；都离职了，就带上 --leavers 再导入一次。"


def _gone(store: Store, leavers: Iterable[Colleague]) -> Iterator[str]:
    """What is said of each who is marked as gone from now on."""
    leavers = list(leavers)
    with store.read() as session:
        counts = holdings.open_leads(session, [who.id for who in leavers])
    for who in leavers:
        count = counts.get(who.id, 0)
        account = shlex.quote(who.userid)
        ways = f"一次交接：tuoling people hand-over {account} --to 接收人（或 --pool、--rule）；聊天里发 离职交接。"
        left = f"名下还有 {count} 条线索，主管和管理员看得到。{ways}" if count else "名下没有线索。"
        yield f"{_named([who])}已标为离职，从现在起不再应答。{left}"


def _doubtful(result: Doubtful, file: Path) -> str:
    count, who = len(result.leaving), _named(result.leaving)
    again = f"tuoling people import {shlex.quote(str(file))} --leavers"
    match result.why:
        case NoAdministrator():
            why = f"文件里没有管理员，而不在文件里的 {count} 人中有：标为离职后，公司就没有管理员了。"
            mend = f"请检查文件是不是完整；管理员换了人，就在新管理员的 role 一列写上 管理员，再运行：\n  {again}"
        case TooMany():
            why = f"不在文件里的有 {count} 人，超过在职 {result.staff} 人的三分之一，都标为离职可能是文件不完整。"
            mend = f"请检查文件；这 {count} 人确实都离职了，就运行：\n  {again} --confirm {count}"
        case OtherCount(confirmed):
            why = f"确认的是 {confirmed} 人离职，不在文件里的却有 {count} 人。"
            mend = f"请检查文件；这 {count} 人确实都离职了，就运行：\n  {again}{f' --confirm {count}' if count else ''}"
    return "\n".join([f"什么也没有改：{why}", *([f"不在文件里的：{who}。"] if who else []), mend])


def _why(bad: BadRow) -> str:
    """What is wrong with one cell, and how it should be."""
    match bad.why, bad.column:
        case "empty", _:
            return "不能为空"
        case "long", column:
            return f"太长，最多 {LONGEST[column]} 个字"
        case "unknown", "role":
            return f"不认识「{bad.value}」，{_roles_for(bad.value)}"
        case "unknown", _:
            return f"没有企业微信账号（或钉钉账号）为「{bad.value}」的人，文件里和已有的人里都没有；没有上级就空着"
        case "control", _:
            return f"里有看不见的控制字符（{bad.value}），文件可能损坏了；请重新导出，或者把这一格删掉重新输入"
        case "slash", _:
            return f"各级部门之间用 /，不用逗号、分号、\\、| 或 >；一个人只写一个部门，现在是「{bad.value}」"
        case "account", _:
            return f"不是账号，账号里只有字母、数字和 - _ . @ 等半角符号，没有空格，现在是「{bad.value}」"
        case "phone", _:
            return "不是手机号：11 位数字；Excel 会把它变成 1.38E+10，请把这一列设成文本；没有就空着"
        case "administrator", _:
            return "这样改了以后，公司就没有管理员了；请先在另一个人的 role 一列加上 管理员（与别的角色之间用 |）"
        case "circle", _:
            return f"上级绕成了一圈「{bad.value}」，请改掉其中一个；最上面的人，上级空着"
    return f"重复「{bad.value}」"


def _roles_for(word: str) -> str:
    """The role that was likely meant, and all there are."""
    names = {role: next(name for name, of in ROLE_WORDS.items() if of == role) for role in Role}
    near = likely(word, [*ROLE_WORDS, *Role])
    known = "、".join(f"{name}（{role}）" for role, name in names.items())
    return (f"是不是 {near}？" if near else "") + f"可以写 {known}"


def _named(colleagues: Iterable[Colleague]) -> str:
    return "、".join(f"{who.name}（{who.userid}）" for who in colleagues)
