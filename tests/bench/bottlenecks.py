"""瓶颈 over many applications, query and card: milliseconds against the two bare GROUP BYs that it cannot do without.

A tenth of the applications run: one for each lead, at one of four nodes, with one of many people. Nine that are over
lie behind it, with four steps and four tasks each. The floor counts the open steps by node and the open tasks by
person, and knows neither who may see them nor what a node is called.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from bot.runtime import Runtime
from cards.model import Card
from core.loans import definitions
from core.loans.bottlenecks import Pick, to_token
from core.people import queries as people
from core.store.issued import Face
from jobs.progress_screens import bottlenecks_face, waiting_face
from jobs.screens import draw
from jobs.stage import Stage
from tests.bench.claims import hire
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace

APPLICATIONS = 200_000
_EACH = 10  # applications of a lead, of which one runs
_PEOPLE = 100
_SPREAD = 50  # moments since when they wait
_WISH = Wish("ours", most=1000)
_NODES = ("first_review", "second_review", "signing", "payout")
_ADMINISTRATOR, _MANAGER = "wuyun", "zhaojianguo"  # one may see all, the other is asked of each officer


def measure(dialect: str, *, rounds: int, applications: int = APPLICATIONS) -> list[Figure]:
    """Milliseconds of each card, ours and the floor by turns."""
    with workplace() as folder, filled(dialect, applications // _EACH, folder) as url:
        made = runtime(url, folder / "var")
        try:
            fill(made, each=_EACH)
            return [
                _figure(made, f"{name}, {applications:,} applications, {dialect}", rounds, viewer, face)
                for name, viewer, face in (
                    ("瓶颈 of the administrator", _ADMINISTRATOR, bottlenecks_face(to_token(Pick()))),
                    ("瓶颈 of a manager", _MANAGER, bottlenecks_face(to_token(Pick()))),
                    ("the list behind it", _MANAGER, waiting_face(to_token(Pick(node="初审")), 1)),
                )
            ]
        finally:
            made.store.database.dispose()


def _figure(made: Runtime, name: str, rounds: int, viewer: str, face: Face) -> Figure:
    ours, floor = [], []
    for turn in range(rounds + 1):
        one, other = _milliseconds(lambda: _card(made, viewer, face)), _milliseconds(lambda: _by_hand(made))
        if turn:  # the first turn warms up
            ours.append(one)
            floor.append(other)
    return Figure(name, "ms", tuple(ours), tuple(floor), _WISH)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _card(made: Runtime, userid: str, face: Face) -> None:
    with made.store.read() as session:
        viewer = people.by_userid(session, "wecom", userid)
        if viewer is None:
            raise RuntimeError(f"{userid} is not there")
        card = draw(Stage(session, made.store.vault, viewer, made.company, made.store.clock()), face)
    if not isinstance(card, Card) or not card.fields:
        raise RuntimeError(f"nothing waits for {userid}")


def _by_hand(made: Runtime) -> None:
    with made.store.database.begin() as connection:
        nodes = connection.execute(
            text("SELECT node, count(*), min(entered_at) FROM loan_step WHERE left_at IS NULL GROUP BY node")
        ).all()
        holders = connection.execute(
            text("SELECT person_id, count(*), min(opened_at) FROM loan_task WHERE state = 'open' GROUP BY person_id")
        ).all()
    if len(nodes) != len(_NODES) or len(holders) != _PEOPLE:
        raise RuntimeError("the applications are not there")


_APPLICATION = """
INSERT INTO loan_application (id, lead_id, owner_id, product, amount_fen, term_months, form, flow, state, stage,
 stage_type, stage_since, resume_at, "values", shown, created_at, submitted_at, ended_at, revision)
 SELECT lead.id * 10 + place.k, lead.id, :low + lead.id % :people, 'house', 50000000, 36, :form, :flow,
 CASE WHEN place.k = 0 THEN 'running' ELSE 'ended' END, 'first_review', 'open', moment.at, '', :nothing, '',
 :long_ago, :long_ago, CASE WHEN place.k = 0 THEN NULL ELSE moment.at END, 1
 FROM lead CROSS JOIN {places} AS place JOIN {moments} AS moment ON moment.k = lead.id % {spread}
"""
_OPEN = """
INSERT INTO loan_step (id, application_id, node, stage, branch, state, resume_at, entered_at, due_at)
 SELECT id * 10, id, CASE lead_id % 4 WHEN 0 THEN '{0}' WHEN 1 THEN '{1}' WHEN 2 THEN '{2}' ELSE '{3}' END,
 'first_review', '', 'open', '', stage_since, CASE WHEN lead_id % 3 = 0 THEN :long_ago ELSE :later END
 FROM loan_application WHERE state = 'running'
"""
_OVER = """
INSERT INTO loan_step (id, application_id, node, stage, branch, state, resume_at, entered_at, left_at, due_at)
 SELECT id * 10 + place.k, id, place.node, 'first_review', '', 'passed', '', :long_ago, stage_since, :later
 FROM loan_application CROSS JOIN {nodes} AS place WHERE state = 'ended'
"""
_TASK = """
INSERT INTO loan_task (id, application_id, step_id, person_id, kind, state, seat, opened_at, acted_at, due_at)
 SELECT id, application_id, id, :low + application_id / 10 % :people, 'decide',
 CASE state WHEN 'open' THEN 'open' ELSE 'done' END, 0, entered_at, left_at, due_at FROM loan_step
"""
LONG_WORK = ("SET LOCAL statement_timeout = 0", "SET LOCAL session_replication_role = replica")
"""One statement writes hundreds of thousands of rows, and asks for none of them whether what it names is there."""


def fill(made: Runtime, *, each: int) -> None:
    """So many applications for each lead, of which one runs, written by the database itself."""
    officers = [actor.id for actor in hire(made, _PEOPLE)]
    flow = made.company.flows.flows[0]
    with made.store.unit(request_id="bench") as unit:
        digests = {"form": definitions.pin(unit, made.company.forms[0]), "flow": definitions.pin(unit, flow)}
    now = made.store.clock()
    times = {f"m{k}": typed(made, now - timedelta(hours=5 * k + 1)) for k in range(_SPREAD)}
    ends = {"long_ago": typed(made, now - timedelta(days=90)), "later": typed(made, now + timedelta(days=3))}
    who = {"low": min(officers), "people": _PEOPLE}
    kind = "TEXT" if made.store.database.dialect == "sqlite" else "TIMESTAMPTZ"
    moments = " UNION ALL ".join(f"SELECT {k} AS k, CAST(:m{k} AS {kind}) AS at" for k in range(_SPREAD))
    applications = _APPLICATION.format(places=_row(range(each)), moments=f"({moments})", spread=_SPREAD)
    nodes = " UNION ALL ".join(f"SELECT {k} AS k, '{node}' AS node" for k, node in enumerate(_NODES))
    with made.store.database.begin() as connection:
        for setting in LONG_WORK if made.store.database.dialect == "postgresql" else ():
            connection.execute(text(setting))
        connection.execute(text(applications), who | digests | times | ends | {"nothing": b""})
        connection.execute(text(_OPEN.format(*_NODES)), ends)
        connection.execute(text(_OVER.format(nodes=f"({nodes})")), ends)
        connection.execute(text(_TASK), who)
        connection.execute(text("ANALYZE"))


def _row(numbers: range) -> str:
    return "(" + " UNION ALL ".join(f"SELECT {k} AS k" for k in numbers) + ")"


def typed(made: Runtime, moment: datetime) -> object:
    """As the driver takes a time in plain SQL: SQLite has none."""
    if made.store.database.dialect == "sqlite":
        return moment.replace(tzinfo=None).isoformat(" ")
    return moment
