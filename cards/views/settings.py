"""设置: a person's switches of reminders. Pure, as all views."""

import hashlib
from collections.abc import Sequence

from cards import saying
from cards.fitting import width
from cards.model import Button, Card, Checklist, Option, Style
from cards.reminder_actions import SaveSettings
from cards.texts import manners as texts
from core.manners.kinds import NAMES, OF_ITS_OWN, ReminderKind
from core.manners.rules import Manners, Wishes
from core.people.reached import Chosen

DIGEST, DAYS_OFF = "digest", "daysoff"
_MOST_OPTIONS = 20
_ROOM = 70  # for what is always on, below the title, and where what comes comes


def switches(manners: Manners) -> list[ReminderKind]:
    """The kinds that have a switch on the card: as many as it holds, the most important first."""
    room = _MOST_OPTIONS - 1 - (not manners.days_off)
    return [kind for kind in ReminderKind if manners.may_be_off(kind)][:room]


def settings_card(manners: Manners, wishes: Wishes, chosen: Chosen | None = None) -> Card:
    """What is ticked is on. The hours are typed, and on which platform what comes comes, where there is a choice."""
    quiet = texts.quiet_hours(manners, wishes)
    mine = "改时间发 设置 免打扰 21:00-8:00" if manners.widest is not None else ""
    where = texts.comes_to(chosen.channel) if chosen is not None else ""
    return Card(
        title="我的提醒",
        subtitle=f"免打扰：{quiet or '没有'}。{mine}".rstrip("。") + "。",
        lines=(
            "有 ☑ 的会提醒；没有的不提醒，事情还在 待办、我的客户 里。",
            *((where,) if where else ()),
            *_always(manners, _ROOM - width(where)),
        ),
        checklist=Checklist(
            "on",
            tuple(_options(manners, wishes)),
            _save(manners, wishes),
            typed="也可以发 设置 名称 开、设置 名称 关",
            taps="打开，有 ☑ 的就关掉",
        ),
    )


def _always(manners: Manners, room: int) -> tuple[str, ...]:
    """What cannot be switched off, as much of it as there is room for."""
    names = [NAMES[kind][0] for kind in ReminderKind if kind in manners.fixed - OF_ITS_OWN]
    wordings = [f"一直提醒：{'、'.join(names[:count])}" for count in range(len(names), 0, -1)]
    fuller = [f"{wordings[0]}。", *(f"{each}等。" for each in wordings[1:])] if names else []
    return (saying.first_that_fits(fuller, room),) if fuller else ()


def _options(manners: Manners, wishes: Wishes) -> Sequence[Option]:
    kinds = [_option(kind.value, NAMES[kind][0], on=kind not in wishes.off) for kind in switches(manners)]
    digest = _option(DIGEST, "几件合成一张", on=wishes.digest)
    rest = [] if manners.days_off else [_option(DAYS_OFF, "休息日免打扰", on=wishes.days_off)]
    return [digest, *rest, *kinds]


def _option(key: str, name: str, *, on: bool) -> Option:
    return Option(key, name, checked=on, typed=f"设置 {name} {'关' if on else '开'}")


def _save(manners: Manners, wishes: Wishes) -> Button:
    return Button("保存", SaveSettings(picture(manners, wishes)), Style.PRIMARY)


def picture(manners: Manners, wishes: Wishes) -> str:
    """What can be ticked on the card, in short: another one if anything of it is another."""
    shown = (switches(manners), sorted(wishes.off), wishes.digest, wishes.days_off, manners.days_off)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]
