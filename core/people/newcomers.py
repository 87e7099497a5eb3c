"""What somebody may do who comes in by the platform's address book, before anybody has given him a post."""

from dataclasses import dataclass

from core.people.policy import Role


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The posts of new people; of who comes back too, for nobody knows whether he is the same. None: they may do
    nothing until they are given one."""

    roles: tuple[Role, ...] = ()
