"""A day with its time of day put before or after now, and what makes it no appointment all the same."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.phrases.clocks import DEFAULT
from bot.phrases.cues import AFTER_IT, is_report
from bot.phrases.due import contacts, due_span, with_lead
from bot.phrases.elsewhere import does_else, only_returns
from bot.phrases.mention import Kind, Mention
from bot.phrases.readings import Clock, Day, Doubt, Holds, Instant, Span
from bot.phrases.when_refused import refusal
from core.calendar import CHINA

WHICH_HALF = "没说早上还是晚上"
_ELSE = "说的是别的安排，没说哪天联系"
_EVENING_FROM = 17  # people who write of 8 or 9 o'clock from then on
_ALSO_EVENING = (8, 9)


def moment(day: date, clock: Clock | None) -> datetime:
    """The local moment; hour 24 is the midnight that ends the day."""
    hour, minute = (clock.hour, clock.minute) if clock else (DEFAULT.hour, DEFAULT.minute)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(hours=hour, minutes=minute)


def bad(plain: str, start: int, end: int, why: str, *, vague: bool = False, day: date | None = None) -> Mention:
    """plain[start:end] as a mention that fixes no time; `day` is what a clock time behind it may be meant for."""
    kind = Kind.VAGUE if vague else Kind.WRONG
    return Mention(kind, start, end, plain[start:end].strip(), day=day, why=why)


def doubted(plain: str, start: int, doubt: Doubt) -> Mention:
    """The mention that begins at `start` and was read as `doubt`."""
    return replace(bad(plain, start, doubt.end, doubt.why, vague=doubt.weak), half=doubt.half, span=doubt.span)


def evening(clock: Clock | None, at: datetime, now: datetime) -> datetime | None:
    """What 「8点」 probably means when it is written in the evening: eight in the evening, if that is still ahead."""
    late = now.hour >= _EVENING_FROM and at.date() == now.date()
    meant = at + timedelta(hours=12)
    return meant if late and clock and clock.loose and clock.hour in _ALSO_EVENING and meant > now else None


def no_contact(plain: str, text: str, pos: int, end: int, at: datetime, day: date | None) -> Mention | None:
    """Why text[pos:end], which is ahead, is no appointment: called off, not possible, or the customer does something
    else; None if it may be one."""
    after = Span(at.date(), None, Holds.AFTER)
    if only_returns(text, pos, end):
        return replace(bad(plain, pos, end, _ELSE, vague=True, day=day), span=after, proposal=at)
    if does_else(text, pos, end):
        return replace(bad(plain, pos, end, _ELSE, vague=True, day=day), span=after)
    if refused := refusal(text, pos, end):
        # 「明天上午没空」 leaves the rest of tomorrow: a clock time that follows may be meant for it.
        return bad(plain, pos, end, refused, vague=True, day=day)
    return None


def placed(plain: str, text: str, pos: int, end: int, day: Day, clock: Clock | None, now: datetime) -> Mention:
    """text[pos:end], a day with its time of day, before or after now."""
    exact = clock is not None and clock.exact
    options = [moment(option, clock) for option in day.dates]
    at = next((option for option in options if option > now), options[-1])
    reported = is_report(text, end)
    if reported and day.back:
        at = min(moment(day.back, clock), now)
    elif reported and not exact and day.dates[0] == now.date():
        at = min(options[0], now)
    if at <= now:
        return _over(plain, pos, end, day, clock, at, now, reported=reported)
    if day.doubt and (day.unsure or clock is None):
        return replace(bad(plain, pos, end, day.doubt, vague=True), proposal=at, has_clock=exact)
    if none := no_contact(plain, text, pos, end, at, at.date() if clock else None):
        return none
    if not exact and (doubt := _of_a_bare_day(plain, text, pos, end, clock, at, now)):
        return doubt
    phrase = plain[pos:end]
    if at != options[0]:
        why = "已经过去" if day.dates[0] < now.date() else "今天已经过了" if exact else "就是今天"
        return Mention(Kind.VAGUE, pos, end, phrase, None, at.date(), exact, why, proposal=at, over=day)
    return Mention(Kind.AHEAD, pos, end, phrase, at, at.date(), exact, bare=clock is None, contact=contacts(text, end))


def placed_instant(plain: str, text: str, pos: int, instant: Instant, now: datetime) -> Mention:
    """text[pos : instant.end], a moment counted from now, ahead, told of, or in doubt."""
    at, day, phrase = instant.at, instant.at.date(), plain[pos : instant.end]
    if instant.gone:
        return Mention(Kind.PAST, pos, instant.end, phrase, now, told=True)
    if at <= now:
        return bad(plain, pos, instant.end, "没说准是什么时候", vague=True)
    if instant.doubt:
        doubt = bad(plain, pos, instant.end, instant.doubt, vague=True)
        return replace(doubt, proposal=at, has_clock=True)
    if none := no_contact(plain, text, pos, instant.end, at, day):
        return none
    if due := due_span(text, pos, instant.end):
        return replace(bad(plain, *due, "没说哪天联系", vague=True), proposal=at, due=True)
    return Mention(Kind.AHEAD, pos, instant.end, phrase, at, day, True)


def _over(
    plain: str, pos: int, end: int, day: Day, clock: Clock | None, at: datetime, now: datetime, *, reported: bool
) -> Mention:
    exact = clock is not None and clock.exact
    if at.date() == now.date() and not exact and not reported:
        return bad(plain, pos, end, "没说几点", vague=True, day=at.date())
    meant = None if reported or len(day.dates) > 1 else evening(clock, at, now)
    if meant:
        return Mention(Kind.VAGUE, pos, end, plain[pos:end], None, at.date(), exact, WHICH_HALF, proposal=meant)
    return Mention(Kind.PAST, pos, end, plain[pos:end], at, at.date(), exact, told=reported or day.gone)


def _of_a_bare_day(
    plain: str, text: str, pos: int, end: int, clock: Clock | None, at: datetime, now: datetime
) -> Mention | None:
    """What a day without a clock time may be instead: the end of a wait, or when something else falls due."""
    if after := AFTER_IT.search(text, 0, pos):
        span = Span(at.date(), None)
        return replace(bad(plain, after.start(), end, "没说准是哪一天", vague=True), span=span)
    if due := due_span(text, pos, end):
        first, last = due
        lead = moment(with_lead(text, last, at.date()), clock)
        proposal = lead if lead > now else None
        return replace(bad(plain, first, last, "没说哪天联系", vague=True), proposal=proposal, due=True)
    return None
