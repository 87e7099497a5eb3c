"""进件 as its officer sees it: the question that is asked, what is filled in, what can be changed, the papers. Pure, as
all views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import saying
from cards.fitting import cut, width
from cards.lead_actions import ShowLead
from cards.loan_actions import (
    AskField,
    ChangeField,
    DropApplication,
    FillNext,
    LeaveFilling,
    ListFields,
    ListPapers,
    NudgeApplication,
    PickChoice,
    PickChoices,
    ShowFilled,
    ShowProgress,
    SkipField,
    SubmitApplication,
    WithdrawApplication,
)
from cards.model import Button, Card, Checklist, Field, Option, Style
from cards.texts.applying import RESTARTS, STATES
from cards.texts.approving import WORDS
from cards.texts.form_fields import example, limits
from cards.texts.papers import papers_said, papers_there
from cards.texts.pausing import stands_still
from cards.texts.repaying import financing
from cards.texts.risk import in_lines
from cards.views.filled_pages import filled_card
from cards.views.form_values import computed_said, value_said
from cards.views.rows import ROW
from core.loans import filling
from core.loans.forms import FieldKind, FormField
from core.loans.models import LIVE, State
from core.loans.queries import ApplicationNow, Filled, Paper
from core.loans.todo import Opinion

TICKS = "field"
MORE = "more"
MOST_BUTTONS = 6
MOST_CHOICES = 5
FIELDS_A_PAGE = 18
_OPTION = 17
_KEY = 5
_ROOM, _LINE = 290, 40
_MOST_HITS = 3
_OWN_NUMBER = (FieldKind.ID_NUMBER, FieldKind.PHONE)


@dataclass(frozen=True, slots=True)
class Seen:
    """An application with what its cards say beside it: the customer's name as the viewer may see it, colleagues' names
    by number, what was decided against it (its return, if it came back, or its refusal), and whether the viewer may
    work on it; `withdrawable`: he may take it back still; it lacks so many `reports` to be handed in."""

    now: ApplicationNow
    customer: str
    names: Mapping[int, str]
    against: Opinion | None
    mine: bool
    withdrawable: bool = False
    reports: int = 0


def option_key(place: int) -> str:
    """What comes back when the choice at this place is ticked."""
    return f"c{place}"


def question_card(now: ApplicationNow, each: Filled, own: str, names: Mapping[int, str]) -> Card:
    """One question: what is asked, how it may be answered, what stands there. `own` is the customer's own number,
    masked, where that may be the answer."""
    field = each.field
    place, count = filling.place_of(now, field.key)
    which = f"A{now.number} 第 {place}/{count} 题"
    rows = tuple(row for row in _about_question(each, own, names) if row.value)
    many = field.kind is FieldKind.CHOICES or len(field.choices) > MOST_CHOICES
    if field.choices and many:
        said = [f"{row.label}：{row.value}" for row in rows]
        ways = f"也可以回复 {'、'.join(_words(now, field))}" if _words(now, field) else ""
        return Card(
            title=f"{field.label}？",
            subtitle=which,
            lines=(*said, ways) if ways else tuple(said),
            checklist=_choices(now.number, each),
        )
    controls = _controls(now, field)
    answers = _answers(now.number, each, own)
    room = MOST_BUTTONS - len(answers)
    words = [button.label for button in controls[room:]]
    told = "点按钮，或直接回复" if answers else "请直接回复"
    return Card(
        title=f"{field.label}？",
        subtitle=f"{which} · {told}",
        fields=rows,
        lines=(f"也可以回复 {'、'.join(words)}",) if words else (),
        buttons=(*answers, *controls[:room]),
    )


def _about_question(each: Filled, own: str, names: Mapping[int, str]) -> list[Field]:
    field = each.field
    now_said = "" if filling.is_empty(each) else value_said(field, each.value, names)
    shown = "" if field.choices else example(field)
    hint = field.hint if width(field.hint) <= ROW else ""
    rows = [Field("说明", hint), Field("现在", cut(now_said, ROW)), Field("范围", limits(field))]
    rows += [Field("已知", own), Field("例如", "" if field.hint else shown)]
    return [*rows, *([Field("说明", cut(field.hint, ROW))] if field.hint and not hint else [])]


def _choices(number: int, each: Filled) -> Checklist:
    field = each.field
    several = field.kind is FieldKind.CHOICES
    chosen = each.value if isinstance(each.value, list) else [each.value]
    options = tuple(
        Option(option_key(place), choice, checked=choice in chosen, typed=choice)
        for place, choice in enumerate(field.choices)
    )
    label = "选好了" if several else "就选这个"
    submit = Button(label, PickChoices(number, field.key), Style.PRIMARY)
    return Checklist(
        TICKS,
        options,
        submit=submit,
        multiple=several,
        typed="几项直接回复，用顿号隔开" if several else "也可以直接回复",
        taps="选那一项",
    )


def _answers(number: int, each: Filled, own: str) -> list[Button]:
    field = each.field
    if own and field.kind in _OWN_NUMBER:
        return [Button("用这个号码", PickChoice(number, field.key, 0), Style.PRIMARY)]
    return [
        Button(choice, PickChoice(number, field.key, place), Style.PRIMARY, typed=choice)
        for place, choice in enumerate(field.choices)
    ]


def _controls(now: ApplicationNow, field: FormField) -> list[Button]:
    """What can be done instead of answering; the first ones get the room that there is, the others are words."""
    back = filling.before(now, field.key)
    skip = [] if field.required else [Button("不填", SkipField(now.number, field.key))]
    before = [Button("上一题", AskField(now.number, back.field.key), typed="上一题")] if back is not None else []
    return [*skip, *before, Button("先停下", LeaveFilling(now.number), typed="先停下")]


def _words(now: ApplicationNow, field: FormField) -> list[str]:
    return [button.label for button in _controls(now, field)]


def application_card(seen: Seen, at: datetime) -> Card:
    """The application: product, amount and term, what is filled in, the papers, and what can be done."""
    now = seen.now
    rows = [Field("客户", saying.named(seen.customer, f"L{now.lead_id}", ROW)), Field("申请", _asked_for(now))]
    rows += [Field(label, said) for label, said in _computed(now) if width(label) <= _KEY][:3]
    if now.papers:
        papers = papers_said(now.papers) if now.state in LIVE else [papers_there(now.papers)]
        rows.append(Field("资料", saying.first_that_fits(papers, ROW)))
    against = seen.against if now.state in (State.RETURNED, State.ENDED) else None
    return Card(
        title=cut(f"进件 A{now.number} {saying.product(now.product)}", 36),
        subtitle=_standing(seen, at),
        quote=_decided_against(against, seen.names, at) if against is not None else "",
        fields=tuple(rows),
        lines=_lines(seen, _ROOM // 2 if against is not None else _ROOM, at),
        buttons=tuple(_buttons(seen)[:MOST_BUTTONS]),
    )


def _asked_for(now: ApplicationNow) -> str:
    amount = saying.money(now.amount_fen) if now.amount_fen is not None else "金额未填"
    return f"{amount} · {f'{now.term_months}个月' if now.term_months else '期限未填'}"


def _computed(now: ApplicationNow) -> list[tuple[str, str]]:
    return [
        (field.label, computed_said(field, now.computed[field.key]))
        for field in now.form.fields
        if field.kind is FieldKind.COMPUTED and field.key in now.computed
    ]


def _standing(seen: Seen, at: datetime) -> str:
    now = seen.now
    if now.state in (State.DRAFT, State.RETURNED):
        fields = filling.asked(now)
        filled = sum(not filling.is_empty(each) for each in fields)
        left = len(filling.lacking(now))
        lacks = ((len(wanted_first(now)), "份资料"), (seen.reports, "份报告"))
        wanted = "和 ".join(f"{count} {what}" for count, what in lacks if count)
        ready = f"填好了，还差 {wanted}才能提交" if wanted else "填好了，可以提交"
        whole = f"已填 {filled} 项，必填还差 {left} 项" if left else ready
        return f"{STATES[now.state].partition('，')[0]} · {whole}"
    if now.state is State.RUNNING:
        who = "、".join(seen.names.get(one, "同事") for each in now.waiting for one in each.people)
        waits = "等外部报告" if any(each.reports for each in now.waiting) else "等待中"
        return cut(f"{now.stage} · {f'等 {who}' if who else waits} · {saying.span(at - now.stage_since)}", 44)
    ended = f" · {saying.day(now.ended_at, at)}" if now.ended_at else ""
    return f"{STATES[now.state]} · {now.stage}{ended}"


def _decided_against(one: Opinion, names: Mapping[int, str], at: datetime) -> str:
    who = names.get(one.by_id or one.person_id, "同事")
    why = f"：{saying.plain(one.reason, 100)}" if one.reason else ""
    return f"{who} {saying.day(one.at, at)} {WORDS[one.decision]}（{one.node}）{why}"


def wanted_first(now: ApplicationNow) -> list[Paper]:
    """What is missing without which it cannot be handed in."""
    first = now.flow.node(now.enters or now.flow.start.next).stage
    return [each for each in now.papers if not each.count and each.document.stage == first]


def _lines(seen: Seen, room: int, at: datetime) -> tuple[str, ...]:
    """Why the clock stands still, what the loan costs (first if that is too much), and what is filled in."""
    dear, costs = financing(seen.now.cost, seen.now.form.cost_line)
    found = seen.now.screening if seen.now.state is not State.DRAFT else None
    came_back = seen.now.state is State.RETURNED
    told = [
        *dear,
        *(in_lines(found, _MOST_HITS, before=came_back) if found is not None else ()),
        *([RESTARTS] if seen.now.restarts else []),
        *stands_still(seen.now.paused, seen.names, at),
        *_choices_made(seen),
        *costs,
    ]
    return (*told, *_filled_lines(seen, room - sum(map(width, told)) - len(told)))


def _choices_made(seen: Seen) -> list[str]:
    """Whom the submitter has named for which node."""
    made = [(each.node.name, [seen.names.get(one, "同事") for one in each.people]) for each in seen.now.choices]
    return [f"{name}：{'、'.join(people) or '由您选人，提交时会问'}" for name, people in made]


def _filled_lines(seen: Seen, room: int) -> tuple[str, ...]:
    """All that is filled in, several to a line; where there is no room for the rest, it is said where that stands."""
    now, rest = seen.now, "修改" if _changes(seen) else "详情"
    parts = [
        f"{each.field.label} {saying.plain(value_said(each.field, each.value, seen.names), 18)}"
        for each in filling.asked(now)
        if not filling.is_empty(each) and each.field.key not in ("amount", "term")
    ]
    parts += [f"{label} {said}" for label, said in _computed(now) if width(label) > _KEY]
    lines: list[str] = []
    for count, part in enumerate(parts):
        if sum(map(width, lines)) + len(lines) + width(part) > room:
            return (*lines, f"还有 {len(parts) - count} 项，点 {rest} 查看")
        if lines and width(lines[-1]) + width(part) + 3 <= _LINE:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return tuple(lines)


def _buttons(seen: Seen) -> list[Button]:
    now, number = seen.now, seen.now.number
    lead = Button("客户", ShowLead(now.lead_id))
    progress = Button("进度", ShowProgress(number))
    all_of_it = Button("详情", ShowFilled(number, 1))
    if not seen.mine:
        return [progress, all_of_it]
    papers = [Button("补材料", ListPapers(number), _style_of_papers(now))] if now.papers else []
    match now.state:
        case State.DRAFT | State.RETURNED:
            drop = Button("放弃", DropApplication(number, 0))
            return [_forward(now), Button("修改", ListFields(number, 1)), *papers, drop, lead]
        case State.RUNNING:
            nudge = Button("催办", NudgeApplication(number))
            back = [Button("撤回", WithdrawApplication(number))] if seen.withdrawable else []
            return [progress, nudge, *papers, *back, all_of_it, lead]
        case _:
            return [progress, all_of_it, lead]


def _changes(seen: Seen) -> bool:
    """May the viewer change what is filled in, now?"""
    return seen.mine and seen.now.state in (State.DRAFT, State.RETURNED)


def whole_card(now: ApplicationNow, page: int, customer: str, names: Mapping[int, str]) -> Card:
    """详情 of what cannot be changed."""
    back = Button("回到进件", LeaveFilling(now.number))
    return filled_card(now, customer, names, page, lambda to: ShowFilled(now.number, to), back)


def _style_of_papers(now: ApplicationNow) -> Style:
    wanted = now.state in (State.DRAFT, State.RETURNED) and not filling.lacking(now) and wanted_first(now)
    return Style.PRIMARY if wanted else Style.PLAIN


def _forward(now: ApplicationNow) -> Button:
    if filling.lacking(now):
        return Button("继续填写", FillNext(now.number), Style.PRIMARY)
    word = "重新提交" if now.state is State.RETURNED else "提交"
    style = Style.PLAIN if wanted_first(now) else Style.PRIMARY
    return Button(word, SubmitApplication(now.number), style)


def fields_card(now: ApplicationNow, page: int, names: Mapping[int, str]) -> Card:
    """修改: all that is asked for, with what stands there; one is ticked."""
    fields = filling.asked(now)
    pages = max(-(-len(fields) // FIELDS_A_PAGE), 1)
    page = page if 1 <= page <= pages else 1
    shown = fields[(page - 1) * FIELDS_A_PAGE : page * FIELDS_A_PAGE]
    options = [
        Option(each.field.key, _line(each, names), typed=f"修改 A{now.number} {each.field.label}") for each in shown
    ]
    more = [Option(MORE, "更多的项" if page < pages else "回第一页", turns=True)] if pages > 1 else []
    return Card(
        title=cut(f"A{now.number} 改哪一项", 16),
        checklist=Checklist(
            TICKS,
            (*options, *more),
            submit=Button("修改", ChangeField(now.number, page), Style.PRIMARY),
            multiple=False,
            typed=f"也可以发 修改 A{now.number} 项",
            ticks="选一项，再点 修改",
            taps="修改那一项",
        ),
    )


def _line(each: Filled, names: Mapping[int, str]) -> str:
    said = "未填" if filling.is_empty(each) else value_said(each.field, each.value, names)
    return cut(f"{each.field.label}：{said}", _OPTION)


def drop_card(now: ApplicationNow, customer: str) -> Card:
    """放弃, asked once more."""
    return Card(
        title=f"放弃进件 A{now.number}？",
        subtitle="放弃后不能恢复；以后重新进件，会沿用填过的内容。",
        fields=(
            Field("客户", saying.named(customer, f"L{now.lead_id}", ROW)),
            Field("申请", f"{saying.product(now.product)} · {_asked_for(now)}"),
        ),
        buttons=(
            Button("确定放弃", DropApplication(now.number, 1), Style.DANGER),
            Button("不放弃", LeaveFilling(now.number), Style.PRIMARY),
        ),
    )


def live_line(now: ApplicationNow, names: Mapping[int, str]) -> str:
    """An application that is under way, in one line of the customer's card: `进件 A203 · 初审 · 刘芳`."""
    who = "、".join(dict.fromkeys(names.get(one, "同事") for each in now.waiting for one in each.people))
    where = now.stage if now.state is State.RUNNING else STATES[now.state]
    return " · ".join(filter(None, (f"进件 A{now.number}", where, who if now.state is State.RUNNING else "")))


def people_of(now: ApplicationNow, against: Opinion | None = None) -> Sequence[int]:
    """The colleagues whom its cards name."""
    found = [one for each in now.waiting for one in each.people]
    found += [now.paused.by_id] if now.paused is not None else []
    found += [each.value for each in now.fields if each.field.kind is FieldKind.PERSON and isinstance(each.value, int)]
    found += [one for each in now.choices for one in each.people]
    if against is not None:
        found += [against.person_id, against.by_id or against.person_id]
    return found
