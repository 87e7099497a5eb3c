"""`tuoling people hand-over` and `take-back`: what a leaver has goes to others, ordered at the terminal."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from bot.call import people_named
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from cards.texts import Words
from cards.texts import handover as texts
from config.in_force import InForce
from config.settings import Settings
from core.handover import queries, service
from core.handover.kinds import Came, Returned, Rules
from core.handover.models import Aim
from core.handover.outcomes import Begun, HandoverRefusal, Proposed, Undoing
from core.handover.queries import Overview
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor, Role
from core.privacy import name_key
from core.store.unit import Store
from jobs import notices
from jobs.applications_follow import Following
from jobs.automating import Automat
from jobs.handing_over import HandingOver, rules_of

_TERMINAL = Actor(0, "", "", frozenset({Role.ADMIN}))  # who reads the sentences here
_FOR_EVER = float("inf")
_MOST_TOLD = 20
_CAME = {Came.GIVEN: "转出", Came.POOLED: "进公海", Came.LAPSED: "失效", Came.KEPT: "留下", Came.GONE: "已变动"}


@dataclass(frozen=True, slots=True)
class Where:
    """Where it goes: to the person `to` (an account, or a whole name), or by `aim`."""

    aim: Aim
    to: str = ""


@dataclass(frozen=True, slots=True)
class _Office:
    """What a command works with."""

    store: Store
    in_force: InForce

    def rules(self) -> Rules:
        """The configuration of now."""
        return rules_of(self.in_force.now)

    def words(self, *person_ids: int | None) -> Words:
        """What sentences look up."""
        with self.store.read() as session:
            names = people.names(session, person_ids)
        return Words(names, self.in_force.now.pools, self.store.clock(), _TERMINAL)

    def carry_out(self) -> None:
        """Until nothing is left; a scheduler may do it at the same time."""
        HandingOver(self.store, self.in_force).go_on(self.in_force.now, _FOR_EVER)

    def overview(self, number: int) -> Overview:
        """The hand-over as it stands."""
        with self.store.read() as session:
            found = queries.overview(session, None, number, most_odd=500)
        if found is None:
            raise Unready(f"没有编号为 H{number} 的交接。")
        return found


def hand_over(settings: Settings, who: str, where: Where, *, yes: bool) -> Iterator[str]:
    """`tuoling people hand-over`: shows the counts; with `yes` it is done."""
    office = _office(settings)
    leaver = _person(office.store, who, leavers=True)
    to = _person(office.store, where.to) if where.aim is Aim.PERSON else None
    with office.store.unit(request_id="cli", channel="cli") as unit:
        outcome = service.propose(unit, None, leaver.id, where.aim, to.id if to else None, office.rules())
        if isinstance(outcome, Proposed) and not yes:
            service.drop(unit, None, outcome.number)
    if not isinstance(outcome, Proposed):
        raise Unready(_refused(office, outcome))
    one = office.overview(outcome.number)
    receiver = to.name if to else ""
    yield f"离职交接 {leaver.name} → {texts.aimed(where.aim, receiver)}"
    yield from (f"  {texts.KINDS[survey.kind][0]}：{texts.counted(survey)}" for survey in texts.shown(one.surveys))
    yield from (f"  {said}" for said in texts.cautions(one.surveys, where.aim, leaver.name, receiver))
    if not yes:
        yield f"什么也没有改。确认就运行：\n  {_again(who, where)} --yes"
        return
    with office.store.unit(request_id="cli", channel="cli") as unit:
        begun = service.confirm(unit, None, outcome.number, office.rules())
    match begun:
        case Begun(number):
            yield f"{leaver.name} 不能再用驼铃了，开始交接 H{number}。"
            office.carry_out()
            yield from _result(office, number)
        case Proposed():
            raise Unready("数目刚才变了，什么也没有改。请再运行一次。")
        case refused:
            raise Unready(_refused(office, refused))


def take_back(settings: Settings, number: int, *, restore: bool) -> Iterator[str]:
    """`tuoling people take-back`: within a day, what was not touched goes back."""
    office = _office(settings)
    with office.store.unit(request_id="cli", channel="cli") as unit:
        outcome = service.undo(unit, None, number, restore=restore)
    if not isinstance(outcome, Undoing):
        raise Unready(_refused(office, outcome))
    one = office.overview(number)
    yield texts.handover_undoing(outcome, office.words(one.leaver_id).names[one.leaver_id])
    office.carry_out()
    yield from _result(office, number)


def _result(office: _Office, number: int) -> Iterator[str]:
    one = office.overview(number)
    for survey in texts.shown(one.surveys):
        name, unit = texts.KINDS[survey.kind]
        parts = [f"{said} {one.counts[survey.kind, came]}" for came, said in _CAME.items()]
        if one.undone_at is not None:
            parts = [f"{said} {one.backs[survey.kind, back]}" for back, said in _BACKS.items()]
        yield f"  {name}（{unit}）：{'，'.join(parts)}"
    named = [line.back.to_id if line.back else line.result.to_id if line.result else None for line in one.odd]
    yield from (f"  {said}" for said in texts.grouped(one.odd, office.words(*named), _MOST_TOLD))
    if one.undo_until is not None:
        yield f"24 小时内可撤销：tuoling people take-back {number}（加 --restore，他重新在职）"


_BACKS = {Returned.BACK: "退回", Returned.SINCE: "不动"}


def _office(settings: Settings) -> _Office:
    store = open_store(settings)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    automat = Automat(store, in_force, texting=settings.sms is not None, hosts=settings.webhook_hosts or ())
    for listener in (Following(in_force).tell, notices.tell, automat.tell):
        store.listen(listener)
    return _Office(store, in_force)


def _person(store: Store, said: str, *, leavers: bool = False) -> Person:
    """Who has this account, or this whole name; leavers too where they may be meant.

    Raises:
        Unready: nobody, or several.
    """
    with store.read() as session:
        known = [*people.everybody(session), *(people.leavers(session) if leavers else ())]
        account = said.casefold()
        fits = [one for one in known if account in (one.wecom_userid, one.dingtalk_userid)]
        fits = fits or [one for one in known if name_key(one.name) == name_key(said)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        accounts = "、".join(one.wecom_userid or one.dingtalk_userid or "" for one in fits)
        raise Unready(f"有 {len(fits)} 个人叫 {said}，请写账号：{accounts}。")
    raise Unready(f"没有账号或姓名为 {said} 的{'' if leavers else '在职的'}人，见人员表。")


def _again(who: str, where: Where) -> str:
    how = f"--to {shlex.quote(where.to)}" if where.aim is Aim.PERSON else f"--{where.aim.value}"
    return f"tuoling people hand-over {shlex.quote(who)} {how}"


def _refused(office: _Office, outcome: HandoverRefusal) -> str:
    return texts.handover_refused(outcome, office.words(*people_named(outcome)))
