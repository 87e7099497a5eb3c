"""Cards of 公海: what waits, and the result of a claim.

Pure: plain data in, a neutral `Card` out. Nothing here decides anything.
"""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.actions import ClaimLeads, ReleaseLead, ShowLead, ShowMine, ShowPool, WriteFollowUp
from cards.fitting import cut
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.views.lead import LABEL, lead_label, lead_row
from core.leads.pools import Pool
from core.leads.queries import COUNTED, PAGE, Brief, PooledLead, PoolPage

CHECKLIST = "leads"
_SOURCE = 20  # so many 字 does WeCom show above the title
_TITLE = 16  # in the title of a card with boxes
_OPTION = 17  # and of a line to tick
_MOST_BUTTONS = 6


def pool_card(page: PoolPage, others: Sequence[Pool], now: datetime) -> Card:
    """公海 to somebody who may claim there: what waits, to tick and claim. `others` are his other pools."""
    if not page.leads:
        return _nothing_waits(page, others)
    options = tuple(
        Option(key=f"L{lead.id}", text=_option(lead), detail=_detail(lead, now, with_phone=True)) for lead in page.leads
    )
    submit = Button("领取", ClaimLeads(page.pool.key), Style.PRIMARY)
    return Card(
        title=_title(page),
        source=_more(page, others),
        checklist=Checklist(CHECKLIST, options, submit=submit, multiple=True),
    )


def watched_pool_card(page: PoolPage, others: Sequence[Pool], now: datetime) -> Card:
    """公海 to somebody who looks after it and claims nothing there: what waits, each line opens its lead."""
    if not page.leads:
        return _nothing_waits(page, others)
    buttons = [Button(lead_label(lead.id, saying.short_mask(lead.name)), ShowLead(lead.id)) for lead in page.leads]
    if page.page * PAGE < page.waiting:
        buttons.append(Button("下一页", ShowPool(page.pool.key, page.page + 1), Style.PRIMARY))
    elif page.page > 1:
        buttons.append(Button("回第一页", ShowPool(page.pool.key, 1), Style.PRIMARY))
    return Card(
        title=_title(page),
        subtitle=f"第{page.page}页" if page.page > 1 else "",
        fields=tuple(_watched_row(lead, now) for lead in page.leads),
        buttons=tuple(buttons),
    )


def _title(page: PoolPage) -> str:
    waiting = f"{COUNTED - 1}+" if page.waiting >= COUNTED else str(page.waiting)
    return saying.named(page.pool.name, f"{waiting}条", _TITLE)


def _nothing_waits(page: PoolPage, others: Sequence[Pool]) -> Card:
    """Nothing here, or nothing more: one tap to the beginning, or to the other pools."""
    key = page.pool.key
    here = Button("再看一次", ShowPool(key, 1)) if page.page == 1 else Button("从头看", ShowPool(key, 1), Style.PRIMARY)
    elsewhere = tuple(Button(cut(pool.name, LABEL), ShowPool(pool.key, 1), Style.PRIMARY) for pool in others)
    return Card(
        title=page.pool.name,
        subtitle="暂时没有可领取的线索。" if page.page == 1 else "后面没有了。",
        buttons=(*elsewhere[: _MOST_BUTTONS - 1], here),
    )


def _more(page: PoolPage, others: Sequence[Pool]) -> str:
    """How to get to what is not on this card: a check list has no room for a second button."""
    pool = page.pool
    if page.page * PAGE < page.waiting:
        words = (pool.name, *pool.synonyms, pool.key)
        return saying.first_that_fits([f"看更多回复 公海 {word} {page.page + 1}" for word in words], _SOURCE)
    if others:
        words = (others[0].name, *others[0].synonyms, others[0].key)
        return saying.first_that_fits([f"还可以看 公海 {word}" for word in words], _SOURCE)
    return "驼铃"


def _option(lead: PooledLead) -> str:
    """The line to tick: number, name and need; the name gives way first."""
    need, name = saying.need(lead.product, lead.amount_fen), saying.short_mask(lead.name)
    names = (lead.name, name, saying.short_name(name), name[:1])
    tails = [*(f"{name} {need}" for name in names), need, saying.money(lead.amount_fen)]
    return saying.first_that_fits([f"L{lead.id} {tail}" for tail in tails], _OPTION)


def _detail(lead: PooledLead, now: datetime, *, with_phone: bool) -> str:
    phone = f"{lead.phone} " if with_phone else ""
    return f"L{lead.id} {phone}{saying.place(lead.region)} {lead.channel} {_waited(lead.pooled_at, now)}"


def _watched_row(lead: PooledLead, now: datetime) -> Field:
    need, waited = saying.need(lead.product, lead.amount_fen), _waited(lead.pooled_at, now)
    rests = (f"{need} {saying.place(lead.region)} {waited}", f"{need} {waited}", waited)
    return lead_row(lead.id, saying.short_mask(lead.name), rests)


def _waited(since: datetime, now: datetime) -> str:
    ago = saying.span(now - since)
    return ago if ago == "刚刚" else f"等{ago}"


def claimed_card(won: Sequence[Brief], reasons: Sequence[str], pool: Pool | None, now: datetime) -> Card:
    """What the pool card becomes: the leads that were won, with full numbers, and why the others were not. `pool` is
    where the viewer may try again if he won none (None: a limit stops him everywhere, or no pool is open to him)."""
    if not won:
        again = (Button("看公海", ShowPool(pool.key, 1), Style.PRIMARY),) if pool else ()
        mine = Button("我的客户", ShowMine(1), Style.PLAIN if pool else Style.PRIMARY)
        return Card(title="这次没有领到", lines=tuple(reasons), buttons=(*again, mine))
    return Card(
        title=f"已领取 {len(won)} 条" if len(won) > 1 else f"已领取 L{won[0].id}",
        subtitle=f"{saying.at(now, now)} · 请尽快联系",
        fields=tuple(_won_row(lead) for lead in won),
        lines=(*reasons, *(("其余的回复 我的客户 查看",) if len(won) > _MOST_BUTTONS else ())),
        buttons=_one(won[0]) if len(won) == 1 else _follow_each(won[:_MOST_BUTTONS]),
    )


def _won_row(lead: Brief) -> Field:
    return lead_row(lead.id, lead.name, (f"{lead.phone} {saying.need(lead.product, lead.amount_fen)}", lead.phone))


def _one(lead: Brief) -> tuple[Button, ...]:
    return (
        Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
        Button("详情", ShowLead(lead.id)),
        Button("释放", ReleaseLead(lead.id)),
    )


def _follow_each(leads: Sequence[Brief]) -> tuple[Button, ...]:
    """One button a lead; from three on they stand side by side, and the label must be short."""
    word = "写跟进" if len(leads) < 3 else "跟进"
    wordings = {lead.id: [f"{word} L{lead.id}", f"跟进L{lead.id}", f"L{lead.id}"] for lead in leads}
    return tuple(
        Button(saying.first_that_fits(wordings[lead.id], LABEL), WriteFollowUp(lead.id), Style.PRIMARY)
        for lead in leads
    )
