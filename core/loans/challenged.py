"""The policy that counts and its challenger side by side, by what both said in live use. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.leads.models import Lead
from core.loans.definitions import number_of, policy_of
from core.loans.models import Application
from core.privacy import Vault
from core.risk import past
from core.risk.comparing import Tally, names_of
from core.risk.policy import Policy
from core.store.base import table_of
from core.store.database import Executor, among

_A, _L = table_of(Application), table_of(Lead)
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Version:
    """A challenger's policy, and which version of it this is, from 1."""

    policy: Policy
    number: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What both said: of each product by the newest challenger. `names`: what the rules are called, by product and
    key. `older`: on so many decisions an older one was asked, which is not compared."""

    tally: Tally
    names: dict[tuple[str, str], str]
    challengers: tuple[Version, ...] = ()
    older: int = 0


def compare(executor: Executor, vault: Vault, since: datetime) -> SideBySide:
    """What both said of the applications that were looked at since then, each as it was the last time."""
    asked = past.challengers_since(executor, since)
    newest = _newest(executor, list(asked))
    tally, used = Tally(), set(newest)
    decisions = past.last_challenged(executor, since, list(newest)) if newest else []
    for at in range(0, len(decisions), _PAGE):
        used |= _add(executor, vault, decisions[at : at + _PAGE], tally)
    older = sum(count for digest, count in asked.items() if digest not in newest)
    by_age = sorted(used, key=lambda digest: (digest in newest, number_of(executor, digest)))
    names = names_of(policy_of(executor, digest) for digest in by_age)
    return SideBySide(tally, names, tuple(sorted(newest.values(), key=lambda each: each.policy.product)), older)


def _newest(executor: Executor, digests: Sequence[str]) -> dict[str, Version]:
    """Of these challengers the newest for each product, by digest."""
    found: dict[str, tuple[str, Version]] = {}
    for digest in digests:
        version = Version(policy_of(executor, digest), number_of(executor, digest))
        before = found.get(version.policy.product)
        if before is None or before[1].number < version.number:
            found[version.policy.product] = digest, version
    return dict(found.values())


def _add(executor: Executor, vault: Vault, decisions: Sequence[int], tally: Tally) -> set[str]:
    """These decisions to the others; the policies that made them, by digest."""
    read = list(past.challenged(executor, vault, decisions))
    wanted = {each.application_id for each in read if each is not None}
    columns = select(_A.c.id, _A.c.product, _L.c.channel).join(_L, _L.c.id == _A.c.lead_id)
    about = {row[0]: row[1:] for row in executor.execute(columns.where(among(executor, _A.c.id, wanted)))}
    for each in read:
        if each is None:
            tally.unreadable += 1
        elif each.challenged is None:
            tally.unsaid += 1
        else:
            product, channel = about[each.application_id]
            tally.compare(each.application_id, product, channel, each.said, each.challenged)
    return {each.policy for each in read if each is not None}
