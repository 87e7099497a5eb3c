"""设置. See `jobs/screens.py`."""

from cards.model import Card
from cards.views.settings import settings_card
from core.manners.models import subject
from core.manners.queries import wishes_of
from core.people.reached import chosen
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded


def _settings(stage: Stage, args: Args) -> Card | Superseded:  # noqa: ARG001
    connection, number = stage.session.connection(), stage.viewer.id
    return settings_card(stage.company.manners, wishes_of(connection, number), chosen(connection, number))


def settings_face(person_id: int) -> Face:
    """His own switches."""
    return Face("settings", {}, (subject(person_id),))


SETTINGS_SCREENS: dict[str, Screen] = {"settings": _settings}
