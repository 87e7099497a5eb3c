"""The screen of an export. See `jobs/screens.py`."""

from typing import Any

from sqlalchemy.orm import Session

from cards.model import Card
from cards.texts.exports import COLLEAGUE, SUPERIOR
from cards.views.export import ExportNow, export_card
from cards.views.todo import ExportQuestion
from core.exports import queries
from core.exports.models import State, subject
from core.exports.outcomes import Why
from core.exports.service import may_decide
from core.people import queries as people
from core.people.policy import Actor
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded


def export_face(number: int) -> Face:
    """导出 E12: how it stands."""
    return Face("export", {"export": number}, (subject(number),))


def may_see(session: Session, viewer: Actor, row: Any) -> bool:
    """Is the export his, or his to decide on?"""
    return row.person_id == viewer.id or may_decide(session, viewer, row.person_id)


def _export(stage: Stage, args: Args) -> Card | Superseded:
    """To who wanted it, and to who may decide."""
    row, viewer, rules = queries.find(stage.session, args["export"]), stage.viewer, stage.company.exports
    if row is None or not may_see(stage.session, viewer, row):
        return Superseded()
    names = people.names(stage.session, [row.person_id, row.approver_id, row.by_id])
    waits = row.state == State.WAITING
    expired = waits and row.asked_at < stage.now - rules.good_for
    decides = waits and not expired and row.person_id != viewer.id
    export = ExportNow(
        row.id,
        row.called,
        names.get(row.person_id, COLLEAGUE),
        row.rows,
        State.EXPIRED if expired else State(row.state),
        Why(row.why) if row.why else None,
        row.asked_at,
        names.get(row.approver_id, SUPERIOR),
        names.get(row.by_id, ""),
    )
    return export_card(export, rules, stage.now, own=row.person_id == viewer.id, may_decide=decides)


def still_told(stage: Stage, args: Args) -> bool:
    """Is it worth telling still? To who has to decide, as long as nobody has."""
    row = queries.find(stage.session, args["export"])
    return row is not None and (row.person_id == stage.viewer.id or row.state == State.WAITING)


def export_questions(stage: Stage) -> list[ExportQuestion]:
    """The exports that wait for the viewer's answer, for 待办."""
    rows = queries.waiting_for(stage.session, stage.viewer.id, stage.now - stage.company.exports.good_for)
    mine = [row for row in rows if may_decide(stage.session, stage.viewer, row.person_id)]
    names = people.names(stage.session, [row.person_id for row in mine])
    return [
        ExportQuestion(row.id, names.get(row.person_id, COLLEAGUE), row.called, row.rows or 0) for row in mine
    ]  # fmt: skip


EXPORT_SCREENS: dict[str, Screen] = {"export": _export}
