"""What is said to the robot in a group: one sentence, that customers' matters are answered in the single chat alone.

A group is read by whoever is in it. So nothing that is typed there is carried out, and nothing personal is answered
there. Whoever administers the company may ask for the group's id, which he needs for `groups.yaml`; he is told alone.
"""

import unicodedata
from datetime import timedelta

from bot.inbound import InGroup
from cards.texts import groups as texts
from core.groups.rules import Groups
from core.people.policy import Actor, Role
from core.privacy import digest
from core.store import post, rates
from core.store.unit import Unit

QUIET = timedelta(minutes=10)
"""So long nothing more is said in a group after something was: nobody can make the robot chatter."""
GROUP_ID = frozenset({"群号", "群编号", "群id"})


def answer(unit: Unit, actor: Actor, said: InGroup, groups: Groups) -> str | None:
    """What is said in the group; None: nothing."""
    if Role.ADMIN in actor.roles and _plain(said.words) in GROUP_ID:
        known = next((each for each in groups.groups if each.conversation == said.group), None)
        post.say(unit, unit.channel, actor.id, texts.group_id(said.title, said.group, known))
        return None
    spoken = rates.once(unit.connection, f"in-group:{digest(unit.channel, said.group)[:40]}", unit.now, QUIET)
    return texts.ALONE if spoken else None


def _plain(words: str) -> str:
    """Without those who are called by name, in one form of writing."""
    kept = (word for word in unicodedata.normalize("NFKC", words).split() if not word.startswith("@"))
    return "".join(kept).casefold()
