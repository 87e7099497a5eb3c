"""报告 A203: the outside reports that an application wants, each as it stands. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards.actions import Action
from cards.fitting import cut
from cards.loan_actions import BringReport, SendPaper, ShowProgress, ShowReportFiles, ShowScreening
from cards.model import Button, Card, Field, Style
from cards.texts import reports as texts
from cards.views.rows import LABEL
from core.loans.report_now import ReportNow, Standing
from core.loans.reported import can_be_brought

_KEY = 5  # 字 of a row's name
_BUTTONS = 3


def reports_card(
    number: int, about: str, found: Sequence[ReportNow], now: datetime, *, works_on: bool, sees_figures: bool
) -> Card:
    """`about`: whose it is, as the viewer may see it; `works_on`: he can bring what is missing; `sees_figures`: what
    the reports say is for him as well."""
    fields = tuple(Field(cut(each.provider.name, _KEY), texts.standing_said(each, now)) for each in found)
    lines = [line for each in found for line in _lines(each, sees_figures=sees_figures)]
    return Card(
        title=f"A{number} 外部报告",
        subtitle=about,
        fields=fields,
        lines=tuple(lines),
        buttons=(
            *(_brings(number, found) if works_on else ()),
            *(_files(number, found) if sees_figures else ()),
            Button("预审", ShowScreening(number, 0)),
            Button("进度", ShowProgress(number)),
        ),
    )


def _lines(each: ReportNow, *, sees_figures: bool) -> list[str]:
    name, consent = each.provider.name, texts.consent_said(each)
    must = "必须有，没有不能往下走" if each.terms.mandatory else ""
    said = "，".join(filter(None, (consent, must)))
    lines = [f"{name}：{said}"] if said else []
    if sees_figures and each.standing is Standing.GOOD and each.report is not None:
        lines.append(f"{name}：{'，'.join(texts.figures_said(each.provider, dict(each.report.figures)))}")
    return lines


def _brings(number: int, found: Sequence[ReportNow]) -> tuple[Button, ...]:
    """What he can do about what is missing: the papers by which it is authorised first."""
    papers = {each.paper.key: each.paper for each in found if each.standing is Standing.NO_CONSENT and each.paper}
    asks = [
        _primary(f"发{paper.name}", SendPaper(number, key), f"补材料 A{number} {paper.name}")
        for key, paper in papers.items()
    ]
    missing = (Standing.TO_HAND_IN, Standing.FAILED, Standing.NO_DATA)
    lacks = [each.provider for each in found if each.standing in missing and can_be_brought(each)]
    brings = [_primary(f"补{each.name}", BringReport(number, each.key)) for each in lacks]
    return tuple([*asks, *brings][:_BUTTONS])


def _files(number: int, found: Sequence[ReportNow]) -> list[Button]:
    """What colleagues have brought, to look at."""
    brought = [each.provider for each in found if each.standing is Standing.GOOD and each.provider.exchange is None]
    return [Button(cut(f"看{each.name}", LABEL), ShowReportFiles(number, each.key)) for each in brought[:1]]


def _primary(label: str, action: Action, typed: str = "") -> Button:
    return Button(cut(label, LABEL), action, Style.PRIMARY, typed=typed)
