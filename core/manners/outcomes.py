"""What changing one's settings comes to."""

from dataclasses import dataclass
from typing import TypeAlias

from core.manners.kinds import ReminderKind
from core.manners.rules import DailySpan, Wishes


@dataclass(frozen=True, slots=True)
class Settled:
    """It is as he wants it now; `before`: as it was."""

    wishes: Wishes
    before: Wishes


@dataclass(frozen=True, slots=True)
class AlwaysOn:
    """The company does not let this kind be switched off."""

    kind: ReminderKind


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """Quiet hours that the company does not allow: they hold `least` (None: it has none) and lie within `widest` (None:
    nobody has any of his own)."""

    least: DailySpan | None
    widest: DailySpan | None


SettingOutcome: TypeAlias = Settled | AlwaysOn | OutOfBounds
