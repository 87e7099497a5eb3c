"""Whose picture or file it is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in a picture's foot and, faint, all over it: so that who passes it on is known. `recipient` is empty
    for a group, `company` where it has no name."""

    company: str
    recipient: str
    moment: datetime
