"""`tuoling commission try`: what a month would have cost by another plan, person by person. Writes nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.commands_config import files_in_force
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.printed import plain_table, printed
from bot.runtime import open_store
from cards.texts import commission as texts
from config import in_force
from config.commissionfile import FOLDER
from config.company import Company, company_of, company_with
from config.settings import Settings
from core.commission.collecting import payouts
from core.commission.plans import Facts
from core.commission.settling import Paid, Settlement, settle
from core.moments import day_of
from core.people import queries as people

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_MOST_NAMED = 10


def try_plan(settings: Settings, file: Path, month: str) -> Iterator[str]:
    """`tuoling commission try NEW.yaml --month 2026-10`: the plans in force, and the same with this file in the place
    of the one of its name (or beside them), over the payouts of the month. `month` empty: the last whole one.

    Raises:
        CompanyError: something in the file is wrong.
        Unready: the month is none.
    """
    store = open_store(settings)
    first, last = _month(month, day_of(store.clock()))
    _, files = files_in_force(store)
    files = files or in_force.texts_in(settings.config_dir)
    before = company_of(files, COMMAND_WORDS)
    name = f"{FOLDER}/{file.name}"
    after = company_with(files, name, file, COMMAND_WORDS)
    with store.read() as session:
        paid = payouts(session, first, last, after.channels)
        sides = [_settled(session, company, paid) for company in (before, after)]
        names = people.names(session, {number for side in sides for number in side.totals()})
    yield texts.tried(file.name, replaces=name in files, month=first, count=len(paid))
    if not paid:
        return
    yield ""
    yield from _table(names, *(side.totals() for side in sides))
    yield ""
    yield from _notes(sides[1])
    yield texts.NOTHING_CHANGED


def _month(said: str, today: date) -> tuple[date, date]:
    """Its first and last day."""
    found = _MONTH.fullmatch(said) if said else None
    if said and found is None:
        raise Unready(f"--month 看不懂 “{said}”：写年月，如 2026-10。")
    first = (
        date(int(found[1]), int(found[2]), 1) if found else (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    )
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _settled(session: Session, company: Company, paid: Sequence[Paid]) -> Settlement:
    leaders = people.superiors(session, {each.officer_id for each in paid})
    leading = set(leaders.values())
    facts = {
        one.id: Facts(one.account, one.rank, one.department, None, None)
        for one in people.actors(session)
        if one.id in leading
    }
    return settle(company.commission, paid, leaders, facts)


def _table(names: Mapping[int, str], before: Mapping[int, int], after: Mapping[int, int]) -> Iterator[str]:
    """Who gets how much, the greatest difference first."""
    table = plain_table(texts.BY_PERSON, texts.PERSON, texts.NOW, texts.NEW, texts.DIFFERENCE)
    everybody = sorted(before.keys() | after.keys(), key=lambda one: (-abs(_gained(one, before, after)), one))
    for one in everybody:
        cells = (before.get(one, 0), after.get(one, 0))
        table.add_row(names.get(one, ""), *map(texts.yuan, cells), texts.signed(_gained(one, before, after)))
    sums = sum(before.values()), sum(after.values())
    table.add_row(texts.TOGETHER, *map(texts.yuan, sums), texts.signed(sums[1] - sums[0]))
    yield from printed(table)
    gained = [_gained(one, before, after) for one in everybody]
    yield texts.who_gains(sum(each > 0 for each in gained), sum(each < 0 for each in gained))


def _gained(one: int, before: Mapping[int, int], after: Mapping[int, int]) -> int:
    return after.get(one, 0) - before.get(one, 0)


def _notes(settled: Settlement) -> Iterator[str]:
    if settled.without:
        numbers = list(dict.fromkeys(each.application for each in settled.without))
        yield texts.without_plan(len(settled.without), numbers[:_MOST_NAMED], len(numbers))
    by_fee = {line.chosen.plan.name for line in settled.lines if line.chosen.plan.earned.value == "fee"}
    yield from map(texts.fee_not_recorded, sorted(by_fee))
