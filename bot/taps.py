"""What a tapped button does: one handler for each action of `cards/actions.py` (a test fails if one is missing)."""

from collections.abc import Callable
from typing import Any

from bot.call import Call, Reply
from bot.handlers import follow_up, handover, leads, phones, pool, recycling, transferring
from cards.actions import (
    Action,
    AddPhone,
    AskExtension,
    ClaimLead,
    ClaimLeads,
    ConfirmHandover,
    DecideExtension,
    DropHandover,
    LookAgain,
    OpenMine,
    ReleaseLead,
    RevealPhone,
    ShowHandover,
    ShowHandoverItems,
    ShowLead,
    ShowMine,
    ShowPool,
    StartApplication,
    TransferTicked,
    UndoHandover,
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
    AddPhone: phones.add_tapped,
    ReleaseLead: leads.release_tapped,
    AskExtension: recycling.ask_tapped,
    DecideExtension: recycling.decide,
    StartApplication: leads.start_application,
    TransferTicked: transferring.transfer_ticked,
    ConfirmHandover: handover.confirm,
    DropHandover: handover.drop,
    ShowHandover: handover.show,
    ShowHandoverItems: handover.show_items,
    UndoHandover: handover.undo_confirmed,
}

MENU = {"pool": "公海", "mine": "我的客户", "help": "帮助"}  # the app's menu: each entry is a typed command
