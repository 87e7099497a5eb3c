"""The card of an export: to who wanted it, and to who has to permit it. Pure, as all views."""

from dataclasses import dataclass
from datetime import datetime

from cards import saying
from cards.export_actions import DecideExport, ExportAgain, ShowExport
from cards.fitting import cut
from cards.model import Button, Card, Field, Style
from cards.texts import exports as texts
from cards.views.rows import ROW
from core.exports.models import State
from core.exports.outcomes import Why
from core.exports.rules import ExportRules

_TITLE = 26
_OVER = (State.SENT, State.REFUSED, State.EXPIRED, State.DROPPED)


@dataclass(frozen=True, slots=True)
class ExportNow:
    """An export as it stands: `who` wanted what is `called` so, `rows` long as far as that is known; who has to permit
    it, who did."""

    number: int
    called: str
    who: str
    rows: int | None
    state: State
    why: Why | None
    asked_at: datetime
    waits_for: str = ""
    by: str = ""


def export_card(export: ExportNow, rules: ExportRules, now: datetime, *, own: bool, may_decide: bool) -> Card:
    """To who wanted it (`own`), or to somebody else; with the buttons, if he may decide and it waits for that."""
    who = saying.short_name(export.who)
    title = f"导出 {export.called}" if own else f"{who} 申请导出"
    helps = texts.helps(export.state, export.why, rules) if own else ""
    rows = () if export.rows is None else (Field("行数", f"{export.rows:,} 行"),)
    return Card(
        title=cut(title, _TITLE),
        subtitle=f"E{export.number} · {saying.at(export.asked_at, now)}",
        fields=(
            Field("内容", cut(export.called, ROW)),
            *rows,
            Field("状态", cut(texts.stands(export.state, export.why, export.waits_for, export.by, own=own), ROW)),
        ),
        lines=(helps,)
        if helps
        else ("文件只含申请人在屏幕上能看到的内容，电话打码，每行都有他的名字。",)
        if may_decide
        else (),
        buttons=_buttons(export, own=own, may_decide=may_decide),
    )


def _buttons(export: ExportNow, *, own: bool, may_decide: bool) -> tuple[Button, ...]:
    if may_decide:
        yes = Button("同意", DecideExport(export.number, 1), Style.PRIMARY)
        return yes, Button("不同意", DecideExport(export.number, 0))
    if own and export.state in _OVER:
        return (Button("再导出一次", ExportAgain(export.number)),)
    return (Button("刷新", ShowExport(export.number)),)
