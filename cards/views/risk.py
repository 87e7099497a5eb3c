"""预审 A203: what the risk rules found, rule by rule. Pure, as all views."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from cards import saying
from cards.fitting import cut
from cards.loan_actions import ScreenAgain, ShowProgress, ShowReports, ShowScreening
from cards.model import Button, Card, Field, Style
from cards.texts import risk as texts
from cards.views.rows import ROW
from core.loans.screened import RuleHit, ScreeningNow
from core.risk.policy import Severity

NOBODY: Mapping[str, str] = MappingProxyType({})
_ROOM = 240  # 字 of what was found, a page
_ORDER = (Severity.REFUSE, Severity.REVIEW, Severity.WARN, Severity.INFO)


def screening_card(
    seen: ScreeningNow, about: str, page: int, now: datetime, *, live: bool, providers: Mapping[str, str] = NOBODY
) -> Card:
    """What is suggested, by what; `about`: whose it is, as the viewer may see it; `live`: it can be asked again;
    `providers`: who is asked for reports for its product, by key and name. `page` counts from 1."""
    pages = _pages(seen)
    page = min(max(page, 1), len(pages))
    counts = [f"{texts.SEVERITIES[each]} {number}" for each in _ORDER if (number := _count(seen, each))]
    found = "、".join(counts) or "没有命中"
    score = (Field("评分", f"{seen.score} 分，等级 {seen.grade}"),) if seen.score is not None else ()
    turn = (Button("下一页", ShowScreening(seen.application_id, page + 1)),) if page < len(pages) else ()
    back = (Button("上一页", ShowScreening(seen.application_id, page - 1)),) if page > 1 else ()
    reports = (Button("报告", ShowReports(seen.application_id)),) if providers else ()
    again = (Button("重新评估", ScreenAgain(seen.application_id), Style.PRIMARY),) if live else ()
    return Card(
        title=f"A{seen.application_id} 预审 · {texts.SUGGESTIONS[seen.suggestion]}",
        subtitle=" · ".join(filter(None, (about, f"{texts.OCCASIONS[seen.why]} {saying.at(seen.at, now)}"))),
        fields=(
            *score,
            Field("规则", f"第{seen.version}版，共 {seen.rules} 条"),
            Field("命中", found),
            *((Field("报告", cut(texts.reports_said(seen, providers), ROW)),) if seen.reports else ()),
        ),
        lines=(*pages[page - 1], *_below(seen, page == len(pages))),
        buttons=(*again, *back, *turn, *reports, Button("进度", ShowProgress(seen.application_id))),
    )


def _count(seen: ScreeningNow, severity: Severity) -> int:
    return sum(hit.severity is severity for hit in seen.hits)


def _below(seen: ScreeningNow, last: bool) -> tuple[str, ...]:
    if not last:
        return ()
    return (*((texts.unseen_said(seen.unseen),) if seen.unseen else ()), texts.LENDER_DECIDES)


def _pages(seen: ScreeningNow) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    for hit in seen.hits:
        line = _line(hit, seen)
        if pages[-1] and sum(map(len, pages[-1])) + len(line) > _ROOM:
            pages.append([])
        pages[-1].append(line)
    return pages


def _line(hit: RuleHit, seen: ScreeningNow) -> str:
    source = f"（{hit.rule.source}）" if hit.rule.source else ""
    return f"[{texts.SEVERITIES[hit.severity]}] {texts.hit_said(hit, seen)}{source}"
