"""What every sentence may look up: colleagues, pools, the time, and who reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cards import saying
from core.leads.access import pools_to_claim_from
from core.leads.pools import Pool, Pools
from core.people.policy import Actor
from core.privacy import mask_colleague


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences look up: colleagues' names by number, the pools, the time of now, and who reads them (the next
    step that is offered must be one that this person can take)."""

    names: Mapping[int, str]
    pools: Pools
    now: datetime
    reader: Actor

    def colleague(self, person_id: int) -> str:
        """A colleague, masked: `王*`."""
        return mask_colleague(self.names.get(person_id, "同事"))

    def pool(self, key: str) -> str:
        """A pool's name, also of one that is gone from the configuration."""
        return saying.pool_name(self.pools.by_key(key))

    def pools_to_claim_from(self) -> str:
        """The pools from which the reader may claim: `呼和浩特池、全区池`; empty if there is none."""
        return pool_names(pools_to_claim_from(self.reader, self.pools))


def pool_names(pools: Iterable[Pool]) -> str:
    """`呼和浩特池、全区池`."""
    return "、".join(pool.name for pool in pools)
