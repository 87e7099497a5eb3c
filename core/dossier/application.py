"""The application itself: what was asked for, on which versions, what was filled in, which papers are there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select

from core.dossier.reading import UNOPENED, Named, Opened, Reading, Unopened, Who, product
from core.expressions import Fact
from core.leads.filetypes import MediumKind
from core.leads.kept import Medium, MediumState, key_place, title_place
from core.leads.lending import borrowing_of
from core.loans import forms
from core.loans.cost import Cost
from core.loans.financing import cost_now
from core.loans.flows import StageType
from core.loans.forms import FieldKind
from core.loans.models import ApplicationDocument, Definition, State
from core.loans.run import CHOSEN, about
from core.moments import day_of
from core.people import queries as people
from core.privacy import Unreadable
from core.risk.models import RiskDecision
from core.risk.record import said_by
from core.store.base import table_of
from core.store.config_versions import ConfigVersion

_DEF, _CONFIG = table_of(Definition), table_of(ConfigVersion)
_DOC, _M, _R = table_of(ApplicationDocument), table_of(Medium), table_of(RiskDecision)


@dataclass(frozen=True, slots=True)
class Whole:
    """The application as it stands. `cost_a_year`: what the loan costs a year (综合融资成本, a share of one, simple),
    where that is known."""

    number: str
    product: Named | None
    amount_fen: int | None
    term_months: int | None
    state: State
    stage: Named
    stage_type: StageType | None
    stage_since: datetime
    owner: Who | None
    created_at: datetime
    submitted_at: datetime | None
    submitted_by: Who | None
    ended_at: datetime | None
    resume_at: Named | None
    cost_a_year: Decimal | None
    revision: int


class What(StrEnum):
    """What there are versions of."""

    FORM = "form"
    FLOW = "flow"
    RISK = "risk"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Version:
    """A version by which something was done with the application: the form and the flow it began with, each risk policy
    that was asked, each configuration of the company that was in force meanwhile. `digest` is the SHA-256 of its
    content, `at` when it was written down, `by` the account that applied a configuration."""

    what: What
    key: str
    name: str
    number: int
    digest: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A field of the form. `asked`: it is asked for, by the answers above it; what stands in another one counts for
    nothing. Money is fen, a share a part of one."""

    key: str
    label: str
    kind: FieldKind | None
    value: Any
    asked: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the submitter chose for a node."""

    node: Named
    person: Who | None


class OnDisk(StrEnum):
    """What comes of looking at a kept file: its content has the digest that was written down when it came; it has
    another, or does not open; it is not there."""

    SAME = "same"
    OTHER = "other"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the checklist, with one picture or file that it is (none: nothing is there). `wanted`: the form asks
    for it, by what is filled in. `sha256` is that of the content, written down once it is kept; `file`: what the file
    is now."""

    key: str
    name: str
    wanted: bool
    before_stage: Named | None
    medium: str | None = None
    put_by: Who | None = None
    put_at: datetime | None = None
    sent_by: Who | None = None
    sent_at: datetime | None = None
    title: Opened = None
    kind: MediumKind | None = None
    type: str | None = None
    size: int | None = None
    sha256: str | None = None
    state: MediumState | None = None
    file: OnDisk | None = None


def whole(reading: Reading) -> Whole:
    """The application."""
    row = reading.row
    return Whole(
        number=f"A{reading.number}",
        product=product(row.product),
        amount_fen=row.amount_fen,
        term_months=row.term_months,
        state=State(row.state),
        stage=reading.stage(row.stage),
        stage_type=StageType(row.stage_type) if row.stage_type else None,
        stage_since=row.stage_since,
        owner=reading.who(row.owner_id),
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        submitted_by=reading.who(row.submitted_by_id, row.submitted_at),
        ended_at=row.ended_at,
        resume_at=reading.node(row.resume_at) if row.resume_at else None,
        cost_a_year=_cost(reading),
        revision=row.revision,
    )


def versions(reading: Reading) -> list[Version]:
    """All versions by which something was done, in the order in which they came into being."""
    row = reading.row
    asked = select(_R.c.policy).where(_R.c.application_id == reading.number)
    pinned = or_(_DEF.c.digest.in_([row.form, row.flow]), _DEF.c.digest.in_(asked))
    columns = (_DEF.c.kind, _DEF.c.key, _DEF.c.number, _DEF.c.digest, _DEF.c.at)
    names = {row.form: getattr(reading.form, "name", ""), row.flow: getattr(reading.flow, "name", "")}
    found = [
        Version(What(each.kind), each.key, names.get(each.digest, ""), each.number, each.digest, each.at)
        for each in reading.session.execute(
            select(*columns).where(pinned).order_by(_DEF.c.at, _DEF.c.kind, _DEF.c.number)
        )
    ]
    return found + _configurations(reading)


def _configurations(reading: Reading) -> list[Version]:
    """Those that were in force while it was under way: the one it began under, and all that came until it ended."""
    began, ended = reading.row.created_at, reading.row.ended_at or reading.now
    columns = (_CONFIG.c.number, _CONFIG.c.digest, _CONFIG.c.at, _CONFIG.c.by)
    rows = reading.session.execute(select(*columns).where(_CONFIG.c.at <= ended).order_by(_CONFIG.c.number)).all()
    before = [row for row in rows if row.at <= began][-1:]
    meanwhile = [row for row in rows if row.at > began]
    return [Version(What.CONFIG, "", "", row.number, row.digest, row.at, row.by) for row in [*before, *meanwhile]]


def values(reading: Reading) -> list[Filled] | Unopened:
    """Every field of the form with what stands in it, as the form has them, and what stands in none."""
    filled = reading.values
    if filled is None:
        return UNOPENED
    facts, form = _facts(reading), reading.form
    rows = [
        Filled(
            key=each.key,
            label=each.label,
            kind=each.kind,
            value=facts.get(each.key)
            if each.kind is FieldKind.COMPUTED
            else _shown(reading, each.kind, filled.get(each.key)),
            asked=each.key in facts,
        )
        for each in (form.fields if form is not None else ())
    ]
    known = {each.key for each in rows} | {CHOSEN}
    others = [
        Filled(key, key, None, _shown(reading, FieldKind.TEXT, value), asked=False)
        for key, value in filled.items()
        if key not in known
    ]
    return rows + others


def _shown(reading: Reading, kind: FieldKind, value: Any) -> Any:
    if kind is FieldKind.PERSON and isinstance(value, int):
        return reading.who(value)
    return reading.filled(kind, value)


def chosen(reading: Reading) -> list[Chosen]:
    """Whom the submitter named for nodes that leave it to him."""
    named = (reading.values or {}).get(CHOSEN, {})
    return [Chosen(reading.node(node), reading.who(each)) for node, people in named.items() for each in people]


def papers(reading: Reading) -> list[Paper]:
    """The checklist as the form has it: what is wanted, and what is there, wanted or not."""
    form, facts = reading.form, _facts(reading)
    wanted = forms.documents(form, reading.row.product, facts) if form is not None else ()
    known = {each.key: each for each in (form.documents if form is not None else ())}
    there = _there(reading)
    keys = [each for each in known if known[each] in wanted or each in there] + [
        each for each in there if each not in known
    ]
    found: list[Paper] = []
    for key in keys:
        document = known.get(key)
        name, stage = (document.name, document.stage) if document is not None else (key, "")
        head = (key, name, document in wanted, reading.stage(stage) if stage else None)
        found += [_paper(reading, head, row) for row in there.get(key, ())] or [Paper(*head)]
    return found


def _there(reading: Reading) -> Mapping[str, Sequence[Any]]:
    columns = [column for column in _M.c if column.name not in ("key", "source")]
    put = (_DOC.c.key.label("paper"), _DOC.c.by_id, _DOC.c.at, _M.c.key.label("sealed_key"))
    wanted = select(*put, *columns).join(_M, _M.c.id == _DOC.c.medium_id)
    rows = reading.session.execute(wanted.where(_DOC.c.application_id == reading.number).order_by(_DOC.c.at, _M.c.id))
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.paper, []).append(row)
    return found


def _paper(reading: Reading, head: tuple[str, str, bool, Named | None], row: Any) -> Paper:
    return Paper(
        *head,
        medium=str(row.id),
        put_by=reading.who(row.by_id, row.at),
        put_at=row.at,
        sent_by=reading.who(row.person_id, row.received_at),
        sent_at=row.received_at,
        title=reading.words(title_place(row.id), row.name),
        kind=MediumKind(row.kind),
        type=row.type,
        size=row.size,
        sha256=row.digest,
        state=MediumState(row.state),
        file=_on_disk(reading, row) if row.state == MediumState.KEPT.value else None,
    )


def _on_disk(reading: Reading, row: Any) -> OnDisk | None:
    if reading.means.files is None:
        return None
    try:
        content = reading.means.files.read(row.id, reading.vault.open_bytes(key_place(row.id), row.sealed_key or b""))
    except FileNotFoundError:
        return OnDisk.GONE
    except (Unreadable, ValueError):  # ValueError: what was sealed is no key
        return OnDisk.OTHER
    return OnDisk.SAME if hashlib.sha256(content).hexdigest() == row.digest else OnDisk.OTHER


def _facts(reading: Reading) -> Mapping[str, Fact | None]:
    """What conditions see of it, as it is filled in now; nothing where that does not open."""
    if reading.values is None or reading.form is None:
        return {}
    connection, row = reading.session.connection(), reading.row
    lead = borrowing_of(connection, row.lead_id, reading.means.tagging, reading.now)
    if lead is None:
        return {}
    known = about(row.product, lead, people.colleague(connection, row.owner_id)) | said_by(connection, row.screened_id)
    return forms.facts(reading.form, reading.values, known)


def _cost(reading: Reading) -> Decimal | None:
    if reading.values is None or reading.flow is None:
        return None
    connection, demanded = reading.session.connection(), reading.flow.demanded_later
    facts = _facts(reading)
    cost = cost_now(connection, reading.number, reading.values, facts, demanded, day_of(reading.now))
    return cost.simple if isinstance(cost, Cost) else None
