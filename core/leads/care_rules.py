"""批量关怀 as the company sets it: what may be suggested, how much of it, and for how long; pure values."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CareTemplate:
    """A text that is suggested often, by its name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CareRules:
    """A person starts `daily` of them a day, each for at most `most` leads. A lead gets none that had one within
    `rest`: its customer is not called for two of them. What is not done after `lasts` lapses."""

    templates: tuple[CareTemplate, ...] = ()
    daily: int = 5
    most: int = 300
    rest: timedelta = timedelta(days=3)
    lasts: timedelta = timedelta(days=7)

    def template(self, name: str) -> CareTemplate | None:
        """The template of this name."""
        return next((each for each in self.templates if each.name == name.strip()), None)
