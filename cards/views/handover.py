"""Cards about 离职交接: the counts before, how far it is, what came of it, who got what. Pure, as all views."""

from collections.abc import Callable, Sequence
from datetime import datetime

from cards import saying
from cards.fitting import cut
from cards.lead_actions import (
    ConfirmHandover,
    DropHandover,
    OpenMine,
    ShowHandover,
    ShowHandoverItems,
    ShowLead,
    UndoHandover,
)
from cards.model import Button, Card, Field, Style
from cards.texts import handover as texts
from cards.texts.words import Words
from cards.views.rows import ROW, lead_label, lead_row
from core.handover.kinds import Came, Returned, Survey
from core.handover.models import Aim, State
from core.handover.queries import Line, Overview
from core.leads.queries import Brief

MOST_LISTED = 5
_MOST_KINDS = 5
_MOST_GROUPS = 4
_NAME = 11  # so many 字 of a name stand in a title


def handover_card(one: Overview, leaver: str, department: str, to: str, words: Words, *, ask: bool = False) -> Card:
    """A hand-over as it stands now; with `ask` the question how to take it back, as long as it can be. `department` is
    the leaver's: two people may have one name."""
    title = f"离职交接 {cut(leaver, _NAME)} → {cut(texts.aimed(one.aim, to), _NAME)}"
    if one.state is State.PROPOSED:
        return _proposed(one, title, (leaver, department), to)
    if one.state is State.DROPPED:
        return Card(
            title=title, subtitle="没有交接，什么也没有变", buttons=(Button("刷新", ShowHandover(one.number, 0)),)
        )
    undoable = one.undo_until is not None and words.now < one.undo_until
    if ask and undoable:
        return _asked(one, title, leaver)
    undone = one.state in (State.UNDOING, State.UNDONE)
    until = f"{saying.at(one.undo_until, words.now)} 前可以撤销" if undoable and one.undo_until else ""
    buttons = [Button("明细", ShowHandoverItems(one.number, 1), Style.PRIMARY)] if one.total else []
    buttons += [Button("撤销", ShowHandover(one.number, 1))] if undoable else []
    return Card(
        title=title,
        subtitle=f"H{one.number} · {_progress(one, words.now)}",
        fields=tuple(_backs(one) if undone else _counts(one)),
        lines=(*texts.grouped(one.odd, words, _MOST_GROUPS), *filter(None, (_access(one, leaver), until))),
        buttons=(*buttons, Button("刷新", ShowHandover(one.number, 0))),
    )


def _proposed(one: Overview, title: str, who: tuple[str, str], to: str) -> Card:
    leaver, department = who
    return Card(
        title=title,
        subtitle=f"{department} · " + (f"{leaver}已离职" if one.left else f"确认后，{leaver}立即不能再用驼铃"),
        fields=(*_surveyed(one.surveys), Field("交给", cut(_aim(one.aim, to), ROW))),
        lines=tuple(texts.cautions(one.surveys, one.aim, leaver, to)),
        buttons=(
            Button("确认交接", ConfirmHandover(one.number), Style.DANGER),
            Button("不交接", DropHandover(one.number)),
        ),
    )


def _aim(aim: Aim, to: str) -> str:
    return {Aim.PERSON: to, Aim.POOL: "各自所属的公海", Aim.RULE: "自动分配规则选的人"}[aim]


def _surveyed(surveys: Sequence[Survey]) -> list[Field]:
    return _rows(surveys, texts.counted)


def _rows(surveys: Sequence[Survey], said: Callable[[Survey], str]) -> list[Field]:
    """A row for each kind; where there are more than fit, the smallest stands in the last row, behind another."""
    shown = texts.shown(surveys)
    if len(shown) <= _MOST_KINDS:
        return [Field(texts.KINDS[one.kind][0], said(one)) for one in shown]
    smallest = min(reversed(shown[1:]), key=lambda one: one.total)
    *kept, last = [one for one in shown if one is not smallest]
    rows = [Field(texts.KINDS[one.kind][0], said(one)) for one in kept]
    both = f"{said(last)}；{texts.KINDS[smallest.kind][0]} {said(smallest)}"
    return [*rows, Field(texts.KINDS[last.kind][0], cut(both, ROW))]


def _asked(one: Overview, title: str, leaver: str) -> Card:
    may_come = one.cut_access and one.left
    gone = may_come and one.account_gone
    back = [Button("退回并复职", UndoHandover(one.number, 1), Style.PRIMARY)] if may_come and not gone else []
    return Card(
        title=title,
        subtitle=f"H{one.number} · 要撤销吗？",
        fields=tuple(_counts(one)),
        lines=(
            f"没有再转手的退回 {leaver} 名下，期间写的跟进保留；已经转手或结束的不动。",
            *((f"退回并复职：{leaver} 可以重新使用驼铃，岗位不变。",) if back else ()),
            *((f"{leaver} 的账号已从通讯录删除，不能复职。",) if gone else ()),
        ),
        buttons=(
            *back,
            Button("只退回", UndoHandover(one.number, 0)),
            Button("不撤销", ShowHandover(one.number, 0)),
        ),
    )


def _progress(one: Overview, now: datetime) -> str:
    if one.state is State.RUNNING:
        return f"交接中 {one.total - one.waiting}/{one.total}"
    if one.state is State.UNDOING:
        return f"撤销中，还有 {one.waiting} 项"
    at = one.undone_at if one.state is State.UNDONE else one.ended_at
    done = "已撤销" if one.state is State.UNDONE else "已完成"
    return f"{done} · {saying.at(at, now)}" if at else done


def _access(one: Overview, leaver: str) -> str:
    if one.state in (State.UNDOING, State.UNDONE):
        return f"{leaver} 现在是{'离职' if one.left else '在职'}状态"
    return ""


_CAME = {Came.GIVEN: "转出", Came.POOLED: "公海", Came.LAPSED: "失效", Came.KEPT: "留下", Came.GONE: "已变动"}


def _counts(one: Overview) -> list[Field]:
    def said(survey: Survey) -> str:
        found = [(said, one.counts[survey.kind, came]) for came, said in _CAME.items()]
        return " · ".join(f"{said}{count}" for said, count in found if count) or f"0{texts.KINDS[survey.kind][1]}"

    return _rows(one.surveys, said)


def _backs(one: Overview) -> list[Field]:
    def said(survey: Survey) -> str:
        unit = texts.KINDS[survey.kind][1]
        back, since = one.backs[survey.kind, Returned.BACK], one.backs[survey.kind, Returned.SINCE]
        return f"退回{back}{unit}" + (f" · 不动{since}{unit}" if since else "")

    return _rows(one.surveys, said)


def items_card(number: int, lines: Sequence[Line], page: int, pages: int, words: Words) -> Card:
    """明细: one row a record."""
    before = (Button("上一页", ShowHandoverItems(number, page - 1)),) if page > 1 else ()
    more = (Button("下一页", ShowHandoverItems(number, page + 1), Style.PRIMARY),) if page < pages else ()
    return Card(
        title=f"交接 H{number} 明细",
        subtitle=f"第{page}/{pages}页",
        fields=tuple(_item(line, words) for line in lines),
        buttons=(*before, *more, Button("回总览", ShowHandover(number, 0))),
    )


def _item(line: Line, words: Words) -> Field:
    if line.kind == "lead":
        return lead_row(line.record_id, texts.became(line, words), ("",))
    number = texts.number(line.kind, line.record_id)
    return Field(texts.KINDS[line.kind][0], cut(f"{number} {texts.became(line, words)}", ROW))


def handed_card(
    leads: Sequence[Brief], count: int, reminders: int, leaver: str, by: str, now: datetime, cares: int = 0
) -> Card:
    """To who got `count` leads of a leaver by a hand-over: the first of them, how many contacts are agreed, and for how
    many a 关怀 waits."""
    more = (f"还有 {count - len(leads)} 条，回复 我的客户 查看",) if count > len(leads) else ()
    agreed = (f"其中 {reminders} 位约好了联系时间，请先看 我的客户",) if reminders else ()
    rows = tuple(lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), "")) for lead in leads)
    return Card(
        title=f"接手 {cut(leaver, _NAME)} 的 {count} 条线索",
        subtitle=f"离职交接 · {by} · {saying.at(now, now)}",
        fields=rows,
        lines=(*more, *agreed, *saying.care_waits(cares, count)),
        buttons=(
            *(Button(lead_label(lead.id, lead.name), ShowLead(lead.id), Style.PRIMARY) for lead in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def taken_card(lead_ids: Sequence[int], leaver: str, by: str, now: datetime) -> Card:
    """To who had got them: these leads went back, since the hand-over was taken back."""
    listed = "、".join(f"L{number}" for number in lead_ids[:MOST_LISTED])
    more = f" 等{len(lead_ids)}条" if len(lead_ids) > MOST_LISTED else ""
    return Card(
        title=f"{len(lead_ids)} 条线索已退回 {cut(leaver, _NAME)}",
        subtitle=f"离职交接已撤销 · {by} · {saying.at(now, now)}",
        lines=(f"{listed}{more}",),
        buttons=(Button("我的客户", OpenMine(), Style.PRIMARY),),
    )
