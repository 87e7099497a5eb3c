"""报告, 补报告, 撤回授权: the outside reports of an application, one that a person brings, and what the customer takes
back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.call import Call, Reply
from bot.handlers import approving, media
from bot.handlers.filling import refused
from bot.inbound import Sent
from bot.phrases.application_numbers import split_application
from bot.phrases.filling_words import Said, read_wish, says_done
from bot.phrases.form_answers import Answer, read_answer
from bot.phrases.numbers import folded
from cards.loan_actions import BringReport, ShowReportFiles, ShowReports
from cards.texts import applying as applying_texts
from cards.texts import form_fields as field_texts
from cards.texts import reports as texts
from core.expressions import Fact, Kind
from core.leads import media as kept
from core.leads.contact_outcomes import Received
from core.loans import forms, papers, reporting
from core.loans.forms import FieldKind, FormField
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.report_now import ReportNow
from core.loans.report_subject import token_of
from core.loans.reported import AnotherApplicant, HandedIn, NoConsent, NoSuchReport, can_be_brought, hand_in
from core.loans.reporting import Seen
from core.loans.withdrawing import Withdrawn, withdraw
from core.people import queries as people
from core.risk import reports
from core.risk.policy import Unit
from core.risk.providers import Figure, Provider
from core.store import post
from jobs.report_screens import reports_face

_FIELD_KINDS = {Unit.YUAN: FieldKind.MONEY, Unit.SHARE: FieldKind.PERCENT}
_YES, _NO = "是", "否"


def has_any(call: Call) -> bool:
    """Does the company ask anybody for reports, and is there an application for which it would?"""
    wanted = any(each.active for each in call.company.loans.providers.providers)
    return wanted and (approving.has_to_decide(call) or approving.has_to_wait(call))


def show(call: Call) -> Reply:
    """报告 A203."""
    found = split_application(call.text)
    return _shown(call, found[0]) if found is not None else Reply(say=texts.WHICH)


def show_tapped(call: Call, action: ShowReports) -> Reply:
    """报告 on a card."""
    return _shown(call, action.number)


def _shown(call: Call, number: int) -> Reply:
    seen = _seen(call, number)
    if isinstance(seen, Reply):
        return seen
    if not seen.reports:
        return Reply(say=texts.NONE_WANTED)
    if seen.sees_figures and any(each.report is not None and each.report.figures for each in seen.reports):
        call.unit.record(call.actor.id, "report:seen", f"application:{number}")
    return Reply(show=reports_face(number))


def _seen(call: Call, number: int) -> Seen | Reply:
    unit = call.unit
    seen = reporting.seen_by(unit.connection, unit.vault, call.actor, number, call.company.loans, unit.now)
    if seen is not None:
        return seen
    unit.record(call.actor.id, "loan:denied", f"application:{number}")
    return Reply(say=applying_texts.refused(NoSuchApplication(number), call.words()), refresh=True)


def show_files(call: Call, action: ShowReportFiles) -> Reply:
    """看原件: the pictures and files of a report that a colleague has brought, to who may see what it says."""
    seen = _seen(call, action.number)
    if isinstance(seen, Reply):
        return seen
    meant = next((each for each in seen.reports if each.provider.key == action.key), None)
    if not seen.sees_figures or meant is None or meant.report is None:
        call.unit.record(call.actor.id, "loan:denied", f"application:{action.number}")
        return Reply(say=texts.NO_FILES, refresh=True)
    files = sorted(reports.media_of(call.unit.connection, [meant.report.id]))
    if not files:
        return Reply(say=texts.NO_FILES, refresh=True)
    call.unit.record(call.actor.id, "report:seen", f"application:{action.number}", report=meant.report.id, media=files)
    for medium_id in files:
        post.send_file(call.unit, call.unit.channel, call.actor.id, medium_id)
    return Reply(say=texts.files_sent(meant.provider, len(files)))


def bring(call: Call) -> Reply:
    """补报告 A203 征信报告."""
    found = split_application(call.text)
    if found is None:
        return Reply(say=texts.WHICH_TO_BRING)
    number, said = found
    seen = _seen(call, number)
    if isinstance(seen, Reply):
        return seen
    can = [each for each in seen.reports if each.provider.exchange is None or can_be_brought(each)]
    meant = [each for each in can if folded(said).strip() in folded(each.provider.name)] if said else can
    if len(meant) == 1:
        return _begin(call, seen, meant[0])
    if not can:
        return Reply(say=texts.not_handed_in(NoSuchReport(number)))
    return Reply(say=texts.which_report(number, [each.provider.name for each in can]))


def bring_tapped(call: Call, action: BringReport) -> Reply:
    """补报告 on a card."""
    seen = _seen(call, action.number)
    if isinstance(seen, Reply):
        return seen
    meant = next((each for each in seen.reports if each.provider.key == action.key), None)
    if meant is None or not can_be_brought(meant):
        standing = meant.standing if meant is not None else None
        return Reply(say=texts.not_handed_in(NoSuchReport(action.number, standing)), refresh=True)
    return _begin(call, seen, meant)


def _begin(call: Call, seen: Seen, meant: ReportNow) -> Reply:
    number = seen.subject.application_id
    if not seen.works_on:
        call.unit.record(call.actor.id, "loan:denied", f"application:{number}")
        return Reply(say=applying_texts.refused(NoSuchApplication(number), call.words()), refresh=True)
    if meant.consent is None:
        return Reply(say=texts.not_handed_in(NoConsent(number, meant)), refresh=True)
    about = token_of(call.unit.connection, call.unit.vault, seen.subject)
    _ask(call, _Bringing(number, meant.provider.key, about))
    return Reply(say=texts.ask_pictures(number, meant.provider), asks=True)


@dataclass(frozen=True, slots=True)
class _Bringing:
    """A report that is being brought: what was sent and typed so far, and the figure that is asked for (empty: pictures
    are). `about`: see `report_subject.token_of`."""

    number: int
    key: str
    about: str
    media: tuple[int, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""


def _ask(call: Call, it: _Bringing) -> None:
    """What comes next belongs to this report."""
    said = {"media": list(it.media), "figures": dict(it.figures), "at": it.at}
    call.ask("report", application=it.number, provider=it.key, about=it.about, **said)


def _asked(call: Call) -> tuple[_Bringing, Provider | None]:
    args: dict[str, Any] = dict(call.asked)
    media_ids, figures = tuple(args["media"]), dict(args["figures"])
    it = _Bringing(int(args["application"]), str(args["provider"]), str(args["about"]), media_ids, figures, args["at"])
    return it, call.company.loans.providers.of(it.key)


def received(call: Call, sent: Sent) -> Reply:
    """A picture or file while a report is brought: kept with the lead, for who may see what the report says."""
    it, provider = _asked(call)
    seen = _seen(call, it.number)
    if isinstance(seen, Reply) or provider is None or it.at or sent.kind not in papers.PAPER_KINDS:
        return media.received(call, sent)
    lead_id, pools = seen.subject.lead_id, call.company.pools
    kept_now = kept.receive(call.unit, call.actor, sent.kind, sent.media_id, lead_id, pools, private=True)
    if not isinstance(kept_now, Received):
        return media.not_received(call, kept_now)
    if kept_now.lead_id is None:
        return media.unsorted(call, kept_now)
    it = replace(it, media=(*it.media, kept_now.medium_id))
    _ask(call, it)
    return Reply(say=texts.taken(provider, len(it.media)), asks=True)


def typed(call: Call) -> Reply:
    """Words while a report is brought: that all pictures are sent, or a figure."""
    it, provider = _asked(call)
    if provider is None:
        call.end_dialog()
        return Reply(say=texts.not_handed_in(NoSuchReport(it.number)))
    if it.at:
        return _figure_given(call, it, provider)
    if not says_done(call.text):
        return Reply(say=texts.waits_for_pictures(provider), asks=True)
    return _next(call, it, provider) if it.media else Reply(say=texts.NO_PICTURE, asks=True)


def _figure_given(call: Call, it: _Bringing, provider: Provider) -> Reply:
    figure = next((each for each in provider.figures if each.key == it.at), None)
    if figure is None or read_wish(call.text) is Said.SKIP:
        return _next(call, replace(it, figures={**it.figures, it.at: None}), provider)
    asked_for = _field(figure)
    read = read_answer(asked_for, call.text, call.unit.now)
    _ask(call, it)  # he has his half hour again
    if not isinstance(read, Answer):
        return Reply(say=field_texts.not_read(asked_for, read.why, read.said, read.among), asks=True)
    wrong = forms.wrong(asked_for, read.value)
    if wrong is not None:
        return Reply(say=field_texts.wrong_value(wrong), asks=True)
    return _next(call, replace(it, figures={**it.figures, it.at: _fact(figure, read.value)}), provider)


def _next(call: Call, it: _Bringing, provider: Provider) -> Reply:
    """The next figure is asked for; with the last one the report is handed in."""
    left = [each for each in provider.figures if each.key not in it.figures]
    if left:
        _ask(call, replace(it, at=left[0].key))
        place = len(provider.figures) - len(left) + 1
        return Reply(say=texts.ask_figure(left[0], place, len(provider.figures)), asks=True)
    call.end_dialog()
    learnt = {key: value for key, value in it.figures.items() if value is not None}
    rules = call.company.loans
    outcome = hand_in(call.unit, call.actor, it.number, it.key, learnt, it.media, it.about, rules)
    match outcome:
        case HandedIn():
            said = texts.figures_said(provider, learnt)
            names = people.names(call.unit.session, outcome.waiting_for)
            return Reply(say=texts.handed_in(outcome, said, list(names.values())), show=reports_face(it.number))
        case NoSuchReport() | NoConsent() | AnotherApplicant():
            return Reply(say=texts.not_handed_in(outcome))
        case NotNow():
            return refused(call, outcome)
        case NoSuchApplication():
            return Reply(say=applying_texts.refused(outcome, call.words()))


def _field(figure: Figure) -> FormField:
    """The figure as a field of a form, so that it is asked for and read as one."""
    kind = _FIELD_KINDS.get(figure.unit, FieldKind.NUMBER)
    if figure.kind is Kind.TEXT:
        kind = FieldKind.TEXT
    elif figure.kind is Kind.YES_NO:
        kind = FieldKind.CHOICE
    least, most = (Decimal(str(bound)) if bound is not None else None for bound in (figure.least, figure.most))
    choices = (_YES, _NO) if figure.kind is Kind.YES_NO else ()
    return FormField(figure.key, figure.label, kind, choices=choices, least=least, most=most, whole=figure.whole)


def _fact(figure: Figure, value: Any) -> Fact:
    """As the rules see what was typed: money in yuan."""
    if figure.kind is Kind.YES_NO:
        return bool(value == _YES)
    if figure.kind is Kind.TEXT:
        return str(value)
    return value / 100 if figure.unit is Unit.YUAN else float(value)


def left(_call: Call) -> str:
    """取消 while a report is brought."""
    return texts.STOPPED


def take_consent_back(call: Call) -> Reply:
    """撤回授权 A203."""
    found = split_application(call.text)
    if found is None:
        return Reply(say=texts.WHICH_TO_WITHDRAW)
    outcome = withdraw(call.unit, call.actor, found[0], call.company.loans)
    if isinstance(outcome, Withdrawn):
        return Reply(say=texts.withdrawn(outcome))
    return Reply(say=applying_texts.refused(outcome, call.words()))
