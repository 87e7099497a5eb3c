"""`tuoling people sync`: people and departments as WeCom's address book has them, the difference first."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import sync_words as words
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store, wecom_directory
from config.in_force import InForce
from config.settings import Settings
from core.leads import holdings
from core.people import syncing
from core.people.difference import Difference
from core.people.organisation import Organisation
from core.people.rows import account_of, is_account
from core.people.syncing import Doubtful, Overtaken, Synced
from core.store.unit import Store
from jobs.addressbook import Broken, read_all


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. `apply`: do it without a question; `force`: however many leave; `same`: accounts that
    changed, old to new; `agree` asks whether to do it (None: nobody is there to be asked)."""

    apply: bool = False
    force: bool = False
    same: Mapping[str, str] = field(default_factory=dict)
    agree: Callable[[], bool] | None = None


def same_people(pairs: Sequence[str]) -> dict[str, str]:
    """`old=new` for each changed account.

    Raises:
        Unready: one of them is none.
    """
    found = {}
    for pair in pairs:
        old, mark, new = (account_of(part) for part in pair.partition("="))
        if not mark or not old or not new or old == new or not (is_account(old) and is_account(new)):
            raise Unready(f"看不懂 --same {pair}：请写 原账号=新账号，如 --same zhangsan=zhangsan2。")
        found[old] = new
    return found


def sync_people(settings: Settings, wanted: Wanted) -> Iterator[str]:
    """`tuoling people sync`: reads all, tells the difference, and does it if it is to be done; whole or not at all."""
    store = open_store(settings)
    book = wecom_directory(settings, store)
    if book is None:
        raise Unready("企业微信没有配置，读不了通讯录。请设置 WECOM_CORP_ID 等五个变量（见 README）。")
    read = read_all(book, lambda accounts: _unlisted(store, accounts, wanted.same))
    if isinstance(read, Broken):
        raise Unready(words.broken(read))
    organisation = replace(read.organisation, renamed=wanted.same)
    _check_same(store, organisation)
    with store.read() as session:
        told = syncing.compare(session, organisation)
    yield words.heading(len(organisation.bureaus), len(organisation.members))
    yield from _differences(store, told, organisation)
    if read.outside:
        yield words.outside(len(read.outside))
    if told.is_none:
        yield "没有要改的。"
        return
    if not (wanted.apply or (wanted.agree is not None and wanted.agree())):
        yield f"还什么都没有改。要照此修改，运行：tuoling people sync --apply{_again(wanted)}"
        return
    yield from _apply(settings, store, organisation, told, wanted)


def _unlisted(store: Store, accounts: frozenset[str], same: Mapping[str, str]) -> list[str]:
    """Who works here and was not listed; not he whose account is another one now."""
    with store.read() as session:
        return [who.userid for who in syncing.not_among(session, accounts) if who.userid not in same]


def _check_same(store: Store, organisation: Organisation) -> None:
    """A changed account is no longer there under its old name, is there under the new one, and is nobody else's: else
    somebody would be given another one's customers."""
    there = {member.account for member in organisation.members}
    with store.read() as session:
        known = {who.userid: who for who in syncing.not_among(session, frozenset())}
    for old, new in organisation.renamed.items():
        if old not in known:
            raise Unready(f"什么也没有改：没有账号为 {old} 的在职人员，见 --same。")
        if new in known:
            raise Unready(f"什么也没有改：账号 {new} 是 {known[new].name} 的，不能再给 {known[old].name}，见 --same。")
        if old in there:
            raise Unready(f"什么也没有改：账号 {old} 在通讯录里还在，没有换过，见 --same。")
        if new not in there:
            raise Unready(f"什么也没有改：通讯录里没有账号 {new}，见 --same。")


def _differences(store: Store, told: Difference, organisation: Organisation) -> Iterator[str]:
    with store.read() as session:
        leads = holdings.open_leads(session, [who.id for who in told.leaving])
    yield from words.differences(told, leads)
    twins = words.perhaps_the_same(told)
    if twins:
        yield twins
    if any(member.name is None for member in organisation.members):
        yield words.NO_NAMES


def _apply(
    settings: Settings, store: Store, organisation: Organisation, told: Difference, wanted: Wanted
) -> Iterator[str]:
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    newcomers = in_force.now.newcomers
    with store.unit(request_id="cli", channel="cli") as unit:
        outcome = syncing.take_over(unit, organisation, newcomers, expected=told, confirmed=wanted.force)
    match outcome:
        case Synced():
            yield words.done(outcome, newcomers)
        case Overtaken():
            raise Unready("什么也没有改：就在这时，人员又有了别的变化。请再运行一次，重新看一遍差别。")
        case Doubtful():
            again = f"tuoling people sync --apply --force{_again(replace(wanted, force=False))}"
            raise Unready(words.doubtful(outcome, again))


def _again(wanted: Wanted) -> str:
    """The options of this run, for the next one."""
    same = [f" --same {shlex.quote(f'{old}={new}')}" for old, new in wanted.same.items()]
    return (" --force" if wanted.force else "") + "".join(same)
