"""What one look for an event did not see of the departments is not wiped; what was lost, a sync gives back."""

import pytest
from kit.company import Company
from kit.office import follow_up, hints_left, stands, synced
from sqlalchemy import select, update

from bot.channels.wecom.directory import WeComDirectory
from bot.commands_sync import Wanted
from bot.sandbox.members import Member
from core.people.models import Department
from core.people.organisation import Bureau

APPLY = Wanted(apply=True)


def departments(company: Company) -> dict[str, int | None]:
    with company.runtime.store.read() as session:
        return {row.path: row.wecom_id for row in session.scalars(select(Department))}


@pytest.fixture
def begun(company: Company) -> Company:
    assert synced(company, APPLY)[-1].startswith("改好了")
    assert None not in departments(company).values()
    return company


def lists(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """`department/list` tells these alone: the range of the app was narrowed for a moment, or an answer was cut."""
    real = WeComDirectory.departments

    def part(directory: WeComDirectory) -> list[Bureau]:
        every = real(directory)
        assert isinstance(every, list)
        return [bureau for bureau in every if bureau.id in numbers]

    monkeypatch.setattr(WeComDirectory, "departments", part)


def test_a_list_that_is_cut_wipes_no_departments_number(begun: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    before = departments(begun)
    with monkeypatch.context() as cut:
        lists(cut, 1)
        begun.platform.office.change("batu", name="巴特尔·孟和其")
        begun.platform.office.rename_department("包头", "鹿城")
        follow_up(begun)
    assert departments(begun) == before
    assert stands(begun, "batu") == ("巴特尔·孟和其", "呼和浩特/一部", "officer", True)
    begun.platform.office.rename_department("呼和浩特", "青城区域")
    follow_up(begun)
    assert departments(begun) == {
        path.replace("呼和浩特", "青城区域").replace("包头", "鹿城"): number for path, number in before.items()
    }
    assert stands(begun, "batu") == ("巴特尔·孟和其", "青城区域/一部", "officer", True)


def test_a_department_is_closed_by_its_own_event_and_no_other_with_it(
    begun: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun.platform.office.open_department("包头/三部")
    follow_up(begun)
    before = departments(begun)
    lists(monkeypatch, 1)
    begun.platform.office.close_department("包头/三部")
    follow_up(begun)
    del before["包头/三部"]
    assert departments(begun) == before
    assert hints_left(begun) == 0


def test_a_department_that_is_said_to_be_closed_and_is_there_stays(begun: Company) -> None:
    before = departments(begun)
    number = before["包头/一部"]
    begun.platform.emit_organisation([("Event", "change_contact"), ("ChangeType", "delete_party"), ("Id", number)])
    follow_up(begun)
    assert departments(begun) == before


def test_one_that_is_not_seen_and_has_others_below_it_is_not_closed(
    begun: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = departments(begun)
    number, below = before["包头"], before["包头/一部"]
    assert number is not None
    assert below is not None
    lists(monkeypatch, 1, below)
    begun.platform.emit_organisation([("Event", "change_contact"), ("ChangeType", "delete_party"), ("Id", number)])
    follow_up(begun)
    assert departments(begun) == before


@pytest.mark.parametrize("apart", [False, True], ids=["together", "one by one"])
def test_a_department_that_is_made_anew_has_the_old_ones_place(begun: Company, apart: bool) -> None:
    office = begun.platform.office
    office.open_department("包头/三部")
    follow_up(begun)
    before = departments(begun)
    office.close_department("包头/三部")
    if apart:
        follow_up(begun)
    office.hire(Member("zhaoliu", "赵六", "包头/三部"))
    follow_up(begun)
    after = departments(begun)
    assert after.keys() == before.keys()
    assert after["包头/三部"] not in (None, before["包头/三部"])
    assert stands(begun, "zhaoliu") == ("赵六", "包头/三部", "", True)


def test_a_number_that_was_lost_is_a_difference_and_a_sync_gives_it_back(begun: Company) -> None:
    before = departments(begun)
    with begun.runtime.store.database.write() as session:
        session.execute(update(Department).where(Department.path.in_(["包头", "包头/一部"])).values(wecom_id=None))
    said = synced(begun)
    assert "记下企业微信编号的部门 2 个：包头、包头/一部" in said
    assert said[-1] == "还什么都没有改。要照此修改，运行：tuoling people sync --apply"
    assert synced(begun, APPLY)[-1].startswith("改好了")
    assert departments(begun) == before
    assert synced(begun, APPLY)[-1] == "没有要改的。"
    begun.platform.office.rename_department("包头", "鹿城")
    follow_up(begun)
    assert departments(begun).keys() == {path.replace("包头", "鹿城") for path in before}
