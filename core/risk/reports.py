"""外部报告: reports by providers, from being asked for to being deleted. Which an application wants, and what comes of
one for it, stands in `core/loans/reporting.py`.

A report is asked for once: one row, one key, one message in the outbox; however often that is sent, the provider has it
as one. It ends once: whoever brings the answer first (the relay, a callback, a person who types it), the others find it
ended.
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from core.expressions import Fact
from core.moments import day_of
from core.privacy import Vault
from core.risk.models import OutsideReport, ReportMedium, ReportSpending, figures_place, raw_place
from core.risk.providers import Provider
from core.store import post
from core.store.base import table_of
from core.store.database import Executor, insert_new
from core.store.unit import Unit

_R, _S, _M = table_of(OutsideReport), table_of(ReportSpending), table_of(ReportMedium)
_ABOUT = "outside_report.about"
ANOTHER, BROUGHT = "申请人的姓名或号码改了", "改为手工录入"
"""Why a report is not awaited any more."""


class ReportState(StrEnum):
    """How it stands. Promised: the provider has taken it and answers later. None: the provider has nothing on him.
    Failed: it was given up. Stopped: it was not asked for, as the consent was gone. The values stand in the
    database."""

    ASKED = "asked"
    PROMISED = "promised"
    THERE = "there"
    NONE = "none"
    FAILED = "failed"
    STOPPED = "stopped"


AWAITED = (ReportState.ASKED.value, ReportState.PROMISED.value)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands. `figures` are what the rules learn from it (empty as long as there is none, or none any
    more: `deleted`)."""

    id: int
    application_id: int
    customer_id: int
    provider: str
    state: ReportState
    key: str
    consent_id: int
    about: bytes
    reference: str
    asked_at: datetime
    asked_by_id: int | None
    called_at: datetime | None
    cost_fen: int
    ended_at: datetime | None
    fault: str
    figures: Mapping[str, Fact]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of which provider, about whom (`about`: name and numbers, as they are sent), by whose wish (None:
    it came by itself), with which consent."""

    application_id: int
    customer_id: int
    provider: Provider
    consent_id: int
    about: str
    by_id: int | None


def ask(unit: Unit, wanted: Wanted) -> int | None:
    """Ask for a report; its number. None: it is awaited already. One about another person, who stood in the form
    before, is not awaited any more."""
    others = _R.c.about.not_in(unit.vault.indexes(_ABOUT, wanted.about))
    _stop(unit, wanted, ANOTHER, others)
    number = _new(unit, wanted, {"state": ReportState.ASKED.value})
    if number is not None:
        post.ask_report(unit, number)
        told = {"provider": wanted.provider.key, "consent": wanted.consent_id, "report": number}
        unit.record(wanted.by_id, "report:asked", f"application:{wanted.application_id}", **told)
    return number


def _new(unit: Unit, wanted: Wanted, more: Mapping[str, Any]) -> int | None:
    values = {
        "application_id": wanted.application_id,
        "customer_id": wanted.customer_id,
        "provider": wanted.provider.key,
        "key": secrets.token_hex(16),
        "consent_id": wanted.consent_id,
        "about": unit.vault.index(_ABOUT, wanted.about),
        "asked_at": unit.now,
        "asked_by_id": wanted.by_id,
        **more,
    }
    try:
        with unit.connection.begin_nested():
            return int(unit.connection.execute(insert(_R).values(values).returning(_R.c.id)).scalar_one())
    except IntegrityError:
        return None


def hand_in(unit: Unit, wanted: Wanted, figures: Mapping[str, Fact], media: Collection[int]) -> int:
    """A report that a person has brought: its figures as he typed them, from these pictures and files; its number. What
    was awaited of the provider for this application is not any more."""
    _stop(unit, wanted, BROUGHT, true())
    number = _new(unit, wanted, {"state": ReportState.THERE.value, "ended_at": unit.now})
    if number is None:
        raise LookupError(f"a report of {wanted.provider.key} is awaited by application {wanted.application_id}")
    _keep(unit, number, wanted.provider, figures, "")
    rows = [{"report_id": number, "medium_id": one} for one in sorted(media)]
    if rows:
        unit.connection.execute(insert(_M), rows)
    told = {"provider": wanted.provider.key, "consent": wanted.consent_id, "report": number, "media": sorted(media)}
    unit.record(wanted.by_id, "report:handed_in", f"application:{wanted.application_id}", **told)
    return number


def _stop(unit: Unit, wanted: Wanted, why: str, which: ColumnElement[bool]) -> None:
    mine = (_R.c.application_id == wanted.application_id, _R.c.provider == wanted.provider.key, which)
    over = {"state": ReportState.STOPPED.value, "ended_at": unit.now, "fault": why}
    stopped = update(_R).where(*mine, _R.c.state.in_(AWAITED)).values(over).returning(_R.c.id)
    for number in unit.connection.scalars(stopped).all():
        told = {"provider": wanted.provider.key, "report": number, "why": why}
        unit.record(wanted.by_id, "report:stopped", f"application:{wanted.application_id}", **told)


def pay(unit: Unit, report: Report, provider: Provider) -> bool:
    """It is asked for now for the first time, which is paid for; False: what may be spent on a day is spent. Asked for
    again, it costs nothing more."""
    if report.called_at is not None:
        return True
    day, cost = day_of(unit.now), provider.cost_fen
    unit.connection.execute(
        insert_new(unit.connection, ReportSpending), {"provider": provider.key, "day": day, "fen": 0}
    )
    mine = (_S.c.provider == provider.key, _S.c.day == day)
    within = _S.c.fen + cost <= provider.budget_fen if provider.budget_fen is not None else _S.c.fen >= 0
    spent = update(_S).where(*mine, within).values(fen=_S.c.fen + cost).returning(_S.c.fen)
    if unit.connection.execute(spent).first() is None:
        return False
    paid = {"called_at": unit.now, "cost_fen": cost}
    unit.connection.execute(update(_R).where(_R.c.id == report.id).values(paid))
    return True


def pay_back(unit: Unit, report: Report, provider: Provider) -> None:
    """Nothing was sent after all: what was counted for it is not spent. `report`: as it was before it was paid."""
    if report.called_at is not None:
        return
    mine = (_R.c.id == report.id, _R.c.called_at.is_not(None), _R.c.state.in_(AWAITED))
    before = select(_R.c.cost_fen, _R.c.called_at).where(*mine)
    row = unit.connection.execute(before).first()
    if row is None:
        return
    unit.connection.execute(update(_R).where(*mine).values(called_at=None, cost_fen=0))
    of_day = (_S.c.provider == provider.key, _S.c.day == day_of(row.called_at))
    unit.connection.execute(update(_S).where(*of_day).values(fen=_S.c.fen - row.cost_fen))


def promised(unit: Unit, report_id: int, reference: str) -> None:
    """The provider has taken it, and calls it so."""
    taken = {"state": ReportState.PROMISED.value, "reference": reference}
    unit.connection.execute(update(_R).where(_R.c.id == report_id, _R.c.state.in_(AWAITED)).values(taken))


def came(unit: Unit, report: Report, provider: Provider, figures: Mapping[str, Fact], raw: str) -> bool:
    """It is there, also one that was given up; False: it had ended otherwise before."""
    if not _over(unit, report, ReportState.THERE, "", (*AWAITED, ReportState.FAILED.value)):
        return False
    _keep(unit, report.id, provider, figures, raw)
    return True


def fell_through(unit: Unit, report: Report, state: ReportState, why: str) -> bool:
    """It does not come (`state`: none, failed or stopped); False: it had ended before."""
    return _over(unit, report, state, why)


def _over(unit: Unit, report: Report, state: ReportState, why: str, before: tuple[str, ...] = AWAITED) -> bool:
    over = {"state": state.value, "ended_at": unit.now, "fault": why[:200]}
    ended = update(_R).where(_R.c.id == report.id, _R.c.state.in_(before)).values(over).returning(_R.c.id)
    if unit.connection.execute(ended).first() is None:
        return False
    told = {"provider": report.provider, "report": report.id} | ({"why": why[:60]} if why else {})
    unit.record(None, f"report:{state}", f"application:{report.application_id}", **told)
    return True


def _keep(unit: Unit, number: int, provider: Provider, figures: Mapping[str, Fact], raw: str) -> None:
    said = json.dumps(dict(figures), ensure_ascii=False, sort_keys=True)
    kept = {
        "figures": unit.vault.seal(figures_place(number), said),
        "raw": unit.vault.seal(raw_place(number), raw),
        "keep_until": day_of(unit.now + provider.keep),
    }
    unit.connection.execute(update(_R).where(_R.c.id == number).values(kept))


def of_number(executor: Executor, vault: Vault, report_id: int) -> Report | None:
    """The report of this number."""
    row = executor.execute(select(_R).where(_R.c.id == report_id)).first()
    return _report(vault, row) if row is not None else None


def of_key(executor: Executor, vault: Vault, provider: str, key: str) -> Report | None:
    """The report of this provider that was asked for under this key."""
    row = executor.execute(select(_R).where(_R.c.key == key, _R.c.provider == provider)).first()
    return _report(vault, row) if row is not None else None


def of_application(executor: Executor, vault: Vault, application_id: int) -> dict[str, Report]:
    """The last report of each provider that was asked for because of this application."""
    rows = executor.execute(select(_R).where(_R.c.application_id == application_id).order_by(_R.c.id)).all()
    return {row.provider: _report(vault, row) for row in rows}


def awaited(executor: Executor, vault: Vault, applications: Collection[int]) -> list[Report]:
    """What is awaited for these applications."""
    mine = (_R.c.application_id.in_(applications), _R.c.state.in_(AWAITED))
    return [_report(vault, row) for row in executor.execute(select(_R).where(*mine).order_by(_R.c.id)).all()]


def is_about(vault: Vault, report: Report, about: str) -> bool:
    """Is the report about this person (with this name and these numbers)?"""
    return report.about in vault.indexes(_ABOUT, about)


def good(
    executor: Executor, vault: Vault, applications: Collection[int], provider: str, about: str, since: datetime
) -> Report | None:
    """The last report of this provider about this person (with this name and these numbers) that ended since then with
    an answer, and is kept still; for whichever of his applications it was asked."""
    his = (
        _R.c.application_id.in_(applications),
        _R.c.provider == provider,
        _R.c.about.in_(vault.indexes(_ABOUT, about)),
    )
    answered = _R.c.state.in_((ReportState.THERE.value, ReportState.NONE.value))
    kept = or_(_R.c.figures.is_not(None), _R.c.state == ReportState.NONE.value)
    wanted = select(_R).where(*his, answered, kept, _R.c.ended_at > since).order_by(_R.c.id.desc()).limit(1)
    row = executor.execute(wanted).first()
    return _report(vault, row) if row is not None else None


def forget(unit: Unit, most: int = 500) -> list[int]:
    """Delete what was kept for as long as it is to be, of some reports; the numbers of all reports that were deleted.
    (Pictures and files are deleted by who keeps them: `media_of`.)"""
    old = (_R.c.keep_until < day_of(unit.now), or_(_R.c.figures.is_not(None), _R.c.raw.is_not(None)))
    some = select(_R.c.id).where(*old).order_by(_R.c.id).limit(most)
    gone = update(_R).where(_R.c.id.in_(some)).values(figures=None, raw=None).returning(_R.c.id, _R.c.application_id)
    rows: Sequence[Any] = unit.connection.execute(gone).all()
    for row in rows:
        unit.record(None, "report:deleted", f"application:{row.application_id}", report=row.id)
    return [row.id for row in rows]


def media_of(executor: Executor, report_ids: Collection[int]) -> set[int]:
    """The numbers of the pictures and files of these reports, which people brought."""
    return set(executor.scalars(select(_M.c.medium_id).where(_M.c.report_id.in_(report_ids))))


def _report(vault: Vault, row: Any) -> Report:
    figures = json.loads(vault.open(figures_place(row.id), row.figures)) if row.figures is not None else {}
    return Report(
        row.id,
        row.application_id,
        row.customer_id,
        row.provider,
        ReportState(row.state),
        row.key,
        row.consent_id,
        row.about,
        row.reference,
        row.asked_at,
        row.asked_by_id,
        row.called_at,
        row.cost_fen,
        row.ended_at,
        row.fault,
        figures,
        deleted=row.state == ReportState.THERE.value and row.figures is None,
    )
