"""The button of a follow-up task. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("ftdone")
@dataclass(frozen=True, slots=True)
class DoneFollowTask(Action):
    """已完成: the follow-up task `number` is done without a follow-up to write."""

    number: int
