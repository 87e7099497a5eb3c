"""进度 and 瓶颈: what is said of where applications are, and of what was not understood."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from cards import saying
from cards.fitting import cut
from core.leads.products import PRODUCTS
from core.loans.bottlenecks import Bottlenecks, Pick
from core.loans.flows import Decision
from core.loans.models import State, StepState
from core.loans.visits import Visit, VisitKind, Vote

_MOST_NAMES = 2
_MOST_OF_NODE, _MOST_OF_DONE = 8, 14
_MOST_OFFERED = 6
_DECIDED = {Decision.AGREE: "同意", Decision.REFUSE: "驳回", Decision.RETURN: "退回"}
_STANDS = {State.DRAFT: "填写中", State.RETURNED: "退回修改", State.DROPPED: "已放弃"}
OUTSIDE = "等外部结果"

NO_APPLICATIONS = "您现在没有在办的进件。要看某一笔，回复 进度 A编号，或 进度 客户姓名。"
NO_OWN_LEFT = "您名下的进件都办完了。"
WHICH_APPLICATION = "有几笔进件，请选一笔"
NATURAL_TIME = "等了多久按自然时间；超期按 进度 上的期限。"
AS_OF_NOW = "瓶颈只看现在卡在哪，不分时间：去掉时间再发，如 瓶颈 房抵。某段时间走到哪一步，发 漏斗 上月。"
NARROWER = "细看：瓶颈 后面写部门、产品或节点，如 瓶颈 房抵 初审"


def stands(state: State, stage: str) -> str:
    """Where an application stands, in a word: its stage, or how it is with its officer."""
    return _STANDS.get(state, stage)


def no_application(said: str) -> str:
    """No application that he may see fits what was said."""
    return (
        f"没有找到「{saying.plain(said, 20)}」的进件，或者不归您看。"
        "写进件编号、线索编号或客户姓名，如 进度 A203、进度 L1024；只回复 进度，看您在办的。"
    )


def called(people: Sequence[int], names: Mapping[int, str]) -> str:
    """The people by their names, so many as fit: `刘芳`, `刘芳、李娜`, `刘芳等3人`."""
    short = [saying.short_name(names.get(each, "同事")) for each in people]
    return "、".join(short) if len(short) <= _MOST_NAMES else f"{short[0]}等{len(short)}人"


def stop(visit: Visit) -> str:
    """What a stretch of the way is called: the node, or what was done before it."""
    if visit.kind is VisitKind.DRAFT:
        return "填写"
    if visit.kind is VisitKind.REPORTS:
        return "查外部报告"
    if visit.kind is VisitKind.PAPERS:
        return f"{visit.name}前"
    return "修改" if visit.kind is VisitKind.AMEND else visit.name


def who_has(visit: Visit, names: Mapping[int, str]) -> str:
    """Who has it there now: `刘芳`; for papers `补材料 巴图`; nobody of ours: 等外部结果."""
    who = called(visit.people, names)
    if visit.kind is VisitKind.PAPERS:
        return f"等补材料 {who}".rstrip()
    if visit.kind is VisitKind.REPORTS:
        return "等报告回来"
    return who or OUTSIDE


def done(visit: Visit, names: Mapping[int, str]) -> str:
    """What became of a stretch of the way, and by whom: `刘芳同意`, `李娜、王强同意`, `等何静`."""
    if visit.left_at is None:
        return f"等{who_has(visit, names)}".replace("等等", "等")
    if visit.kind is VisitKind.DRAFT:
        return "放弃" if visit.state is StepState.CANCELLED else f"{called(visit.people, names)}提交"
    if visit.kind is VisitKind.PAPERS:
        return "补材料"
    if visit.kind is VisitKind.REPORTS:
        return "没有查到" if visit.state is StepState.RETURNED else "已查"
    voted = _voted(visit, names)
    if visit.withdrawn_by is not None:
        return "，".join(filter(None, (voted, f"{called([visit.withdrawn_by], names)}撤回")))
    if visit.taken_back_by is not None:
        return "，".join(filter(None, (voted, f"{called([visit.taken_back_by], names)}取回")))
    if visit.does == "wait" and visit.state is StepState.PASSED:
        return f"{called([visit.told_by], names)}收到" if visit.told_by is not None else "已收到"
    return voted or ("已撤下" if visit.state is StepState.CANCELLED else "已过")


def _voted(visit: Visit, names: Mapping[int, str]) -> str:
    groups: dict[str, list[Vote]] = {}
    for vote in visit.votes:
        groups.setdefault(_verb(visit, vote), []).append(vote)
    return "，".join(f"{_voters(votes, names)}{verb}" for verb, votes in groups.items())


def _verb(visit: Visit, vote: Vote) -> str:
    if vote.by_clock:
        return f"到期自动{_DECIDED[vote.decision]}"
    if not vote.counts:
        return "给了意见"
    if vote.decision is not Decision.AGREE:
        return _DECIDED.get(vote.decision, "")
    if visit.kind is VisitKind.AMEND:
        return "提交"
    if vote.by_id is None:
        return "先前已同意"
    return "办完" if visit.does == "handle" else "同意"


def _voters(votes: Sequence[Vote], names: Mapping[int, str]) -> str:
    if votes[0].by_clock:
        return ""
    if len(votes) != 1:
        return called([vote.person_id for vote in votes], names)
    (vote,) = votes
    if vote.by_id is None or vote.by_id == vote.person_id:
        return called([vote.person_id], names)
    return f"{called([vote.by_id], names)}代{called([vote.person_id], names)}"


def nth(visit: Visit) -> str:
    """Which time it was, if not the first."""
    return f"第{visit.nth}次" if visit.nth > 1 else ""


def stretch(visit: Visit, names: Mapping[int, str], day: timedelta) -> str:
    """A stretch of the way in a line: `初审（第2次）：刘芳同意，用时 2工作日3小时`. Four fit below a card's rows."""
    again = f"（{nth(visit)}）" if visit.nth > 1 else ""
    what = f"{cut(stop(visit), _MOST_OF_NODE)}{again}：{cut(done(visit, names), _MOST_OF_DONE)}"
    return f"{what}，用时 {saying.worked(visit.spent, day)}"


def besides(found: Bottlenecks) -> tuple[str, ...]:
    """That there is more than the worst, and how one sees it."""
    nodes = "、".join(found.other_nodes)
    said = [f"另有环节：{nodes}。要看请发：瓶颈 {found.other_nodes[0]}"] if nodes else []
    return (*said, f"同事只列最要紧的 {len(found.people)} 位，其余按环节看。") if found.more_people else tuple(said)


def nothing_waits(words: str) -> str:
    """Nothing waits, of all or of what was picked (`words`)."""
    of = f"{words}：" if words else ""
    return f"{of}您管的人没有在等的进件，也没有在等您的。"


def picked(pick: Pick, names: Mapping[int, str]) -> str:
    """What is picked of all, in the words that are typed for it: `呼和浩特/一部 房抵 初审`."""
    person = [saying.short_name(names.get(pick.person, "同事"))] if pick.person else []
    product = [PRODUCTS.get(pick.product, pick.product)] if pick.product else []
    return " ".join(filter(None, [pick.department, *product, pick.node, *person]))


def not_picked(word: str, nodes: Sequence[str], departments: Sequence[str]) -> str:
    """A word behind 瓶颈 that is no department of his, no product and no node."""
    known = [*nodes[:_MOST_OFFERED], *PRODUCTS.values(), *departments[:_MOST_OFFERED]]
    return (
        f"「{saying.plain(word, 20)}」不是您能看的部门，也不是产品或节点。可以写：{'、'.join(known)}；"
        "几个一起也行，如 瓶颈 房抵。"
    )


def which_of_departments(word: str, paths: Sequence[str]) -> str:
    """Several departments are called so."""
    every = "、".join(paths[:_MOST_OFFERED])
    return f"有几个部门叫「{saying.plain(word, 20)}」：{every}。请写全，如 瓶颈 {paths[0]}"
