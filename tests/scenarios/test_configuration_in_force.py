"""The company's rules are changed while everything runs: in effect at once, everywhere, without a restart."""

import shutil
from pathlib import Path

import pytest
from kit.company import Company
from sqlalchemy import insert

from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import build
from config import in_force
from config.in_force import InForceNow, Overtaken, apply, differences, texts_in
from config.problems import CompanyError
from core.store import config_versions

SHIPPED = Path(in_force.__file__).parent / "company"


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "LOOK_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def put(company: Company, folder: Path, **more: bool) -> InForceNow:
    with company.runtime.store.unit(request_id="cli") as unit:
        return apply(unit, folder, COMMAND_WORDS, "root", **more)


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "pools.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_rule_that_is_applied_counts_for_the_next_message(company: Company, folder: Path) -> None:
    company.lead()
    batu = company.person("batu")
    assert batu.say("公海").card.title.startswith("呼和浩特池")
    assert put(company, folder) == InForceNow(1, new=True)
    edit(folder, "name: 呼和浩特池", "name: 青山池")
    assert batu.say("公海").card.title.startswith("呼和浩特池"), "an edited file alone changes nothing"
    assert put(company, folder) == InForceNow(2, new=True)
    assert batu.say("公海").card.title.startswith("青山池")
    other = build(company.runtime.settings, clock=company.clock)
    other.in_force.look()
    assert other.company == company.runtime.company, "a process that starts later goes by it too"
    other.store.database.dispose()


def test_what_is_wrong_changes_nothing(company: Company, folder: Path) -> None:
    put(company, folder)
    edit(folder, "daily_claims: 10", "daily_claims: 十")
    with pytest.raises(CompanyError, match="daily_claims"):
        put(company, folder)
    assert company.person("batu").say("公海").card.title == "呼和浩特池"
    with company.runtime.store.read() as session:
        assert config_versions.newest_number(session) == 1


def test_the_same_again_is_no_new_version_and_a_start_applies_only_the_first(company: Company, folder: Path) -> None:
    assert put(company, folder, first_only=True) == InForceNow(1, new=True)
    assert put(company, folder) == InForceNow(1, new=False)
    edit(folder, "daily_claims: 10", "daily_claims: 11")
    assert put(company, folder, first_only=True) == InForceNow(1, new=False)
    assert put(company, folder) == InForceNow(2, new=True)
    with company.runtime.store.read() as session:
        assert [(one.number, one.by) for one in config_versions.history(session, 9)] == [(2, "root"), (1, "root")]
        old, new = config_versions.files_of(session, 1), config_versions.files_of(session, 2)
    (lines,) = differences(old, new).values()
    assert [line[:20].split()[:2] for line in lines if line[0] in "+-"] == [
        ["-", "daily_claims:"],
        ["+", "daily_claims:"],
    ]
    assert new == texts_in(folder)


def test_two_who_apply_at_once_do_not_overwrite_one_another(
    company: Company, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(company, folder)
    edit(folder, "daily_claims: 10", "daily_claims: 11")
    monkeypatch.setattr(config_versions, "newest_number", lambda _: 0)  # what it saw before the other one came
    with pytest.raises(Overtaken):
        put(company, folder)


def test_a_version_that_this_release_cannot_read_and_a_database_that_is_away_leave_all_as_it_is(
    company: Company, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(company, folder)
    company.lead()
    batu = company.person("batu")
    batu.say("帮助")
    before = company.runtime.company
    with company.runtime.store.database.write() as session:
        later = {"pools.yaml": "rules_of_tomorrow: 1\n"}
        config_versions.put_in_force(session, later, "x", by="root", now=company.clock.now, after=1)
    assert batu.say("公海").card.title.startswith("呼和浩特池")
    assert company.runtime.company is before


def test_a_folder_that_is_broken_later_stops_no_process(company: Company, folder: Path) -> None:
    put(company, folder)
    edit(folder, "default: region", "default: nowhere")
    broken = company.runtime.settings.model_copy(update={"config_dir": folder})
    process = build(broken, clock=company.clock)
    with pytest.raises(CompanyError):
        _ = process.company
    process.in_force.look()
    assert process.company == company.runtime.company
    process.store.database.dispose()


@pytest.mark.parametrize("stored", ["[]", "garbage", '{"pools.yaml": 5}', '{"pools.yaml": "\\ud800"}', "5"])
def test_a_damaged_version_stops_nobody_and_a_new_process_goes_by_the_last_good_one(
    company: Company, folder: Path, stored: str
) -> None:
    put(company, folder)
    batu = company.person("batu")
    batu.say("帮助")
    before = company.runtime.company
    edit(folder, "daily_claims: 10", "daily_claims: 11")
    values = {"number": 2, "at": company.clock.now, "by": "x", "digest": "x", "files": stored}
    with company.runtime.store.database.write() as session:
        session.execute(insert(config_versions.ConfigVersion).values(values))
    for _ in range(2):
        assert batu.say("帮助").text
    assert company.runtime.company is before
    settings = company.runtime.settings.model_copy(update={"config_dir": folder})
    other = build(settings, clock=company.clock)
    other.in_force.look()
    assert other.company == before, "not the folder, which nobody applied"
    other.store.database.dispose()
    assert put(company, folder) == InForceNow(3, new=True)
    assert batu.say("帮助").text
    assert company.runtime.company.pools.daily_claims == 11
