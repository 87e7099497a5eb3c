"""The screens of 客户联系: a customer who is new, and one who removed a colleague. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import contacts as views
from cards.views.lead import lead_card
from core.leads.whole import Lead360, lead_360
from jobs.fall_screens import falls
from jobs.stage import Args, Screen, Stage, Superseded, legible


def _new_contact(stage: Stage, args: Args) -> Card | Superseded:
    """To who added him, as long as he has the lead; once there is a phone it is the lead's card."""
    lead = _own(stage, args)
    if lead is None:
        return Superseded()
    if lead.phone is not None and lead.contact_count:
        return lead_card(legible(lead), stage.now, falls(stage, lead))
    return views.new_contact_card(legible(lead), args.get("over"), stage.now)


def _friend_gone(stage: Stage, args: Args) -> Card | Superseded:
    lead = _own(stage, args)
    return views.friend_gone_card(legible(lead), args["who"], stage.now) if lead else Superseded()


def _own(stage: Stage, args: Args) -> Lead360 | None:
    lead = lead_360(stage.session, stage.vault, stage.viewer, args["lead"], stage.company.pools, stage.now)
    return lead if lead is not None and lead.mine and lead.open else None


CONTACT_SCREENS: dict[str, Screen] = {
    "new_contact": _new_contact,
    "friend_gone": _friend_gone,
}
