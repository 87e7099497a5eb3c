"""`tuoling people sync`: people and departments as the platforms' address books have them, the difference first."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import sync_words as words
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import dingtalk_directory, open_store, wecom_directory
from config.in_force import InForce
from config.settings import Settings
from core.leads import holdings
from core.people import syncing
from core.people.accounts import DINGTALK, WECOM
from core.people.difference import Difference
from core.people.matching import by_phone
from core.people.organisation import Organisation
from core.people.pairing import Paired, pair
from core.people.rows import account_of, is_account
from core.people.syncing import Doubtful, Overtaken, Synced
from core.store.unit import Store
from jobs.addressbook import AddressBook, Broken, Read, read_all


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. `apply`: do it without a question; `force`: however many leave; `same`: accounts that
    changed, old to new; `pairs`: accounts here by the account of the same person there; `new`: accounts there that are
    nobody's here; `on`: one platform only (empty: each that is set up); `agree` asks whether to do it (None: nobody is
    there to be asked)."""

    apply: bool = False
    force: bool = False
    same: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    on: str = ""
    agree: Callable[[], bool] | None = None

    @property
    def is_of_one(self) -> bool:
        """Does it speak of accounts, which are those of one platform?"""
        return bool(self.same or self.pairs or self.new)


def same_people(pairs: Sequence[str]) -> dict[str, str]:
    """`old=new` for each changed account.

    Raises:
        Unready: one of them is none.
    """
    return _pairs(pairs, "--same", "原账号=新账号，如 --same zhangsan=zhangsan2")


def paired_people(pairs: Sequence[str]) -> dict[str, str]:
    """`known account=account there` as the account here by the one there.

    Raises:
        Unready: one of them is none.
    """
    found = _pairs(pairs, "--pair", "已有的账号=对方平台的账号，如 --pair lina=dt_lina", may_be_alike=True)
    return {there: here for here, there in found.items()}


def new_people(accounts: Sequence[str]) -> frozenset[str]:
    """The accounts of people of whom somebody says that they are nobody we know.

    Raises:
        Unready: one of them is none.
    """
    for account in accounts:
        if not is_account(account_of(account)) or not account:
            raise Unready(f"看不懂 --new {account}：请写账号。")
    return frozenset(map(account_of, accounts))


def _pairs(pairs: Sequence[str], option: str, how: str, *, may_be_alike: bool = False) -> dict[str, str]:
    found = {}
    for each in pairs:
        old, mark, new = (account_of(part) for part in each.partition("="))
        fits = mark and old and new and is_account(old) and is_account(new)
        if not fits or (old == new and not may_be_alike):
            raise Unready(f"看不懂 {option} {each}：请写 {how}。")
        found[old] = new
    return found


def sync_people(settings: Settings, wanted: Wanted) -> Iterator[str]:
    """`tuoling people sync`: of each platform reads all, tells the difference, and does it if it is to be done, whole
    or not at all. What one platform refuses holds up no other.

    Raises:
        Unready: nothing is set up, it cannot be read whole, or what was said of accounts does not fit.
    """
    store = open_store(settings)
    books: dict[str, AddressBook | None] = {
        WECOM: wecom_directory(settings, store),
        DINGTALK: dingtalk_directory(settings, store),
    }
    there = {platform: book for platform, book in books.items() if book is not None}
    if not there:
        raise Unready(
            "企业微信和钉钉都没有配置，读不了通讯录。请设置 WECOM_CORP_ID 或 DINGTALK_CLIENT_ID 等变量（见 README）。"
        )
    if wanted.on and wanted.on not in there:
        raise Unready(f"{words.PLATFORMS[wanted.on]}没有配置，读不了它的通讯录（见 README）。")
    if wanted.is_of_one and not wanted.on and len(there) > 1:
        raise Unready("企业微信和钉钉都配置了：请用 --on wecom 或 --on dingtalk 写明这些账号是哪个平台的。")
    failed = []
    for platform in [wanted.on] if wanted.on else there:
        try:
            yield from _sync(settings, store, there[platform], wanted, platform, beside=len(there) > 1)
        except Unready as unready:
            if wanted.on or len(there) == 1:
                raise
            failed.append(f"{words.PLATFORMS[platform]}：{unready}")
    if failed:
        raise Unready("\n".join(failed))


def _sync(
    settings: Settings, store: Store, book: AddressBook, wanted: Wanted, platform: str, *, beside: bool
) -> Iterator[str]:
    read = read_all(book, lambda accounts: _unlisted(store, accounts, wanted.same, platform, beside=beside))
    if isinstance(read, Broken):
        raise Unready(words.broken(read, platform))
    organisation = _decided(settings, store, read, wanted, platform, beside=beside)
    with store.read() as session:
        told = syncing.compare(session, organisation)
    yield words.heading(len(organisation.bureaus), len(organisation.members), platform)
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


def _decided(
    settings: Settings, store: Store, read: Read, wanted: Wanted, platform: str, *, beside: bool
) -> Organisation:
    """What was read, with what somebody said of it, and whom the phone tells."""
    organisation = replace(read.organisation, renamed=wanted.same, platform=platform, beside=beside, new=wanted.new)
    _check_same(store, organisation)
    _check_new(organisation)
    with store.read() as session:
        linked = by_phone(session, store.vault, organisation)
    newcomers = _in_force(settings, store).now.newcomers
    for there, here in wanted.pairs.items():
        with store.read() as session:
            found = pair(session, organisation, here, there, newcomers, holdings.open_leads)
        if not isinstance(found, Paired):
            raise Unready(words.not_paired(found, here, there, platform))
        linked[there] = found.person_id
    return replace(organisation, linked=linked)


def _unlisted(
    store: Store, accounts: frozenset[str], same: Mapping[str, str], platform: str, *, beside: bool
) -> list[str]:
    """Who works here, or could again, and was not listed, as he is asked for; not he whose account is another one
    now."""
    with store.read() as session:
        unlisted = [who for who in syncing.not_among(session, accounts, platform) if who.userid not in same]
        unlisted += syncing.left_not_among(session, accounts, platform, beside=beside)
        return syncing.asked_as(session, unlisted, platform)


def _check_same(store: Store, organisation: Organisation) -> None:
    """A changed account is no longer there under its old name, is there under the new one, and is nobody else's: else
    somebody would be given another one's customers."""
    there = {member.account for member in organisation.members}
    with store.read() as session:
        known = {who.userid: who for who in syncing.not_among(session, frozenset(), organisation.platform)}
    for old, new in organisation.renamed.items():
        if old not in known:
            raise Unready(f"什么也没有改：没有账号为 {old} 的在职人员，见 --same。")
        if new in known:
            raise Unready(f"什么也没有改：账号 {new} 是 {known[new].name} 的，不能再给 {known[old].name}，见 --same。")
        if old in there:
            raise Unready(f"什么也没有改：账号 {old} 在通讯录里还在，没有换过，见 --same。")
        if new not in there:
            raise Unready(f"什么也没有改：通讯录里没有账号 {new}，见 --same。")


def _check_new(organisation: Organisation) -> None:
    unknown = sorted(organisation.new - {member.account for member in organisation.members})
    if unknown:
        raise Unready(f"什么也没有改：通讯录里没有账号 {'、'.join(unknown)}，见 --new。")


def _differences(store: Store, told: Difference, organisation: Organisation) -> Iterator[str]:
    with store.read() as session:
        leads = holdings.open_leads(session, [who.id for who in told.leaving])
    yield from words.differences(told, leads, organisation.platform)
    twins = words.perhaps_the_same(told)
    if twins:
        yield twins
    if any(member.name is None for member in organisation.members):
        yield words.no_names(organisation.platform)


def _in_force(settings: Settings, store: Store) -> InForce:
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    return in_force


def _apply(
    settings: Settings, store: Store, organisation: Organisation, told: Difference, wanted: Wanted
) -> Iterator[str]:
    newcomers = _in_force(settings, store).now.newcomers
    with store.unit(request_id="cli", channel="cli") as unit:
        outcome = syncing.take_over(unit, organisation, newcomers, expected=told, confirmed=wanted.force)
    match outcome:
        case Synced():
            yield words.done(outcome, newcomers)
        case Overtaken():
            raise Unready("什么也没有改：就在这时，人员又有了别的变化。请再运行一次，重新看一遍差别。")
        case Doubtful():
            again = f"tuoling people sync --apply --force{_again(replace(wanted, force=False))}"
            raise Unready(words.doubtful(outcome, again, organisation.platform))


def _again(wanted: Wanted) -> str:
    """The options of this run, for the next one."""
    same = [f" --same {shlex.quote(f'{old}={new}')}" for old, new in wanted.same.items()]
    pairs = [f" --pair {shlex.quote(f'{here}={there}')}" for there, here in wanted.pairs.items()]
    new = [f" --new {shlex.quote(account)}" for account in sorted(wanted.new)]
    on = [f" --on {wanted.on}"] if wanted.on else []
    return (" --force" if wanted.force else "") + "".join([*on, *same, *pairs, *new])
