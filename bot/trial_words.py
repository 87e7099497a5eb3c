"""What `tuoling config try` says of applications: how many would have gone another way, and which."""

from collections import Counter
from collections.abc import Iterator

from cards import saying
from cards.texts.flows import details
from config.flowduties import RUNGS
from core.loans.flows import Approve, Handle, Node, Step
from core.loans.trial import Other, Trial

_MOST_WAYS = 10
_MOST_LISTED = 5
_DOES = {does: word for word, does in RUNGS.items()}


def tried(trial: Trial, days: int) -> Iterator[str]:
    """Alike ones together, the most first; of each some numbers."""
    if not trial.count:
        yield f"进件：最近 {days} 天没有提交过进件，没有可以试的。"
        return
    same = trial.count - len(trial.others) - trial.unreadable
    changed = len(trial.others)
    yield f"进件：最近 {days} 天提交的 {trial.count} 笔，{same} 笔走法不变，{changed} 笔会不同（假定每一步都同意）。"
    if trial.unreadable:
        yield f"  另有 {trial.unreadable} 笔的内容打不开，没有试。"
    ways = Counter((one.before, one.after) for one in trial.others)
    for (before, after), count in ways.most_common(_MOST_WAYS):
        those = [one for one in trial.others if (one.before, one.after) == (before, after)]
        yield f"  {count} 笔：{' → '.join(before)}"
        yield f"    改为：{' → '.join(after) if after is not None else '没有流程收这个产品'}"
        yield f"    {'、'.join(_named(one) for one in those[:_MOST_LISTED])}{' 等' if count > _MOST_LISTED else ''}"
    if len(ways) > _MOST_WAYS:
        yield f"  还有 {len(ways) - _MOST_WAYS} 种不同的走法没有列出。"
    yield from _otherwise(trial)


def _otherwise(trial: Trial) -> Iterator[str]:
    """The nodes that they come to as before, and where something else is done, or others do it."""
    for each in trial.otherwise[:_MOST_WAYS]:
        before, after = _details(each.before), _details(each.after)
        rungs = _ladder(each.before), _ladder(each.after)
        if rungs[0] != rungs[1]:
            before, after = f"{before} · 到点{rungs[0]}", f"{after} · 到点{rungs[1]}"
        yield f"  {each.count} 笔经过的「{each.after.name}」办法变了：{before}"
        yield f"    改为：{after if after != before else '人和时限不变，能看、能填的项目或可用的操作变了'}"


def _details(node: Node) -> str:
    return " · ".join(details(node))


def _ladder(node: Node) -> str:
    """What is done when its deadline comes near, and after it: `到期 提醒、超期4工作小时 转交上级`."""
    deadline = node.deadline if isinstance(node, Approve | Handle) else None
    rungs = [f"{_when(step)} {_DOES[step.does]}" for step in (deadline.ladder if deadline is not None else ())]
    return f"：{'、'.join(rungs)}" if rungs else "什么也不做"


def _when(step: Step) -> str:
    if step.by is None:
        return "到期"
    return f"{'到期前' if step.before else '超期'}{step.by.words}"


def _named(one: Other) -> str:
    return f"A{one.number}（{saying.need(one.product, one.amount_fen)}）"
