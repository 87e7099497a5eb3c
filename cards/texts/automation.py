"""自动化 and 跟进任务: what is said, in the chat and by the command `tuoling automation`."""

from collections.abc import Sequence
from typing import assert_never

from core.automation.deeds import Did
from core.automation.models import Came
from core.automation.queries import Run
from core.automation.rules import (
    POOL,
    SUPERIOR,
    CallWebhook,
    Deed,
    GiveLead,
    OpenTask,
    PutGrade,
    PutTag,
    SendSms,
    SetDeadline,
    TakeTag,
    Tell,
)
from core.calendar import CHINA

CAME = {
    Came.SAME: "本来就是，没有改",
    Came.NO_OWNER: "没做：没有在职的归属人",
    Came.NO_GATEWAY: "没做：短信没有开",
    Came.NO_PHONE: "没做：归属人没有登记手机号",
    Came.OPEN_ALREADY: "没做：这条规则的任务还没完成",
    Came.NO_SUPERIOR: "没做：没有归属人，或没有上级",
    Came.NO_PERSON: "没做：这位同事不在职，或不能接这条线索",
    Came.NO_ROOM: "没做：这位同事名下已满",
    Came.AT_WORK: "没做：有进件或贷款在办，不进公海",
    Came.CLOSED: "没做：线索已结束",
    Came.NOT_ALLOWED: "排着没发：还没有允许通知这个主机",
    Came.NO_TASK: "没做：进件现在不在谁手上",
    Came.REFUSED: "没做：现在不能这样改",
    Came.TOO_DEEP: "没做：自动化连着触发太多次",
    Came.TOO_OFTEN: "没做：一小时里对这条线索已经做了多次，规则之间可能在兜圈子",
}
KINDS = {
    "task": "建跟进任务",
    "tell": "发消息给归属人",
    "sms": "发短信给归属人",
    "tag": "加标签",
    "untag": "去标签",
    "grade": "定等级",
    "assign": "转给",
    "deadline": "定期限",
    "webhook": "通知外部系统",
}
_TO = {SUPERIOR: "归属人的上级", POOL: "公海"}
CAME_BY = {
    "added": "线索新建",
    "tags": "标签变更",
    "grade": "等级变更",
    "owner": "归属变更",
    "followed": "跟进",
    "stage": "进件阶段变更",
    "values": "进件内容变更",
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


def sms_by_rule(sign: str, lead_id: int, text: str) -> str:
    """The short message to the owner of a lead, of the rule's words (36 字 at most): one
    of at most 70 characters, with a sign of 16. No customer stands in it: it passes through others' hands."""
    return f"【{sign}】驼铃：{text}（L{lead_id}）"


def run_line(run: Run) -> str:
    """One line of the log."""
    kind, _, number = run.subject.partition(":")
    thing = f"A{number}（L{run.lead_id}）" if kind == "application" else f"L{number}"
    deep = f"，第 {run.depth + 1} 层" if run.depth else ""
    by = CAME_BY.get(run.came_by, run.came_by)
    at, did = f"{run.at.astimezone(CHINA):%Y-%m-%d %H:%M}", "；".join(map(_did, run.did))
    return "  ".join((at, run.rule, thing, f"{by}{deep}", did))


def _did(one: Did) -> str:
    said = f"{KINDS.get(one.kind, one.kind)} {_TO.get(one.what, one.what)}".rstrip()
    return said if one.came is Came.DONE else f"{said}（{CAME[one.came]}）"


def would_do(deeds: Sequence[tuple[Deed, Came | None]]) -> str:
    """What a rule does, for a dry run, and why it could not do some of that, as `hindrance` says."""
    return "；".join(f"{_deed(deed)}{_hindered(why)}" for deed, why in deeds)


def _hindered(why: Came | None) -> str:
    if why is None:
        return ""
    waits = "，会排着" if why is Came.NOT_ALLOWED else ""
    return f"（{CAME[why].partition('：')[2]}，做不了{waits}）"


def _deed(deed: Deed) -> str:
    match deed:
        case OpenTask(text, within):
            return f"建跟进任务「{text}」{f'，{within.words}内' if within else ''}"
        case Tell(text):
            return f"发消息给归属人「{text}」"
        case SendSms(text):
            return f"发短信给归属人「{text}」"
        case PutTag(tag):
            return f"加标签 {tag}"
        case TakeTag(off):
            return f"去标签 {off}"
        case PutGrade(grade):
            return f"定等级 {grade}"
        case GiveLead(to):
            return f"转给 {_TO.get(to, to)}"
        case SetDeadline(within):
            return f"定期限：{within.words}内"
        case CallWebhook(url):
            return f"通知外部系统 {url}"
        case _:
            assert_never(deed)
