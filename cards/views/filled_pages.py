"""详情: all that is filled in of an application, as the viewer may see it, and its papers, in pages. Pure, as all
views."""

from collections.abc import Callable, Mapping

from cards import saying
from cards.actions import Action
from cards.lead_actions import ShowMedia
from cards.model import Button, Card, Field, Style
from cards.views.form_values import as_rows, filled_said
from cards.views.papers import before_stage
from cards.views.rows import KEY, ROW
from core.loans.models import LIVE
from core.loans.queries import ApplicationNow, Paper

PAGE = 6
_LINES = 150  # what stands below the rows, in 字


def filled_card(
    of: ApplicationNow,
    customer: str,
    names: Mapping[int, str],
    page: int,
    turn: Callable[[int], Action],
    *others: Button,
) -> Card:
    """Page `page` (from 1). `turn` is what the buttons of the pages before and behind it do; `others` stand behind
    them, the last one behind all."""
    said = filled_said(of, names)
    said += [(f"资料 {each.document.name}", _is_there(of, each)) for each in of.papers]
    pages = max((len(said) + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    listed = said[(page - 1) * PAGE : page * PAGE]
    before = (Button("上一页", turn(page - 1)),) if page > 1 else ()
    after = (Button("下一页", turn(page + 1), Style.PRIMARY),) if page < pages else ()
    look = (Button("看资料", ShowMedia(of.lead_id, 1)),) if any(each.count for each in of.papers) else ()
    rows = as_rows(listed, KEY, ROW)
    cut = [(label, value) for (label, value), (_, row) in zip(listed, rows, strict=True) if not row.endswith(value)]
    return Card(
        title=f"A{of.number} {saying.first_that_fits([customer], 14)} 详情",
        subtitle=f"{saying.need(of.product, of.amount_fen)} · 第{page}/{pages}页",
        fields=tuple(Field(label, value) for label, value in rows),
        lines=tuple(f"{label}：{saying.plain(value, _LINES)}" for label, value in cut),
        buttons=(*before, *after, *others[:-1], *look, *others[-1:]),
    )


def _is_there(of: ApplicationNow, paper: Paper) -> str:
    """How many there are; of none, whether it holds anything up."""
    if paper.count:
        return f"{paper.count} 份"
    stage = before_stage(of, paper)
    return f"缺（{stage}要）" if stage and of.state in LIVE else "没有"
