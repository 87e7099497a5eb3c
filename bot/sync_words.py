"""What `tuoling people sync` says, for who reads it at a terminal and decides."""

import shlex
from collections.abc import Iterator, Mapping, Sequence

from cards.channel import Fault, Misconfigured, Permanent, Quota, Retry
from config.rolewords import ROLE_WORDS
from core.people.accounts import DINGTALK, OTHER, WECOM
from core.people.difference import Change, Difference, Newcomer, Unmatched
from core.people.newcomers import Newcomers
from core.people.pairing import NotPaired
from core.people.register import Colleague
from core.people.rules import NoAdministrator, OtherCount, TooMany
from core.people.syncing import Doubtful, Synced
from jobs.addressbook import Broken, Step

PLATFORMS = {WECOM: "企业微信", DINGTALK: "钉钉"}
_STEPS = {
    Step.DEPARTMENTS: "部门列表",
    Step.MEMBERS: "部门成员",
    Step.MEMBER: "单个成员",
    Step.APP: "应用的可见范围",
    Step.ACCOUNTS: "全部成员的账号（通讯录同步）",
}
_RANGE = {WECOM: "管理后台 → 应用管理 → 本应用 → 可见范围", DINGTALK: "开发者后台 → 应用 → 权限管理 → 通讯录权限范围"}
_MOST_NUMBERED = 5


def no_names(platform: str) -> str:
    """Some are not told by their names."""
    return f"提醒：有的成员读不到姓名（{PLATFORMS[platform]}没有给）。已有的姓名不动；新来的先记账号，读到了再改。"


def broken(read: Broken, platform: str) -> str:
    """It could not be read whole, so nothing is concluded from the part."""
    if read.step is Step.TWINS:
        one, other = read.who
        return (
            f"什么也没有改：{PLATFORMS[platform]}里有两个账号只差大小写：{one}、{other}，驼铃分不清是谁。"
            "请给其中一人换一个账号，再运行一次。"
        )
    if read.fault is None:
        return f"什么也没有改：读到的{_STEPS[read.step]}是空的，{_empty(read.step, platform)}。"
    return f"什么也没有改：通讯录没有读完整，断在{_STEPS[read.step]}（{read.fault.why}）。{_mend(read.fault, platform)}"


def _empty(step: Step, platform: str) -> str:
    match step:
        case Step.DEPARTMENTS:
            return f"一个部门也没有。请在{_RANGE[platform]}里加入部门，再运行一次"
        case Step.MEMBERS:
            where = "应用的可见范围" if platform == WECOM else "应用的通讯录权限范围"
            return f"一个成员也没有。请检查{where}，再运行一次"
    return "请再运行一次"


def _mend(fault: Fault, platform: str) -> str:
    match fault:
        case Misconfigured() | Permanent():
            return "运行 tuoling doctor --platform 看怎么修。"
        case Quota():
            return f"{PLATFORMS[platform]}限制了调用次数，过一分钟再运行一次；还是不行就过一小时。"
        case Retry():
            return "多半是网络或平台一时的问题，请再运行一次。"


def heading(departments: int, members: int, platform: str) -> str:
    """What was read."""
    return f"{PLATFORMS[platform]}通讯录：{departments} 个部门，{members} 人。与现在的人员相比："


def differences(told: Difference, leads: Mapping[int, int], platform: str) -> Iterator[str]:
    """Group by group, each with its count; `leads` are those that leavers still have."""
    yield from _group("新部门", [f"+ {path}" for path in told.new_departments], "个")
    yield from _numbered(told.numbered_departments, platform)
    yield from _group("部门改名或移动", [f"{old} → {new}" for old, new in told.moved_departments], "个")
    yield from _group("部门取消", [f"- {path}" for path in told.gone_departments], "个")
    yield from _group("新来", [_newcomer(each) for each in told.joining])
    yield from _group("回来", [_newcomer(each) for each in told.back])
    yield from _group("换部门", [_change(each) for each in told.moved])
    yield from _group("改名", [_change(each) for each in told.renamed])
    yield from _group("换账号", [_change(each) for each in told.accounts])
    yield from _group(f"对上的人，记下{PLATFORMS[platform]}账号", [_change(each) for each in told.linked])
    if told.spelt:
        yield f"按{PLATFORMS[platform]}的写法（大小写）记下账号 {told.spelt} 人。"
    yield from _group("换上级", [_change(each) for each in told.superiors])
    yield from _group("离职（账号已删除）", [_leaver(each, leads.get(each.id, 0)) for each in told.leaving])
    yield from _group(
        f"{PLATFORMS[platform]}账号已删除、{PLATFORMS[OTHER[platform]]}还在用（不算离职，只去掉这个账号）",
        [_who(each) for each in told.lost],
    )
    yield from _group("早已离职的人，账号也删除了（不能再复职）", [_who(each) for each in told.deleted])
    yield from _group("早已离职的人，账号又有了（仍是离职，可以复职）", [_who(each) for each in told.restored])
    yield f"没有变化 {told.unchanged} 人。"
    yield from _group("不动：在通讯录里，但应用看不到", [_who(each) for each in told.unseen])
    yield from _group("不动：没有读到", [_who(each) for each in told.missing])
    yield from _group("没有加入：看不到所在部门（请把部门加入可见范围）", [_newcomer(each) for each in told.unplaced])
    yield from _group("没有改上级：改了就绕成一圈", [_change(each) for each in told.circles])
    yield from _unmatched(told.unmatched, platform)


def _unmatched(found: Sequence[Unmatched], platform: str) -> Iterator[str]:
    """Who has somebody's name: whoever runs the command says whether he is it."""
    lines = []
    for each in found:
        account = shlex.quote(each.who.account)
        pairs = "，或 ".join(f"--pair {shlex.quote(one.userid)}={account}（{_who(one)}）" for one in each.namesakes)
        lines.append(f"{_newcomer(each.who)}：是同一个人就带上 {pairs}；是另一个人就带上 --new {account}")
    yield from _group(f"没有加入：{PLATFORMS[platform]}里的人与在职的人同名，要您来定", lines)


def _group(title: str, lines: Sequence[str], unit: str = "人") -> Iterator[str]:
    if lines:
        yield f"{title} {len(lines)} {unit}："
        yield from (f"  {line}" for line in lines)


def _numbered(paths: Sequence[str], platform: str) -> Iterator[str]:
    """Nothing of them changes that anybody sees, so one line says enough."""
    if paths:
        more = " 等" if len(paths) > _MOST_NUMBERED else ""
        yield f"记下{PLATFORMS[platform]}编号的部门 {len(paths)} 个：{'、'.join(paths[:_MOST_NUMBERED])}{more}"


def _newcomer(who: Newcomer) -> str:
    named = f"{who.name}（{who.account}）" if who.named else f"{who.account}（没有读到姓名）"
    return f"{named} {who.department}".rstrip()


def _who(who: Colleague) -> str:
    return f"{who.name}（{who.userid}）"


def _change(change: Change) -> str:
    return f"{_who(change.who)} {change.old or '（没有）'} → {change.new}"


def _leaver(who: Colleague, count: int) -> str:
    return f"{_who(who)} " + (f"名下还有 {count} 条线索，请交接：离职交接 {who.name}" if count else "名下没有线索")


def perhaps_the_same(told: Difference) -> str:
    """A leaver and a new person of one name: perhaps one person, whose account was changed."""
    new = {each.name: each.account for each in (*told.joining, *told.unplaced)}
    pairs = [f"{who.name}（--same {who.userid}={new[who.name]}）" for who in told.leaving if who.name in new]
    if not pairs:
        return ""
    return f"注意：{'、'.join(pairs)} 同名的有走有来。如果只是换了账号，请带上括号里的选项，客户和岗位就还是他的。"


def not_paired(why: NotPaired, here: str, there: str, platform: str) -> str:
    """Why an account is not the person's of whom it was said."""
    named, other = PLATFORMS[platform], PLATFORMS[OTHER[platform]]
    match why:
        case NotPaired.NOBODY:
            said = f"没有{other}账号为 {here} 的在职人员"
        case NotPaired.HAS:
            said = f"{here} 已经有{named}账号了；换了账号用 --same"
        case NotPaired.NO_ACCOUNT:
            said = f"{named}通讯录里没有账号 {there}"
        case NotPaired.TAKEN:
            said = f"{named}账号 {there} 已经是另一个人的，他有岗位或客户"
    return f"什么也没有改：{said}，见 --pair。"


def outside(count: int) -> str:
    """Members of whom our app may know nothing."""
    return f"企业里另有 {count} 人不在应用的可见范围内，读不到，也用不了驼铃。"


def done(outcome: Synced, newcomers: Newcomers) -> str:
    """It is as in the address book now."""
    told = outcome.told
    changed = len(told.moved) + len(told.renamed) + len(told.accounts) + len(told.superiors)
    changed += len(told.linked) + len(told.lost) + len(told.deleted) + len(told.restored)
    came = f"新来 {len(told.joining)} 人，回来 {len(told.back)} 人"
    lines = [f"改好了：{came}，更新 {changed} 处，离职 {len(told.leaving)} 人。"]
    if outcome.joined and newcomers.roles:
        named = "、".join(next(word for word, role in ROLE_WORDS.items() if role == each) for each in newcomers.roles)
        lines.append(f"新来和回来的人，岗位是 {named}（people.yaml）。")
    elif outcome.joined:
        lines.append(
            "新来和回来的人还没有岗位，什么也做不了。请在人员表里给他们写上岗位，再运行 tuoling people import。"
        )
    if told.moved_departments or told.gone_departments:
        lines.append("部门名变了：pools.yaml 等里写着旧部门名的，请一并改（tuoling doctor 会指出来）。")
    return "\n".join(lines)


def doubtful(outcome: Doubtful, again: str, platform: str) -> str:
    """So many, or the last administrator: rather a mistake."""
    named = "、".join(_who(each) for each in outcome.leaving)
    match outcome.why:
        case NoAdministrator():
            return (
                f"什么也没有改：要离职的人（{named}）里有管理员，他们走了，公司就没有管理员了。\n"
                "请先在人员表里给另一个人管理员的岗位，运行 tuoling people import，再来一次。"
            )
        case TooMany() | OtherCount():
            count = len(outcome.leaving)
            return (
                f"什么也没有改：有 {count} 人要标为离职，超过在职 {outcome.staff} 人的三分之一：{named}。\n"
                f"他们的账号确实都从{PLATFORMS[platform]}删除了，就运行：\n  {again}"
            )
