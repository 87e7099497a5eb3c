"""资料: the checklist of an application's papers, and the one that is being sent. Pure, as all views."""

from cards.fitting import cut, width
from cards.loan_actions import LeaveFilling, ListPapers, PickPaper, SendPaper, TakePaperOff, UseOffered
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.views.rows import LABEL
from core.loans import filling
from core.loans.papers import Offer
from core.loans.queries import ApplicationNow, Paper

TICKS = "paper"
_OPTION = 17
_MOST = 20
NOTHING = Offer()


def papers_card(now: ApplicationNow) -> Card:
    """The checklist: what is there, what is missing and before which stage it is wanted; one is ticked."""
    there = sum(bool(each.count) for each in now.papers)
    options = tuple(
        Option(each.document.key, _line(now, each), typed=f"补材料 A{now.number} {each.document.name}")
        for each in filling.missing_first(now)[:_MOST]
    )
    return Card(
        title=cut(f"A{now.number} 资料 {there}/{len(now.papers)}", 16),
        subtitle="✓ 是已有的。",
        checklist=Checklist(
            TICKS,
            options,
            submit=Button("发这份", PickPaper(now.number), Style.PRIMARY),
            multiple=False,
            typed=f"也可以发 补材料 A{now.number} 资料名",
            ticks="选一份点 发这份，再发图片或文件。",
            taps="选定那一份，再发图片或文件",
        ),
    )


def _line(now: ApplicationNow, each: Paper) -> str:
    if each.count:
        return f"✓ {cut(each.document.name, _OPTION - 5)} {each.count}份"
    stage = before_stage(now, each)
    name = cut(each.document.name, _OPTION - 2 - width(stage))
    return f"{name}（{stage}）" if stage else cut(each.document.name, _OPTION)


def before_stage(now: ApplicationNow, each: Paper) -> str:
    """`初审前`: where the application waits if the paper is not there; empty if nowhere."""
    key = each.document.stage
    return f"{now.flow.stage_name(key)}前" if key else ""


def paper_card(now: ApplicationNow, each: Paper, offer: Offer = NOTHING) -> Card:
    """One paper: what is sent next is it, and what is offered can be."""
    left = filling.next_paper(now, each.document.key)
    take_off = TakePaperOff(now.number, each.document.key, each.count)
    off = (Button("去掉" if each.count == 1 else f"去掉 {each.count} 份", take_off),) if each.count else ()
    use = UseOffered(now.number, each.document.key, offer.token)
    uses = (Button(_use(offer), use, Style.PRIMARY),) if offer.medium_ids else ()
    style = Style.PLAIN if uses else Style.PRIMARY
    further: tuple[Button, ...] = ()
    if left is not None:
        typed = f"补材料 A{now.number} {left.document.name}"
        further = (Button("下一份", SendPaper(now.number, left.document.key), style, typed=typed),)
    return Card(
        title=f"A{now.number} {each.document.name}",
        subtitle=_what_to_send(offer),
        fields=(
            Field("已有", f"{each.count} 份" if each.count else "还没有"),
            *((Field("要求", f"{before_stage(now, each)}要有"),) if each.document.stage else ()),
            *((Field("下一份", cut(left.document.name, 30)),) if left is not None else ()),
        ),
        buttons=(
            *uses,
            *further,
            *off,
            Button(cut("资料清单", LABEL), ListPapers(now.number)),
            Button("好了", LeaveFilling(now.number)),
        ),
    )


def _use(offer: Offer) -> str:
    count = len(offer.medium_ids)
    return f"用以前的 {count}个" if offer.earlier else f"用刚发的 {count}个"


def _what_to_send(offer: Offer) -> str:
    if not offer.medium_ids:
        return "现在发图片或文件，就存为这份资料；可以发几份。"
    if offer.earlier:
        return f"A{offer.earlier} 里有这份资料，没过期就点 用以前的；或者现在发新的。"
    return f"您刚发的 {len(offer.medium_ids)} 个还没归类，是这份就点 用刚发的；或者现在发。"
