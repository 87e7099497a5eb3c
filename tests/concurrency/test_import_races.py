"""Imports against each other, and against people who enter the same customers: one customer, one lead, each arrival."""

import csv
from pathlib import Path

from kit.barriers import at_once
from kit.company import SECRETS, Company
from kit.invariants import assert_kept
from sqlalchemy import func, select

from bot.commands_leads import import_leads_file
from config.settings import Settings, load_settings
from core.leads.arriving import NewLead
from core.leads.intake import add_lead
from core.leads.models import Customer, Lead, Touch
from core.store.audit import AuditRow

PEOPLE = 120


def settings_of(company: Company) -> Settings:
    """As a command at the company's terminal reads them."""
    url, var = company.runtime.settings.database_url, str(company.runtime.settings.var_dir)
    return load_settings(
        SECRETS
        | {"TUOLING_ENV": "test", "TUOLING_DATABASE_URL": url, "TUOLING_VAR_DIR": var, "TUOLING_SQLITE_SYNC": "normal"},
        env_file=None,
    )


def phone(number: int) -> str:
    return f"139471{number:05}"


def file_of(file: Path, numbers: list[int]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["姓名", "手机号"])
        writer.writerows(("刘志强", phone(number)) for number in numbers)
    return file


def counts(company: Company) -> tuple[int, ...]:
    """Customers, leads, touches."""
    with company.runtime.store.read() as session:
        return tuple(session.scalar(select(func.count()).select_from(each)) or 0 for each in (Customer, Lead, Touch))


def test_one_file_twice_at_once_is_taken_once(company: Company, tmp_path: Path) -> None:
    settings = settings_of(company)
    files = [file_of(tmp_path / f"{name}.csv", list(range(PEOPLE)) * 12) for name in "ab"]
    at_once([lambda file=file: list(import_leads_file(settings, file)) for file in files])
    assert counts(company) == (PEOPLE, PEOPLE, PEOPLE * 12)
    one, other = (file.with_name(f"{file.name}.结果.csv").read_text(encoding="utf-8") for file in files)
    assert one == other
    assert_kept(company.runtime.store)


def test_two_files_with_the_same_people_the_other_way_round(company: Company, tmp_path: Path) -> None:
    settings = settings_of(company)
    for turn in range(3):
        numbers = list(range(turn * PEOPLE, (turn + 1) * PEOPLE))
        files = [file_of(tmp_path / f"{turn}a.csv", numbers), file_of(tmp_path / f"{turn}b.csv", numbers[::-1])]
        at_once([lambda file=file: list(import_leads_file(settings, file)) for file in files])
        assert counts(company) == tuple((turn + 1) * PEOPLE * times for times in (1, 1, 2))
    assert_kept(company.runtime.store)


def test_people_enter_the_customers_of_a_file_while_it_is_imported(company: Company, tmp_path: Path) -> None:
    settings, store, pools = settings_of(company), company.runtime.store, company.runtime.company.pools
    batu = company.person("batu").actor
    file = file_of(tmp_path / "a.csv", list(range(PEOPLE)))

    def enter() -> None:
        for number in range(PEOPLE - 1, -1, -4):

            def once(number: int = number) -> None:
                with store.unit(request_id="race") as unit:
                    add_lead(unit, batu, NewLead("刘志强", phone(number), "门店"), pools)

            store.database.attempt(once)

    at_once([lambda: list(import_leads_file(settings, file)), enter])
    assert counts(company) == (PEOPLE, PEOPLE, PEOPLE + PEOPLE // 4)
    company.settle()
    assert_kept(store, company.platform.journal)


def test_runs_of_one_file_in_one_place_do_not_disturb_each_other(company: Company, tmp_path: Path) -> None:
    """Was: they wrote one partial file, and some ended without their audit row and their summary."""
    settings, file = settings_of(company), file_of(tmp_path / "a.csv", list(range(PEOPLE)) * 12)
    runs = [{}, {"dry_run": True}, {}]
    said = at_once([lambda more=more: list(import_leads_file(settings, file, **more)) for more in runs])
    assert all(len(lines) == 1 for lines in said)
    assert counts(company) == (PEOPLE, PEOPLE, PEOPLE * 12)
    rows = list(csv.reader(file.with_name("a.csv.结果.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == [str(line) for line in range(2, PEOPLE * 12 + 2)]
    assert {each.name for each in tmp_path.iterdir() if "a.csv" in each.name or each.suffix == ".part"} == {
        "a.csv",
        "a.csv.结果.csv",
    }
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).where(AuditRow.action == "lead:import")) == 2
    assert_kept(company.runtime.store)
