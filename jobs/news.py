"""Cards that tell news of a lead, and what becomes of them."""

from core.store.issued import Face
from jobs.screens import lead_face

# A notice that hangs in somebody's chat was true when it came; when the owner changes it becomes the lead's card, as it
# is to be seen then. One that was not sent yet stays a notice, and is not sent if it is no longer true.
NEWS = (
    "received",
    "came_again",
    "about_to_fall",
    "extended",
    "grab",
    "contact_due",
    "new_contact",
    "friend_gone",
    "ask_follow_up",
    "media",
    "comment",
    "follow_task",
    "snooze",
    "snoozed",
)


def outlived(face: Face) -> Face:
    """What a card that hangs shows after its lead changed hands: news becomes the lead's card, all else stays."""
    return lead_face(face.args["lead"]) if face.screen in NEWS and "lead" in face.args else face
