"""What a tapped button does: one handler for each action of `cards/actions.py` (a test fails if one is missing)."""

from collections.abc import Callable
from typing import Any

from bot.call import Call, Reply
from bot.handlers import caring, follow_up, leads, marking, pool, recycling, segments
from cards.actions import (
    Action,
    AskExtension,
    BeginCare,
    ClaimLead,
    ClaimLeads,
    DecideExtension,
    DropCare,
    LookAgain,
    OpenMine,
    ReleaseLead,
    RevealPhone,
    SetGrade,
    SetTags,
    ShowCare,
    ShowLead,
    ShowMarks,
    ShowMine,
    ShowPool,
    ShowSegment,
    ShowTags,
    StartApplication,
    TickCare,
    WriteFollowUp,
)

TAPS: dict[type[Action], Callable[[Call, Any], Reply]] = {
    ClaimLeads: pool.claim_ticked,
    ClaimLead: pool.claim_one,
    ShowPool: pool.turn_page,
    ShowMine: leads.turn_page,
    OpenMine: leads.open_mine,
    ShowLead: leads.show,
    LookAgain: leads.look_again,
    RevealPhone: leads.reveal_tapped,
    WriteFollowUp: follow_up.follow_tapped,
    ReleaseLead: leads.release_tapped,
    AskExtension: recycling.ask_tapped,
    DecideExtension: recycling.decide,
    StartApplication: leads.start_application,
    ShowMarks: marking.show_marks,
    SetGrade: marking.set_grade_tapped,
    ShowTags: marking.show_tags,
    SetTags: marking.set_tags_tapped,
    ShowSegment: segments.turn_page,
    BeginCare: caring.begin,
    DropCare: caring.drop,
    ShowCare: caring.look_again,
    TickCare: caring.tick,
}

MENU = {"pool": "公海", "mine": "我的客户", "help": "帮助"}  # the app's menu: each entry is a typed command
