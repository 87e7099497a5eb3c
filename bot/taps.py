"""What a tapped button does: one handler for each action of `cards/actions.py` (a test fails if one is missing)."""

from collections.abc import Callable
from typing import Any

from bot.call import Call, Reply
from bot.handlers import comments, follow_up, leads, media, morning, pool, recycling
from cards.actions import (
    Action,
    AnswerComment,
    AskExtension,
    AttachMedia,
    ChooseWay,
    ClaimLead,
    ClaimLeads,
    DecideExtension,
    LeaveMedia,
    LookAgain,
    OpenList,
    OpenMine,
    ReleaseLead,
    RevealPhone,
    SendMedium,
    ShowLead,
    ShowMedia,
    ShowMine,
    ShowPool,
    StartApplication,
    WriteFollowUp,
)

TAPS: dict[type[Action], Callable[[Call, Any], Reply]] = {
    ClaimLeads: pool.claim_ticked,
    ClaimLead: pool.claim_one,
    ShowPool: pool.turn_page,
    ShowMine: leads.turn_page,
    OpenMine: leads.open_mine,
    OpenList: morning.open_list,
    ShowLead: leads.show,
    LookAgain: leads.look_again,
    RevealPhone: leads.reveal_tapped,
    WriteFollowUp: follow_up.follow_tapped,
    ChooseWay: follow_up.choose_way,
    AnswerComment: comments.answer_tapped,
    AttachMedia: media.attach_tapped,
    LeaveMedia: media.leave,
    ShowMedia: media.turn_page,
    SendMedium: media.send,
    ReleaseLead: leads.release_tapped,
    AskExtension: recycling.ask_tapped,
    DecideExtension: recycling.decide,
    StartApplication: leads.start_application,
}

MENU = {"pool": "公海", "mine": "我的客户", "help": "帮助"}  # the app's menu: each entry is a typed command
