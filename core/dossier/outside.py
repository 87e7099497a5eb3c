"""What the customer authorised, and what was asked about him outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from core.dossier.reading import Named, Opened, Reading, Unopened, Who
from core.expressions import Fact
from core.leads.kept import Medium
from core.risk import consent
from core.risk.consent import Ended
from core.risk.models import Consent, OutsideReport, ReportMedium, RiskDecision, figures_place, raw_place
from core.risk.reports import ReportState
from core.store.base import table_of

_C, _R, _D = table_of(Consent), table_of(OutsideReport), table_of(RiskDecision)
_M, _RM = table_of(Medium), table_of(ReportMedium)


@dataclass(frozen=True, slots=True)
class Permission:
    """授权: signed on a paper of `application` (`files` are the numbers of its pictures and files), for one `purpose`,
    until the day `until`, if it did not end before."""

    number: int
    purpose: str
    application: str
    paper: Named
    by: Who | None
    at: datetime
    until: date
    ended_at: datetime | None
    ended_by: Who | None
    ended_why: Ended | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """外部报告: asked for because of `application`, with the consent of this number. `figures` are what the rules
    learnt from it (None: there are none, or they are deleted), `raw` is the answer as it came: only in full.
    `called_at`: when the provider was asked for it first, and paid. `files`: the numbers of
    the pictures and files of one that a person brought, each with its SHA-256."""

    number: int
    provider: Named
    application: str
    state: ReportState
    consent: int
    asked_at: datetime
    asked_by: Who | None
    called_at: datetime | None
    cost_fen: int
    reference: str
    ended_at: datetime | None
    fault: str
    keep_until: date | None
    figures: Mapping[str, Fact] | Unopened | None
    raw: Opened
    files: tuple[str, ...] = ()


def consents(reading: Reading) -> list[Permission]:
    """All that the customer ever authorised, for whichever application, the first first."""
    connection = reading.session.connection()
    his = [row.id for row in reading.customers]
    rows = connection.execute(select(_C).where(_C.c.customer_id.in_(his)).order_by(_C.c.id)).all()
    files = consent.media_of(connection, [row.id for row in rows])
    return [
        Permission(
            row.id,
            row.purpose,
            f"A{row.application_id}",
            _paper(reading, row.document),
            reading.who(row.by_id, row.at),
            row.at,
            row.until,
            row.ended_at,
            reading.who(row.ended_by_id, row.ended_at),
            Ended(row.ended_why) if row.ended_why else None,
            tuple(map(str, files[row.id])),
        )
        for row in rows
    ]


def reports(reading: Reading) -> list[Asked]:
    """What was asked because of this application, and what the risk rules were asked by, whatever it was asked for; the
    first first."""
    decided = select(_D.c.reports).where(_D.c.application_id == reading.number)
    used = {number for text in reading.session.scalars(decided) for number, *_ in json.loads(text)}
    wanted = or_(_R.c.application_id == reading.number, _R.c.id.in_(used))
    rows = reading.session.execute(select(_R).where(wanted).order_by(_R.c.id))
    return [_asked(reading, row) for row in rows]


def _asked(reading: Reading, row: Any) -> Asked:
    figures = reading.opened(figures_place(row.id), row.figures)
    raw = reading.opened(raw_place(row.id), row.raw)
    return Asked(
        row.id,
        reading.provider(row.provider),
        f"A{row.application_id}",
        ReportState(row.state),
        row.consent_id,
        row.asked_at,
        reading.who(row.asked_by_id, row.asked_at),
        row.called_at,
        row.cost_fen,
        reading.plain(row.reference),
        row.ended_at,
        reading.text(row.fault),
        row.keep_until,
        _shown(reading, json.loads(figures)) if isinstance(figures, str) else figures,
        raw if reading.full or isinstance(raw, Unopened) else None,
        _files(reading, row.id),
    )


def _files(reading: Reading, report_id: int) -> tuple[str, ...]:
    brought = select(_M.c.id, _M.c.digest).join(_RM, _RM.c.medium_id == _M.c.id).where(_RM.c.report_id == report_id)
    rows = reading.session.execute(brought.order_by(_M.c.id)).all()
    return tuple(f"{row.id} sha256:{row.digest}" if row.digest else str(row.id) for row in rows)


def _shown(reading: Reading, figures: Mapping[str, Fact]) -> dict[str, Fact]:
    """What a provider writes in words may name somebody."""
    return {key: reading.text(each) if isinstance(each, str) else each for key, each in figures.items()}


def _paper(reading: Reading, key: str) -> Named:
    """A paper of the form, by key."""
    known = {each.key: each.name for each in (reading.form.documents if reading.form is not None else ())}
    return Named(key, known.get(key, key))
