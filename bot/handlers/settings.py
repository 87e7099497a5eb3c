"""设置: a person's own switches of reminders, on a card and typed."""

import re

from bot.call import Call, Reply
from bot.phrases.numbers import folded
from bot.phrases.where_to import where_to
from cards.reminder_actions import SaveSettings
from cards.texts import manners as texts
from cards.views import settings as views
from config.mannersfile import parse_span
from core.manners import service
from core.manners.kinds import BY_NAME, ReminderKind
from core.manners.models import subject
from core.manners.outcomes import AlwaysOn, OutOfBounds
from core.manners.queries import wishes_of
from core.people import reached
from core.store import post
from jobs.settings_screens import settings_face

_ON, _OFF = ("开", "打开", "开启", "要", "on"), ("关", "关闭", "关掉", "不要", "off")
_WORD = "|".join(sorted((*_ON, *_OFF), key=len, reverse=True))
_SWITCH = re.compile(rf"(.+?) ?({_WORD})|({_WORD}) ?(.+)")
_QUIET = re.compile(r"(?:免打扰|勿扰|静音)(?:时间|时段)? ?(.*)")
_DAYS_OFF = ("休息日免打扰", "休息日", "周末", "周末免打扰", "节假日", "节假日免打扰")
_DIGEST = ("合并", "合并提醒", "几件合成一张")
_AGAIN = ("恢复", "默认", "公司", "取消", "关")


def show(call: Call) -> Reply:
    """设置: the card; with what is to be set, that."""
    said = folded(call.text).strip(" 。，,：:")
    if not said:
        return Reply(show=settings_face(call.actor.id))
    quiet = _QUIET.fullmatch(said)
    if quiet is not None:
        return _quiet(call, quiet[1].strip())
    where = where_to(said.removeprefix("提醒设置").removeprefix("设置"))
    if where is not None:
        return _reached(call, where or None)
    switch = _SWITCH.fullmatch(said)
    if switch is None:
        return _no_such_kind(call, said)
    name, word = (switch[1], switch[2]) if switch[1] else (switch[4], switch[3])
    return _switch(call, name.strip(), on=word in _ON)


def _switch(call: Call, name: str, *, on: bool) -> Reply:
    manners = call.company.manners
    if name in _DIGEST:
        service.want_digest(call.unit, call.actor, on=on)
        return _said(call, texts.digest_set(on=on))
    if name in _DAYS_OFF:
        if not manners.days_off:
            service.want_quiet_days_off(call.unit, call.actor, on=on)
        return _said(call, texts.days_off_set(manners, on=on))
    kind = _kind(name)
    if kind is None:
        return _no_such_kind(call, name)
    outcome = service.switch(call.unit, call.actor, manners, kind, on=on)
    if isinstance(outcome, OutOfBounds):
        raise TypeError("a kind has no bounds")
    return _said(call, texts.switched(outcome, kind, on=on))


def _reached(call: Call, channel: str | None) -> Reply:
    """Of somebody with two accounts: where what comes by itself comes."""
    if not _may_choose(call) or not reached.prefer(call.unit, call.actor, channel):
        return Reply(say=texts.ONE_ACCOUNT)
    return _said(call, texts.reached_on(channel))


def _may_choose(call: Call) -> bool:
    return reached.chosen(call.unit.connection, call.actor.id) is not None


def _no_such_kind(call: Call, said: str) -> Reply:
    return Reply(say=texts.no_such_kind(said, may_choose=_may_choose(call)))


def _kind(name: str) -> ReminderKind | None:
    """By its name, or a beginning of it that no other has."""
    bare = name.removesuffix("提醒") or name
    begun = [kind for word, kind in BY_NAME.items() if word.startswith(bare)]
    return BY_NAME.get(bare) or (begun[0] if len(begun) == 1 else None)


def _quiet(call: Call, said: str) -> Reply:
    manners = call.company.manners
    span = None if said in _AGAIN else parse_span(said)
    if span is None and said not in _AGAIN:
        return Reply(say=texts.how_to_set(may_choose=_may_choose(call)))
    outcome = service.want_quiet_hours(call.unit, call.actor, manners, span)
    if isinstance(outcome, AlwaysOn):
        raise TypeError("hours are no kind")
    return _said(call, texts.quiet_set(outcome, manners))


def _said(call: Call, text: str) -> Reply:
    """And his card, if one hangs, shows it."""
    post.refresh_all(call.unit, subject(call.actor.id))
    return Reply(say=text)


def save(call: Call, action: SaveSettings) -> Reply:
    """保存: what is ticked is on, as far as it may be off."""
    manners = call.company.manners
    before = wishes_of(call.unit.connection, call.actor.id)
    if action.seen != views.picture(manners, before):
        return Reply(say=texts.SETTINGS_CHANGED, refresh=True)
    ticked = set(call.selected.get("on", ()))
    shown = views.switches(manners)
    on = {kind for kind in ReminderKind if (kind.value in ticked if kind in shown else kind not in before.off)}
    days_off = before.days_off if manners.days_off else views.DAYS_OFF in ticked
    outcome = service.choose(call.unit, call.actor, manners, on, digest=views.DIGEST in ticked, days_off=days_off)
    return Reply(say=texts.saved(outcome), refresh=True)
