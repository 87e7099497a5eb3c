"""What the product is to have and has not yet: its words are known already, and get an honest answer.

A row goes when its command comes (`COMMANDS` in `bot/words.py`); a test keeps the two apart.
"""

from core.people.policy import Actor, Verb, may

_UNCHANGEABLE = "录入的资料现在还改不了；"
_CORRECT = f"{_UNCHANGEABLE}更正请先写进跟进，如：跟进 {{lead}} 想要的是50万。"
_TELL_THE_OWNER = f"{_UNCHANGEABLE}更正请告诉客户的跟进人。"

TO_COME: dict[str, tuple[tuple[Verb, str], ...]] = {
    "更正": ((Verb.FOLLOW, _CORRECT), (Verb.SEE_LEAD, _TELL_THE_OWNER)),
    "佣金": (),
}
"""By word: what can be done until then, each for those who have the verb; the first that fits is said."""


def to_come(word: str, reader: Actor | None = None, lead_id: int | None = None) -> str:
    """The answer to such a word, and to a button of it, with what this `reader` can do until then. `lead_id` is the
    lead that was named with it."""
    steps = (step for verb, step in TO_COME[word] if reader is not None and may(reader, verb))
    lead = f"L{lead_id}" if lead_id is not None else "编号"
    return f"{word}功能即将开放，现在还不能用。{next(steps, '').format(lead=lead)}"
