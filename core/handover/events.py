"""What happens to hand-overs, in the past tense."""

from dataclasses import dataclass

from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class HandoverEnded(Event):
    """Each record of the hand-over has had its turn."""

    number: int


@dataclass(frozen=True, slots=True)
class HandoverUndone(Event):
    """What could go back has gone back."""

    number: int
