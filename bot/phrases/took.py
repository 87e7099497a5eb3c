"""How long something took, which is no time to come: 「聊了半小时后同意面谈」, 「通话30分钟后挂断」.

A length of time right behind what was done (「聊了」) or goes on for so long (「通话」) is counted from that. Where a
contact follows (「睡了2小时后打」; 「睡了，2小时后打」 is clear by its comma) it is asked about; else it tells of what
has been.
"""

import re
from enum import Enum, auto

from bot.phrases.cues import is_report

_ABOUT = "(?:大概|大约|差不多|将近|足足|整整|至少|最多|也就|能有|得有|快|近|有|约|才|又|得|是| )*"
# What was agreed (「约了2小时后见」, 「说好了3天后」) is to come; 「算了」, 「别忘了」 and 「为了」 have done nothing.
_DONE = re.compile(rf"(?:[^约说定改推妥订讲应准诉知求议延好忘算行以对为除,。;!?]了|(?<![再要得等须需])过){_ABOUT}$")
_LASTS = re.compile(
    "(?:通话|通电话|打电话|开会|会议|聊天?|谈话|面谈|沟通|交流|商量|讨论|讲|坐|休息|午休|午睡|睡觉?|停留|排队|培训|手术|"
    f"出差|开车|路程|车程|逾期|犹豫|每[次回]){_ABOUT}$"
)
_CONTACT = re.compile(r" ?(?:我?再|联系|打(?![卡款])|回[访电复话个]|约|见|沟通|跟进?|给[他她你我])")
_ENDED = re.compile(r"[^,。;!?]{0,6}?(?:挂|结束|中断|断了|离开|走了|散了|才|答应|同意|[一-龥]了(?=$|[,。;!?]))")
_LONGEST_BEFORE = 16


class Took(Enum):
    """What a length of time says of something that took so long."""

    TOLD = auto()
    """It has been."""
    UNSURE = auto()
    """It may have been, or be to come."""


def took(text: str, pos: int, end: int) -> Took | None:
    """What text[pos:end], a length of time, says of what stands right before it; None if it is counted from now."""
    before = text[max(0, pos - _LONGEST_BEFORE) : pos]
    done = _DONE.search(before) is not None
    if not done and not _LASTS.search(before):
        return Took.TOLD if is_report(text, end) else None
    reported = is_report(text, end)
    if _CONTACT.match(text, end) and not reported:
        return Took.UNSURE
    return Took.TOLD if done or reported or _ENDED.match(text, end) else Took.UNSURE
