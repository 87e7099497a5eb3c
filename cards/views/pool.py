"""Cards of 公海: what waits, and the result of a claim.

Pure: plain data in, a neutral `Card` out. Nothing here decides anything.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from cards import saying
from cards.fitting import width
from cards.lead_actions import ClaimLeads, ReleaseLead, ShowLead, ShowMine, ShowPool, WriteFollowUp
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.views.rows import LABEL, last_page_said, lead_label, lead_row, page_before_said, page_buttons
from core.leads.pooled import COUNTED, PooledLead, PoolPage, Waiting
from core.leads.pools import Hidden, Pool
from core.leads.queries import Brief

CHECKLIST = "leads"
_SOURCE = 20  # so many 字 does WeCom show above the title
_TITLE = 16  # in the title of a card with boxes
_OPTION = 17  # and of a line to tick
_BELOW = 160  # and of the text below such a title
_ELSEWHERE = 20  # of which the lines of the leads leave so much for other pools
_MOST_BUTTONS = 6


def pool_card(page: PoolPage, others: Sequence[Waiting], now: datetime) -> Card:
    """公海 to somebody who may claim there: what waits, to tick and claim. `others` are his other pools."""
    if not page.leads:
        return _nothing_waits(page, others, now)
    beyond, elsewhere = _beyond(page), _elsewhere(others, _ELSEWHERE)
    details = _details(page, now, _BELOW - sum(width(line) + 1 for line in (beyond, elsewhere) if line))
    options = tuple(
        Option(key=f"L{lead.id}", text=_option(lead, page.hidden), detail=detail)
        for lead, detail in zip(page.leads, details, strict=True)
    )
    submit = Button("领取", ClaimLeads(page.pool.key), Style.PRIMARY)
    return Card(
        title=_title(page),
        subtitle=beyond,
        source=_more(page, now),
        lines=(elsewhere,) if elsewhere else (),
        checklist=Checklist(CHECKLIST, options, submit=submit, multiple=True, typed=_typed(options)),
    )


def _typed(options: tuple[Option, ...]) -> str:
    return f"几条一起：发 领取 {' '.join(option.key for option in options[:2])}" if len(options) > 1 else ""


def watched_pool_card(page: PoolPage, others: Sequence[Waiting], now: datetime) -> Card:
    """公海 to somebody who looks after it and claims nothing there: what waits, each line opens its lead."""
    if not page.leads:
        return _nothing_waits(page, others, now)
    buttons = [Button(lead_label(lead.id, saying.short_mask(lead.name)), ShowLead(lead.id)) for lead in page.leads]
    turns = page_buttons(len(buttons), page.page, partial(ShowPool, page.pool.key), more=page.more)
    before = page_before_said(len(buttons), page.page, f"公海 {page.pool.name}")
    elsewhere = _elsewhere(others, 2 * _ELSEWHERE)
    return Card(
        title=_title(page),
        subtitle=_beyond(page),
        fields=tuple(_watched_row(lead, page.hidden, now) for lead in page.leads),
        lines=(*before, *((elsewhere,) if elsewhere else ())),
        buttons=(*buttons, *turns),
    )


def _title(page: PoolPage) -> str:
    return saying.named(page.pool.name, f"{_count(page.waiting)}条", _TITLE)


def _count(waiting: int) -> str:
    return f"{COUNTED - 1}+" if waiting >= COUNTED else str(waiting)


def _beyond(page: PoolPage) -> str:
    """Which page it is, where it is not the first."""
    if page.beyond:
        return last_page_said(page.page)
    return f"第{page.page}页" if page.page > 1 else ""


def _elsewhere(others: Sequence[Waiting], room: int) -> str:
    """Where else something waits, and what to type to see it: `另有全区池23条，发 公海 全区池`."""
    waiting = [other for other in others if other.count]
    if not waiting:
        return ""
    first = waiting[0].pool
    rest = "等" if len(waiting) > 1 else ""
    counted = "、".join(f"{other.pool.name}{_count(other.count)}条" for other in waiting)
    heads = (counted, f"{first.name}{_count(waiting[0].count)}条{rest}")
    words = (first.name, *first.synonyms, first.key)
    full = [f"另有{head}，发 公海 {word}" for word in words for head in heads]
    return saying.first_that_fits([*full, *(f"另有：公海 {word}" for word in words)], room)


def _nothing_waits(page: PoolPage, others: Sequence[Waiting], now: datetime) -> Card:
    """Nothing here: one tap to the other pools, those in which something waits first, or to look again."""
    elsewhere = [
        Button(_pool_label(other), ShowPool(other.pool.key, 1), Style.PRIMARY if other.count else Style.PLAIN)
        for other in sorted(others, key=lambda other: not other.count)
    ]
    return Card(
        title=page.pool.name,
        subtitle="。".join(("暂时没有可领取的线索", *_coming(page, now)[:1], "")),
        buttons=(*elsewhere[: _MOST_BUTTONS - 1], Button("刷新", ShowPool(page.pool.key, 1))),
    )


def _pool_label(other: Waiting) -> str:
    """A button that opens a pool: `全区池 23条`; without the number where that does not fit beside the name."""
    return saying.first_that_fits([f"{other.pool.name} {_count(other.count)}条", other.pool.name], LABEL)


def _coming(page: PoolPage, now: datetime) -> list[str]:
    """What has just come in and may be claimed later, the fullest wording first; empty if there is nothing."""
    coming = page.coming
    if coming is None:
        return []
    count, at = _count(coming.count), saying.at(coming.first_at, now)
    since, short = ("起陆续", "起") if coming.count > 1 else ("", "")
    return [f"刚放入{count}条，{at} {since}开放", f"{count}条 {at} {short}开放"]


def _more(page: PoolPage, now: datetime) -> str:
    """How to get to the next page: a check list has no room for a second button. On the last page what comes later, or
    how to get back."""
    pool = page.pool
    words = (pool.name, *pool.synonyms, pool.key)
    if not page.more:
        back = [f"回第一页回复 公海 {word}" for word in words] if page.page > 1 else []
        return saying.first_that_fits([*_coming(page, now), *back, "驼铃"], _SOURCE)
    return saying.first_that_fits([f"看更多回复 公海 {word} {page.page + 1}" for word in words], _SOURCE)


def _option(lead: PooledLead, hidden: Collection[Hidden]) -> str:
    """The line to tick: number, name and need; the name gives way first."""
    need, name = saying.need_before_claim(lead.product, lead.amount_fen, hidden), saying.short_mask(lead.name)
    names = (lead.name, name, saying.short_name(name), name[:1])
    tails = [f"{name} {need}" for name in names] + [need, need.removeprefix(saying.product(lead.product))]
    return saying.first_that_fits([_joined(f"L{lead.id}", tail) for tail in tails], _OPTION)


def _joined(*parts: str) -> str:
    return " ".join(" ".join(parts).split())


def _details(page: PoolPage, now: datetime, room: int) -> list[str]:
    """More about each line to tick, in `room` 字 together: the whole mask of the phones, or of all only the tail. (With
    fewer stars a mask would read as a shorter number.)"""
    leads, hidden = page.leads, page.hidden
    masked = [_detail(lead, _phone(lead), hidden, now) for lead in leads]
    tails = [_detail(lead, f"尾号{lead.phone[-4:]}" if lead.phone else _phone(lead), hidden, now) for lead in leads]
    return masked if width("\n".join(masked)) <= room else tails


def _phone(lead: PooledLead) -> str:
    """Nothing of one that the pool hides: it says so once for all."""
    return "没有电话" if lead.phone is None else lead.phone


def _detail(lead: PooledLead, phone: str, hidden: Collection[Hidden], now: datetime) -> str:
    where = saying.place_before_claim(lead.region, hidden)
    return _joined(f"L{lead.id}", phone, where, lead.channel, _waited(lead.pooled_at, now))


def _watched_row(lead: PooledLead, hidden: Collection[Hidden], now: datetime) -> Field:
    need, waited = saying.need_before_claim(lead.product, lead.amount_fen, hidden), _waited(lead.pooled_at, now)
    where = saying.place_before_claim(lead.region, hidden)
    rests = ((need, where, lead.channel, waited), (need, where, waited), (need, waited), (waited,))
    return lead_row(lead.id, saying.short_mask(lead.name), tuple(_joined(*rest) for rest in rests))


def _waited(since: datetime, now: datetime) -> str:
    ago = saying.span(now - since)
    return ago if ago == "刚刚" else f"等{ago}"


def claimed_card(
    won: Sequence[Brief],
    reasons: Sequence[str],
    pool: Pool | None,
    now: datetime,
    *,
    had: bool = False,
    cares: int = 0,
) -> Card:
    """What the pool card becomes: the leads that were won, with full numbers, and why the others were not. `pool` is
    where the viewer may try again if he won none (None: a limit stops him everywhere, or no pool is open to him);
    `had`: he had won some, and has handed them back or lost them since; for `cares` of them a 关怀 waits."""
    if not won:
        again = (Button("看公海", ShowPool(pool.key, 1), Style.PRIMARY),) if pool else ()
        mine = Button("我的客户", ShowMine(1), Style.PLAIN if pool else Style.PRIMARY)
        return Card(title="已不在您名下" if had else "这次没有领到", lines=tuple(reasons), buttons=(*again, mine))
    return Card(
        title=f"已领取 {len(won)} 条" if len(won) > 1 else f"已领取 L{won[0].id}",
        subtitle=f"{saying.at(now, now)} · 请尽快联系",
        fields=tuple(_won_row(lead) for lead in won),
        lines=(
            *reasons,
            *saying.care_waits(cares, len(won)),
            *(("其余的回复 我的客户 查看",) if len(won) > _MOST_BUTTONS else ()),
        ),
        buttons=_one(won[0]) if len(won) == 1 else _follow_each(won[:_MOST_BUTTONS]),
    )


def _won_row(lead: Brief) -> Field:
    phone = saying.phone(lead.phone)
    return lead_row(lead.id, lead.name, (f"{phone} {saying.need(lead.product, lead.amount_fen)}", phone))


def _one(lead: Brief) -> tuple[Button, ...]:
    return (
        Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
        Button("详情", ShowLead(lead.id)),
        Button("释放", ReleaseLead(lead.id)),
    )


def _follow_each(leads: Sequence[Brief]) -> tuple[Button, ...]:
    """One button a lead. Where they stand side by side the label must be short, so it is short wherever there are
    several."""
    wordings = {lead.id: [f"跟进 L{lead.id}", f"跟进L{lead.id}", f"L{lead.id}"] for lead in leads}
    return tuple(
        Button(saying.first_that_fits(wordings[lead.id], LABEL), WriteFollowUp(lead.id), Style.PRIMARY)
        for lead in leads
    )
