"""The screen of an export. See `jobs/screens.py`."""

from cards.model import Card
from cards.views.export import ExportNow, export_card
from core.exports import queries
from core.exports.models import State, subject
from core.exports.service import may_decide
from core.people import queries as people
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded


def export_face(number: int) -> Face:
    """导出 E12: how it stands."""
    return Face("export", {"export": number}, (subject(number),))


def _export(stage: Stage, args: Args) -> Card | Superseded:
    """To who wanted it, and to who may decide."""
    row, viewer, rules = queries.find(stage.session, args["export"]), stage.viewer, stage.company.exports
    if row is None:
        return Superseded()
    decides = may_decide(stage.session, viewer, row.person_id)
    if row.person_id != viewer.id and not decides:
        return Superseded()
    names = people.names(stage.session, [row.person_id, row.asked_id, row.by_id])
    fresh = row.state == State.WAITING and row.asked_at >= stage.now - rules.good_for
    export = ExportNow(
        row.id,
        row.called,
        names.get(row.person_id, "同事"),
        row.rows,
        row.state,
        row.why,
        row.asked_at,
        names.get(row.asked_id, "上级"),
        names.get(row.by_id, ""),
    )
    return export_card(export, rules, stage.now, own=row.person_id == viewer.id, may_decide=decides and fresh)


EXPORT_SCREENS: dict[str, Screen] = {"export": _export}
