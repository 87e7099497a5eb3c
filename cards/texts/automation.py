"""自动化 and 跟进任务: what is said, in the chat and by the command `tuoling automation`."""

from collections.abc import Sequence
from typing import assert_never

from core.automation.deeds import Did
from core.automation.models import Came
from core.automation.queries import Run
from core.automation.rules import Deed, OpenTask, PutGrade, PutTag, TakeTag, Tell
from core.calendar import CHINA

_CAME = {
    Came.SAME: "本来就是，没有改",
    Came.NO_OWNER: "没做：没有在职的归属人",
    Came.OPEN_ALREADY: "没做：这条规则的任务还没完成",
    Came.CLOSED: "没做：线索已结束",
    Came.REFUSED: "没做：现在不能这样改",
    Came.TOO_DEEP: "没做：自动化连着触发太多次",
}
_KINDS = {"task": "建跟进任务", "tell": "发消息给归属人", "tag": "加标签", "untag": "去标签", "grade": "定等级"}
_CAME_BY = {
    "added": "线索新建",
    "tags": "标签变更",
    "grade": "等级变更",
    "owner": "归属变更",
    "followed": "跟进",
    "stage": "进件阶段变更",
    "ended": "进件结束",
    "clock": "到时间",
}


def follow_task_done(number: int, lead_id: int) -> str:
    """The answer to 已完成."""
    return f"跟进任务 F{number} 已完成。聊过什么想记下来，回复：跟进 L{lead_id} 内容"


def follow_task_over(number: int) -> str:
    """The answer to 已完成 on a task that is none of his (any more)."""
    return f"跟进任务 F{number} 已经完成，或已不在您名下，没有改动。"


def told_by_rule(lead_id: int, text: str) -> str:
    """What an automation says to the owner of a lead."""
    return f"L{lead_id}：{text}\n回复 客户 L{lead_id} 查看。"


def run_line(run: Run) -> str:
    """One line of the log."""
    kind, _, number = run.subject.partition(":")
    thing = f"A{number}（L{run.lead_id}）" if kind == "application" else f"L{number}"
    deep = f"，第 {run.depth + 1} 层" if run.depth else ""
    by = _CAME_BY.get(run.came_by, run.came_by)
    at, did = f"{run.at.astimezone(CHINA):%Y-%m-%d %H:%M}", "；".join(map(_did, run.did))
    return "  ".join((at, run.rule, thing, f"{by}{deep}", did))


def _did(one: Did) -> str:
    said = f"{_KINDS.get(one.kind, one.kind)} {one.what}".rstrip()
    return said if one.came is Came.DONE else f"{said}（{_CAME[one.came]}）"


def would_do(deeds: Sequence[Deed]) -> str:
    """What a rule does, for a dry run."""
    return "；".join(map(_deed, deeds))


def _deed(deed: Deed) -> str:
    match deed:
        case OpenTask(text, within):
            return f"建跟进任务「{text}」{f'，{within.words}内' if within else ''}"
        case Tell(text):
            return f"发消息给归属人「{text}」"
        case PutTag(tag):
            return f"加标签 {tag}"
        case TakeTag(off):
            return f"去标签 {off}"
        case PutGrade(grade):
            return f"定等级 {grade}"
        case _:
            assert_never(deed)
