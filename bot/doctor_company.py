"""The part of `tuoling doctor` on the company's YAML: which version is in force, whether it agrees with the people and
leads in the database, and whether its calendar reaches far enough."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.health import Part, reason
from bot.phrases.command_words import COMMAND_WORDS
from config.company import Company, company_of
from config.in_force import differences, texts_in
from config.problems import CompanyError
from config.rolewords import ROLE_WORDS
from core.automation.rules import POOL, SUPERIOR, Automation, GiveLead
from core.calendar import CHINA, WorkingCalendar
from core.leads import pooled
from core.leads.assignment_rules import Assignment
from core.leads.pools import Pools
from core.loans.flows import Flows, named
from core.people import queries as people
from core.people.policy import Role
from core.store import config_versions
from core.store.database import Database

_APPLY = "tuoling config diff 看改了什么，tuoling config apply 让它生效"
_UNREADABLE = "这个版本的程序读不懂，各进程按读得懂的最近一版、或启动时的文件夹运行"
_IMPORT = "运行 tuoling people import 人员表.csv"
_APPOINT = "在人员表里给一个人的 role 一列加上 管理员，再运行 tuoling people import 人员表.csv"
_POSTS = {role: word for word, role in reversed(ROLE_WORDS.items())}  # the first word of each
_AHEAD = 45  # days; deadlines and plans of a month reach so far
_SHOWN = 3  # so many problems of a version that cannot be read
_EDIT = "改 pools.yaml，或把人员表补齐后再导入"


def in_force(database: Database, folder: Path) -> Part:
    """Which version of the configuration is in force, whether this release can read it (an earlier one may have allowed
    what this one does not), and whether the folder has been changed since."""
    try:
        with database.read() as session:
            newest = next(iter(config_versions.history(session, 1)), None)
            files = config_versions.files_of(session, newest.number) if newest else {}
    except SQLAlchemyError as error:
        return Part("生效的配置", False, "读不出来", detail=reason(error))
    except config_versions.Damaged as error:
        return Part("生效的配置", False, f"存着的这一版坏了，{_UNREADABLE}", _APPLY, detail=str(error))
    if newest is None:
        return Part("生效的配置", False, "还没有应用过，各进程按启动时的文件夹运行", _APPLY, needed=False)
    said = f"第 {newest.number} 版，{newest.at.astimezone(CHINA):%m-%d %H:%M} 由 {newest.by} 应用"
    try:
        company_of(files, COMMAND_WORDS)
    except CompanyError as error:
        wrong = "；".join(str(problem) for problem in error.problems[:_SHOWN])
        return Part("生效的配置", False, f"{said}；{_UNREADABLE}", f"在文件夹里改好，{_APPLY}", detail=wrong)
    if differences(files, texts_in(folder)):
        return Part("生效的配置", False, f"{said}；文件夹里的改动还没有生效", _APPLY, needed=False)
    return Part("生效的配置", True, said)


def examine_company(company: Company, database: Database) -> Iterator[Part]:
    """Is anybody there, and an administrator among them, do the departments and administrators of the pools and the
    people of the assignment rules exist, does any lead wait in a pool that is gone? Nothing here is needed for the
    program to run."""
    try:
        with database.read() as session:
            yield from _people(session)
            yield from _pools(session, company.pools)
            yield from _assignment(session, company.assignment)
            yield from _flows(session, company.flows)
            yield from _automation(session, company.automation)
    except SQLAlchemyError as error:
        yield Part("人员和公海", False, "无法核对", detail=reason(error), needed=False)


def examine_calendar(calendar: WorkingCalendar, today: date) -> Part:
    """Are the days off of the days ahead known? Deadlines that reach into a year that is not go by the week alone."""
    ahead = today + timedelta(days=_AHEAD)
    if calendar.knows(ahead):
        return Part("工作日历", True, f"{ahead.year} 年的放假安排已有", needed=False)
    said = f"还没有 {ahead.year} 年的放假和调休，到那时的期限先按平常的周几算"
    return Part("工作日历", False, said, "国务院公布后升级驼铃，或写进 calendar.yaml", needed=False)


def _people(session: Session) -> Iterator[Part]:
    count = len(people.everybody(session))
    if not count:
        yield Part("人员", False, "一个人也没有，谁发消息都不会有回应", _IMPORT, needed=False)
    else:
        yield Part("人员", True, f"{count} 人", needed=False)
        if not people.has_administrator(session):
            said = "没有在职的管理员，没有人看得到全公司的线索、能在部门之间转移"
            yield Part("管理员", False, said, _APPOINT, needed=False)


def _pools(session: Session, pools: Pools) -> Iterator[Part]:
    problems = list(_unknown(session, pools))
    for problem in problems:
        yield Part("公海", False, problem, _EDIT, needed=False)
    for key, count in pooled.waiting_by_pool(session).items():
        if pools.by_key(key) is None:
            said = f"{count} 条线索还在已经没有的公海「{key}」里，谁也领不到"
            yield Part("公海", False, said, "在 pools.yaml 里恢复这个 key，或由管理员逐条转移", needed=False)
            problems.append(said)
    if not problems:
        yield Part("公海", True, "部门、管理员、线索都对得上", needed=False)


def _automation(session: Session, automation: Automation) -> Iterator[Part]:
    """Whom rules give leads to, and nobody is."""
    known = people.accounts(session)
    given = [(rule.name, deed.to) for rule in automation.rules for deed in rule.deeds if isinstance(deed, GiveLead)]
    for name, to in given:
        if to not in (SUPERIOR, POOL, *known):
            said = f"规则「{name}」要转给的账号 {to} 不在人员表里，或已离职"
            yield Part("自动化", False, said, "改 automation.yaml，或把人员表补齐后再导入", needed=False)


def _assignment(session: Session, assignment: Assignment) -> Iterator[Part]:
    """The rules of automatic assignment, and whom they name and nobody is: he gets no lead, in silence."""
    if not assignment.rules and not assignment.others_leave:
        return
    known = people.accounts(session)
    named = {member.account: rule.name for rule in reversed(assignment.rules) for member in rule.people}
    unknown = [(account, rule) for account, rule in named.items() if account not in known]
    for account, rule in unknown:
        said = f"规则「{rule}」里的账号「{account}」没有人，分不到他"
        yield Part("自动分配", False, said, "改 assignment.yaml，或把人员表补齐后再导入", needed=False)
    for account in sorted({account for account, _ in assignment.others_leave} - known):
        said = f"休假里的账号「{account}」没有人，期限照算"
        yield Part("自动分配", False, said, "改 assignment.yaml 的 leave，或把人员表补齐后再导入", needed=False)
    if not unknown:
        said = "停用（paused）" if assignment.paused else f"{len(assignment.rules)} 条规则，账号都对得上"
        yield Part("自动分配", True, said, needed=False)


def _flows(session: Session, flows: Flows) -> Iterator[Part]:
    """Whom the flows of applications name and nobody is: what he should decide goes to an administrator."""
    if not flows.flows or not people.everybody(session):
        return
    problems = nobody_named(session, flows)
    for problem in problems:
        yield Part("进件流程", False, problem, "改 flows 文件夹里的流程，或把人员表补齐后再导入", needed=False)
    if not problems:
        yield Part("进件流程", True, f"{len(flows.flows)} 条，岗位、部门、账号都对得上", needed=False)


def nobody_named(session: Session, flows: Flows) -> list[str]:
    """Whom the flows name that is nobody here, a sentence each."""
    return list(dict.fromkeys(_nobody(session, flows)))


def _nobody(session: Session, flows: Flows) -> Iterator[str]:
    accounts, departments, posts = people.accounts(session), people.departments(session), people.posts(session)
    asked = [
        (f"流程「{flow.name}」的节点「{node.name}」", who)
        for flow in flows.flows
        for node in flow.nodes
        for who in named(node)
    ]
    for where, who in asked:
        yield from (f"{where}：没有账号「{account}」" for account in who.people if account not in accounts)
        if who.role and who.role not in {role for role, _ in posts}:
            yield f"{where}：没有人是{_POSTS[Role(who.role)]}"
        elif who.department not in ("", "="):
            there = {path for role, path in posts if not who.role or role == who.role}
            if not _is_there(who.department, departments):
                yield f"{where}：没有部门「{who.department}」"
            elif not _is_there(who.department, there):
                yield f"{where}：部门「{who.department}」里没有人是{_POSTS[Role(who.role)]}，会交给管理员"


def _is_there(path: str, departments: Collection[str]) -> bool:
    return any(known == path or known.startswith(f"{path}/") for known in departments)


def _unknown(session: Session, pools: Pools) -> Iterator[str]:
    """Whom the pools and limits name and nobody is: a name that was mistyped binds nobody, in silence."""
    departments, accounts, ranks = people.departments(session), people.accounts(session), people.ranks(session)
    nobody: tuple[str, ...] = ()
    named = [(pool.name, pool.departments, (*pool.people, *pool.admins), nobody) for pool in pools.pools]
    named += [(f"上限 {rule.most}", rule.departments, rule.people, rule.ranks) for rule in pools.holding]
    for where, paths, people_named, ranks_named in named:
        for path in paths:
            if not _is_there(path, departments):
                yield f"{where}：没有部门「{path}」"
        yield from (f"{where}：没有账号「{account}」" for account in people_named if account not in accounts)
        yield from (f"{where}：没有职级「{rank}」的人" for rank in ranks_named if rank not in ranks)
