"""`people.yaml`: what new people may do, and how a mistake is told."""

import shutil
from pathlib import Path

import pytest

import config.company
from config.company import load_company
from config.problems import CompanyError
from core.people.newcomers import Newcomers
from core.people.policy import Role

SHIPPED = Path(config.company.__file__).parent / "company"


def read(tmp_path: Path, text: str) -> Newcomers:
    """What new people get in a company whose file says so."""
    shutil.copyfile(SHIPPED / "pools.yaml", tmp_path / "pools.yaml")
    (tmp_path / "people.yaml").write_text(text, encoding="utf-8")
    return load_company(tmp_path).newcomers


def test_by_itself_a_new_person_gets_nothing(tmp_path: Path) -> None:
    assert load_company(SHIPPED).newcomers == Newcomers()
    shutil.copyfile(SHIPPED / "pools.yaml", tmp_path / "pools.yaml")
    assert load_company(tmp_path).newcomers == Newcomers()


def test_the_example_in_the_shipped_file_is_right(tmp_path: Path) -> None:
    text = (SHIPPED / "people.yaml").read_text(encoding="utf-8")
    example = next(line.partition("例如：")[2] for line in text.splitlines() if "例如：" in line)
    assert read(tmp_path, example) == Newcomers((Role.OFFICER,))


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("[客户经理, 经理]", (Role.MANAGER, Role.OFFICER)),
        ("客户经理", (Role.OFFICER,)),
        ("[officer, 客户经理]", (Role.OFFICER,)),
        ("[Finance]", (Role.FINANCE,)),
        ("[]", ()),
    ],
)
def test_what_may_be_said(tmp_path: Path, said: str, roles: tuple[Role, ...]) -> None:
    assert read(tmp_path, f"new_people: {said}\n") == Newcomers(roles)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("new_people: [管理员]\n", "不能随着加入通讯录就给"),
        ("new_people: [ADMIN]\n", "“ADMIN”"),
        ("new_people: [admin]\n", "不能随着加入通讯录就给"),
        ("new_people: [客户经里]\n", "是不是 “客户经理”"),
        ("new_people:\n", "new_people"),
        ("new_poeple: [客户经理]\n", "是不是 “new_people”"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CompanyError) as error:
        read(tmp_path, text)
    (told,) = [str(problem) for problem in error.value.problems]
    assert why in told
    assert "第 1 行" in told
